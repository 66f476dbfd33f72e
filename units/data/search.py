"""The folded text that a unit is found by: its names and codes of all its days, and those of the units it succeeded."""

from collections.abc import Iterable

from units.data.outlook import chunks
from units.data.succession import all_from, followed
from units.models import Unit, UnitState
from units.vietnamese import fold


def text_of(words: Iterable[str]) -> str:
    """Each name once, in the order given."""
    return fold("; ".join(dict.fromkeys(word for word in words if word)))


def stale(units: Iterable[int]) -> list[Unit]:
    """The units, of these and of all that succeeded them in however many steps, whose text is another now, with it."""
    later = followed(set(units), "predecessor", "successor")
    wanted = set(units).union(*later.values())
    earlier = followed(wanted, "successor", "predecessor")
    names = _names(wanted.union(*earlier.values()))
    stored = {
        pk: text for chunk in chunks(wanted)
        for pk, text in Unit.objects.filter(pk__in=chunk).values_list("pk", "search_text")
    }
    found = []
    for unit in sorted(wanted):
        lines = [unit, *sorted(all_from(unit, earlier) - {unit})]
        text = text_of(name for line in lines for name in names.get(line, []))
        if text != stored.get(unit):
            found.append(Unit(pk=unit, search_text=text))
    return found


def _names(units: set[int]) -> dict[int, list[str]]:
    """unit → its names and codes, the newest first."""
    found: dict[int, list[str]] = {}
    for chunk in chunks(units):
        states = UnitState.objects.filter(unit__in=chunk).order_by("unit", "-from_on")
        for unit, name, code in states.values_list("unit", "name", "code"):
            found.setdefault(unit, []).extend((name, code))
    return found
