"""The layout of the report, measured in the PDF itself, row by row of domain.md §1.2 and §1.3."""

import io
import unicodedata
from datetime import date

import pytest
from pypdf import PageObject, PdfReader

from tests.reports.sheet import MM, SHA, TEXT, draw, figures, line, lines, read, row, rules, texts, words


@pytest.fixture(scope="module")
def draft() -> bytes:
    return draw(figures=figures(units=[row(f"Huyện ủy thứ {i + 1}") for i in range(29)]))


@pytest.fixture(scope="module")
def issued() -> bytes:
    return draw(number=5, issued_on=date(2026, 2, 3), draft=False, demo=False)


def test_pages_are_a4_and_only_the_wide_table_is_landscape(draft: bytes) -> None:
    for page in read(draft):
        size = round(page.mediabox.width / MM), round(page.mediabox.height / MM)
        assert size == ((297, 210) if "TỔNG HỢP" in words(page) or "Tên đơn vị Hạn" in words(page) else (210, 297))


def test_vietnamese_reads_back_letter_by_letter(issued: bytes) -> None:
    text = words(read(issued)[0])
    assert text == unicodedata.normalize("NFC", text)
    for expected in ("ĐẢNG CỘNG SẢN VIỆT NAM", "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, QUÁN TRIỆT", TEXT):
        assert expected in text


def test_decomposed_letters_are_composed_before_they_are_drawn() -> None:
    name = "Nguyễn Thị Hữu Ưởng"
    data = draw(signatory={"authority": "", "position": "TRƯỞNG BAN", "name": unicodedata.normalize("NFD", name)})
    assert any(name in words(page) for page in read(data))


def test_every_font_is_embedded_and_times_metric(draft: bytes) -> None:
    seen = set()
    for page in read(draft):
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert len(inner["/FontFile2"].get_object().get_data()) > 1000
            seen.add(font.get_object()["/BaseFont"].split("+")[1])
    assert seen == {"Liberation-Serif", "Liberation-Serif-Bold", "Liberation-Serif-Italic"}


def test_it_is_tagged_and_names_its_language_title_and_the_moment_of_its_figures(draft: bytes) -> None:
    reader = PdfReader(io.BytesIO(draft))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "vi-VN"
    assert reader.metadata.title == "Báo cáo kết quả thực hiện"
    assert SHA in reader.metadata.subject
    assert reader.metadata.creation_date.isoformat() == "2026-09-14T17:00:00+07:00"


def test_the_text_keeps_the_margins(issued: bytes) -> None:
    for page in read(issued):
        width, height = float(page.mediabox.width) / MM, float(page.mediabox.height) / MM
        body = [each for each in lines(page) if 20 < each.baseline < height - 20]
        assert min(each.left for each in body) >= 29.9
        assert max(each.right for each in body) <= width - 14.9
        assert min(each.baseline - each.size / MM for each in body) >= 19.5
    first = lines(read(issued)[0])
    full = [each for each in first if each.left == pytest.approx(30, abs=0.05) and each.right > 194]
    assert len(full) >= 2
    assert [each.right for each in full] == pytest.approx([195] * len(full), abs=0.1)


def test_body_lines_are_18_to_22_points_apart_and_start_10_mm_in(issued: bytes) -> None:
    page = read(issued)[0]
    paragraph = next(each for each in lines(page) if each.text.startswith("Ban Tuyên giáo Tỉnh ủy đã tham mưu"))
    assert paragraph.left == pytest.approx(40, abs=0.1)
    assert paragraph.size == pytest.approx(14, abs=0.01)
    baselines = sorted({each.baseline for each in lines(page) if each.baseline >= paragraph.baseline})
    assert 18 <= (baselines[1] - baselines[0]) * MM <= 22
    heading = line(page, "II. KẾT QUẢ THỰC HIỆN")
    above = max(each for each in baselines if each < heading.baseline)
    assert (heading.baseline - above) * MM >= 18 + 6


LEFT, RIGHT, PAGE = 30 + 73 / 2, 30 + 73 + 92 / 2, 30 + 165 / 2


