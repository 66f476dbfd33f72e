"""The foot of a letter: signature and "Nơi nhận", side by side on paper, mixed line by line in a scan."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from directives.reading.draft import Copy, Finding, Signatory
from directives.reading.findings import found_at, listed_at
from directives.reading.header import ISSUED_WITH
from directives.reading.text import S0, Line, S, fold, trimmed, words
from directives.reading.vocabulary import AUTHORITY, OFFICE

_COPIES = re.compile(rf"noi{S}nhan{S0}(?::|$)")
_COPIES_BESIDE = re.compile(r" (?:Nơi nhận|- \w{1,20}(?<=[a-zà-ỹ]))")
_APPENDIX = re.compile(rf"(?:phu{S}luc|bieu{S}mau|mau{S}so)\b")
_REGULATION = re.compile(
    rf"(?:quy{S}(?:che|dinh|trinh)|noi{S}quy|dieu{S}le|de{S}an|phuong{S}an|ke{S}hoach|chuong{S}trinh|huong{S}dan)\b"
)
_LONGEST_NAME = 8  # lines
_SAME = re.compile(rf"nhu{S}(?:tren|kinh{S}gui|dieu\b)")
_ARCHIVE = re.compile(r"luu\b")
_SIGNED = re.compile(rf"\(|\[|da{S}ky|ky{S}(?:boi|ten)|nguoi{S}ky{S0}:|signature|digital")
_ACTING = re.compile(r"q\.")  # "Q. GIÁM ĐỐC" is an office
_NOTED = re.compile(r"\([ĐđKk][ãý][^()]{0,20}\)")
_SIGNED_BESIDE = re.compile(r" \([ĐđKk][ãý][^()]{0,20}\)$")
_LONGEST_LINE = 160  # characters; a longer one belongs to an appendix
_LOOK_BACK = 8  # lines with text between a head's signature and the copies below it
_LONGEST_SIGNATURE = 10  # words
_LOOK_UP = 14  # lines with text that a signature without authority line may stand above the end


@dataclass(slots=True)
class Tail:
    """What the foot says."""

    copies: list[Copy] = field(default_factory=list)
    signatory: Signatory = field(default_factory=Signatory)
    findings: list[Finding] = field(default_factory=list)


def find_tail(lines: Sequence[Line]) -> int:
    """The index of the foot's first line; len(lines) when there is none."""
    for index, line in enumerate(lines):
        if _COPIES.match(line.folded):
            return _signature_above(lines, index)
        if any(is_authority(cell.text) for cell in _parted(line)):
            return index
    written = [index for index, line in enumerate(lines) if line.text][-_LOOK_UP:]
    return next((index for index in written if _is_bare_signature(lines, index)), len(lines))


def find_attachment(lines: Sequence[Line], foot: int) -> tuple[int, int]:
    """The lines of the regulation that a decision issues with itself, past its name; none when there is none."""
    for index in range(foot, len(lines)):
        line = lines[index]
        if line.text.isupper() and _REGULATION.match(line.folded):
            named = range(index + 1, min(index + _LONGEST_NAME, len(lines)))
            said = next((below for below in named if ISSUED_WITH.match(lines[below].folded)), None)
            if said is not None:
                begins = next((at for at in range(said, len(lines)) if lines[at].text.endswith(")")), said) + 1
                return begins, begins + min(find_tail(lines[begins:]), _first_appendix(lines[begins:]))
    return len(lines), len(lines)


def _first_appendix(lines: Sequence[Line]) -> int:
    return next((at for at, line in enumerate(lines) if _is_appendix(line)), len(lines))


def _is_appendix(line: Line) -> bool:
    return line.text.isupper() and _APPENDIX.match(line.folded) is not None


def read_tail(lines: Sequence[Line]) -> Tail:
    """Sort the foot's cells into copies and signature."""
    reader = _Reader()
    for line in lines:
        if len(line.text) > _LONGEST_LINE or _is_appendix(line):
            break
        if not line.text:
            reader.blank = True
        for cell in _one_signature(_cells(line)) if not line.is_rule else ():
            reader.take(cell)
    return reader.tail()


def is_authority(cell: str) -> bool:
    """ "T/M BAN THƯỜNG VỤ", "KT. CHỦ TỊCH", "Q. TRƯỞNG BAN"."""
    return cell.isupper() and AUTHORITY.match(fold(cell)) is not None


def is_office(cell: str) -> bool:
    """An office as printed above a signature: "PHÓ BÍ THƯ THƯỜNG TRỰC"."""
    return cell.isupper() and not cell.endswith(":") and OFFICE.match(fold(cell)) is not None


def is_name(cell: str) -> bool:
    """Looks like a person's name: two to six capitalised words and nothing else."""
    words = cell.split()
    return 2 <= len(words) <= 6 and not cell.endswith(".") and all(map(_is_name_word, words))


def _is_name_word(word: str) -> bool:
    return word[0].isupper() and not set(word) & set("0123456789:;,/")


def _signature_above(lines: Sequence[Line], copies: int) -> int:
    above = [index for index in range(max(0, copies - 4 * _LOOK_BACK), copies) if lines[index].text][-_LOOK_BACK:]
    return next((index for index in above if _is_bare_signature(lines, index)), copies)


def _is_bare_signature(lines: Sequence[Line], index: int) -> bool:
    """An office with only a name, a signing note or the copies below it: the head signs without T/M."""
    if not is_office(lines[index].text):
        return False
    below = next((line for line in lines[index + 1 : index + 10] if line.text), None)
    if below is None or _COPIES.match(below.folded) or _SIGNED.match(below.folded):
        return True
    return is_name(below.text) and len(below.text) < 40


