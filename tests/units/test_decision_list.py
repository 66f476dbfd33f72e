"""A reorganisation as a list: each of the ten acts, what they do together, and every row that cannot be taken."""

from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.verify import verify
from tests.factories import NOW, TODAY, Tree, days, make_office, make_tree
from units.actions import intake
from units.actions.carry_out import Paper, WrongState, carry_out
from units.data import decision_list
from units.data.decision_list import ACTS, COLUMNS
from units.data.intake import Intake
from units.models import ImportDraft, LedgerEntry, Reorganisation, Succession, Unit
from units.sheets import reader, writer
from units.sheets.table import Row

pytestmark = pytest.mark.django_db
KEYS = [column.key for column in COLUMNS]
G, CELL, C = "Đảng bộ cơ sở", "Chi bộ", "Cấp ủy trực thuộc Tỉnh ủy"
Said = tuple[str, ...]  # act, unit, new, kind, to


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def row(number: int, said: Said, **more: str) -> Row:
    act, name, new, kind, to = (*said, "", "", "", "")[:5]
    return Row(number, dict.fromkeys(KEYS, "") | {
        "act": act, "name": name, "new": new, "kind": kind, "to": to
    } | more)


def seen(*rows: Said | Row) -> Intake:
    listed = [each if isinstance(each, Row) else row(number, each) for number, each in enumerate(rows, 2)]
    return decision_list.preview(listed, Unit.objects.all(), TODAY, TODAY, "Sắp xếp")


def done(*rows: Said | Row) -> dict[str, str | None]:
    """Carry the list out; name → superior of all that exist then."""
    found = seen(*rows)
    assert (found.problems, [line.text for line in found.lines if line.verdict == "wrong"]) == ([], [])
    assert found.seen is not None
    carry_out(plan=found.seen.plan, paper=Paper(TODAY), by=None, now=NOW)
    assert verify(NOW) == []
    return dict(Unit.objects.alive_on(TODAY).values_list("name", "parent__name"))


def reasons(*rows: Said | Row) -> list[str]:
    """What is said at each row that is wrong, and of the whole."""
    found = seen(*rows)
    assert found.seen is None
    assert found.wrong
    return [line.text for line in found.lines if line.verdict == "wrong"] + found.problems


def succeeded() -> set[tuple[str, str]]:
    return set(Succession.objects.values_list("predecessor__name", "successor__name"))


BEFORE: dict[str, str | None] = {
    "Tỉnh": None, "Huyện A": "Tỉnh", "Huyện B": "Tỉnh", "Đảng đoàn C": "Tỉnh", "Xã A1": "Huyện A", "Xã A2": "Huyện A",
    "A1.1": "Xã A1", "A1.2": "Xã A1", "A1.3": "Xã A1", "A2.1": "Xã A2", "B1": "Huyện B",
}


def changed(names: dict[str, str | None]) -> dict[str, str | None]:
    """The tree with these superiors; "-" for those that are no more."""
    return {name: above for name, above in (BEFORE | names).items() if above != "-"}


ONE_BY_ONE: list[tuple[Said, dict[str, str | None], set[tuple[str, str]]]] = [
    (("Thành lập", "", "Xã A3", G, "Huyện A"), {"Xã A3": "Huyện A"}, set()),
    (("Đổi tên", "A1.1", "Chi bộ Một"), {"A1.1": "-", "Chi bộ Một": "Xã A1"}, set()),
    (("Đổi loại", "B1", "", G), {}, set()),
    (("Chuyển", "Xã A1", "", "", "Huyện B"), {"Xã A1": "Huyện B"}, set()),
    (("Hợp nhất", "Xã A1", "Xã Mới", G, "Huyện B"),
     {"Xã A1": "-", "Xã Mới": "Huyện B"} | dict.fromkeys(("A1.1", "A1.2", "A1.3"), "Xã Mới"), {("Xã A1", "Xã Mới")}),
    (("Sáp nhập", "Xã A2", "Xã A1"), {"Xã A2": "-", "A2.1": "Xã A1"}, {("Xã A2", "Xã A1")}),
    (("Chia tách", "Xã A2", "Phần", G, "Tỉnh"), {"Xã A2": "-", "Phần": "Tỉnh", "A2.1": "Phần"}, {("Xã A2", "Phần")}),
    (("Tách", "Xã A2", "Phần", G, "Tỉnh"), {"Phần": "Tỉnh"}, {("Xã A2", "Phần")}),
    (("Kết thúc", "Xã A2", "", "", "Huyện B"), {"Xã A2": "-", "A2.1": "Huyện B"}, set()),
    (("Kết thúc cả cấp dưới", "Xã A1"), dict.fromkeys(("Xã A1", "A1.1", "A1.2", "A1.3"), "-"), set()),
]


