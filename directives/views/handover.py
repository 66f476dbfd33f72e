from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives.actions import handover
from directives.actions.documents import WrongState
from directives.data.handover import Waiting, digest, waiting
from directives.forms import keys
from directives.models import Assignment
from directives.models.assignment import AssignmentQuerySet
from units import access
from units.access import Rights, Verb
from units.data.naming import Names, Unclear
from units.models import Unit


def handover_list(request: HttpRequest) -> HttpResponse:
    """The duties of units that have ended, with a proposal for each unit; some are decided apart, the rest at once."""
    rights = access.rights(request.user, timezone.localdate())
    return _page(request, rights)


def _page(request: HttpRequest, rights: Rights, target: str = "", status: int = 200) -> HttpResponse:
    rows = waiting(_lines(rights), rights.today)
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("trang")), "digest": digest(rows),
        "lines": sum(row.lines for row in rows), "closing": sum(row.heir is None for row in rows),
        "ticked": keys(request.POST.getlist("don-vi")), "target": target,
        "heirs": sorted({row.heir.name for row in rows if row.heir}),
    }
    return render(request, "directives/handover_list.html", context, status=status)


def _lines(rights: Rights) -> AssignmentQuerySet:
    if not rights.holds(Verb.DECIDE):
        raise access.Forbidden("Đồng chí không có quyền quyết định đơn vị thực hiện tiếp.")
    return Assignment.objects.visible_to(rights).awaiting_decision(rights.today)


@require_POST
def handover_settle(request: HttpRequest) -> HttpResponse:
    """Everything as proposed, or the ticked units otherwise: to a unit that is named, or closed."""
    rights = access.rights(request.user, timezone.localdate())
    lines = _lines(rights)
    rows = waiting(lines, rights.today)
    target = request.POST.get("nhan", "").strip()
    try:
        heirs = _chosen(request, rights, rows, target)
        settled = handover.settle(
            lines=list(lines.filter(answering_unit__in=heirs).select_related("answering_unit", "rollout")),
            heirs=heirs, by=rights.actor, now=timezone.now(),
        )
    except (WrongState, Unclear) as error:
        messages.error(request, str(error))
        return _page(request, rights, target, status=422)
    done = [f"{settled.handed_over} nhiệm vụ chuyển đơn vị thực hiện"] if settled.handed_over else []
    done += [f"{settled.closed} nhiệm vụ kết thúc do sắp xếp tổ chức"] if settled.closed else []
    messages.success(request, f"Đã lưu: {', '.join(done)}.")
    return redirect("handover-list")


def _chosen(request: HttpRequest, rights: Rights, rows: list[Waiting], target: str) -> Mapping[int, Unit | None]:
    if request.POST.get("viec") == "tat-ca":
        if request.POST.get("ban-xem") != digest(rows):
            raise WrongState("Danh sách vừa thay đổi; hãy xem lại rồi xác nhận.")
        return {row.unit.pk: row.heir for row in rows}
    ticked = keys(request.POST.getlist("don-vi"))
    units = [row.unit.pk for row in rows if row.unit.pk in ticked]
    if not units:
        raise WrongState("Chưa chọn đơn vị nào.")
    if request.POST.get("viec") == "dong":
        return dict.fromkeys(units)
    living = rights.reach(Verb.DECIDE).alive_on(rights.today)
    heir = living.get(pk=Names(living, rights.today).meant(target).pk)
    return dict.fromkeys(units, heir)
