from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives.actions import acknowledge, disseminate, extensions
from directives.actions.disseminate import Held
from directives.actions.documents import WrongState
from directives.data.standing import of_acknowledgement, of_dissemination
from directives.forms import ExtensionForm, NoteForm, OccasionForm, OutsideForm, keys
from directives.models import Assignment, Document, Extension, Occasion
from units import access
from units.access import Rights, Verb
from units.data.history import history
from units.data.people import Act, acting_as
from units.models import Unit


def _line(rights: Rights, pk: int) -> Assignment:
    lines = Assignment.objects.visible_to(rights).filter(rollout__issued_at__isnull=False)
    return get_object_or_404(
        lines.select_related("rollout__document", "rollout__root", "unit", "answering_unit", "acknowledged_by"), pk=pk
    )


def assignment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    acknowledge.open_line(assignment=line, by=rights.actor, now=timezone.now())
    return render(request, "directives/assignment_detail.html", _detail(line, rights))


def _detail(line: Assignment, rights: Rights, **forms: Any) -> dict[str, Any]:
    """The four facts of a line, and what may be done about it; `forms` holds the one that came back with errors."""
    line.refresh_from_db(fields=["opened_at"])
    today, unit = rights.today, line.answering_unit
    awaits = line.awaits_decision(today)
    running = line.rollout.closed_at is None and not line.closed_reason and not awaits
    open_ack = running and line.acknowledge_by is not None and line.acknowledged_on is None
    open_dis = running and line.disseminate_by is not None and line.disseminated_on is None
    below = Assignment.objects.visible_to(rights).below(line).cells()
    cells = list(below.values_list("disseminated_on", flat=True))
    readable = Occasion.objects.visible_to(rights).filter(disseminations__assignment=line)
    told = history("assignment", line.pk)
    together = _together(line, rights)
    extension = line.extensions.filter(decision="").first()
    initial = {"held_on": today.isoformat(), "form": Occasion.Form.CONFERENCE}
    return {
        "line": line, "awaits": awaits, "rollout": line.rollout, "document": line.rollout.document,
        "acknowledgement": of_acknowledgement(line, today), "dissemination": of_dissemination(line, today),
        "cells_total": len(cells), "cells_done": sum(day is not None for day in cells),
        "acknowledged_as": acting_as([Act(line.acknowledged_by, line.unit, line.acknowledged_at)])[0],
        "receipt": next((entry for entry in told if entry.event == "assignment.acknowledged"), None),
        "disseminations": line.disseminations.select_related("occasion", "entered_for").order_by("-pk"),
        "extensions": line.extensions.order_by("-pk"), "pending": extension,
        "history": told, "reminders": line.reminders.select_related("mail").order_by("-day", "-pk"),
        "corrections": Document.objects.visible_to(rights).corrections().filter(revises=line.rollout.document_id),
        "readable": set(readable.values_list("pk", flat=True)),
        "together": together, "chosen_together": {other.pk for other in together},
        "can_sheet": bool(cells) and rights.can(Verb.DISSEMINATE, unit),
        "can_acknowledge": open_ack and rights.can(Verb.ACKNOWLEDGE, unit),
        "can_record_outside": open_ack and rights.can_above(Verb.RECORD_OUTSIDE, unit),
        "can_disseminate": open_dis and rights.can(Verb.DISSEMINATE, unit),
        "can_ask": (open_dis or (running and None in cells)) and not extension
        and rights.can(Verb.ASK_EXTENSION, unit),
        "can_decide": rights.can(Verb.DECIDE, unit),
        "can_send_back": running and line.disseminated_on is not None and rights.can(Verb.DECIDE, unit),
        "outside_form": OutsideForm(initial={"on": today.isoformat()}), "note_form": NoteForm(),
        "occasion_form": OccasionForm(initial=initial), "extension_form": ExtensionForm(),
    } | forms


def _together(line: Assignment, rights: Rights) -> list[Assignment]:
    """What the same unit answers for in the same rollout, cells apart: one occasion may serve all of it."""
    lines = Assignment.objects.visible_to(rights).live().owing_dissemination().exclude(pk=line.pk)
    same = lines.filter(rollout=line.rollout_id, answering_unit=line.answering_unit_id)
    own = same.exclude(unit_kind__in=Unit.CELL_KINDS).in_order()
    return list(own.select_related("answering_unit", "rollout__document"))