@pytest.mark.parametrize(("said", "after", "pairs"), ONE_BY_ONE, ids=[said[0] for said, _, _ in ONE_BY_ONE])
def test_each_act(tree: Tree, said: Said, after: dict[str, str | None], pairs: set[tuple[str, str]]) -> None:
    assert done(said) == changed(after)
    assert succeeded() == pairs


def test_every_act_is_tried_and_has_its_other_names(tree: Tree) -> None:
    assert tuple(said[0] for said, _, _ in ONE_BY_ONE) == ACTS
    others = ("CHUYEN TRUC THUOC", "chuyển giao", "Giải thể", "kết thúc hoạt động", "tách ra", "Chia", "chuyển loại")
    for word in others:
        assert not any("danh mục" in line.text for line in seen((word, "Xã A1", "Mới", G, "Huyện B")).lines)


# ---- together --------------------------------------------------------------------------------------------

MERGER: list[Said] = [
    ("Hợp nhất", "Xã A1", "Xã Mới", G, "Huyện Mới"), ("Hợp nhất", "Xã A2", "Xã Mới"), ("Hợp nhất", "B1", "Xã Mới"),
    ("Thành lập", "", "Huyện Mới", C, "Tỉnh"), ("Kết thúc", "Huyện A"),
]


def test_three_become_one_under_another_new_one_in_whatever_order_the_rows_stand(tree: Tree) -> None:
    wanted = {
        "Tỉnh": None, "Huyện B": "Tỉnh", "Đảng đoàn C": "Tỉnh", "Huyện Mới": "Tỉnh", "Xã Mới": "Huyện Mới",
    } | dict.fromkeys(("A1.1", "A1.2", "A1.3", "A2.1"), "Xã Mới")
    for order in list(permutations(MERGER))[::13]:
        found = seen(*order)
        assert found.seen is not None
        after = {state.name for state in found.seen.founded}
        assert (after, len(found.seen.ended), len(found.seen.moved)) == ({"Xã Mới", "Huyện Mới"}, 4, 4)
    assert done(*MERGER) == wanted
    assert succeeded() == {(old, "Xã Mới") for old in ("Xã A1", "Xã A2", "B1")}
    assert Reorganisation.objects.count() == 2


def test_a_split_with_moves_of_its_own_for_some(tree: Tree) -> None:
    assert done(
        ("Chia tách", "Xã A1", "Một", G, "Huyện A"), ("Chia tách", "Xã A1", "Hai", G, "Huyện A"),
        ("Chuyển", "A1.2", "", "", "Hai"), ("Chuyển", "A1.3", "", "", "Xã A2"),
    ) == changed({
        "Xã A1": "-", "Một": "Huyện A", "Hai": "Huyện A", "A1.1": "Một", "A1.2": "Hai", "A1.3": "Xã A2",
    })
    assert succeeded() == {("Xã A1", "Một"), ("Xã A1", "Hai")}


def test_a_move_may_say_name_kind_and_place_as_well(tree: Tree) -> None:
    done(row(2, ("Chuyển", "B1", "Chi bộ Trường", CELL, "Xã A2"), order="7"))
    unit = Unit.objects.get(pk=tree["B1"].pk)
    assert (unit.name, unit.kind, unit.parent, unit.sort_order) == ("Chi bộ Trường", "cell", tree["Xã A2"], 7)


def test_a_renamed_subordinate_follows_its_superior_all_the_same(tree: Tree) -> None:
    assert done(("Đổi tên", "A2.1", "Ấp Một"), ("Sáp nhập", "Xã A2", "Xã A1")) == changed({
        "Xã A2": "-", "A2.1": "-", "Ấp Một": "Xã A1",
    })


def test_a_unit_that_ends_may_leave_its_name_to_its_successor(tree: Tree) -> None:
    done(("Hợp nhất", "Xã A1", "Xã A1", G, "Huyện A"), ("Hợp nhất", "Xã A2", "Xã A1"))
    assert Unit.objects.filter(name="Xã A1").count() == 2
    assert Unit.objects.get(name="Xã A1", closed_on=None).children.count() == 4


