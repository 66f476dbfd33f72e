"""What the organisations are going through just now: a cell that has ended, a name to come, a committee's request."""

from datetime import timedelta

from django.utils import timezone

from directives.models import Assignment
from portal.demo.course import Stage
from portal.demo.people import CLERKS_UNIT
from units.actions import proposals, reorganise
from units.actions.carry_out import Paper
from units.actions.proposals import Told
from units.models import Office, Unit

ENDED, TO_COME = "Quyết định số 640-QĐ/TU", "Quyết định số 655-QĐ/TU"
DAYS_AHEAD = 20


def tell(stage: Stage) -> None:
    """After the story: one open duty waits for a decision, one decision for its day, one request for an answer."""
    cast, now = stage.cast, stage.hours.latest
    today, administrator = timezone.localdate(now), cast.persons[Office.Role.ADMINISTRATOR]
    open_cells = Assignment.objects.live().owing_dissemination().answered_for(today).filter(
        unit_kind=Unit.Kind.CELL, answering_unit__parent__kind=Unit.Kind.GRASSROOTS
    ).exclude(answering_unit__parent__name=CLERKS_UNIT)
    cell = open_cells.late(today).select_related("answering_unit__parent").in_order().latest("position").answering_unit
    reorganise.end(unit=cell, heir=None, paper=Paper(today, ENDED, today), by=administrator, now=now)
    bases = [unit for unit in cast.of_kind(Unit.Kind.GRASSROOTS) if unit.pk in cast.clerks and cast.cells(unit)]
    base = next(unit for unit in bases if unit.name not in (CLERKS_UNIT, cell.parent.name if cell.parent else ""))
    later = Paper(today + timedelta(days=DAYS_AHEAD), TO_COME, today)
    reorganise.rename(unit=base, name=f"{base.name} mới", paper=later, by=administrator, now=now)
    cells = cast.cells(base)
    told = Told(("Chi bộ Khu dân cư mới",), {cells[0].pk: f"{cells[0].name} Trung tâm"}, frozenset())
    proposals.propose(unit=base, cells=cells, told=told, by=cast.clerks[base.pk], now=now)
