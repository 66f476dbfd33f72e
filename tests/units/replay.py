"""What decisions mean, once more and naively: a dict of dicts that is walked day by day. No SQL, no product code.

`World` is the tests' own account of a tree: each decision as plain statements, resolved when it is recorded, in the
order recorded. `tree` replays them up to a day; `holds` says whether they make sense on every day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Said = tuple[date, int, dict[str, Any]]  # day, unit, what is said about it
Pair = tuple[date, int, int]  # day, predecessor, successor
Tree = dict[int, dict[str, Any]]
LAST = ("cell", "grassroots_cell", "party_group")
NEW = -1  # the first unit that a decision founds, then -2, …


def tree(said: Iterable[Said], day: date) -> Tree:
    """unit → name, kind, parent of those that exist on the day."""
    units: Tree = {}
    for on, unit, what in sorted(said, key=lambda each: each[0]):
        if on > day:
            break
        if "ends" in what:
            units.pop(unit, None)
        else:
            units.setdefault(unit, {}).update(what)
    return units


def lives(said: Iterable[Said]) -> dict[int, tuple[date, date | None]] | None:
    """unit → its first day and the first without it; None when somebody changes before the one or after the other."""
    found: dict[int, tuple[date, date | None]] = {}
    for on, unit, what in sorted(said, key=lambda each: each[0]):
        if unit not in found:
            if "kind" not in what or "name" not in what or "parent" not in what:
                return None
            found[unit] = on, None
            continue
        opened, closed = found[unit]
        if closed is not None or ("ends" in what and opened == on):
            return None
        if "ends" in what:
            found[unit] = opened, on
    return found


def stands(units: Tree) -> bool:
    """Everybody's superior is there, may have subordinates, and nobody is met on the way up from himself."""
    for start, what in units.items():
        at, steps = what["parent"], 0
        if at is not None and (at not in units or units[at]["kind"] in LAST):
            return False
        while at is not None and steps <= len(units):
            if at == start:
                return False
            at, steps = units.get(at, {}).get("parent"), steps + 1
    return True


def holds(said: Sequence[Said], pairs: Iterable[Pair]) -> bool:
    """Whether a tree stands on every day; `pairs` are those of the decision that came last."""
    life = lives(said)
    if life is None:
        return False
    first = min(life, key=lambda unit: (life[unit][0], unit < 0, unit))
    if life[first][1] is not None:  # the province does not end
        return False
    if not all(stands(tree(said, day)) for day in {on for on, _, _ in said}):
        return False
    for on, old, new in pairs:
        begun, ended = life[old]
        if new not in tree(said, on) or not begun < on or (ended is not None and ended < on):
            return False
    return True


@dataclass
class World:
    """What has been decided so far."""

    said: list[Said] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    def on(self, day: date) -> Tree:
        return tree(self.said, day)

    def below(self, unit: int, day: date) -> list[int]:
        return [each for each, what in self.on(day).items() if what["parent"] == unit]

    def days(self) -> list[date]:
        """Every day on which something changes, the day before and the day after."""
        on = {day for day, _, _ in self.said}
        return sorted(day + timedelta(days=count) for day in on for count in (-1, 0, 1))

    def last_seen(self, unit: int, today: date) -> dict[str, Any]:
        """How it is today; of a unit that has ended how it was last, of one to come how it will be first."""
        opened, closed = (lives(self.said) or {})[unit]
        day = max(opened, today)
        return self.on(day if closed is None or day < closed else closed - timedelta(days=1))[unit]

    def names(self, unit: int) -> set[str]:
        """Every name that it, or a unit it came from, bore on some day."""
        came, waiting = {unit}, [unit]
        while waiting:
            at = waiting.pop()
            fresh = {old for _, old, new in self.pairs if new == at} - came
            came |= fresh
            waiting += fresh
        borne = [self.on(day).items() for day in {on for on, _, _ in self.said}]
        return {what["name"] for units in borne for each, what in units if each in came}

    def ending(self, on: date, heirs: dict[int, int]) -> list[Said]:
        """Units that end, and their subordinates of that day who go to the heir."""
        said: list[Said] = [(on, unit, {"ends": True}) for unit in heirs]
        for unit, heir in heirs.items():
            said += [(on, each, {"parent": heir}) for each in self.below(unit, on) if each not in heirs]
        return said

    def with_all_below(self, unit: int, on: date) -> list[Said]:
        found = [unit]
        for each in found:
            found += self.below(each, on)
        return [(on, each, {"ends": True}) for each in found]
