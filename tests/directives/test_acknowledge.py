"""Who may receive a directive for a unit, what is kept of it, and that it happens once."""

from datetime import date
from typing import Any

import pytest

from directives.actions import acknowledge
from directives.actions.acknowledge import AlreadyDone
from directives.actions.documents import WrongState
from directives.data import figures
from directives.models import Assignment, Rollout
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
from units.actions import offices
from units.models import LedgerEntry, Office, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def clerk(tree: Tree) -> User:
    return make_office(tree["Xã A1"])


@pytest.fixture
def rollout(tree: Tree, clerk: User) -> Rollout:
    return make_rollout(tree["Tỉnh"])


def receive(rollout: Rollout, tree: Tree, by: User, name: str = "Xã A1", **more: Any) -> LedgerEntry:
    return acknowledge.acknowledge(assignment=line_of(rollout, tree[name]), by=by, **({"now": NOW} | more))


def facts(line: Assignment) -> tuple[Any, ...]:
    return (
        line.acknowledged_at, line.acknowledged_on, line.acknowledged_by, line.acknowledged_sha256, line.from_outside,
        line.version,
    )


UNTOUCHED = (None, None, None, "", "", 0)


def test_the_units_own_secretary_acknowledges_and_gets_a_receipt(rollout: Rollout, tree: Tree, clerk: User) -> None:
    receipt = receive(rollout, tree, clerk)
    line, sha256 = line_of(rollout, tree["Xã A1"]), rollout.document.sha256
    assert facts(line) == (NOW, TODAY, clerk, sha256, "", 1)
    assert (receipt.event, receipt.subject, receipt.subject_id) == ("assignment.acknowledged", "assignment", line.pk)
    assert (receipt.at, receipt.unit_id, receipt.by_id) == (NOW, tree["Xã A1"].pk, clerk.pk)
    assert receipt.data == {"sha256": sha256, "on": "2026-10-15", "channel": ""}
    assert len(sha256) == 64


@pytest.mark.parametrize("name", ["Tỉnh", "Huyện A", "A1.1", "Xã A2", "Huyện B"])
def test_no_secretary_of_another_unit_acknowledges(rollout: Rollout, tree: Tree, name: str) -> None:
    with pytest.raises(Forbidden):
        receive(rollout, tree, make_office(tree[name]))
    assert facts(line_of(rollout, tree["Xã A1"])) == UNTOUCHED


@pytest.mark.parametrize("role", [role for role in Office.Role.values if role != Office.Role.SECRETARY])
@pytest.mark.parametrize("name", ["Tỉnh", "Xã A1"])
def test_no_other_role_acknowledges_wherever_it_is_held(rollout: Rollout, tree: Tree, role: str, name: str) -> None:
    with pytest.raises(Forbidden):
        receive(rollout, tree, make_office(tree[name], role))
    assert facts(line_of(rollout, tree["Xã A1"])) == UNTOUCHED


