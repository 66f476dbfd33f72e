"""Codes that are read off paper: none is mistaken for another, however it is typed."""

import math
import re
from itertools import product

import pytest

from units import codes


def test_a_code_has_75_bits_and_no_sign_that_is_mistaken() -> None:
    made = [codes.new_code() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {len(code) for code in made} == {16}
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set(codes.ALPHABET) & set("0O1IL")
    assert len(codes.ALPHABET) == len(set(codes.ALPHABET))
    # Without the two pairs: counted over all pairs of neighbours, fifteen in a code.
    kept = 1 - 15 * 2 / len(codes.ALPHABET) ** 2
    assert 16 * math.log2(len(codes.ALPHABET)) + math.log2(kept) >= 75


def test_a_vietnamese_keyboard_changes_nothing_of_a_code() -> None:
    """Telex and VNI turn vowels, w, dd and d9 into other letters; none of these is ever in a code."""
    assert not set(codes.ALPHABET) & set("AEIOUYW")
    assert not [code for code in (codes.new_code() for _ in range(5000)) if re.search("DD|D9", code)]


def test_a_code_is_the_same_however_it_is_typed() -> None:
    code = codes.new_code()
    groups = [code[at : at + 4] for at in range(0, 16, 4)]
    for sign, case in product(("", "-", " ", "–", " - ", ".", "\u00a0", "\n"), (str.upper, str.lower, str.title)):
        assert codes.plain(f"  {case(sign.join(groups))} ") == code, (sign, case)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert codes.plain(full_width) == code
    assert codes.plain(codes.grouped(code)) == code


@pytest.mark.parametrize("text", ["", "2345", "2345-6789-BCDF-GHJ", "2345-6789-BCDF-GHJKM", "2345-6789-BCDF-GHJO",
                                  "0" * 16, "x" * 5000, "\0", "2345-6789-BCDF-GHJ1", "đđđđ" * 4])
def test_what_is_no_code_is_none(text: str) -> None:
    assert codes.plain(text) == ""


@pytest.mark.parametrize(
    "text", ["DV-123", "dv 000123", "Dv123", "dv-000123", "ĐV-123", " dv.123 ", "dv_123", "DV – 123"]
)
def test_a_unit_is_known_by_its_number(text: str) -> None:
    assert codes.unit_number(text) == 123
    assert codes.sign_in_name(text) == "dv-123"


@pytest.mark.parametrize(
    "text", ["", "123", "dv", "dv-0", "dv-12a", "dvx123", "xdv-1", "dv-" + "9" * 5000, "dv-1234567890"]
)
def test_what_is_no_number_of_a_unit_is_none(text: str) -> None:
    assert codes.unit_number(text) is None
    assert codes.sign_in_name(text) == text


def test_the_fourteen_digits_are_found_with_and_without_dots() -> None:
    for text in ("38.168.053.000.001", "38168053000001", " 38 168 053 000 001", "38-168-053-000-001"):
        assert codes.organisation_digits(text) == "38168053000001" == codes.sign_in_name(text)
    assert codes.organisation_forms("38168053000001") == ("38168053000001", "38.168.053.000.001")
    for text in ("3816805300000", "381680530000011", "38.168.053.000.00x", "", "३" * 14):
        assert codes.organisation_digits(text) == ""
