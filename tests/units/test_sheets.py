"""Lists come in clean and whole, or are refused with every reason; what goes out comes back the same."""

import contextlib
import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.units.bad_sheets import COLUMNS, MAIN, RELATED, Maker, files, packed, parts, relations, sheet_xml
from units.sheets import package
from units.sheets.cell import Mender, bare, guarded, heading_key
from units.sheets.reader import read
from units.sheets.table import MOST_ROWS, Column, Refused, Table
from units.sheets.value import day, whole
from units.sheets.writer import csv_text, xlsx
from units.vietnamese import clean

HEADINGS = [column.heading for column in COLUMNS]
GOOD = Maker(COLUMNS)
SYLLABLES = re.split(
    " +",
    "Đảng ủy xã Hòa Bình Thạnh ĐẢNG BỘ PHƯỜNG VĨNH QUÝ chi bộ ấp Mỹ nguyễn thuở khuya giếng quốc"
    " Ỷ Lan Ô Môn Kpă Klơng A1 35 (mới) – “Sao” & ½ 50% kg@tinhuy.vn 'a -x +84 @b \"c\" d,e f;g _x0041_ Café",
)
text = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=6).map(" ".join)


def refusal(data: bytes, name: str) -> Refused:
    with pytest.raises(Refused) as caught:
        read(data, name, COLUMNS)
    return caught.value


def column(table: Table, key: str = "name") -> list[str]:
    return [row.cells[key] for row in table.rows]


# ---- what is refused -------------------------------------------------------------------------------------

BAD = files()


@pytest.mark.parametrize(("data", "name", "row", "reason"), [pytest.param(*file[1:], id=file[0]) for file in BAD])
def test_a_bad_file_is_refused_at_its_row_and_for_its_reason(
    data: bytes, name: str, row: int | None, reason: str
) -> None:
    refused = refusal(data, name)
    first = refused.faults[0]
    assert reason in first.text
    assert first.row == row
    assert str(refused) == str(first)
    assert all(fault.text.endswith(".") and len(fault.text) < 600 for fault in refused.faults)


def test_the_bad_files_are_many_and_distinct() -> None:
    assert len({id_ for id_, *_ in BAD}) == len(BAD) >= 130
    assert len({(data, name) for _, data, name, *_ in BAD}) >= 130


def test_the_bad_files_fit_other_columns_too() -> None:
    other = (Column("a", "Số hiệu"), Column("b", "Họ và tên", needed=True), Column("c", "Chức vụ", needed=True))
    for id_, data, name, row, reason in files(other):
        with pytest.raises(Refused) as caught:
            read(data, name, other)
        assert (caught.value.faults[0].row, reason in caught.value.faults[0].text) == (row, True), id_


def test_every_fault_is_told_with_its_row_and_column() -> None:
    rows = GOOD.rows()
    rows[2][1], rows[4][2], rows[5][0] = "=A1", "Đ\ufffd", "#REF!"
    found = refusal(GOOD.book(rows), "a.xlsx").faults
    assert [(fault.row, fault.column) for fault in found] == [(3, "Tên tổ chức đảng"), (5, "Loại"), (6, "Mã")]
    assert str(found[0]).startswith("Dòng 3, cột “Tên tổ chức đảng”: Ô chứa công thức")


def test_two_hundred_faults_are_enough() -> None:
    found = refusal(csv_text(HEADINGS, [["a", "#N/A", "b"]] * 300).encode(), "a.csv").faults
    assert len(found) == 201
    assert "100 lỗi nữa" in found[-1].text


def test_tags_without_end_are_refused_however_small_the_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_TAGS", 5_000)
    many = GOOD.with_parts(**{"xl/styles.xml": f'<a>{"<b/>" * 6_000}</a>'})
    assert "quá nhiều dữ liệu" in refusal(many, "a.xlsx").faults[0].text


# ---- what is read ----------------------------------------------------------------------------------------


