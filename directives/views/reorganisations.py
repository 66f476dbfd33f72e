"""The reorganisation desk: what was decided about organisations, and each kind of decision with its preview.

It stands here and not among the units because a preview says how many open duties are touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives.data.handover import awaiting_at, open_duties
from units import access, forms
from units.access import Rights, Verb
from units.actions.carry_out import Paper, WrongState, carry_out, withdraw
from units.data import plans
from units.data.naming import Named, Names, Unclear
from units.data.outlook import Outlook, outlook
from units.models import Unit
from units.timeline import Plan
from units.vietnamese import clean

MOST_PARTS = 10
Data = Mapping[str, Any]


def reorganisation_list(request: HttpRequest) -> HttpResponse:
    """Decisions, the newest first; the administrator starts new ones here."""
    rights = access.rights(request.user, timezone.localdate())
    if not rights.roots:
        raise access.Forbidden("Đồng chí không có quyền xem việc sắp xếp tổ chức.")
    decisions = access.decisions_visible(rights).select_related("created_by").newest_first()
    context = {
        "page": Paginator(decisions, 50).get_page(request.GET.get("trang")), "today": rights.today,
        "administers": rights.holds(Verb.ADMINISTER), "acts": _ACTS.values(), "decides": rights.holds(Verb.DECIDE),
        "drafts": access.unit_lists_administered(rights).waiting().order_by("-pk"),
        "awaiting": awaiting_at(access.units_visible(rights), rights.today),
    }
    return render(request, "directives/reorganisation_list.html", context)


def reorganisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision as it was carried out: its paper, and what it said about each unit."""
    rights = access.rights(request.user, timezone.localdate())
    decision = get_object_or_404(access.decisions_visible(rights).select_related("created_by"), pk=pk)
    seen = access.units_visible(rights)
    changes = decision.changes.filter(unit__in=seen).select_related("unit", "parent").order_by("unit__path")
    page = Paginator(changes, 50).get_page(request.GET.get("trang"))
    on_page = [change.unit_id for change in page]
    successions = decision.successions.filter(predecessor__in=on_page).select_related("successor").order_by("pk")
    heirs: dict[int, list[Unit]] = {}
    for row in successions:
        heirs.setdefault(row.predecessor_id, []).append(row.successor)
    ended = seen.filter(pk__in=decision.changes.filter(ends=True).values("unit"))
    context = {
        "decision": decision, "page": page, "rows": [(change, heirs.get(change.unit_id, [])) for change in page],
        "today": rights.today, "awaiting": awaiting_at(ended, rights.today),
        "decides": rights.holds(Verb.DECIDE), "administers": rights.holds(Verb.ADMINISTER),
    }
    return render(request, "directives/reorganisation_detail.html", context)


@require_POST
def reorganisation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision that was recorded by mistake is taken back, with the reason."""
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    decision = get_object_or_404(access.decisions_visible(rights), pk=pk)
    form = forms.ReasonForm({"reason": request.POST.get("ly-do", "")})
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reason"])))
        return redirect("reorganisation-detail", pk=pk)
    try:
        withdraw(decision=decision, reason=form.cleaned_data["reason"], by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
        return redirect("reorganisation-detail", pk=pk)
    messages.success(request, "Đã hủy quyết định; các đơn vị trở lại như trước. Vai trò đã kết thúc cần được giao lại.")
    return redirect("reorganisation-list")


def reorganisation_add(request: HttpRequest, act: str) -> HttpResponse:
    """One decision about one unit: the form, then what it would do, then it is done. Nothing is stored in between."""
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    if act not in _ACTS:
        raise Http404
    living, kind = rights.reach(Verb.ADMINISTER).alive_on(rights.today), _ACTS[act]
    unit = get_object_or_404(living, pk=_number(request.GET.get("don-vi")))
    initial = {"effective_on": rights.today.isoformat(), "kind": unit.kind}
    form = kind.form(request.POST if request.method == "POST" else None, initial=initial)
    children = list(unit.children.alive_on(rights.today).in_official_order()) if act == "chia-tach" else []
    takes = _takes(request)
    context: dict[str, Any] = {
        "act": kind, "unit": unit, "form": form, "takes": takes, "places": range(1, MOST_PARTS + 1),
        "children": [(child, takes.get(child.pk, -1) + 1) for child in children],
    }
    if request.method != "POST" or not form.is_valid() or request.POST.get("buoc") == "sua":
        return render(request, "directives/reorganisation_add.html", context, status=422 if form.errors else 200)
    paper = Paper(form.cleaned_data["effective_on"], form.cleaned_data["number"], form.cleaned_data["decided_on"])
    try:
        plan = _plan(kind, unit, form.cleaned_data, takes, rights)
        seen = outlook(plan, paper.effective_on, rights.today)
        if seen.problems:
            raise WrongState(" ".join(seen.problems[:10]))
        if request.POST.get("buoc") == "xac-nhan":
            return _confirmed(request, rights, plan, paper, seen)
    except (WrongState, Unclear) as error:
        form.add_error(None, str(error))
        return render(request, "directives/reorganisation_add.html", context, status=422)
    told = {"seen": seen, "sections": seen.sections(), "duties": open_duties(seen.ended_units), "paper": paper}
    return render(request, "directives/reorganisation_preview.html", context | told)


def _confirmed(request: HttpRequest, rights: Rights, plan: Plan, paper: Paper, seen: Outlook) -> HttpResponse:
    if request.POST.get("ban-xem") != seen.digest:
        raise WrongState("Tổ chức đã thay đổi từ lúc xem trước; hãy xem lại rồi xác nhận.")
    decision = carry_out(plan=plan, paper=paper, by=rights.actor, now=timezone.now())
    messages.success(request, f"Đã lưu: {decision.title}.")
    return redirect("reorganisation-detail", pk=decision.pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _takes(request: HttpRequest) -> dict[int, int]:
    """subordinate → the place, from 0, of the new unit it goes to; only those that were given one."""
    chosen = {_number(key[4:]): _number(str(value)) for key, value in request.POST.items() if key.startswith("con-")}
    return {unit: part - 1 for unit, part in chosen.items() if part}


# ---- from a form to a decision ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One kind of decision: its address, how it is called, its form, and what it makes of it."""

    slug: str
    label: str
    note: str
    form: type[forms.PaperForm]
    plan: Callable[[date, Unit, Data, Names], Plan]


