"""Changes to organisations. Issue by issue more kinds of reorganisation join these two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from units import access, ledger
from units.access import Verb
from units.models import Reorganisation, Succession, Unit, UnitState, User
from units.vietnamese import clean, fold


class WrongState(ValueError):
    """The change does not fit the unit's present state; the message is for the screen."""


@dataclass(frozen=True)
class Founding:
    """One organisation of a whole tree; `above` is the place of its superior in the same list, None for the first."""

    name: str
    kind: str
    above: int | None
    sort_order: int


@transaction.atomic
def found(
    *, name: str, kind: str, parent: Unit | None, opened_on: date, by: User | None, now: datetime,
    sort_order: int | None = None, code: str = "", decision: str = "",
) -> Unit:
    """Found one organisation under `parent` (None only for the first, the province)."""
    if parent is None:
        if Unit.objects.filter(parent=None).exists():
            raise WrongState("Đã có tổ chức đảng cấp tỉnh; mọi đơn vị mới phải có đơn vị cấp trên.")
    else:
        access.require(by, Verb.ADMINISTER, parent, now)
        if parent.closed_on and parent.closed_on <= opened_on:
            raise WrongState(f"{parent.name} đã kết thúc hoạt động, không thể có đơn vị trực thuộc mới.")
    if sort_order is None:
        sort_order = Unit.objects.filter(parent=parent).count() + 1
    name = clean(name)
    unit = Unit.objects.create(
        name=name, kind=kind, parent=parent, opened_on=opened_on, sort_order=sort_order, code=code,
        search_text=fold(name),
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    UnitState.objects.create(
        unit=unit, name=name, kind=kind, parent=parent, sort_order=sort_order, from_on=opened_on, decision=decision
    )
    ledger.record("unit.found", unit, by=by, now=now, unit_id=unit.pk, name=name, decision=decision)
    return unit


@transaction.atomic
def found_all(
    *, foundings: Sequence[Founding], opened_on: date, by: User | None, now: datetime, decision: str = ""
) -> list[Unit]:
    """Found a whole tree on an empty portal, the superior before its subordinates. One line in the ledger."""
    if by is not None or Unit.objects.exists():
        raise WrongState("Chỉ dựng cả hệ thống tổ chức khi cổng chưa có đơn vị nào.")
    units = [
        Unit(
            name=clean(each.name), kind=each.kind, sort_order=each.sort_order, opened_on=opened_on,
            search_text=fold(each.name),
        )
        for each in foundings
    ]
    for level in _levels(foundings):
        for at in level:
            above = foundings[at].above
            units[at].parent = None if above is None else units[above]
        Unit.objects.bulk_create((units[at] for at in level), batch_size=500)
        for at in level:
            superior = units[at].parent
            units[at].path = f"{superior.path if superior else '/'}{units[at].pk}/"
        _write_paths()
    UnitState.objects.bulk_create(
        (
            UnitState(
                unit=unit, name=unit.name, kind=unit.kind, parent=unit.parent, sort_order=unit.sort_order,
                from_on=opened_on, decision=decision,
            )
            for unit in units
        ),
        batch_size=500,
    )
    ledger.record("unit.found_all", units[0], by=by, now=now, unit_id=units[0].pk, units=len(units), decision=decision)
    return units


def _levels(foundings: Sequence[Founding]) -> list[list[int]]:
    """The places in the list, level by level from the top."""
    depths: list[int] = []
    levels: list[list[int]] = []
    for at, each in enumerate(foundings):
        depths.append(0 if each.above is None else depths[each.above] + 1)
        if depths[at] == len(levels):
            levels.append([])
        levels[depths[at]].append(at)
    if len(levels[0]) != 1:
        raise WrongState("Chỉ có một tổ chức đảng cấp tỉnh.")
    return levels


def _write_paths() -> None:
    """Give the level just created its paths from the level above, in one statement."""
    above = Subquery(Unit.objects.filter(pk=OuterRef("parent")).values("path"))
    path = Concat(Coalesce(above, Value("/")), Cast("pk", CharField()), Value("/"), output_field=CharField())
    Unit.objects.filter(path="").update(path=path)


@transaction.atomic
def absorb(
    *, predecessors: Sequence[Unit], successor: Unit, number: str, decided_on: date, effective_on: date,
    by: User | None, now: datetime,
) -> Reorganisation:
    """Sáp nhập: end `predecessors` on `effective_on` and name `successor` as theirs; their cells move under it.

    Open duties are not touched here: they belong to directives, whose `hand_over` a person confirms.
    """
    if successor.closed_on is not None or any(unit.holds(successor) for unit in predecessors):
        raise WrongState(f"{successor.name} đã kết thúc hoạt động hoặc thuộc chính đơn vị được sáp nhập.")
    decision = Reorganisation.objects.create(
        number=number, decided_on=decided_on, effective_on=effective_on, applied_at=now
    )
    for unit in predecessors:
        access.require(by, Verb.ADMINISTER, unit, now)
        if unit.closed_on:
            raise WrongState(f"{unit.name} đã kết thúc hoạt động.")
        unit.closed_on = effective_on
        unit.save(update_fields=["closed_on"])
        UnitState.objects.filter(unit=unit, to_on=None).update(to_on=effective_on)
        Succession.objects.create(reorganisation=decision, predecessor=unit, successor=successor)
        for child in unit.children.all():
            _move(child, successor, effective_on, number)
        ledger.record(
            "unit.absorbed", unit, by=by, now=now, unit_id=unit.pk, into=successor.pk, decision=number,
            effective_on=effective_on.isoformat(),
        )
    return decision


def _move(unit: Unit, parent: Unit, on: date, decision: str) -> None:
    """Hang a subtree under another parent; every descendant's path follows in the same transaction."""
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    moved = list(Unit.objects.under([unit]))
    for each in moved:
        each.path = new + each.path[len(old) :]
    Unit.objects.bulk_update(moved, ["path"])
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    UnitState.objects.filter(unit=unit, to_on=None).update(to_on=on)
    UnitState.objects.create(
        unit=unit, name=unit.name, kind=unit.kind, parent=parent, sort_order=unit.sort_order, from_on=on,
        decision=decision,
    )
