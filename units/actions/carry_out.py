"""Decisions that change organisations, each carried out whole in one transaction or not at all.

A decision may be dated today, back or ahead. What it says is kept step by step (Change); the tree as of any day
(UnitState) is folded from that anew for the units it touches; today's state, kept on Unit, is brought up to it at once
or by the sweep on its day, with nobody present.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import CharField, OuterRef, ProtectedError, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.utils import timezone

from units import access, ledger, timeline
from units.access import Verb
from units.data import search
from units.data.outlook import LAST_KINDS, Outlook, above, below, chunks, dated_steps, outlook, timelines
from units.models import Change, Office, Reorganisation, Succession, Unit, UnitState, User
from units.timeline import Plan, State, Step

BATCH = 1000
# A unit's path is its superior's and its own number.
_EXPECTED_PATH = Concat(
    Coalesce(Subquery(Unit.objects.filter(pk=OuterRef("parent")).values("path")), Value("/")),
    Cast("pk", CharField()), Value("/"), output_field=CharField(),
)
CACHED = ("name", "kind", "parent_id", "sort_order", "code", "opened_on", "closed_on")


class WrongState(ValueError):
    """The change does not fit the units' present state; the message is for the screen."""


@dataclass(frozen=True)
class Paper:
    """The decision as a document: its number and day where there is one, and the day it takes effect."""

    effective_on: date
    number: str = ""
    decided_on: date | None = None


@transaction.atomic
def carry_out(*, plan: Plan, paper: Paper, by: User | None, now: datetime) -> Reorganisation:
    """Do what a decision says; raises WrongState, with every reason, when the tree would not hold on some day."""
    today = timezone.localdate(now)
    if paper.decided_on and paper.decided_on > today:
        raise WrongState("Ngày quyết định không thể ở tương lai.")
    lock_tree()
    units = Unit.objects.in_bulk([step.unit for step in plan.steps if step.unit > 0])
    _require(plan, units, by, now)
    seen = outlook(plan, paper.effective_on, today)
    if not plan.steps or seen.problems:
        raise WrongState(" ".join(seen.problems[:20]) or "Quyết định này không thay đổi đơn vị nào.")
    decision = Reorganisation.objects.create(
        number=paper.number, decided_on=paper.decided_on, effective_on=paper.effective_on, title=plan.title,
        created_at=now, created_by=by, applied_at=now if paper.effective_on <= today else None,
    )
    founded = _insert_units(seen, today)
    keys = {key: unit.pk for key, unit in founded.items()}
    _insert_changes(plan, decision, keys)
    _rewrite_states(seen.changed, seen.stored, decision, keys)
    _bring_up_to(units, {unit: seen.changed[unit] for unit in units}, today, founded)
    Unit.objects.bulk_update(search.stale(_found_by_other_words(plan, keys)), ["search_text"], batch_size=200)
    offices = _end_offices(plan, paper.effective_on, today)
    ledger.record(
        "reorganisation.carried_out", decision, by=by, now=now, number=paper.number, title=plan.title,
        effective_on=paper.effective_on.isoformat(), founded=sorted(keys.values()), touched=sorted(units),
        offices_ended=offices,
    )
    return decision


@transaction.atomic
def apply_due(*, by: User | None, now: datetime) -> int:
    """Bring today's state up to the decisions whose day has come; returns how many there were. Safe to run twice."""
    today = timezone.localdate(now)
    due = list(Reorganisation.objects.upcoming().filter(effective_on__lte=today).order_by("effective_on", "pk"))
    if not due:
        return 0
    lock_tree()
    units = Unit.objects.filter(changes__reorganisation__in=due).distinct().in_bulk()
    _bring_up_to(units, timelines(units), today)
    for decision in due:
        if Reorganisation.objects.filter(pk=decision.pk, applied_at=None).update(applied_at=now):
            ledger.record("reorganisation.in_force", decision, by=by, now=now, number=decision.number)
    return len(due)


@transaction.atomic
def withdraw(*, decision: Reorganisation, reason: str, by: User | None, now: datetime) -> None:
    """Take back a decision that was recorded by mistake, as if it had never been; the ledger keeps that it was.

    Refused when the tree would not hold without it, or when something already rests on a unit that it founded.
    """
    if not reason.strip():
        raise WrongState("Hãy ghi lý do hủy.")
    lock_tree()
    units = Unit.objects.in_bulk(list(decision.changes.values_list("unit", flat=True)))
    _require(Plan(decision.title, tuple(Step(unit) for unit in units)), units, by, now)
    if not units:
        raise WrongState("Quyết định này đã được hủy.")
    stored, changed, today = timelines(units), _without(decision, units), timezone.localdate(now)
    vanishing = units.keys() - changed.keys()
    known = {unit: states for unit, states in above(changed.values()).items() if unit not in vanishing}
    orphans = [state for state in below(list(units), changed) if state.unit not in vanishing]
    if problems := timeline.problems(changed, known, orphans, LAST_KINDS):
        raise WrongState(f"Không hủy được: sau quyết định này còn thay đổi khác dựa vào ({problems[0].text}).")
    later = set(decision.successions.values_list("successor", flat=True)) - vanishing
    _rewrite_states(changed, stored, decision, {})
    ledger.record(
        "reorganisation.withdrawn", decision, by=by, now=now, number=decision.number, title=decision.title,
        effective_on=decision.effective_on.isoformat(), units=sorted(units), reason=reason.strip()[:300],
    )
    _bring_up_to({unit: units[unit] for unit in changed}, changed, today)
    try:
        _remove(decision, vanishing)
    except ProtectedError as error:
        raise WrongState("Không hủy được: đơn vị do quyết định này thành lập đã có người phụ trách, nhiệm vụ hoặc đề"
                         " nghị.") from error
    Unit.objects.bulk_update(search.stale(later | changed.keys()), ["search_text"], batch_size=200)


