"""Finding a unit however it is typed, by the names of any day; and never one that is not in one's reach."""

import re
from typing import Any
from unicodedata import normalize

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import FOUNDED, NOW, TODAY, Tree, days, make_board, make_office, make_tree
from units.actions import reorganise
from units.actions.carry_out import Paper
from units.data.finding import MOST, Finding, find
from units.models import Unit

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}
PROVINCE = """
province Đảng bộ tỉnh
  committee Đảng bộ huyện Hòa Bình
    grassroots Đảng bộ xã Đức Hòa
      cell Chi bộ ấp Thủy Lợi
      cell Chi bộ ấp Bình Hòa
    grassroots Đảng bộ xã Bình Đức
      cell Chi bộ ấp Đông
  committee Đảng ủy Quân sự
    grassroots Đảng bộ xã Tân An
  committee Đảng bộ huyện Ô Môn
"""


@pytest.fixture
def units() -> Tree:
    return make_tree(PROVINCE)


def paper(day: int) -> Paper:
    return Paper(days(day), number=f"{day}-QĐ/TU")


def searched(text: str, root: Unit | None = None, page: str | None = None) -> Finding:
    roots = [Unit.objects.get(pk=root.pk) if root else Unit.objects.get(parent=None)]
    return find(Unit.objects.under(roots), roots, text, TODAY, page)


def names(text: str, root: Unit | None = None) -> list[str]:
    return [row.unit.name for row in searched(text, root).rows]


def notes(text: str, root: Unit | None = None) -> dict[str, str]:
    return {row.unit.name: row.note for row in searched(text, root).rows}


# ---- spellings ---------------------------------------------------------------------------------------------------

ALIKE = [
    ("Đảng ủy Quân sự", "dang uy quan su", "ĐẢNG ỦY QUÂN SỰ", "Đảng uỷ quân sự", normalize("NFD", "Đảng uỷ Quân sự"),
     "\u00d0ảng ủy quân sự", "\u0189ang uy quan su", "  quân   sự đảng uỷ ", "QUAN SU UY", "đảng uy quân"),
    ("Đảng bộ huyện Hòa Bình", "hoa binh huyen", "Huyện Hoà Bình", "HUYEN HÒA BÌNH", normalize("NFD", "huyện hoà bình"),
     "bình hòa huyện"),
    ("Đảng bộ xã Đức Hòa", "duc hoa", "Đức Hoà", "\u00d0ức hòa", "xa duc hoa", "ĐỨC HÒA"),
    ("Chi bộ ấp Thủy Lợi", "thuy loi", "Thuỷ Lợi", "ấp thủy", normalize("NFD", "THUỶ LỢI")),
    ("Đảng bộ huyện Ô Môn", "o mon", "Ô MÔN", "ô mon"),
]


@pytest.mark.parametrize("spellings", ALIKE, ids=lambda one: one[0])
def test_every_spelling_finds_the_same(units: Tree, spellings: tuple[str, ...]) -> None:
    for text in spellings:
        assert names(text)[0] == spellings[0], text


def test_all_words_must_be_there(units: Tree) -> None:
    assert names("đức hòa") == ["Đảng bộ xã Đức Hòa"]
    assert names("đức hòa tân") == []
    assert names("%") == names("_") == names("\\") == names("'") == []


def test_codes_find_with_and_without_dots_and_the_number_here(units: Tree) -> None:
    code = "38.168.053.000.001"
    reorganise.found(
        name="Chi bộ có mã", kind="cell", parent=units["Đảng bộ xã Tân An"], paper=paper(-5), code=code, **PLAIN
    )
    for text in (code, "38168053000001", "38 168 053 000 001", "38.168.053"):
        assert names(text) == ["Chi bộ có mã"], text
    pk = units["Đảng bộ xã Tân An"].pk
    for text in (f"DV-{pk}", f"dv {pk}", f"ĐV{pk}", f"dv-{pk:06}"):
        assert names(text)[0] == "Đảng bộ xã Tân An", text
    assert "Đảng bộ xã Tân An" not in names(f"DV-{pk}", units["Đảng bộ huyện Hòa Bình"])
    assert names("DV-999999999") == []


# ---- the order ---------------------------------------------------------------------------------------------------


