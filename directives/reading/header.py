"""The head of a letter, above addressees or first sentence: issuer, number, place, date, kind, title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from directives.reading.dateline import Dateline, dateline_of
from directives.reading.draft import Finding, Span, Unsure
from directives.reading.findings import found_at
from directives.reading.issuers import issuing_body
from directives.reading.marks import CODE, NUMBER, Mark, mark_of
from directives.reading.text import S0, Line, S, fold, squeeze, trimmed, words
from directives.reading.vocabulary import CODES, KINDS, OFFICE, PARTY_MOTTO, STATE_MOTTO, kind_of

ADDRESSED = re.compile(rf"(?:(?:- )?(?:dong{S})?kinh{S}(?:gui|trinh)\b|[a-z, ]{{3,100}}{S}dien{S0}:$)")
_SPLIT = re.compile(
    rf"\bso{S0}:?{S0}[0-9]{{1,6}}{S0}[-/][^ ]{{0,30}}[-/]$"
    rf"|\bngay{S}[0-9]{{1,2}}(?:{S}thang(?:{S}[0-9]{{1,2}}(?:{S}nam)?)?)?$"
)
ISSUED_WITH = re.compile(rf"\(?(?:ban{S}hanh{S})?kem{S}theo\b")
_LONGEST_HEAD = 60  # lines
_LONGEST_LINE = 220  # characters; a longer one is a paragraph
_LONGEST_TITLE = 600
_NUMBERED = re.compile(rf"(?:- )?(?:(?:luat|phap{S}lenh|nghi{S}quyet){S})?so{S0}[:.]?{S0}(?=[0-9])")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{1,3}){1,5}(?= ?[-/])")  # as a PDF may part the digits
_UNNUMBERED = re.compile(rf"(?:- )?[Ss]\w{S0}[:.]?[ .…]{{0,30}}[-/]{S0}(?P<code>{CODE})[-/]{CODE}(?:-{CODE})?")
_IN_SENTENCE = re.compile(rf"{S0}(?:,|ngay\b|cua\b)")
_LABEL = re.compile(rf"dieu{S}[0-9]|(?:i|1){S0}[.)/-](?![0-9])")
_GROUNDS = re.compile(rf"(?:- )?can{S}cu\b")
_OPENING = re.compile(
    rf"(?:- )?(?:can{S}cu|thuc{S}hien|trien{S}khai|tiep{S}tuc|nham|theo|vua{S}qua|ngay|trong|de|voi|xet"
    rf"|hien{S}nay)\b"
)
_SUBJECT = re.compile(rf"[(\"]?v{S0}/{S0}v{S0}[:.]?{S0}")
_OF_BODY = re.compile(rf"(?:cua|hoi{S}nghi){S}")
_INCOMING = re.compile(rf"(?:(?:cong{S}van|van{S}ban){S})?den\b.{{0,40}}\b(?:so|ngay){S0}[:.]")
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
    code_at: Span = (0, 0)
    findings: list[Finding] = field(default_factory=list)
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
        self.lines = _mended(lines[:_LONGEST_HEAD])
        self.header = Header()
        self.bodies: list[Line] = []
        self.title: list[Line] = []
        self.kind: Line | None = None
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
                self.gap = bool(self.title) and line.start > self.lines[index - 1].end
            elif not line.is_rule and not _INCOMING.match(line.folded):
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
            return bool(OFFICE.match(line.folded)) or (self.gap and not self.title[-1].text.isupper())
        begins = self.gap or line.text.endswith(":") or _OPENING.match(line.folded) is not None
        return begins and not line.goes_on

    def _take(self, line: Line) -> None:
        if self.dateline is None and (found := dateline_of(line)):
            self.dateline, line = found, found.rest
        for part in self._without_number(line):
            for column in part.cells:
                for cell in self._without_motto(column):
                    self._take_cell(_unlisted(cell))

    def _take_cell(self, cell: Line) -> None:
        capitals, kind = cell.text.isupper(), _kind_printed(cell.text)
        begun = bool(self.title or self.kind or _SUBJECT.match(cell.folded))
        if not cell.text:
            return
        if kind:
            self.header.type, self.kind = (self.header.type or kind), (self.kind or cell)
            self.title.clear()
        elif capitals and _SECRET.fullmatch(cell.folded):
            self.header.warnings.append(f"Văn bản có dấu độ mật “{cell.text}”: không được đưa lên cổng.")
        elif capitals and _STAMP.fullmatch(cell.folded):
            self.header.warnings.append(f"Trên văn bản có ghi “{cell.text}”.")
        elif capitals and _OF_BODY.match(cell.folded):
            return  # "CỦA BAN THƯỜNG VỤ …" under the kind repeats the issuer
        elif capitals and not begun:
            self.bodies.append(cell)
        elif capitals and self.gap and not self.title[-1].text.isupper():
            return  # the stamp of whoever received it
        elif begun or self.header.mark or self.unnumbered:
            self.title.append(cell)
            self.gap = False

    def _without_motto(self, cell: Line) -> list[Line]:
        cells = [cell]
        for motto, style in ((PARTY_MOTTO, "party"), (STATE_MOTTO, "state")):
            found = motto.search(cells[0].folded)
            if found and (style == "state" or cells[0].text[found.start() : found.end()].isupper()):
                self.header.style = style
                cells = [cells[0].part(0, found.start()), cells[0].part(found.end())]
        return cells

    def _without_number(self, line: Line) -> list[Line]:
        if self.header.mark or self.unnumbered:
            return [line]
        at = _number_begins(line.text)
        if mark := _number_at_start(line.text[at:]):
            self.header.mark = mark
            self.header.code_at = (line.start + at + mark.start, line.start + at + mark.end)
            return [line.part(0, at), line.part(at + mark.end)]
        if blank := _UNNUMBERED.match(line.text):
            self.unnumbered = blank["code"]
            self.header.code_at = (line.start + blank.start("code"), line.start + blank.end("code"))
            return [line.part(blank.end())]
        return [line]

    def finish(self) -> None:
        header, mark = self.header, self.header.mark
        if mark:
            header.style = header.style or ("state" if mark.style == "law" else mark.style)
            header.findings.append(Finding("number", header.code_at, "certain" if mark.style else "doubtful"))
        elif self.unnumbered:
            header.unsure.append(Unsure("number", "Văn bản chưa ghi số."))
        header.code = mark.code if mark else self.unnumbered if self.unnumbered in CODES else None
        self._type()
        self._bodies()
        if self.dateline:
            self._date(self.dateline)
        self._title()

    def _type(self) -> None:
        header = self.header
        header.type = header.type or kind_of(header.code, header.style)
        if self.kind:
            header.findings += found_at("type", [self.kind])
        elif header.type:
            header.findings.append(Finding("type", header.code_at, "likely"))

    def _bodies(self) -> None:
        header = self.header
        header.issuer, header.superior, printed = issuing_body(self.bodies)
        for name, cells in zip(("issuer", "superior"), reversed(printed), strict=False):
            header.findings += found_at(name, cells)

    def _date(self, line: Dateline) -> None:
        header = self.header
        header.place, header.issued_on = line.place.text if line.place else None, line.issued_on
        header.findings += found_at("place", [line.place] if line.place else [])
        header.findings += found_at("issued_on", [line.day], "certain" if line.issued_on else "doubtful")
        if line.issued_on is None:
            reason = "Ngày ban hành còn để trống hoặc không có trong lịch."
            header.unsure.append(Unsure("issued_on", reason, squeeze(line.day.text).strip(" ,")))

    def _title(self) -> None:
        issued = next((at for at, cell in enumerate(self.title) if ISSUED_WITH.match(cell.folded)), len(self.title))
        self._issued_with(self.title[issued:])
        del self.title[issued:]
        self.title = trimmed(self.title, "“”\"()") if _quoted(words(self.title)) else self.title
        if self.title and (subject := _SUBJECT.match(self.title[0].folded)):
            self.title[0] = self.title[0].part(subject.end())
        title = words(self.title)
        if len(title) > _LONGEST_TITLE:
            self.header.unsure.append(Unsure("title", "Không tách được trích yếu khỏi phần mở đầu.", title[:80]))
        elif title:
            self.header.title = title
            self.header.findings += found_at("title", self.title)


    def _issued_with(self, cells: Sequence[Line]) -> None:
        """ "(Ban hành kèm theo Quyết định số … của Ban Thường vụ …)" names the issuer where the head does not."""
        issuer = words(cells).strip("() ").rpartition(" của ")[2]
        if cells and self.header.issuer is None and issuer[:1].isupper():
            self.header.issuer = issuer
            self.header.findings += found_at("issuer", cells, "likely")


def _quoted(text: str) -> bool:
    """Wholly within one pair of quotation marks or brackets."""
    return text[:1] in ("“", '"', "(") and text[-1:] in ("”", '"', ")") and not set(text[1:-1]) & set("“”\"()")


def _unlisted(cell: Line) -> Line:
    """Without the hyphens of a list or a rule."""
    return cell.part(len(cell.text) - len(cell.text.lstrip("- ")), len(cell.text.rstrip("- ")))


def _mended(lines: Sequence[Line]) -> list[Line]:
    """A number or a date broken over two lines stands on the first; the second is empty, yet parts nothing."""
    mended = list(lines)
    for index in range(len(mended) - 2, -1, -1):
        line, following = mended[index], mended[index + 1]
        if following.start == line.end + 1 and _SPLIT.search(line.folded):
            text = f"{line.text} {following.text}"
            mended[index : index + 2] = [Line(line.start, text, fold(text)), Line(following.end, "", "")]
    return mended


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
    if _number_at_start(line.text[_number_begins(line.text) :]) or _UNNUMBERED.match(line.text):
        found.add("number")
    if dateline_of(line):
        found.add("date")
    if any(_kind_printed(cell.text) for cell in line.cells):
        found.add("kind")
    if PARTY_MOTTO.search(line.folded) or STATE_MOTTO.search(line.folded):
        found.add("motto")
    return found


def _number_begins(text: str) -> int:
    """Where "Số" stands after nothing but another column's capitals; 0 when it does not."""
    at = text.find(" Số", 0, _LONGEST_LINE) + 1
    return at if text[:at].isupper() or set(text[:at]) == set("* ") else 0


def _number_at_start(text: str) -> Mark | None:
    """ "Số 12-BC/BTGTU" opening a line, but not the tail of a citation broken across lines."""
    lead = _NUMBERED.match(fold(text))
    if lead is None or not text.lstrip("- ")[0].isupper():
        return None
    spaced = _SPACED.match(text, lead.end())
    found = NUMBER.match(text, spaced[0].rindex(" ") + 1 + lead.end() if spaced else lead.end())
    if found is None or _IN_SENTENCE.match(fold(text), found.end()):
        return None
    mark = mark_of(found)
    if mark and spaced:
        return replace(mark, start=lead.end(), number="".join(spaced[0].split()[:-1]) + mark.number)
    return mark


def _kind_printed(cell: str) -> str | None:
    return KINDS.get(squeeze(fold(cell)).strip(" :-")) if cell.isupper() else None
