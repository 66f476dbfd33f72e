"""Reminders: planned once whatever happens, carried in one mail a person, never about what is done."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from directives.actions import acknowledge, remind, rollouts
from directives.actions.documents import WrongState
from directives.models import Assignment, CalendarDay, Reminder, Rollout
from outbox.models import Mail
from tests.factories import (
    NOW,
    Tree,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_document,
    make_office,
    make_rollout,
    make_tree,
)
from units.access import Forbidden
from units.actions import offices
from units.models import LedgerEntry, User

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 10, 19)  # the day of acknowledgement
SWEEP = at(MONDAY)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def clerks(tree: Tree) -> dict[str, User]:
    """Two people; Xã A2 has nobody, so Huyện A's is reminded of it, and nobody at all is there for Huyện B."""
    return {name: make_office(tree[name], username=user) for name, user in (("Huyện A", "ha"), ("Xã A1", "xa1"))}


@pytest.fixture
def rollout(tree: Tree, clerks: dict[str, User]) -> Rollout:
    return make_rollout(tree["Tỉnh"], acknowledge=4)


def rows() -> list[tuple[Any, ...]]:
    found = Reminder.objects.order_by("assignment__position", "step", "day", "recipient")
    return list(found.values_list("assignment__unit_name", "step", "day", "recipient__username", "state"))


def mails() -> list[str]:
    return sorted(Mail.objects.values_list("to", flat=True))


EVERYTHING = [
    ("Huyện A", "ack:on", MONDAY, "ha", "mailed"),
    ("Xã A1", "ack:on", MONDAY, "xa1", "mailed"),
    ("Xã A2", "ack:on", MONDAY, "ha", "mailed"),
    ("Huyện B", "ack:on", MONDAY, None, "suppressed"),
    ("Đảng đoàn C", "ack:on", MONDAY, None, "suppressed"),
]
BOTH = ["ha@don-vi.example", "xa1@don-vi.example"]


@pytest.mark.parametrize("sweeps", [1, 5])
def test_any_number_of_sweeps_gives_the_same_rows_and_the_same_mails(rollout: Rollout, sweeps: int) -> None:
    written = [remind.remind_due(now=at(MONDAY, 9, minute)) for minute in range(sweeps)]
    assert written == [2] + [0] * (sweeps - 1)
    assert rows() == EVERYTHING
    assert mails() == BOTH
    assert set(Reminder.objects.filter(recipient=None).values_list("reason")) == {(remind.NOBODY,)}


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_write_one_mail_a_person(rollout: Rollout) -> None:
    outcomes = at_once([lambda: remind.remind_due(now=SWEEP)] * 4)
    assert [outcome for outcome in outcomes if not isinstance(outcome, int)] == []
    remind.remind_due(now=at(MONDAY, 9, 1))  # what the slower ones undid is left to the next sweep
    assert rows() == EVERYTHING
    assert mails() == BOTH


@pytest.mark.django_db(transaction=True)
def test_carriers_at_the_same_moment_carry_once(rollout: Rollout) -> None:
    remind._plan(remind._due_slots(MONDAY), None, SWEEP)
    outcomes = at_once([lambda: remind.carry(now=SWEEP)] * 4)
    assert sum(outcomes) == 2
    assert (rows(), mails()) == (EVERYTHING, BOTH)


def test_a_crash_between_planning_and_carrying_loses_nothing_and_doubles_nothing(rollout: Rollout) -> None:
    remind._plan(remind._due_slots(MONDAY), None, SWEEP)
    assert Mail.objects.count() == 0
    assert remind.remind_due(now=at(MONDAY, 10)) == 2
    assert (rows(), mails()) == (EVERYTHING, BOTH)


