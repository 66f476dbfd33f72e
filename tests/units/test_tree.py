"""The tree as of any day: what a naive replay of the decisions makes of it, level by level, to whom it concerns."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import FOUNDED, NOW, TODAY, Tree, days, make_board, make_office, make_tree, rolled_back
from units.access import rights
from units.actions import reorganise
from units.actions.carry_out import Paper, WrongState
from units.data.tree import AT_ONCE, Level, Row, tree
from units.models import Change, Succession, Unit

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}
THEN = TODAY  # the tests' tree is of this day; pages ask the clock
NAMES = ("Đảng bộ Một", "Đảng bộ Hai", "Đảng bộ Ba")


@pytest.fixture
def units() -> Tree:
    return make_tree()


def paper(day: int) -> Paper:
    return Paper(days(day), number=f"{day}-QĐ/TU")


# ---- any sequence of decisions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One decision; units are places in the list of all there are."""

    kind: str
    one: int
    other: int
    name: str
    day: int


an_act = st.builds(
    Act, kind=st.sampled_from(("rename", "move", "merge", "absorb", "end", "split")), one=st.integers(0, 30),
    other=st.integers(0, 30), name=st.sampled_from(NAMES), day=st.sampled_from((-900, -30, -10, 0, 5, 40)),
)


def carried_out(act: Act) -> None:
    """Whatever of it is possible."""
    every = list(Unit.objects.order_by("pk"))
    one, other = every[act.one % len(every)], every[act.other % len(every)]
    told: dict[str, Any] = {"paper": paper(act.day)} | PLAIN
    acts: dict[str, Callable[[], Any]] = {
        "rename": lambda: reorganise.rename(unit=one, name=act.name, **told),
        "move": lambda: reorganise.move(unit=one, parent=other, **told),
        "merge": lambda: reorganise.merge(
            predecessors=[one, other], name=act.name, kind=one.kind, parent=one.parent or one, **told
        ),
        "absorb": lambda: reorganise.absorb(predecessors=[one], successor=other, **told),
        "end": lambda: reorganise.end(unit=one, heir=other, **told),
        "split": lambda: reorganise.split(
            unit=one, parts=[(f"{act.name} A", one.kind, one.parent or one), (act.name, one.kind, one.parent or one)],
            takes={}, goes_on=act.day == 0, **told,
        ),
    }
    with suppress(WrongState):
        acts[act.kind]()


def replayed(day: date) -> dict[int, tuple[str, int | None]]:
    """unit → name and superior, from what the decisions said, one after the other."""
    found: dict[int, tuple[str, int | None]] = {}
    for change in Change.objects.select_related("reorganisation").order_by("reorganisation__effective_on", "pk"):
        if change.reorganisation.effective_on > day:
            continue
        if change.ends:
            found.pop(change.unit_id, None)
        else:
            name, parent = found.get(change.unit_id, ("", None))
            found[change.unit_id] = change.name or name, change.parent_id or parent
    return found


def concerned(root: Unit, day: date) -> set[int]:
    """Whom somebody at `root` sees: today's subtree; in the past also whom those succeeded, by what is in force."""
    seen = {unit.pk for unit in Unit.objects.all() if unit.path.startswith(root.path)}
    pairs = [
        (row.predecessor_id, row.successor_id) for row in Succession.objects.select_related("reorganisation")
        if row.reorganisation.effective_on <= THEN
    ]
    while day < THEN and (fresh := {old for old, new in pairs if new in seen} - seen):
        seen |= fresh
    return seen


def shown(level: Level | None) -> list[Row]:
    return [each for row in (level.rows if level else []) for each in (row, *shown(row.level))]


def walked(roots: list[Unit], day: date) -> dict[int, tuple[str, int | None]]:
    """unit → name and superior, found as a person finds them: by opening one level after the other."""
    found: dict[int, tuple[str, int | None]] = {}
    top = tree(roots, day, THEN, shut=True).top
    waiting = [(row, None) for row in shown(top)]
    while waiting:
        row, above = waiting.pop()
        found[row.unit] = row.name, above
        if row.counts:
            opened = tree(roots, day, THEN, opened=row.unit)
            assert not opened.missed
            level = next(each.level for each in shown(opened.top) if each.unit == row.unit)
            assert level is not None
            assert len(level.rows) == row.others + row.cells
            waiting += [(each, row.unit) for each in level.rows]
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(an_act, min_size=1, max_size=7), days_=st.lists(st.integers(-920, 60), min_size=2, max_size=3))
def test_the_tree_of_any_day_is_what_the_decisions_made_of_it(acts: list[Act], days_: list[int]) -> None:
    with rolled_back():
        root = make_tree()["Tỉnh"]
        for act in acts:
            carried_out(act)
        for unit in Unit.objects.filter(kind__in=("province", "committee")):
            for day in (*map(days, days_), THEN):
                told, mine = replayed(day), concerned(unit, day)
                expected = {
                    pk: (name, parent if parent in mine else None) for pk, (name, parent) in told.items() if pk in mine
                }
                assert walked([unit], day) == expected, (unit, day)
        assert walked([Unit.objects.get(pk=root.pk)], FOUNDED - timedelta(days=1)) == {}


