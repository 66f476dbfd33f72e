"""The foot of a letter: signature and "Nơi nhận", side by side on paper, mixed line by line in a scan."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from directives.reading.draft import Copy, Signatory
from directives.reading.text import GAP, S0, Line, S, fold, squeeze
from directives.reading.vocabulary import AUTHORITY, OFFICE

_COPIES = re.compile(rf"noi{S}nhan{S0}(?::|$)")
_APPENDIX = re.compile(rf"(?:phu{S}luc|bieu{S}mau|mau{S}so)\b")
_SAME = re.compile(rf"nhu{S}(?:tren|kinh{S}gui|dieu\b)")
_ARCHIVE = re.compile(r"luu\b")
_SIGNED = re.compile(rf"\(|\[|da{S}ky|ky{S}(?:boi|ten)|nguoi{S}ky{S0}:|signature|digital")
_SIGNED_BESIDE = re.compile(r" \([ĐđKk][ãý][^()]{0,20}\)$")
_LONGEST_LINE = 160  # characters; a longer one belongs to an appendix
_LOOK_BACK = 8  # lines with text between a head's signature and the copies below it
_LOOK_UP = 14  # lines with text that a signature without authority line may stand above the end


@dataclass(slots=True)
class Tail:
    """What the foot says; `odd` holds lines that were neither."""

    copies: list[Copy] = field(default_factory=list)
    signatory: Signatory = field(default_factory=Signatory)


def find_tail(lines: Sequence[Line]) -> int:
    """The index of the foot's first line; len(lines) when there is none."""
    for index, line in enumerate(lines):
        if _COPIES.match(line.folded):
            return _signature_above(lines, index)
        if any(map(is_authority, line.text.split(GAP))):
            return index
    written = [index for index, line in enumerate(lines) if line.text][-_LOOK_UP:]
    return next((index for index in written if _is_bare_signature(lines, index)), len(lines))


def read_tail(lines: Sequence[Line]) -> Tail:
    """Sort the foot's cells into copies and signature."""
    reader = _Reader()
    for line in lines:
        if len(line.text) > _LONGEST_LINE or (line.text.isupper() and _APPENDIX.match(line.folded)):
            break
        if not line.text:
            reader.blank = True
        for cell in _cells(line.text):
            reader.take(cell)
    return Tail(reader.finished_copies(), reader.signatory())


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


def _cells(text: str) -> Iterator[str]:
    """Columns by their gap, or where the gap was lost, by the capitals that start the signature."""
    for cell in filter(None, text.split(GAP)):
        words = cell.split()
        at = _signature_at(words)
        if lead := " ".join(words[:at]):
            yield lead
        if at < len(words):
            yield " ".join(words[at:])


def _signature_at(words: Sequence[str]) -> int:
    start = len(words)
    if all(map(str.isupper, words)):
        return start
    while start > max(0, len(words) - 10) and words[start - 1].isupper():
        start -= 1
    for at in range(start, len(words)):
        follows_stop = at == start or words[at - 1].endswith((";", ",", ".", ":"))
        rest = " ".join(words[at:])
        if at > 0 and follows_stop and (is_authority(rest) or is_office(rest)):
            return at
    return len(words)


class _Reader:
    def __init__(self) -> None:
        self.copies: list[str] = []
        self.authority: list[str] = []
        self.position: list[str] = []
        self.name: str | None = None
        self.in_copies = False
        self.blank = False  # a blank line since the last cell

    def take(self, cell: str) -> None:
        lead = _COPIES.match(fold(cell))
        if lead:
            self.in_copies = True
            cell = cell[lead.end() :].strip()
        if cell.startswith(("-", "+")) and self.in_copies:
            self._copy(cell.lstrip("-+ "))
        elif cell:
            self._take_other(cell)
        self.blank = False

    def _take_other(self, cell: str) -> None:
        if _SIGNED.match(fold(cell)) and not self._continues_copy(cell):
            return
        if is_authority(cell) and not self.name:
            (self.authority if not self.position else self.position).append(cell)
        elif cell.isupper() and not self.name and self._is_more_capitals(cell):
            (self.position if self.position or is_office(cell) else self.authority).append(cell)
        elif self._signs(cell):
            self.name = cell
        elif self._continues_copy(cell):
            self.copies[-1] += f" {cell}"
        elif not is_name(cell):
            self._copy(cell)

    def _is_more_capitals(self, cell: str) -> bool:
        """An office, or the rest of an authority or office printed on two lines; not a name in capitals."""
        return is_office(cell) or (bool(self.authority or self.position) and not self.blank)

    def _signs(self, cell: str) -> bool:
        return self.name is None and bool(self.authority or self.position) and is_name(cell)

    def _continues_copy(self, cell: str) -> bool:
        open_item = bool(self.copies) and not self.copies[-1].endswith((";", "."))
        return open_item and (cell[:1].islower() or cell.startswith("("))

    def _copy(self, text: str) -> None:
        if not self.in_copies or (self.copies and _is_last(self.copies[-1])):
            return
        text = _SIGNED_BESIDE.sub("", text)
        head, stop, rest = text.rpartition(". ")
        if stop and self._signs(rest):
            self.name, text = rest, head + "."
        self.copies.append(text)

    def finished_copies(self) -> list[Copy]:
        texts = (squeeze(copy).strip(" ;,.") for copy in self.copies)
        return [Copy(text, _role(text)) for text in texts if text]

    def signatory(self) -> Signatory:
        return Signatory(" ".join(self.authority) or None, " ".join(self.position) or None, self.name)


def _is_last(copy: str) -> bool:
    return copy.endswith(".") and _ARCHIVE.match(fold(copy)) is not None


def _role(copy: str) -> str:
    folded = fold(copy)
    if _SAME.match(folded):
        return "same_as_above"
    return "archive" if _ARCHIVE.match(folded) else "inform"
