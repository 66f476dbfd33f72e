"""Who may do what: the table of roles, what a right reaches, and on which days."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.factories import NOW, TODAY, Tree, at, days, make_office, make_tree, make_user
from units import access
from units.access import ROLE_VERBS, Forbidden, Verb
from units.actions import offices
from units.data.people import holders, recording_unit
from units.data.tree import lineage
from units.models import Office, Unit, User

pytestmark = pytest.mark.django_db
V = Verb
BOARD = {
    V.VIEW, V.RECORD_OUTSIDE, V.REGISTER, V.ISSUE, V.REMIND, V.DECIDE, V.DRAFT_REPORT, V.READ_REPORT, V.READ_MAIL,
}
# Reviewed by hand; a change of the table in the code must be made here too.
TABLE = {
    "board": BOARD,
    "head": BOARD | {V.CHECK_REPORT},
    "registry": {V.VIEW, V.REGISTER, V.NUMBER_REPORT, V.READ_REPORT},
    "committee": {V.READ_REPORT},
    "secretary": {V.VIEW, V.ACKNOWLEDGE, V.DISSEMINATE, V.RECORD_OUTSIDE, V.ASK_EXTENSION, V.PROPOSE},
    "administrator": {V.ADMINISTER, V.READ_MAIL},
}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def rights(user: User, on: Any = TODAY) -> access.Rights:
    return access.rights(user, on)


def test_the_table_of_roles() -> None:
    assert {role: set(verbs) for role, verbs in ROLE_VERBS.items()} == TABLE
    assert set(TABLE) == set(Office.Role.values)


@pytest.mark.parametrize("role", Office.Role.values)
def test_a_role_gives_its_verbs_at_the_unit_and_below_and_nowhere_else(tree: Tree, role: str) -> None:
    held = rights(make_office(tree["Huyện A"], role))
    for verb in Verb:
        has = verb in TABLE[role]
        assert held.holds(verb) is has
        below = has and verb is not V.ACKNOWLEDGE  # answering for a unit does not reach below it
        assert {name: held.can(verb, unit) for name, unit in tree.items()} == {
            "Tỉnh": False, "Huyện A": has, "Xã A1": below, "A1.1": below, "A1.2": below, "A1.3": below, "Xã A2": below,
            "A2.1": below, "Huyện B": False, "B1": False, "Đảng đoàn C": False,
        }


def test_a_list_and_a_button_never_disagree(tree: Tree) -> None:
    for role in Office.Role.values:
        held = rights(make_office(tree["Huyện A"], role))
        for verb in Verb:
            if verb not in access.OWN_UNIT_ONLY:
                reached = set(held.reach(verb).values_list("pk", flat=True))
                assert reached == {unit.pk for unit in tree.values() if held.can(verb, unit)}


def test_above_means_strictly_above(tree: Tree) -> None:
    held = rights(make_office(tree["Huyện A"]))
    found = {name for name, unit in tree.items() if held.can_above(V.RECORD_OUTSIDE, unit)}
    assert found == {"Xã A1", "A1.1", "A1.2", "A1.3", "Xã A2", "A2.1"}


def test_two_offices_add_up(tree: Tree) -> None:
    user = make_office(tree["Xã A1"])
    offices.appoint(user=user, unit=tree["Huyện B"], role="secretary", from_on=TODAY, by=None, now=NOW)
    held = rights(user)
    assert [unit.name for unit in held.units(V.ACKNOWLEDGE)] == ["Xã A1", "Huyện B"]
    assert set(held.reach(V.VIEW).values_list("name", flat=True)) == {"Xã A1", "A1.1", "A1.2", "A1.3", "Huyện B", "B1"}


def test_a_unit_whose_number_begins_like_anothers_is_not_below_it() -> None:
    """ "/1/" is never a prefix of "/14/"."""
    root = make_tree("province Tỉnh")["Tỉnh"]
    numbers = (50, 500, 5000, 5001, 509, 51)
    units = [Unit(pk=pk, name=f"Huyện {pk}", kind="committee", parent=root, opened_on=TODAY) for pk in numbers]
    for unit in units:
        unit.path = f"{root.path}{unit.pk}/"
        unit.save()
    for unit in units:
        assert list(Unit.objects.under([unit])) == [unit]
        assert [other for other in units if unit.holds(other)] == [unit]


def test_rights_hold_on_the_days_of_the_office(tree: Tree) -> None:
    user = make_office(tree["Xã A1"], from_on=days(1))
    offices.dismiss(office=user.offices.get(), on=days(3), by=None, now=NOW)
    assert [rights(user, days(n)).holds(V.VIEW) for n in range(5)] == [False, True, True, False, False]


def test_who_is_not_signed_in_or_disabled_may_nothing(tree: Tree) -> None:
    disabled = make_office(tree["Tỉnh"], "head", is_active=False)
    for user in (AnonymousUser(), disabled, make_user("khong-chuc-vu")):
        held = access.rights(user, TODAY)
        assert [verb for verb in Verb if held.holds(verb) or held.can(verb, tree["Tỉnh"])] == []
        assert list(held.reach(V.VIEW)) == []
    with pytest.raises(Forbidden):
        _ = access.rights(AnonymousUser(), TODAY).actor


def test_live_figures_for_the_committee_are_a_switch(tree: Tree, settings: Any) -> None:
    member = make_office(tree["Tỉnh"], "committee")
    assert rights(member).holds(V.VIEW) is False
    settings.LIVE_FIGURES_FOR_COMMITTEE = True
    assert {verb for verb in Verb if rights(member).holds(verb)} == {V.READ_REPORT, V.VIEW}


def test_require_judges_by_the_local_day(tree: Tree) -> None:
    user = make_office(tree["Xã A1"], from_on=days(1))
    with pytest.raises(Forbidden):
        access.require(user, V.VIEW, tree["Xã A1"], at(TODAY, 23, 59))
    access.require(user, V.VIEW, tree["Xã A1"], at(days(1), 0, 1))  # still yesterday in UTC
    access.require(None, V.ISSUE, tree["Tỉnh"], NOW)  # the installation itself


def test_asking_for_rights_is_one_query(tree: Tree, django_assert_num_queries: Any) -> None:
    user = make_office(tree["Xã A1"])
    with django_assert_num_queries(1):
        held = rights(user)
        held.can(V.VIEW, tree["A1.1"])
        held.units(V.ACKNOWLEDGE)


# ---- who is in charge ------------------------------------------------------------------------------------


def test_the_recording_unit_is_the_nearest_one_upwards_with_somebody_in_charge(tree: Tree) -> None:
    above, clerk = make_office(tree["Huyện A"]), make_office(tree["Xã A1"])
    make_office(tree["Xã A2"], "board")  # not an office that records
    make_office(tree["A1.1"], is_active=False)
    make_office(tree["A1.2"], from_on=days(1))
    held = holders(TODAY)
    assert held == {tree["Huyện A"].pk: [above], tree["Xã A1"].pk: [clerk]}
    found = {name: recording_unit(unit.path, held) for name, unit in tree.items()}
    first, second = tree["Huyện A"].pk, tree["Xã A1"].pk
    assert found == {
        "Tỉnh": None, "Huyện A": first, "Xã A1": second, "A1.1": second, "A1.2": second, "A1.3": second,
        "Xã A2": first, "A2.1": first, "Huyện B": None, "B1": None, "Đảng đoàn C": None,
    }
    assert holders(TODAY, [tree["Xã A1"].pk]) == {tree["Xã A1"].pk: [clerk]}


def test_lineage_runs_from_the_root_down(tree: Tree, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert [unit.name for unit in lineage(tree["A1.1"])] == ["Tỉnh", "Huyện A", "Xã A1"]
    assert lineage(tree["Tỉnh"]) == []