# ---- level by level ----------------------------------------------------------------------------------------------


def names(level: Level | None) -> list[str]:
    return [row.name for row in shown(level)]


def test_a_level_opens_along_the_way_to_a_unit(units: Tree) -> None:
    roots = [units["Tỉnh"]]
    assert names(tree(roots, TODAY, TODAY, shut=True).top) == ["Tỉnh"]
    assert names(tree(roots, TODAY, TODAY).top) == ["Tỉnh", "Huyện A", "Huyện B", "Đảng đoàn C"]
    opened = tree(roots, TODAY, TODAY, opened=units["Xã A1"].pk)
    assert names(opened.top) == [
        "Tỉnh", "Huyện A", "Xã A1", "A1.1", "A1.2", "A1.3", "Xã A2", "Huyện B", "Đảng đoàn C",
    ]
    rows = {row.name: row for row in shown(opened.top)}
    assert (rows["Huyện A"].counts, rows["Xã A1"].counts, rows["A1.1"].counts) == ("2 đơn vị", "3 chi bộ", "")
    assert (rows["Huyện B"].level, rows["Xã A1"].kind) == (None, "Đảng bộ cơ sở")


def test_a_unit_that_is_not_there_or_not_ones_own_is_missed_alike(units: Tree) -> None:
    for roots, opened in (([units["Huyện A"]], units["B1"].pk), ([units["Huyện A"]], 10**12)):
        found = tree(roots, TODAY, TODAY, opened=opened)
        assert found.missed
        assert names(found.top) == ["Huyện A", "Xã A1", "Xã A2"]


def test_a_long_level_is_read_in_parts_and_opens_at_the_right_one(units: Tree) -> None:
    planned = [
        reorganise.found(name=f"Xã {n:03}", kind="grassroots", parent=units["Huyện B"], paper=paper(-5), **PLAIN)
        for n in range(60)
    ]
    last = planned[-1]
    reorganise.found(name="Chi bộ cuối", kind="cell", parent=last, paper=paper(-5), **PLAIN)
    roots = [units["Tỉnh"]]
    first = next(row for row in shown(tree(roots, TODAY, TODAY, opened=units["Huyện B"].pk).top) if row.level)
    level = next(row.level for row in shown(first.level) if row.name == "Huyện B")
    assert level is not None
    assert (len(level.rows), level.page.paginator.count, level.page.has_next()) == (AT_ONCE, 61, True)
    turned = names(tree(roots, TODAY, TODAY, opened=units["Huyện B"].pk, page="2").top)
    assert ("Xã 059" in turned, "Xã 000" in turned) == (True, False)
    inside = names(tree(roots, TODAY, TODAY, opened=last.pk).top)
    assert ("Chi bộ cuối" in inside, "Xã 059" in inside, "Xã 000" in inside) == (True, True, False)


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_questions_asked_do_not_grow_with_the_level(units: Tree, client: Client, count: int) -> None:
    for n in range(count):
        xa = reorganise.found(
            name=f"Xã {n}", kind="grassroots", parent=units["Huyện B"], paper=paper(-5), **PLAIN
        )
    reorganise.found(name="Chi bộ", kind="cell", parent=xa, paper=paper(-5), **PLAIN)
    client.force_login(make_board(units["Tỉnh"]))
    asked = []
    for query in ("", f"?mo={units['Huyện B'].pk}", f"?mo={xa.pk}", f"?mo={units['Huyện B'].pk}&ngay=2026-10-14"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("unit-list") + query).status_code == 200
        asked.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))
    assert asked == [6, 8, 9, 8]


# ---- the page ------------------------------------------------------------------------------------------------------


def page(client: Client, **query: Any) -> str:
    response = client.get(reverse("unit-list"), query)
    assert response.status_code == 200
    return str(response.content.decode())


def listed(text: str) -> list[str]:
    """The names on the page, in order."""
    rows = re.findall(r'<div class="tree-row">.*?</div>', text, re.DOTALL)
    return [re.findall(r"<span>(?:<a [^>]*>)?([^<]+)", row)[0].strip() for row in rows]


