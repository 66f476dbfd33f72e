"""What each kind of decision does, to whom, when, and who may take it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.tasks import sweep
from portal.verify import verify
from tests.factories import (
    FOUNDED,
    NOW,
    TODAY,
    Tree,
    at_once,
    days,
    make_office,
    make_tree,
    make_user,
)
from units.access import Forbidden
from units.actions import offices, reorganise
from units.actions.carry_out import Paper, WrongState, apply_due, carry_out
from units.data.plans import Planned
from units.models import LedgerEntry, Office, Reorganisation, Succession, Unit, UnitState
from units.timeline import Step

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}
ON_TODAY: dict[str, Any] = PLAIN | {"paper": Paper(TODAY, "12-QĐ/TU", days(-4))}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def today() -> dict[str, str | None]:
    """name → its superior's, of all that have not ended."""
    return dict(Unit.objects.alive_on(TODAY).values_list("name", "parent__name"))


def then(day: date) -> dict[str, str | None]:
    return dict(UnitState.objects.on(day).values_list("name", "parent__name"))


def succeeded() -> set[tuple[str, str]]:
    return set(Succession.objects.values_list("predecessor__name", "successor__name"))


# ---- each kind -------------------------------------------------------------------------------------------


def test_a_rename_keeps_the_unit_and_its_old_name_finds_it(tree: Tree) -> None:
    reorganise.rename(unit=tree["Xã A1"], name="  Phường  Ðông ", **ON_TODAY)
    unit = Unit.objects.get(pk=tree["Xã A1"].pk)
    assert (unit.name, unit.search_text) == ("Phường Đông", "phuong dong; xa a1")
    assert list(UnitState.objects.filter(unit=unit).order_by("from_on").values_list("name", "from_on", "to_on")) == [
        ("Xã A1", FOUNDED, TODAY), ("Phường Đông", TODAY, None),
    ]
    assert Reorganisation.objects.get(number="12-QĐ/TU").title == "Đổi tên Xã A1 thành Phường Đông"


def test_a_cell_becomes_a_committee_and_one_with_cells_no_cell(tree: Tree) -> None:
    reorganise.change_kind(unit=tree["B1"], kind="grassroots", **ON_TODAY)
    assert Unit.objects.get(name="B1").kind == "grassroots"
    with pytest.raises(WrongState, match="thuộc loại không có đơn vị cấp dưới"):
        reorganise.change_kind(unit=tree["Xã A1"], kind="cell", **ON_TODAY)


def test_a_move_takes_all_that_stands_below_along_and_comes_last(tree: Tree) -> None:
    reorganise.move(unit=tree["Xã A1"], parent=tree["Huyện B"], **ON_TODAY)
    moved = Unit.objects.get(name="Xã A1")
    assert (moved.parent, moved.sort_order) == (tree["Huyện B"], 2)
    assert moved.path == f"{tree['Huyện B'].path}{moved.pk}/"
    assert {unit.name for unit in Unit.objects.under([moved])} == {"Xã A1", "A1.1", "A1.2", "A1.3"}
    assert (today()["Xã A1"], then(days(-1))["Xã A1"]) == ("Huyện B", "Huyện A")


def test_a_merger_founds_one_that_has_the_subordinates_of_both_in_order(tree: Tree) -> None:
    reorganise.merge(
        predecessors=[tree["Xã A2"], tree["Xã A1"]], name="Xã A", kind="grassroots", parent=tree["Tỉnh"], **ON_TODAY
    )
    new = Unit.objects.get(name="Xã A")
    assert (new.parent, new.opened_on, new.search_text) == (tree["Tỉnh"], TODAY, "xa a; xa a1; xa a2")
    assert list(new.children.in_official_order().values_list("name", "sort_order")) == [
        ("A2.1", 1), ("A1.1", 2), ("A1.2", 3), ("A1.3", 4),
    ]
    assert succeeded() == {("Xã A1", "Xã A"), ("Xã A2", "Xã A")}
    assert set(then(days(-1)).values()) >= {"Xã A1", "Xã A2"}
    assert verify(NOW) == []


