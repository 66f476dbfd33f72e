"""A list of organisations that comes in: what each row is, why it is wrong, and that the same list twice is once."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.verify import verify
from tests.factories import FOUNDED, NOW, TODAY, Tree, days, make_office, make_tree, rolled_back
from tests.units.test_reorganise import dump
from units.access import Forbidden
from units.actions import carry_out, intake, reorganise
from units.actions.carry_out import Paper, WrongState
from units.actions.reorganise import Founding, found_all
from units.data import unit_list
from units.data.intake import Intake
from units.data.unit_list import COLUMNS
from units.models import ImportDraft, LedgerEntry, Unit, User
from units.sheets import reader, writer
from units.sheets.table import Row, Table

pytestmark = pytest.mark.django_db
KEYS = [column.key for column in COLUMNS]
G, CELL, GROUP = "Đảng bộ cơ sở", "Chi bộ", "Đảng đoàn, ban cán sự đảng"
CODE, OTHER = "38.168.053.000.001", "38.168.053.000.002"
Said = tuple[str, ...]  # name, kind, under, then number of cells


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def row(number: int, said: Said, **more: str) -> Row:
    name, kind, under, cells = (*said, "", "", "", "")[:4]
    return Row(number, dict.fromkeys(KEYS, "") | {"name": name, "kind": kind, "under": under, "cells": cells} | more)


def seen(*rows: Said | Row, home: str = "Tỉnh") -> Intake:
    listed = [each if isinstance(each, Row) else row(number, each) for number, each in enumerate(rows, 2)]
    unit = Unit.objects.get(name=home)
    return unit_list.preview(listed, Unit.objects.under([unit]), unit, TODAY, TODAY, "Danh sách")


def carried_out(found: Intake) -> None:
    assert (found.problems, [line.text for line in found.lines if line.verdict == "wrong"]) == ([], [])
    assert found.seen is not None
    carry_out.carry_out(plan=found.seen.plan, paper=Paper(TODAY), by=None, now=NOW)


def told(found: Intake) -> list[tuple[str, str]]:
    return [(line.verdict, line.text) for line in found.lines]


def tree_below(name: str) -> list[str]:
    return list(Unit.objects.filter(parent__name=name).values_list("name", flat=True))


def as_read(lines: list[list[str | int]]) -> Table:
    data = writer.xlsx([column.heading for column in COLUMNS], lines, sheet="Danh sách", notes=unit_list.GUIDE)
    return reader.read(data, "danh-sach.xlsx", COLUMNS)


# ---- what a row is ---------------------------------------------------------------------------------------


def test_rows_are_new_changed_or_as_they_were(tree: Tree) -> None:
    found = seen(
        ("xã a1", G, "Huyện A"), ("Xã A2", "Đảng bộ bộ phận", "HUYEN A"), ("Xã A3", "Đảng ủy cơ sở", "Huyện A"),
        ("Chi bộ A3.1", CELL, "Xã A3"), row(6, ("Ấp Một", CELL, "Xã A2"), own=f"DV-{tree['A1.1'].pk}", order="9"),
        ("Huyện C", "Cấp ủy trực thuộc Tỉnh ủy"), row(8, ("B1", "", "Huyện B"), code=CODE.replace(".", "")),
        ("Huyện B", "", ""),
    )
    assert told(found) == [
        ("changed", "Đổi tên từ “Xã A1”"), ("changed", "Chuyển loại từ Đảng bộ cơ sở thành Đảng bộ bộ phận"),
        ("new", "Đảng bộ cơ sở, trực thuộc Huyện A"), ("new", "Chi bộ, trực thuộc Xã A3"),
        ("changed", "Đổi tên từ “A1.1”; chuyển từ Xã A1 về Xã A2; thứ tự 1 thành 9"),
        ("new", "Cấp ủy trực thuộc Tỉnh ủy, trực thuộc Tỉnh"), ("changed", f"Mã {CODE}"), ("unchanged", ""),
    ]
    assert found.counts == {"new": 3, "changed": 4, "unchanged": 1, "wrong": 0}
    carried_out(found)
    assert dict(Unit.objects.values_list("name", "parent__name")) == {
        "Tỉnh": None, "Huyện A": "Tỉnh", "Huyện B": "Tỉnh", "Đảng đoàn C": "Tỉnh", "xã a1": "Huyện A",
        "Xã A2": "Huyện A", "Xã A3": "Huyện A", "Chi bộ A3.1": "Xã A3", "Ấp Một": "Xã A2", "A1.2": "xã a1",
        "A1.3": "xã a1", "A2.1": "Xã A2", "B1": "Huyện B", "Huyện C": "Tỉnh",
    }
    assert (Unit.objects.get(name="B1").code, Unit.objects.get(name="Ấp Một").sort_order) == (CODE, 9)
    assert verify(NOW) == []


def test_a_code_finds_its_unit_under_another_name(tree: Tree) -> None:
    carried_out(seen(row(2, ("Xã A1", G, "Huyện A"), code=CODE)))
    found = seen(row(2, ("Phường A1", G, "Huyện A"), code=CODE))
    assert told(found) == [("changed", "Đổi tên từ “Xã A1”")]


def test_new_units_keep_the_order_of_the_rows_after_those_that_are_there(tree: Tree) -> None:
    second = row(4, ("K", CELL, "Xã A1"), order="2")
    carried_out(seen(("Z", CELL, "Xã A1"), ("M", CELL, "Xã A1"), second, ("A", CELL, "Xã A1")))
    places = Unit.objects.get(name="Xã A1").children.in_official_order().values_list("name", "sort_order")
    assert list(places) == [("A1.1", 1), ("A1.2", 2), ("K", 2), ("A1.3", 3), ("Z", 4), ("M", 5), ("A", 6)]


def test_a_number_of_cells_founds_what_is_missing_once(tree: Tree) -> None:
    rows: list[Said | Row] = [
        ("Xã A1", G, "Huyện A", "5"), ("Xã A2", G, "Huyện A", "1"), ("Xã A3", G, "Huyện A", "3"),
        ("Chi bộ 2", CELL, "Xã A3"), ("Huyện B", "", "Tỉnh", "0"), ("Tỉnh", "", "", ""),
    ]
    found = seen(*rows)
    assert told(found)[:3] == [
        ("changed", "Thêm 2 chi bộ"), ("unchanged", ""), ("new", "Đảng bộ cơ sở, trực thuộc Huyện A; thêm 2 chi bộ"),
    ]
    carried_out(found)
    assert {name: set(tree_below(name)) for name in ("Xã A1", "Xã A3")} == {
        "Xã A1": {"A1.1", "A1.2", "A1.3", "Chi bộ 1", "Chi bộ 2"}, "Xã A3": {"Chi bộ 1", "Chi bộ 2", "Chi bộ 3"},
    }
    again = seen(*rows)
    assert (again.counts["unchanged"], again.changes) == (6, False)
    fewer = seen(("Xã A1", G, "Huyện A", "2"))
    assert told(fewer) == [("unchanged", "(đang có 5 chi bộ, giữ nguyên)")]


def test_cells_that_differ_by_a_mark_or_change_their_superior_are_counted_as_they_will_be() -> None:
    tree = make_tree(
        "province Tỉnh\n  grassroots Xã A\n    cell Ấp Long Thành\n    cell Ấp Long Thạnh\n"
        "  grassroots Xã B\n    cell Ấp Ba"
    )
    assert told(seen(("Xã A", G, "", "2"))) == [("unchanged", "")]
    rows: list[Said | Row] = [
        ("Xã A", G, "", "2"), ("Xã B", G, "", "2"),
        row(4, ("Ấp Long Thạnh", CELL, "Xã B"), own=f"DV-{tree['Ấp Long Thạnh'].pk}"),
    ]
    assert [text for _, text in told(seen(*rows))] == ["Thêm 1 chi bộ", "", "Chuyển từ Xã A về Xã B"]
    carried_out(seen(*rows))
    assert seen(*rows).changes is False
    assert Unit.objects.filter(parent=tree["Xã B"]).count() == Unit.objects.filter(parent=tree["Xã A"]).count() == 2


# ---- wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([("", G, "Huyện A")], ["Chưa ghi tên tổ chức."]),
        ([("x" * 201, G, "Huyện A")], ["Tên tổ chức dài quá 200 ký tự."]),
        ([("Mới", "Câu lạc bộ", "Huyện A")], ["Loại tổ chức “Câu lạc bộ” không có trong danh mục."]),
        ([("Mới", "", "Huyện A")], ["Chưa ghi loại tổ chức."]),
        ([("Mới", "Đảng bộ tỉnh", "Huyện A")], ["Đã có tổ chức đảng cấp tỉnh."]),
        ([("Tỉnh", G, "")], ["Không đổi loại của tổ chức đảng cấp tỉnh."]),
        ([("Xã A1", "Đảng bộ tỉnh", "Huyện A")], ["Không đổi loại của tổ chức đảng cấp tỉnh."]),
        ([("Mới", G, "Huyện Z")], ["Trực thuộc: Không tìm thấy đơn vị “Huyện Z”."]),
        ([("Mới", G, "DV-999999")], ["Trực thuộc: Không có đơn vị nào đang hoạt động mang mã DV-999999."]),
        ([("Mới", G, "A1.1")], ["Mới: đơn vị cấp trên thuộc loại không có đơn vị cấp dưới"]),
        ([("Xã A1", CELL, "Huyện A")], ["A1.2: đơn vị cấp trên thuộc loại không có đơn vị cấp dưới"]),
        ([("P", G, "Q"), ("Q", G, "P")], ["Đơn vị cấp trên “Q” (dòng 3) sai: Vòng lặp trực thuộc: “P”", "Vòng lặp"]),
        ([("P", "?", ""), ("Q", CELL, "P")], ["không có trong danh mục", "Đơn vị cấp trên “P” (dòng 2) sai"]),
        ([("Mới", G, "Huyện A"), ("MỚI", G, "Huyện A")], ["Trùng với dòng 2: cùng tên, cùng đơn vị cấp trên."]),
        ([("Xã A1", G, "Huyện A"), ("xã a1", G, "Huyện A")], ["Trùng với dòng 2: cùng một đơn vị."]),
        ([("Xã A1", G, "Huyện A", "501")], ["Số chi bộ lớn quá 500."]),
        ([("Xã A1", G, "Huyện A", "-3")], ["Số chi bộ: “-3” là số âm"]),
        ([("Đảng đoàn C", GROUP, "", "2")], ["Đảng đoàn, ban cán sự đảng không có chi bộ trực thuộc."]),
        ([("A1.1", CELL, "Xã A1", "2")], ["Chi bộ không có chi bộ trực thuộc."]),
        ([row(2, ("Mới", G, "Huyện A"), order="1e3")], ["Thứ tự: “1e3” không phải số nguyên"]),
        ([row(2, ("Mới", G, "Huyện A"), order="1000001")], ["Thứ tự lớn quá 1000000."]),
        ([row(2, ("Mới", G, "Huyện A"), code="38.168")], ["Mã tổ chức đảng “38.168” phải gồm 14 chữ số"]),
        ([row(2, ("Mới", G, "Huyện A"), own="DV-999999")], ["Không có đơn vị nào đang hoạt động mang mã DV-999999."]),
        ([row(2, ("Một", G, "Huyện A"), code=CODE), row(3, ("Hai", G, "Huyện A"), code=CODE)], ["đã ghi ở dòng khác"]),
        ([("Ấp", CELL, "Chung")] + [("Chung", G, f"Xã A{n}") for n in (1, 2)], ["Có 2 đơn vị tên “Chung”"]),
        ([("Ấp", CELL, "Chung")] + [("Chung", G, "Xã A1")] * 21, ["Có 21 dòng tên “Chung”"]),
        ([(f"Cấp {n}", G, f"Cấp {n + 1}") for n in range(40)] + [("Cấp 40", G, "")], ["Quá 30 cấp trực thuộc."]),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(tree: Tree, rows: list[Any], reasons: list[str]) -> None:
    before = dump()
    found = seen(*rows)
    wrong = [line.text for line in found.lines if line.verdict == "wrong"] + found.problems
    assert (found.seen, found.wrong) == (None, True)
    for reason in reasons:
        assert any(reason in text for text in wrong), wrong
    assert dump() == before


def test_the_code_of_a_unit_that_has_ended_is_not_given_again(tree: Tree) -> None:
    given = seen(row(2, ("Xã A2", G, "Huyện A"), code=CODE)).seen
    assert given is not None
    carry_out.carry_out(plan=given.plan, paper=Paper(days(-5)), by=None, now=NOW)
    reorganise.end(unit=tree["Xã A2"], heir=tree["Xã A1"], paper=Paper(TODAY), by=None, now=NOW)
    assert told(seen(row(2, ("Xã A1", G, "Huyện A"), code=CODE))) == [
        ("wrong", f"Mã tổ chức {CODE} đã dùng cho Xã A2.")
    ]


def test_nobody_is_put_below_itself(tree: Tree) -> None:
    found = seen(row(2, ("Huyện A", "", "Xã A1"), own=f"DV-{tree['Huyện A'].pk}"))
    assert told(found)[0][1].startswith("Huyện A: đơn vị trực thuộc chính mình")


def test_names_borne_twice_are_told_apart_by_number() -> None:
    tree = make_tree("province Tỉnh\n  committee A\n    grassroots Chung\n  committee B\n    grassroots Chung")
    assert told(seen(("Ấp", CELL, "Chung")))[0][1].startswith("Trực thuộc: Có 2 đơn vị tên “Chung”")
    found = seen(("Ấp", CELL, f"DV-{tree['Chung'].pk}"))
    assert told(found) == [("new", "Chi bộ, trực thuộc Chung")]


def test_the_list_of_a_part_speaks_of_that_part_only(tree: Tree) -> None:
    found = seen(("Huyện A", "", ""), ("Xã A3", G, ""), ("Mới", G, "Huyện B"), home="Huyện A")
    assert [line.verdict for line in found.lines] == ["unchanged", "new", "wrong"]


# ---- the same list twice ---------------------------------------------------------------------------------

NAMES = ("Đảng bộ Long Thành", "Đảng bộ Long Thạnh", "Chi bộ 1", "Chi bộ 2", "Chi bộ 1", "Ấp “Đông”", "ấp 02", "02")
a_unit = st.tuples(st.integers(0, 30), st.sampled_from(["committee", "grassroots", "section", "cell", "cell"]),
                   st.sampled_from(NAMES), st.integers(0, 3))
edits = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([2, 3, 4, 5, 6]), st.integers(0, 7)), max_size=5)


def random_tree(units: list[tuple[int, str, str, int]]) -> Unit:
    foundings = [Founding("Tỉnh", "province", None, 1)]
    able = [0]
    for above, kind, name, order in units:
        foundings.append(Founding(name, kind, able[above % len(able)], order))
        if kind != "cell":
            able.append(len(foundings) - 1)
    return found_all(foundings=foundings, opened_on=FOUNDED, by=None, now=NOW)[0]


@given(units=st.integers(0, 25).flatmap(lambda n: st.lists(a_unit, min_size=n, max_size=n)), changes=edits)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_went_out_comes_in_unchanged_and_edited_twice_changes_once(units: Any, changes: Any) -> None:
    with rolled_back():
        root = random_tree(units)
        lines = unit_list.exported(Unit.objects.under([root]), TODAY)
        assert len(lines) == len(units) + 1

        def preview() -> Intake:
            return unit_list.preview(as_read(lines).rows, Unit.objects.under([root]), root, TODAY, TODAY, "x")

        assert preview().counts["unchanged"] == len(lines)
        kinds = ("Chi bộ", "Đảng bộ cơ sở")
        for place, field, value in changes:
            line = lines[place % len(lines)]
            above = lines[value % len(lines)][0]
            line[field] = {2: NAMES[value], 3: kinds[value % 2], 4: above, 5: value, 6: value}[field]
        first = preview()
        if not first.wrong and first.changes:
            carried_out(first)
            assert preview().changes is False
            assert verify(NOW) == []


# ---- taken in, confirmed, discarded ----------------------------------------------------------------------


class Desk:
    """An administrator with a list that was taken in."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.by = make_office(tree["Tỉnh"], "administrator")
        self.draft = self.take_in(self.by)

    def take_in(self, by: User) -> ImportDraft:
        table = as_read([["", "", "Xã A3", G, "Huyện A", 5, 4], ["", "", "Xã A1", G, "Huyện B", "", ""]])
        return intake.take_in(
            kind="units", unit=self.tree["Tỉnh"], file_name="ds.xlsx", table=table,
            paper=Paper(TODAY, "3-QĐ", days(-1)), by=by, now=NOW,
        )

    @property
    def digest(self) -> str:
        return intake.preview(self.draft, TODAY).digest


