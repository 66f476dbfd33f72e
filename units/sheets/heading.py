"""The heading row: found under a title, matched without marks and case. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from units.sheets.cell import Mender, heading_key
from units.sheets.table import Column, Faults, Odd, RawRow, Rows, refused

ROWS_SEARCHED = 10


@dataclass(frozen=True)
class Heading:
    number: int
    columns: dict[int, Column]  # by their place in the file
    others: dict[int, str]  # headings that mean nothing to us


def known_headings(row: RawRow, columns: Sequence[Column]) -> dict[int, Column]:
    """Which of the row's cells are headings of ours."""
    meant = {heading_key(name): column for column in columns for name in (column.heading, *column.also)}
    found = {place: meant.get(heading_key(text)) for place, text in row.cells.items() if isinstance(text, str)}
    return {place: column for place, column in found.items() if column}


def is_heading(row: RawRow, columns: Sequence[Column]) -> bool:
    needed = [column for column in columns if column.needed] or columns
    return any(column in needed for column in known_headings(row, columns).values())


def find(rows: Rows, columns: Sequence[Column], mender: Mender) -> Heading:
    """Reads up to the heading row; refuses when there is none or it is not the one expected."""
    before: list[RawRow] = []
    for row in rows:
        if is_heading(row, columns):
            return _checked(row, columns, mender)
        before.append(row)
        if len(before) == ROWS_SEARCHED:
            break
    if not before:
        raise refused("Tệp không có dòng nào.")
    faults = Faults()
    for row in before:
        for text in map(mender.text, row.cells.values()):
            if isinstance(text, Odd):
                faults.add(row.number, "", text.reason)
    faults.add(None, "", f"Không tìm thấy dòng tiêu đề trong {ROWS_SEARCHED} dòng đầu. {_expected(columns)}")
    faults.refuse_any()
    raise AssertionError  # there is at least that one


def _checked(row: RawRow, columns: Sequence[Column], mender: Mender) -> Heading:
    found, faults = known_headings(row, columns), Faults()
    texts = {place: mender.text(text) for place, text in row.cells.items()}
    for place, text in texts.items():
        if isinstance(text, Odd):  # first, for it may explain why a heading is missing
            faults.add(row.number, letters(place), text.reason)
    for column in columns:
        places = [letters(place) for place, each in found.items() if each == column]
        if len(places) > 1:
            where = " và ".join(places)
            faults.add(row.number, column.heading, f"Cột “{column.heading}” có {len(places)} lần, ở {where}.")
        if not places and column.needed:
            faults.add(row.number, column.heading, f"Thiếu cột “{column.heading}”. {_expected(columns)}")
    faults.refuse_any()
    others = {place: str(text) for place, text in texts.items() if place not in found}
    return Heading(row.number, found, others)


def letters(place: int) -> str:
    """The column's name in a spreadsheet: 1 → A, 28 → AB."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _expected(columns: Sequence[Column]) -> str:
    return "Các cột cần có: " + ", ".join(f"“{column.heading}”" for column in columns if column.needed) + "."
