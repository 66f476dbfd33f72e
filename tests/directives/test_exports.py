"""CSV that a spreadsheet opens and does not execute."""

import csv
from io import StringIO

import pytest

from directives.exports import FIGURE_HEADINGS, csv_table, figure_row
from tests.recount import recount


def cells(rows: list[list[object]], demo: bool = False) -> list[list[str]]:
    return list(csv.reader(StringIO(csv_table(["Đơn vị"], rows, demo))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+84", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "＋1", "－1", "＠x",
        "  =cmd|' /C calc'!A0", "\u00a0=1", '=HYPERLINK("http://x","y")',
    ],
)
def test_a_text_that_would_be_a_formula_starts_with_an_apostrophe(text: str) -> None:
    assert cells([[text]])[1] == [f"'{text}"]


@pytest.mark.parametrize("text", ["Huyện ủy A", "a=b", "1-2", "'x", "", 'có "ngoặc", phẩy', "hai\ndòng"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert cells([[text]])[1] == [text] if text else cells([[text]])[1] in ([], [""])


def test_figures_stay_numbers_and_no_figure_stays_empty() -> None:
    assert cells([["A", -3, 0, None]])[1] == ["A", "-3", "0", ""]


def test_the_demo_says_so_in_its_first_line() -> None:
    assert cells([["A"]], demo=True) == [["Dữ liệu minh họa"], ["Đơn vị"], ["A"]]


def test_a_row_of_figures_has_a_cell_for_every_heading() -> None:
    tally = {"name": "Huyện ủy A"} | recount([], None)  # type: ignore[arg-type]
    assert figure_row(tally) == ["Huyện ủy A", *[0] * 16]
    assert len(FIGURE_HEADINGS) == 17
    tally["buckets"]["disseminate"]["after_extension"] = 7
    tally["cells_disseminated"] = 9
    told = dict(zip(FIGURE_HEADINGS, figure_row(tally), strict=True))
    assert (told["trong đó sau gia hạn"], told["Chi bộ đã phổ biến"]) == (7, 9)
