"""The letter's text made regular: one spelling of letters, dashes and spaces, in lines and paragraphs.

Three strings of equal length run side by side, so that a position found in one holds in the others:
`Page.text` (what spans point into), `Page.flow` (line breaks inside a paragraph turned into spaces) and
`Page.folded` (the flow without case or marks, for matching: scans lose marks more often than letters).
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from directives.reading.digits import joined

GAP = "   "  # what separates two columns of a flattened layout; no longer run of spaces survives normalise()
S = " {1,3}"  # "a space" in patterns over folded text
S0 = " {0,3}"  # "perhaps a space"

_CHARACTERS: dict[int, str] = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x7F), " "),
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), ""),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys((0xD0, 0x189), "Đ"),
    **dict.fromkeys((0xF0, 0x256), "đ"),
    **dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n"),
    **dict.fromkeys(map(ord, "\t|"), GAP),
    **dict.fromkeys(map(ord, "•●▪◦·∙"), "-"),
}
_GAPS = re.compile(GAP)
_BREAKS = re.compile(r"\r\n|<br ?/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([^\w\s])")
_EMPHASIS = re.compile(r"[*_`]+|</?[bius]>")
_PAGE_NUMBER = re.compile(
    r"-? ?[0-9]{1,3} ?-?|[0-9]{1,3} ?/ ?[0-9]{1,3}|[Tt]rang [0-9]{1,3}(?: ?/ ?[0-9]{1,3})?"
    r"|(?:[0-9]{1,4} {1,3})?CÔNG BÁO ?/ ?Số [^\n]{1,60}"
)
_RULE = re.compile(r"[-=~.: ]{2,400}")
_LISTED = re.compile(r"[-+] |(?:Nơi nhận|Kính gửi|NƠI NHẬN|KÍNH GỬI)\b")
_HEADING = 50  # characters
_HANGING = re.compile(r"(?:[,/-]| (?:của|và|các|với|theo|số|ngày|về|tại|trong|cho|do))$")
_MARKS_KEPT = 4  # Vietnamese needs two; the rest of a longer run is noise, and sorting it is quadratic


class _Folding(dict[int, str]):
    """Code point → its bare lower-case letter, always one character, so that folding keeps every position."""

    def __missing__(self, code: int) -> str:
        bare = unicodedata.normalize("NFD", chr(code))[0].lower()
        self[code] = folded = bare if len(bare) == 1 else chr(code)
        return folded


_FOLDING = _Folding({ord("đ"): "d", ord("Đ"): "d", **dict.fromkeys(map(ord, "“”„«»″"), '"'), ord("’"): "'"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the normalised text; `start` is its offset there."""

    start: int
    text: str
    folded: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def cells(self) -> list["Line"]:
        """The columns that stand side by side on this line."""
        return self.parted(_GAPS)

    def parted(self, between: re.Pattern[str]) -> list["Line"]:
        """What stands before, between and after a pattern's matches; a piece may be empty."""
        cuts = [(0, 0), *(found.span() for found in between.finditer(self.text)), (len(self.text), 0)]
        return [self.part(before[1], after[0]) for before, after in pairwise(cuts)]

    def part(self, start: int, end: int | None = None) -> "Line":
        """What stands in [start, end), without blanks around it."""
        text = self.text[start:end]
        kept = text.strip()
        start += len(text) - len(text.lstrip())
        return Line(self.start + start, kept, self.folded[start : start + len(kept)])

    @property
    def is_rule(self) -> bool:
        """A line drawn with hyphens or the like, as under a Party document's title."""
        return is_rule(self.text)

    @property
    def is_finished(self) -> bool:
        return self.text.endswith((".", ";", ":", "!", "?"))

    @property
    def goes_on(self) -> bool:
        """Starts like the middle of a sentence."""
        return self.text[:1].islower() or self.text.startswith((",", "(", ")"))


@dataclass(frozen=True, slots=True)
class Page:
    """The three parallel strings of this module's docstring, for scanning with offsets."""

    text: str
    flow: str
    folded: str

    def quote(self, start: int, end: int) -> str:
        """The passage as written, on one line a paragraph."""
        return "\n".join(squeeze(part) for part in self.flow[start:end].split("\n") if part.strip())


    def without(self, start: int, end: int) -> "Page":
        """The same page with a passage left blank."""
        gap = "\n" * (end - start)
        return Page(self.text, *(whole[:start] + gap + whole[end:] for whole in (self.flow, self.folded)))


