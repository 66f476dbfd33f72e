"""The strip "Xem nhanh 5 phút" on the demo's front pages: five steps through letter, reminder, cell and report."""

from typing import TypedDict
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from directives.models import Rollout
from portal.demo.people import PEOPLE
from reports.models import Report
from units.models import Office


class Step(TypedDict):
    label: str
    url: str
    note: str


def tour() -> list[Step]:
    """The steps, each leading to the right person and page; empty outside the demo or before its data are there."""
    if not settings.DEMO:
        return []
    rollouts = list(Rollout.objects.running().order_by("issued_at", "pk")[:2])
    report = Report.objects.filter(state=Report.State.DRAFT, frozen_at__isnull=False).order_by("-pk").first()
    clerk = next(person for person in PEOPLE if person.role == "secretary")
    office = Office.objects.filter(user__username=clerk.username).first()
    if len(rollouts) < 2 or report is None or office is None:
        return []
    first, second = rollouts
    late = reverse("rollout-late", args=[first.pk])
    sheet = reverse("sheet", args=[second.pk, office.unit_id])
    board = reverse("rollout-detail", args=[second.pk])
    return [
        {"label": "Xem đơn vị quá hạn", "url": _as("can-bo", late), "note": "vai cán bộ Ban"},
        {"label": "Nhắc ba đơn vị", "url": _as("can-bo", late), "note": "chọn ba ô, bấm Nhắc, xem thư được gửi"},
        {"label": "Ghi nhận 17/20 chi bộ", "url": _as(clerk.username, sheet), "note": f"vai {clerk.label}"},
        {"label": "Xem số liệu thay đổi", "url": _as("can-bo", board), "note": "vai cán bộ Ban"},
        {"label": "Mở bản in báo cáo", "url": _as("can-bo", reverse("report-pdf", args=[report.pk])), "note": "PDF"},
    ]


def _as(username: str, target: str) -> str:
    return f"{reverse('demo-people')}?{urlencode({'nguoi': username, 'toi': target})}"