def test_a_crash_while_a_mail_is_written_leaves_its_rows_to_the_next_sweep(
    rollout: Rollout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("directives.actions.remind.Reminder.objects.filter", broken)
        with pytest.raises(ConnectionError):
            remind.remind_due(now=SWEEP)
    assert Mail.objects.count() == 0
    assert remind.remind_due(now=at(MONDAY, 10)) == 2
    assert (rows(), mails()) == (EVERYTHING, BOTH)


def test_one_mail_tells_one_person_of_everything(rollout: Rollout, tree: Tree, clerks: dict[str, User]) -> None:
    make_rollout(tree["Tỉnh"], document=make_document(tree["Tỉnh"], number="730-CV/TU"), acknowledge=4)
    remind.remind_due(now=SWEEP)
    mail = Mail.objects.get(recipient=clerks["Huyện A"])
    assert Reminder.objects.filter(mail=mail).count() == 4  # two units in two rollouts
    assert mail.subject == "Nhắc việc: 2 nhiệm vụ triển khai văn bản"
    for number in ("729-CV/TU", "730-CV/TU"):
        assert mail.text.count(number) == 1
    assert mail.text.count("Chưa tiếp nhận") == 2
    assert reverse("assignment-detail", args=[line_of(rollout, tree["Huyện A"]).pk]) in mail.text


@pytest.mark.parametrize("number", ["729-CV/TU", ""])
def test_nothing_of_the_documents_content_goes_by_mail(tree: Tree, clerks: dict[str, User], number: str) -> None:
    document = make_document(
        tree["Tỉnh"], number=number, title="TRÍCH YẾU", text="TOÀN VĂN", provisions=[("1", "ĐIỂM MỘT")],
        addressees=["KÍNH GỬI"], place="NƠI BAN HÀNH",
    )
    make_rollout(tree["Tỉnh"], document=document, acknowledge=4)
    assert remind.remind_due(now=SWEEP) == 2
    told = " ".join(f"{mail.subject} {mail.text} {mail.html}" for mail in Mail.objects.all())
    for content in ("TRÍCH YẾU", "TOÀN VĂN", "ĐIỂM MỘT", "KÍNH GỬI", "NƠI BAN HÀNH"):
        assert content not in told
    assert "Chưa tiếp nhận" in told


@pytest.mark.parametrize(
    "now", [at(MONDAY, 7, 29), at(MONDAY, 17), at(date(2026, 10, 24)), at(date(2026, 11, 24))],
)
def test_quiet_hours_and_days_off(rollout: Rollout, settings: Any, now: Any) -> None:
    assert remind.remind_due(now=now) == 0
    assert rows() == []
    settings.REMIND_IN_WORKING_HOURS_ONLY = False
    assert remind.remind_due(now=at(MONDAY, 23)) == 2


def test_a_day_the_office_closes_is_quiet_and_the_step_moves_on(rollout: Rollout) -> None:
    CalendarDay.objects.create(day=MONDAY, working=False, note="Nghỉ bù")
    assert remind.remind_due(now=SWEEP) == 0
    assert remind.remind_due(now=at(date(2026, 10, 20))) == 2
    assert {row[1:3] for row in rows()} == {("ack:on", date(2026, 10, 20))}


def test_after_an_outage_there_is_one_catch_up(rollout: Rollout) -> None:
    assert remind.remind_due(now=at(date(2026, 11, 12))) == 2  # three weeks without a sweep
    assert {row[1] for row in rows()} == {"ack:after-3"}
    assert remind.remind_due(now=at(date(2026, 11, 13))) == 0
    assert "có việc quá hạn" in Mail.objects.first().subject  # type: ignore[union-attr]


def test_each_step_is_told_once_and_the_next_one_again(rollout: Rollout) -> None:
    assert [remind.remind_due(now=at(days(count))) for count in range(4, 16)] == [2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]
    assert {row[1] for row in rows()} == {"ack:on", "ack:after-1"}


def test_what_was_done_while_the_mail_waited_is_not_reminded_of(
    rollout: Rollout, tree: Tree, clerks: dict[str, User]
) -> None:
    remind._plan(remind._due_slots(MONDAY), None, SWEEP)
    acknowledge.acknowledge(assignment=line_of(rollout, tree["Xã A1"]), by=clerks["Xã A1"], now=SWEEP)
    assert remind.carry(now=SWEEP) == 1
    assert mails() == ["ha@don-vi.example"]
    suppressed = Reminder.objects.get(recipient=clerks["Xã A1"])
    assert (suppressed.state, suppressed.reason, suppressed.mail) == ("suppressed", remind.DONE, None)


@pytest.mark.parametrize("end", ["close", "dismiss", "disable"])
def test_what_ended_while_the_mail_waited_is_not_reminded_of(
    rollout: Rollout, clerks: dict[str, User], end: str
) -> None:
    remind._plan(remind._due_slots(MONDAY), None, SWEEP)
    ends: dict[str, Callable[[], Any]] = {
        "close": lambda: rollouts.close(rollout=rollout, by=None, now=SWEEP),
        "dismiss": lambda: [
            offices.dismiss(office=user.offices.get(), on=MONDAY, by=None, now=SWEEP) for user in clerks.values()
        ],
        "disable": lambda: User.objects.update(is_active=False),
    }
    ends[end]()
    assert remind.carry(now=SWEEP) == 0
    assert Mail.objects.count() == 0
    expected = remind.DONE if end == "close" else remind.GONE
    assert set(Reminder.objects.exclude(recipient=None).values_list("state", "reason")) == {("suppressed", expected)}


def test_only_a_unit_below_that_nobody_is_in_charge_of_is_still_worth_a_mail(
    rollout: Rollout, tree: Tree, clerks: dict[str, User]
) -> None:
    """Huyện A has done all of its own; Xã A2, for which it records, has not."""
    Assignment.objects.filter(unit__in=[tree["Huyện A"], tree["A2.1"]]).update(
        acknowledge_by=None, disseminated_on=MONDAY
    )
    remind.remind_due(now=SWEEP)
    mail = Mail.objects.get(recipient=clerks["Huyện A"])
    assert mail.subject == "Nhắc việc: 1 nhiệm vụ triển khai văn bản"
    assert "Còn 1 đơn vị do đơn vị phụ trách ghi nhận chưa thực hiện" in mail.text


def test_an_account_without_an_address_reaches_nobody(tree: Tree) -> None:
    make_office(tree["Xã A1"], email="")
    make_rollout(tree["Tỉnh"], acknowledge=4, audience={"grassroots": "act"})
    assert remind.remind_due(now=SWEEP) == 0
    assert {row[3:] for row in rows()} == {(None, "suppressed")}


# ---- đôn đốc ---------------------------------------------------------------------------------------------


@pytest.fixture
def board(tree: Tree) -> User:
    return make_board(tree["Tỉnh"])


def urge(rollout: Rollout, tree: Tree, by: User, *names: str, now: Any = NOW) -> list[Reminder]:
    return remind.urge(assignments=[line_of(rollout, tree[name]) for name in names], by=by, now=now)


def test_the_board_urges_at_any_hour_once_a_day(rollout: Rollout, tree: Tree, board: User) -> None:
    planned = urge(rollout, tree, board, "Xã A1", "Xã A2", now=at(days(2), 22))  # a Saturday night
    assert {(row.step, row.day, row.asked_by) for row in planned} == {("urge", days(2), board)}
    assert mails() == BOTH
    assert {mail.subject for mail in Mail.objects.all()} == {"Đôn đốc: 1 nhiệm vụ triển khai văn bản"}
    with pytest.raises(WrongState):
        urge(rollout, tree, board, "Xã A1", now=at(days(2), 23))
    assert mails() == BOTH
    urge(rollout, tree, board, "Xã A1", now=at(days(3), 0, 5))
    assert mails() == [*BOTH, "xa1@don-vi.example"]
    assert LedgerEntry.objects.filter(event="rollout.urged").count() == 2


def test_only_the_board_urges(rollout: Rollout, tree: Tree, clerks: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        urge(rollout, tree, clerks["Huyện A"], "Xã A1")
    assert rows() == []


def test_who_owes_nothing_is_not_urged(tree: Tree, board: User, clerks: dict[str, User]) -> None:
    rollout = make_rollout(tree["Tỉnh"], audience={"grassroots": "act", "cell": "act", "committee": "inform"})
    Assignment.objects.filter(unit=tree["A1.1"]).update(disseminated_on=days(0))  # it never owed acknowledgement
    Assignment.objects.filter(unit=tree["A1.2"]).update(closed_reason="Đơn vị kết thúc hoạt động")
    for name in ("Tỉnh", "Huyện A", "A1.1", "A1.2"):
        with pytest.raises(WrongState):
            urge(rollout, tree, board, name)
    rollouts.close(rollout=rollout, by=None, now=NOW)
    with pytest.raises(WrongState):
        urge(rollout, tree, board, "Xã A1")
    assert (rows(), mails()) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_urging_twice_at_the_same_moment_sends_one_mail(rollout: Rollout, tree: Tree, board: User) -> None:
    outcomes = at_once([
        lambda minute=minute: urge(rollout, tree, board, "Xã A1", now=at(MONDAY, 9, minute)) for minute in range(3)
    ])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["WrongState", "WrongState", "list"]
    assert mails() == ["xa1@don-vi.example"]
