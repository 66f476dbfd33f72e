"""Document numbers: what real symbols mean, and that none is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.numbers import Number, parse, type_name
from tests.directives.letter_pieces import DASHES, NUMBERS, SPACES

# Raw, number, type, issuer, year, style.
REAL = [
    ("729-CV/TU", 729, "CV", "TU", None, "party"),
    ("85-QĐ/TW", 85, "QĐ", "TW", None, "party"),
    ("08-QĐi/TW", 8, "QĐi", "TW", None, "party"),
    ("15671-CV/VPTW", 15671, "CV", "VPTW", None, "party"),
    ("33-KH/BCĐ35", 33, "KH", "BCĐ35", None, "party"),
    ("01-CTr/ĐU", 1, "CTr", "ĐU", None, "party"),
    ("03-HD/BTGDVTU", 3, "HD", "BTGDVTU", None, "party"),
    ("874/QĐ-BTTTT", 874, "QĐ", "BTTTT", None, "state"),
    ("30/2020/NĐ-CP", 30, "NĐ", "CP", 2020, "state"),
    ("202/2025/NQ-QH15", 202, "NQ", "QH15", 2025, "state"),
    ("19/CT-TTg", 19, "CT", "TTg", None, "state"),
    ("24/2018/QH14", 24, None, "QH14", 2018, "law"),
    ("12729/VPCP-KGVX", 12729, None, "VPCP-KGVX", None, "state"),
]
CODES = st.sampled_from(["CV", "QĐ", "QĐi", "CTr", "TTr", "ĐA", "NĐ", "KH", "HD"])
ISSUERS = st.sampled_from(["TW", "TU", "VPTW", "BTGTU", "BCĐ35", "ĐUQH"])
NUMS = st.integers(1, 999_999)


@pytest.mark.parametrize(("raw", "num", "code", "issuer", "year", "style"), REAL)
def test_real_symbols(raw: str, num: int, code: str | None, issuer: str, year: int | None, style: str) -> None:
    assert parse(raw) == Number(raw, num, code, issuer, year, style, ())
    assert parse(raw).canonical() == raw


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("Số: 01 - BC / CB", "01-BC/CB"),
        ("số 729 – CV/TU", "729-CV/TU"),
        ("85-QÐ/TW", "85-QĐ/TW"),
        ("85-QƉ/TW", "85-QĐ/TW"),
        ("85-Q\u0110/TW\u00a0", "85-QĐ/TW"),
        ("7-CV/TU", "07-CV/TU"),
        ("729-cv/tu", "729-CV/TU"),
    ],
)
def test_spellings_of_one_number(raw: str, canonical: str) -> None:
    assert parse(raw).canonical() == canonical
    assert parse(raw).raw == raw


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("31/QĐ-TW", "31-QĐ/TW"),
        ("7-CV/TU", "số 0"),
        ("012-CV/TU", "số 0"),
        ("00-CV/TU", "bằng 0"),
        ("12-XYZ/TU", "“XYZ”"),
        ("729-cv/tu", "chữ thường"),
        ("năm 2022", "thể thức"),
    ],
)
def test_oddities_are_warnings_never_refusals(raw: str, words: str) -> None:
    (warning,) = parse(raw).warnings
    assert words in warning


def test_nothing_is_read_from_what_is_no_number() -> None:
    assert parse("").num is None
    assert parse("công văn").style is None
    assert parse("٧٢٩-CV/TU").num is None  # other scripts' digits are not ours
    assert parse("12 và 13").num == 12


@pytest.mark.parametrize(
    ("code", "style", "name"),
    [
        ("CV", "party", "Công văn"),
        ("CTr", None, "Chương trình"),
        ("QĐi", None, "Quy định"),
        ("QĐ", "party", None),
        ("QĐ", "state", None),
        ("TT", "party", "Thông tri"),
        ("TT", "state", "Thông tư"),
        ("TT", None, None),
        ("XX", None, None),
        (None, None, None),
    ],
)
def test_type_names_only_when_certain(code: str | None, style: str | None, name: str | None) -> None:
    assert type_name(code, style) == name


@given(NUMS, CODES, ISSUERS)
def test_party_numbers_round_trip(num: int, code: str, issuer: str) -> None:
    number = parse(f"{num}-{code}/{issuer}")
    assert (number.num, number.type_code, number.issuer_code, number.style) == (num, code, issuer, "party")
    assert _parts(parse(number.canonical())) == _parts(number)


@given(NUMS, st.none() | st.integers(1945, 2099), CODES, st.sampled_from(["CP", "BTTTT", "UBND", "TTg-KGVX"]))
def test_state_numbers_round_trip(num: int, year: int | None, code: str, issuer: str) -> None:
    number = parse(f"{num}/{year}/{code}-{issuer}" if year else f"{num}/{code}-{issuer}")
    assert (number.num, number.year, number.style) == (num, year, "state")
    assert (number.type_code, number.issuer_code) == (code, issuer)
    assert _parts(parse(number.canonical())) == _parts(number)


@given(st.integers(1, 999), st.integers(1945, 2099), st.sampled_from(["QH14", "QH16", "UBTVQH15"]))
def test_law_numbers_round_trip(num: int, year: int, issuer: str) -> None:
    number = parse(f"{num:02d}/{year}/{issuer}")
    assert _parts(number) == (num, None, issuer, year, "law")
    assert number.canonical() == f"{num:02d}/{year}/{issuer}"


@given(NUMBERS, DASHES, SPACES, SPACES, st.sampled_from(["", "Số ", "Số: ", "số:", "Số. "]))
def test_no_noise_about_the_separators_changes_a_number(
    number: str, dash: str, before: str, after: str, lead: str
) -> None:
    noisy = number.replace("-", f"{before}{dash}{after}").replace("/", f"{before}/{after}").replace("Đ", "Ɖ")
    assert _parts(parse(f"{lead}{unicodedata.normalize('NFD', noisy)}")) == _parts(parse(number))
    assert parse(f"{lead}{noisy}").canonical() == parse(number).canonical()


@given(st.text() | st.text("0123456789-/ SốốCVTUQĐÐqh:.\u0301"))
def test_anything_parses_and_its_canonical_form_is_stable(raw: str) -> None:
    number = parse(raw)
    again = parse(number.canonical())
    assert again.canonical() == number.canonical()
    assert _parts(again) == _parts(number)


def _parts(number: Number) -> tuple[object, ...]:
    return number.num, number.type_code, number.issuer_code, number.year, number.style