@pytest.mark.parametrize(
    ("text", "size", "face", "middle"),
    [
        ("ĐẢNG CỘNG SẢN VIỆT NAM", 15, "Bold", RIGHT),
        ("TỈNH ỦY BIÊN LỢI", 14, "", LEFT),
        ("BAN TUYÊN GIÁO", 14, "Bold", LEFT),
        ("*", 14, "", LEFT),
        ("Số 05-BC/BTGTU", 14, "", LEFT),
        ("Biên Lợi, ngày 03 tháng 02 năm 2026", 14, "Italic", RIGHT),
        ("BÁO CÁO", 16, "Bold", PAGE),
        ("(Kỳ báo cáo: quý III/2026; số liệu tính đến 17 giờ 00 ngày 14/9/2026)", 14, "", PAGE),
        ("-----", 14, "", PAGE),
    ],
)
def test_each_part_of_the_heading_has_its_size_style_and_place(
    issued: bytes, text: str, size: int, face: str, middle: float
) -> None:
    found = line(read(issued)[0], text)
    assert found.size == pytest.approx(size, abs=0.01)
    assert found.font.endswith(f"Serif-{face}" if face else "Liberation-Serif")
    assert (found.left + found.right) / 2 == pytest.approx(middle, abs=0.3)


def test_heading_lines_follow_each_other_in_the_prescribed_order(issued: bytes) -> None:
    page = read(issued)[0]
    down = ["TỈNH ỦY BIÊN LỢI", "BAN TUYÊN GIÁO", "*", "Số 05-BC/BTGTU", "BÁO CÁO", "-----"]
    assert [line(page, text).baseline for text in down] == sorted(line(page, text).baseline for text in down)
    party, dated = line(page, "ĐẢNG CỘNG SẢN VIỆT NAM"), line(page, "Biên Lợi, ngày 03 tháng 02 năm 2026")
    assert party.baseline == pytest.approx(line(page, "TỈNH ỦY BIÊN LỢI").baseline, abs=0.5)
    assert party.baseline < dated.baseline < line(page, "Số 05-BC/BTGTU").baseline


def test_the_line_under_the_party_s_name_is_exactly_as_long_as_the_name(issued: bytes) -> None:
    page = read(issued)[0]
    name = line(page, "ĐẢNG CỘNG SẢN VIỆT NAM")
    below = [r for r in rules(page) if 0.5 < r[3] - name.baseline < 3 and r[0] < name.right and r[2] > name.left]
    assert below
    for left, _, right, _ in below:
        assert (left, right) == pytest.approx((name.left, name.right), abs=0.15)


def test_five_hyphens_once(draft: bytes) -> None:
    assert "".join(words(page) for page in read(draft)).count("-----") == 1
    assert "------" not in "".join(words(page) for page in read(draft))


def test_a_draft_says_so_and_leaves_number_and_day_to_the_registry(draft: bytes, issued: bytes) -> None:
    assert "Số -BC/BTGTU DỰ THẢO" in words(read(draft)[0])
    assert "Biên Lợi, ngày tháng năm 2026" in words(read(draft)[0])
    for left, right, room in (
        ("Số", "-BC/BTGTU", 11),
        ("Biên Lợi, ngày", "tháng", 8),
        ("tháng", "năm 2026", 8),
    ):
        assert line(read(draft)[0], right).left - line(read(draft)[0], left).right >= room
    mark = line(read(draft)[0], "DỰ THẢO")
    assert (mark.size, mark.font.endswith("-Bold")) == (pytest.approx(14, abs=0.01), True)
    assert mark.baseline > next(each for each in lines(read(draft)[0]) if each.text.startswith("Số")).baseline
    assert all("DỰ THẢO" not in words(page) for page in read(issued))
    assert "Số:" not in words(read(issued)[0])


def numbers_on_top(data: bytes) -> list[str]:
    return [" ".join(e.text for e in lines(page) if e.baseline < 18 and e.text.isdigit()) for page in read(data)]


def test_pages_are_numbered_from_the_second_and_each_annex_from_one(draft: bytes) -> None:
    starts = [i for i, page in enumerate(read(draft)) if "(Kèm theo Báo cáo số" in words(page)]
    assert len(starts) == 3
    expected = ["", *(str(n) for n in range(2, starts[0] + 1))]
    for start, end in zip(starts, [*starts[1:], len(read(draft))], strict=True):
        expected += [str(n + 1) for n in range(end - start)]
    assert numbers_on_top(draft) == expected
    assert "2" in expected[starts[0] :]


def test_page_numbers_stand_10_mm_from_the_edge_in_the_middle_of_the_text(draft: bytes) -> None:
    number = line(read(draft)[1], "2")
    assert number.size == pytest.approx(14, abs=0.01)
    assert number.font.endswith("Liberation-Serif")
    assert (number.left + number.right) / 2 == pytest.approx(PAGE, abs=0.2)
    assert number.baseline - 0.66 * number.size / MM == pytest.approx(10, abs=0.4)


