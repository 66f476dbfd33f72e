"""Recording an occasion: 17 of 20 in one go, once each, judged by the right day, and owed again when sent back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from directives.actions import disseminate, rollouts
from directives.actions.disseminate import Held, Recorded
from directives.actions.documents import WrongState
from directives.data import figures
from directives.models import Assignment, Dissemination, Occasion, Rollout
from tests.factories import (
    NOW,
    TODAY,
    Tree,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_document,
    make_file,
    make_office,
    make_rollout,
    make_tree,
)
from units.access import Forbidden
from units.models import LedgerEntry, User

pytestmark = pytest.mark.django_db
CELLS = ["A1.1", "A1.2", "A1.3"]
TWENTY = "province Tỉnh\n  committee Huyện A\n    grassroots Xã A1\n" + "\n".join(
    f"      cell Chi bộ {number}" for number in range(1, 21)
)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def clerk(tree: Tree) -> User:
    return make_office(tree["Xã A1"])


@pytest.fixture
def rollout(tree: Tree, clerk: User) -> Rollout:
    return make_rollout(tree["Tỉnh"])


def record(
    rollout: Rollout, tree: Tree, by: User, names: Sequence[str] = CELLS, on: date = TODAY, at_unit: str = "Xã A1",
    **more: Any,
) -> Recorded:
    lines = [line_of(rollout, tree[name]) for name in names]
    arguments = {"unit": tree[at_unit], "held": Held(on), "assignments": lines, "by": by, "now": NOW} | more
    return disseminate.record(**arguments)


def done(rollout: Rollout) -> dict[str, date]:
    lines = rollout.assignments.filter(disseminated_on__isnull=False)
    return dict(lines.values_list("unit_name", "disseminated_on"))


def nothing_written() -> bool:
    return not (Occasion.objects.exists() or Dissemination.objects.exists())


def test_seventeen_of_twenty_cells_in_one_recording() -> None:
    tree = make_tree(TWENTY)
    clerk, rollout = make_office(tree["Xã A1"]), make_rollout(tree["Tỉnh"])
    chosen = [f"Chi bộ {number}" for number in range(1, 18)]
    told = record(rollout, tree, clerk, chosen, days(-1))
    assert (len(told.lines), told.already) == (17, [])
    assert done(rollout) == dict.fromkeys(chosen, days(-1))
    whole = figures.line(rollout, line_of(rollout, tree["Xã A1"]), TODAY)
    assert (whole.cells_disseminated, whole.cells) == (17, 20)
    occasion = Occasion.objects.get()
    assert (occasion.unit, occasion.held_on, occasion.recorded_by) == (tree["Xã A1"], days(-1), clerk)
    assert (occasion.form, occasion.attended, occasion.due) == ("cell_meeting", None, None)
    entry = LedgerEntry.objects.get(event="occasion.recorded")
    assert sorted(entry.data["lines"]) == sorted(line.pk for line in told.lines)
    assert (entry.by_id, entry.unit_id, entry.data["judged_on"]) == (clerk.pk, tree["Xã A1"].pk, "2026-10-14")


def test_the_same_form_sent_twice_counts_once(rollout: Rollout, tree: Tree, clerk: User) -> None:
    record(rollout, tree, clerk)
    with pytest.raises(WrongState):
        record(rollout, tree, clerk, on=days(-3))
    assert (Occasion.objects.count(), Dissemination.objects.count()) == (1, 3)
    assert done(rollout) == dict.fromkeys(CELLS, TODAY)


def test_what_was_recorded_before_stays_and_the_rest_is_recorded(rollout: Rollout, tree: Tree, clerk: User) -> None:
    record(rollout, tree, clerk, ["A1.1"], days(-5))
    told = record(rollout, tree, clerk, CELLS)
    assert [line.unit_name for line in told.already] == ["A1.1"]
    assert done(rollout) == {"A1.1": days(-5), "A1.2": TODAY, "A1.3": TODAY}


@pytest.mark.django_db(transaction=True)
def test_double_taps_at_the_same_moment_count_once(rollout: Rollout, tree: Tree, clerk: User) -> None:
    taps = [lambda order=order: record(rollout, tree, clerk, order) for order in (CELLS, CELLS[::-1]) * 3]
    outcomes = at_once(taps)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Recorded"] + ["WrongState"] * 5
    assert (Occasion.objects.count(), Dissemination.objects.count()) == (1, 3)
    assert set(rollout.assignments.filter(unit_name__in=CELLS).values_list("version")) == {(1,)}


@pytest.mark.django_db(transaction=True)
def test_two_sheets_with_some_of_the_same_cells_count_each_cell_once(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    above = make_office(tree["Huyện A"])
    outcomes = at_once([
        lambda: record(rollout, tree, clerk, ["A1.1", "A1.2"]),
        lambda: record(rollout, tree, above, ["A1.2", "A1.3"], at_unit="Huyện A"),
    ])
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    assert sum(len(outcome.lines) for outcome in outcomes) == 3
    assert sum(len(outcome.already) for outcome in outcomes) == 1
    assert Dissemination.objects.filter(state="accepted").count() == 3


@pytest.mark.parametrize(
    "held",
    [
        Held(days(1)),  # not held yet
        Held(days(-31)),  # before the letter was written
        Held(TODAY, form="facebook"),
        Held(TODAY, attended=21, due=20),
    ],
)
def test_impossible_occasions_are_refused(rollout: Rollout, tree: Tree, clerk: User, held: Held) -> None:
    with pytest.raises(WrongState):
        record(rollout, tree, clerk, held=held)
    assert nothing_written()


def test_no_line_chosen_is_refused(rollout: Rollout, tree: Tree, clerk: User) -> None:
    with pytest.raises(WrongState):
        record(rollout, tree, clerk, [])
    assert nothing_written()


@pytest.mark.parametrize(("working_days", "late"), [(0, False), (10, False), (11, True)])
def test_recorded_more_than_ten_working_days_later_it_is_judged_by_the_day_recorded(
    rollout: Rollout, tree: Tree, clerk: User, working_days: int, late: bool
) -> None:
    # Two working weeks before Thursday 15/10 is Thursday 01/10; the 11th working day back is 30/09.
    held = {0: TODAY, 10: date(2026, 10, 1), 11: date(2026, 9, 30)}[working_days]
    record(rollout, tree, clerk, ["A1.1"], held)
    row = Dissemination.objects.get()
    assert (row.recorded_late, row.judged_on) == (late, TODAY if late else held)
    assert done(rollout) == {"A1.1": row.judged_on}
    assert row.occasion.held_on == held


def test_in_whose_place_it_was_entered(rollout: Rollout, tree: Tree, clerk: User) -> None:
    above = make_office(tree["Huyện A"])
    record(rollout, tree, clerk, ["A1.1"])  # the recording unit itself
    record(rollout, tree, above, ["A1.2"], at_unit="Huyện A")  # Xã A1 should have
    record(rollout, tree, above, ["A2.1"], at_unit="Huyện A")  # nobody at Xã A2: Huyện A is the recording unit
    record(rollout, tree, above, ["Huyện A"], at_unit="Huyện A")
    assert dict(Dissemination.objects.values_list("assignment__unit_name", "entered_for__name")) == {
        "A1.1": None, "A1.2": "Xã A1", "A2.1": None, "Huyện A": None,
    }


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Huyện B", ["A1.1"]), ("Xã A2", ["A2.1", "A1.1"]), ("A1.1", ["Xã A1"]), ("A1.1", ["A1.2"])],
)
def test_a_foreign_units_line_is_forbidden_and_nothing_is_written(
    rollout: Rollout, tree: Tree, name: str, lines: list[str]
) -> None:
    stranger = make_office(tree[name])
    with pytest.raises(Forbidden):
        record(rollout, tree, stranger, lines, at_unit=name)
    assert nothing_written()
    assert done(rollout) == {}


def test_an_occasion_is_never_put_under_a_foreign_unit(rollout: Rollout, tree: Tree, clerk: User) -> None:
    for name in ("Huyện A", "Xã A2"):
        with pytest.raises(Forbidden):
            record(rollout, tree, clerk, at_unit=name)
    assert nothing_written()


def test_the_board_sees_and_does_not_record(rollout: Rollout, tree: Tree) -> None:
    with pytest.raises(Forbidden):
        record(rollout, tree, make_board(tree["Tỉnh"]), at_unit="Tỉnh")
    assert nothing_written()


def test_a_closed_rollout_takes_no_occasion_and_sends_nothing_back(rollout: Rollout, tree: Tree, clerk: User) -> None:
    record(rollout, tree, clerk, ["A1.1"])
    rollouts.close(rollout=rollout, by=None, now=NOW)
    with pytest.raises(WrongState):
        record(rollout, tree, clerk, ["A1.2"])
    with pytest.raises(WrongState):
        disseminate.send_back(
            assignment=line_of(rollout, tree["A1.1"]), note="Thiếu", by=make_board(tree["Tỉnh"]), now=NOW
        )
    assert done(rollout) == {"A1.1": TODAY}


def test_sent_back_it_is_owed_again_and_what_was_entered_stays_as_a_chain(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    board = make_board(tree["Tỉnh"])
    chain = []
    for on in (days(-3), days(-2), days(-1)):
        record(rollout, tree, clerk, ["A1.1"], on)
        assert done(rollout) == {"A1.1": on}
        line = line_of(rollout, tree["A1.1"])
        chain.append(disseminate.send_back(assignment=line, note=" Thiếu số người dự ", by=board, now=NOW))
        assert done(rollout) == {}
        assert figures.line(rollout, line, TODAY).disseminate.open_in_time == 1
    record(rollout, tree, clerk, ["A1.1"])
    rows = list(Dissemination.objects.order_by("pk"))
    assert [row.replaces_id for row in rows] == [None, *(row.pk for row in rows[:3])]
    assert [row.state for row in rows] == ["sent_back"] * 3 + ["accepted"]
    assert {row.note for row in chain} == {"Thiếu số người dự"}
    assert line_of(rollout, tree["A1.1"]).version == 7
    assert LedgerEntry.objects.filter(event="dissemination.sent_back").count() == 3


def test_sending_back_needs_the_board_a_note_and_something_to_send_back(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    board, line = make_board(tree["Tỉnh"]), line_of(rollout, tree["A1.1"])
    with pytest.raises(WrongState):
        disseminate.send_back(assignment=line, note="Thiếu", by=board, now=NOW)
    record(rollout, tree, clerk, ["A1.1"])
    with pytest.raises(WrongState):
        disseminate.send_back(assignment=line, note="  ", by=board, now=NOW)
    for user in (clerk, make_office(tree["Huyện A"])):
        with pytest.raises(Forbidden):
            disseminate.send_back(assignment=line, note="Thiếu", by=user, now=NOW)
    assert done(rollout) == {"A1.1": TODAY}


def test_one_occasion_serves_two_directives_and_counts_once_for_each(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    second = make_rollout(tree["Tỉnh"], document=make_document(tree["Tỉnh"], number="730-CV/TU"))
    lines: list[Assignment] = [line_of(each, tree["A1.1"]) for each in (rollout, second)]
    disseminate.record(unit=tree["Xã A1"], held=Held(TODAY), assignments=lines, by=clerk, now=NOW)
    assert (done(rollout), done(second)) == ({"A1.1": TODAY}, {"A1.1": TODAY})
    assert (Occasion.objects.count(), Dissemination.objects.count()) == (1, 2)


def test_a_file_is_added_afterwards_by_whoever_records_there(rollout: Rollout, tree: Tree, clerk: User) -> None:
    occasion = record(rollout, tree, clerk).occasion
    kept = make_file()
    with pytest.raises(Forbidden):
        disseminate.attach(occasion=occasion, file=kept, by=make_office(tree["Xã A2"]), now=NOW)
    disseminate.attach(occasion=occasion, file=kept, by=clerk, now=at(days(1)))
    assert list(occasion.files.all()) == [kept]
    assert LedgerEntry.objects.get(event="occasion.file").data == {"sha256": kept.sha256}