@pytest.fixture
def desk(tree: Tree) -> Desk:
    return Desk(tree)


def test_a_list_is_confirmed_whole_and_once(desk: Desk) -> None:
    digest = desk.digest
    decision = intake.confirm(draft=desk.draft, digest=digest, by=desk.by, now=NOW)
    assert (decision.number, decision.decided_on, decision.created_by) == ("3-QĐ", days(-1), desk.by)
    assert Unit.objects.get(name="Xã A3").children.count() == 4
    with pytest.raises(WrongState, match="đã được xác nhận hoặc đã bỏ"):
        intake.confirm(draft=desk.draft, digest=digest, by=desk.by, now=NOW)
    assert LedgerEntry.objects.filter(event="import.confirmed").count() == 1
    desk.draft = desk.take_in(desk.by)
    with pytest.raises(WrongState, match="không thay đổi gì"):
        intake.confirm(draft=desk.draft, digest=desk.digest, by=desk.by, now=NOW)


def test_what_became_something_else_since_it_was_shown_is_not_done(desk: Desk) -> None:
    shown = desk.digest
    reorganise.rename(unit=desk.tree["Huyện B"], name="Huyện Bê", paper=Paper(TODAY), by=None, now=NOW)
    before = dump()
    with pytest.raises(WrongState, match="Tệp còn dòng sai"):
        intake.confirm(draft=desk.draft, digest=shown, by=desk.by, now=NOW)
    reorganise.rename(unit=desk.tree["Huyện B"], name="Huyện B", paper=Paper(TODAY), by=None, now=NOW)
    reorganise.move(unit=desk.tree["Xã A1"], parent=desk.tree["Huyện B"], paper=Paper(TODAY), by=None, now=NOW)
    with pytest.raises(WrongState, match="đã thay đổi từ lúc xem trước"):
        intake.confirm(draft=desk.draft, digest=shown, by=desk.by, now=NOW)
    assert dump()["ImportDraft"] == before["ImportDraft"]
    intake.confirm(draft=desk.draft, digest=desk.digest, by=desk.by, now=NOW)


