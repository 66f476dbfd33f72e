"""What a decision would do: the timelines it gives, who is touched, and why it may not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeVar

from django.db.models import Q

from units import timeline
from units.models import Change, Office, Unit, UnitState
from units.timeline import Dated, Impossible, Plan, Problem, State, Step

LAST_KINDS = frozenset(str(kind) for kind in Unit.KINDS_WITHOUT_SUBORDINATES)
SHOWN = 30  # of each kind of change, by name, on a preview
AT_ONCE = 10_000  # keys in one query; SQLite takes about 32,000 parameters
Key = TypeVar("Key", int, str)
_STATE = ("unit", "name", "kind", "parent", "sort_order", "code", "from_on", "to_on", "decision")
_STEP = ("unit", "founds", "ends", "name", "kind", "parent", "sort_order", "code")


@dataclass(frozen=True)
class Contrast:
    """One unit before and after the day of the decision; no before: founded, no after: ended."""

    unit: int
    before: State | None
    after: State | None


@dataclass(frozen=True)
class Reason:
    """Why the decision would not hold, in words, and the unit it is about (0: none in particular)."""

    unit: int
    text: str


@dataclass(frozen=True)
class Section:
    """One kind of change on a preview: to how many units, and the first `SHOWN` of them in words."""

    title: str
    count: int
    words: list[str]

    @property
    def more(self) -> int:
        return self.count - len(self.words)


@dataclass(frozen=True)
class Outlook:
    """`changed` are the timelines as the decision makes them, `stored` as they are in the database."""

    plan: Plan
    on: date
    changed: dict[int, list[State]]
    stored: dict[int, list[State]]
    contrasts: list[Contrast]
    found: list[Reason]
    offices: int
    names: dict[int, str]

    @property
    def problems(self) -> list[str]:
        return [reason.text for reason in self.found]

    @property
    def founded(self) -> list[State]:
        return [one.after for one in self.contrasts if one.before is None and one.after is not None]

    @property
    def ended(self) -> list[State]:
        return [one.before for one in self.contrasts if one.after is None and one.before is not None]

    def differing(self, field: str) -> list[Contrast]:
        """Those that go on, with another name, kind, parent, code or sort_order."""
        both = [one for one in self.contrasts if one.before is not None and one.after is not None]
        return [one for one in both if getattr(one.before, field) != getattr(one.after, field)]

    @property
    def digest(self) -> str:
        """What a page showed, so that nothing else is confirmed: everybody before and after."""
        said = sorted((str(one.before), str(one.after)) for one in self.contrasts)
        return sha256(repr((said, self.plan.successions)).encode()).hexdigest()[:16]

    @property
    def ended_units(self) -> list[int]:
        return [state.unit for state in self.ended]

    def sections(self) -> list[Section]:
        """What happens to whom, in words."""
        heirs: dict[int, list[str]] = {}
        for old, new in self.plan.successions:
            heirs.setdefault(old, []).append(self.names.get(new, ""))

        def under(state: State | None) -> str:
            return self.names.get(state.parent or 0, "") if state else ""

        told = [
            ("Thành lập", [f"{s.name} ({Unit.Kind(s.kind).label}), trực thuộc {under(s)}" for s in self.founded]),
            ("Kết thúc hoạt động", [
                f"{s.name}, {under(s)}" + (f" → {', '.join(heirs[s.unit])}" if s.unit in heirs else "")
                for s in self.ended
            ]),
            ("Đổi tên", [f"{c.before.name} → {c.after.name}" for c in self.renamed if c.before and c.after]),
            ("Chuyển trực thuộc", [
                f"{c.after.name}: {under(c.before)} → {under(c.after)}" for c in self.moved if c.before and c.after
            ]),
            ("Chuyển loại", [
                f"{c.after.name}: {Unit.Kind(c.before.kind).label} → {Unit.Kind(c.after.kind).label}"
                for c in self.other_kind if c.before and c.after
            ]),
        ]
        return [Section(title, len(words), words[:SHOWN]) for title, words in told if words]

    @property
    def renamed(self) -> list[Contrast]:
        return self.differing("name")

    @property
    def moved(self) -> list[Contrast]:
        return self.differing("parent")

    @property
    def other_kind(self) -> list[Contrast]:
        return self.differing("kind")


def outlook(plan: Plan, on: date, today: date) -> Outlook:
    """Work a decision out against the units as they are. A fixed number of queries, plus one a level upwards."""
    keys = [step.unit for step in plan.steps if step.unit > 0]
    keys += [unit for pair in plan.successions for unit in pair if unit > 0]
    stored = timelines(keys)
    problems: list[Problem] = []
    changed: dict[int, list[State]] = {}
    for unit, dated in _dated(plan, on).items():
        try:
            changed[unit] = timeline.fold(dated)
        except Impossible as error:
            problems.append(Problem(unit, None, on, str(error)))
            changed[unit] = stored.get(unit, [])
    known = stored | above(changed.values())
    ended = [step.unit for step in plan.steps if step.unit > 0 and (step.ends or step.kind in LAST_KINDS)]
    orphans = below(ended, changed)
    if not problems:
        problems += timeline.problems(changed, known, orphans, LAST_KINDS)
        problems += _unalive(plan, {**known, **changed}, on) + _headless(plan, changed, on)
    contrasts = [
        Contrast(unit, _on(stored.get(unit, []), on, day_before=True), _on(changed[unit], on)) for unit in changed
    ]
    named = {state.unit: state.name for state in orphans}
    named |= {unit: states[-1].name for unit, states in {**known, **changed}.items() if states}
    reasons = [Reason(problem.unit, _told(problem, named)) for problem in problems] + _codes_taken(plan, on)
    offices = Office.objects.on(today).filter(unit__in=[step.unit for step in plan.steps if step.ends]).count()
    return Outlook(plan, on, changed, stored, contrasts, reasons, offices, named)


def timelines(keys: Iterable[int]) -> dict[int, list[State]]:
    """unit → its states as stored, the oldest first."""
    found: dict[int, list[State]] = {}
    for chunk in chunks(keys):
        rows = UnitState.objects.filter(unit__in=chunk).order_by("unit", "from_on").values_list(*_STATE)
        for row in rows:
            found.setdefault(row[0], []).append(State(*row))
    return found


def above(changed: Iterable[Iterable[State]]) -> dict[int, list[State]]:
    """The timelines of every unit that stands, on any day, above these; one query a level."""
    found: dict[int, list[State]] = {}
    level = {state.parent for states in changed for state in states if state.parent is not None and state.parent > 0}
    while level:
        fresh = timelines(level)
        found |= fresh
        level = {state.parent for states in fresh.values() for state in states if state.parent is not None}
        level -= found.keys()
    return found


def chunks(keys: Iterable[Key]) -> Iterable[list[Key]]:
    """Each key once, in order, as many as one query takes."""
    every = sorted(set(keys))
    return (every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE))


def _dated(plan: Plan, on: date) -> dict[int, list[Dated]]:
    """unit → what all decisions say about it, the planned one last among those of its day."""
    found: dict[int, list[Dated]] = {step.unit: [] for step in plan.steps}
    found |= dated_steps(step.unit for step in plan.steps if step.unit > 0)
    for step in plan.steps:
        found[step.unit].append(Dated(on, None, step))
    return found


def dated_steps(units: Iterable[int]) -> dict[int, list[Dated]]:
    """unit → what the decisions carried out say about it, in the order they were recorded."""
    found: dict[int, list[Dated]] = {}
    for chunk in chunks(units):
        rows = Change.objects.filter(unit__in=chunk).order_by("pk")
        for effective_on, decision, *step in rows.values_list("reorganisation__effective_on", "reorganisation", *_STEP):
            found.setdefault(step[0], []).append(Dated(effective_on, decision, Step(*step)))
    return found


def below(units: list[int], changed: dict[int, list[State]]) -> list[State]:
    """The states of units, others than those that change, whose superior is one of these."""
    rows = (
        row
        for chunk in chunks(units)
        for row in UnitState.objects.filter(parent__in=chunk).order_by("unit", "from_on").values_list(*_STATE)
    )
    return [State(*row) for row in rows if row[0] not in changed]


def _unalive(plan: Plan, every: dict[int, list[State]], on: date) -> list[Problem]:
    """A successor must exist on the day, and a predecessor until then."""
    found = []
    for predecessor, successor in plan.successions:
        if (states := every.get(successor)) and not timeline.current(states, on).on(on):
            found.append(Problem(successor, None, on, "đơn vị kế thừa không hoạt động vào ngày quyết định có hiệu lực"))
        if (states := every.get(predecessor)) and not states[0].from_on < on:
            found.append(Problem(predecessor, None, on, "đơn vị được sắp xếp chưa thành lập"))
        elif states and timeline.life(states)[1] < on:
            found.append(Problem(predecessor, None, on, "đơn vị được sắp xếp đã kết thúc hoạt động"))
    return found


def _headless(plan: Plan, changed: dict[int, list[State]], on: date) -> list[Problem]:
    """Nobody could found a unit or hold an office any more once the first of all has ended."""
    first = [step.unit for step in plan.steps if step.ends and changed[step.unit][-1].parent is None]
    return [Problem(unit, None, on, "đơn vị đứng đầu hệ thống không thể kết thúc hoạt động") for unit in first]


def _on(states: list[State], day: date, *, day_before: bool = False) -> State | None:
    """The state of that day; or the last one that had begun before it."""
    if day_before:
        return next((one for one in states if one.from_on < day <= (one.to_on or timeline.FOREVER)), None)
    return next((one for one in states if one.on(day)), None)


def _codes_taken(plan: Plan, on: date) -> list[Reason]:
    """A code is one unit's: today, and on every day from the decision on."""
    codes: dict[str, int] = {}
    found = []
    for step in plan.steps:
        if step.code and step.code in codes:
            found.append(Reason(step.unit, f"Mã tổ chức {step.code} dùng cho hai đơn vị trong cùng quyết định."))
        elif step.code:
            codes[step.code] = step.unit
    taken: set[tuple[str, str, int]] = set()
    for chunk in chunks(codes):
        taken |= set(Unit.objects.filter(code__in=chunk).values_list("code", "name", "pk"))
        later = UnitState.objects.filter(Q(to_on=None) | Q(to_on__gt=on), code__in=chunk)
        taken |= set(later.values_list("code", "unit__name", "unit"))
    found += [
        Reason(codes[code], f"Mã tổ chức {code} đã dùng cho {name}.")
        for code, name, pk in sorted(taken) if codes[code] != pk
    ]
    return found


def _told(problem: Problem, names: dict[int, str]) -> str:
    """ "Xã A1: đơn vị cấp trên đã kết thúc hoạt động (Huyện A, ngày 01/07/2025)." """
    other = f"{names.get(problem.other, '')}, " if problem.other is not None else ""
    return f"{names.get(problem.unit, 'Đơn vị')}: {problem.text} ({other}ngày {problem.on:%d/%m/%Y})."
