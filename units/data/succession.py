"""Who came before and after whom, in however many steps: A and B became C, C went into D."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from units.data.outlook import chunks
from units.models import Succession, Unit

End = Literal["predecessor", "successor"]
Steps = dict[int, set[int]]


def followed(units: Iterable[int], source: End, target: End, by: date | None = None) -> Steps:
    """unit → those next to it in one direction of succession, for these units and all that are met; a query a step.

    With `by` only decisions in force on that day count.
    """
    found: Steps = {}
    level = set(units)
    seen = set(level)
    in_force: dict[str, Any] = {"reorganisation__effective_on__lte": by} if by else {}
    while level:
        for chunk in chunks(level):
            pairs = Succession.objects.filter(**{f"{source}__in": chunk}, **in_force)
            for one, other in pairs.values_list(source, target):
                found.setdefault(one, set()).add(other)
        level = {other for unit in level for other in found.get(unit, ())} - seen
        seen |= level
    return found


def all_from(unit: int, steps: Steps) -> set[int]:
    """`unit` and all that the steps lead to from it."""
    met, waiting = {unit}, [unit]
    while waiting:
        fresh = steps.get(waiting.pop(), set()) - met
        met |= fresh
        waiting += fresh
    return met


def predecessors_below(roots: Iterable[Unit], today: date) -> set[int]:
    """The units that went into one of those in these subtrees, in however many steps, by decisions in force."""
    below = Unit.objects.under(roots)
    pairs = Succession.objects.filter(successor__in=below, reorganisation__effective_on__lte=today)
    first = set(pairs.values_list("predecessor", flat=True))
    return first.union(*followed(first, "successor", "predecessor", by=today).values())


def heirs(ended: Iterable[int], today: date) -> dict[int, list[Unit]]:
    """unit that has ended → the living that go on for it, the first met on every chain, in official order."""
    asked = set(ended)
    later = followed(asked, "predecessor", "successor", by=today)
    known = Unit.objects.in_bulk({after for each in later.values() for after in each}) if later else {}
    living = {pk for pk, unit in known.items() if unit.closed_on is None or unit.closed_on > today}
    onwards = {unit: after for unit, after in later.items() if unit not in living}
    found = {}
    for unit in asked:
        ahead = [known[pk] for pk in (all_from(unit, onwards) - {unit}) & living]
        found[unit] = sorted(ahead, key=lambda each: (each.sort_order, each.pk))
    return found
