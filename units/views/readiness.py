"""Who is ready to work in the portal, and what to do about the rest."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from units import access
from units.access import Rights, Verb
from units.actions import accounts
from units.actions.carry_out import WrongState
from units.data import readiness as data
from units.data.readiness import Asked
from units.forms import numbers
from units.models import Unit
from units.models.unit import UnitQuerySet
from units.sheets.writer import csv_text, xlsx
from units.views.slips import MOST_AT_ONCE, slips_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHOICES = 400


def _reach(request: HttpRequest, rights: Rights) -> tuple[UnitQuerySet, Unit | None]:
    """The part of the tree that is looked at, and the unit it starts from when one was chosen."""
    if not rights.holds(Verb.ADMINISTER) and not rights.holds(Verb.REMIND):
        raise access.Forbidden("Đồng chí không theo dõi việc cấp tài khoản.")
    reach = access.readiness_reach(rights)
    chosen = reach.filter(pk__in=numbers([request.GET.get("don-vi", "")])).first()
    return (reach.under([chosen]) if chosen else reach), chosen


def _asked(request: HttpRequest) -> Asked:
    kind, state, mail = (request.GET.get(key, "") for key in ("loai", "nhom", "thu"))
    return Asked(
        kind if kind in Unit.EXPECTED_ACCOUNT_KINDS else "", state if state in data.STATES else "",
        mail if mail in ("co", "khong") else "",
    )


def readiness(request: HttpRequest) -> HttpResponse:
    """The headline, the kinds, and by name whoever is not ready."""
    rights, now = access.rights(request.user, timezone.localdate()), timezone.now()
    reach, chosen = _reach(request, rights)
    asked, tally = _asked(request), data.tally(reach, now)
    page = Paginator(data.listed(reach, asked, now), 50).get_page(request.GET.get("trang"))
    rows = data.rows(list(page), now)
    context = {
        "tally": tally, "asked": asked, "chosen": chosen, "page": page, "rows": rows,
        "administers": {row.unit.pk for row in rows if rights.can(Verb.ADMINISTER, row.unit)},
        "tabs": [(name, label, tally.states[state]) for name, (state, label) in data.STATES.items()],
        "left": tally.total - tally.ready, "units": _choices(rights), "query": request.GET.urlencode(),
        "can_import": rights.holds(Verb.ADMINISTER),
    }
    return render(request, "units/readiness.html", context)


def _choices(rights: Rights) -> UnitQuerySet:
    """The units to look at alone: those one holds, and what stands directly below them with units of its own."""
    tops = [unit.pk for verb in (Verb.ADMINISTER, Verb.REMIND) for unit in rights.units(verb)]
    units = access.readiness_reach(rights).alive_on(rights.today).filter(Q(pk__in=tops) | Q(parent__in=tops))
    return units.exclude(kind__in=Unit.KINDS_WITHOUT_SUBORDINATES).order_by("path")[:MOST_CHOICES]


def readiness_export(request: HttpRequest, ending: str) -> HttpResponse:
    """The list that was asked for, all its pages."""
    rights, now = access.rights(request.user, timezone.localdate()), timezone.now()
    reach, _ = _reach(request, rights)
    if ending not in ("xlsx", "csv"):
        raise Http404
    lines = data.lines(data.all_rows(data.listed(reach, _asked(request), now), now))
    if ending == "xlsx":
        content: bytes = xlsx(data.HEADINGS, lines, sheet="Tài khoản", widths=data.WIDTHS)
        response = HttpResponse(content, content_type=XLSX)
    else:
        text = csv_text(data.HEADINGS, lines)
        response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="san-sang-{rights.today:%Y%m%d}.{ending}"'
    return response


@never_cache
@require_POST
def readiness_invite(request: HttpRequest) -> HttpResponse:
    """New codes for the ticked accounts, by mail or on slips."""
    rights, now = access.rights(request.user, timezone.localdate()), timezone.now()
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    back = f"{reverse('readiness')}?{request.GET.urlencode()}"
    wanted = request.POST.get("viec")
    printed = wanted == "phieu"
    ticked = numbers(request.POST.getlist("tai-khoan"))
    try:
        if wanted not in ("thu", "phieu"):
            raise WrongState("Chưa rõ việc cần làm; hãy chọn gửi thư mời hoặc in phiếu.")
        if len(ticked) > MOST_AT_ONCE:
            raise WrongState(f"Mỗi lần cấp nhiều nhất {MOST_AT_ONCE} tài khoản; hãy bỏ bớt.")
        chosen = access.offices_administered(rights).filter(pk__in=ticked).select_related("user", "unit")
        coded = accounts.invite_many(
            offices=list(chosen.order_by("unit__path", "pk")), printed=printed, by=rights.actor, now=now
        )
    except WrongState as error:
        messages.error(request, str(error))
        return redirect(back)
    if printed:
        return slips_page(request, coded, back, now)
    messages.success(request, f"Đã gửi {len(coded)} thư mời.")
    return redirect(back)