def test_the_beginning_comes_before_whole_words_before_old_names_before_parts(units: Tree) -> None:
    old = reorganise.found(
        name="Tân An", kind="grassroots", parent=units["Đảng ủy Quân sự"], paper=paper(-40), **PLAIN
    )
    reorganise.rename(unit=old, name="Đảng bộ xã Mới", paper=paper(-20), **PLAIN)
    for name in ("Tân Ân Phú", "Chi bộ An Tân", "Chi bộ Tân Anh", "Chi bộ Lâmtân Toanh"):
        reorganise.found(
            name=name, kind="grassroots", parent=units["Đảng bộ huyện Hòa Bình"], paper=paper(-5), **PLAIN
        )
    assert names("tan an") == [
        "Tân Ân Phú",  # begins so
        "Chi bộ An Tân", "Đảng bộ xã Tân An",  # whole words, in the official order of the tree
        "Đảng bộ xã Mới",  # by its old name
        "Chi bộ Tân Anh",  # beginnings of words
        "Chi bộ Lâmtân Toanh",  # anywhere
    ]


def test_ties_are_in_the_official_order_of_the_whole_tree(units: Tree) -> None:
    for place in ("Tân An", "Bình Đức", "Đức Hòa"):
        above = units[f"Đảng bộ xã {place}"]
        reorganise.found(name=f"Chi bộ Cơ quan {place}", kind="cell", parent=above, paper=paper(-5), **PLAIN)
    assert names("chi bo co quan") == [f"Chi bộ Cơ quan {place}" for place in ("Đức Hòa", "Bình Đức", "Tân An")]


def test_the_living_come_before_those_to_come_before_the_ended(units: Tree) -> None:
    above = units["Đảng bộ huyện Ô Môn"]
    for name, day in (("Xã Phú A", -50), ("Xã Phú B", 9), ("Xã Phú C", -50)):
        reorganise.found(name=name, kind="grassroots", parent=above, paper=paper(day), **PLAIN)
    reorganise.end(unit=Unit.objects.get(name="Xã Phú A"), heir=above, paper=paper(-9), **PLAIN)
    assert names("xa phu") == ["Xã Phú C", "Xã Phú B", "Xã Phú A"]
    badges = {row.unit.name: row.badge and row.badge.label for row in searched("xa phu").rows}
    assert badges == {
        "Xã Phú A": f"Kết thúc hoạt động từ {days(-9):%d/%m/%Y}", "Xã Phú B": f"Thành lập từ {days(9):%d/%m/%Y}",
        "Xã Phú C": None,
    }


def test_what_stands_above_is_told_as_far_as_one_sees_it(units: Tree) -> None:
    cell, (row,) = units["Chi bộ ấp Đông"], searched("ap dong").rows
    assert (row.unit, row.above) == (cell, "Đảng bộ xã Bình Đức · Đảng bộ huyện Hòa Bình")
    (own,) = searched("ap dong", units["Đảng bộ xã Bình Đức"]).rows
    assert own.above == "Đảng bộ xã Bình Đức"


# ---- by the names of other days ----------------------------------------------------------------------------------


def test_a_renamed_unit_is_found_by_both_names(units: Tree) -> None:
    reorganise.rename(unit=units["Đảng bộ xã Tân An"], name="Đảng bộ xã Long Phú", paper=paper(-10), **PLAIN)
    assert notes("tan an") == {"Đảng bộ xã Long Phú": f"trước đây: Đảng bộ xã Tân An (đến {days(-11):%d/%m/%Y})"}
    assert notes("long phú") == {"Đảng bộ xã Long Phú": ""}
    reorganise.rename(unit=units["Đảng bộ xã Tân An"], name="Đảng bộ xã Sau Này", paper=paper(10), **PLAIN)
    assert notes("sau này") == {"Đảng bộ xã Long Phú": f"sẽ là Đảng bộ xã Sau Này từ {days(10):%d/%m/%Y}"}
    assert notes("long phu") == {"Đảng bộ xã Long Phú": ""}


def after(text: str, root: Unit | None = None) -> dict[str, list[str]]:
    return {row.unit.name: [each.name for each in row.heirs] for row in searched(text, root).rows}


def test_a_merger_is_found_by_the_names_of_both(units: Tree) -> None:
    both = [units["Đảng bộ xã Đức Hòa"], units["Đảng bộ xã Bình Đức"]]
    reorganise.merge(
        predecessors=both, name="Đảng bộ xã Long Phú", kind="grassroots", parent=units["Đảng bộ huyện Hòa Bình"],
        paper=paper(-10), **PLAIN,
    )
    for text, name in (("xa duc hoa", "Đảng bộ xã Đức Hòa"), ("xa binh duc", "Đảng bộ xã Bình Đức")):
        assert after(text) == {"Đảng bộ xã Long Phú": [], name: ["Đảng bộ xã Long Phú"]}
        assert notes(text) == {
            "Đảng bộ xã Long Phú": f"trước đây: {name} (đến {days(-11):%d/%m/%Y})", name: "",
        }


