"""The tree as of any day, level by level, and what stands above a unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery

from units.data.succession import predecessors_below
from units.models import Unit, UnitState
from units.models.reorganisation import UnitStateQuerySet
from units.models.unit import UnitQuerySet
from units.vietnamese import day_short, grouped

AT_ONCE = 50  # rows of one level on a page


@dataclass(frozen=True)
class Badge:
    """Where a unit stands in time, in words; `tone` is the badge's class."""

    label: str
    tone: str


@dataclass(frozen=True)
class Row:
    """One unit as it was on the day; `named_now` where today's name is another, `shown` where its page may be opened.

    `others` and `cells` count those who stood directly under it that day; `level` holds them, where it is open.
    """

    unit: int
    name: str
    kind: str
    named_now: str
    badge: Badge | None
    shown: bool
    others: int
    cells: int
    level: "Level | None"

    @property
    def counts(self) -> str:
        """ "12 đơn vị, 20 chi bộ"; empty where nobody stood below."""
        told = ((self.others, "đơn vị"), (self.cells, "chi bộ"))
        return ", ".join(f"{grouped(count)} {noun}" for count, noun in told if count)


@dataclass(frozen=True)
class Level:
    """Those directly under one unit, as many as fit on a page; `unit` is None above all."""

    unit: int | None
    rows: list[Row]
    page: Page[Any]


@dataclass(frozen=True)
class Tree:
    """No `top`: nobody existed that day whom one sees. `missed`: the unit that was to be opened is not in this tree."""

    top: Level | None
    missed: bool


@dataclass(frozen=True)
class _State:
    """A row of the database, as read."""

    unit: int
    name: str
    kind: str
    parent: int | None
    named_now: str
    opened_on: date
    closed_on: date | None
    path: str


def lineage(unit: Unit) -> list[Unit]:
    """The units above, from the root down, without `unit` itself. One query."""
    pks = [int(pk) for pk in unit.path.strip("/").split("/")[:-1]]
    found = Unit.objects.in_bulk(pks)
    return [found[pk] for pk in pks]


def as_of(units: UnitQuerySet, day: date, parent: int | None = None) -> UnitQuerySet:
    """Those that existed on that day, each with its state in `that_day`; with `parent` those under it, in order."""
    states = UnitState.objects.on(day)
    own = states.filter(unit=OuterRef("pk"))
    found = units.filter(Exists(own)).prefetch_related(Prefetch("states", queryset=states, to_attr="that_day"))
    if parent is None:
        return found
    return found.filter(Exists(own.filter(parent=parent))).order_by(Subquery(own.values("sort_order")), "pk")


def badge(opened_on: date, closed_on: date | None, today: date) -> Badge | None:
    """Nothing for a unit that simply goes on; otherwise since when it has ended, will end, or will begin."""
    if closed_on is not None and closed_on <= today:
        return Badge(f"Kết thúc hoạt động từ {day_short(closed_on)}", "info")
    if opened_on > today:
        return Badge(f"Thành lập từ {day_short(opened_on)}", "draft")
    if closed_on is not None:
        return Badge(f"Sẽ kết thúc hoạt động từ {day_short(closed_on)}", "soon")
    return None


def tree(
    roots: Sequence[Unit], day: date, today: date, *, opened: int | None = None, page: str | None = None,
    shut: bool = False,
) -> Tree:
    """What those who look down from `roots` see of the tree as of `day`: open down to `opened` and its own level.

    `page` turns that last level; each level above is open at the page its part of the way is on. A single unit at the
    top is open by itself, unless all is `shut`. Whose rows one sees is settled by today's tree, with the units that
    those succeeded. A query a step upwards and four more, whatever the number of rows.
    """
    states = _seen(roots, day, today)
    tops = sorted(_read(_topmost(states, roots)), key=lambda state: not _shown(state, roots))  # the own ones first
    trail = _trail(states, opened)
    missed = opened is not None and not trail
    if not trail and len(tops) == 1 and not shut:
        trail = [tops[0].unit]
    below: dict[int | None, list[_State]] = {None: tops}
    for state in _read(states.filter(parent__in=trail)):
        below.setdefault(state.parent, []).append(state)
    windows = _windows(below, trail, page)
    counts = _counts(states, [state.unit for window in windows.values() for state in window])
    level = None
    for above in reversed([None, *trail]):
        if above in windows:
            level = _level(above, windows[above], level, counts, roots, today)
    return Tree(level, missed)


def _seen(roots: Sequence[Unit], day: date, today: date) -> UnitStateQuerySet:
    states = UnitState.objects.on(day)
    if any(root.parent_id is None for root in roots):
        return states
    reach = Q(unit__in=predecessors_below(roots, today) if day < today else [])
    for root in roots:
        reach |= Q(unit__path__gte=root.path, unit__path__lt=root.path_end)
    return states.filter(reach)


def _topmost(states: UnitStateQuerySet, roots: Sequence[Unit]) -> UnitStateQuerySet:
    """Those whose superior of that day is not seen."""
    if any(root.parent_id is None for root in roots):
        return states.filter(parent=None)
    return states.exclude(parent__in=states.values("unit"))


def _read(states: UnitStateQuerySet) -> list[_State]:
    rows = states.in_official_order().values_list(
        "unit", "name", "kind", "parent", "unit__name", "unit__opened_on", "unit__closed_on", "unit__path"
    )
    return [_State(*row) for row in rows]


def _shown(state: _State, roots: Sequence[Unit]) -> bool:
    return any(state.path.startswith(root.path) for root in roots)


def _trail(states: UnitStateQuerySet, opened: int | None) -> list[int]:
    """The way down to `opened` on that day, as far as it is seen; a query a step."""
    trail: list[int] = []
    at = opened
    while at is not None:
        found = list(states.filter(unit=at).values_list("parent", flat=True))
        if not found:
            break
        trail.insert(0, at)
        at = found[0]
    return trail


def _windows(
    below: dict[int | None, list[_State]], trail: list[int], page: str | None
) -> dict[int | None, Page[_State]]:
    """unit above → the page of its level that is shown."""
    found = {}
    for above, onwards in zip([None, *trail], [*trail, None], strict=True):
        if rows := below.get(above):
            at = next((place for place, state in enumerate(rows) if state.unit == onwards), None)
            number = page if at is None else at // AT_ONCE + 1
            found[above] = Paginator(rows, AT_ONCE).get_page(number)
    return found


def _counts(states: UnitStateQuerySet, units: Iterable[int]) -> dict[int, tuple[int, int]]:
    """unit → how many others and how many cells stood directly under it."""
    counted = states.filter(parent__in=list(units)).order_by().values_list("parent", "kind").annotate(Count("pk"))
    found: dict[int, tuple[int, int]] = {}
    for parent, kind, count in counted:
        others, cells = found.get(parent or 0, (0, 0))
        is_cell = kind in Unit.CELL_KINDS
        found[parent or 0] = (others, cells + count) if is_cell else (others + count, cells)
    return found


def _level(
    above: int | None, window: Page[_State], open_level: Level | None, counts: dict[int, tuple[int, int]],
    roots: Sequence[Unit], today: date,
) -> Level:
    rows = []
    for state in window:
        others, cells = counts.get(state.unit, (0, 0))
        rows.append(Row(
            unit=state.unit, name=state.name, kind=str(Unit.Kind(state.kind).label),
            named_now=state.named_now if state.named_now != state.name else "",
            badge=badge(state.opened_on, state.closed_on, today),
            shown=_shown(state, roots), others=others, cells=cells,
            level=open_level if open_level and open_level.unit == state.unit else None,
        ))
    return Level(above, rows, window)