def test_an_absorbed_unit_ends_and_its_heir_stays(tree: Tree) -> None:
    reorganise.absorb(predecessors=[tree["Xã A1"], tree["Huyện B"]], successor=tree["Xã A2"], **ON_TODAY)
    assert today() == {"Tỉnh": None, "Huyện A": "Tỉnh", "Đảng đoàn C": "Tỉnh", "Xã A2": "Huyện A"} | dict.fromkeys(
        ("A1.1", "A1.2", "A1.3", "A2.1", "B1"), "Xã A2"
    )
    assert succeeded() == {("Xã A1", "Xã A2"), ("Huyện B", "Xã A2")}


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_split_founds_parts_and_leaves_the_rest_where_it_belongs(tree: Tree, goes_on: bool) -> None:
    reorganise.split(
        unit=tree["Xã A1"], parts=[("Một", "grassroots", tree["Huyện A"]), ("Hai", "section", tree["Huyện B"])],
        takes={tree["A1.2"].pk: 1}, goes_on=goes_on, **ON_TODAY,
    )
    rest = "Xã A1" if goes_on else "Một"
    assert [today()[name] for name in ("A1.1", "A1.2", "A1.3", "Một", "Hai")] == [
        rest, "Hai", rest, "Huyện A", "Huyện B",
    ]
    assert ("Xã A1" in today(), succeeded()) == (goes_on, {("Xã A1", "Một"), ("Xã A1", "Hai")})
    assert Unit.objects.get(name="Hai").search_text == "hai; xa a1"


def test_an_end_with_an_heir_moves_what_is_below_and_without_one_ends_it_too(tree: Tree) -> None:
    reorganise.end(unit=tree["Xã A1"], heir=tree["Xã A2"], **ON_TODAY)
    assert (today()["A1.1"], succeeded()) == ("Xã A2", set())
    reorganise.end(unit=tree["Huyện A"], heir=None, **ON_TODAY)
    assert today() == {"Tỉnh": None, "Huyện B": "Tỉnh", "B1": "Huyện B", "Đảng đoàn C": "Tỉnh"}
    assert set(Unit.objects.ended_by(TODAY).values_list("closed_on", flat=True)) == {TODAY}
    assert Unit.objects.get(name="A1.1").search_text == "a1.1"


