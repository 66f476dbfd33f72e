"""From what stands in a cell to the text that is kept, or the reason why it cannot be. Pure."""

import re
from collections import Counter
from dataclasses import dataclass, field
from unicodedata import is_normalized

from units.sheets.encoding import old_encoding, reason
from units.sheets.table import MOST_CHARACTERS, Odd
from units.vietnamese import clean, fold

FORMULA = "Ô chứa công thức; hãy chép rồi dán lại chỉ lấy giá trị (Paste Values)."
BOOLEAN = "Ô chứa giá trị đúng/sai (TRUE/FALSE), không phải chữ; hãy ghi lại bằng chữ."
OVER_LONG = f"Ô dài quá {MOST_CHARACTERS} ký tự; hãy rút gọn."
BROKEN = "Ô có ký tự bị hỏng (\ufffd); hãy gõ lại nội dung."
# What a spreadsheet takes for a formula when it begins a cell of a .csv.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)")
_LOOKALIKE = re.compile("[\u00d0\u0189\u00f0\u0256]")
_MOST_KEPT = 100  # longer texts are seldom repeated
_MOST_QUOTED = 40
_LONG_IN_ANY_CASE = 8 * MOST_CHARACTERS  # even when marks stand apart


def error(value: str) -> Odd:
    return Odd(f"Ô chứa lỗi tính toán {value[:_MOST_QUOTED]}; hãy ghi lại nội dung đúng.")


def guarded(text: str) -> str:
    """As a .csv needs it, lest a spreadsheet take it for a formula: with an apostrophe before it."""
    return f"'{text}" if _is_dangerous(text) else text


def bare(text: str) -> str:
    """Without that apostrophe."""
    return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text


def _is_dangerous(text: str) -> bool:
    return text.lstrip(" \u00a0'").startswith(DANGEROUS)


def heading_key(text: str) -> str:
    """What two headings share: "Tên tổ chức (*)", "TÊN TỔ CHỨC:" → "ten to chuc"."""
    return re.sub(r"\s*(?:\(\s*\*\s*\)|\*|:|\s)+$", "", fold(clean(text[:MOST_CHARACTERS])))


@dataclass
class Mender:
    """Cleans texts; remembers those it has seen, and counts what it mended, cell by cell."""

    counts: Counter[str] = field(default_factory=Counter)
    _seen: dict[str, tuple[str | Odd, str]] = field(default_factory=dict)

    def text(self, raw: str | Odd) -> str | Odd:
        if isinstance(raw, Odd):
            return raw
        known = self._seen.get(raw)
        if known is None:
            known = _mended(raw)
            if len(raw) <= _MOST_KEPT:
                self._seen[raw] = known
        text, what = known
        if what:
            self.counts[what] += 1
        return text

    def notes(self) -> list[str]:
        apart, alike = self.counts["apart"] + self.counts["both"], self.counts["alike"] + self.counts["both"]
        return [
            note for count, note in (
                (apart, f"Chữ tổ hợp (NFD) ở {apart} ô đã được chuyển về chữ dựng sẵn."),
                (alike, f"Chữ Ð hoặc Ɖ trông giống Đ ở {alike} ô đã được đổi thành chữ Đ tiếng Việt."),
            ) if count
        ]


def _mended(raw: str) -> tuple[str | Odd, str]:
    """The text or what is wrong with it, and what was mended: apart, alike, both or nothing."""
    if raw.lstrip().startswith("="):
        return Odd(FORMULA), ""
    if raw.startswith("#") and _ERROR.fullmatch(raw.strip()):
        return error(raw.strip()), ""
    if raw.isascii() and raw.isprintable():
        return _bounded(" ".join(raw.split())), ""
    if len(raw) > _LONG_IN_ANY_CASE:
        return Odd(OVER_LONG), ""
    if "\ufffd" in raw:
        return Odd(BROKEN), ""
    name, word = old_encoding(raw)
    if name:
        return Odd(reason(name, word)), ""
    apart, alike = not is_normalized("NFC", raw), bool(_LOOKALIKE.search(raw))
    what = "both" if apart and alike else "apart" if apart else "alike" if alike else ""
    # What is printable has no control character and no white space but the plain blank.
    plain = not what and raw.isprintable()
    return _bounded(" ".join(raw.split()) if plain else clean(raw)), what


def _bounded(text: str) -> str | Odd:
    if len(text) > MOST_CHARACTERS:
        return Odd(OVER_LONG)
    return text
