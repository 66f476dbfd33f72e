"""A unit's history in words: each kind of decision, in time or late, in force or to come; and as its page tells it."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import FOUNDED, NOW, TODAY, Tree, days, make_board, make_office, make_tree
from units.actions import reorganise
from units.actions.carry_out import Paper
from units.data.history import Event, Said, course, told
from units.models import Reorganisation, Unit
from units.timeline import Step

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}


@pytest.fixture
def units() -> Tree:
    return make_tree()


def paper(day: int) -> Paper:
    return Paper(days(day), number=f"{day}-QĐ/TU", decided_on=min(days(day - 3), TODAY))


def life(unit: Unit | str) -> list[tuple[date, str]]:
    """Day and words, the oldest first."""
    found = Unit.objects.get(name=unit) if isinstance(unit, str) else unit
    return [(event.on, event.text) for event in reversed(course(found, TODAY).events)]


def test_a_unit_that_only_was_founded(units: Tree) -> None:
    assert life("Tỉnh") == [(FOUNDED, "Thành lập")]
    assert life("Xã A1") == [(FOUNDED, "Thành lập, trực thuộc Huyện A")]


def test_renamed_moved_of_another_kind_and_code(units: Tree) -> None:
    unit = units["Xã A1"]
    reorganise.rename(unit=unit, name="Xã Mới", paper=paper(-30), **PLAIN)
    reorganise.rename(unit=units["Huyện B"], name="Huyện Bê", paper=paper(-25), **PLAIN)
    reorganise.move(unit=unit, parent=units["Huyện B"], paper=paper(-20), **PLAIN)
    reorganise.change_kind(unit=unit, kind="section", paper=paper(-10), **PLAIN)
    assert life(unit)[1:] == [
        (days(-30), "Đổi tên từ “Xã A1” thành “Xã Mới”"),
        (days(-20), "Chuyển từ Huyện A về Huyện Bê"),
        (days(-10), "Chuyển loại từ Đảng bộ cơ sở thành Đảng bộ bộ phận"),
    ]


def test_a_decision_recorded_late_takes_its_place(units: Tree) -> None:
    unit = units["Xã A1"]
    reorganise.rename(unit=unit, name="Xã Ba", paper=paper(-10), **PLAIN)
    reorganise.rename(unit=unit, name="Xã Hai", paper=paper(-20), **PLAIN)
    assert [text for _, text in life(unit)][1:] == [
        "Đổi tên từ “Xã A1” thành “Xã Hai”", "Đổi tên từ “Xã Hai” thành “Xã Ba”",
    ]


def test_merged(units: Tree) -> None:
    reorganise.merge(
        predecessors=[units["Xã A1"], units["Xã A2"]], name="Xã C", kind="grassroots", parent=units["Huyện B"],
        paper=paper(-10), **PLAIN,
    )
    assert life("Xã C") == [(days(-10), "Thành lập do hợp nhất Xã A1, Xã A2, trực thuộc Huyện B")]
    assert life("Xã A1")[1:] == [(days(-10), "Hợp nhất với Xã A2 thành Xã C, kết thúc hoạt động")]
    assert life("A1.1")[1:] == [(days(-10), "Chuyển từ Xã A1 về Xã C")]
    assert [str(each) for each in course(Unit.objects.get(name="Xã C"), TODAY).predecessors] == ["Xã A1", "Xã A2"]


def test_absorbed_under_the_names_of_the_time(units: Tree) -> None:
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Xã A2"], paper=paper(-20), **PLAIN)
    reorganise.rename(unit=units["Xã A2"], name="Xã Sau", paper=paper(-10), **PLAIN)
    assert life("Xã A1")[1:] == [(days(-20), "Sáp nhập vào Xã A2, kết thúc hoạt động")]
    assert life("Xã Sau")[1:] == [
        (days(-20), "Nhận sáp nhập Xã A1"), (days(-10), "Đổi tên từ “Xã A2” thành “Xã Sau”"),
    ]


def test_split_and_ended(units: Tree) -> None:
    above = units["Huyện A"]
    parts = [("Xã D", "grassroots", above), ("Xã Đ", "grassroots", above)]
    reorganise.split(unit=units["Xã A1"], parts=parts, takes={}, goes_on=False, paper=paper(-10), **PLAIN)
    assert life("Xã A1")[1:] == [(days(-10), "Chia tách thành Xã D, Xã Đ, kết thúc hoạt động")]
    assert life("Xã Đ") == [(days(-10), "Thành lập do chia tách Xã A1, trực thuộc Huyện A")]
    reorganise.split(
        unit=units["Xã A2"], parts=[("Xã E", "grassroots", above)], takes={}, goes_on=True, paper=paper(-9), **PLAIN
    )
    assert life("Xã A2")[1:] == [(days(-9), "Tách ra thành lập Xã E")]
    assert life("Xã E") == [(days(-9), "Thành lập, tách từ Xã A2, trực thuộc Huyện A")]
    assert course(Unit.objects.get(name="Xã E"), TODAY).predecessors == []  # it took nobody's place
    reorganise.end(unit=units["Đảng đoàn C"], heir=None, paper=paper(-1), **PLAIN)
    assert life("Đảng đoàn C")[1:] == [(days(-1), "Kết thúc hoạt động")]


def test_what_is_to_come_is_said_to_be(units: Tree) -> None:
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Xã A2"], paper=paper(9), **PLAIN)
    for name in ("Xã A1", "Xã A2"):
        found = course(units[name], TODAY)
        assert [event.upcoming for event in found.events] == [True, False]
        assert found.predecessors == []
    assert course(units["Xã A1"], days(9)).events[0].upcoming is False


def test_many_to_many_and_parts_between_units_that_go_on() -> None:
    """No action of one kind makes these; a list that is taken in does. Pure rows in, words out."""
    decision = Reorganisation(pk=7, number="7", effective_on=TODAY)
    names = {unit: [(FOUNDED, f"Đơn vị {unit}")] for unit in range(1, 6)}

    def words(unit: int, steps: dict[int, Step], pairs: list[tuple[int, int]]) -> list[str]:
        keyed = {(7, each): step for each, step in steps.items()}
        events: list[Event] = told(Said(unit, {7: decision}, keyed, {7: pairs}, names), TODAY)
        return [event.text for event in events]

    ends, founds = Step(1, ends=True), Step(3, founds=True, name="Đơn vị 3", kind="committee", parent=5)
    assert words(3, {1: ends, 3: founds}, [(1, 3), (2, 3)]) == [
        "Thành lập trên cơ sở Đơn vị 1, Đơn vị 2, trực thuộc Đơn vị 5"
    ]
    assert words(3, {1: ends, 3: founds}, [(1, 3)]) == ["Thành lập trên cơ sở Đơn vị 1, trực thuộc Đơn vị 5"]
    assert words(1, {1: ends, 3: founds}, [(1, 3)]) == ["Chuyển thành Đơn vị 3, kết thúc hoạt động"]
    assert words(2, {}, [(2, 4)]) == ["Chuyển giao một phần cho Đơn vị 4"]
    assert words(4, {}, [(2, 4)]) == ["Tiếp nhận một phần từ Đơn vị 2"]
    assert words(2, {2: Step(2, code="38.168.053.000.001")}, []) == ["Được cấp mã tổ chức đảng 38.168.053.000.001"]
    assert words(2, {2: Step(2, sort_order=9)}, []) == ["Thay đổi thứ tự trong danh mục"]


def test_the_page_tells_it_the_newest_first_with_the_decision(units: Tree, client: Client) -> None:
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Huyện B"], paper=paper(-20), **PLAIN)
    client.force_login(make_board(units["Tỉnh"]))
    text = client.get(reverse("unit-detail", args=[units["Xã A1"].pk])).content.decode()
    history = text[text.index('<ol class="timeline">') :]
    days_told = re.findall(r'<time datetime="([\d-]+)">', history)
    assert days_told == [days(-20).isoformat(), FOUNDED.isoformat()]
    decision = Reorganisation.objects.get(number="-20-QĐ/TU")
    assert reverse("reorganisation-detail", args=[decision.pk]) in history
    assert f"ngày {days(-23):%d/%m/%Y}" in history
    assert f'<a href="{reverse("unit-detail", args=[units["Huyện B"].pk])}">Huyện B</a>' in history
    assert f"Nay là <a href=\"{reverse('unit-detail', args=[units['Huyện B'].pk])}\">Huyện B</a>" in text


def test_units_outside_ones_reach_are_named_without_a_link(units: Tree, client: Client) -> None:
    reorganise.absorb(predecessors=[units["Xã A1"]], successor=units["Huyện B"], paper=paper(-20), **PLAIN)
    client.force_login(make_office(units["Huyện A"]))
    text = client.get(reverse("unit-detail", args=[units["Xã A1"].pk])).content.decode()
    assert "Nay là đơn vị ngoài phạm vi của đồng chí" in text
    assert reverse("unit-detail", args=[units["Huyện B"].pk]) not in text
    assert "/sap-xep/" not in text.split("</header>", 2)[2]
