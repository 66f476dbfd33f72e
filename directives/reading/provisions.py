"""The numbered parts of a letter: which lines open one, what each is called, and where each ends."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from directives.reading.draft import Provision, Span
from directives.reading.spans import Places
from directives.reading.text import S0, Line, Page, S
from directives.reading.vocabulary import BODY, KIND

_ARTICLE = re.compile(rf"dieu{S}(?P<mark>[0-9]{{1,3}})(?:{S0}[.:]|$)")
_PART = re.compile(
    rf"(?P<kind>phan|chuong|muc){S}"
    rf"(?P<mark>thu{S}[a-z]{{2,6}}|[ivxlc]{{1,7}}|[0-9]{{1,2}})(?:{S0}[.:-]|$|(?= ))"
)
_DOTTED = re.compile(rf"(?P<mark>[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}})(?:{S0}[.):/-])?{S0}(?=[^0-9.]|$)")
_ROMAN = re.compile(rf"(?P<mark>[ivxlc]{{1,7}}){S0}(?:/-|[.)/-]){S0}(?=\S|$)")
_NUMBER = re.compile(rf"(?P<mark>[1-9][0-9]{{0,2}}){S0}(?:(?:/-|[.)/-]){S0}(?=[^0-9 ]|$)|\.{S}(?=[0-9]{{1,3}}%))")
_CAPITAL = re.compile(r"(?P<mark>[A-HĐ])[.)] (?=\S)")  # "A. ĐÁNH GIÁ CHUNG", above I, II
_LETTER = re.compile(r"(?P<mark>[a-zđ])[.)/](?= )")
_LETTERS = "abcdđeghiklmnopqrstuvxy"  # many letters leave đ out
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_QUOTE_ENDS = re.compile(r"[^\s“][”\"] ?[.;,]{0,2}$")
_CLOSING = re.compile(
    rf"(?:{KIND}|van{S}ban|noi{S}dung){S}(?:nay|(?:da{S})?duoc)\b|moi{S}(?:thong{S}tin|vuong{S}mac)\b|tren{S}day{S}la|nhan{S}duoc"
    rf"|dinh{S}ky\b|(?:noi{S}dung|van{S}de){S}chua{S}ro\b|trong{S}qua{S}trinh|qua{S}trinh|"
    rf"(?:(?:yeu{S}cau|de{S}nghi){S}(?:cac|thu{S}truong|nguoi|lanh{S}dao|cap|dong|quy|{BODY})|rat{S}mong"
    rf"|(?:xin{S})?tran{S}trong|kinh{S}(?:mong|de{S}nghi|trinh))\b"
    rf"|{BODY}[^.;:\n]{{0,60}}{S}(?:xin{S})?(?:thong{S}bao|tra{S}loi|kinh{S}de{S}nghi){S}[^.;:\n]{{0,60}}\b(?:biet|thuc{S}hien)\b"
)
_PASSED = re.compile(rf"{KIND}{S}nay{S}(?:da{S})?duoc{S}[^.\n]{{1,200}}{S}thong{S}qua\b")


@dataclass(frozen=True, slots=True)
class Opening:
    """A line that opens a provision; `skipped` says that the one before it seems lost."""

    line: int
    label: str
    kind: str
    text_start: int
    skipped: bool


@dataclass(slots=True)
class _Open:
    """A provision whose children may still come."""

    kind: str
    label: str
    value: int
    mark: str


_MOST_SKIPPED = 50  # articles: what is pasted is often an extract
# Outer before inner; a mark closes every open one at or below its own depth.
_PARTS = ("phan", "chuong", "muc")
_DEPTHS = {
    "phan": 0, "chuong": 1, "muc": 2, "capital": 3, "article": 4, "roman": 4, "number": 5, "dotted": 6, "letter": 7
}  # fmt: skip


def find_openings(lines: Sequence[Line], start: int, end: int) -> list[Opening]:
    """The lines in [start, end) that open a provision, told from wrapped sentences by their counting on."""
    outline = _Outline()
    openings: list[Opening] = []
    last: Line | None = None
    quoted = _quotations(lines, start, end)
    for index in range(start, end):
        line = lines[index]
        if not line.text or quoted.holds(index):
            continue
        named = bool(openings) and openings[-1].kind in _PARTS  # "Chương I" and its name end with no stop
        fresh = last is None or last.is_finished or line.start - last.end > 1 or named
        if opening := outline.opening(index, line, fresh):
            openings.append(opening)
        last = line
    return openings


def _quotations(lines: Sequence[Line], start: int, end: int) -> Places:
    """The lines that quote how another document shall read: from a mark after a colon to the one that closes it."""
    closing = [index for index in range(start, end) if _QUOTE_ENDS.search(lines[index].text)]
    spans: list[Span] = []
    told = False  # the last line ends with a colon
    for index in range(start, end):
        line = lines[index]
        if told and line.text.startswith(("“", '"')) and (not spans or index >= spans[-1][1]):
            place = bisect_left(closing, index)
            if place < len(closing):
                spans.append((index, closing[place] + 1))
        told = line.text.endswith(":") or (told and not line.text)
    return Places(spans)


def read_provisions(page: Page, openings: Sequence[Opening], lines: Sequence[Line], end: int) -> list[Provision]:
    """The texts between the openings; the last one stops at `end` or at the letter's closing sentences."""
    provisions = []
    for place, opening in enumerate(openings, start=1):
        start = lines[opening.line].start
        last = place == len(openings)
        stop = _closing(page, opening, end) if last else lines[openings[place].line].start
        text = page.quote(opening.text_start, stop)
        provisions.append(Provision(opening.label, text, (start, start + len(page.flow[start:stop].rstrip()))))
    return provisions


