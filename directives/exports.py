"""Tables as CSV that a spreadsheet opens without executing anything. Pure."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

Cell = str | int | None

FIGURE_HEADINGS = (
    "Đơn vị", "Phải tiếp nhận", "Đã tiếp nhận", "Tiếp nhận ngoài cổng", "Tiếp nhận đúng hạn", "Tiếp nhận quá hạn",
    "Chưa tiếp nhận, còn hạn", "Chưa tiếp nhận, quá hạn", "Số chi bộ", "Chi bộ đã phổ biến", "Phổ biến đúng hạn",
    "trong đó sau gia hạn", "Phổ biến quá hạn", "Chưa phổ biến, còn hạn", "Chưa phổ biến, quá hạn",
    "Tiếp nhận chờ quyết định", "Phổ biến chờ quyết định",
)


def figure_row(tally: dict[str, Any]) -> list[Cell]:
    """One unit's figures in the order of FIGURE_HEADINGS; `tally` is Tally.as_dict()."""
    ack, dis = tally["buckets"]["acknowledge"], tally["buckets"]["disseminate"]
    return [
        tally["name"], tally["total"], tally["acknowledged"], tally["from_outside"], ack["done_in_time"],
        ack["done_late"], ack["open_in_time"], ack["open_late"], tally["cells"], tally["cells_disseminated"],
        dis["done_in_time"], dis["after_extension"], dis["done_late"], dis["open_in_time"], dis["open_late"],
        ack["awaiting"], dis["awaiting"],
    ]


def csv_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], demo: bool) -> str:
    """The table with its headings; the demo says so in its first line."""
    out = StringIO()
    writer = csv.writer(out)
    if demo:
        writer.writerow(["Dữ liệu minh họa"])
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula starts with an apostrophe."""
    dangerous = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \u00a0").startswith(dangerous) else cell
