"""What an organisation was from day to day, folded from the steps that decisions took. Pure: keys, days and text only.

A unit's timeline is the fold of its own steps in order of the day they take effect, so a decision recorded late or
ahead of its day gives the same tree as one recorded in time. A step says only what it changes; a field holds until
the next step that names it. New units that are only planned have keys below zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

FOREVER = date.max


class Impossible(ValueError):
    """A unit's steps make no life; the message is for the screen."""


@dataclass(frozen=True)
class Step:
    """What one decision says about one unit; empty or None: as before. The first founds, nothing follows an end."""

    unit: int
    founds: bool = False
    ends: bool = False
    name: str = ""
    kind: str = ""
    parent: int | None = None
    sort_order: int | None = None
    code: str = ""


@dataclass(frozen=True)
class Dated:
    """A step with the day it takes effect and the key of its decision (None: the one under review)."""

    on: date
    decision: int | None
    step: Step


@dataclass(frozen=True)
class State:
    """What a unit was on the days from `from_on` until before `to_on`; None is open."""

    unit: int
    name: str
    kind: str
    parent: int | None
    sort_order: int
    code: str
    from_on: date
    to_on: date | None
    decision: int | None

    def on(self, day: date) -> bool:
        return self.from_on <= day < (self.to_on or FOREVER)


@dataclass(frozen=True)
class Plan:
    """One decision in full: what it says about each unit (one step a unit) and who succeeds whom."""

    title: str
    steps: tuple[Step, ...]
    successions: tuple[tuple[int, int], ...] = ()  # (predecessor, successor)


Timelines = Mapping[int, Sequence[State]]


@dataclass(frozen=True)
class Problem:
    """Why a tree would not hold together on some day: a unit and, where there is one, the other it collides with."""

    unit: int
    other: int | None
    on: date
    text: str


def merged(first: Step, second: Step) -> Step:
    """Two things that one decision says about the same unit, as one step; the second prevails."""
    return Step(
        first.unit, first.founds or second.founds, first.ends or second.ends, second.name or first.name,
        second.kind or first.kind, first.parent if second.parent is None else second.parent,
        first.sort_order if second.sort_order is None else second.sort_order, second.code or first.code,
    )


def fold(dated: Iterable[Dated]) -> list[State]:
    """The states of one unit from its steps, given in the order they were recorded; raises Impossible."""
    states: list[State] = []
    for each in sorted(dated, key=lambda one: one.on):  # stable: one day's steps keep the order they were recorded in
        if not states:
            states.append(_founded(each))
        elif states[-1].to_on is not None:
            raise Impossible("đơn vị còn thay đổi có hiệu lực từ ngày kết thúc hoạt động trở đi")
        elif each.step.founds:
            raise Impossible("đơn vị được thành lập hai lần")
        elif each.step.ends:
            _end(states, each.on)
        else:
            _change(states, each)
    return states


def _founded(each: Dated) -> State:
    step = each.step
    if not step.founds:
        raise Impossible("thay đổi có hiệu lực trước ngày thành lập đơn vị")
    return State(
        step.unit, step.name, step.kind, step.parent, step.sort_order or 0, step.code, each.on, None, each.decision
    )


def _end(states: list[State], on: date) -> None:
    if states[-1].from_on == on:  # what the day itself still changed no longer matters
        if len(states) == 1:
            raise Impossible("đơn vị kết thúc hoạt động ngay trong ngày thành lập")
        states.pop()
    states[-1] = replace(states[-1], to_on=on)


def _change(states: list[State], each: Dated) -> None:
    last, step = states[-1], each.step
    after = replace(
        last, name=step.name or last.name, kind=step.kind or last.kind,
        parent=last.parent if step.parent is None else step.parent,
        sort_order=last.sort_order if step.sort_order is None else step.sort_order, code=step.code or last.code,
        from_on=each.on, decision=each.decision,
    )
    if last.from_on == each.on:
        states[-1] = after
    else:
        states[-1] = replace(last, to_on=each.on)
        states.append(after)


def current(states: Sequence[State], today: date) -> State:
    """The state in force today; of a unit still to come the first, of one that has ended the last."""
    past = [state for state in states if state.from_on <= today]
    return past[-1] if past else states[0]


def life(states: Sequence[State]) -> tuple[date, date]:
    """From the first day to before the last; FOREVER for a unit that goes on."""
    return states[0].from_on, states[-1].to_on or FOREVER


def problems(changed: Timelines, known: Timelines, below: Iterable[State], last_kinds: frozenset[str]) -> list[Problem]:
    """What would not hold on some day if `changed` became the timelines of those units.

    `known` holds the timelines of every unit above them, on any day; `below` the states of other units whose superior
    is among `changed`. Units of `last_kinds` have nothing below them.
    """
    both = {**known, **changed}
    placed = [state for states in changed.values() for state in states] + list(below)
    found = [problem for state in placed for problem in _misplaced(state, both, last_kinds)]
    if not found:  # a unit without a living superior is told first; only then can one walk up
        for key, states in changed.items():
            circle = next((on for state in states if (on := _meets_itself(key, state, both)) is not None), None)
            if circle is not None:
                found.append(Problem(key, None, circle, "đơn vị trực thuộc chính mình hoặc đơn vị cấp dưới của mình"))
    return found


def _misplaced(state: State, both: Timelines, last_kinds: frozenset[str]) -> list[Problem]:
    """Whether the superior of one state lives as long as the state lasts, and may have subordinates."""
    if state.parent is None:
        return []
    above, end = both.get(state.parent), state.to_on or FOREVER
    if not above:
        return [Problem(state.unit, state.parent, state.from_on, "không có đơn vị cấp trên")]
    opened, closed = life(above)
    if state.from_on < opened:
        return [Problem(state.unit, state.parent, state.from_on, "đơn vị cấp trên chưa thành lập")]
    if end > closed:
        return [Problem(state.unit, state.parent, closed, "đơn vị cấp trên đã kết thúc hoạt động")]
    for each in above:
        first = max(each.from_on, state.from_on)
        if each.kind in last_kinds and first < min(end, each.to_on or FOREVER):
            return [Problem(state.unit, state.parent, first, "đơn vị cấp trên thuộc loại không có đơn vị cấp dưới")]
    return []


def _meets_itself(key: int, state: State, both: Timelines) -> date | None:
    """The first day of `state` on which walking up from it leads back to `key`."""
    waiting = [(state.parent, state.from_on, state.to_on or FOREVER)]
    seen: set[tuple[int, date, date]] = set()
    while waiting:
        unit, start, end = waiting.pop()
        if unit is None or (unit, start, end) in seen:
            continue
        if unit == key:
            return start
        seen.add((unit, start, end))
        for each in both.get(unit, ()):
            first, last = max(start, each.from_on), min(end, each.to_on or FOREVER)
            if first < last:
                waiting.append((each.parent, first, last))
    return None
