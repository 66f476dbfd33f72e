"""A later day: asked within a cap, one at a time, answered by the board; and duties handed to a successor."""

from datetime import date
from typing import Any

import pytest

from directives.actions import extensions, handover, rollouts
from directives.actions.documents import WrongState
from directives.data import figures
from directives.models import Assignment, Extension, Rollout
from tests.factories import (
    NOW,
    TODAY,
    Tree,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_office,
    make_rollout,
    make_tree,
)
from units.access import Forbidden
from units.actions.carry_out import Paper
from units.actions.reorganise import absorb
from units.models import LedgerEntry, User

pytestmark = pytest.mark.django_db
FIRST = date(2026, 10, 19)  # a Monday; 20 working days later is Monday 16/11
CAP = date(2026, 11, 16)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def clerk(tree: Tree) -> User:
    return make_office(tree["Xã A1"])


@pytest.fixture
def board(tree: Tree) -> User:
    return make_board(tree["Tỉnh"])


@pytest.fixture
def rollout(tree: Tree, clerk: User) -> Rollout:
    return make_rollout(tree["Tỉnh"], acknowledge=1, disseminate=4)


def ask(rollout: Rollout, tree: Tree, by: User, to: date = CAP, name: str = "Xã A1", **more: Any) -> Extension:
    told = {"reason": "Mưa lũ", "now": NOW} | more
    return extensions.ask(assignment=line_of(rollout, tree[name]), to=to, by=by, **told)


def grant(extension: Extension, by: User, **more: Any) -> Extension:
    return extensions.decide(extension=extension, by=by, **({"granted": True, "reason": "", "now": NOW} | more))


def dates(rollout: Rollout) -> dict[str, tuple[date | None, date | None]]:
    lines = rollout.assignments.exclude(disseminate_by=None)
    return {line.unit_name: (line.disseminate_by, line.extended_to) for line in lines}


def test_a_granted_request_gives_a_second_date_to_the_line_and_its_cells_and_the_first_stays(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    Assignment.objects.filter(unit=tree["A1.3"]).update(disseminated_on=TODAY)
    answered = grant(ask(rollout, tree, clerk), board)
    assert (answered.decision, answered.decided_by, answered.decided_at) == ("granted", board, NOW)
    second = dict.fromkeys(("Xã A1", "A1.1", "A1.2"), (FIRST, CAP))
    others = dict.fromkeys(("Huyện A", "A1.3", "Xã A2", "A2.1", "Huyện B", "B1", "Đảng đoàn C"), (FIRST, None))
    assert dates(rollout) == second | others
    assert line_of(rollout, tree["Xã A1"]).due_on == CAP


def test_buckets_judge_by_the_second_date_and_show_it_apart(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    grant(ask(rollout, tree, clerk), board)
    for name, on in (("Xã A1", FIRST), ("A1.1", CAP), ("A1.2", date(2026, 11, 17))):
        Assignment.objects.filter(unit=tree[name]).update(disseminated_on=on)
    found = figures.line(rollout, line_of(rollout, tree["Xã A1"]), CAP).disseminate
    assert (found.done_in_time, found.after_extension, found.done_late) == (2, 1, 1)
    assert (found.open_in_time, found.open_late) == (1, 0)


def test_a_refusal_needs_a_reason_and_leaves_the_dates(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    asked = ask(rollout, tree, clerk)
    with pytest.raises(WrongState):
        grant(asked, board, granted=False, reason=" ")
    answered = grant(asked, board, granted=False, reason=" Đã đủ thời gian ")
    assert (answered.decision, answered.decision_reason) == ("refused", "Đã đủ thời gian")
    assert {extended for _, extended in dates(rollout).values()} == {None}


def test_it_is_answered_once(rollout: Rollout, tree: Tree, clerk: User, board: User) -> None:
    asked = ask(rollout, tree, clerk)
    stale = Extension.objects.get(pk=asked.pk)
    grant(asked, board, granted=False, reason="Đã đủ thời gian")
    with pytest.raises(WrongState):
        grant(stale, board)
    assert line_of(rollout, tree["Xã A1"]).extended_to is None
    assert LedgerEntry.objects.filter(event="extension.decided").count() == 1


@pytest.mark.parametrize("to", [FIRST, TODAY, date(2026, 11, 17)])
def test_the_day_asked_for_is_after_the_present_one_and_within_the_cap(
    rollout: Rollout, tree: Tree, clerk: User, to: date
) -> None:
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, to)
    assert not Extension.objects.exists()
    assert ask(rollout, tree, clerk, CAP).asked_to == CAP


def test_once_the_date_has_passed_the_day_must_still_lie_ahead(rollout: Rollout, tree: Tree, clerk: User) -> None:
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, days(8), now=at(days(8)))
    assert ask(rollout, tree, clerk, days(9), now=at(days(8))).asked_to == days(9)


def test_one_request_is_open_at_a_time(rollout: Rollout, tree: Tree, clerk: User, board: User) -> None:
    first = ask(rollout, tree, clerk, days(10))
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, days(11))
    grant(first, board)
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, days(10))  # not later than the second date in force
    grant(ask(rollout, tree, clerk, days(11)), board)
    assert (line_of(rollout, tree["Xã A1"]).extended_to, Extension.objects.count()) == (days(11), 2)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_make_one(rollout: Rollout, tree: Tree, clerk: User) -> None:
    outcomes = at_once([lambda: ask(rollout, tree, clerk)] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Extension", "WrongState"]
    assert Extension.objects.count() == 1


def test_a_later_day_that_a_unit_has_is_not_pulled_earlier_by_its_committees(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    grant(ask(rollout, tree, clerk, CAP), board)
    above = make_office(tree["Huyện A"])
    grant(ask(rollout, tree, above, days(10), "Huyện A"), board)
    found = dates(rollout)
    assert (found["Huyện A"], found["Xã A2"], found["Xã A1"]) == ((FIRST, days(10)), (FIRST, days(10)), (FIRST, CAP))


def test_who_may_ask_and_who_may_answer(rollout: Rollout, tree: Tree, clerk: User, board: User) -> None:
    for user in (make_office(tree["Xã A2"]), make_office(tree["A1.1"]), board):
        with pytest.raises(Forbidden):
            ask(rollout, tree, user)
    asked = ask(rollout, tree, make_office(tree["Huyện A"]))  # the committee above asks for its unit
    for user in (clerk, make_office(tree["Huyện A"])):
        with pytest.raises(Forbidden):
            grant(asked, user)
    assert line_of(rollout, tree["Xã A1"]).extended_to is None


def test_a_reason_is_needed(rollout: Rollout, tree: Tree, clerk: User) -> None:
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, reason="  ")


def test_what_is_done_or_closed_is_not_extended(rollout: Rollout, tree: Tree, clerk: User, board: User) -> None:
    asked = ask(rollout, tree, clerk)
    Assignment.objects.filter(unit=tree["A1.1"]).update(disseminated_on=TODAY)
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, name="A1.1")
    rollouts.close(rollout=rollout, by=None, now=NOW)
    with pytest.raises(WrongState):
        ask(rollout, tree, clerk, name="A1.2")
    with pytest.raises(WrongState):
        grant(asked, board)
    assert {extended for _, extended in dates(rollout).values()} == {None}


