"""Decisions in the making: from "A and B become C" to one step a unit, with everybody below taken along."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Max

from units.models import UnitState
from units.timeline import Plan, Step, merged
from units.vietnamese import clean


class Planned:
    """Collects what one decision says; `plan` adds what follows from it for the subordinates of units that end.

    Units are keys; those that the decision founds get keys below zero.
    """

    def __init__(self, on: date) -> None:
        self.on = on
        self.steps: dict[int, Step] = {}
        self.successions: dict[tuple[int, int], None] = {}
        self._heirs: dict[int, int] = {}  # a unit that ends → where its subordinates go
        self._founded = 0

    def say(self, step: Step) -> None:
        """Add one statement; several about one unit become one step."""
        known = self.steps.get(step.unit)
        self.steps[step.unit] = merged(known, step) if known else step

    def found(
        self, name: str, kind: str, parent: int | None, sort_order: int | None = None, code: str = ""
    ) -> int:
        """A new unit; returns its key. Without a place in the official order it comes last."""
        self._founded -= 1
        self.say(Step(self._founded, founds=True, name=clean(name), kind=kind, parent=parent, sort_order=sort_order,
                      code=code))
        return self._founded

    def end(self, unit: int, heir: int | None = None) -> None:
        """The unit ends; its subordinates go to `heir`, where they are not told otherwise."""
        self.say(Step(unit, ends=True))
        if heir is not None:
            self._heirs[unit] = heir

    def has_heir(self, unit: int) -> bool:
        return unit in self._heirs

    def succeed(self, predecessor: int, successor: int) -> None:
        self.successions[predecessor, successor] = None

    def end_with_all_below(self, unit: int) -> None:
        """The unit and its whole subtree end, as the subtree will be on the day."""
        self.end(unit)
        level = [unit]
        while level:
            states = UnitState.objects.on(self.on).filter(parent__in=level)
            level = list(states.values_list("unit", flat=True))
            for each in level:
                self.end(each)

    def plan(self, title: str) -> Plan:
        """The decision in full. At most two queries."""
        self._take_subordinates_along()
        self._give_places()
        return Plan(title[:300], tuple(self.steps.values()), tuple(self.successions))

    def _take_subordinates_along(self) -> None:
        if not self._heirs:
            return
        states = UnitState.objects.on(self.on).filter(parent__in=self._heirs).in_official_order()
        below: dict[int, list[int]] = {}
        for unit, parent in states.values_list("unit", "parent"):
            below.setdefault(parent or 0, []).append(unit)
        for ended, heir in self._heirs.items():  # predecessor by predecessor, each in its own order
            for unit in below.get(ended, []):
                told = self.steps.get(unit)
                if told is None or (told.parent is None and not told.ends):
                    self.say(Step(unit, parent=heir))

    def _give_places(self) -> None:
        """Whoever comes under another superior without a place of its own is put after those who are there."""
        homeless = [step for step in self.steps.values() if step.parent is not None and step.sort_order is None]
        parents = {step.parent for step in homeless if step.parent is not None and step.parent > 0}
        known = UnitState.objects.on(self.on).filter(parent__in=parents).values_list("parent")
        last: dict[int | None, int] = dict(known.annotate(Max("sort_order"))) if parents else {}
        for step in self.steps.values():
            if step.sort_order is not None:
                last[step.parent] = max(last.get(step.parent, 0), step.sort_order)
        for step in homeless:
            last[step.parent] = place = last.get(step.parent, 0) + 1
            self.say(Step(step.unit, sort_order=place))


def renaming(on: date, unit: int, old: str, name: str) -> Plan:
    planned = Planned(on)
    planned.say(Step(unit, name=clean(name)))
    return planned.plan(f"Đổi tên {old} thành {clean(name)}")


def change_of_kind(on: date, unit: int, name: str, kind: str, label: str) -> Plan:
    planned = Planned(on)
    planned.say(Step(unit, kind=kind))
    return planned.plan(f"Chuyển loại {name} thành {label}")


def moving(on: date, units: Sequence[int], parent: int, title: str) -> Plan:
    """Chuyển trực thuộc: each unit with all that is below it."""
    planned = Planned(on)
    for unit in units:
        planned.say(Step(unit, parent=parent))
    return planned.plan(title)


def founding(
    on: date, name: str, kind: str, parent: int | None, sort_order: int | None = None, code: str = ""
) -> Plan:
    planned = Planned(on)
    planned.found(name, kind, parent, sort_order, code)
    return planned.plan(f"Thành lập {clean(name)}")


def merging(on: date, predecessors: Iterable[int], name: str, kind: str, parent: int, title: str) -> Plan:
    """Hợp nhất: A + B → C. C is founded, A and B end, their subordinates go to C."""
    planned = Planned(on)
    new = planned.found(name, kind, parent)
    for unit in predecessors:
        planned.end(unit, heir=new)
        planned.succeed(unit, new)
    return planned.plan(title)


def absorbing(on: date, predecessors: Iterable[int], successor: int, title: str) -> Plan:
    """Sáp nhập: A into B. A ends, its subordinates go to B."""
    planned = Planned(on)
    for unit in predecessors:
        planned.end(unit, heir=successor)
        planned.succeed(unit, successor)
    return planned.plan(title)


def splitting(
    on: date, unit: int, parts: Sequence[tuple[str, str, int]], takes: dict[int, int], goes_on: bool, title: str
) -> Plan:
    """Chia tách: A → B, C (name, kind, parent each); `takes` says which part, by place, a subordinate goes to.

    With `goes_on` A stays, and keeps the subordinates that no part takes; otherwise A ends and the first part has them.
    """
    planned = Planned(on)
    keys = [planned.found(name, kind, parent) for name, kind, parent in parts]
    for key in keys:
        planned.succeed(unit, key)
    for subordinate, part in takes.items():
        planned.say(Step(subordinate, parent=keys[part]))
    if not goes_on:
        planned.end(unit, heir=keys[0])
    return planned.plan(title)


def ending(on: date, unit: int, name: str, heir: int | None) -> Plan:
    """Kết thúc hoạt động: the subordinates go to `heir`, or end with the unit."""
    planned = Planned(on)
    if heir is None:
        planned.end_with_all_below(unit)
    else:
        planned.end(unit, heir=heir)
    return planned.plan(f"Kết thúc hoạt động {name}")
