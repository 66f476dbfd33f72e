"""Organisations that are founded and absorbed, people who are invited and leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories import (
    FOUNDED,
    NOW,
    TODAY,
    Tree,
    at,
    at_once,
    days,
    make_office,
    make_tree,
    make_unit,
    make_user,
)
from units.access import Forbidden, Verb, rights
from units.actions import accounts, offices
from units.actions.carry_out import Paper, WrongState
from units.actions.reorganise import Founding, absorb, end, found, found_all
from units.models import Invitation, LedgerEntry, Office, Reorganisation, Succession, Unit, UnitState, User

pytestmark = pytest.mark.django_db
GOOD = "mot-mat-khau-rat-dai-2026"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


# ---- organisations ---------------------------------------------------------------------------------------


def test_a_unit_is_founded_with_its_path_state_and_line(tree: Tree) -> None:
    administrator = make_office(tree["Tỉnh"], "administrator")
    unit = found(
        name="  Đảng \u00d0oàn  D ", kind="party_group", parent=tree["Tỉnh"],
        paper=Paper(TODAY, number="05-QĐ/TU"), by=administrator, now=NOW,
    )
    assert (unit.name, unit.path, unit.sort_order) == ("Đảng Đoàn D", f"{tree['Tỉnh'].path}{unit.pk}/", 4)
    assert (unit.search_text, unit.depth, unit.is_cell) == ("dang doan d", 1, False)
    state = UnitState.objects.get(unit=unit)
    assert (state.name, state.parent, state.from_on, state.to_on, state.decision.number) == (
        "Đảng Đoàn D", tree["Tỉnh"], TODAY, None, "05-QĐ/TU",
    )
    line = LedgerEntry.objects.get(event="reorganisation.carried_out", subject_id=state.decision_id)
    assert (line.by_id, line.data["founded"]) == (administrator.pk, [unit.pk])


def test_there_is_one_province_and_only_the_administrator_founds(tree: Tree) -> None:
    told: dict[str, Any] = {"name": "Mới", "kind": "committee", "paper": Paper(TODAY), "now": NOW}
    with pytest.raises(WrongState):
        found(**told, parent=None, by=None)
    for user in (make_office(tree["Tỉnh"], "head"), make_office(tree["Huyện A"])):
        with pytest.raises(Forbidden):
            found(**told, parent=tree["Huyện A"], by=user)
    end(unit=tree["Xã A2"], heir=tree["Xã A1"], paper=Paper(TODAY), by=None, now=NOW)
    with pytest.raises(WrongState):
        found(**told, parent=tree["Xã A2"], by=None)
    assert Unit.objects.count() == len(tree)


def test_a_whole_tree_is_founded_as_one_by_one(django_assert_max_num_queries: Any) -> None:
    foundings = [
        Founding("Tỉnh", "province", None, 1), Founding("Huyện A", "committee", 0, 1),
        Founding("Xã A1", "grassroots", 1, 2), Founding("Huyện B", "committee", 0, 2), Founding("Ô 1", "cell", 2, 1),
    ]
    with django_assert_max_num_queries(25):
        units = found_all(foundings=foundings, opened_on=FOUNDED, by=None, now=NOW)
    kept = {unit.name: unit for unit in Unit.objects.select_related("parent")}
    assert {name: unit.parent.name if unit.parent else None for name, unit in kept.items()} == {
        "Tỉnh": None, "Huyện A": "Tỉnh", "Xã A1": "Huyện A", "Huyện B": "Tỉnh", "Ô 1": "Xã A1",
    }
    for unit in units:
        stored = kept[unit.name]
        above = stored.parent.path if stored.parent else "/"
        assert stored.path == f"{above}{stored.pk}/" == unit.path
    assert UnitState.objects.filter(to_on=None).count() == 5
    with pytest.raises(WrongState):
        found_all(foundings=foundings, opened_on=FOUNDED, by=None, now=NOW)
    assert Unit.objects.count() == 5


def test_an_absorbed_units_cells_move_with_everything_below(tree: Tree) -> None:
    decision = absorb(
        predecessors=[tree["Huyện A"]], successor=tree["Huyện B"],
        paper=Paper(TODAY, number="09-QĐ/TU", decided_on=days(-3)), by=None, now=NOW,
    )
    units = {unit.name: unit for unit in Unit.objects.select_related("parent")}
    assert units["Huyện A"].closed_on == TODAY
    assert {units[name].parent for name in ("Xã A1", "Xã A2")} == {units["Huyện B"]}
    for unit in units.values():
        assert unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    assert set(Unit.objects.under([units["Huyện B"]]).values_list("name", flat=True)) == {
        "Huyện B", "B1", "Xã A1", "A1.1", "A1.2", "A1.3", "Xã A2", "A2.1",
    }
    states = UnitState.objects.filter(unit=units["Xã A1"]).order_by("from_on")
    assert list(states.values_list("parent__name", "from_on", "to_on")) == [
        ("Huyện A", FOUNDED, TODAY), ("Huyện B", TODAY, None),
    ]
    assert not UnitState.objects.filter(unit=units["Huyện A"], to_on=None).exists()
    assert list(Succession.objects.values_list("reorganisation", "predecessor__name", "successor__name")) == [
        (decision.pk, "Huyện A", "Huyện B")
    ]


def test_rights_follow_the_tree_of_today(tree: Tree) -> None:
    clerk = make_office(tree["Huyện B"])
    assert rights(clerk, TODAY).can(Verb.VIEW, tree["A1.1"]) is False
    absorb(
        predecessors=[tree["Xã A1"]], successor=tree["Huyện B"], paper=Paper(TODAY, number="1", decided_on=TODAY),
        by=None, now=NOW,
    )
    assert rights(clerk, TODAY).can(Verb.VIEW, Unit.objects.get(name="A1.1")) is True


@pytest.mark.parametrize(
    ("old", "new"), [("Xã A1", "Xã A1"), ("Huyện A", "Xã A1"), ("Huyện A", "A1.1")], ids=["itself", "a child", "a cell"]
)
def test_nothing_is_absorbed_into_itself_or_what_stands_below_it(tree: Tree, old: str, new: str) -> None:
    with pytest.raises(WrongState):
        absorb(
            predecessors=[tree[old]], successor=tree[new],
            paper=Paper(TODAY, number="1", decided_on=TODAY), by=None,
            now=NOW,
        )
    assert not Reorganisation.objects.filter(number="1").exists()
    assert dict(Unit.objects.values_list("name", "path")) == {name: unit.path for name, unit in tree.items()}


def test_an_ended_unit_is_neither_absorbed_again_nor_absorbs(tree: Tree) -> None:
    told: dict[str, Any] = {"paper": Paper(TODAY, "1", TODAY), "by": None, "now": NOW}
    absorb(predecessors=[tree["Xã A2"]], successor=tree["Xã A1"], **told)
    with pytest.raises(WrongState):
        absorb(predecessors=[tree["Xã A2"]], successor=tree["Huyện B"], **told)
    with pytest.raises(WrongState):
        absorb(predecessors=[tree["Xã A1"]], successor=tree["Xã A2"], **told)
    assert Reorganisation.objects.filter(number="1").count() == 1


# ---- people ----------------------------------------------------------------------------------------------


def invite(tree: Tree, by: User | None = None, name: str = "Xã A1", **more: Any) -> tuple[User, str]:
    told = {"username": "moi", "label": "Văn thư", "email": "moi@don-vi.example", "role": "secretary"} | more
    return accounts.invite(**told, unit=tree[name], by=by, now=NOW, from_on=TODAY)


def test_an_invitation_is_used_once_and_kept_only_as_a_hash(tree: Tree) -> None:
    user, token = invite(tree)
    assert user.has_usable_password() is False
    invitation = accounts.open_invitation(token, NOW)
    assert invitation is not None
    assert token not in str(Invitation.objects.values().get())
    stale = accounts.open_invitation(token, NOW)
    accounts.accept_invitation(invitation=invitation, password=GOOD, by=None, now=NOW)
    assert User.objects.get(pk=user.pk).check_password(GOOD)
    assert accounts.open_invitation(token, NOW) is None
    with pytest.raises(WrongState):
        accounts.accept_invitation(invitation=stale, password="mot-mat-khau-khac-2026", by=None, now=NOW)  # type: ignore[arg-type]
    assert User.objects.get(pk=user.pk).check_password(GOOD)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_set_one_password() -> None:
    _, token = invite(make_tree())
    opened = [accounts.open_invitation(token, NOW) for _ in range(4)]
    outcomes = at_once([
        lambda one=one, n=n: accounts.accept_invitation(invitation=one, password=f"{GOOD}-{n}", by=None, now=NOW)
        for n, one in enumerate(opened)
    ])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["User"] + ["WrongState"] * 3
    assert LedgerEntry.objects.filter(event="account.activated").count() == 1


def test_a_link_ends_with_its_time_and_with_the_next_link(tree: Tree) -> None:
    user, token = invite(tree)
    assert accounts.open_invitation(token, NOW + timedelta(days=30)) is None
    assert accounts.open_invitation(token, NOW + timedelta(days=30) - timedelta(seconds=1)) is not None
    second = accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    assert (accounts.open_invitation(token, NOW), accounts.open_invitation(second, NOW) is not None) == (None, True)
    assert accounts.open_invitation("doan-mo", NOW) is None


@pytest.mark.parametrize("password", ["ngan", "12345678901234567890", "moi@don-vi.example"])
def test_a_weak_password_is_refused_and_the_link_still_works(tree: Tree, password: str) -> None:
    _, token = invite(tree)
    invitation = accounts.open_invitation(token, NOW)
    assert invitation is not None
    with pytest.raises(ValidationError):
        accounts.accept_invitation(invitation=invitation, password=password, by=None, now=NOW)
    assert accounts.open_invitation(token, NOW) is not None


def test_only_the_administrator_of_the_unit_invites_appoints_and_dismisses(tree: Tree) -> None:
    administrator = make_office(tree["Huyện A"], "administrator")
    invited, _ = invite(tree, administrator)
    office = Office.objects.get(user=invited)
    others = [("Xã A1", "secretary"), ("Tỉnh", "head"), ("Huyện B", "administrator")]
    for user in [make_office(tree[name], role) for name, role in others]:
        with pytest.raises(Forbidden):
            invite(tree, user, username="khac", email="khac@don-vi.example")
        with pytest.raises(Forbidden):
            offices.dismiss(office=office, on=days(1), by=user, now=NOW)
        with pytest.raises(Forbidden):
            offices.appoint(user=invited, unit=tree["Xã A2"], role="secretary", from_on=TODAY, by=user, now=NOW)
    with pytest.raises(Forbidden):
        invite(tree, administrator, "Huyện B", username="khac", email="khac@don-vi.example")
    assert not User.objects.filter(username="khac").exists()


def test_an_office_is_held_once_and_ends_once(tree: Tree) -> None:
    user = make_office(tree["Xã A1"])
    with pytest.raises(WrongState):
        offices.appoint(user=user, unit=tree["Xã A1"], role="secretary", from_on=TODAY, by=None, now=NOW)
    office = user.offices.get()
    with pytest.raises(WrongState):
        offices.dismiss(office=office, on=FOUNDED, by=None, now=NOW)
    office.refresh_from_db()
    offices.dismiss(office=office, on=TODAY, by=None, now=NOW)
    with pytest.raises(WrongState):
        offices.dismiss(office=office, on=days(1), by=None, now=NOW)
    offices.appoint(user=user, unit=tree["Xã A1"], role="secretary", from_on=days(1), by=None, now=NOW)
    assert list(user.offices.order_by("pk").values_list("to_on", flat=True)) == [TODAY, None]


def test_the_first_administrator_is_made_on_an_empty_installation_only() -> None:
    token = accounts.first_administrator(unit_name="Đảng bộ tỉnh", by=None, now=at(TODAY), today=TODAY)
    invitation = accounts.open_invitation(token, NOW)
    assert invitation is not None
    held = rights(invitation.user, TODAY)
    assert [unit.name for unit in held.units(Verb.ADMINISTER)] == ["Đảng bộ tỉnh"]
    with pytest.raises(WrongState):
        accounts.first_administrator(unit_name="Đảng bộ tỉnh", by=None, now=at(TODAY), today=TODAY)
    assert (User.objects.count(), Unit.objects.count()) == (1, 1)


def test_many_accounts_are_opened_at_once_on_an_empty_installation_only() -> None:
    root = make_unit("Tỉnh")
    openings = [offices.Opening(f"u{n}", f"Văn thư {n}", f"u{n}@don-vi.example", root, "secretary") for n in range(3)]
    opened = offices.open_all(openings=openings, from_on=TODAY, by=None, now=NOW)
    assert [(office.user.username, office.unit, office.role) for office in opened] == [
        (f"u{n}", root, "secretary") for n in range(3)
    ]
    assert not any(user.has_usable_password() for user in User.objects.all())
    with pytest.raises(WrongState):
        offices.open_all(openings=[], from_on=TODAY, by=None, now=NOW)


def test_an_account_is_found_by_its_name_in_any_case() -> None:
    user = make_user("van-thu")
    assert User.objects.get_by_natural_key("Van-Thu") == user
    assert str(make_user("khac", label="", email="")) == "khac"
