"""What a list is once it is read: its columns, its rows, and what was wrong with it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 500
MOST_FAULTS = 200
HIGHEST_ROW, HIGHEST_COLUMN = 1_048_576, 16_384  # of a spreadsheet


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    needed: bool = False  # the heading must be there; an absent optional column reads as ""
    also: tuple[str, ...] = ()  # other headings that mean the same


@dataclass(frozen=True)
class Fault:
    row: int | None  # as the spreadsheet shows it; None: the whole file
    column: str  # the heading or ""
    text: str

    def __str__(self) -> str:
        row = f"dòng {self.row}" if self.row else ""
        place = ", ".join(filter(None, (row, f"cột “{self.column}”" if self.column else "")))
        return f"{place[0].upper()}{place[1:]}: {self.text}" if place else self.text


class Refused(ValueError):
    """The list cannot be taken; the first fault sums it up, `faults` tells all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(str(faults[0]))
        self.faults = faults


@dataclass(frozen=True)
class Row:
    number: int  # as the spreadsheet shows it
    cells: dict[str, str]  # every Column.key; "" where empty


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    notes: list[str]  # what was mended or left aside on the way in


class Odd(NamedTuple):
    """A cell that holds something, but not a text that could be taken."""

    reason: str


class RawRow(NamedTuple):
    """A row as the file has it: column number (from 1) → what stands there; empty cells are absent."""

    number: int
    cells: dict[int, str | Odd]


Rows = Iterator[RawRow]


@dataclass
class Faults:
    """Collected until all is read; the last one says how many more there were."""

    found: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, row: int | None, column: str, text: str) -> None:
        if len(self.found) < MOST_FAULTS:
            self.found.append(Fault(row, column, text))
        else:
            self.more += 1

    def refuse_any(self) -> None:
        if self.found:
            tail = [Fault(None, "", f"Còn {self.more} lỗi nữa chưa liệt kê ở đây.")] if self.more else []
            raise Refused(self.found + tail)


def refused(text: str, row: int | None = None, column: str = "") -> Refused:
    return Refused([Fault(row, column, text)])
