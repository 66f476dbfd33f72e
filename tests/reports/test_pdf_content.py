"""What the report says and what it refuses: figures, annexes, charts, hostile text, foreign files."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from reports import pdf
from reports.templatetags import paper
from tests.reports.sheet import buckets, context, draw, figures, late_row, read, row, texts, words

HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} {% load static %} {x.__class__} %s ${HOME}",
    '<img src="file:///etc/passwd"> file:///etc/passwd',
    "<style>@import url(http://127.0.0.1:6379/);</style>",
    '<link rel="attachment" href="file:///etc/hostname">',
    "<svg><image href='http://169.254.169.254/'/></svg> &amp; &#60;",
    '"></p><p style="position:fixed">',
]


def annex(data: bytes, number: int) -> str:
    """The text of one annex, all its pages."""
    pages = texts(data)
    starts = [i for i, page in enumerate(pages) if "(Kèm theo Báo cáo số" in page] + [len(pages)]
    return " ".join(pages[starts[number - 1] : starts[number]])


# ---- days, numbers, words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("2022-10-07", "07/10/2022"),
        ("2021-06-17", "17/6/2021"),
        (date(2026, 1, 3), "03/01/2026"),
        (None, "–"),
    ],
)
def test_days_are_padded_as_documents_pad_them(value: Any, printed: str) -> None:
    assert paper.paper_day(value) == printed


@pytest.mark.parametrize("moment", ["2026-09-14T17:00:00+07:00", "2026-09-14T10:00:00Z", "2026-09-14T17:00:00"])
def test_the_cut_off_is_told_in_vietnam_s_time(moment: str) -> None:
    assert paper.paper_moment(moment) == "17 giờ 00 ngày 14/9/2026"
    assert paper.w3c_moment(moment) == "2026-09-14T17:00:00+07:00"


def test_the_number_has_no_colon_and_is_padded_below_ten() -> None:
    assert paper.number_line(5, "BC/BTGTU") == "Số 05-BC/BTGTU"
    assert paper.number_line(112, "BC/BTGTU") == "Số 112-BC/BTGTU"


def test_nothing_to_do_is_a_dash_and_no_figure_is_not_zero() -> None:
    assert (paper.out_of(0, 0), paper.rate(0, 0), paper.counted_rate(0, 0)) == ("–", "–", "–")
    assert {paper.out_of(None, 3), paper.rate(3, None), paper.paper_count(None)} == {"Chưa có số liệu"}
    assert paper.paper_count(0) == "0"
    assert paper.counted_rate(1842, 4905) == "1.842/4.905, đạt 37,6%"


def test_a_rate_above_all_is_an_error_not_a_clipped_bar() -> None:
    with pytest.raises(ValueError, match="not a rate"):
        draw(figures=figures(units=[row("Huyện ủy An Hải", cells=20, reached=21)]))


def test_titles_break_into_even_lines_and_never_inside_a_document_s_number() -> None:
    title = "kết quả triển khai, thực hiện Công văn số 729-CV/TU của Ban Thường vụ Tỉnh ủy"
    one, two = paper.balanced(title).split("<br>")
    assert one == "kết quả triển khai, thực hiện Công văn"
    assert two == 'số <span class="number short">729-CV/TU</span> của Ban Thường vụ Tỉnh ủy'
    assert paper.balanced("BÁO CÁO") == "BÁO CÁO"


# ---- figures on the page ---------------------------------------------------------------------------------


def test_the_first_annex_prints_every_unit_its_figures_the_total_and_the_formula() -> None:
    special = row(
        "Huyện ủy Hòn Mây",
        1234,
        1000,
        acknowledged_on=None,
        extended_to="2026-06-30",
        from_outside=1,
        entered_for=3,
        recorded_late=2,
        note="sáp nhập từ 01/7/2026",
    )
    silent = row("Huyện ủy Chưa Báo", None, None)
    party_group = row("Đảng đoàn Hội Nông dân tỉnh", 0, 0)
    text = annex(draw(figures=figures(units=[special, silent, party_group])), 1)
    assert "TỔNG CỘNG 33/38 4.905 1.842 37,6%" in text
    assert "1 Huyện ủy Hòn Mây 15/6/2026 – 33/38 1.234 1.000 81,0% 1 88" in text
    notes = (
        "sáp nhập từ 01/7/2026",
        "gia hạn đến 30/6/2026",
        "ngoài cổng: 1",
        "nhập thay: 3",
        "ghi nhận chậm: 2",
    )
    assert [note for note in notes if note not in text] == []
    assert text.count("Chưa có số liệu") >= 3
    assert "Đảng đoàn Hội Nông dân tỉnh 15/6/2026 02/6/2026 33/38 0 0 –" in text
    assert "Cách tính:" in text
    assert "Tiếp nhận 38 30 2 3 4 1 33/38, đạt 86,8%" in text


def test_last_period_stands_beside_this_one() -> None:
    before = {
        "label": "quý II/2026",
        "acknowledge": {"done": 312, "total": 640},
        "disseminate": {"done": 0, "total": 0},
    }
    data = draw(figures=figures(previous=before))
    body = " ".join(texts(data))
    assert "(kỳ trước, quý II/2026: 312/640, đạt 48,8%)" in body
    assert "Kỳ trước (quý II/2026)" in annex(data, 1)
    assert "312/640, đạt 48,8%" in annex(data, 1)


def test_300_late_rows_keep_their_header_on_every_page_and_none_is_lost() -> None:
    late = [late_row(i) for i in range(200)] + [late_row(i, "disseminate") for i in range(200, 300)]
    data = draw(figures=figures(late=late))
    pages = [page for page in texts(data) if "Chi bộ số" in page]
    assert len(pages) >= 8
    assert all("STT Tên đơn vị Trực thuộc Hạn Số ngày quá hạn Ghi chú" in page for page in pages)
    text = annex(data, 2)
    assert [i for i in range(300) if f"Chi bộ số {i:03d}" not in text] == []
    assert "1. Quá hạn tiếp nhận (200 đơn vị)" in text
    assert "2. Quá hạn quán triệt, phổ biến (100 đơn vị)" in text


def test_110_units_with_very_long_names_stay_inside_the_table() -> None:
    name = "Đảng ủy các cơ quan, doanh nghiệp được chuyển giao theo quyết định của Ban Thường vụ Tỉnh ủy " * 2
    data = draw(figures=figures(units=[row(f"{name}{i}") for i in range(109)] + [row("A" * 150)]))
    assert len([page for page in texts(data) if "STT Tên đơn vị Hạn" in page]) > 5
    text = annex(data, 1)
    assert "A" * 150 in text.replace(" ", "")
    assert "109 Đảng ủy các cơ quan" in text


def test_a_list_that_names_fewer_than_are_late_says_so() -> None:
    text = annex(draw(figures=figures(total=row("Tỉnh ủy", acknowledge=buckets(overdue=5)), late=[late_row(1)])), 2)
    assert "Nêu tên 1 trong số 5 đơn vị quá hạn." in text
    assert "2. Quá hạn quán triệt, phổ biến Không có đơn vị quá hạn." in text


def test_empty_annexes_say_that_they_are_empty() -> None:
    data = draw(figures=figures(units=[], late=[]))
    assert "Không có đơn vị quá hạn." in annex(data, 2)
    assert "Không có thay đổi tổ chức trong kỳ." in annex(data, 3)


def test_changes_and_replaced_documents_are_listed() -> None:
    change = {
        "effective_on": "2026-07-01",
        "decision": "Quyết định số 412-QĐ/TU",
        "text": "Hợp nhất hai huyện ủy.",
    }
    replaced = {
        "cited": "Luật 24/2018/QH14",
        "replaced_by": "Luật 116/2025/QH15",
        "in_force_on": "2026-07-01",
    }
    expired = {"cited": "Quy định 1-QĐ/TW", "replaced_by": "", "in_force_on": "2026-06-30"}
    text = annex(draw(figures=figures(changes=[change], replaced=[replaced, expired])), 3)
    assert "1 01/7/2026 Quyết định số 412-QĐ/TU Hợp nhất hai huyện ủy." in text
    assert "1 Luật 24/2018/QH14 Luật 116/2025/QH15 01/7/2026" in text
    assert "2 Quy định 1-QĐ/TW (hết hiệu lực) 30/6/2026" in text


def test_annexes_name_the_report_they_belong_to() -> None:
    data = draw(number=12, issued_on=date(2026, 9, 15), draft=False)
    for number in (1, 2, 3):
        assert f"Phụ lục {number}" in annex(data, number)
        assert "(Kèm theo Báo cáo số 12-BC/BTGTU, ngày 15 tháng 9 năm 2026)" in annex(data, number)


# ---- charts ----------------------------------------------------------------------------------------------


def test_the_stacked_bar_shows_four_groups_that_make_up_the_total() -> None:
    shown = paper.buckets_chart(figures(total=row("T", acknowledge=buckets(400, 28, 65, 156, 88))), "acknowledge")
    assert shown["counted"] == "465/709, đạt 65,6%"
    assert [(s.label, s.count) for s in shown["segments"]] == [
        ("Đã thực hiện, đúng hạn", 400),
        ("trong đó nhờ gia hạn", 28),
        ("Đã thực hiện, chậm", 65),
        ("Chưa thực hiện, còn hạn", 156),
        ("Chưa thực hiện, quá hạn", 88),
    ]
    assert sum(float(s.width) for s in shown["segments"]) == pytest.approx(paper.BAR_WIDTH, abs=0.05)


def test_groups_that_do_not_make_up_the_total_are_an_error() -> None:
    wrong = buckets() | {"total": 1000}
    with pytest.raises(ValueError, match="do not make up the total"):
        paper.buckets_chart(figures(total=row("T", acknowledge=wrong)), "acknowledge")


def test_a_fact_nobody_owes_has_no_bar_and_unknown_figures_say_so() -> None:
    none = paper.buckets_chart(figures(total=row("T", acknowledge=buckets(0, 0, 0, 0, 0))), "acknowledge")
    assert (none["counted"], none["drawn"]) == ("–", [])
    unknown = buckets() | {"total": None}
    assert paper.buckets_chart(figures(total=row("T", acknowledge=unknown)), "acknowledge")["segments"] == []


def test_unit_bars_are_at_most_twenty_highest_first_and_small_units_are_not_ranked() -> None:
    units = [row(f"Đơn vị {i}", 40, i) for i in range(25)] + [
        row("Hai chi bộ", 2, 2),
        row("Chưa báo", None, None),
    ]
    shown = paper.units_chart(figures(units=units))
    assert [bar.name for bar in shown["bars"]] == [f"Đơn vị {i}" for i in range(24, 4, -1)]
    assert (shown["ranked"], shown["left_out"]) == (25, 2)


def test_charts_are_drawings_with_titles_and_hatching_fit_for_a_web_page() -> None:
    html = render_to_string("reports/pdf/report.html", context())
    for needed in ('role="img"', "<title", "<desc", "<pattern", 'viewBox="0 0 467 32"'):
        assert needed in html
    assert "style=" not in html
    assert "<script" not in html
    identifiers = [piece.split('"')[0] for piece in html.split(' id="')[1:]]
    assert len(identifiers) == len(set(identifiers))


def test_charts_are_drawn_at_the_end_of_section_two_or_not_at_all() -> None:
    html = render_to_string("reports/pdf/report.html", context())
    assert html.index("KẾT QUẢ THỰC HIỆN") < html.index('class="charts"') < html.index("ĐÁNH GIÁ CHUNG")
    assert 'class="charts"' not in render_to_string("reports/pdf/report.html", context(charts=False))


# ---- hostile text, foreign files, stable bytes -----------------------------------------------------------

OPENED: list[str] = []
LISTENING = False


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if LISTENING and event in ("open", "socket.connect", "socket.getaddrinfo"):
        OPENED.append(f"{event} {arguments[0] if event == 'open' else arguments}")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    sys.addaudithook(_listen)
    OPENED.clear()
    monkeypatch.setattr(sys.modules[__name__], "LISTENING", True)
    yield OPENED
    OPENED.clear()


def test_hostile_text_is_printed_as_typed_and_nothing_foreign_is_opened(opened: list[str]) -> None:
    section = {"label": "I", "title": "TIÊU ĐỀ <b>", "paragraphs": HOSTILE, "subsections": []}
    late = [late_row(1) | {"name": HOSTILE[2], "note": HOSTILE[0]}]
    data = draw(
        sections=[section],
        recipients=[HOSTILE[0]],
        salutation=[HOSTILE[3]],
        title_lines=[HOSTILE[1]],
        figures=figures(late=late, units=[row(HOSTILE[4])]),
    )
    text = "".join("".join(words(page) for page in read(data)).split())
    assert [each for each in HOSTILE if "".join(each.split()) not in text] == []
    assert "TIÊUĐỀ<b>" in text
    assert "49" not in words(read(data)[0]).split("Kính gửi")[0]
    assert [each for each in opened if "socket" in each or "/etc/passwd" in each or "/etc/hostname" in each] == []
    files = [Path(each.removeprefix("open ")) for each in opened if each.startswith("open /")]
    assert pdf.STYLESHEET in files, "the ear was not listening"


FOREIGN = {
    "image": '<img src="file:///etc/passwd">',
    "image over http": '<img src="http://127.0.0.1:6379/x.png">',
    "upper-case scheme": '<img src="FILE:///etc/passwd">',
    "host in a file address": '<img src="file://localhost/etc/passwd">',
    "data": '<img src="data:image/png;base64,AAAA">',
    "step upwards": '<img src="../../../manage.py">',
    "escaped step upwards": '<img src="%2e%2e/%2e%2e/%2e%2e/manage.py">',
    "missing file": '<img src="absent.png">',
    "stylesheet": '<link rel="stylesheet" href="file:///etc/passwd">',
    "import": "<style>@import url(http://169.254.169.254/latest);</style>",
    "attachment": '<link rel="attachment" href="file:///etc/passwd">',
    "anchor attachment": '<a rel="attachment" href="file:///etc/passwd">x</a>',
    "background": '<p style="background:url(file:///etc/passwd)">x</p>',
    "font": "<style>@font-face{font-family:x;src:url(file:///etc/passwd)} p{font-family:x}</style><p>x</p>",
    "drawing": '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    "base": '<base href="file:///etc/"><img src="passwd">',
}


@pytest.mark.parametrize("html", FOREIGN.values(), ids=FOREIGN.keys())
def test_whatever_asks_for_a_foreign_file_stops_the_drawing(html: str, opened: list[str]) -> None:
    with pytest.raises(pdf.ForbiddenAddress):
        pdf.render(f'<html lang="vi"><title>x</title>{html}', stylesheets=[pdf.STYLESHEET], title="x")
    assert [each for each in opened if "socket" in each or each == "open /etc/passwd" or "manage.py" in each] == []


def test_only_the_paper_s_own_stylesheets_are_read(tmp_path: Path) -> None:
    foreign = tmp_path / "x.css"
    foreign.write_text("p { color: red }")
    with pytest.raises(pdf.ForbiddenAddress):
        pdf.render("<p>x</p>", stylesheets=[foreign], title="x")
    assert pdf.allowed_path(pdf.STYLESHEET.as_uri()) == pdf.STYLESHEET


CHILD = (
    "import sys, hashlib; sys.path.insert(0, sys.argv[1]); from reports import pdf;"
    "data = pdf.render(sys.stdin.read(), stylesheets=[pdf.STYLESHEET], title='Báo cáo');"
    "print(hashlib.sha256(data).hexdigest())"
)


def test_same_input_same_bytes_whatever_the_time_zone_locale_and_hash_seed() -> None:
    html = render_to_string("reports/pdf/report.html", context())
    prints = set()
    for zone, seed, locale in (("UTC", "1", "C.UTF-8"), ("America/New_York", "77", "C")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "1"}
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(pdf.PAPER.parents[2])],
            input=html,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        prints.add(child.stdout.strip())
    assert len(prints) == 1
    assert pdf.render(html, stylesheets=[pdf.STYLESHEET], title="a") == pdf.render(
        html, stylesheets=[pdf.STYLESHEET], title="a"
    )


def test_every_rule_of_the_stylesheet_is_understood(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("weasyprint").propagate = True
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        draw()
    assert [record.message for record in caplog.records] == []


# ---- the font --------------------------------------------------------------------------------------------


def test_a_vietnamese_font_is_here() -> None:
    pdf.check_font()


@pytest.mark.parametrize("folder", ["nothing", "/usr/share/fonts/truetype/dejavu"])
def test_without_a_times_metric_font_the_exact_line_to_type_is_told(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        f"<?xml version='1.0'?><fontconfig><dir>{folder}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))
    with pytest.raises(pdf.FontMissing, match="apt-get install -y fonts-liberation2 fontconfig"):
        pdf.render("<p>x</p>", stylesheets=[], title="x")


def test_without_fontconfig_s_tools_the_font_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pdf.FontMissing):
        pdf.check_font()
