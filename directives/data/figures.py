"""The figures of one rollout, level by level: one statement, the same for page, export, API, report and PDF.

Lines are joined to themselves by interval: every line whose position lies in a child's position..last counts for
that child. This is the only raw read of the project; it runs on SQLite and PostgreSQL unchanged.

Buckets are judged by the date in force; `after_extension` is the part of `done_in_time` that is in time only thanks
to an extension. The deadline day itself is in time. What is open at a unit that has ended waits for somebody to say
who answers for it: neither in time nor late, but `awaiting`. The four buckets and `awaiting` always sum to `total`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import connection

from directives.models import Assignment, Rollout
from units.access import Rights, Verb
from units.models import Unit

Json = dict[str, Any]


@dataclass(frozen=True)
class Buckets:
    """How many lines owe one fact, and how they stand on a day. Counts of lines."""

    total: int
    done_in_time: int
    after_extension: int
    done_late: int
    open_in_time: int
    open_late: int
    awaiting: int = 0

    @property
    def done(self) -> int:
        return self.done_in_time + self.done_late

    @property
    def due(self) -> int:
        """Fallen due by the day of the figures, or done already."""
        return self.total - self.open_in_time - self.awaiting


@dataclass(frozen=True)
class Tally:
    """One row of a table of figures: a unit with everything below it, or a total."""

    unit: int | None
    name: str
    kind: str
    position: int | None
    has_level: bool
    acknowledge: Buckets
    disseminate: Buckets
    cells: int
    cells_disseminated: int
    from_outside: int

    @property
    def total(self) -> int:
        return self.acknowledge.total

    @property
    def late(self) -> int:
        return self.acknowledge.open_late + self.disseminate.open_late

    @property
    def awaiting(self) -> int:
        return self.acknowledge.awaiting + self.disseminate.awaiting

    def as_dict(self) -> Json:
        """The shape of `manage.py figures --json` and of the API (DESIGN.md §9)."""
        return {
            "unit": self.unit, "name": self.name, "kind": self.kind, "total": self.acknowledge.total,
            "acknowledged": self.acknowledge.done, "from_outside": self.from_outside, "cells": self.cells,
            "cells_disseminated": self.cells_disseminated,
            "buckets": {"acknowledge": asdict(self.acknowledge), "disseminate": asdict(self.disseminate)},
        }


_CELL = "a.unit_kind IN ('cell', 'grassroots_cell')"
_DUE = "COALESCE(a.extended_to, a.disseminate_by)"
_OWES_ACK = "a.role = 'act' AND a.closed_reason = '' AND a.acknowledge_by IS NOT NULL"
_OWES_DIS = "a.role = 'act' AND a.closed_reason = '' AND a.disseminate_by IS NOT NULL"
_OPEN_ACK = f"{_OWES_ACK} AND a.acknowledged_on IS NULL"
_OPEN_DIS = f"{_OWES_DIS} AND a.disseminated_on IS NULL"
# The unit that answers for the line, where it has ended by the day of the figures.
_ENDED = "LEFT JOIN units_unit e ON e.id = a.answering_unit_id AND e.closed_on <= %(today)s"


def _count(condition: str) -> str:
    return f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"


# In the order of Buckets twice, then cells, cells_disseminated, from_outside.
_MEASURES = ", ".join(
    _count(condition)
    for condition in (
        _OWES_ACK,
        f"{_OWES_ACK} AND a.acknowledged_on <= a.acknowledge_by",
        "1 = 0",
        f"{_OWES_ACK} AND a.acknowledged_on > a.acknowledge_by",
        f"{_OPEN_ACK} AND e.id IS NULL AND a.acknowledge_by >= %(today)s",
        f"{_OPEN_ACK} AND e.id IS NULL AND a.acknowledge_by < %(today)s",
        f"{_OPEN_ACK} AND e.id IS NOT NULL",
        _OWES_DIS,
        f"{_OWES_DIS} AND a.disseminated_on <= {_DUE}",
        f"{_OWES_DIS} AND a.disseminated_on > a.disseminate_by AND a.disseminated_on <= {_DUE}",
        f"{_OWES_DIS} AND a.disseminated_on > {_DUE}",
        f"{_OPEN_DIS} AND e.id IS NULL AND {_DUE} >= %(today)s",
        f"{_OPEN_DIS} AND e.id IS NULL AND {_DUE} < %(today)s",
        f"{_OPEN_DIS} AND e.id IS NOT NULL",
        f"{_OWES_DIS} AND {_CELL}",
        f"{_OWES_DIS} AND {_CELL} AND a.disseminated_on IS NOT NULL",
        f"{_OWES_ACK} AND a.from_outside <> '' AND a.acknowledged_on IS NOT NULL",
    )
)

_FROZEN = f"""
SELECT c.unit_id, c.unit_name, c.unit_kind, c.position, c.last, {_MEASURES}
FROM directives_assignment c
JOIN directives_assignment a ON a.rollout_id = c.rollout_id AND a.position BETWEEN c.position AND c.last
{_ENDED}
WHERE c.rollout_id = %(rollout)s AND {{where}}
GROUP BY c.id, c.unit_id, c.unit_name, c.unit_kind, c.position, c.last
ORDER BY c.position
"""

# A committee's own view: its lines by who answers for them in today's tree, under each of its children and itself.
_TODAY = f"""
SELECT c.id, c.name, c.kind, NULL, c.sort_order, {_MEASURES}
FROM units_unit c
JOIN units_unit u ON (u.path >= c.path AND u.path < RTRIM(c.path, '/') || '0' AND c.id <> %(unit)s)
  OR (c.id = %(unit)s AND u.id = c.id)
