"""The duties that await a decision because their unit has ended, unit by unit, each with a proposal."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Count

from directives.models.assignment import AssignmentQuerySet
from units.models import Succession, Unit, UnitState

FAR = 20  # steps of succession; nobody is reorganised more often while a directive runs


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
    heirs = living_successors(set(counts), today)
    named = {*counts, *(heir for each in heirs.values() for heir in each)}
    units = Unit.objects.select_related("parent").in_bulk(named)
    took = _took(set(counts))
    found = []
    for pk, (count, rollouts) in counts.items():
        ranked = sorted(
            (units[heir] for heir in heirs[pk]),
            key=lambda heir: (-took.get((pk, heir.pk), 0), heir.sort_order, heir.pk),
        )
        found.append(Waiting(units[pk], count, rollouts, ranked[0] if ranked else None, ranked[1:]))
    return sorted(found, key=lambda row: (row.unit.parent.path if row.unit.parent else "", row.unit.sort_order))


def living_successors(units: set[int], today: date) -> dict[int, set[int]]:
    """unit → the living units that its successions lead to, in however many steps. Two queries a step."""
    found: dict[int, set[int]] = {unit: set() for unit in units}
    reached: dict[int, set[int]] = {unit: {unit} for unit in units}  # where one has got to → from which units
    seen: set[tuple[int, int]] = set()
    for _ in range(FAR):
        steps = Succession.objects.filter(predecessor__in=reached).values_list("predecessor", "successor")
        ahead: dict[int, set[int]] = {}
        for predecessor, successor in steps:
            ahead.setdefault(successor, set()).update(reached[predecessor])
        alive = set(Unit.objects.filter(pk__in=ahead).alive_on(today).values_list("pk", flat=True))
        for unit in alive:
            for origin in ahead[unit]:
                found[origin].add(unit)
        reached = {
            unit: fresh for unit, origins in ahead.items()
            if unit not in alive and (fresh := {each for each in origins if (each, unit) not in seen})
        }
        seen |= {(each, unit) for unit, origins in reached.items() for each in origins}
        if not reached:
            break
    return found


def _took(units: set[int]) -> dict[tuple[int, int], int]:
    """(ended unit, unit) → how many that once stood directly under the first stand under the second today."""
    once = dict(UnitState.objects.filter(parent__in=units).order_by("from_on").values_list("unit", "parent"))
    found: dict[tuple[int, int], int] = {}
    for pk, parent in Unit.objects.filter(pk__in=once).values_list("pk", "parent"):
        if parent is not None and once[pk] is not None:
            found[once[pk], parent] = found.get((once[pk], parent), 0) + 1
    return found


def digest(rows: list[Waiting]) -> str:
    """What a page of proposals said, so that nobody confirms another list than the one that was shown."""
    said = [(row.unit.pk, row.lines, row.heir.pk if row.heir else 0) for row in rows]
    return sha256(repr(said).encode()).hexdigest()[:16]
