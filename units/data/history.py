"""What became of a unit, decision by decision, told in words; and what the ledger says about a row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from units.models import Change, LedgerEntry, Reorganisation, Succession, Unit, UnitState
from units.timeline import Step, merged


def history(subject: str, pk: int) -> list[LedgerEntry]:
    """What the ledger says about one row, the oldest first."""
    return list(LedgerEntry.objects.about(subject, pk))


@dataclass(frozen=True)
class Named:
    """A unit as it was called at the time; `path` is today's, by which one knows who may open its page."""

    unit: int
    name: str
    path: str

    def __str__(self) -> str:
        return self.name


Sentence = tuple[str | Named, ...]  # text and units in turn


@dataclass(frozen=True)
class Event:
    """What one decision did to the unit."""

    on: date
    decision: Reorganisation
    upcoming: bool
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return "; ".join("".join(str(part) for part in sentence) for sentence in self.sentences)


@dataclass(frozen=True)
class Course:
    """A unit's life, the newest first; `predecessors` are those that ended in it, by decisions in force."""

    events: list[Event]
    predecessors: list[Named]


@dataclass(frozen=True)
class Said:
    """The rows about one unit, as read: what each decision said about it and about those it dealt with there."""

    unit: int
    decisions: dict[int, Reorganisation]
    steps: dict[tuple[int, int], Step]  # (decision, unit)
    pairs: dict[int, list[tuple[int, int]]]  # decision → (predecessor, successor)
    names: dict[int, list[tuple[date, str]]]  # unit → (from, name), the oldest first
    paths: dict[int, str] = field(default_factory=dict)

    def named(self, unit: int, on: date, *, before: bool = False) -> Named:
        """As it was called on that day, or just before it."""
        called = self.names.get(unit) or [(on, "")]
        reached = [name for from_on, name in called if from_on < on or (from_on == on and not before)]
        return Named(unit, reached[-1] if reached else called[0][1], self.paths.get(unit, ""))

    def founds(self, decision: int, unit: int) -> bool:
        return (decision, unit) in self.steps and self.steps[decision, unit].founds

    def ends(self, decision: int, unit: int) -> bool:
        return (decision, unit) in self.steps and self.steps[decision, unit].ends


def course(unit: Unit, today: date) -> Course:
    """Three queries."""
    said = _said(unit.pk)
    events = told(said, today)
    before = {
        one: said.decisions[decision].effective_on for decision, pairs in said.pairs.items() for one, other in pairs
        if other == unit.pk and said.ends(decision, one) and said.decisions[decision].in_force_on(today)
    }
    return Course(events[::-1], [said.named(one, on, before=True) for one, on in before.items()])


def _said(unit: int) -> Said:
    after = Succession.objects.filter(predecessor=unit).values("successor")
    before = Succession.objects.filter(successor=unit).values("predecessor")
    near = Succession.objects.filter(
        Q(predecessor=unit) | Q(successor=unit) | Q(successor__in=after) | Q(predecessor__in=before)
    )
    rows = list(near.select_related("reorganisation").order_by("pk"))
    own = {row.reorganisation_id for row in rows if unit in (row.predecessor_id, row.successor_id)}
    rows = [row for row in rows if row.reorganisation_id in own]
    others = {pk for row in rows for pk in (row.predecessor_id, row.successor_id)} - {unit}
    changes = Change.objects.filter(Q(unit=unit) | Q(unit__in=others, reorganisation__in=own))
    found = list(changes.select_related("reorganisation").order_by("pk"))
    decisions = {each.reorganisation_id: each.reorganisation for each in found}
    decisions |= {row.reorganisation_id: row.reorganisation for row in rows}
    pairs: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        pairs.setdefault(row.reorganisation_id, []).append((row.predecessor_id, row.successor_id))
    named = others | {each.parent_id for each in found if each.unit_id == unit and each.parent_id is not None}
    names: dict[int, list[tuple[date, str]]] = {}
    paths: dict[int, str] = {}
    states = UnitState.objects.filter(unit__in=named).order_by("unit", "from_on")
    for pk, from_on, name, path in states.values_list("unit", "from_on", "name", "unit__path"):
        names.setdefault(pk, []).append((from_on, name))
        paths[pk] = path
    steps = {
        (each.reorganisation_id, each.unit_id): Step(
            each.unit_id, each.founds, each.ends, each.name, each.kind, each.parent_id, each.sort_order, each.code
        )
        for each in found
    }
    return Said(unit, decisions, steps, pairs, names, paths)


# ---- in words; pure from here on ------------------------------------------------------------------------