@given(rows=st.lists(st.tuples(text, text, text, st.dates(date(1930, 2, 3), date(2100, 1, 1))), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_what_goes_out_comes_back(rows: list[tuple[str, str, str, date]]) -> None:
    table = [[*row[:3], row[3], None] for row in rows]
    content = csv_text(HEADINGS, table)
    books = [(xlsx(HEADINGS, table, sheet="Danh sách", notes=["Cách điền"]), "a.xlsx")]
    books += [(content.encode(how), "a.csv") for how in ("utf-8", "utf-8-sig", "utf-16")]
    for data, name in books:
        found = read(data, name, COLUMNS)
        assert [row.number for row in found.rows] == list(range(2, len(rows) + 2))
        assert column(found) == [row[1] for row in rows]
        assert [day(row.cells["opened"]) for row in found.rows] == [row[3] for row in rows]
        assert found.notes == []


@given(written=st.text(st.sampled_from("' =+-@\t\r\na\u00a0"), max_size=6))
def test_the_apostrophe_comes_off_again(written: str) -> None:
    assert bare(guarded(written)) == written


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_separators(sign: str) -> None:
    lines = ["Mã,Tên tổ chức,Loại", 'A1,"Đảng ủy, ""Khối""\nDN",x', "", "A2,b,c"]
    content = "\r\n".join(lines).replace(",", sign)
    found = read(content.encode("utf-8-sig"), "a.TXT", COLUMNS)
    assert column(found) == [clean(f'Đảng ủy{sign} "Khối" DN'), "b"]
    assert [row.number for row in found.rows] == [2, 4]


def test_headings_under_a_merged_title_in_other_words_and_another_order() -> None:
    rows = [["DANH SÁCH"], [], ["STT", "TÊN (*)", "Lọai:"], ["1", "Đảng ủy xã"], [], ["2", "Chi bộ ấp 1", "x", "thừa"]]
    columns = (Column("name", "Tên tổ chức", needed=True, also=("Tên",)), Column("kind", "Loại"), Column("no", "Số"))
    data = GOOD.book(rows, after='<mergeCells><mergeCell ref="A1:C2"/></mergeCells>')
    found = read(data, "a.xlsx", columns)
    assert [(row.number, row.cells) for row in found.rows] == [
        (4, {"name": "Đảng ủy xã", "kind": "", "no": ""}), (6, {"name": "Chi bộ ấp 1", "kind": "x", "no": ""}),
    ]
    assert found.notes == [
        "Không dùng đến các cột: “STT”.", "Không đọc các cột có dữ liệu nhưng không có tiêu đề: D.",
    ]


def test_decomposed_letters_and_look_alikes_are_mended_and_told() -> None:
    rows = [["A1", normalize("NFD", "Đảng ủy"), "x"], ["A2", "\u00d0ảng bộ", normalize("NFD", "bộ") + "\u0189"]]
    found = read(csv_text(HEADINGS, rows).encode(), "a.csv", COLUMNS)
    assert column(found) == ["Đảng ủy", "Đảng bộ"]
    assert found.notes == [
        "Chữ tổ hợp (NFD) ở 2 ô đã được chuyển về chữ dựng sẵn.",
        "Chữ Ð hoặc Ɖ trông giống Đ ở 2 ô đã được đổi thành chữ Đ tiếng Việt.",
    ]


def test_cells_that_are_no_texts_read_as_a_person_sees_them() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS[:3])
    moment = datetime.fromisoformat("2025-07-01T08:00")
    values = [12, 12.0, 12.5, 0.1 + 0.2, -3, 10**12, moment, date(2025, 7, 1), "a\nb"]
    for value in values:
        sheet.append(["x", value, "y"])
    out = io.BytesIO()
    book.save(out)
    assert column(read(out.getvalue(), "a.xlsx", COLUMNS)) == [
        "12", "12", "12.5", "0.3", "-3", "1000000000000", "01/07/2025", "01/07/2025", "a b",
    ]


@given(
    values=st.lists(
        st.none() | st.integers(-(10**9), 10**9) | text | st.dates(date(1930, 1, 1), date(2100, 1, 1)), min_size=1
    )
)
@settings(max_examples=30, deadline=None)
def test_it_reads_what_openpyxl_reads(values: list[str | int | date | None]) -> None:
    book = Workbook()
    book.active.append(HEADINGS[:3])
    for value in values:
        book.active.append(["x", value, "y"])
    out = io.BytesIO()
    book.save(out)
    theirs = [row[1] for row in list(load_workbook(out, read_only=True).active.values)[1:]]
    theirs = [f"{value:%d/%m/%Y}" if isinstance(value, datetime) else value for value in theirs]
    shown = ["" if value is None else str(value).replace("_x0041_", "A") for value in theirs]  # as Excel shows it
    assert column(read(out.getvalue(), "a.xlsx", COLUMNS)) == shown


def test_the_macintosh_counts_days_from_another_year() -> None:
    book = f'<x:workbook xmlns:x="{MAIN}" xmlns:r="{RELATED}"><x:workbookPr date1904="1"/><x:sheets>'
    book += '<x:sheet name="a" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>'
    rows = [HEADINGS, ["A", "b", "c", '<c @ s="1"><v>44377</v></c>']]
    found = read(packed(parts(sheet_xml(rows), **{"xl/workbook.xml": book})), "a.xlsx", COLUMNS)
    assert column(found, "opened") == ["01/07/2025"]


def test_prefixed_elements_shared_rich_texts_and_escapes() -> None:
    strings = '<x:si><x:r><x:t>Đảng </x:t></x:r><x:r><x:t>ủy_x000D_\nxã</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:si>'
    sheet = sheet_xml([HEADINGS, ["A", '<c @ t="s"><v>0</v></c>', "<c @><v>7</v></c>"]])
    sheet = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    shared = f'<x:sst xmlns:x="{MAIN}">{strings}</x:sst>'
    found = read(packed(parts(sheet, **{"xl/sharedStrings.xml": shared})), "a.xlsx", COLUMNS)
    assert found.rows[0].cells == {"code": "A", "name": "Đảng ủy xã", "kind": "7", "opened": "", "note": ""}


def test_the_first_visible_sheet_is_read_and_others_with_data_are_told() -> None:
    names = ["Hướng dẫn", "Ẩn", "Chính", "Trống", "Thêm"]
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    sheets = sheets.replace('name="Ẩn"', 'name="Ẩn" state="hidden"')
    targets = [("worksheet", f"/xl/worksheets/sheet{n}.xml") for n in range(1, 6)]
    others = {f"xl/worksheets/sheet{n}.xml": sheet_xml([["x"]]) for n in (1, 2, 5)}
    others["xl/worksheets/sheet4.xml"] = sheet_xml([[], []])
    others["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{sheets}</sheets></workbook>'
    others["xl/_rels/workbook.xml.rels"] = relations(*targets)
    others["xl/worksheets/sheet3.xml"] = sheet_xml(GOOD.rows())
    assert read(packed(parts("", **others)), "a.xlsx", COLUMNS).notes == [
        "Chỉ đọc trang tính “Chính”; không đọc “Thêm”, “Ẩn”.",
    ]


@given(raw=st.text() | text.map(lambda words: normalize("NFD", words)))
@example("a\u2003b\x07\u200b")
def test_the_quick_way_of_cleaning_is_the_cleaning(raw: str) -> None:
    found = Mender().text(raw)
    if isinstance(found, str):
        assert found == clean(raw)


def test_headings_forget_case_marks_and_stars() -> None:
    assert {heading_key(name) for name in ("Tên (*)", "TÊN:", " ten ( * ) :", "Tên *", "tên")} == {"ten"}


# ---- whatever the bytes ----------------------------------------------------------------------------------


def attempt(data: bytes, name: str) -> None:
    with contextlib.suppress(Refused):
        read(data, name, COLUMNS)


@given(data=st.binary(max_size=400), name=st.sampled_from(["a.xlsx", "a.csv", "a.txt", "a", "\0.xlsx", "a.ods"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    attempt(data, name)
    attempt(b"PK\x03\x04" + data, name)


WHOLE = parts(sheet_xml([HEADINGS, ["A", "<c @ t='s'><v>1</v></c>", '<c @ s="1"><v>45839</v></c>']]), ["a", "Đảng ủy"])
SAMPLES = [(xlsx(HEADINGS, [["A", "Đảng ủy", "x", date(2025, 7, 1), 3]], sheet="a"), "a.xlsx")]
SAMPLES += [(packed(WHOLE), "a.xlsx"), (csv_text(HEADINGS, [["A", "Đảng, ủy", "x"]]).encode(), "a.csv")]
NUMBERS = ["-1", "1e999", "", "NaN", "9" * 400, "x"]
changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(max_size=4)), max_size=6)


def changed(data: bytes, how: list[tuple[float, int, bytes]]) -> bytes:
    for where, removed, added in how:
        place = int(where * len(data))
        data = data[:place] + added + data[place + removed :]
    return data


@given(sample=st.sampled_from(SAMPLES), how=changes)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_spoilt_file_is_read_or_refused(sample: tuple[bytes, str], how: list[tuple[float, int, bytes]]) -> None:
    attempt(changed(sample[0], how), sample[1])


@given(part=st.sampled_from(sorted(WHOLE)), how=changes, number=st.sampled_from(NUMBERS))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_workbook_with_a_spoilt_part_is_read_or_refused(
    part: str, how: list[tuple[float, int, bytes]], number: str
) -> None:
    content = WHOLE[part] if isinstance(WHOLE[part], bytes) else str(WHOLE[part]).encode()
    attempt(packed({**WHOLE, part: changed(content, how)}), "a.xlsx")
    for old in (b"45839", b'"1"', b'"14"', b'"0"', b">1<"):
        new = old[:1] + number.encode() + old[-1:] if not old.isdigit() else number.encode()
        attempt(packed({**WHOLE, part: content.replace(old, new)}), "a.xlsx")


# ---- how much it costs -----------------------------------------------------------------------------------


def peak_megabytes(data: bytes, name: str) -> tuple[int, float]:
    tracemalloc.start()
    try:
        count = len(read(data, name, COLUMNS).rows)
        return count, tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_a_sheet_that_claims_to_be_endless_costs_nothing() -> None:
    rows = [f'<row r="{n}" spans="1:16384" s="1"><c r="XFD{n}" s="1"/></row>' for n in range(8, 50_000)]
    rows.append('<row r="1048576"><c r="B1048576"><v>1</v></c></row></sheetData>')
    sheet = sheet_xml(GOOD.rows(), before='<dimension ref="A1:XFD1048576"/>').replace("</sheetData>", "".join(rows))
    count, megabytes = peak_megabytes(packed(parts(sheet)), "a.xlsx")
    assert count == 7
    assert megabytes < 20


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_the_longest_list_is_read_in_bounded_memory(name: str) -> None:
    rows = [[f"A{n}", f"Chi bộ ấp {n} – xã Hòa Bình", "Chi bộ", date(2025, 7, 1), n] for n in range(MOST_ROWS)]
    data = xlsx(HEADINGS, rows, sheet="a") if name == "a.xlsx" else csv_text(HEADINGS, rows).encode()
    count, megabytes = peak_megabytes(data, name)
    assert count == MOST_ROWS
    assert megabytes < 200


# ---- what is written -------------------------------------------------------------------------------------


def test_a_written_workbook_has_texts_days_and_a_frozen_bold_heading() -> None:
    rows = [["=1+1", 5, date(2025, 7, 1), None], ["#N/A", "-x", "a\x07b", "007"]]
    title, notes = "Danh sách: [xã]/phường", ["=Một", "Hai"]
    data = xlsx(["Mã", "Số", "Ngày", "Ghi chú"], rows, sheet=title, widths=[10, 20], notes=notes)
    assert data == xlsx(["Mã", "Số", "Ngày", "Ghi chú"], rows, sheet=title, widths=[10, 20], notes=notes)
    book = load_workbook(io.BytesIO(data))
    sheet, guide = book.worksheets
    assert (sheet.title, guide.title, sheet.freeze_panes) == ("Danh sách   xã  phường", "Hướng dẫn", "A2")
    assert all(cell.font.bold for cell in sheet[1])
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d", "n"]
    assert (sheet["A2"].value, sheet["A2"].quotePrefix, sheet["C2"].number_format) == ("=1+1", True, "dd/mm/yyyy")
    assert [cell.value for cell in sheet[3]] == ["#N/A", "-x", "ab", "007"]
    assert sheet.column_dimensions["B"].width == 20
    assert [cell.value for cell in guide["A"]] == ["=Một", "Hai"]
    assert guide["A1"].data_type == "s"
    assert {info.date_time[0] for info in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {1980}


def test_a_written_csv_executes_nothing() -> None:
    rows = [["=1", "+1", "\u00a0-1", "＝a", -5, date(2025, 7, 1), None, "a-b"]]
    assert csv_text(["x"], rows) == "x\r\n'=1,'+1,'\u00a0-1,'＝a,-5,01/07/2025,,a-b\r\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None), ("  ", None), ("01/7/2025", date(2025, 7, 1)), ("1-7-2025", date(2025, 7, 1)),
        ("01.07.2025", date(2025, 7, 1)), ("2025-07-01", date(2025, 7, 1)), ("29/2/2024", date(2024, 2, 29)),
        ("45839", "01/7/2025"), ("45839.5", "01/7/2025"), ("31/2/2025", "Không có ngày"), ("7/2025", "không phải ngày"),
        ("1/7/25", "không phải ngày"), ("1/7-2025", "không phải ngày"), ("1/7/0205", "Năm 205"), ("hôm nay", "ngày"),
        ("12/13/2025", "Không có ngày"), ("٠١/٠٧/٢٠٢٥", "không phải ngày"),
    ],
)
def test_days(written: str, meant: date | str | None) -> None:
    if not isinstance(meant, str):
        assert day(written) == meant
        return
    with pytest.raises(ValueError, match=meant):
        day(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None), ("0", 0), ("12", 12), ("12.0", 12), ("1.234", 1234), ("1.234.567", 1234567),
        ("999999999", 999999999),
        ("-5", "số âm"), ("−5", "số âm"), ("1000000000", "quá lớn"), ("1.000.000.000", "quá lớn"), ("1,5", "số nguyên"),
        ("1.23", "số nguyên"), ("12.5", "số nguyên"), ("mười", "số nguyên"), ("1e3", "số nguyên"), ("١", "số nguyên"),
    ],
)
def test_whole_numbers(written: str, meant: int | str | None) -> None:
    if not isinstance(meant, str):
        assert whole(written) == meant
        return
    with pytest.raises(ValueError, match=meant):
        whole(written)