def test_the_day_is_said_and_today_is_one_click_away(units: Tree, client: Client) -> None:
    today = timezone.localdate()
    reorganise.rename(unit=units["Huyện A"], name="Huyện Mới", paper=paper(-10), **PLAIN)
    client.force_login(make_board(units["Tỉnh"]))
    now = page(client)
    assert "Huyện Mới" in listed(now)
    assert "Đang xem cây tổ chức" not in now
    for written in ("2026-10-01", "01/10/2026", "1-10-2026"):
        then = page(client, ngay=written)
        assert "Huyện A" in listed(then)
        assert "nay: Huyện Mới" in then
        assert "như đã có ngày <b>01/10/2026</b>" in re.sub(r"\s+", " ", then)
        assert f'href="{reverse("unit-list")}"' in then
        assert 'value="2026-10-01"' in then
        assert "&amp;ngay=2026-10-01" in then
    assert "như sẽ có" in page(client, ngay="2090-01-01")
    assert "Đang xem" not in page(client, ngay=today.isoformat())
    for wrong in ("31/02/2026", "hôm qua", "0026-01-01", "\0"):
        refused = page(client, ngay=wrong)
        assert "errorlist" in refused
        assert listed(refused)[0] == "Tỉnh"


def test_what_will_be_and_what_was_are_marked(units: Tree, client: Client) -> None:
    today = timezone.localdate()
    ahead, back = (today - TODAY).days + 30, -20
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Xã A2"], paper=paper(ahead), **PLAIN)
    reorganise.found(name="Xã Sau", kind="grassroots", parent=units["Huyện B"], paper=paper(ahead), **PLAIN)
    reorganise.end(unit=units["Đảng đoàn C"], heir=None, paper=paper(back), **PLAIN)
    client.force_login(make_board(units["Tỉnh"]))
    now = page(client, mo=units["Huyện A"].pk)
    assert "Xã A1" in listed(now)
    assert f"Sẽ kết thúc hoạt động từ {days(ahead):%d/%m/%Y}" in now
    assert "Đảng đoàn C" not in listed(now)
    assert "Xã Sau" not in listed(page(client, mo=units["Huyện B"].pk))
    then = page(client, ngay=days(back - 1).isoformat())
    assert "Đảng đoàn C" in listed(then)
    assert f"Kết thúc hoạt động từ {days(back):%d/%m/%Y}" in then
    later = page(client, ngay=days(ahead).isoformat(), mo=units["Huyện B"].pk)
    assert "Xã Sau" in listed(later)
    assert f"Thành lập từ {days(ahead):%d/%m/%Y}" in later
    assert "Xã A1" not in listed(page(client, ngay=days(ahead).isoformat(), mo=units["Huyện A"].pk))


def test_a_committee_sees_its_own_and_in_the_past_whom_it_succeeded(units: Tree, client: Client) -> None:
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Huyện B"], paper=paper(-10), **PLAIN)
    client.force_login(make_office(units["Huyện B"]))
    assert listed(page(client)) == ["Huyện B", "B1", "A1.1", "A1.2", "A1.3"]
    then = page(client, ngay=days(-11).isoformat())
    assert listed(then) == ["Huyện B", "Xã A1"]
    assert reverse("unit-detail", args=[units["Xã A1"].pk]) not in then  # its page stays with Huyện A
    assert listed(page(client, ngay=days(-11).isoformat(), mo=units["Xã A1"].pk))[2:] == ["A1.1", "A1.2", "A1.3"]
    other = Client()
    other.force_login(make_office(units["Huyện A"]))
    assert listed(page(other)) == ["Huyện A", "Xã A2"]
    assert listed(page(other, ngay=days(-11).isoformat())) == ["Huyện A", "Xã A1", "Xã A2"]


def test_the_script_gets_the_part_alone_and_levels_that_are_said_to_be_open(units: Tree, client: Client) -> None:
    client.force_login(make_board(units["Tỉnh"]))
    whole, part = page(client, mo=units["Huyện A"].pk), client.get(
        reverse("unit-list"), {"mo": units["Huyện A"].pk}, headers={"X-Part": "1"}
    ).content.decode()
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert part.strip() in whole
    assert f'<li id="u{units["Huyện A"].pk}">' in part
    toggle = re.findall(r'<a class="tree-toggle" data-part="u(\d+)" aria-expanded="(\w+)" href="\?mo=(\d*)', part)
    assert {int(pk): (state, to) for pk, state, to in toggle} == {
        units["Tỉnh"].pk: ("true", ""), units["Huyện A"].pk: ("true", str(units["Tỉnh"].pk)),
        units["Huyện B"].pk: ("false", str(units["Huyện B"].pk)),
        units["Xã A1"].pk: ("false", str(units["Xã A1"].pk)), units["Xã A2"].pk: ("false", str(units["Xã A2"].pk)),
    }
    assert listed(page(client, mo="")) == ["Tỉnh"]


def test_nobody_without_a_subtree_sees_a_tree(units: Tree, client: Client) -> None:
    client.force_login(make_office(units["Tỉnh"], "committee"))
    for query in ({}, {"mo": units["Huyện A"].pk}, {"ngay": "2026-01-01"}):
        assert listed(page(client, **query)) == []


def test_roots_are_where_one_views_or_administers(units: Tree) -> None:
    user = make_office(units["Huyện A"])
    held = rights(user, TODAY)
    assert held.roots == [units["Huyện A"]]
    assert (held.sees(units["A1.1"]), held.sees(units["Tỉnh"])) == (True, False)