# Each form of the page is shown only while its step may be taken.
_SHOWN_WHILE = {
    "outside_form": "can_record_outside", "occasion_form": "can_disseminate", "note_form": "can_send_back",
    "extension_form": "can_ask",
}


def _again(request: HttpRequest, line: Assignment, rights: Rights, **typed: Any) -> HttpResponse:
    """The page with the form that was refused; when the step may no longer be taken, with the reason alone."""
    context = _detail(line, rights, **typed)
    for name, form in typed.items():
        if name in _SHOWN_WHILE and not context[_SHOWN_WHILE[name]]:
            for reasons in form.errors.values():
                messages.error(request, " ".join(str(reason) for reason in reasons))
    return render(request, "directives/assignment_detail.html", context, status=422)


@require_POST
def assignment_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    try:
        acknowledge.acknowledge(assignment=line, by=rights.actor, now=timezone.now())
    except acknowledge.AlreadyDone as error:
        messages.info(request, str(error))
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Đã lưu: {line.unit_name} đã tiếp nhận {line.rollout.document.name}.")
    return redirect("assignment-detail", pk=pk)


@require_POST
def assignment_outside(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    form = OutsideForm(request.POST)
    if not form.is_valid():
        return _again(request, line, rights, outside_form=form)
    try:
        acknowledge.record_outside(assignment=line, by=rights.actor, now=timezone.now(), **form.cleaned_data)
    except WrongState as error:
        form.add_error(None, str(error))
        return _again(request, line, rights, outside_form=form)
    messages.success(request, "Đã lưu: tiếp nhận ngoài cổng.")
    return redirect("assignment-detail", pk=pk)


@require_POST
def assignment_disseminate(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's own occasion; its cells have their sheet."""
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    form = OccasionForm(request.POST)
    if not form.is_valid():
        return _again(request, line, rights, occasion_form=form)
    data, chosen = form.cleaned_data, keys(request.POST.getlist("cung"))
    together = [other for other in _together(line, rights) if other.pk in chosen]
    held = Held(
        on=data["held_on"], form=data["form"] or Occasion.Form.CONFERENCE, attended=data["attended"],
        due=data["due"], own_number=data["own_number"],
    )
    try:
        done = disseminate.record(
            unit=line.answering_unit, held=held, assignments=[line, *together], by=rights.actor, now=timezone.now()
        )
    except WrongState as error:
        form.add_error(None, str(error))
        return _again(request, line, rights, occasion_form=form, chosen_together=chosen)
    messages.success(request, "Đã lưu ghi nhận quán triệt, phổ biến.")
    return redirect("occasion-detail", pk=done.occasion.pk)


@require_POST
def assignment_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    form = NoteForm(request.POST)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        disseminate.send_back(assignment=line, note=note, by=rights.actor, now=timezone.now())
    except WrongState as error:
        form.add_error("note", str(error))
        return _again(request, line, rights, note_form=form)
    messages.success(request, "Đã trả lại, đề nghị bổ sung.")
    return redirect("assignment-detail", pk=pk)


@require_POST
def extension_ask(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    line = _line(rights, pk)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _again(request, line, rights, extension_form=form)
    try:
        extensions.ask(assignment=line, by=rights.actor, now=timezone.now(), **form.cleaned_data)
    except WrongState as error:
        form.add_error(None, str(error))
        return _again(request, line, rights, extension_form=form)
    messages.success(request, "Đã gửi đề nghị gia hạn đến Ban Tuyên giáo.")
    return redirect("assignment-detail", pk=pk)


def extension_list(request: HttpRequest) -> HttpResponse:
    """The requests one may decide on, the oldest first."""
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.DECIDE):
        raise access.Forbidden("Đồng chí không có quyền quyết định gia hạn.")
    waiting = Extension.objects.visible_to(rights).waiting()
    page = Paginator(waiting.select_related("assignment__rollout__document"), 50).get_page(request.GET.get("trang"))
    return render(request, "directives/extension_list.html", {"page": page})


@require_POST
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    extension = get_object_or_404(
        Extension.objects.visible_to(rights).select_related("assignment__answering_unit", "assignment__rollout"), pk=pk
    )
    granted, form = request.POST.get("quyet-dinh") == "dong-y", NoteForm({"note": request.POST.get("ly-do", "")})
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["note"])))
        return redirect("extension-list")
    reason = form.cleaned_data["note"]
    try:
        extensions.decide(extension=extension, granted=granted, reason=reason, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã gia hạn." if granted else "Đã trả lời: không đồng ý gia hạn.")
    return redirect("extension-list")