def test_an_absorbed_unit_leads_to_the_one_it_went_into(units: Tree) -> None:
    reorganise.absorb(
        predecessors=[units["Đảng bộ xã Tân An"]], successor=units["Đảng bộ xã Bình Đức"], paper=paper(0), **PLAIN
    )
    assert after("tan an") == {"Đảng bộ xã Bình Đức": [], "Đảng bộ xã Tân An": ["Đảng bộ xã Bình Đức"]}


def test_a_split_unit_leads_to_all_its_parts(units: Tree) -> None:
    above = units["Đảng ủy Quân sự"]
    reorganise.split(
        unit=units["Đảng bộ xã Tân An"], parts=[("Xã Một", "grassroots", above), ("Xã Hai", "grassroots", above)],
        takes={}, goes_on=False, paper=paper(-10), **PLAIN,
    )
    assert after("tan an") == {"Xã Một": [], "Xã Hai": [], "Đảng bộ xã Tân An": ["Xã Một", "Xã Hai"]}
    reorganise.split(
        unit=units["Đảng bộ xã Bình Đức"], parts=[("Xã Ba", "grassroots", above)], takes={}, goes_on=True,
        paper=paper(-10), **PLAIN,
    )
    assert notes("binh duc") == {"Đảng bộ xã Bình Đức": "", "Xã Ba": "tách từ Đảng bộ xã Bình Đức"}


def test_two_reorganisations_one_after_the_other_lead_to_the_end(units: Tree) -> None:
    above = units["Đảng bộ huyện Hòa Bình"]
    reorganise.merge(
        predecessors=[units["Đảng bộ xã Đức Hòa"], units["Đảng bộ xã Bình Đức"]], name="Xã Giữa Đường",
        kind="grassroots", parent=above, paper=paper(-200), **PLAIN,
    )
    middle = Unit.objects.get(name="Xã Giữa Đường")
    reorganise.rename(unit=middle, name="Xã Đổi Tên", paper=paper(-100), **PLAIN)
    reorganise.absorb(predecessors=[middle], successor=units["Đảng bộ xã Tân An"], paper=paper(-10), **PLAIN)
    end = ["Đảng bộ xã Tân An"]
    assert after("duc hoa xa") == {"Đảng bộ xã Tân An": [], "Đảng bộ xã Đức Hòa": end, "Xã Đổi Tên": end}
    assert notes("giua duong") == dict.fromkeys(
        ("Đảng bộ xã Tân An", "Xã Đổi Tên"), f"trước đây: Xã Giữa Đường (đến {days(-101):%d/%m/%Y})"
    )
    assert notes("xa duc hoa")["Đảng bộ xã Tân An"] == f"trước đây: Đảng bộ xã Đức Hòa (đến {days(-201):%d/%m/%Y})"


def test_a_merger_to_come_is_found_already_and_said_to_be_one(units: Tree) -> None:
    both = [units["Đảng bộ xã Đức Hòa"], units["Đảng bộ xã Bình Đức"]]
    reorganise.merge(
        predecessors=both, name="Đảng bộ xã Long Phú", kind="grassroots", parent=units["Đảng bộ huyện Hòa Bình"],
        paper=paper(30), **PLAIN,
    )
    assert notes("binh duc") == {
        "Đảng bộ xã Bình Đức": "", "Đảng bộ xã Long Phú": f"sẽ kế thừa Đảng bộ xã Bình Đức từ {days(30):%d/%m/%Y}",
    }
    assert after("binh duc")["Đảng bộ xã Bình Đức"] == []
    assert [row.badge and row.badge.tone for row in searched("binh duc").rows] == ["soon", "draft"]


def test_words_spread_over_several_names_come_last(units: Tree) -> None:
    reorganise.rename(unit=units["Đảng bộ xã Tân An"], name="Đảng bộ xã Long Phú", paper=paper(-10), **PLAIN)
    assert notes("tan phu") == {"Đảng bộ xã Long Phú": f"trước đây: Đảng bộ xã Tân An (đến {days(-11):%d/%m/%Y})"}


# ---- in one's reach only -----------------------------------------------------------------------------------------