@pytest.mark.parametrize("turned", [False, True])
def test_all_below_end_but_those_with_a_row_of_their_own(tree: Tree, turned: bool) -> None:
    rows: list[Said] = [("Kết thúc cả cấp dưới", "Huyện A"), ("Chuyển", "Xã A1", "", "", "Huyện B")]
    gone = dict.fromkeys(("Huyện A", "Xã A2", "A2.1"), "-")
    assert done(*(reversed(rows) if turned else rows)) == changed({"Xã A1": "Huyện B"} | gone)


@pytest.mark.parametrize("turned", [False, True])
def test_all_below_end_but_an_absorbed_ones_cells_follow_it(tree: Tree, turned: bool) -> None:
    rows: list[Said] = [("Kết thúc cả cấp dưới", "Huyện A"), ("Sáp nhập", "Xã A1", "Huyện B"),
                        ("Kết thúc", "Xã A2")]
    assert done(*(reversed(rows) if turned else rows)) == {
        "Tỉnh": None, "Huyện B": "Tỉnh", "Đảng đoàn C": "Tỉnh",
    } | dict.fromkeys(("A1.1", "A1.2", "A1.3", "B1"), "Huyện B")


def test_a_name_is_made_clear_by_a_number_a_code_or_the_superior() -> None:
    tree = make_tree("province Tỉnh\n  grassroots Xã A\n    cell Ấp 1\n  grassroots Xã B\n    cell Ấp 1")
    second = Unit.objects.get(name="Ấp 1", parent=tree["Xã B"])
    assert "Có 2 đơn vị tên “Ấp 1”" in reasons(("Đổi tên", "Ấp 1", "Ấp Một"))[0]
    clear: list[dict[str, str]] = [
        {"under": "Xã B"}, {"under": f"DV-{tree['Xã B'].pk}"}, {"own": f"DV-{second.pk}"}, {"own": str(second.pk)},
    ]
    for more in clear:
        found = seen(row(2, ("Đổi tên", "Ấp 1", "Ấp Một"), **more))
        assert found.seen is not None
        assert [contrast.unit for contrast in found.seen.renamed] == [second.pk]
    assert done(row(2, ("Sáp nhập", "Ấp 1", "Ấp 1", "", "Xã A"), under="Xã B"))["Ấp 1"] == "Xã A"


# ---- wrong -----------------------------------------------------------------------------------------------