def _without(decision: Reorganisation, units: dict[int, Unit]) -> dict[int, list[State]]:
    """The timelines of those units that exist without this decision."""
    kept = {
        unit: [each for each in dated if each.decision != decision.pk] for unit, dated in dated_steps(units).items()
    }
    try:
        return {unit: timeline.fold(dated) for unit, dated in kept.items() if dated}
    except timeline.Impossible as error:
        raise WrongState(f"Không hủy được: {error}.") from error


def _remove(decision: Reorganisation, vanishing: set[int]) -> None:
    """Everything the decision left, its units from the last level up."""
    UnitState.objects.filter(unit__in=vanishing).delete()
    decision.changes.all().delete()
    decision.successions.all().delete()
    levels: dict[int, list[int]] = {}
    for pk, path in Unit.objects.filter(pk__in=vanishing).values_list("pk", "path"):
        levels.setdefault(path.count("/"), []).append(pk)
    for depth in sorted(levels, reverse=True):
        Unit.objects.filter(pk__in=levels[depth]).delete()
    decision.delete()


def lock_tree() -> None:
    """Two decisions at once would each be checked against a tree without the other. SQLite has one writer anyway."""
    list(Unit.objects.filter(parent=None).select_for_update().values_list("pk"))


def _require(plan: Plan, units: dict[int, Unit], by: User | None, now: datetime) -> None:
    """The administrator of every unit touched and of every superior named."""
    if by is None:
        return
    rights = access.rights(by, timezone.localdate(now))
    named = {step.parent for step in plan.steps if step.parent is not None and step.parent > 0}
    named |= {unit for pair in plan.successions for unit in pair if unit > 0}
    reached = [*units.values(), *Unit.objects.filter(pk__in=named - units.keys())]
    orphaned = any(step.founds and step.parent is None for step in plan.steps)
    if orphaned or not all(rights.can(Verb.ADMINISTER, unit) for unit in reached):
        raise access.Forbidden("Có đơn vị không thuộc phạm vi đồng chí quản trị.")


def _insert_units(seen: Outlook, today: date) -> dict[int, Unit]:
    """The founded units by their planned keys, level by level, since a unit's superior must be there before it."""
    founded: dict[int, Unit] = {}
    waiting = {step.unit: seen.changed[step.unit] for step in seen.plan.steps if step.founds}
    while waiting:
        level = [key for key, states in waiting.items() if timeline.current(states, today).parent not in waiting]
        for key in level:
            founded[key] = unit = _as_of(Unit(), waiting.pop(key), today, founded)
            unit.search_text = search.text_of([unit.name, unit.code])
        Unit.objects.bulk_create((founded[key] for key in level), batch_size=BATCH)
        Unit.objects.filter(path="").update(path=_EXPECTED_PATH)
    return founded


def _as_of(unit: Unit, states: Sequence[State], today: date, founded: dict[int, Unit] | None = None) -> Unit:
    """Write the state in force today on a unit's own columns; of a unit to come the first, of an ended one the last."""
    now, (opened_on, end) = timeline.current(states, today), timeline.life(states)
    unit.name, unit.kind, unit.sort_order, unit.code = now.name, now.kind, now.sort_order, now.code
    unit.parent_id = now.parent if now.parent is None or now.parent > 0 else (founded or {})[now.parent].pk
    unit.opened_on, unit.closed_on = opened_on, None if end == timeline.FOREVER else end
    return unit


def _insert_changes(plan: Plan, decision: Reorganisation, keys: dict[int, int]) -> None:
    Change.objects.bulk_create(
        (
            Change(
                reorganisation=decision, unit_id=keys.get(step.unit, step.unit), founds=step.founds, ends=step.ends,
                name=step.name, kind=step.kind, sort_order=step.sort_order, code=step.code,
                parent_id=step.parent if step.parent is None else keys.get(step.parent, step.parent),
            )
            for step in plan.steps
        ),
        batch_size=BATCH,
    )
    Succession.objects.bulk_create(
        (
            Succession(
                reorganisation=decision, predecessor_id=keys.get(old, old), successor_id=keys.get(new, new)
            )
            for old, new in plan.successions
        ),
        batch_size=BATCH,
    )


