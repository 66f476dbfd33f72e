"""One worksheet as its XML goes by: each cell as the text a person sees, or why it is none. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

from units.sheets.cell import BOOLEAN, FORMULA, error
from units.sheets.table import HIGHEST_COLUMN, HIGHEST_ROW, MOST_CHARACTERS, MOST_COLUMNS, Odd, RawRow, refused

MOST_TEXT = 8 * MOST_CHARACTERS  # more than that is too long in any case
_MOST_MERGES = 1_000
_LONGEST_NUMBER = 40
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?")


@dataclass
class Book:
    """What the cells of all its sheets rely on."""

    strings: list[str] = field(default_factory=list)
    dates: set[int] = field(default_factory=set)
    epoch: datetime = WINDOWS_EPOCH


@dataclass
class Sheet:
    """Rows gather in `rows` until they are fetched. Raises ValueError or LookupError when the XML makes no sense."""

    book: Book
    rows: list[RawRow] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    _number: int = 0
    _cells: dict[int, str | Odd] = field(default_factory=dict)
    _column: int = 0
    _kind: str = "n"
    _style: int = 0
    _text: str = ""
    _open: bool = False  # between <v> and </v>, or <t> and </t>
    _formula: bool = False
    _reading: bool = False  # the pronunciation printed above a text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "t"):
            self._open = not self._reading
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._reading = True
        elif tag == "mergeCell" and len(self.merged) < _MOST_MERGES:
            self.merged.append(attributes.get("ref", "")[:40])

    def end(self, name: str) -> None:
        tag = local(name)
        self._open = False
        if tag == "c":
            if self._text or self._formula:
                self._end_cell()
        elif tag == "row" and self._cells:
            self.rows.append(RawRow(self._number, self._cells))
            self._cells = {}
        elif tag == "rPh":
            self._reading = False

    def data(self, text: str) -> None:
        if self._open and len(self._text) < MOST_TEXT:
            self._text += text[:MOST_TEXT]

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self._number + 1
        if not self._number < number <= HIGHEST_ROW:
            raise ValueError(number)
        self._number, self._column = number, 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = column_number(reference.rstrip("0123456789")) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._text, self._formula = "", False

    def _end_cell(self) -> None:
        value = Odd(FORMULA) if self._formula else self._value()
        if not value or (isinstance(value, str) and value.isspace()):
            return
        if self._column > MOST_COLUMNS:
            raise refused(f"Tệp dùng quá {MOST_COLUMNS} cột; hãy xóa các cột thừa.", self._number)
        if self._column in self._cells:
            raise ValueError(self._column)
        self._cells[self._column] = value

    def _value(self) -> str | Odd:
        kind, text = self._kind, self._text
        if kind == "s":
            return self.book.strings[_index(text)]
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "n":
            return _number(text.strip(), self._style in self.book.dates, self.book.epoch)
        if kind == "d":
            return _iso(text.strip())
        return Odd(BOOLEAN) if kind == "b" else error(text.strip())


@lru_cache(maxsize=1_000)
def column_number(letters: str) -> int:
    """A → 1, AB → 28."""
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    if number > HIGHEST_COLUMN:
        raise ValueError(letters)
    return number


@lru_cache(maxsize=1_000)
def local(name: str) -> str:
    """The element's name without its prefix."""
    return name.rpartition(":")[2]


def unescaped(text: str) -> str:
    """Excel writes what XML cannot hold as _x000D_."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda match: _character(int(match[1], 16)), text)


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)


def _index(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text.strip()):
        raise ValueError(text)
    return int(text)


def _number(text: str, is_day: bool, epoch: datetime) -> str | Odd:
    if text.isascii() and text.isdigit() and not is_day:
        return text
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return Odd(f"Ô chứa số không đọc được ({text[:40]}).") if text else ""
    value = float(text)
    if is_day:
        return _day(value, epoch)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10f}".rstrip("0") if 1e-4 <= abs(value) < 1e15 else text


def _day(value: float, epoch: datetime) -> str | Odd:
    try:
        moment = from_excel(value, epoch)
    except (ValueError, OverflowError):
        return Odd(f"Ô định dạng ngày nhưng chứa số {value:.10g}; hãy ghi ngày như 01/7/2025.")
    if isinstance(moment, date):  # a datetime is one
        return f"{moment:%d/%m/%Y}"
    return Odd("Ô chứa giờ, không phải ngày; hãy ghi ngày như 01/7/2025.")


def _iso(text: str) -> str | Odd:
    try:
        return f"{date.fromisoformat(text[:10]):%d/%m/%Y}"
    except ValueError:
        return Odd(f"Ô chứa ngày không đọc được ({text[:40]}); hãy ghi ngày như 01/7/2025.")
