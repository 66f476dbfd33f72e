"""The figures counted once more, naively and by hand: plain dicts in, plain dicts out, no SQL and no product code."""

from collections.abc import Iterable
from datetime import date
from typing import Any

Row = dict[str, Any]
CELLS = ("cell", "grassroots_cell")
FIELDS = (
    "unit", "unit_kind", "role", "closed_reason", "acknowledge_by", "acknowledged_on", "from_outside",
    "disseminate_by", "extended_to", "disseminated_on", "answering_unit", "position",
    "answering_unit__closed_on",
)


def _buckets(owed: list[tuple[date, date, date | None, date | None]], today: date) -> dict[str, int]:
    """`owed` is (first date, date in force, day done, day the answering unit ends) of every line that owes the fact."""
    found = dict.fromkeys(
        ("total", "done_in_time", "after_extension", "done_late", "open_in_time", "open_late", "awaiting"), 0
    )
    for first, due, done, ends in owed:
        found["total"] += 1
        if done is None and ends is not None and ends <= today:
            found["awaiting"] += 1
        elif done is None:
            found["open_in_time" if today <= due else "open_late"] += 1
        elif done <= due:
            found["done_in_time"] += 1
            found["after_extension"] += done > first
        else:
            found["done_late"] += 1
    return found


def recount(rows: Iterable[Row], today: date) -> Row:
    """What Tally.as_dict() should say about these lines, without the unit's own name and kind."""
    acting = [row for row in rows if row["role"] == "act" and not row["closed_reason"]]
    acknowledging = [row for row in acting if row["acknowledge_by"]]
    disseminating = [row for row in acting if row["disseminate_by"]]
    cells = [row for row in disseminating if row["unit_kind"] in CELLS]
    received = [row for row in acknowledging if row["acknowledged_on"]]
    ends = "answering_unit__closed_on"
    first = [
        (row["acknowledge_by"], row["acknowledge_by"], row["acknowledged_on"], row[ends]) for row in acknowledging
    ]
    second = [
        (row["disseminate_by"], row["extended_to"] or row["disseminate_by"], row["disseminated_on"], row[ends])
        for row in disseminating
    ]
    return {
        "total": len(acknowledging), "acknowledged": len(received),
        "from_outside": sum(1 for row in received if row["from_outside"]), "cells": len(cells),
        "cells_disseminated": sum(1 for row in cells if row["disseminated_on"]),
        "buckets": {"acknowledge": _buckets(first, today), "disseminate": _buckets(second, today)},
    }


def subtree(top: int, parents: dict[int, int | None]) -> set[int]:
    """`top` and everything that has it above, found by walking up from each."""
    found = set()
    for key in parents:
        at: int | None = key
        while at is not None and at != top:
            at = parents[at]
        if at == top:
            found.add(key)
    return found
