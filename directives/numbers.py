"""Document numbers: the Party's 729-CV/TU, the State's 30/2020/NĐ-CP, the National Assembly's 24/2018/QH14.

Real papers break the rules, so a number is never refused: parse() takes anything and says what it finds odd.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Style = Literal["party", "state", "law"]

_PARTY = re.compile(
    r"(?P<num>[0-9]{1,6})-(?P<type>[A-ZĐ][A-Za-zĐđ]{0,4})"
    r"/(?P<issuer>[A-ZĐƯƠÂĂÊÔ][A-ZĐƯƠÂĂÊÔ0-9]{0,14}(?:-[A-ZĐƯƠÂĂÊÔ0-9]{1,10})?)"
)
_STATE = re.compile(
    r"(?P<num>[0-9]{1,6})(?:/(?P<year>(?:19|20)[0-9]{2}))?/(?P<type>[A-ZĐƯƠÂĂÊÔ][A-Za-zĐđƯƠÂĂÊÔ0-9]{0,9})"
    r"-(?P<issuer>[A-Za-zĐđƯƠÂĂÊÔ0-9]{1,15}(?:-[A-Za-zĐđƯƠÂĂÊÔ0-9]{1,10}){0,2})"
)
_LAW = re.compile(r"(?P<num>[0-9]{1,3})/(?P<year>(?:19|20)[0-9]{2})/(?P<issuer>(?:QH|UBTVQH)[0-9]{1,2})")
_PREFIX = re.compile(r"(?:[Ss][Ốố]|[:.])*")
_TIDY = {
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
    **dict.fromkeys((0xD0, 0x189), "Đ"),
    **dict.fromkeys((0xAD, *range(0x200B, 0x200E), 0x2060, 0xFEFF), ""),
}

# Codes that mean one kind of document. QĐ is missing on purpose: it is both Quyết định and Quy định.
_TYPES = {
    "BB": "Biên bản",
    "BC": "Báo cáo",
    "CT": "Chỉ thị",
    "CTHĐ": "Chương trình hành động",
    "CTr": "Chương trình",
    "CV": "Công văn",
    "CĐ": "Công điện",
    "GM": "Giấy mời",
    "HD": "Hướng dẫn",
    "KH": "Kế hoạch",
    "KL": "Kết luận",
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "PA": "Phương án",
    "PL": "Pháp lệnh",
    "QC": "Quy chế",
    "QyĐ": "Quy định",
    "QĐi": "Quy định",
    "TB": "Thông báo",
    "TTLT": "Thông tư liên tịch",
    "TTr": "Tờ trình",
    "ĐA": "Đề án",
}
_TYPES_BY_STYLE = {("TT", "party"): "Thông tri", ("TT", "state"): "Thông tư"}
_KNOWN_CODES = {*_TYPES, "QĐ", "TT", "DA", "CTPH", "QCPH", "HĐ", "VBHN", "TC", "L"}
_PARTY_ISSUERS = re.compile(r"(?:VP|UBKT|BTG|BTGDV|BTC|BDV|BNC)?(?:TW|TU|ĐU|HU|QU|CB|ĐH)|BTG|BTGDV|BCSĐ|VPĐU")


@dataclass(frozen=True, slots=True)
class Number:
    """A document number, taken apart; what could not be read is None. Sort by `num`, an integer.

    A Party number runs through a congress term, a State number through a year: `num` alone tells nothing.
    """

    raw: str
    num: int | None = None
    type_code: str | None = None
    issuer_code: str | None = None
    year: int | None = None
    style: Style | None = None
    warnings: tuple[str, ...] = ()

    def canonical(self) -> str:
        """The number in its style's spelling, below ten with a 0; as tidied when the style is unknown."""
        if self.style is None or self.num is None:
            return _tidy(self.raw)
        num = f"{self.num:02d}"
        if self.style == "party":
            return f"{num}-{self.type_code}/{self.issuer_code}"
        dated = f"{num}/{self.year}" if self.year else num
        code = "-".join(part for part in (self.type_code, self.issuer_code) if part)
        return f"{dated}/{code}"


def parse(raw: str) -> Number:
    """Never raises; `warnings` (Vietnamese) say what departs from the rules."""
    tidy = _tidy(raw)
    number = _matched(raw, tidy)
    if number is None and tidy != tidy.upper():
        number = _matched(raw, tidy.upper(), "Ký hiệu viết bằng chữ thường.")
    if number is not None:
        return number
    digits = re.match("[0-9]{1,6}(?![0-9])", tidy)
    odd = "Số, ký hiệu không theo thể thức văn bản của Đảng hay của Nhà nước."
    return Number(raw, int(digits[0]) if digits else None, warnings=(odd,))


def type_name(code: str | None, style: Style | None = None) -> str | None:
    """The kind of document a code stands for, or None when it is unknown or could be two kinds (QĐ)."""
    if code is None:
        return None
    return _TYPES.get(code) or _TYPES_BY_STYLE.get((code, style or ""))


def _tidy(raw: str) -> str:
    # Composed last: dropping a space may bring a letter and its mark together.
    joined = unicodedata.normalize("NFC", "".join(raw.translate(_TIDY).split()))
    return _PREFIX.sub("", joined, count=1)


def _matched(raw: str, tidy: str, *warnings: str) -> Number | None:
    if found := _LAW.fullmatch(tidy):
        return Number(raw, int(found["num"]), None, found["issuer"], int(found["year"]), "law", warnings)
    if found := _PARTY.fullmatch(tidy):
        oddities = (*warnings, *_oddities(found["num"], found["type"]))
        return Number(raw, int(found["num"]), found["type"], found["issuer"], None, "party", oddities)
    if found := _STATE.fullmatch(tidy):
        return _state(raw, found, warnings)
    return None


def _state(raw: str, found: re.Match[str], warnings: tuple[str, ...]) -> Number:
    code: str | None = found["type"]
    issuer, year = found["issuer"], int(found["year"]) if found["year"] else None
    if code not in _KNOWN_CODES:
        # A State công văn carries no type: in 12729/VPCP-KGVX both parts are the issuer's.
        code, issuer = None, f"{code}-{issuer}"
    elif _PARTY_ISSUERS.fullmatch(issuer):
        better = f"{int(found['num']):02d}-{code}/{issuer}"
        warnings = (*warnings, f"Cơ quan của Đảng nhưng ký hiệu viết kiểu Nhà nước; có thể là {better}.")
    return Number(raw, int(found["num"]), code, issuer, year, "state", (*warnings, *_oddities(found["num"], code)))


def _oddities(num: str, code: str | None) -> tuple[str, ...]:
    odd = []
    if int(num) == 0:
        odd.append("Số văn bản bằng 0.")
    elif num != f"{int(num):02d}":
        odd.append("Số dưới 10 viết thêm một số 0, số từ 10 trở lên không thêm số 0.")
    if code is not None and code not in _KNOWN_CODES:
        odd.append(f"Không rõ tên loại văn bản của ký hiệu “{code}”.")
    return tuple(odd)
