"""The head of a letter, above addressees or first sentence: issuer, number, place, date, kind, title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from directives.reading.dateline import Dateline, dateline_of
from directives.reading.draft import Unsure
from directives.reading.issuers import issuing_body
from directives.reading.marks import CODE, NUMBER, Mark, mark_of
from directives.reading.text import GAP, S0, Line, S, fold, squeeze
from directives.reading.vocabulary import KINDS, OFFICE, PARTY_MOTTO, STATE_MOTTO, kind_of

ADDRESSED = re.compile(rf"(?:- )?(?:dong{S})?kinh{S}(?:gui|trinh)\b")
_LONGEST_HEAD = 60  # lines
_LONGEST_LINE = 220  # characters; a longer one is a paragraph
_LONGEST_TITLE = 600
_NUMBERED = re.compile(rf"(?:- )?so{S0}[:.]?{S0}(?=[0-9])")
_UNNUMBERED = re.compile(rf"(?:- )?[Ss]\w{S0}[:.]?[ .…]{{0,30}}[-/]{S0}(?P<code>{CODE})[-/]{CODE}(?:-{CODE})?")
_IN_SENTENCE = re.compile(rf"{S0}(?:,|ngay\b|cua\b)")
_LABEL = re.compile(rf"dieu{S}[0-9]|(?:i|1){S0}[.)/-](?![0-9])")
_GROUNDS = re.compile(rf"(?:- )?can{S}cu\b")
_OPENING = re.compile(
    rf"(?:- )?(?:can{S}cu|thuc{S}hien|trien{S}khai|tiep{S}tuc|nham|theo|vua{S}qua|ngay|trong|de|voi|xet"
    rf"|hien{S}nay)\b"
)
_SUBJECT = re.compile(rf"v{S0}/{S0}v{S0}[:.]?{S0}")
_OF_BODY = re.compile(rf"cua{S}")
_STAMP = re.compile(rf"du{S}thao.{{0,40}}|khan|thuong{S}khan|hoa{S}toc.{{0,20}}")
_SECRET = re.compile(rf"(?:tuyet{S}|toi{S})?mat")


@dataclass(slots=True)
class Header:
    """What the head says; `end` is the index of the first line after it."""

    mark: Mark | None = None
    type: str | None = None
    code: str | None = None
    style: str | None = None
    issuer: str | None = None
    superior: str | None = None
    place: str | None = None
    issued_on: date | None = None
    title: str | None = None
    end: int = 0
    unsure: list[Unsure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_header(lines: Sequence[Line]) -> Header:
    """Take away, line by line, what is recognised; what is left over is the issuer's name or the title."""
    reader = _Reader(lines)
    reader.run()
    reader.finish()
    return reader.header