ANOTHER = "Xã A1 đã có việc ở dòng 2."


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([("Phá", "Xã A1")], ["Việc “Phá” không có trong danh mục"]),
        ([("", "Xã A1")], ["Việc “” không có trong danh mục"]),
        ([("Đổi tên", "", "Mới")], ["Chưa ghi đơn vị nào."]),
        ([("Đổi tên", "Xã Z", "Mới")], ["Không tìm thấy đơn vị “Xã Z”."]),
        ([("Đổi tên", "DV-999999", "Mới")], ["Không có đơn vị nào đang hoạt động mang mã DV-999999."]),
        ([("Đổi tên", "Xã A1", "")], ["Chưa ghi tên mới."]),
        ([("Đổi tên", "Xã A1", "x" * 201)], ["Tên tổ chức dài quá 200 ký tự."]),
        ([("Đổi loại", "Xã A1", "")], ["Chưa ghi loại tổ chức mới."]),
        ([("Đổi loại", "Xã A1", "", "Câu lạc bộ")], ["Loại tổ chức “Câu lạc bộ” không có trong danh mục."]),
        ([("Đổi loại", "Tỉnh", "", G)], ["Không đổi loại của tổ chức đảng cấp tỉnh."]),
        ([("Đổi loại", "Xã A1", "", CELL)], ["A1.1: đơn vị cấp trên thuộc loại không có đơn vị cấp dưới"]),
        ([("Chuyển", "Xã A1")], ["Chưa ghi Trực thuộc mới."]),
        ([("Chuyển", "Xã A1", "", "", "Xã Z")], ["Không tìm thấy đơn vị “Xã Z”."]),
        ([("Chuyển", "Huyện A", "", "", "Xã A1")], ["Huyện A: đơn vị trực thuộc chính mình"]),
        ([("Chuyển", "Xã A1", "", "", "A2.1")], ["Xã A1: đơn vị cấp trên thuộc loại không có đơn vị cấp dưới"]),
        ([("Hợp nhất", "Xã A1", "")], ["Chưa ghi tên tổ chức."]),
        ([("Hợp nhất", "Xã A1", "Mới", "", "Tỉnh")], ["“Mới”: chưa ghi Loại tổ chức mới."]),
        ([("Hợp nhất", "Xã A1", "Mới", "Đảng bộ tỉnh", "Tỉnh")], ["“Mới”: cần đúng một Loại tổ chức mới."]),
        ([("Hợp nhất", "Xã A1", "Mới", G, "Tỉnh"), ("Hợp nhất", "Xã A2", "Mới", C)], ["cần đúng một Loại"] * 2),
        ([("Hợp nhất", "Xã A1", "Mới", G)], ["“Mới”: chưa ghi Trực thuộc mới."]),
        ([("Hợp nhất", "Xã A1", "Mới", G, "Tỉnh"), ("Hợp nhất", "Xã A2", "Mới", "", "Huyện B")],
         ["“Mới”: chưa ghi Loại tổ chức mới."]),
        ([("Hợp nhất", "Xã A1", "Mới", G, "Tỉnh"), ("Hợp nhất", "Xã A2", "Mới", G, "Huyện B"),
          ("Hợp nhất", "B1", "Mới")], ["Có 2 đơn vị mới tên “Mới”; hãy ghi Trực thuộc mới ở dòng này."]),
        ([("Hợp nhất", "Xã A1", "Xã A2", G, "Huyện A")], ["“Xã A2” đã có; nếu đơn vị này tiếp nhận"]),
        ([("Thành lập", "", "Xã A2", G, "Huyện A")], ["“Xã A2” đã có; nếu đơn vị này tiếp nhận"]),
        ([("Thành lập", "", "P", G, "Q"), ("Thành lập", "", "Q", G, "P")], ["Vòng lặp trực thuộc"] * 2),
        ([("Thành lập", "", "P", G, "P")], ["Vòng lặp trực thuộc tại “P”."]),
        ([("Sáp nhập", "Xã A1", "")], ["Chưa ghi đơn vị nhận."]),
        ([("Sáp nhập", "Xã A1", "Xã A1")], ["Đơn vị không thể sáp nhập vào chính mình."]),
        ([("Sáp nhập", "Huyện A", "A1.1")], ["thuộc loại không có đơn vị cấp dưới"] * 2),
        ([("Kết thúc", "Xã A1")], ["A1.3: đơn vị cấp trên đã kết thúc hoạt động"]),
        ([("Kết thúc cả cấp dưới", "Tỉnh")], ["Tỉnh: đơn vị đứng đầu hệ thống không thể kết thúc hoạt động"]),
        ([("Sáp nhập", "Xã A1", "Xã A2"), ("Chuyển", "Xã A1", "", "", "Tỉnh")], [ANOTHER]),
        ([("Sáp nhập", "Xã A1", "Xã A2"), ("Chia tách", "Xã A1", "Mới", G, "Tỉnh")], [ANOTHER]),
        ([("Kết thúc", "Xã A1", "", "", "Tỉnh"), ("Tách", "Xã A1", "Mới", G, "Tỉnh")], [ANOTHER]),
        ([("Sáp nhập", "Xã A1", "Xã A2"), ("Đổi tên", "Xã A1", "Mới")], [ANOTHER]),
        ([("Đổi tên", "Xã A1", "Mới"), ("Đổi tên", "Xã A1", "Mới hơn")], [ANOTHER]),
        ([("Sáp nhập", "Xã A1", "Xã A2"), ("Sáp nhập", "Xã A2", "Xã A1")], ["đơn vị kế thừa không hoạt động"] * 2),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(tree: Tree, rows: list[Said], wrong: list[str]) -> None:
    told = reasons(*rows)
    assert " ".join(told).count(wrong[0]) == len(wrong), told


@pytest.mark.parametrize(
    ("orders", "wrong"),
    [(("-1",), "số âm"), (("1000001",), "lớn quá"), (("một",), "không phải số"), (("1", "2"), "khác Thứ tự")],
)
def test_an_order_that_is_none_is_told_at_its_row(tree: Tree, orders: tuple[str, ...], wrong: str) -> None:
    rows = [
        row(number, ("Hợp nhất", name, "Mới", G, "Tỉnh"), order=order)
        for number, (order, name) in enumerate(zip(orders, ("Xã A1", "Xã A2"), strict=False), 2)
    ]
    assert all(wrong in text for text in reasons(*rows))