def test_demo_data_is_marked_on_every_page_and_only_then(draft: bytes, issued: bytes) -> None:
    assert all("Dữ liệu minh họa" in words(page) for page in read(draft))
    assert not any("minh họa" in words(page) for page in read(issued))


def closing_page(data: bytes) -> PageObject:
    return next(page for page in read(data) if "Nơi nhận:" in words(page))


def test_authority_and_name_are_bold_the_position_is_not_and_the_seal_has_room(issued: bytes) -> None:
    page = closing_page(issued)
    authority, position, name = (line(page, t) for t in ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Nguyễn Thị Hữu"))
    assert authority.font.endswith("-Bold")
    assert position.font.endswith("Liberation-Serif")
    assert name.font.endswith("-Bold")
    assert {round(each.size, 1) for each in (authority, position, name)} == {14.0}
    assert [(each.left + each.right) / 2 for each in (authority, position, name)] == pytest.approx([151.5] * 3, abs=0.2)
    assert name.baseline - name.size / MM - position.baseline >= 30
    assert [e for e in lines(page) if e.right > 110 and position.baseline < e.baseline < name.baseline] == []


def test_a_head_signs_without_prefix() -> None:
    data = draw(signatory={"authority": "", "position": "TRƯỞNG BAN", "name": ""})
    assert line(closing_page(data), "TRƯỞNG BAN").font.endswith("Liberation-Serif")
    assert "K/T" not in words(closing_page(data))


def test_recipients_are_listed_in_size_12_under_an_underlined_heading_of_14(issued: bytes) -> None:
    page = closing_page(issued)
    heading = line(page, "Nơi nhận:")
    assert heading.size == pytest.approx(14, abs=0.01)
    drawn = [
        r for r in rules(page) if 0 < r[1] - heading.baseline < 1.5 and r[0] == pytest.approx(heading.left, abs=0.1)
    ]
    assert [r[2] for r in drawn] == pytest.approx([heading.right] * len(drawn), abs=0.2)
    assert drawn
    listed = [each for each in lines(page) if each.baseline > heading.baseline and each.text.startswith("- ")]
    assert [each.text for each in listed] == [
        "- Ban Thường vụ Tỉnh ủy (báo cáo);",
        "- Văn phòng Tỉnh ủy;",
        "- Lưu Ban Tuyên giáo Tỉnh ủy.",
    ]
    assert {round(each.size, 1) for each in listed} == {12.0}


def test_no_salutation_unless_asked_for(draft: bytes) -> None:
    assert "Kính gửi" not in words(read(draft)[0])
    asked = words(read(draw(salutation=["Đồng chí Bí thư Tỉnh ủy", "Ban Thường vụ Tỉnh ủy"]))[0])
    assert "Kính gửi: - Đồng chí Bí thư Tỉnh ủy; - Ban Thường vụ Tỉnh ủy." in asked


@pytest.mark.parametrize("before", range(9, 22))
def test_wherever_the_page_ends_no_heading_hangs_and_the_signature_is_not_alone(before: int) -> None:
    first = {"label": "I", "title": "MỤC ĐẦU", "paragraphs": ["Một dòng."] * before, "subsections": []}
    part = {"label": "1", "title": "Mục nhỏ", "paragraphs": ["Dòng cuối cùng."]}
    last = {"label": "II", "title": "MỤC CUỐI", "paragraphs": [], "subsections": [part]}
    data = draw(sections=[first, last], demo=False, charts=False, figures=figures(units=[], late=[]))
    bodies = texts(data)[:-3]
    assert len(bodies) == (1 if before < 11 else 2)
    closing = next(body for body in bodies if "Nơi nhận:" in body)
    assert "II. MỤC CUỐI 1. Mục nhỏ Dòng cuối cùng. Nơi nhận:" in closing
    assert "Nguyễn Thị Hữu" in closing


def test_the_verification_code_stands_once_at_the_foot_of_the_last_page_of_the_body(draft: bytes) -> None:
    carrying = [i for i, page in enumerate(read(draft)) if SHA[:12] in words(page)]
    assert carrying == [next(i for i, page in enumerate(read(draft)) if "Nơi nhận:" in words(page))]
    code = line(read(draft)[carrying[0]], f"Mã kiểm tra số liệu: {SHA[:12]}")
    assert code.baseline > 277
    assert f"SHA-256: {SHA}" in words(read(draft)[carrying[0]])