def test_a_list_that_was_left_changes_nothing_and_only_its_administrator_takes_one_in(desk: Desk) -> None:
    for by in (make_office(desk.tree["Huyện A"], "administrator"), make_office(desk.tree["Tỉnh"], "board")):
        for what in (lambda by=by: desk.take_in(by),
                     lambda by=by: intake.confirm(draft=desk.draft, digest=desk.digest, by=by, now=NOW),
                     lambda by=by: intake.discard(draft=desk.draft, by=by, now=NOW)):
            with pytest.raises(Forbidden):
                what()
    units = dump()["Unit"]
    intake.discard(draft=desk.draft, by=desk.by, now=NOW)
    with pytest.raises(WrongState):
        intake.discard(draft=desk.draft, by=desk.by, now=NOW)
    assert (dump()["Unit"], ImportDraft.objects.get().rows) == (units, [])


@pytest.mark.parametrize("place", ["_insert_changes", "_rewrite_states", "_bring_up_to", "_end_offices"])
def test_a_fault_in_the_middle_leaves_nothing_behind(desk: Desk, place: str, monkeypatch: Any) -> None:
    def fault(*_: Any, **__: Any) -> None:
        raise OSError("đĩa đầy")

    before, digest = dump(), desk.digest
    with monkeypatch.context() as patch:
        patch.setattr(carry_out, place, fault)
        with pytest.raises(OSError, match="đĩa đầy"):
            intake.confirm(draft=desk.draft, digest=digest, by=desk.by, now=NOW)
    assert dump() == before
    intake.confirm(draft=desk.draft, digest=digest, by=desk.by, now=NOW)


