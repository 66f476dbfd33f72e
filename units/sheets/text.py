"""The rows of a .csv: its encoding, its separator, its quotes. Pure."""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from io import StringIO
from itertools import islice

from units.sheets.cell import bare
from units.sheets.encoding import OLD, old_encoding, reason
from units.sheets.heading import ROWS_SEARCHED, known_headings
from units.sheets.table import HIGHEST_ROW, MOST_COLUMNS, Column, RawRow, Refused, Rows, refused
from units.vietnamese import grouped

SEPARATORS = ",;\t"
HOW_TO_SAVE = "hãy Lưu dạng CSV UTF-8 (trong Excel: Lưu thành, chọn “CSV UTF-8”) rồi tải lại"
UNBALANCED = "Dấu ngoặc kép (\") không khớp, không biết ô kết thúc ở đâu; hãy sửa lại hoặc dùng tệp .xlsx."

_LOOKED_AT = 200_000


def decoded(data: bytes) -> str:
    """UTF-8 or, with its mark, UTF-16; anything else is refused."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8"
        if b"\0" in data:
            raise _with_nul(data.count(b"\n", 0, data.index(b"\0")) + 1)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise refused(f"Tệp UTF-16 bị hỏng hoặc bị cắt; {HOW_TO_SAVE}.") from error
        raise _not_unicode(data, error.start) from error
    if "\0" in text:
        raise _with_nul(text.count("\n", 0, text.index("\0")) + 1)
    return text


def separator(text: str, columns: Sequence[Column]) -> str:
    """The one under which most headings are found in a row; the comma when none is."""

    def score(sign: str) -> int:
        try:
            first = islice(rows(text, sign), ROWS_SEARCHED)
            return max((len(known_headings(row, columns)) for row in first), default=0)
        except Refused:
            return 0

    return max(SEPARATORS, key=score)


def rows(text: str, sign: str) -> Rows:
    """Numbered as a spreadsheet would: a quoted line break starts no row, an empty line is one."""
    number = 0
    try:
        for number, cells in enumerate(csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True), 1):
            filled = {place: bare(cell) for place, cell in enumerate(cells, 1) if cell and not cell.isspace()}
            if number > HIGHEST_ROW:
                raise refused(f"Tệp có quá {grouped(HIGHEST_ROW)} dòng; hãy xóa các dòng trống ở cuối.")
            if filled and max(filled) > MOST_COLUMNS:
                raise refused(f"Tệp dùng quá {MOST_COLUMNS} cột; hãy xóa các cột thừa.", number)
            if filled:
                yield RawRow(number, {**filled})
    except csv.Error as error:
        raise refused(UNBALANCED, number + 1) from error


def _with_nul(line: int) -> Refused:
    return refused(f"Tệp có ký tự NUL, có thể là UTF-16 không có dấu BOM; {HOW_TO_SAVE}.", line)


def _not_unicode(data: bytes, start: int) -> Refused:
    for number, line in enumerate(data[:_LOOKED_AT].decode("latin-1").split("\n"), 1):
        for cell in re.split(f"[{SEPARATORS}]", line):
            name, word = old_encoding(cell)
            if name in OLD:
                return refused(reason(name, word), number)
    bad = data.count(b"\n", 0, start) + 1
    return refused(f"Tệp không phải Unicode (có thể là Windows-1258); {HOW_TO_SAVE}.", bad)
