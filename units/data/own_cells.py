"""The cells that a unit looks after itself: those for which it is the recording unit."""

from datetime import date

from units.data.people import holders, recording_unit
from units.models import Unit


def own_cells(unit: Unit, today: date) -> list[Unit]:
    """In the order of the tree. Two queries."""
    held = holders(today)
    cells = Unit.objects.under([unit]).cells().alive_on(today).exclude(pk=unit.pk).select_related("parent")
    return [
        cell for cell in cells.order_by("parent__path", "sort_order", "pk")
        if recording_unit(cell.path, held) == unit.pk
    ]
