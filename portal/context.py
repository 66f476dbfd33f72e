"""What every page's frame shows: where one may go, who one is, and whether the data are made up."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.demo.people import people
from units import access
from units.access import Rights, Verb


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


# label, URL name, any of these verbs opens it
_PLACES: tuple[tuple[str, str, frozenset[Verb]], ...] = (
    ("Triển khai", "rollout-list", frozenset({Verb.VIEW})),
    ("Bảng chi bộ", "sheet-list", frozenset({Verb.DISSEMINATE})),
    ("Văn bản", "document-list", frozenset({Verb.VIEW, Verb.REGISTER, Verb.READ_REPORT})),
    ("Báo cáo", "report-list", frozenset({Verb.READ_REPORT, Verb.NUMBER_REPORT})),
    ("Thư đi", "mail-list", frozenset({Verb.READ_MAIL, Verb.ACKNOWLEDGE})),
    ("Tổ chức", "unit-list", frozenset({Verb.ADMINISTER, Verb.VIEW})),
    ("Sắp xếp", "reorganisation-list", frozenset({Verb.ADMINISTER, Verb.DECIDE})),
    ("Lịch làm việc", "calendar", frozenset({Verb.ADMINISTER})),
)

# Pages that belong to a place without standing below its address.
_ALSO = {"rollout-list": ("/ban-giao/",), "reorganisation-list": ("/nhap/",)}


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Lazy, so that a page without the frame costs no query."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    rights = cast("Rights", SimpleLazyObject(lambda: _rights(request)))
    at_login = request.path == reverse("account_login")
    return {
        "product": "Cổng theo dõi triển khai",
        "demo": settings.DEMO,
        "nav": SimpleLazyObject(lambda: _nav(rights, request.path)) if signed_in else [],
        "office_label": SimpleLazyObject(lambda: _office(rights)) if signed_in else "",
        "demo_people": people() if settings.DEMO and at_login else [],
    }


def _rights(request: HttpRequest) -> Rights:
    """What the page's own view has found, else asked now."""
    known = getattr(request.user, "rights", None)
    return known if isinstance(known, Rights) else access.rights(request.user, timezone.localdate())


def _nav(rights: Rights, path: str) -> list[Link]:
    home = reverse("home")
    links = [Link("Trang chính", home, path == home)]
    for label, name, verbs in _PLACES:
        if any(rights.holds(verb) for verb in verbs):
            url = reverse(name)
            links.append(Link(label, url, path.startswith((url, *_ALSO.get(name, ())))))
    return links


def _office(rights: Rights) -> str:
    first = next(iter(rights.offices), None)
    return f"{first.get_role_display()}, {first.unit.name}" if first else ""