class _Reader:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines[:_LONGEST_HEAD]
        self.header = Header()
        self.bodies: list[str] = []
        self.title: list[str] = []
        self.dateline: Dateline | None = None
        self.unnumbered: str | None = None
        self.gap = False  # a blank line since the title's last line
        self.addressed = _first_addressed(self.lines)
        self.anchor = _last_landmark(self.lines[: self.addressed])

    def run(self) -> None:
        for index, line in enumerate(self.lines):
            self.header.end = index
            if index == self.addressed or (self.addressed is None and self._is_body(index, line)):
                return
            if not line.text:
                self.gap = bool(self.title)
            elif not line.is_rule:
                self._take(line)
            elif self.title and self.addressed is None:
                self.header.end = index + 1
                return
        self.header.end = len(self.lines)

    def _is_body(self, index: int, line: Line) -> bool:
        """Whether the head is over; asked only of letters without addressees, whose head has no other end."""
        if index <= self.anchor or not line.text:
            return False
        if len(line.text) > _LONGEST_LINE or _LABEL.match(line.folded) or _GROUNDS.match(line.folded):
            return True
        if not self.title:
            return self.anchor < 0 or (self.header.type is None and _OPENING.match(line.folded) is not None)
        if line.text.isupper():
            return bool(OFFICE.match(line.folded)) or (self.gap and not self.title[-1].isupper())
        begins = self.gap or line.text.endswith(":") or _OPENING.match(line.folded) is not None
        return begins and not line.goes_on

    def _take(self, line: Line) -> None:
        text = line.text
        if self.dateline is None and (found := dateline_of(line)):
            self.dateline, text = found, found.rest
        for cell in self._without_number(text).split(GAP):
            self._take_cell(self._without_motto(cell).strip("- "))

    def _take_cell(self, cell: str) -> None:
        folded = fold(cell)
        kind = _kind_printed(cell)
        begun = bool(self.title or self.header.type or _SUBJECT.match(folded))
        if not cell:
            return
        if kind:
            self.header.type = self.header.type or kind
            self.title.clear()
        elif cell.isupper() and _SECRET.fullmatch(folded):
            self.header.warnings.append(f"Văn bản có dấu độ mật “{cell}”: không được đưa lên cổng.")
        elif cell.isupper() and _STAMP.fullmatch(folded):
            self.header.warnings.append(f"Trên văn bản có ghi “{cell}”.")
        elif cell.isupper() and _OF_BODY.match(folded):
            return  # "CỦA BAN THƯỜNG VỤ …" under the kind repeats the issuer
        elif cell.isupper() and not begun:
            self.bodies.append(cell)
        elif begun or self.header.mark or self.unnumbered:
            self.title.append(cell)
            self.gap = False

    def _without_motto(self, cell: str) -> str:
        for motto, style in ((PARTY_MOTTO, "party"), (STATE_MOTTO, "state")):
            found = motto.search(fold(cell))
            if found and (style == "state" or cell[found.start() : found.end()].isupper()):
                self.header.style = style
                cell = f"{cell[: found.start()]} {cell[found.end() :]}".strip()
        return cell

    def _without_number(self, text: str) -> str:
        if self.header.mark or self.unnumbered:
            return text
        if mark := _number_at_start(text):
            self.header.mark = mark
            return text[mark.end :]
        if blank := _UNNUMBERED.match(text):
            self.unnumbered = blank["code"]
            return text[blank.end() :]
        return text

    def finish(self) -> None:
        header, mark = self.header, self.header.mark
        if mark:
            header.style = header.style or ("state" if mark.style == "law" else mark.style)
        elif self.unnumbered:
            header.unsure.append(Unsure("number", "Văn bản chưa ghi số."))
        header.code = mark.code if mark else self.unnumbered
        header.type = header.type or kind_of(header.code, header.style)
        header.issuer, header.superior = issuing_body(self.bodies)
        if self.dateline:
            self._date(self.dateline)
        title = squeeze(" ".join(self.title))
        if subject := _SUBJECT.match(fold(title)):
            title = title[subject.end() :]
        if len(title) <= _LONGEST_TITLE:
            header.title = title or None
        else:
            header.unsure.append(Unsure("title", "Không tách được trích yếu khỏi phần mở đầu.", title[:80]))

    def _date(self, line: Dateline) -> None:
        self.header.place, self.header.issued_on = line.place, line.issued_on
        if line.issued_on is None:
            reason = "Ngày ban hành còn để trống hoặc không có trong lịch."
            self.header.unsure.append(Unsure("issued_on", reason, line.written))


def _first_addressed(lines: Sequence[Line]) -> int | None:
    return next((index for index, line in enumerate(lines) if ADDRESSED.match(line.folded)), None)


def _last_landmark(lines: Sequence[Line]) -> int:
    """The last line that only a head has (number, kind, date), or -1; title and body come after it."""
    last, seen = -1, set[str]()
    for index, line in enumerate(lines):
        if len(line.text) > _LONGEST_LINE or _GROUNDS.match(line.folded):
            break
        for what in _landmarks(line) - seen:
            seen.add(what)
            last = index
    return last


def _landmarks(line: Line) -> set[str]:
    found = set()
    if _number_at_start(line.text) or _UNNUMBERED.match(line.text):
        found.add("number")
    if dateline_of(line):
        found.add("date")
    if any(_kind_printed(cell) for cell in line.text.split(GAP)):
        found.add("kind")
    if PARTY_MOTTO.search(line.folded) or STATE_MOTTO.search(line.folded):
        found.add("motto")
    return found


def _number_at_start(text: str) -> Mark | None:
    """ "Số 12-BC/BTGTU" opening a line, but not the tail of a citation broken across lines."""
    lead = _NUMBERED.match(fold(text))
    found = NUMBER.match(text, lead.end()) if lead and text.lstrip("- ")[0] == "S" else None
    if found is None or _IN_SENTENCE.match(fold(text), found.end()):
        return None
    return mark_of(found)


def _kind_printed(cell: str) -> str | None:
    return KINDS.get(squeeze(fold(cell)).strip(" :-")) if cell.isupper() else None
