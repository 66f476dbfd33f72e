"""Organisations by API: as the pages find and show them, on any day, within one's reach."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import FOUNDED, NOW, TODAY, Tree, days, make_board, make_office, make_tree
from units.actions import reorganise
from units.actions.carry_out import Paper

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}


@pytest.fixture
def units() -> Tree:
    return make_tree()


def listed(client: Client, **query: Any) -> list[dict[str, Any]]:
    response = client.get(reverse("api-unit-list"), query | {"limit": 200})
    assert response.status_code == 200
    return list(response.json()["results"])


def names(client: Client, **query: Any) -> list[str]:
    return [row["name"] for row in listed(client, **query)]


def detail(client: Client, unit: Any) -> dict[str, Any]:
    response = client.get(reverse("api-unit-detail", args=[unit.pk]))
    assert response.status_code == 200
    return dict(response.json())


def test_found_by_words_by_superior_and_both(units: Tree, client: Client) -> None:
    client.force_login(make_board(units["Tỉnh"]))
    assert names(client, parent=units["Huyện A"].pk) == ["Xã A1", "Xã A2"]
    assert names(client, tim="XÃ a2") == ["Xã A2"]
    assert names(client, tim=f"DV-{units['B1'].pk}") == ["B1"]
    assert names(client, tim="xa", parent=units["Huyện B"].pk) == []
    assert len(names(client, tim="")) == len(units)


def test_the_tree_of_another_day_says_what_was_so_then(units: Tree, client: Client) -> None:
    client.force_login(make_board(units["Tỉnh"]))
    reorganise.rename(unit=units["Xã A1"], name="Xã Mới", paper=Paper(days(-10)), **PLAIN)
    reorganise.move(unit=units["Xã A1"], parent=units["Huyện B"], paper=Paper(days(-5)), **PLAIN)
    reorganise.end(unit=units["Xã A2"], heir=units["Xã A1"], paper=Paper(days(-5)), **PLAIN)
    above, then = units["Huyện A"].pk, days(-6).isoformat()
    assert names(client, parent=above, on=then) == ["Xã Mới", "Xã A2"]
    assert names(client, parent=above, on=days(-11).isoformat()) == ["Xã A1", "Xã A2"]
    assert names(client, parent=above, on=TODAY.isoformat()) == []
    (row,) = listed(client, tim="xa moi", on=then)
    assert (row["name"], row["parent"], row["kind"], row["opened_on"]) == (
        "Xã Mới", above, "grassroots", FOUNDED.isoformat())
    assert names(client, on="2019-12-31") == []


def test_a_unit_tells_its_states_and_kin(units: Tree, client: Client) -> None:
    reorganise.absorb(
        predecessors=[units["Xã A1"]], successor=units["Huyện B"], paper=Paper(days(-5), number="9-QĐ/TU"), **PLAIN
    )
    client.force_login(make_board(units["Tỉnh"]))
    old, new = detail(client, units["Xã A1"]), detail(client, units["Huyện B"])
    kin = {"decision": "9-QĐ/TU", "effective_on": days(-5).isoformat()}
    assert old["successors"] == [kin | {"unit": units["Huyện B"].pk, "name": "Huyện B"}]
    assert new["predecessors"] == [kin | {"unit": units["Xã A1"].pk, "name": "Xã A1"}]
    assert (old["predecessors"], new["successors"]) == ([], [])
    assert [(state["from_on"], state["to_on"]) for state in old["states"]] == [
        (FOUNDED.isoformat(), days(-5).isoformat())
    ]
    other = Client()
    other.force_login(make_office(units["Huyện A"]))
    assert detail(other, units["Xã A1"])["successors"] == []  # Huyện B is not theirs to see


@pytest.mark.parametrize(
    "query", [{"on": "31/02/2026"}, {"on": "x"}, {"on": ""}, {"on": "0026-01-01"}, {"parent": "x"}, {"parent": "0"},
              {"parent": "9" * 50}, {"parent": "1.5"}]
)
def test_a_filter_that_cannot_be_is_refused_in_vietnamese(units: Tree, client: Client, query: dict[str, str]) -> None:
    client.force_login(make_board(units["Tỉnh"]))
    response = client.get(reverse("api-unit-list"), query)
    assert response.status_code == 400
    assert set(response.json()) == set(query)
    assert not any(word in str(response.json()) for word in ("valid", "Date", "Ensure", "must"))


def test_nothing_is_written(units: Tree, client: Client) -> None:
    client.force_login(make_office(units["Tỉnh"], "administrator"))
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(reverse("api-unit-detail", args=[units["B1"].pk])).status_code == 405


def test_decisions_with_what_they_say_of_the_units_one_sees(units: Tree, client: Client) -> None:
    decision = reorganise.merge(
        predecessors=[units["Xã A1"], units["B1"]], name="Xã Mới", kind="grassroots", parent=units["Huyện A"],
        paper=Paper(days(-1), "05-QĐ/TU", days(-2)), **PLAIN,
    )
    address = reverse("api-decision-detail", args=[decision.pk])
    client.force_login(make_board(units["Tỉnh"]))
    rows = client.get(reverse("api-decision-list")).json()["results"]
    assert [(row["number"], row["title"]) for row in rows] == [("05-QĐ/TU", "Hợp nhất Xã A1, B1 thành Xã Mới")]
    whole = client.get(address).json()["changes"]
    client.force_login(make_office(units["Huyện B"]))
    part = client.get(address).json()["changes"]
    assert [row["unit"] for row in part] == [units["B1"].pk]
    assert {row["unit"] for row in whole if row["ends"]} == {units["Xã A1"].pk, units["B1"].pk}
    assert len(whole) == 6  # two end, one is founded, three cells go along
    client.force_login(make_office(units["A2.1"]))
    assert client.get(address).status_code == 404
