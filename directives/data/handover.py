"""The duties that await a decision because their unit has ended, unit by unit, each with a proposal."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Count

from directives.models import Assignment
from directives.models.assignment import AssignmentQuerySet
from units.data.outlook import chunks
from units.data.succession import heirs
from units.models import Unit, UnitState
from units.models.unit import UnitQuerySet


@dataclass(frozen=True)
class Waiting:
    """One ended unit. `heir` is the proposal, None: to be closed; `others` are its further living successors."""

    unit: Unit
    lines: int
    rollouts: int
    heir: Unit | None
    others: list[Unit]


def waiting(lines: AssignmentQuerySet, today: date) -> list[Waiting]:
    """`lines` are those that await a decision; in the order of the tree. A fixed number of queries.

    Of several living successors the one is proposed that most of the unit's former subordinates stand under now, then
    the first in the official order.
    """
    counted = lines.order_by().values("answering_unit").annotate(
        lines=Count("pk"), rollouts=Count("rollout", distinct=True)
    )
    counts = {row["answering_unit"]: (row["lines"], row["rollouts"]) for row in counted}
    living, took = heirs(counts, today), _took(set(counts))
    units = Unit.objects.select_related("parent").in_bulk(counts)
    found = []
    for pk, (count, rollouts) in counts.items():
        ranked = sorted(
            living[pk], key=lambda heir: (-took[pk, heir.pk], heir.sort_order, heir.pk)
        )
        found.append(Waiting(units[pk], count, rollouts, ranked[0] if ranked else None, ranked[1:]))
    return sorted(found, key=lambda row: (row.unit.parent.path if row.unit.parent else "", row.unit.sort_order))


def open_duties(units: Iterable[int]) -> int:
    """How many lines these units still owe something on, in rollouts that run."""
    return sum(
        Assignment.objects.live().owing().filter(answering_unit__in=chunk).count() for chunk in chunks(units)
    )


def awaiting_at(units: UnitQuerySet, today: date) -> int:
    """How many lines of these units await a decision; for those, too, who do not read the lines themselves."""
    return Assignment.objects.awaiting_decision(today).filter(answering_unit__in=units).count()


def _took(units: set[int]) -> Counter[tuple[int | None, int | None]]:
    """(ended unit, unit) → how many that once stood directly under the first stand under the second today."""
    states = UnitState.objects.filter(parent__in=units).order_by("from_on").values_list("unit", "parent")
    once = dict(states)  # the last of these superiors
    found: Counter[tuple[int | None, int | None]] = Counter()
    for pk, parent in Unit.objects.filter(pk__in=once).values_list("pk", "parent"):
        found[once[pk], parent] += 1
    return found


def digest(rows: list[Waiting]) -> str:
    """What a page of proposals said, so that nobody confirms another list than the one that was shown."""
    said = [(row.unit.pk, row.lines, row.heir.pk if row.heir else 0) for row in rows]
    return sha256(repr(said).encode()).hexdigest()[:16]
