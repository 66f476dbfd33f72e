"""What a report says in figures: read once, frozen as plain data, never read again.

The shape is the report's contract with its template and with whoever checks it later; dates are ISO text, so that
the canonical JSON of the same figures is the same bytes everywhere.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from directives.data import figures
from directives.data.figures import Tally
from directives.data.force import leans
from directives.models import Assignment, Dissemination, Reminder, Rollout
from reports.models import Period, Report
from units.models import Change, Reorganisation, Unit

Json = dict[str, Any]
MOST_LATE = 300


def measure(rollout: Rollout, period: Period, now: datetime) -> Json:
    """The figures of a rollout as they stand at `now`; all of its queries see the same moment."""
    with transaction.atomic():
        # SQLite's transactions are of one moment by nature, PostgreSQL's when told so before their first query.
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _measured(rollout, period, now)


def _measured(rollout: Rollout, period: Period, now: datetime) -> Json:
    today = timezone.localdate(now)
    root = rollout.assignments.get(position=0)
    document = rollout.document
    lines = {line.position: line for line in rollout.assignments.filter(parent_position=0)}
    entered, recorded_late = _marks(rollout)
    rows = [
        _row(tally, lines[tally.position], entered, recorded_late)
        for tally in figures.level(rollout, root, today)
        if tally.position is not None and tally.acknowledge.total + tally.disseminate.total
    ]
    whole = _row(figures.line(rollout, root, today), root, entered, recorded_late)
    return {
        "as_of": timezone.localtime(now).isoformat(timespec="seconds"),
        "period": {"label": period.label, "start_on": _iso(period.start_on), "end_on": _iso(period.end_on)},
        "document": {
            "number": document.number, "type": document.type, "issuer": document.issuer, "title": document.title,
            "issued_on": _iso(document.issued_on),
        },
        "rollout": {
            "id": rollout.pk, "issued_on": _iso(timezone.localdate(rollout.issued_at)),
            "acknowledge_by": _iso(rollout.acknowledge_by), "disseminate_by": _iso(rollout.disseminate_by),
        },
        "outside": list(rollout.outside), "total": whole, "previous": _previous(rollout, period), "units": rows,
        "late": _late(rollout, today), "changes": _changes(period), "replaced": _replaced(rollout, today),
        "reminders": _reminders(rollout, period),
    }


def canonical(figures_: Json) -> str:
    """The same figures as the same text on every machine: sorted keys, no blanks, Vietnamese as it is."""
    return json.dumps(figures_, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _row(tally: Tally, line: Assignment, entered: dict[int, int], recorded_late: dict[int, int]) -> Json:
    inside = range(line.position, line.last + 1)
    acts = line.role == Assignment.Role.ACT
    return {
        "unit": tally.unit, "name": tally.name, "acknowledge_by": _iso(line.acknowledge_by),
        "acknowledged_on": _iso(line.acknowledged_on) if acts else None, "extended_to": _iso(line.extended_to),
        "from_outside": tally.from_outside, "acknowledge": asdict(tally.acknowledge),
        "disseminate": asdict(tally.disseminate), "cells": tally.cells, "cells_disseminated": tally.cells_disseminated,
        "entered_for": sum(count for at, count in entered.items() if at in inside),
        "recorded_late": sum(count for at, count in recorded_late.items() if at in inside), "note": "",
    }


def _marks(rollout: Rollout) -> tuple[dict[int, int], dict[int, int]]:
    """position → how many accepted disseminations were entered for another, and how many were recorded late."""
    accepted = Dissemination.objects.filter(
        assignment__rollout=rollout, state=Dissemination.State.ACCEPTED
    ).values_list("assignment__position")
    entered = accepted.filter(entered_for__isnull=False).annotate(Count("pk"))
    late = accepted.filter(recorded_late=True).annotate(Count("pk"))
    return dict(entered), dict(late)


def _previous(rollout: Rollout, period: Period) -> Json | None:
    """The same four numbers of the newest issued report of an earlier period, as they were frozen."""
    issued = Report.objects.issued().filter(rollout=rollout, period__end_on__lt=period.start_on)
    last = issued.order_by("-period__end_on", "-revision").first()
    if last is None:
        return None
    total = json.loads(last.figures)["total"]

    def pair(fact: str) -> Json:
        buckets = total[fact]
        return {"done": buckets["done_in_time"] + buckets["done_late"], "total": buckets["total"]}

    return {"label": last.period.label, "acknowledge": pair("acknowledge"), "disseminate": pair("disseminate")}


def _late(rollout: Rollout, today: date) -> list[Json]:
    """Committees and other units by name, one line a fact; cells only as counts in the table, never by name."""
    lines = rollout.assignments.late(today).exclude(unit_kind__in=Unit.CELL_KINDS).in_order()
    names = dict(rollout.assignments.exclude(unit_kind__in=Unit.CELL_KINDS).values_list("position", "unit_name"))
    found: list[Json] = []
    for line in lines:
        for fact, owed, due in (
            ("acknowledge", line.acknowledged_on is None and line.late_to_acknowledge(today), line.acknowledge_by),
            ("disseminate", line.disseminated_on is None and line.late_to_disseminate(today), line.due_on),
        ):
            if owed and due is not None:
                extended = fact == "disseminate" and line.extended_to is not None
                found.append({
                    "name": line.unit_name, "under": names.get(line.parent_position or 0, ""), "fact": fact,
                    "due_on": due.isoformat(), "days": (today - due).days, "note": "đã gia hạn" if extended else "",
                })
    return sorted(found, key=lambda row: (row["fact"], -row["days"]))[:MOST_LATE]


def _changes(period: Period) -> list[Json]:
    """The decisions in force in the period; a plain setting-up of units, without a paper, is none."""
    decisions = Reorganisation.objects.filter(effective_on__range=(period.start_on, period.end_on))
    changing = Exists(Change.objects.filter(reorganisation=OuterRef("pk"), founds=False))
    return [
        {"effective_on": on.isoformat(), "decision": number, "text": title}
        for on, number, title in decisions.filter(changing | ~Q(number="")).order_by("effective_on", "pk")
        .values_list("effective_on", "number", "title")
    ]


def _replaced(rollout: Rollout, today: date) -> list[Json]:
    """What the directive leans on that no longer held on the day of the figures: by what replaced and since when.

    What expired without being replaced has an empty `replaced_by`.
    """
    return [
        {
            "cited": cited.name, "replaced_by": standing.by.name if standing.by else "",
            "in_force_on": _iso(standing.on),
        }
        for lean in leans(rollout.document, today)
        if (cited := lean.citation.target) and (standing := lean.standing)
    ]


def _reminders(rollout: Rollout, period: Period) -> Json:
    """Reminders whose mail has left in the period, the units they were about, and mails that failed."""
    rows = Reminder.objects.filter(assignment__rollout=rollout, day__range=(period.start_on, period.end_on))
    sent = rows.filter(mail__state="sent")
    return {
        "sent": sent.count(), "units": sent.values("assignment__answering_unit").distinct().count(),
        "failed": rows.filter(mail__state="failed").count(),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
