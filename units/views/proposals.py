from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from units import access
from units.access import Rights, Verb
from units.actions import proposals
from units.actions.carry_out import Paper, WrongState
from units.actions.proposals import Told
from units.data.own_cells import own_cells
from units.forms import CellsForm, InChargeForm, PaperForm, ReasonForm
from units.models import Unit
from units.vietnamese import clean

LATER = "confirm_later"  # in the session: the holder has put it off


def unit_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A committee's first sign-in, and whenever its cells change: who is in charge, which cells there are."""
    rights = access.rights(request.user, timezone.localdate())
    unit = get_object_or_404(access.units_visible(rights), pk=pk)
    office = next((o for o in rights.offices if o.unit_id == pk and Verb.PROPOSE in access.verbs_of(o.role)), None)
    if office is None:
        raise access.Forbidden("Việc này do người phụ trách của chính đơn vị thực hiện.")
    cells = own_cells(unit, rights.today)
    posted = request.POST if request.method == "POST" else None
    person = InChargeForm(posted, user=rights.actor, initial=_in_charge(rights))
    form = CellsForm(posted)
    typed = _typed(request.POST, cells)
    context = {
        "unit": unit, "office": office, "person": person, "form": form,
        "cells": [(cell, typed.renamed.get(cell.pk, ""), cell.pk in typed.ended) for cell in cells],
        "asked": unit.proposals.select_related("cell").order_by("-pk")[:50],
        "takes_cells": unit.kind not in Unit.KINDS_WITHOUT_SUBORDINATES,
    }
    if request.method != "POST" or not (person.is_valid() and form.is_valid()):
        status = 422 if person.errors or form.errors else 200
        return render(request, "units/unit_confirm.html", context, status=status)
    told = Told(tuple(form.cleaned_data["added"]), typed.renamed, typed.ended)
    try:
        asked = proposals.confirm_office(
            office=office, cells=cells, told=told, by=rights.actor, now=timezone.now(), **person.cleaned_data
        )
    except WrongState as error:
        form.add_error(None, str(error))
        return render(request, "units/unit_confirm.html", context, status=422)
    request.session.pop(LATER, None)
    said = f"; đã gửi {len(asked)} đề nghị về chi bộ đến quản trị cổng" if asked else ""
    messages.success(request, f"Đã lưu thông tin đơn vị{said}.")
    return redirect("home")


def _in_charge(rights: Rights) -> dict[str, str]:
    return {"label": rights.actor.label, "email": rights.actor.email}


def _typed(posted: Mapping[str, str], cells: list[Unit]) -> Told:
    """New names and ends of the cells shown; a name that is left as it was says nothing."""
    renamed = {}
    for cell in cells:
        name = clean(posted.get(f"ten-{cell.pk}", ""))[:200]
        if name and name != cell.name:
            renamed[cell.pk] = name
    ended = frozenset(cell.pk for cell in cells if posted.get(f"het-{cell.pk}"))
    return Told((), renamed, ended)


@require_POST
def unit_confirm_later(request: HttpRequest) -> HttpResponse:
    """Để sau: the reminder on the front page rests until the next sign-in."""
    request.session[LATER] = True
    return redirect("home")


def proposal_list(request: HttpRequest) -> HttpResponse:
    """What committees ask for, to be agreed to or refused in bulk."""
    rights = access.rights(request.user, timezone.localdate())
    return _list(request, rights, PaperForm(initial={"effective_on": rights.today.isoformat()}))


def _list(request: HttpRequest, rights: Rights, form: PaperForm, status: int = 200) -> HttpResponse:
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    waiting = access.proposals_administered(rights).waiting().select_related("unit", "parent", "cell", "asked_by")
    page = Paginator(waiting.order_by("unit__path", "pk"), 100).get_page(request.GET.get("trang"))
    context = {"page": page, "form": form, "ticked": set(request.POST.getlist("chon")),
               "reason": request.POST.get("ly-do", "")}
    return render(request, "units/proposal_list.html", context, status=status)


@require_POST
def proposal_decide(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.ADMINISTER):
        raise access.Forbidden("Chỉ quản trị cổng thực hiện việc này.")
    form, now = PaperForm(request.POST), timezone.now()
    keys = [int(key) for key in request.POST.getlist("chon") if key.isascii() and key.isdigit() and len(key) < 19]
    chosen = list(access.proposals_administered(rights).waiting().filter(pk__in=keys))
    agrees = request.POST.get("quyet-dinh") == "dong-y"
    if agrees and not form.is_valid():
        return _list(request, rights, form, status=422)
    try:
        if agrees:
            data = form.cleaned_data
            paper = Paper(data["effective_on"], data["number"], data["decided_on"])
            decision = proposals.agree(proposals=chosen, paper=paper, by=rights.actor, now=now)
            messages.success(request, f"Đã đồng ý {len(chosen)} đề nghị: {decision.title}.")
        elif request.POST.get("quyet-dinh") == "khong":
            why = ReasonForm({"reason": request.POST.get("ly-do", "")})
            if not why.is_valid():
                raise WrongState(" ".join(map(str, why.errors["reason"])))
            reason = why.cleaned_data["reason"]
            count = proposals.refuse(proposals=chosen, reason=reason, by=rights.actor, now=now)
            messages.success(request, f"Đã trả lời: không đồng ý {count} đề nghị.")
        else:
            raise Http404
    except WrongState as error:
        messages.error(request, str(error))
        return _list(request, rights, form, status=422)
    return redirect("proposal-list")
