"""Vietnamese on paper and screen: dates padded as documents want it, figures that never claim too much, folding."""

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.templatetags import vi
from units.vietnamese import (
    clean,
    counted,
    day_figures,
    day_short,
    day_words,
    fold,
    grouped,
    moment_short,
    share,
    spelling,
    weekday,
)

words = st.text(alphabet=st.sampled_from("aăâeêoôơuưyđ ĐÐƉðAÀẢÃÁẠằẳẵắặ"), max_size=20)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đảng ủy", "dang uy"),
        ("ĐẢNG UỶ", "dang uy"),
        ("đảng  \t uỷ", "dang uy"),
        ("Đặng Thị Thùy", "dang thi thuy"),
        ("\u00d0ảng ủy", "dang uy"),  # Ð, the Icelandic letter
        ("\u0189ảng ủy", "dang uy"),  # Ɖ, the African one
        ("\u00f0i, \u0256i", "di, di"),
        (unicodedata.normalize("NFD", "Đảng ủy Phường Ỷ Lan"), "dang uy phuong y lan"),
        ("Số 729-CV/TU", "so 729-cv/tu"),
        ("", ""),
    ],
)
def test_folding_leaves_only_what_everybody_types(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(text=words)
def test_folding_forgets_case_form_and_itself(text: str) -> None:
    assert fold(text) == fold(text.upper()) == fold(unicodedata.normalize("NFD", text)) == fold(fold(text))
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" Đảng\u00a0ủy \r\n xã ", "Đảng ủy xã"),
        (unicodedata.normalize("NFD", "Đảng ủy"), "Đảng ủy"),
        ("\u00d0ảng \u0189ảng \u00f0ảng", "Đảng Đảng đảng"),
        ("Đảng\u200b\u202e\x07 ủy", "Đảng ủy"),
        ("", ""),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("day", "in_words", "in_figures", "on_screen"),
    [
        (date(2022, 10, 7), "ngày 07 tháng 10 năm 2022", "07/10/2022", "07/10/2022"),
        (date(2026, 1, 9), "ngày 09 tháng 01 năm 2026", "09/01/2026", "09/01/2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026", "10/02/2026", "10/02/2026"),
        (date(2021, 3, 17), "ngày 17 tháng 3 năm 2021", "17/3/2021", "17/03/2021"),
        (date(2021, 9, 1), "ngày 01 tháng 9 năm 2021", "01/9/2021", "01/09/2021"),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_padded(
    day: date, in_words: str, in_figures: str, on_screen: str
) -> None:
    assert (day_words(day), day_figures(day), day_short(day)) == (in_words, in_figures, on_screen)


def test_weekdays_and_moments() -> None:
    assert [weekday(date(2026, 10, 12 + n)) for n in range(7)] == [
        "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật",
    ]
    assert moment_short(datetime(2022, 10, 7, 14, 5)) == "07/10/2022 14:05"  # noqa: DTZ001 - already local


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (1842, 4905, "37,6%"),
        (0, 5, "0,0%"),
        (5, 5, "100,0%"),
        (0, 0, "–"),
        (1, 3, "33,3%"),
        (2, 3, "66,7%"),
        (1, 2000, "0,1%"),  # exactly half a tenth: up
        (1, 2001, "0,0%"),
        (999, 1000, "99,9%"),
        (9999, 10_000, "99,9%"),  # 99,99: never 100 while one is missing
        (32_999_999, 33_000_000, "99,9%"),
    ],
)
def test_shares(done: int, total: int, said: str) -> None:
    assert share(done, total) == said


@pytest.mark.parametrize(("done", "total"), [(6, 5), (1, 0), (-1, 5)])
def test_an_impossible_rate_is_an_error_and_never_clipped(done: int, total: int) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        share(done, total)


@given(total=st.integers(1, 10**7), done=st.integers(0, 10**7))
def test_a_share_is_right_to_half_a_tenth_and_full_only_when_full(total: int, done: int) -> None:
    done = min(done, total)
    said = float(share(done, total).rstrip("%").replace(",", "."))
    assert (said == 100) == (done == total)
    assert abs(said - 100 * done / total) <= (0.05 if said != 99.9 else 0.1) + 1e-9


def test_numerator_and_denominator_are_always_shown() -> None:
    assert counted(1842, 4905, "chi bộ") == "1.842/4.905 chi bộ, đạt 37,6%"
    assert counted(0, 0, "chi bộ") == "0/0 chi bộ"
    assert counted(1, 2) == "1/2, đạt 50,0%"
    assert [grouped(n) for n in (0, 999, 1000, 1234567)] == ["0", "999", "1.000", "1.234.567"]


def test_the_filters_of_the_pages() -> None:
    assert [vi.ngay(None), vi.luc(None), vi.so(None), vi.ngay_van_ban(None)] == ["–", "–", "–", "chưa rõ ngày"]
    assert [vi.so(0), vi.so(1842), vi.ty_le(0, 0), vi.ty_le(1, 3)] == ["0", "1.842", "–", "33,3%"]
    late = datetime.fromisoformat("2026-10-14T18:30:00+00:00")  # the next day here
    assert (vi.ngay(late), vi.luc(late)) == ("15/10/2026", "15/10/2026 01:30")
    assert 'width="37.50"' in vi.bar(3, 8)
    assert 'width="0.00"' in vi.bar(0, 0)


def test_the_four_parts_of_a_bar_fill_it() -> None:
    drawn = vi.bar_four({"done_in_time": 1, "done_late": 1, "open_in_time": 1, "open_late": 1, "total": 4})
    assert [f'x="{x}"' in drawn for x in ("0.00", "25.00", "50.00", "75.00")] == [True] * 4
    assert drawn.count('width="25.00"') == 4


def test_a_name_is_one_in_all_its_spellings_and_two_names_stay_two() -> None:
    alike = ("Hòa Bình", "HOÀ BÌNH", "hoà  bình", unicodedata.normalize("NFD", "Hòa Bình"))
    assert len({spelling(text) for text in alike}) == 1
    assert spelling("Đảng uỷ Ðông") == spelling("đảng ủy Đông")
    for one, other in (("Long Thành", "Long Thạnh"), ("Vĩnh An", "Vinh An"), ("Tân Ân", "Tân An"), ("Đa", "Da")):
        assert spelling(one) != spelling(other)
        assert fold(one) == fold(other)