def _closing(page: Page, opening: Opening, end: int) -> int:
    # "Quyết định này có hiệu lực …" is an article's own text; what an assembly notes under its last article is not.
    closing = _PASSED if opening.kind in ("article", *_PARTS) else _CLOSING
    at = page.flow.find("\n", opening.text_start, end)
    while at >= 0:
        start = at + 1
        told = page.flow[opening.text_start : at].rstrip()
        if told.endswith((".", "!", "?", "./.")) and closing.match(page.folded, start):
            return start
        at = page.flow.find("\n", start, end)
    return end


class _Outline:
    """The provisions open so far, outermost first."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.counts: dict[tuple[str, str], int] = {}  # (parent label, kind) → the last one's value

    def opening(self, index: int, line: Line, fresh: bool) -> Opening | None:
        for kind, found in _marks(line):
            entry, skipped = self._entry(kind, found, line, fresh)
            if entry is not None:
                self._push(entry)
                return Opening(index, entry.label, kind, line.start + found.end(), skipped)
        return None

    def _entry(self, kind: str, found: re.Match[str], line: Line, fresh: bool) -> tuple[_Open | None, bool]:
        mark, value = _mark_and_value(kind, found, line)
        parent = self._parent(kind, mark)
        if parent is None and kind in ("dotted", "letter"):
            return None, False
        prefix = parent.label if parent and kind != "article" else ""
        missed = value - self.counts.get((prefix, kind), 0) - 1
        most = _MOST_SKIPPED if kind == "article" else 2
        if missed and not (fresh and 0 < missed <= most):
            return None, False
        label = _label(kind, mark, parent)
        return _Open(kind, label, value, mark), missed > 0 and not (mark == "e" and missed == 1)

    def _parent(self, kind: str, mark: str) -> _Open | None:
        depth = _DEPTHS[kind]
        outer = [entry for entry in self.open if _DEPTHS[entry.kind] < depth]
        if kind == "dotted":
            stem = mark.rpartition(".")[0]
            inner = [entry for entry in self.open if entry.kind == "dotted" and entry.mark == stem]
            outer = inner or [entry for entry in outer if _counts_as(entry, stem)]
        return outer[-1] if outer else None

    def _push(self, entry: _Open) -> None:
        parent = self._parent(entry.kind, entry.mark)
        counted_in = parent.label if parent and entry.kind != "article" else ""
        self.counts[(counted_in, entry.kind)] = entry.value
        while self.open and self.open[-1] is not parent:
            self.open.pop()
        self.open.append(entry)


def _counts_as(entry: _Open, stem: str) -> bool:
    return entry.kind in ("number", "article", "roman") and str(entry.value) == stem


def _marks(line: Line) -> list[tuple[str, re.Match[str]]]:
    """The ways a line's beginning can be read as a mark."""
    found: list[tuple[str, re.Match[str]]] = []
    capital = line.text[0].isupper()
    if capital and (part := _PART.match(line.folded)) and not line.text[part.end() :].lstrip()[:1].islower():
        found.append((part["kind"], part))
    if capital and (article := _ARTICLE.match(line.folded)):
        found.append(("article", article))
    if (
        capital
        and (numeral := _ROMAN.match(line.folded))
        and numeral["mark"].upper() == line.text[: numeral.end("mark")]
    ):
        found.append(("roman", numeral))
    if line.text.isupper() and (heading := _CAPITAL.match(line.text)):
        found.append(("capital", heading))
    for kind, pattern in (("dotted", _DOTTED), ("number", _NUMBER)):
        if match := pattern.match(line.folded):
            found.append((kind, match))
    if letter := _LETTER.match(line.text):
        found.append(("letter", letter))
    return found


def _mark_and_value(kind: str, found: re.Match[str], line: Line) -> tuple[str, int]:
    mark = line.text[found.start("mark") : found.end("mark")]
    if kind in ("letter", "capital"):
        return mark, _LETTERS.find(mark.lower()) + 1
    if kind == "dotted":
        return mark, int(mark.rpartition(".")[2])
    if kind in _PARTS and found["mark"].startswith("thu"):
        return mark, _ORDINALS.get(found["mark"].split()[-1], 0)
    return mark, int(mark) if mark[0] in "0123456789" else roman(mark)


_ORDINALS = {
    "nhat": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}


def roman(mark: str) -> int:
    """The value of a Roman numeral, or 0 when it is spelled wrongly."""
    digits = [_ROMAN_DIGITS[letter] for letter in mark.lower()]
    value = sum(
        -digit if digit < following else digit for digit, following in zip(digits, [*digits[1:], 0], strict=True)
    )
    return value if _as_roman(value) == mark.lower() else 0


def _as_roman(value: int) -> str:
    written = ""
    for size, digits in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        written += digits * (value // size)
        value %= size
    return written


def _label(kind: str, mark: str, parent: _Open | None) -> str:
    own = {
        "article": f"Điều {mark}",
        "phan": f"Phần {mark}",
        "chuong": f"Chương {mark}",
        "muc": f"Mục {mark}",
    }.get(kind, mark)
    if parent is None or kind == "article":
        return own
    if kind == "dotted" and parent.kind != "roman":
        own = own.rpartition(".")[2]  # "4.1" names its parent "4" itself; under Roman II that parent is "II.4"
    return f"{parent.label}.{own}"