# ---- bàn giao --------------------------------------------------------------------------------------------


def test_a_duty_is_handed_to_the_successor_and_the_line_stays_as_it_was_frozen(
    rollout: Rollout, tree: Tree, board: User
) -> None:
    absorb(
        predecessors=[tree["Xã A2"]], successor=tree["Xã A1"], paper=Paper(TODAY, "01-QĐ/TU", TODAY),
        by=None, now=NOW,
    )
    handover.hand_over(assignment=line_of(rollout, tree["Xã A2"]), to=tree["Xã A1"], by=board, now=NOW)
    line = line_of(rollout, tree["Xã A2"])
    assert (line.answering_unit, line.unit, line.unit_name) == (tree["Xã A1"], tree["Xã A2"], "Xã A2")
    assert (line.position, line.parent_position, line.last, line.version) == (6, 1, 7, 1)
    entry = LedgerEntry.objects.get(event="duties.settled")
    moved = {"from": tree["Xã A2"].pk, "to": tree["Xã A1"].pk, "lines": [line.pk]}
    assert (entry.subject_id, entry.data) == (rollout.pk, {"settled": [moved]})


def test_only_the_board_hands_over_and_never_to_an_ended_unit(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    line = line_of(rollout, tree["Xã A1"])
    with pytest.raises(Forbidden):
        handover.hand_over(assignment=line, to=tree["Xã A2"], by=clerk, now=NOW)
    tree["Xã A2"].closed_on = TODAY
    tree["Xã A2"].save()
    with pytest.raises(WrongState):
        handover.hand_over(assignment=line, to=tree["Xã A2"], by=board, now=NOW)
    assert line_of(rollout, tree["Xã A1"]).answering_unit == tree["Xã A1"]


def test_a_second_hand_over_from_a_stale_page_is_refused_and_not_in_the_ledger(
    rollout: Rollout, tree: Tree, board: User
) -> None:
    line, stale = line_of(rollout, tree["Xã A1"]), line_of(rollout, tree["Xã A1"])
    handover.hand_over(assignment=line, to=tree["Xã A2"], by=board, now=NOW)
    with pytest.raises(WrongState):
        handover.hand_over(assignment=stale, to=tree["Huyện B"], by=board, now=NOW)
    assert line_of(rollout, tree["Xã A1"]).answering_unit == tree["Xã A2"]
    assert LedgerEntry.objects.filter(event="duties.settled").count() == 1


def test_a_committee_that_has_done_its_own_part_may_ask_for_the_cells_still_open(
    rollout: Rollout, tree: Tree, clerk: User, board: User
) -> None:
    Assignment.objects.filter(unit__in=[tree["Xã A1"], tree["A1.1"]]).update(disseminated_on=TODAY)
    grant(ask(rollout, tree, clerk), board)
    assert dates(rollout)["A1.2"] == (FIRST, CAP)
    assert dates(rollout)["Xã A1"] == dates(rollout)["A1.1"] == (FIRST, None)
    Assignment.objects.filter(unit__in=[tree["A1.2"], tree["A1.3"]]).update(disseminated_on=TODAY)
    with pytest.raises(WrongState, match="không còn gia hạn được"):
        ask(rollout, tree, clerk)
