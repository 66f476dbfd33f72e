"""What the portal writes, the reader reads back: days in words and figures, numbers of every style."""

import unicodedata
from collections.abc import Callable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from directives.numbers import parse
from directives.reading.draft import Citation, Draft
from directives.reading.letter import read
from directives.reading.marks import key
from tests.directives.letter_pieces import DASHES, NUMBERS, SPACES
from units.vietnamese import day_figures, day_short, day_words

DAYS = st.dates(date(1930, 2, 3), date(2199, 12, 31))
PLACES = st.sampled_from(["Hà Nội", "Bến Cũ", "TP. Hồ Chí Minh", "Phú Quốc", "Thừa Thiên Huế"])


def letter(place: str, day: str, number: str = "12-CV/TU") -> Draft:
    return read(f"TỈNH ỦY X\nSố {number}\n{place}, {day}\n\nKính gửi: Các chi bộ\n\nNội dung.\n")


def cited(passage: str) -> Citation:
    (citation,) = read(f"Số 12-CV/TU\n\nKính gửi: Các chi bộ\n\n{passage}\n").citations
    return citation


@given(DAYS, PLACES)
def test_days_of_the_head(day: date, place: str) -> None:
    draft = letter(place, day_words(day))
    assert (draft.place, draft.issued_on) == (place, day)


@given(DAYS, st.sampled_from([day_figures, day_short]))
def test_days_of_the_head_in_figures(day: date, figures: Callable[[date], str]) -> None:
    assert letter("Hà Nội", f"ngày {figures(day)}").issued_on == day


@given(DAYS, st.sampled_from([day_words, lambda day: f"ngày {day_figures(day)}"]), st.sampled_from([" ", ", "]))
def test_days_of_citations(day: date, written: Callable[[date], str], parted: str) -> None:
    citation = cited(f"Thực hiện Chỉ thị số 15-CT/TW{parted}{written(day)} của Ban Bí thư về sách.")
    assert (citation.number, citation.issuer, citation.title) == ("15-CT/TW", "Ban Bí thư", "về sách")
    assert citation.issued_on == day


@given(DAYS, st.sampled_from(["chậm nhất", "trước"]))
def test_days_of_deadlines(day: date, cue: str) -> None:
    (deadline,) = read(f"Số 5-CV/TU\n\nKính gửi: A\n\n1. Gửi báo cáo {cue} {day_words(day)}.\n").deadlines
    assert deadline.on is not None
    assert (day - deadline.on).days == (1 if cue == "trước" else 0)


@given(NUMBERS, PLACES)
def test_numbers_of_the_head(number: str, place: str) -> None:
    draft = letter(place, "ngày 03 tháng 4 năm 2026", number)
    assert draft.number == number
    assert draft.style == {"party": "party"}.get(parse(number).style or "", "state")


@given(NUMBERS.filter(lambda number: number != "12-CV/TU"))
def test_numbers_of_citations(number: str) -> None:
    assert cited(f"Thực hiện Quyết định số {number} của Ban A.").number == number


@given(NUMBERS, DASHES, SPACES, SPACES)
def test_a_scans_noise_about_the_separators_changes_no_number(number: str, dash: str, before: str, after: str) -> None:
    noisy = number.replace("-", f"{before}{dash}{after}").replace("/", f"{before}/{after}").replace("Đ", "Ð")
    draft = letter("Hà Nội", "ngày 03 tháng 4 năm 2026", unicodedata.normalize("NFD", noisy))
    assert draft.number == number
    found = [citation.number for citation in read(f"Kính gửi: A\n\nTheo Quyết định số {noisy}, ngày 1.\n").citations]
    assert [key(one or "") for one in found] == [key(number)]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    draft = read(text)
    assert draft.as_dict()["text"] == draft.text
    assert read(draft.text).text == draft.text