def fold(text: str) -> str:
    """Lower case without marks, character for character: fold("Đảng ủy") == "dang uy"."""
    return text.translate(_FOLDING)


def squeeze(text: str) -> str:
    """All white space as single spaces."""
    return " ".join(text.split())


def is_rule(text: str) -> bool:
    """Drawn with hyphens or the like; so is the line under a Markdown table's head."""
    return _RULE.fullmatch(text) is not None


def words(cells: Sequence[Line]) -> str:
    """What stands in several places, as one line."""
    return squeeze(" ".join(cell.text for cell in cells))


def trimmed(cells: Sequence[Line], strip: str) -> list[Line]:
    """The same without bullets and stops at either end."""
    kept = [cell for cell in cells if cell.text.strip(strip)]
    if kept:
        kept[0] = kept[0].part(len(kept[0].text) - len(kept[0].text.lstrip(strip)))
        kept[-1] = kept[-1].part(0, len(kept[-1].text.rstrip(strip)))
    return kept


def normalise(text: str) -> str:
    """NFC, plain spaces and hyphens, Đ for look-alikes, numbers whole; no emphasis, page numbers or spare blanks."""
    # NFC comes last: dropping a zero-width character may bring a letter and its mark together.
    plain = _fewer_marks(_BREAKS.sub("\n", text).translate(_CHARACTERS))
    characters = unicodedata.normalize("NFC", plain)
    kept: list[str] = []
    turned = False  # just past a page number
    for raw in characters.split("\n"):
        line = _clean(raw)
        if _PAGE_NUMBER.fullmatch(line):
            turned = True
        elif line:
            if turned and kept and not kept[-1]:
                kept = _rejoined(kept)
            kept.append(line)
            turned = False
        elif kept and kept[-1]:
            kept.append("")
    return joined("\n".join(kept).rstrip("\n"))


def _rejoined(kept: list[str]) -> list[str]:
    """Take back the blank line before a page number when it cut a sentence."""
    cut = len(kept) > 1 and not kept[-2].endswith((".", ";", ":", "!", "?"))
    if cut:
        kept.pop()
    return kept


def _fewer_marks(text: str) -> str:
    marks = "".join(sorted(mark for mark in set(text) if unicodedata.combining(mark)))
    if not marks:
        return text
    kind = f"[{re.escape(marks)}]"
    return re.sub(f"({kind}{{{_MARKS_KEPT}}}){kind}+", r"\1", text)


def _clean(raw: str) -> str:
    line = raw.strip()
    if line.startswith("* "):
        line = "- " + line[2:]
    line = _EMPHASIS.sub("", _ESCAPED.sub(r"\1", line)).lstrip("#> ")
    return re.sub(" +", lambda run: GAP if len(run[0]) > 2 else " ", line).strip()


def lines_of(text: str) -> list[Line]:
    """The lines of a normalised text, blank ones included."""
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append(Line(start, line, fold(line)))
        start += len(line) + 1
    return lines


def page_of(text: str, lines: Sequence[Line], openings: Collection[int]) -> Page:
    """Join the lines of each paragraph; `openings` are the indexes of lines known to open one."""
    pieces: list[str] = []
    last: Line | None = None
    before = -1  # the index of the last line
    for index, line in enumerate(lines):
        if not line.text:
            continue
        if last is not None:
            blank = line.start - last.end > 1
            headed = before in openings and _is_heading(last) and line.text[0].isupper()
            opens = index in openings or headed or _opens(last, line, blank)
            pieces.append(("\n" if opens else " ") * (line.start - last.end))
        pieces.append(line.text)
        last, before = line, index
    flow = "".join(pieces)
    return Page(text, flow, fold(flow))


def _is_heading(first: Line) -> bool:
    """A provision's first line that is short, though not for want of its next word, stands by itself."""
    return len(first.text) < _HEADING and not _HANGING.search(first.text)


def _opens(last: Line, line: Line, blank: bool) -> bool:
    if _LISTED.match(line.text) or last.is_rule or line.is_rule:
        return True
    capitals = last.text.isupper() and not line.text.isupper() and len(last.text) > 1
    if last.is_finished or (capitals and not _HANGING.search(last.text)):
        return not line.goes_on
    return blank and not line.goes_on and not last.text.endswith(",")