def told(said: Said, today: date) -> list[Event]:
    """What became of the unit, the oldest first; decisions of one day in the order they were recorded."""
    events = []
    known = Step(said.unit)
    for decision in sorted(said.decisions.values(), key=lambda each: (each.effective_on, each.pk)):
        step = said.steps.get((decision.pk, said.unit))
        sentences = [*_succession(said, decision, step)]
        if step is not None and not step.ends:
            after = merged(known, step)
            sentences += [] if step.founds else _differences(said, decision.effective_on, known, after)
            known = after
        if sentences:
            on = decision.effective_on
            events.append(Event(on, decision, upcoming=on > today, sentences=tuple(sentences)))
    return events


def _succession(said: Said, decision: Reorganisation, step: Step | None) -> Iterator[Sentence]:
    """Founded, ended, merged, split: what the decision made of the unit as a whole."""
    pairs = said.pairs.get(decision.pk, [])
    before = [one for one, other in pairs if other == said.unit]
    after = [other for one, other in pairs if one == said.unit]
    if step is not None and step.founds:
        under = (", trực thuộc ", said.named(step.parent, decision.effective_on)) if step.parent else ()
        yield (*_founded(said, decision, before), *under)
    else:
        yield from _taken_over(said, decision, before)
    if step is not None and step.ends:
        yield _ended(said, decision, after)
    else:
        yield from _given_away(said, decision, after)


def _founded(said: Said, decision: Reorganisation, before: list[int]) -> Sentence:
    if not before:
        return ("Thành lập",)
    listed = _listed(said, before, decision.effective_on, before=True)
    ended = [one for one in before if said.ends(decision.pk, one)]
    if len(before) > 1:
        return ("Thành lập do hợp nhất " if ended == before else "Thành lập trên cơ sở ", *listed)
    if not ended:
        return ("Thành lập, tách từ ", *listed)
    parts = [other for one, other in said.pairs[decision.pk] if one == before[0]]
    return ("Thành lập do chia tách " if len(parts) > 1 else "Thành lập trên cơ sở ", *listed)


def _taken_over(said: Said, decision: Reorganisation, before: list[int]) -> Iterator[Sentence]:
    on, gone = decision.effective_on, [one for one in before if said.ends(decision.pk, one)]
    if gone:
        yield ("Nhận sáp nhập ", *_listed(said, gone, on, before=True))
    if going_on := [one for one in before if one not in gone]:
        yield ("Tiếp nhận một phần từ ", *_listed(said, going_on, on, before=True))


def _given_away(said: Said, decision: Reorganisation, after: list[int]) -> Iterator[Sentence]:
    on, founded = decision.effective_on, [one for one in after if said.founds(decision.pk, one)]
    if founded:
        yield ("Tách ra thành lập ", *_listed(said, founded, on))
    if others := [one for one in after if one not in founded]:
        yield ("Chuyển giao một phần cho ", *_listed(said, others, on))


def _ended(said: Said, decision: Reorganisation, after: list[int]) -> Sentence:
    if not after:
        return ("Kết thúc hoạt động",)
    on = decision.effective_on
    listed = _listed(said, after, on)
    joined = [one for one, other in said.pairs[decision.pk] if other == after[0] and one != said.unit]
    if len(after) > 1:
        said_first: Sentence = ("Chia tách thành ",)
    elif not said.founds(decision.pk, after[0]):
        said_first = ("Sáp nhập vào ",)
    elif joined:
        said_first = ("Hợp nhất với ", *_listed(said, joined, on, before=True), " thành ")
    else:
        said_first = ("Chuyển thành ",)
    return (*said_first, *listed, ", kết thúc hoạt động")


def _differences(said: Said, on: date, was: Step, now: Step) -> Iterator[Sentence]:
    """Renamed, moved, of another kind or code."""
    if now.name != was.name:
        yield (f"Đổi tên từ “{was.name}” thành “{now.name}”",)
    if now.kind != was.kind:
        yield (f"Chuyển loại từ {Unit.Kind(was.kind).label} thành {Unit.Kind(now.kind).label}",)
    if now.parent != was.parent and now.parent is not None:
        start = ("Chuyển từ ", said.named(was.parent, on, before=True), " về ") if was.parent else ("Chuyển về ",)
        yield (*start, said.named(now.parent, on))
    elif now.sort_order != was.sort_order:
        yield ("Thay đổi thứ tự trong danh mục",)
    if now.code != was.code:
        yield (f"Đổi mã tổ chức đảng từ {was.code} thành {now.code}" if was.code
               else f"Được cấp mã tổ chức đảng {now.code}",)


def _listed(said: Said, units: list[int], on: date, *, before: bool = False) -> Sentence:
    """ "A, B": as they were called on the day, or just before it."""
    parts: list[str | Named] = []
    for unit in units:
        parts += [", "] if parts else []
        parts.append(said.named(unit, on, before=before))
    return tuple(parts)
