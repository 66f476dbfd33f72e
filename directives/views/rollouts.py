from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from directives import exports
from directives.actions import remind, rollouts
from directives.actions.documents import WrongState
from directives.actions.rollouts import Dates
from directives.data import figures
from directives.data.calendar import calendar
from directives.data.figures import Tally
from directives.data.force import footing, readable
from directives.data.standing import Standing, of_acknowledgement, of_dissemination
from directives.deadlines import after
from directives.forms import RolloutForm, keys
from directives.models import Assignment, Document, Extension, Rollout
from outbox.tasks import deliver, wake
from units import access
from units.access import Rights, Verb
from units.data.people import holders, recording_unit
from units.data.tree import lineage
from units.models import Unit, User

# The addressee lines of a letter that name persons, not organisations, start with this.
PERSONS = "các đồng chí"


@dataclass(frozen=True)
class Row:
    """One row of the board's table: the figures of a unit with all below it, and its own line where it has one."""

    tally: Tally
    url: str
    line: Assignment | None
    acknowledgement: Standing | None
    dissemination: Standing | None


def rollout_list(request: HttpRequest) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    found = Rollout.objects.visible_to(rights).select_related("document", "root")
    newest = found.order_by(F("issued_at").desc(nulls_first=True), "-pk")
    page = Paginator(newest, 50).get_page(request.GET.get("trang"))
    tallies = figures.readable([rollout for rollout in page if rollout.issued_at], rights)
    context = {
        "page": page, "rows": [(rollout, tallies.get(rollout.pk)) for rollout in page],
        "can_issue": rights.holds(Verb.ISSUE),
    }
    return render(request, "directives/rollout_list.html", context)


def rollout_detail(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    rollout = get_object_or_404(Rollout.objects.visible_to(rights).select_related("document", "root"), pk=pk)
    if rollout.issued_at is None:
        preview = rollouts.preview(rollout, rights.today)
        context = {"rollout": rollout, "preview": preview, "roles": _roles(rollout)}
        return render(request, "directives/rollout_preview.html", context)
    if rights.can(Verb.VIEW, rollout.root):
        return rollout_level(request, pk, 0)
    return rollout_unit(request, pk, rights.units(Verb.VIEW)[0].pk)


def rollout_level(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One level of the frozen audience, for those who read all of it."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = _issued(rights, pk)
    if not rights.can(Verb.VIEW, rollout.root):
        return redirect("rollout-detail", pk=pk)
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout)
    at = get_object_or_404(lines, position=position)
    next_level = lines.filter(parent_position=position).select_related("answering_unit")
    below = {line.position: line for line in next_level}
    rows = [
        _row(rollout, tally, below.get(tally.position or 0), rights.today)
        for tally in figures.level(rollout, at, rights.today)
    ]
    above = lines.filter(position__lt=position, last__gte=position).in_order() if position else []
    crumbs = [(line.unit_name, reverse("rollout-level", args=[pk, line.position])) for line in above]
    return _board(request, rights, rollout, rows, figures.line(rollout, at, rights.today), crumbs, f"muc={position}")


def rollout_unit(request: HttpRequest, pk: int, unit_pk: int) -> HttpResponse:
    """What answers to one unit in today's tree, for a committee and those above it."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = _issued(rights, pk)
    unit = get_object_or_404(rights.reach(Verb.VIEW), pk=unit_pk)
    tallies = figures.todays_level(rollout, unit, rights.today)
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout, unit__in=[t.unit for t in tallies])
    lines = lines.select_related("answering_unit")
    by_unit = {line.unit_id: line for line in lines}
    rows = [_row(rollout, tally, by_unit.get(tally.unit or 0), rights.today) for tally in tallies]
    crumbs = [
        (above.name, reverse("rollout-unit", args=[pk, above.pk]))
        for above in lineage(unit)
        if rights.can(Verb.VIEW, above)
    ]
    return _board(request, rights, rollout, rows, figures.total(tallies, unit.name), crumbs, f"don-vi={unit.pk}")


def _issued(rights: Rights, pk: int) -> Rollout:
    return get_object_or_404(Rollout.objects.visible_to(rights).issued().select_related("document", "root"), pk=pk)


def _row(rollout: Rollout, tally: Tally, line: Assignment | None, today: date) -> Row:
    if tally.position is not None and tally.has_level:
        url = reverse("rollout-level", args=[rollout.pk, tally.position])
    elif tally.position is None and tally.kind not in Unit.CELL_KINDS:
        url = reverse("rollout-unit", args=[rollout.pk, tally.unit])
    else:
        url = reverse("assignment-detail", args=[line.pk]) if line else ""
    owes = line is not None and line.role == Assignment.Role.ACT
    return Row(
        tally, url, line,
        of_acknowledgement(line, today) if line and owes and line.acknowledge_by else None,
        of_dissemination(line, today) if line and owes else None,
    )


def _board(
    request: HttpRequest, rights: Rights, rollout: Rollout, rows: list[Row], whole: Tally,
    crumbs: list[tuple[str, str]], export: str,
) -> HttpResponse:
    only_late = request.GET.get("loc") == "qua-han"
    shown = [row for row in rows if row.tally.late] if only_late else rows
    acting = [row for row in shown if row.tally.acknowledge.total or row.tally.disseminate.total]
    standing, leaning = footing(rollout.document, rights.today)
    context = {
        "rollout": rollout, "rows": acting, "whole": whole, "crumbs": crumbs, "only_late": only_late,
        "informed": [row for row in shown if row not in acting], "path": request.path, "as_of": timezone.localtime(),
        "can_remind": rights.can(Verb.REMIND, rollout.root), "can_issue": rights.can(Verb.ISSUE, rollout.root),
        "export": export, "can_decide": rights.can(Verb.DECIDE, rollout.root),
        "reissued_as": Rollout.objects.visible_to(rights).issued().filter(reissues=rollout).select_related("document"),
        "leans": leaning, "standing": standing,
        "readable": readable([*standing.named, *(one for lean in leaning for one in lean.named)], rights),
        "requests": Extension.objects.visible_to(rights).waiting().filter(assignment__rollout=rollout).count()
        if rights.can(Verb.DECIDE, rollout.root) else 0,
    }
    return render(request, "directives/rollout_board.html", context)


def rollout_late(request: HttpRequest, pk: int) -> HttpResponse:
    """Every late line one may see, the latest first, ready to be ticked and reminded."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = _issued(rights, pk)
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout).late(rights.today)
    kind = request.GET.get("loai", "cap-uy")
    cells = lines.cells()
    chosen = cells if kind == "chi-bo" else lines.exclude(pk__in=cells.values("pk"))
    page = Paginator(
        chosen.select_related("answering_unit__parent").by_lateness(), 50
    ).get_page(request.GET.get("trang"))
    held = holders(rights.today)
    rows = [
        (line, of_acknowledgement(line, rights.today), of_dissemination(line, rights.today),
         _reachable(line, held))
        for line in page
    ]
    context = {
        "rollout": rollout, "page": page, "rows": rows, "kind": kind, "cells_count": cells.count(),
        "others_count": lines.count() - cells.count(), "can_remind": rights.can(Verb.REMIND, rollout.root),
    }
    return render(request, "directives/rollout_late.html", context)


