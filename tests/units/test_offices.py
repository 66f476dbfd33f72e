"""Who holds an office when: appointed, standing in for a time, leaving; and whose name the record shows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import FOUNDED, NOW, TODAY, Tree, at, days, make_office, make_tree, make_user
from units.access import Forbidden, Verb, can, rights, units_granting
from units.actions import accounts, offices
from units.actions.carry_out import Paper, WrongState
from units.actions.reorganise import end, move
from units.data.people import Act, acting_as, people_at
from units.models import LedgerEntry, Office, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def office(tree: Tree) -> Office:
    return make_office(tree["Xã A1"], label="Bí thư Xã A1").offices.get()


@pytest.fixture
def helper(tree: Tree) -> User:
    return make_office(tree["Xã A2"], label="Văn thư Xã A2")


def stand_in(office: Office, user: User, start: int = 0, stop: int = 7, **more: Any) -> Office:
    told = {"by": None, "now": NOW} | more
    return offices.substitute(office=office, user=user, from_on=days(start), to_on=days(stop), **told)


# ---- appointed and dismissed -----------------------------------------------------------------------------------


def test_rights_asked_by_function_are_those_of_the_table(tree: Tree, office: Office) -> None:
    for day in (FOUNDED - timedelta(days=1), TODAY):
        for verb in Verb:
            held = rights(office.user, day)
            assert units_granting(office.user, verb, day) == held.units(verb)
            for unit in tree.values():
                assert can(office.user, verb, unit, day) == held.can(verb, unit)
    assert can(office.user, Verb.ACKNOWLEDGE, tree["Xã A1"], TODAY)


def test_an_office_for_a_time_and_its_bounds(tree: Tree, helper: User) -> None:
    told: dict[str, Any] = {"user": helper, "unit": tree["A2.1"], "role": "secretary", "by": None, "now": NOW}
    given = offices.appoint(**told, from_on=TODAY, to_on=days(5))
    assert [can(helper, Verb.ACKNOWLEDGE, tree["A2.1"], days(n)) for n in (-1, 0, 4, 5)] == [False, True, True, False]
    assert given.last_on == days(4)
    for start, stop in ((0, None), (4, None), (-3, 1), (4, 9), (5, 5), (6, 2)):
        with pytest.raises(WrongState):
            offices.appoint(**told, from_on=days(start), to_on=days(stop) if stop is not None else None)
    offices.appoint(**told, from_on=days(5))
    assert helper.offices.filter(unit=tree["A2.1"]).count() == 2


def test_nobody_is_appointed_to_what_has_ended_and_an_office_ends_with_its_unit(tree: Tree, helper: User) -> None:
    told: dict[str, Any] = {"user": helper, "role": "secretary", "by": None, "now": NOW}
    end(unit=tree["B1"], heir=None, paper=Paper(TODAY), by=None, now=NOW)
    with pytest.raises(WrongState):
        offices.appoint(unit=Unit.objects.get(name="B1"), from_on=TODAY, **told)
    end(unit=tree["A1.3"], heir=None, paper=Paper(days(9)), by=None, now=NOW)
    given = offices.appoint(unit=Unit.objects.get(name="A1.3"), from_on=TODAY, **told)
    assert given.to_on == days(9)


def test_an_end_is_today_or_ahead_and_may_come_earlier_than_planned(office: Office) -> None:
    with pytest.raises(WrongState):
        offices.dismiss(office=office, on=days(-1), by=None, now=NOW)
    offices.dismiss(office=office, on=days(10), by=None, now=NOW)
    office.refresh_from_db()
    with pytest.raises(WrongState):
        offices.dismiss(office=office, on=days(10), by=None, now=NOW)
    offices.dismiss(office=office, on=days(3), by=None, now=NOW)
    office.refresh_from_db()
    assert office.to_on == days(3)


def test_an_office_given_by_mistake_is_taken_back_the_same_day(tree: Tree, helper: User) -> None:
    wrong = offices.appoint(user=helper, unit=tree["Tỉnh"], role="head", from_on=TODAY, by=None, now=NOW)
    assert rights(helper, TODAY).holds(Verb.CHECK_REPORT)
    offices.dismiss(office=wrong, on=TODAY, by=None, now=NOW)
    assert not rights(helper, TODAY).holds(Verb.CHECK_REPORT)
    line = LedgerEntry.objects.get(event="office.taken_back")
    assert (line.subject_id, line.unit_id, line.data["role"]) == (helper.pk, tree["Tỉnh"].pk, "head")


# ---- standing in -------------------------------------------------------------------------------------------------


def test_who_stands_in_has_the_offices_rights_for_that_time_and_no_longer(
    tree: Tree, office: Office, helper: User
) -> None:
    made = stand_in(office, helper, 1, 4)
    assert (made.role, made.unit, made.substitutes, made.last_on) == (office.role, office.unit, office, days(3))
    held = [can(helper, Verb.ACKNOWLEDGE, tree["Xã A1"], days(n)) for n in range(6)]
    assert held == [False, True, True, True, False, False]
    assert can(office.user, Verb.ACKNOWLEDGE, tree["Xã A1"], days(2))  # whose place it is keeps it
    assert can(helper, Verb.ACKNOWLEDGE, tree["Xã A2"], days(2))


@pytest.mark.parametrize(
    ("start", "stop"), [(3, 3), (5, 3), (-1, 5)], ids=["no day", "backwards", "in the past"]
)
def test_a_time_that_is_none(office: Office, helper: User, start: int, stop: int) -> None:
    with pytest.raises(WrongState):
        stand_in(office, helper, start, stop)
    assert not Office.objects.filter(substitutes__isnull=False).exists()


def test_nobody_stands_in_twice_for_himself_or_for_a_stand_in(tree: Tree, office: Office, helper: User) -> None:
    first = stand_in(office, helper, 0, 5)
    for start, stop in ((0, 5), (4, 9), (-0, 1), (2, 3)):
        with pytest.raises(WrongState):
            stand_in(office, helper, start, stop)
    stand_in(office, helper, 5, 6)
    other = make_user("khac")
    stand_in(office, other, 0, 5)
    with pytest.raises(WrongState):
        stand_in(office, office.user, 20, 30)
    with pytest.raises(WrongState):
        stand_in(first, other, 1, 2)
    colleague = make_office(tree["Xã A1"])
    with pytest.raises(WrongState):
        stand_in(office, colleague, 1, 2)
    with pytest.raises(WrongState):
        stand_in(office, make_user("thoi", is_active=False), 1, 2)
    assert Office.objects.filter(substitutes=office).count() == 3


def test_a_stand_in_stays_within_the_office_and_ends_with_it(office: Office, helper: User) -> None:
    stand_in(office, helper, 1, 20)
    later = stand_in(office, make_user("khac"), 12, 20)
    offices.dismiss(office=office, on=days(10), by=None, now=NOW)
    assert Office.objects.get(substitutes=office).to_on == days(10)
    assert not Office.objects.filter(pk=later.pk).exists()
    office.refresh_from_db()
    with pytest.raises(WrongState):
        stand_in(office, make_user("nua"), 5, 11)
    stand_in(office, make_user("vua"), 5, 10)


def test_only_the_administrator_of_the_unit_gives_a_stand_in(tree: Tree, office: Office, helper: User) -> None:
    for user in (office.user, helper, make_office(tree["Tỉnh"], "head"), make_office(tree["Huyện B"], "administrator")):
        with pytest.raises(Forbidden):
            stand_in(office, helper, by=user)
    stand_in(office, helper, by=make_office(tree["Huyện A"], "administrator"))
    line = LedgerEntry.objects.get(event="office.substituted")
    assert (line.data["office"], line.data["user"]) == (office.pk, helper.pk)


# ---- both names ----------------------------------------------------------------------------------------------------

BOTH = "Văn thư Xã A2 (thay Bí thư Xã A1)"


def named(user: User | None, unit: Unit, day: date) -> str:
    return acting_as([Act(user, unit, at(day))])[0]


def test_the_record_names_both_for_what_was_done_in_anothers_stead(tree: Tree, office: Office, helper: User) -> None:
    stand_in(office, helper, 1, 4)
    told = {n: named(helper, tree["Xã A1"], days(n)) for n in range(6)}
    assert told == {0: "Văn thư Xã A2", 1: BOTH, 2: BOTH, 3: BOTH, 4: "Văn thư Xã A2", 5: "Văn thư Xã A2"}
    assert named(helper, tree["A1.1"], days(2)) == BOTH  # a cell of that unit
    assert named(helper, tree["Xã A2"], days(2)) == named(helper, tree["A2.1"], days(2)) == "Văn thư Xã A2"
    assert named(office.user, tree["Xã A1"], days(2)) == "Bí thư Xã A1"
    assert acting_as([Act(None, tree["Xã A1"], at(TODAY)), Act(helper, tree["Xã A1"], None)]) == ["", "Văn thư Xã A2"]


def test_the_nearest_office_is_the_one_that_was_acted_in(tree: Tree) -> None:
    above = make_office(tree["Huyện A"], label="Bí thư Huyện A").offices.get()
    clerk = make_office(tree["Xã A1"], label="Văn thư Xã A1")
    stand_in(above, clerk)
    assert named(clerk, tree["A1.1"], TODAY) == "Văn thư Xã A1"
    assert named(clerk, tree["A2.1"], TODAY) == "Văn thư Xã A1 (thay Bí thư Huyện A)"


def test_the_label_outlasts_dismissal_hand_over_and_moves(tree: Tree, office: Office, helper: User) -> None:
    stand_in(office, helper, 0, 7)
    later = {"by": None, "now": NOW + timedelta(days=3)}
    offices.dismiss(office=office.user.offices.get(), on=days(5), **later)
    assert named(helper, tree["Xã A1"], days(1)) == BOTH
    accounts.hand_over_account(user=helper, label="Phó bí thư Xã A2", email="", **later)
    accounts.hand_over_account(user=office.user, label="Văn thư Xã A1", email="", **later)
    helper.refresh_from_db()
    assert named(helper, tree["Xã A1"], days(1)) == BOTH
    assert named(helper, tree["Xã A2"], days(4)) == "Phó bí thư Xã A2"
    assert named(helper, tree["Xã A1"], days(4)) == "Phó bí thư Xã A2 (thay Văn thư Xã A1)"
    move(unit=tree["A1.1"], parent=tree["Huyện B"], paper=Paper(days(6)), by=None, now=NOW + timedelta(days=6))
    moved = Unit.objects.get(name="A1.1")
    assert moved.path.startswith(tree["Huyện B"].path)
    assert named(helper, moved, days(1)) == BOTH


def test_a_stand_in_taken_back_the_same_day_is_still_in_the_record(tree: Tree, office: Office, helper: User) -> None:
    made = stand_in(office, helper)
    offices.dismiss(office=made, on=TODAY, by=None, now=NOW + timedelta(hours=3))
    assert not can(helper, Verb.ACKNOWLEDGE, tree["Xã A1"], TODAY)
    told = acting_as([Act(helper, tree["Xã A1"], NOW + timedelta(hours=n)) for n in (1, 4)])
    assert told == [BOTH, "Văn thư Xã A2"]


def test_many_lines_are_named_with_two_queries(tree: Tree, office: Office, helper: User) -> None:
    stand_in(office, helper)
    units = [tree[name] for name in ("Xã A1", "A1.1", "A1.2", "A1.3", "Xã A2", "A2.1")]
    acts = [Act(user, unit, NOW) for user in (helper, office.user, None) for unit in units] * 20
    with CaptureQueriesContext(connection) as queries:
        told = acting_as(acts)
    assert len(queries) == 2
    assert len(told) == len(acts)
    assert told.count(BOTH) == 20 * 4  # the unit and its three cells


# ---- the people of a unit --------------------------------------------------------------------------------------------


def test_the_people_of_a_unit(tree: Tree, office: Office, helper: User) -> None:
    stand_in(office, helper, 0, 3)
    offices.appoint(user=make_user("sap-toi"), unit=tree["Xã A1"], role="secretary", from_on=days(9), by=None, now=NOW)
    former = make_office(tree["Xã A1"], username="truoc")
    offices.dismiss(office=former.offices.get(), on=TODAY, by=None, now=NOW)
    with CaptureQueriesContext(connection) as queries:
        people = people_at(tree["Xã A1"], NOW)
    assert len(queries) <= 4
    assert [person.office.user for person in people.now_held] == [office.user, helper]
    assert [each.user for each in people.now_held[0].stand_ins] == [helper]
    assert [person.office.user.username for person in people.to_come] == ["sap-toi"]
    assert [each.user for each in people.past] == [former]
    assert (people.recording, people.expected, people.reachable, people.lacking) == (None, True, False, True)
    User.objects.filter(pk=office.user.pk).update(password="md5$x$y")
    assert people_at(tree["Xã A1"], NOW).lacking is False


def test_a_unit_that_needs_no_account_has_its_recording_unit(tree: Tree, office: Office) -> None:
    cell, other = people_at(tree["A1.2"], NOW), people_at(tree["Xã A2"], NOW)
    assert (cell.recording, cell.lacking) == (tree["Xã A1"], False)
    assert (other.recording, other.lacking) == (None, True)


def test_how_far_an_account_is(tree: Tree) -> None:
    unit = tree["Xã A2"]

    def state(now: Any = NOW) -> str:
        return people_at(unit, now).now_held[0].account

    user, code = accounts.invite(username="a2", label="Văn thư", email="", unit=unit, role="secretary", by=None,
                                 now=NOW, from_on=TODAY)
    assert (state(), state(NOW + timedelta(days=31))) == ("invited", "expired")
    accounts.revoke_invitation(user=user, unit=unit, by=None, now=NOW)
    assert state() == "uninvited"
    code = accounts.renew_invitation(user=user, unit=unit, by=None, now=NOW)
    invitation = accounts.open_invitation(code, NOW)
    assert invitation is not None
    accounts.accept_invitation(invitation=invitation, password="mot-mat-khau-rat-dai-2026", by=None, now=NOW)
    assert state() == "active"
    User.objects.update(is_active=False)
    assert state() == "disabled"
