"""The codes that people read off paper and type: an invitation's, and those by which a unit is known. Pure.

An invitation's letters are consonants only, and never D before D or 9: a Vietnamese keyboard (Telex, VNI) then changes
nothing of what is typed. No 0, O, 1, I, L either. 26 signs, 16 places: 75 bits.
"""

import re
from secrets import choice
from unicodedata import normalize

from units.vietnamese import fold

ALPHABET = "23456789BCDFGHJKMNPQRSTVXZ"
LENGTH = 16
_TURNED_INTO_A_LETTER = ("DD", "D9")
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_PORTAL = re.compile(r"dv[\s._\-–]*0*([1-9][0-9]{0,8})")
_ORGANISATION = re.compile(r"[0-9]{2}(?:[0-9]{3}){4}")
_MOST = 60  # nobody types a longer code


def new_code() -> str:
    """An invitation's code, each as likely as the other."""
    while True:
        code = "".join(choice(ALPHABET) for _ in range(LENGTH))
        if not any(pair in code for pair in _TURNED_INTO_A_LETTER):
            return code


def plain(text: str) -> str:
    """The code that was typed, in any case, with or without blanks and dashes; "" when it cannot be one."""
    code = re.sub(r"[\W_]+", "", normalize("NFKC", text[:_MOST])).upper()
    return code if _CODE.fullmatch(code) else ""


def grouped(code: str) -> str:
    """ "2345-6789-BCDF-GHJK", for paper."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def portal_code(pk: int) -> str:
    """ "DV-123": what a unit is called on its slip, whether it has an official code or not."""
    return f"DV-{pk}"


def username_for(pk: int) -> str:
    """ "dv-000123", when nobody has thought of a better one."""
    return f"dv-{pk:06d}"


def unit_number(text: str) -> int | None:
    """The unit meant by "DV-123", "dv 000123", "ĐV.123"; None when it is no such code."""
    match = _PORTAL.fullmatch(fold(text[:_MOST]))
    return int(match[1]) if match else None


def organisation_digits(text: str) -> str:
    """The 14 digits of a Party organisation's code, with or without dots; "" when they are not 14."""
    digits = re.sub(r"[\s.\-–]+", "", text[:_MOST])
    return digits if _ORGANISATION.fullmatch(digits) else ""


def organisation_forms(digits: str) -> tuple[str, str]:
    """How such a code may be written where it is kept: "38168053000001", "38.168.053.000.001"."""
    return digits, ".".join([digits[:2], *(digits[at : at + 3] for at in range(2, len(digits), 3))])


def sign_in_name(text: str) -> str:
    """One spelling for all spellings of a unit's code, so that guesses are counted together; else the text itself."""
    number = unit_number(text)
    return f"dv-{number}" if number else organisation_digits(text) or text