def _reachable(line: Assignment, held: dict[int, list[User]]) -> bool:
    at = recording_unit(line.answering_unit.path, held)
    return any(person.email for person in held.get(at or 0, []))


def rollout_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as it stands on the page, as CSV for a spreadsheet."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = _issued(rights, pk)
    asked = request.GET.get("don-vi")
    if asked is None and rights.can(Verb.VIEW, rollout.root):
        at = get_object_or_404(rollout.assignments, position=_number(request.GET.get("muc")))
        tallies = figures.level(rollout, at, rights.today)
    else:
        unit = get_object_or_404(rights.reach(Verb.VIEW), pk=_number(asked) or rights.units(Verb.VIEW)[0].pk)
        tallies = figures.todays_level(rollout, unit, rights.today)
    shown = [t for t in tallies if t.acknowledge.total or t.disseminate.total]
    if request.GET.get("loc") == "qua-han":
        shown = [t for t in shown if t.late]
    text = exports.csv_table(exports.FIGURE_HEADINGS, [exports.figure_row(t.as_dict()) for t in shown], settings.DEMO)
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trien-khai-{pk}-{rights.today:%Y%m%d}.csv"'
    return response


def _number(text: str | None) -> int:
    return next(iter(keys([text or ""])), 0)


def rollout_compose(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    if not rights.holds(Verb.ISSUE):
        raise access.Forbidden("Đồng chí không có quyền giao triển khai.")
    document = get_object_or_404(Document.objects.visible_to(rights), pk=pk)
    again, old = request.GET.get("giao-lai"), None
    if again is not None:
        old = get_object_or_404(rollouts.revisable(document), pk=_number(again))
    form = RolloutForm(request.POST or None, initial=_proposal(rights.today) | _audience_again(old))
    persons = [text for text in document.addressees if text.lower().startswith(PERSONS)]
    if request.method == "POST" and form.is_valid():
        dates = Dates(form.cleaned_data["acknowledge_by"], form.cleaned_data["disseminate_by"])
        if (same := _composed(document, old, form.audience(), dates, rights)) is not None:
            messages.info(request, "Đợt này đã được soạn trước đó và đang chờ giao.")
            return redirect("rollout-detail", pk=same.pk)
        try:
            rollout = rollouts.compose(
                document=document, root=rights.units(Verb.ISSUE)[0], audience=form.audience(), outside=persons,
                dates=dates, by=rights.actor, now=timezone.now(), reissues=old,
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            return redirect("rollout-detail", pk=rollout.pk)
    standing, leaning = footing(document, rights.today)
    context = {
        "form": form, "document": document, "persons": persons, "old": old, "leans": leaning, "standing": standing,
        "readable": readable([*standing.named, *(one for lean in leaning for one in lean.named)], rights),
    }
    return render(request, "directives/rollout_compose.html", context, status=422 if form.errors else 200)


def _composed(
    document: Document, old: Rollout | None, audience: dict[str, str], dates: Dates, rights: Rights
) -> Rollout | None:
    """The same rollout, composed before and not issued: a form sent twice, or somebody was faster."""
    waiting = document.rollouts.visible_to(rights).filter(
        issued_at=None, reissues=old, acknowledge_by=dates.acknowledge_by, disseminate_by=dates.disseminate_by
    )
    return next((rollout for rollout in waiting if rollout.audience == audience), None)


def _proposal(today: date) -> dict[str, Any]:
    """The usual audience and the board's usual days; the letter itself sets none."""
    days = calendar()
    kinds = Unit.Kind
    return {
        "act": [kinds.COMMITTEE, kinds.PARTY_GROUP, kinds.GRASSROOTS, kinds.GRASSROOTS_CELL, kinds.SECTION, kinds.CELL],
        "inform": [kinds.ADVISORY],
        "acknowledge_by": after(today, settings.ACKNOWLEDGE_DAYS, days).isoformat(),
        "disseminate_by": after(today, settings.DISSEMINATE_DAYS, days).isoformat(),
    }


def _audience_again(old: Rollout | None) -> dict[str, Any]:
    """The kinds that the old text went to, for its new one."""
    if old is None:
        return {}
    acting = [kind for kind, role in old.audience.items() if role == Assignment.Role.ACT]
    return {"act": acting, "inform": [kind for kind in old.audience if kind not in acting]}


def _roles(rollout: Rollout) -> list[tuple[str, str]]:
    kinds, roles = dict(Unit.Kind.choices), dict(Assignment.Role.choices)
    return [(str(kinds[kind]), str(roles[role])) for kind, role in rollout.audience.items()]


@require_POST
def rollout_issue(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    rollout = get_object_or_404(Rollout.objects.visible_to(rights), pk=pk)
    try:
        rollouts.issue(rollout=rollout, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã giao triển khai. Các đơn vị thấy nhiệm vụ ngay từ lúc này.")
    return redirect("rollout-detail", pk=pk)


@require_POST
def rollout_close(request: HttpRequest, pk: int) -> HttpResponse:
    rights = access.rights(request.user, timezone.localdate())
    rollout = get_object_or_404(Rollout.objects.visible_to(rights), pk=pk)
    try:
        rollouts.close(rollout=rollout, by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã kết thúc đợt triển khai.")
    return redirect("rollout-detail", pk=pk)


@require_POST
def rollout_urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the ticked lines at once; the mails are seen leaving on the outbox page."""
    rights = access.rights(request.user, timezone.localdate())
    rollout = _issued(rights, pk)
    chosen = keys(request.POST.getlist("don-vi")[:500])
    lines = Assignment.objects.visible_to(rights).filter(rollout=rollout, pk__in=chosen)
    lines = lines.select_related("answering_unit", "rollout__document")
    try:
        planned = remind.urge(assignments=list(lines), by=rights.actor, now=timezone.now())
    except WrongState as error:
        messages.error(request, str(error))
        return redirect("rollout-late", pk=pk)
    wake(deliver)
    sent = sum(row.recipient_id is not None for row in planned)
    messages.success(request, f"Đã nhắc {sent} người phụ trách; thư đang được gửi.")
    for row in planned:
        if row.recipient_id is None:
            messages.warning(request, f"{row.assignment.unit_name}: chưa có người phụ trách nhận được thư.")
    return redirect("mail-list")