def test_an_office_counts_only_on_its_days_and_for_an_active_account(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    offices.dismiss(office=clerk.offices.get(), on=TODAY, by=None, now=NOW)  # ends before this day
    early = make_office(tree["Xã A1"], from_on=days(1))
    disabled = make_office(tree["Xã A1"], is_active=False)
    for user in (clerk, early, disabled):
        with pytest.raises(Forbidden):
            receive(rollout, tree, user)
    receive(rollout, tree, early, now=at(days(1), 0, 30))
    assert line_of(rollout, tree["Xã A1"]).acknowledged_on == days(1)


def test_the_second_time_changes_nothing(rollout: Rollout, tree: Tree, clerk: User) -> None:
    stale = line_of(rollout, tree["Xã A1"])
    receive(rollout, tree, clerk)
    deputy = make_office(tree["Xã A1"])
    for line in (stale, line_of(rollout, tree["Xã A1"])):
        with pytest.raises(AlreadyDone):
            acknowledge.acknowledge(assignment=line, by=deputy, now=at(days(1)))
    assert facts(line_of(rollout, tree["Xã A1"]))[:3] == (NOW, TODAY, clerk)
    assert LedgerEntry.objects.filter(event="assignment.acknowledged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_taps_at_once_exactly_one_counts(rollout: Rollout, tree: Tree, clerk: User) -> None:
    lines = [line_of(rollout, tree["Xã A1"]) for _ in range(8)]

    def tap(line: Assignment) -> Any:
        return lambda: acknowledge.acknowledge(assignment=line, by=clerk, now=NOW)

    outcomes = at_once([tap(line) for line in lines])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone"] * 7 + ["LedgerEntry"]
    assert line_of(rollout, tree["Xã A1"]).version == 1
    assert LedgerEntry.objects.filter(event="assignment.acknowledged").count() == 1


@pytest.mark.parametrize(
    ("moment", "judged_on", "bucket"),
    [
        (at(days(10), 23, 59), days(10), "done_in_time"),
        (at(days(11), 0, 1), days(11), "done_late"),  # still the tenth day in UTC
    ],
)
def test_the_day_is_the_local_one_and_its_last_minute_is_in_time(
    rollout: Rollout, tree: Tree, clerk: User, moment: Any, judged_on: date, bucket: str
) -> None:
    receive(rollout, tree, clerk, now=moment)
    line = line_of(rollout, tree["Xã A1"])
    assert line.acknowledged_on == judged_on
    assert getattr(figures.line(rollout, line, days(30)).acknowledge, bucket) == 1


def test_who_owes_no_acknowledgement_cannot_give_one(rollout: Rollout, tree: Tree) -> None:
    later = make_office(tree["A1.1"])  # came after the issue: the frozen line owes dissemination only
    with pytest.raises(WrongState):
        receive(rollout, tree, later, "A1.1")
    assert facts(line_of(rollout, tree["A1.1"])) == UNTOUCHED


def test_a_closed_duty_takes_nothing(rollout: Rollout, tree: Tree, clerk: User) -> None:
    Assignment.objects.filter(unit=tree["Xã A1"]).update(closed_reason="Đơn vị kết thúc hoạt động")
    with pytest.raises(WrongState) as refused:
        receive(rollout, tree, clerk)
    assert type(refused.value) is WrongState
    assert facts(line_of(rollout, tree["Xã A1"])) == UNTOUCHED


def test_opening_is_noted_for_the_units_own_office_only_and_is_no_acknowledgement(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    for user in (make_board(tree["Tỉnh"]), make_office(tree["Huyện A"])):
        acknowledge.open_line(assignment=line_of(rollout, tree["Xã A1"]), by=user, now=NOW)
    assert line_of(rollout, tree["Xã A1"]).opened_at is None
    for moment in (NOW, at(days(1))):
        acknowledge.open_line(assignment=line_of(rollout, tree["Xã A1"]), by=clerk, now=moment)
    line = line_of(rollout, tree["Xã A1"])
    assert line.opened_at == NOW
    assert facts(line) == UNTOUCHED


# ---- tiếp nhận ngoài cổng --------------------------------------------------------------------------------


def outside(rollout: Rollout, tree: Tree, by: User, on: date = TODAY, channel: str = "paper") -> LedgerEntry:
    line = line_of(rollout, tree["Xã A1"])
    return acknowledge.record_outside(assignment=line, on=on, channel=channel, by=by, now=NOW)


@pytest.mark.parametrize(("name", "role"), [("Tỉnh", "board"), ("Tỉnh", "head"), ("Huyện A", "secretary")])
def test_from_above_a_receipt_outside_the_portal_is_recorded_and_marked(
    rollout: Rollout, tree: Tree, name: str, role: str
) -> None:
    above = make_office(tree[name], role)
    receipt = outside(rollout, tree, above, days(-2))
    line = line_of(rollout, tree["Xã A1"])
    assert facts(line) == (NOW, days(-2), above, rollout.document.sha256, "paper", 1)
    assert receipt.data["channel"] == "paper"
    counted = figures.line(rollout, line, TODAY)
    assert (counted.acknowledge.done, counted.from_outside) == (1, 1)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Xã A1", "secretary"), ("A1.1", "secretary"), ("Huyện B", "secretary"), ("Xã A1", "board"),
        ("Tỉnh", "registry"), ("Tỉnh", "committee"), ("Tỉnh", "administrator"),
    ],
)
def test_nobody_else_records_a_receipt_outside(rollout: Rollout, tree: Tree, name: str, role: str) -> None:
    with pytest.raises(Forbidden):
        outside(rollout, tree, make_office(tree[name], role))
    assert facts(line_of(rollout, tree["Xã A1"])) == UNTOUCHED


@pytest.mark.parametrize(("on", "channel"), [(days(1), "paper"), (TODAY, ""), (TODAY, "facebook")])
def test_a_future_day_and_an_unknown_channel_are_refused(
    rollout: Rollout, tree: Tree, on: date, channel: str
) -> None:
    with pytest.raises(WrongState):
        outside(rollout, tree, make_board(tree["Tỉnh"]), on, channel)
    assert facts(line_of(rollout, tree["Xã A1"])) == UNTOUCHED


def test_what_the_unit_itself_received_is_not_overwritten_from_above(
    rollout: Rollout, tree: Tree, clerk: User
) -> None:
    receive(rollout, tree, clerk)
    with pytest.raises(AlreadyDone):
        outside(rollout, tree, make_board(tree["Tỉnh"]))
    assert facts(line_of(rollout, tree["Xã A1"]))[2:5] == (clerk, rollout.document.sha256, "")
