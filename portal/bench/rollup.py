"""How dear the roll-up is: the level under a rollout's root against reading as many rows that need no sum."""

from datetime import date

from directives.data import figures
from directives.models import Assignment, Rollout
from portal.bench.timing import Row, compared

COLUMNS = ("unit_id", "unit_name", "unit_kind", "position", "last")


def rows(today: date) -> list[Row]:
    """One row a running rollout of this database; floor and ours are interleaved in the same run."""
    found = []
    for rollout in Rollout.objects.issued().select_related("document").order_by("pk")[:5]:
        root = rollout.assignments.get(position=0)

        def floor(rollout: Rollout = rollout) -> object:
            return list(rollout.assignments.filter(parent_position=0).order_by("position").values_list(*COLUMNS))

        def ours(rollout: Rollout = rollout, root: Assignment = root) -> object:
            return figures.level(rollout, root, today)

        found.append(compared(f"{rollout.document.number}: {rollout.expected_count} lines", floor, ours))
    return found