def test_many_predecessors_of_many_successors_over_several_decisions(tree: Tree) -> None:
    told: dict[str, Any] = PLAIN | {"paper": Paper(days(-9))}
    reorganise.split(unit=tree["Xã A1"], parts=[("P", "grassroots", tree["Huyện A"]),
                                                ("Q", "grassroots", tree["Huyện A"])], takes={}, goes_on=False, **told)
    p, q = Unit.objects.get(name="P"), Unit.objects.get(name="Q")
    reorganise.merge(predecessors=[p, tree["Xã A2"]], name="R", kind="grassroots", parent=tree["Huyện A"], **ON_TODAY)
    reorganise.absorb(predecessors=[q], successor=Unit.objects.get(name="R"), **ON_TODAY)
    assert succeeded() == {("Xã A1", "P"), ("Xã A1", "Q"), ("P", "R"), ("Xã A2", "R"), ("Q", "R")}
    assert set(Unit.objects.get(name="R").search_text.split("; ")) == {"r", "p", "q", "xa a1", "xa a2"}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (lambda t, told: reorganise.split(unit=t["Xã A1"], parts=[], takes={}, goes_on=False, **told), "Chưa ghi"),
        (lambda t, told: reorganise.end(unit=t["Tỉnh"], heir=None, **told), "đứng đầu hệ thống"),
        (lambda t, told: reorganise.move(unit=t["Huyện A"], parent=t["A1.1"], **told), "không có đơn vị cấp dưới"),
        (lambda t, told: reorganise.move(unit=t["Huyện A"], parent=t["Xã A1"], **told), "trực thuộc chính mình"),
        (lambda t, told: reorganise.end(unit=t["Huyện A"], heir=t["Huyện A"], **told), "đã kết thúc hoạt động"),
        (lambda t, told: reorganise.rename(
            unit=t["Xã A1"], name="Mới", **(told | {"paper": Paper(FOUNDED - timedelta(days=1))})
        ), "trước ngày thành lập"),
        (lambda t, told: reorganise.rename(
            unit=t["Xã A1"], name="Mới", **(told | {"paper": Paper(TODAY, "1", days(1))})
        ), "Ngày quyết định không thể ở tương lai"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(tree: Tree, what: Any, reason: str) -> None:
    with pytest.raises(WrongState, match=reason):
        what(tree, ON_TODAY)
    assert Reorganisation.objects.filter(number="12-QĐ/TU").count() == 0


def test_nothing_is_parted_from_a_unit_that_has_ended_before(tree: Tree) -> None:
    reorganise.end(unit=tree["Huyện B"], heir=tree["Huyện A"], **ON_TODAY)
    with pytest.raises(WrongState, match="Huyện B: đơn vị được sắp xếp đã kết thúc hoạt động"):
        reorganise.split(
            unit=tree["Huyện B"], parts=[("Mới", "committee", tree["Tỉnh"])], takes={}, goes_on=True,
            paper=Paper(days(1)), **PLAIN,
        )


def give(unit: Unit, code: str, on: date) -> None:
    planned = Planned(on)
    planned.say(Step(unit.pk, code=code))
    carry_out(plan=planned.plan("Cấp mã"), paper=Paper(on), **PLAIN)


def test_a_code_that_somebody_will_have_is_nobody_elses_until_then(tree: Tree) -> None:
    """Two units would bear one code on the day, and the sweep could bring neither up to it."""
    code = "38.168.053.000.001"
    give(tree["Xã A1"], code, days(10))
    for day in (days(-10), TODAY, days(10), days(20)):
        with pytest.raises(WrongState, match=f"Mã tổ chức {code} đã dùng cho Xã A1"):
            give(tree["Xã A2"], code, day)
    apply_due(by=None, now=NOW + timedelta(days=10))
    assert Unit.objects.get(code=code).name == "Xã A1"
    assert verify(NOW + timedelta(days=10)) == []


# ---- offices, rights, the ledger -------------------------------------------------------------------------


def test_offices_end_with_their_unit_but_never_back_in_time(tree: Tree) -> None:
    held = make_office(tree["Xã A1"]).offices.get()
    left = make_office(tree["Xã A1"]).offices.get()
    offices.dismiss(office=left, on=days(-20), by=None, now=NOW - timedelta(days=20))
    to_come = make_office(tree["Xã A1"], from_on=days(30)).offices.get()
    elsewhere = make_office(tree["Xã A2"]).offices.get()
    decision = reorganise.absorb(
        predecessors=[tree["Xã A1"]], successor=tree["Xã A2"], paper=Paper(days(-10)), **PLAIN
    )
    ends = dict(Office.objects.values_list("pk", "to_on"))
    assert ends == {held.pk: TODAY, left.pk: days(-20), to_come.pk: days(31), elsewhere.pk: None}
    line = LedgerEntry.objects.get(event="reorganisation.carried_out", subject_id=decision.pk)
    assert line.data["offices_ended"] == 2


def test_offices_of_a_unit_that_will_end_are_held_until_then(tree: Tree) -> None:
    held = make_office(tree["Xã A1"]).offices.get()
    reorganise.end(unit=tree["Xã A1"], heir=tree["Xã A2"], paper=Paper(days(5)), **PLAIN)
    held.refresh_from_db()
    assert held.to_on == days(5)


@pytest.mark.parametrize("place", ["Huyện B", "Xã A1"])
def test_an_administrator_decides_only_within_the_own_subtree(tree: Tree, place: str) -> None:
    user = make_office(tree[place], "administrator")
    told: dict[str, Any] = {"paper": Paper(TODAY, "12-QĐ/TU"), "by": user, "now": NOW}
    refused: list[Any] = [
        lambda: reorganise.rename(unit=tree["Huyện A"], name="Mới", **told),
        lambda: reorganise.move(unit=tree["B1"], parent=tree["Huyện A"], **told),
        lambda: reorganise.move(unit=tree["Xã A2"], parent=tree["Huyện B"], **told),
        lambda: reorganise.absorb(predecessors=[tree["Huyện B"]], successor=tree["Huyện A"], **told),
        lambda: reorganise.end(unit=tree["Huyện A"], heir=tree["Huyện B"], **told),
        lambda: reorganise.end(unit=tree["Huyện A"], heir=tree["Huyện A"], **told),  # and could not be, either
        lambda: reorganise.found(name="Mới", kind="cell", parent=tree["Xã A2"], **told),
        lambda: reorganise.split(
            unit=tree["Xã A2"], parts=[("Mới", "cell", tree[place])], takes={}, goes_on=True, **told
        ),
    ]
    for what in refused:
        with pytest.raises(Forbidden):
            what()
    assert not Reorganisation.objects.filter(number="12-QĐ/TU").exists()
    cell = reorganise.found(name="Mới", kind="cell", parent=tree[place], **told)
    decision = reorganise.rename(unit=cell, name="Mới hơn", **(told | {"paper": Paper(days(1))}))
    line = LedgerEntry.objects.get(event="reorganisation.carried_out", subject_id=decision.pk)
    assert (line.by_id, line.data["touched"], line.data["founded"], line.data["effective_on"]) == (
        user.pk, [cell.pk], [], days(1).isoformat(),
    )


def test_a_clerk_of_the_unit_does_not_reorganise_it(tree: Tree) -> None:
    for user in (make_office(tree["Huyện A"]), make_office(tree["Tỉnh"], "board"), make_user("ai-do")):
        with pytest.raises(Forbidden):
            reorganise.rename(unit=tree["Xã A1"], name="Mới", paper=Paper(TODAY), by=user, now=NOW)


# ---- days ------------------------------------------------------------------------------------------------


def test_a_decision_ahead_takes_effect_by_the_sweep_with_nobody_present(tree: Tree) -> None:
    """The sweep reads the clock itself, so this decision is of yesterday, and dated today."""
    now = timezone.now()
    reorganise.absorb(
        predecessors=[tree["Xã A1"]], successor=tree["Xã A2"], paper=Paper(timezone.localdate(now), "7"), by=None,
        now=now - timedelta(days=1),
    )
    cell = Unit.objects.get(name="A1.1")
    assert cell.parent == tree["Xã A1"]
    for _ in range(3):
        sweep()
        cell.refresh_from_db()
        assert (cell.parent, cell.path) == (tree["Xã A2"], f"{tree['Xã A2'].path}{cell.pk}/")
        assert LedgerEntry.objects.filter(event="reorganisation.in_force").count() == 1
    assert Reorganisation.objects.upcoming().count() == 0
    assert verify(now) == []


def test_decisions_recorded_late_and_ahead_give_the_tree_of_those_recorded_in_time() -> None:
    def play(order: list[int]) -> list[tuple[Any, ...]]:
        tree = make_tree()
        steps: list[Any] = [
            lambda: reorganise.rename(unit=tree["Xã A1"], name="Một", paper=Paper(days(-9)), **PLAIN),
            lambda: reorganise.move(unit=tree["Xã A1"], parent=tree["Huyện B"], paper=Paper(days(-5)), **PLAIN),
            lambda: reorganise.rename(unit=tree["Xã A1"], name="Hai", paper=Paper(TODAY), **PLAIN),
            lambda: reorganise.end(unit=tree["Xã A1"], heir=tree["Xã A2"], paper=Paper(days(3)), **PLAIN),
        ]
        for place in order:
            steps[place]()
        states = UnitState.objects.order_by("unit", "from_on")
        return list(states.values_list("unit__search_text", "name", "parent__search_text", "from_on", "to_on"))

    def cleared(order: list[int]) -> list[tuple[Any, ...]]:
        with transaction.atomic():
            found = play(order)
            transaction.set_rollback(True)
        return found

    in_time = cleared([0, 1, 2, 3])
    assert len(in_time) == 11 + 3 + 3
    for order in ([3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]):
        assert cleared(order) == in_time
    with pytest.raises(AssertionError):
        assert cleared([0, 1, 2]) == in_time


# ---- at once, and how much -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_leave_a_tree_that_stands() -> None:
    """Each alone would be right; both together would hang A below B and B below A."""
    tree = make_tree()
    users = [make_office(tree["Tỉnh"], "administrator") for _ in range(2)]
    told: list[dict[str, Any]] = [{"paper": Paper(TODAY, "12"), "by": user, "now": NOW} for user in users]
    outcomes = at_once([
        lambda: reorganise.move(unit=tree["Huyện A"], parent=tree["Huyện B"], **told[0]),
        lambda: reorganise.move(unit=tree["Huyện B"], parent=tree["Xã A1"], **told[1]),
    ])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Reorganisation", "WrongState"]
    outcomes = at_once([
        lambda: reorganise.end(unit=tree["Xã A2"], heir=tree["Xã A1"], **told[0]),
        lambda: reorganise.found(name="A2.2", kind="cell", parent=tree["Xã A2"], **told[1]),
    ])
    assert {type(outcome).__name__ for outcome in outcomes} <= {"Reorganisation", "Unit", "WrongState"}
    assert "WrongState" in {type(outcome).__name__ for outcome in outcomes} or "A2.2" in today()
    assert verify(NOW) == []


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_apply_a_decision_once() -> None:
    tree = make_tree()
    reorganise.end(unit=tree["Xã A1"], heir=tree["Xã A2"], paper=Paper(days(1)), **PLAIN)
    outcomes = at_once([lambda: apply_due(by=None, now=NOW + timedelta(days=1))] * 3)
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert LedgerEntry.objects.filter(event="reorganisation.in_force").count() == 1
    assert verify(NOW + timedelta(days=1)) == []


def asked(count: int, on: date) -> int:
    """How many queries it takes to merge so many units with three cells each; rows that go in by batches are one."""
    text = "province Tỉnh\n  committee Huyện\n" + "".join(
        f"    grassroots Xã {n}\n" + "".join(f"      cell Ô {n}.{m}\n" for m in range(3)) for n in range(count)
    )
    with transaction.atomic():
        tree = make_tree(text)
        old = [unit for name, unit in tree.items() if name.startswith("Xã")]
        with CaptureQueriesContext(connection) as queries:
            reorganise.merge(
                predecessors=old, name="Xã", kind="grassroots", parent=tree["Huyện"], paper=Paper(on), **PLAIN
            )
        transaction.set_rollback(True)
    begun = [query["sql"][:40] for query in queries]
    return len([this for this, last in pairwise(["", *begun]) if this != last or not last.startswith("INSERT")])


@pytest.mark.parametrize("ahead", [0, 7])
def test_a_decision_asks_as_many_questions_for_thirty_units_as_for_three(ahead: int) -> None:
    assert asked(3, days(ahead)) == asked(30, days(ahead)) < 45