JOIN directives_assignment a ON a.answering_unit_id = u.id AND a.rollout_id = %(rollout)s
{_ENDED}
WHERE c.parent_id = %(unit)s OR c.id = %(unit)s
GROUP BY c.id, c.name, c.kind, c.sort_order
ORDER BY CASE WHEN c.id = %(unit)s THEN 0 ELSE 1 END, c.sort_order, c.id
"""


# All lines of each rollout, or those that answer to one unit in today's tree.
_WHOLES = f"""
SELECT a.rollout_id, {_MEASURES}
FROM directives_assignment a JOIN units_unit u ON u.id = a.answering_unit_id
{_ENDED}
WHERE a.rollout_id IN ({{rollouts}}) {{under}}
GROUP BY a.rollout_id
"""


def level(rollout: Rollout, parent: Assignment, today: date) -> list[Tally]:
    """The children of one line of the frozen audience, each with all below it. One query."""
    return _run(
        _FROZEN.format(where="c.parent_position = %(at)s"),
        {"rollout": rollout.pk, "at": parent.position, "today": today.isoformat()},
    )


def line(rollout: Rollout, at: Assignment, today: date) -> Tally:
    """One line with all below it: the total of its level and itself. One query."""
    return _run(
        _FROZEN.format(where="c.position = %(at)s"),
        {"rollout": rollout.pk, "at": at.position, "today": today.isoformat()},
    )[0]


def todays_level(rollout: Rollout, unit: Unit, today: date) -> list[Tally]:
    """What answers to `unit` in today's tree: itself first (its own line alone), then each child. One query."""
    return _run(_TODAY, {"rollout": rollout.pk, "unit": unit.pk, "today": today.isoformat()})


def wholes(rollouts: Sequence[Rollout], today: date, unit: Unit | None = None) -> dict[int, Tally]:
    """rollout id → all of it, or what answers to `unit` in today's tree. One query, whatever the number of rollouts."""
    if not rollouts:
        return {}
    params: Json = {f"r{n}": rollout.pk for n, rollout in enumerate(rollouts)} | {"today": today.isoformat()}
    under = ""
    if unit is not None:
        under = "AND u.path >= %(path)s AND u.path < %(path_end)s"
        params |= {"path": unit.path, "path_end": unit.path_end}
    wanted = ", ".join(f"%(r{n})s" for n in range(len(rollouts)))
    with connection.cursor() as cursor:
        cursor.execute(_WHOLES.format(rollouts=wanted, under=under), params)
        rows = cursor.fetchall()
    named = {rollout.pk: unit.name if unit else rollout.root.name for rollout in rollouts}
    return {row[0]: _tally((None, named[row[0]], "", None, None, *row[1:])) for row in rows}


def readable(rollouts: Sequence[Rollout], rights: Rights) -> dict[int, Tally]:
    """rollout id → all of it that one may see: the frozen audience, or one's own part of it. At most two queries."""
    in_part = [rollout for rollout in rollouts if not rights.can(Verb.VIEW, rollout.root)]
    found = wholes([rollout for rollout in rollouts if rollout not in in_part], rights.today)
    return found | (wholes(in_part, rights.today, rights.units(Verb.VIEW)[0]) if in_part else {})


def total(tallies: list[Tally], name: str = "Tổng cộng") -> Tally:
    """The sum of disjoint rows; counts are summed before anything is divided."""
    return Tally(
        unit=None, name=name, kind="", position=None, has_level=False,
        acknowledge=_summed([t.acknowledge for t in tallies]), disseminate=_summed([t.disseminate for t in tallies]),
        cells=sum(t.cells for t in tallies), cells_disseminated=sum(t.cells_disseminated for t in tallies),
        from_outside=sum(t.from_outside for t in tallies),
    )


def _summed(rows: list[Buckets]) -> Buckets:
    return Buckets(*(sum(getattr(row, field.name) for row in rows) for field in fields(Buckets)))


def _run(sql: str, params: Json) -> list[Tally]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [_tally(row) for row in rows]


def _tally(row: tuple[Any, ...]) -> Tally:
    unit, name, kind, position, last = row[:5]
    counts = [int(count) for count in row[5:]]
    return Tally(
        unit=unit, name=name, kind=kind, position=position, has_level=position is not None and last > position,
        acknowledge=Buckets(*counts[0:7]), disseminate=Buckets(*counts[7:14]), cells=counts[14],
        cells_disseminated=counts[15], from_outside=counts[16],
    )


def report(rollout: Rollout, unit: int | None, tallies: list[Tally], today: date) -> Json:
    """The JSON of one level, the same for the API and `manage.py figures`."""
    return {
        "rollout": rollout.pk, "unit": unit, "as_of": today.isoformat(), "units": [t.as_dict() for t in tallies],
    }