def test_nothing_outside_ones_reach_is_named(units: Tree, client: Client) -> None:
    """Only whom one's own unit succeeded is named, as a part of its own past; where one's own went stays unnamed."""
    reorganise.absorb(
        predecessors=[units["Đảng bộ xã Tân An"]], successor=units["Đảng bộ xã Bình Đức"], paper=paper(-10), **PLAIN
    )
    taken = units["Đảng ủy Quân sự"]
    assert after("tan an", taken) == {"Đảng bộ xã Tân An": []}
    (row,) = searched("tan an", taken).rows
    assert row.heirs_elsewhere
    client.force_login(make_office(taken))
    text = client.get(reverse("unit-list"), {"tim": "tan an"}).content.decode()
    assert "đơn vị ngoài phạm vi của đồng chí" in text
    assert "Bình Đức" not in text
    took = units["Đảng bộ huyện Hòa Bình"]
    assert notes("tan an", took) == {"Đảng bộ xã Bình Đức": f"trước đây: Đảng bộ xã Tân An (đến {days(-11):%d/%m/%Y})"}
    other = Client()
    other.force_login(make_office(took))
    text = other.get(reverse("unit-list"), {"tim": "tan an"}).content.decode()
    assert f"/to-chuc/{units['Đảng bộ xã Tân An'].pk}/" not in text
    for text in ("tan an", "binh duc", "quan su", "dv-1"):
        assert names(text, units["Đảng bộ huyện Ô Môn"]) == []


# ---- the page ----------------------------------------------------------------------------------------------------


def test_the_part_for_the_script_is_that_of_the_page_and_counts(units: Tree, client: Client) -> None:
    client.force_login(make_board(units["Đảng bộ tỉnh"]))
    address = reverse("unit-list")
    whole = client.get(address, {"tim": "đức"}).content.decode()
    part = client.get(address, {"tim": "đức"}, headers={"X-Part": "1"}).content.decode()
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert part.strip() in whole
    assert re.findall(r"data-said>([^<]+)<", part) == ["Tìm thấy 2 đơn vị."]
    none = client.get(address, {"tim": "không có đâu"}, headers={"X-Part": "1"}).content.decode()
    assert re.findall(r"data-said>([^<]+)<", none) == ["Không có đơn vị nào khớp"]
    for empty in ("", " ", "\u0301"):
        assert "tree-row" in client.get(address, {"tim": empty}, headers={"X-Part": "1"}).content.decode()


def test_more_than_can_be_ranked_says_so(units: Tree, client: Client) -> None:
    template = Unit.objects.get(name="Chi bộ ấp Đông")
    Unit.objects.bulk_create(
        Unit(name=f"Chi bộ Khu phố {n}", kind="cell", parent=template.parent, search_text=f"chi bo khu pho {n}",
             opened_on=FOUNDED, path=template.path, sort_order=n)
        for n in range(MOST + 10)
    )
    Unit.objects.filter(name__startswith="Chi bộ Khu phố").update(path=template.path)
    found = searched("khu pho")
    assert (found.total, found.more, len(found.rows)) == (MOST, True, 50)
    client.force_login(make_board(units["Đảng bộ tỉnh"]))
    text = client.get(reverse("unit-list"), {"tim": "khu pho", "trang": "2"}).content.decode()
    assert "Gõ thêm chữ để thu hẹp" in text
    assert "tim=khu+pho&amp;trang=3" in text


@pytest.mark.parametrize("count", [1, 30])
def test_the_questions_asked_do_not_grow_with_what_is_found(units: Tree, client: Client, count: int) -> None:
    above = units["Đảng bộ xã Tân An"]
    for n in range(count):
        reorganise.found(name=f"Chi bộ Gốc {n}", kind="cell", parent=above, paper=paper(-90), **PLAIN)
        reorganise.found(name=f"Chi bộ Ngọn {n}", kind="cell", parent=above, paper=paper(-90), **PLAIN)
        old, new = Unit.objects.filter(name__in=(f"Chi bộ Gốc {n}", f"Chi bộ Ngọn {n}")).order_by("pk")
        reorganise.absorb(predecessors=[old], successor=new, paper=paper(-9), **PLAIN)
    assert timezone.localdate() > days(-9)
    client.force_login(make_board(units["Đảng bộ tỉnh"]))
    asked = []
    for words in ("thuy loi", "goc"):
        with CaptureQueriesContext(connection) as queries:
            text = client.get(reverse("unit-list"), {"tim": words}).content.decode()
        asked.append(len([each for each in queries if "SAVEPOINT" not in each["sql"]]))
    assert f"Tìm thấy {2 * count} đơn vị." in text
    assert asked == [5, 11]