# ---- taken in, confirmed, discarded ----------------------------------------------------------------------


def taken_in(tree: Tree, rows: list[Said], by: Any) -> ImportDraft:
    """By way of a real file."""
    lines = [[said.cells[key] for key in KEYS] for said in (row(0, each) for each in rows)]
    data = writer.xlsx([column.heading for column in COLUMNS], lines, sheet="Sắp xếp")
    return intake.take_in(
        kind="reorganisation", unit=tree["Tỉnh"], file_name="sx.xlsx", table=reader.read(data, "sx.xlsx", COLUMNS),
        paper=Paper(days(3), "09-QĐ/TU", days(-1)), by=by, now=NOW,
    )


def test_a_list_is_confirmed_once_as_one_decision_of_its_day(tree: Tree) -> None:
    by = make_office(tree["Tỉnh"], "administrator")
    draft = taken_in(tree, MERGER, by)
    with pytest.raises(WrongState, match="đã thay đổi từ lúc xem trước"):
        intake.confirm(draft=draft, digest="cũ", by=by, now=NOW)
    digest = intake.preview(draft, TODAY).digest
    decision = intake.confirm(draft=draft, digest=digest, by=by, now=NOW)
    assert (decision.number, decision.effective_on, decision.applied_at, decision.title) == (
        "09-QĐ/TU", days(3), None, "Sắp xếp tổ chức theo tệp sx.xlsx",
    )
    for refused in (lambda: intake.confirm(draft=draft, digest=digest, by=by, now=NOW),
                    lambda: intake.discard(draft=draft, by=by, now=NOW)):
        with pytest.raises(WrongState, match="đã được xác nhận hoặc đã bỏ"):
            refused()
    told = LedgerEntry.objects.get(event="import.confirmed")
    assert (told.by_id, told.data["reorganisation"]) == (by.pk, decision.pk)
    assert (told.data["changed"], told.data["new"]) == (4, 1)
    assert ImportDraft.objects.get().rows == []


# ---- much ------------------------------------------------------------------------------------------------


def asked(count: int) -> int:
    units = Unit.objects.filter(kind="cell").order_by("pk")[:count]
    rows = [row(n, ("Hợp nhất", "", "Chi bộ mới", CELL, "Xã"), own=f"DV-{unit.pk}") for n, unit in enumerate(units, 2)]
    with CaptureQueriesContext(connection) as queries:
        assert seen(*rows).seen is not None
    return len(queries)


def test_three_thousand_rows_of_one_name_are_looked_at_with_the_same_few_questions(monkeypatch: Any) -> None:
    make_tree("province Tỉnh\n  grassroots Xã\n" + "    cell Chi bộ ấp\n" * 3000)
    assert asked(3) == asked(3000) < 20
    read = []
    monkeypatch.setattr(decision_list, "kind_of", lambda label: read.append(label) or "")  # type: ignore[func-returns-value]
    units = Unit.objects.filter(kind="cell")
    rows = [row(n, ("Hợp nhất", "", "Mới", "", "Xã"), own=f"DV-{unit.pk}") for n, unit in enumerate(units, 2)]
    assert seen(*rows).counts["wrong"] == 3000
    assert len(read) == 3000  # the name is looked at once, however many rows found it


def test_new_units_of_one_name_stand_apart_by_their_superior(tree: Tree) -> None:
    found = seen(
        ("Hợp nhất", "A1.1", "Chi bộ Trường học", CELL, "Xã A1"),
        ("Hợp nhất", "A1.2", "Chi bộ Trường học", "", "XÃ a1"),
        ("Thành lập", "", "Chi bộ Trường học", CELL, "Xã A2"),
        ("Sáp nhập", "A2.1", "Chi bộ Trường học", "", "Xã A2"),
    )
    assert (found.problems, [line.text for line in found.lines if line.verdict == "wrong"]) == ([], [])
    assert found.seen is not None
    carry_out(plan=found.seen.plan, paper=Paper(TODAY), by=None, now=NOW)
    living = Unit.objects.alive_on(TODAY).filter(name="Chi bộ Trường học")
    assert set(living.values_list("parent__name", flat=True)) == {"Xã A1", "Xã A2"}
    assert set(Succession.objects.values_list("predecessor__name", "successor__parent__name")) == {
        ("A1.1", "Xã A1"), ("A1.2", "Xã A1"), ("A2.1", "Xã A2"),
    }