def _parted(line: Line) -> Iterator[Line]:
    """Columns by their gap; and where the signature stood on the left and the gap was lost, by what it is."""
    for cell in line.cells:
        right = _COPIES_BESIDE.search(cell.text)
        left = cell.part(0, right.start()) if right else cell
        if right and (is_authority(left.text) or is_office(left.text) or ("Lưu" in right[0] and is_name(left.text))):
            yield from (left, cell.part(right.start()))
        else:
            yield cell


def _cells(line: Line) -> Iterator[Line]:
    """The columns, and within them, where the gap was lost, the capitals that start a signature on the right."""
    for cell in _parted(line):
        at = _signature_at(cell)
        yield from (part for part in (cell.part(0, at), cell.part(at)) if part.text)


def _one_signature(cells: Iterable[Line]) -> Iterator[Line]:
    """Of two who sign side by side the first."""
    seen = set()
    for cell in cells:
        kind = is_authority(cell.text) or (is_office(cell.text) and "office")
        if not kind or kind not in seen:
            yield cell
        seen.add(kind)


def _signature_at(cell: Line) -> int:
    """Where a signature begins within a cell; at its end when none does."""
    found = list(re.finditer(r"\S+", cell.text))
    capitals = [word[0].isupper() for word in found]
    if all(capitals):
        return len(cell.text)
    start = len(found)
    while start > max(0, len(found) - _LONGEST_SIGNATURE) and capitals[start - 1]:
        start -= 1
    for at in range(max(start, 1), len(found)):
        follows_stop = at == start or found[at - 1][0].endswith((";", ",", ".", ":"))
        rest = cell.text[found[at].start() :]
        if follows_stop and (is_authority(rest) or is_office(rest)):
            return found[at].start()
    return len(cell.text)


class _Reader:
    def __init__(self) -> None:
        self.copies: list[list[Line]] = []
        self.authority: list[Line] = []
        self.position: list[Line] = []
        self.name: Line | None = None
        self.in_copies = False
        self.bulleted = False  # every item of the list has its hyphen
        self.blank = False  # a blank line since the last cell

    def take(self, cell: Line) -> None:
        if lead := _COPIES.match(cell.folded):
            self.in_copies = True
            cell = cell.part(lead.end())
        if cell.text.startswith(("-", "+")) and self.in_copies:
            self.bulleted = True
            self._copy(cell.part(len(cell.text) - len(cell.text.lstrip("-+ "))))
        elif cell.text:
            self._take_other(cell)
        self.blank = False

    def _take_other(self, cell: Line) -> None:
        if _SIGNED.match(cell.folded) and (_NOTED.fullmatch(cell.text) or not self._continues_copy(cell)):
            return
        if is_authority(cell.text) and not self.name:
            (self.authority if not self.position else self.position).append(cell)
        elif cell.text.isupper() and not self.name and self._is_more_capitals(cell):
            (self.position if self.position or is_office(cell.text) else self.authority).append(cell)
        elif self._signs(cell):
            self.name = cell
        elif self._continues_copy(cell):
            self.copies[-1].append(cell)
        elif not is_name(cell.text):
            self._copy(cell)

    def _is_more_capitals(self, cell: Line) -> bool:
        """An office, or the rest of an authority or office printed on two lines; not a name in capitals."""
        return is_office(cell.text) or (bool(self.authority or self.position) and not self.blank)

    def _signs(self, cell: Line) -> bool:
        return self.name is None and bool(self.authority or self.position) and is_name(cell.text)

    def _continues_copy(self, cell: Line) -> bool:
        if not self.copies or self.copies[-1][-1].text.endswith((";", ".")):
            return False
        wrapped = self.bulleted and not self.copies[-1][-1].text.endswith(",") and not cell.text.isupper()
        return wrapped or cell.text[:1].islower() or cell.text.startswith("(")

    def _copy(self, cell: Line) -> None:
        if not self.in_copies or not cell.text or (self.copies and _is_last(self.copies[-1])):
            return
        if beside := _SIGNED_BESIDE.search(cell.text):
            cell = cell.part(0, beside.start())
        stop = max(cell.text.rfind(mark) for mark in (". ", "; ")) + 1
        if stop and self._signs(cell.part(stop)):
            self.name, cell = cell.part(stop), cell.part(0, stop)
        self.copies.append([cell])

    def tail(self) -> Tail:
        if self.authority and not self.position and _ACTING.match(self.authority[0].folded):
            self.authority, self.position = [], self.authority
        copies = [kept for cells in self.copies if (kept := trimmed(cells, " ;,."))]
        signed = {"authority": self.authority, "position": self.position, "name": [self.name] if self.name else []}
        return Tail(
            [Copy(text, _role(text), (cells[0].start, cells[-1].end)) for cells in copies if (text := words(cells))],
            Signatory(**{part: words(cells) or None for part, cells in signed.items()}),
            [*listed_at("copy", copies), *(one for part, cells in signed.items() for one in found_at(part, cells))],
        )


def _is_last(copy: Sequence[Line]) -> bool:
    return copy[-1].text.endswith(".") and _ARCHIVE.match(copy[0].folded) is not None


def _role(copy: str) -> str:
    folded = fold(copy)
    if _SAME.match(folded):
        return "same_as_above"
    return "archive" if _ARCHIVE.match(folded) else "inform"