def _plan(kind: Act, unit: Unit, data: Data, takes: dict[int, int], rights: Rights) -> Plan:
    names = Names(rights.reach(Verb.ADMINISTER), data["effective_on"])
    return kind.plan(data["effective_on"], unit, {**data, "takes": takes}, names)


def _rename(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    return plans.renaming(on, unit.pk, unit.name, data["name"])


def _change_kind(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    return plans.change_of_kind(on, unit.pk, unit.name, data["kind"], str(Unit.Kind(data["kind"]).label))


def _move(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    above = names.meant(data["to"])
    return plans.moving(on, [unit.pk], above.pk, f"Chuyển {unit.name} về trực thuộc {above.name}")


def _merge(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    others = [names.meant(line) for line in _lines(data["others"])]
    parent = names.meant(data["to"]).pk if data["to"] else unit.parent_id
    if parent is None:
        raise Unclear("Chưa ghi đơn vị cấp trên.")
    keys = dict.fromkeys([unit.pk, *(each.pk for each in others)])
    if len(keys) < 2:
        raise Unclear("Hợp nhất cần ít nhất hai đơn vị.")
    title = f"Hợp nhất {', '.join([unit.name, *_named(others)])} thành {clean(data['name'])}"
    return plans.merging(on, keys, data["name"], data["kind"], parent, title)


def _absorb(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    into = names.meant(data["to"])
    if into.pk == unit.pk:
        raise Unclear("Đơn vị không thể sáp nhập vào chính mình.")
    return plans.absorbing(on, [unit.pk], into.pk, f"Sáp nhập {unit.name} vào {into.name}")


def _split(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    parts = _lines(data["names"])
    if unit.parent_id is None or len(parts) > MOST_PARTS or len(parts) < (1 if data["goes_on"] else 2):
        raise Unclear(f"Chia tách cần từ hai đến {MOST_PARTS} đơn vị mới (tách: từ một), dưới một đơn vị cấp trên.")
    told = [(name, unit.kind, unit.parent_id) for name in parts]
    takes = {child: part for child, part in data["takes"].items() if part < len(parts)}
    if any(each.parent != unit.pk for pk in takes for each in [names.by_pk.get(pk)] if each):
        raise Unclear("Chỉ chia đơn vị trực thuộc của chính đơn vị này.")
    title = f"{'Tách' if data['goes_on'] else 'Chia tách'} {unit.name} thành {', '.join(parts)}"
    return plans.splitting(on, unit.pk, told, takes, data["goes_on"], title)


def _end(on: date, unit: Unit, data: Data, names: Names) -> Plan:
    heir = names.meant(data["to"]).pk if data["to"] else None
    return plans.ending(on, unit.pk, unit.name, heir)


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line for each in text.splitlines() if (line := clean(each))))


def _named(units: list[Named]) -> list[str]:
    return [each.name for each in units]


_ACTS = {
    act.slug: act
    for act in (
        Act("doi-ten", "Đổi tên", "Đơn vị giữ nguyên, chỉ đổi tên.", forms.RenameForm, _rename),
        Act("hop-nhat", "Hợp nhất", "Nhiều đơn vị thành một đơn vị mới; các đơn vị cũ kết thúc hoạt động.",
            forms.MergeForm, _merge),
        Act("sap-nhap", "Sáp nhập", "Vào một đơn vị đã có; đơn vị này kết thúc, cấp dưới theo về.",
            forms.AbsorbForm, _absorb),
        Act("chia-tach", "Chia tách", "Một đơn vị thành nhiều đơn vị mới.", forms.SplitForm, _split),
        Act("chuyen", "Chuyển trực thuộc", "Đơn vị cùng mọi cấp dưới về cấp trên khác.", forms.MoveForm, _move),
        Act("doi-loai", "Chuyển loại tổ chức", "Ví dụ: đảng bộ cơ sở thành cấp ủy trực thuộc.", forms.KindForm,
            _change_kind),
        Act("ket-thuc", "Kết thúc hoạt động", "Không có đơn vị kế thừa.", forms.EndForm, _end),
    )
}
ACTS = tuple(_ACTS.values())  # as a unit's page offers them
