"""Lists go out: an .xlsx whose texts are never formulas, and a .csv that a spreadsheet executes nothing of. Pure."""

import csv
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as Styled
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from units.sheets.cell import DANGEROUS, guarded
from units.sheets.workbook import GUIDE
from units.vietnamese import day_short

Cell = str | int | date | None

_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LONGEST_TITLE = 31
_WIDTH_OF_NOTES = 100


def xlsx(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str,
    widths: Sequence[int] | None = None,
    notes: Sequence[str] = (),
) -> bytes:
    """One sheet under a bold, frozen heading row; the notes on a second one. The same list gives the same bytes."""
    book = Workbook(write_only=True)
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:_LONGEST_TITLE])
    for place, width in enumerate(widths or (), 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "A2"
    page.append([_bold(page, heading) for heading in headings])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    if notes:
        guide = book.create_sheet(GUIDE)
        guide.column_dimensions["A"].width = _WIDTH_OF_NOTES
        for note in notes:
            line = _text(guide, note)
            line.alignment = Alignment(wrap_text=True, vertical="top")
            guide.append([line])
    out = BytesIO()
    book.save(out)
    return _timeless(out)


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """As text; whoever writes it to a file for Excel puts the mark of UTF-8 before it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Cell) -> str | int | None:
    if isinstance(cell, date):
        return day_short(cell)
    return guarded(cell) if isinstance(cell, str) else cell


def _cell(page: Worksheet, value: Cell) -> Styled | int | None:
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "dd/mm/yyyy"
        return cell
    return _text(page, value) if isinstance(value, str) else value


def _text(page: Worksheet, value: str) -> Styled:
    """A text whatever it begins with; Excel keeps it one when somebody edits the cell."""
    text = _LIKE_AN_ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", value))
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    if text.startswith(DANGEROUS):
        cell.quotePrefix = True
    return cell


def _bold(page: Worksheet, heading: str) -> Styled:
    cell = _text(page, heading)
    cell.font = Font(bold=True)
    return cell


def _timeless(file: BytesIO) -> bytes:
    """The same zip without the moment of its making."""
    out = BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(b"2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
