"""Lists come in: an .xlsx or a .csv becomes a table of clean texts, or is refused with every reason. Pure."""

import csv
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from xml.parsers.expat import ExpatError

from units.sheets import text
from units.sheets.cell import Mender
from units.sheets.heading import Heading, find, letters
from units.sheets.package import DAMAGED, MOST_BYTES, OLD_XLS, TOO_LARGE
from units.sheets.sheet import Sheet
from units.sheets.table import MOST_ROWS, Column, Faults, Odd, RawRow, Refused, Row, Rows, Table, refused
from units.sheets.workbook import Workbook, first_row, last_row
from units.vietnamese import grouped

# All that a damaged zip, its deflated data, its XML and the numbers in it can raise.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, ExpatError, csv.Error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError, LookupError, ArithmeticError, struct.error,
)
_ENDINGS = {
    ".xls": OLD_XLS,
    ".xlsm": "Tệp .xlsm có thể chứa macro; hãy lưu lại thành .xlsx.",
    ".xlsb": "Tệp .xlsb không đọc được; hãy lưu lại thành .xlsx.",
    ".ods": "Tệp .ods không đọc được; hãy lưu lại thành .xlsx.",
}
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")


def read(data: bytes, name: str, columns: Sequence[Column]) -> Table:
    """The list in the file's first sheet. Raises Refused and nothing else."""
    if not data:
        raise refused("Tệp rỗng, không có nội dung.")
    if len(data) > MOST_BYTES:
        raise refused(TOO_LARGE)
    ending = PurePath(name).suffix.lower()
    if ending in (".csv", ".txt"):
        return _read_text(data, ending, columns)
    if ending != ".xlsx":
        raise refused(_ENDINGS.get(ending, "Chỉ nhận tệp Excel (.xlsx) hoặc CSV (.csv, .txt)."))
    try:
        return _read_workbook(data, columns)
    except Refused:
        raise
    except _DAMAGES as error:
        raise refused(DAMAGED) from error


def _read_text(data: bytes, ending: str, columns: Sequence[Column]) -> Table:
    if data.startswith(_BINARY):
        raise refused(f"Nội dung tệp không phải là {ending} như tên tệp ghi; hãy kiểm tra lại tệp.")
    content, reading = text.decoded(data), _Reading(columns)
    rows = text.rows(content, text.separator(content, columns))
    reading.head(rows)
    reading.body(rows)
    return reading.table()


def _read_workbook(data: bytes, columns: Sequence[Column]) -> Table:
    workbook, reading = Workbook.opened(data), _Reading(columns)
    sheet = Sheet(workbook.book)
    rows = workbook.rows(sheet)
    heading = reading.head(rows)
    reading.body(rows)
    for reference in sheet.merged:
        if (last_row(reference) or heading.number) >= heading.number:  # a title above may well be merged
            reading.faults.add(first_row(reference), "", f"Vùng {reference} là ô gộp; hãy bỏ gộp ô (Unmerge Cells).")
    table = reading.table()
    others = ", ".join(f"“{name}”" for name in workbook.other_sheets_with_data())
    if others:
        table.notes.append(f"Chỉ đọc trang tính “{workbook.sheets[0][0]}”; không đọc {others}.")
    return table


class _Reading:
    """A table that comes into being, with all that is found wrong on the way."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.faults = Faults()
        self._empty = {column.key: "" for column in columns}
        self._mender = Mender()
        self._rows: list[Row] = []
        self._unnamed: Counter[int] = Counter()

    def head(self, rows: Rows) -> Heading:
        self.heading = find(rows, self.columns, self._mender)
        return self.heading

    def body(self, rows: Rows) -> None:
        count = 0
        for row in rows:
            if not self.heading.columns.keys().isdisjoint(row.cells):
                count += 1
                if count > MOST_ROWS:
                    raise refused(f"Tệp có quá {grouped(MOST_ROWS)} dòng; hãy tách thành nhiều tệp.")
            cells = self._cells(row)
            if any(cells.values()):
                self._rows.append(Row(row.number, cells))

    def table(self) -> Table:
        self.faults.refuse_any()
        if not self._rows:
            raise refused("Tệp không có dòng nào dưới dòng tiêu đề.")
        return Table(self._rows, self._mender.notes() + self._left_aside())

    def _cells(self, row: RawRow) -> dict[str, str]:
        cells = self._empty.copy()
        for place, raw in row.cells.items():
            column = self.heading.columns.get(place)
            if column is None:
                if place not in self.heading.others:
                    self._unnamed[place] += 1
                continue
            found = self._mender.text(raw)
            if isinstance(found, Odd):
                self.faults.add(row.number, column.heading, found.reason)
            else:
                cells[column.key] = found
        return cells

    def _left_aside(self) -> list[str]:
        notes = []
        if others := ", ".join(f"“{name[:60]}”" for name in self.heading.others.values()):
            notes.append(f"Không dùng đến các cột: {others}.")
        if unnamed := ", ".join(letters(place) for place in sorted(self._unnamed)):
            notes.append(f"Không đọc các cột có dữ liệu nhưng không có tiêu đề: {unnamed}.")
        return notes
