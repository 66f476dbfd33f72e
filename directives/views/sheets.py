from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from directives import uploads
from directives.actions import disseminate, files
from directives.actions.disseminate import Held
from directives.actions.documents import WrongState
from directives.data.duties import duties
from directives.forms import EvidenceForm, SheetForm, keys
from directives.models import Assignment, Occasion, Rollout
from directives.views.documents import download
from units import access
from units.access import Rights, Verb
from units.data.people import Act, acting_as, holders, recording_unit
from units.models import Unit


def sheet_list(request: HttpRequest) -> HttpResponse:
    """Which sheets there are to fill: one for each running rollout and unit one records for."""
    rights = access.rights(request.user, timezone.localdate())
    running = list(Rollout.objects.visible_to(rights).running().select_related("document").order_by("-issued_at"))
    found = [duty for unit in rights.units(Verb.DISSEMINATE) for duty in duties(running, unit, rights.today)]
    return render(request, "directives/sheet_list.html", {"duties": [duty for duty in found if duty.cells_total]})


def sheet(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """Bảng chi bộ: all cells of a unit on one page, recorded "all but those ticked", on one day."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = get_object_or_404(Rollout.objects.visible_to(rights).issued().select_related("document"), pk=pk)
    unit = get_object_or_404(rights.reach(Verb.VIEW), pk=unit_pk)
    if not rights.can(Verb.DISSEMINATE, unit):
        raise access.Forbidden("Bảng chi bộ do đơn vị và cấp ủy cấp trên trực tiếp ghi nhận.")
    cells = _cells(rollout, unit, rights)
    waiting = [line for line in cells if line.disseminated_on is None]
    form = SheetForm(request.POST or None, initial={"held_on": rights.today.isoformat()})
    left_out = keys(request.POST.getlist("tru"))
    if request.method == "POST" and form.is_valid():
        chosen = [line for line in waiting if line.pk not in left_out]
        # What the page showed when it was filled in: a cell added since then is not recorded unseen.
        shown = keys(request.POST.getlist("co"))
        try:
            done = disseminate.record(
                unit=unit, held=Held(on=form.cleaned_data["held_on"]),
                assignments=[line for line in chosen if line.pk in shown], by=rights.actor, now=timezone.now(),
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            recorded = len(cells) - len(waiting) + len(done.lines)
            messages.success(request, f"Đã lưu {len(done.lines)} chi bộ; đã ghi nhận {recorded}/{len(cells)}.")
            return redirect("occasion-detail", pk=done.occasion.pk)
    context = {
        "rollout": rollout, "unit": unit, "form": form, "waiting": waiting, "left_out": left_out,
        "recorded": [line for line in cells if line.disseminated_on is not None], "cells": cells,
        "running": rollout.closed_at is None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "directives/sheet.html", context, status=status)


def _cells(rollout: Rollout, unit: Unit, rights: Rights) -> list[Assignment]:
    """The cells below `unit` whose recording unit it is, in the order they were addressed in."""
    held = holders(rights.today)
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout, closed_reason="").cells()
    lines = lines.filter(disseminate_by__isnull=False).answered_for(rights.today).answered_under([unit]).in_order()
    lines = lines.select_related("answering_unit", "rollout__document")
    own = [line for line in lines if recording_unit(line.answering_unit.path, held) == unit.pk]
    # Nobody below holds an office: a committee above may still enter for all of them.
    return own or [line for line in lines if line.answering_unit.parent_id == unit.pk]


def occasion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    occasion = get_object_or_404(Occasion.objects.visible_to(rights).select_related("unit", "recorded_by"), pk=pk)
    may_attach = rights.can(Verb.DISSEMINATE, occasion.unit)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, now = form.cleaned_data["file"], timezone.now()
        try:
            if not may_attach:
                raise access.Forbidden("Đồng chí không có quyền bổ sung tài liệu.")
            kept = files.store(data=upload.read(), name=upload.name, by=rights.actor, now=now)
            disseminate.attach(occasion=occasion, file=kept, by=rights.actor, now=now)
        except uploads.Refused as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, "Đã lưu tài liệu.")
            return redirect("occasion-detail", pk=pk)
    recorded = Act(occasion.recorded_by, occasion.unit, occasion.recorded_at)
    context = {
        "occasion": occasion, "recorded_as": acting_as([recorded])[0],
        "form": form, "may_attach": may_attach, "files": occasion.files.order_by("pk"),
        "rows": occasion.disseminations.select_related("assignment__rollout__document", "entered_for").order_by("pk"),
    }
    return render(request, "directives/occasion_detail.html", context, status=422 if form.errors else 200)


def occasion_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    rights = access.rights(request.user, timezone.localdate())
    occasion = get_object_or_404(Occasion.objects.visible_to(rights), pk=pk)
    return download(get_object_or_404(occasion.files, pk=file_pk))