# ---- much ------------------------------------------------------------------------------------------------


def asked(rows: list[Said | Row]) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert seen(*rows).wrong is False
    return len(queries)


def test_a_long_list_asks_as_few_questions_as_a_short_one(tree: Tree, monkeypatch: Any) -> None:
    assert asked([(f"Chi bộ ấp {n}", CELL, "Xã A1") for n in range(3)]) == asked(
        [(f"Chi bộ ấp {n}", CELL, "Xã A1") for n in range(3000)]
    ) < 15
    folded: list[str] = []
    fold = unit_list.fold
    monkeypatch.setattr(unit_list, "fold", lambda text: folded.append(text) or fold(text))  # type: ignore[func-returns-value]
    work = {}
    for count in (30, 300, 3000):
        folded.clear()
        rows = [("Chi bộ 1", CELL, "Chi bộ 1" if n % 2 else "Xã A1") for n in range(count)]
        assert seen(*rows).counts["wrong"] >= count - 1
        work[count] = len(folded)
    assert work[3000] <= 11 * work[300] <= 121 * work[30]


def test_a_deep_chain_is_taken_from_the_top_down(tree: Tree) -> None:
    chain: list[Said | Row] = [(f"Cấp {n}", G, f"Cấp {n - 1}" if n else "Tỉnh") for n in range(35)]
    carried_out(seen(*chain))
    assert Unit.objects.get(name="Cấp 34").depth == 35
    assert seen(*chain).changes is False


def test_names_that_differ_by_one_mark_are_two_units(tree: Tree) -> None:
    rows = [row(2, ("Ấp Long Thành", CELL, "Xã A1")), row(3, ("Ấp Long Thạnh", CELL, "Xã A1"))]
    assert told(seen(*rows)) == [("new", "Chi bộ, trực thuộc Xã A1")] * 2
    carried_out(seen(*rows))
    assert [verdict for verdict, _ in told(seen(*rows))] == ["unchanged"] * 2
    bases = [row(2, ("Đảng bộ Vĩnh An", G, "Huyện A")), row(3, ("Đảng bộ Vinh An", G, "Huyện A")),
             row(4, ("Chi bộ một", CELL, "Đảng bộ Vinh An"))]
    assert told(seen(*bases))[2] == ("new", "Chi bộ, trực thuộc Đảng bộ Vinh An")