def _rewrite_states(
    changed: dict[int, list[State]], stored: dict[int, list[State]], decision: Reorganisation, keys: dict[int, int]
) -> None:
    """Replace what became different in the timelines: the rows from the first difference on."""
    fresh: list[State] = []
    stale: list[tuple[int, date]] = []
    for unit, states in changed.items():
        old = stored.get(unit, [])
        same = next((at for at, pair in enumerate(zip(old, states, strict=False)) if pair[0] != pair[1]), None)
        same = min(len(old), len(states)) if same is None else same
        fresh += states[same:]
        stale += [(unit, state.from_on) for state in old[same:]]
    first: dict[date, list[int]] = {}
    for unit, on in stale:
        first.setdefault(on, []).append(unit)
    for on, units in first.items():
        for chunk in chunks(units):
            UnitState.objects.filter(unit__in=chunk, from_on=on).delete()
    UnitState.objects.bulk_create(
        (
            UnitState(
                unit_id=keys.get(state.unit, state.unit), name=state.name, kind=state.kind,
                parent_id=state.parent if state.parent is None else keys.get(state.parent, state.parent),
                sort_order=state.sort_order, code=state.code, from_on=state.from_on, to_on=state.to_on,
                decision_id=state.decision or decision.pk,
            )
            for state in fresh
        ),
        batch_size=BATCH,
    )


def _bring_up_to(
    units: dict[int, Unit], states: dict[int, list[State]], today: date, founded: dict[int, Unit] | None = None
) -> None:
    """Write today's state on the units that exist, and mend the paths of whatever hangs elsewhere now."""
    differing: dict[frozenset[str], list[Unit]] = {}
    hung_elsewhere: list[Unit] = []
    for pk, unit in units.items():
        before, parent = [getattr(unit, name) for name in CACHED], unit.parent_id
        _as_of(unit, states[pk], today, founded)
        fields = frozenset(name for name, was in zip(CACHED, before, strict=True) if getattr(unit, name) != was)
        if fields:
            differing.setdefault(fields, []).append(unit)
        if unit.parent_id != parent:
            hung_elsewhere.append(unit)
    for fields, group in differing.items():
        _update_alike(group, sorted(fields))
    if len(hung_elsewhere) == 1:
        _take_path_along(hung_elsewhere[0])
    elif hung_elsewhere:
        _mend_paths(_range_of(hung_elsewhere))


def _update_alike(units: list[Unit], fields: list[str]) -> None:
    """One UPDATE for all that get the same values, one with a case a unit for the others."""
    alike: dict[tuple[object, ...], list[Unit]] = {}
    for unit in units:
        alike.setdefault(tuple(getattr(unit, name) for name in fields), []).append(unit)
    single = [group[0] for group in alike.values() if len(group) == 1]
    Unit.objects.bulk_update(single, [name.removesuffix("_id") for name in fields], batch_size=200)
    for values, group in alike.items():
        if len(group) > 1:
            for chunk in chunks(unit.pk for unit in group):
                Unit.objects.filter(pk__in=chunk).update(**dict(zip(fields, values, strict=True)))


def _take_path_along(top: Unit) -> None:
    """One subtree under another superior: the beginning of its paths changes, in one UPDATE."""
    above = Unit.objects.values_list("path", flat=True).get(children=top.pk)
    path = Concat(Value(f"{above}{top.pk}/"), Substr("path", len(top.path) + 1), output_field=CharField())
    Unit.objects.under([top]).update(path=path)


def _range_of(units: list[Unit]) -> Q:
    """The smallest subtree, by the paths before, that holds all of these."""
    paths = [unit.path.strip("/").split("/") for unit in units]
    shared = []
    for ids in zip(*paths, strict=False):
        if len(set(ids)) > 1:
            break
        shared.append(ids[0])
    if not shared:
        return Q()
    top = Unit(path=f"/{'/'.join(shared)}/")
    return Q(path__gte=top.path, path__lt=top.path_end)


def _mend_paths(where: Q) -> None:
    """Give units whose path is not "their superior's and their own number" the right one: an UPDATE a level.

    Without a join: PostgreSQL, with figures of a table that has just grown, may join such rows one by one with all.
    """
    wrong = Unit.objects.filter(where).exclude(path=_EXPECTED_PATH)
    while wrong.update(path=_EXPECTED_PATH):
        pass


def _found_by_other_words(plan: Plan, keys: dict[int, int]) -> set[int]:
    """The units that existed and got another name or code, and those that succeed others."""
    touched = {step.unit for step in plan.steps if step.unit > 0 and (step.name or step.code)}
    return touched | {keys.get(new, new) for _, new in plan.successions}


def _end_offices(plan: Plan, on: date, today: date) -> int:
    """Offices end with their unit: on the day, but never back in time, so that no act loses its office. How many."""
    last, count = max(on, today), 0
    for chunk in chunks(step.unit for step in plan.steps if step.ends):
        held = Office.objects.filter(unit__in=chunk).filter(Q(to_on=None) | Q(to_on__gt=last))
        for office in held.filter(from_on__gte=last):  # to begin only then: the shortest there can be
            count += Office.objects.filter(pk=office.pk).update(to_on=office.from_on + timedelta(days=1))
        count += held.filter(from_on__lt=last).update(to_on=last)
    return count
