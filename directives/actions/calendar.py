"""The office's own working days."""

from datetime import date, datetime

from django.db import transaction

from directives.models import CalendarDay
from units import access, ledger
from units.access import Verb
from units.models import Unit, User


@transaction.atomic
def set_calendar_day(
    *, day: date, working: bool, note: str, decision: str, root: Unit, by: User | None, now: datetime
) -> CalendarDay:
    """Say that a day is, or is not, worked; dates already given to units do not move."""
    access.require(by, Verb.ADMINISTER, root, now)
    kept, _ = CalendarDay.objects.update_or_create(
        day=day, defaults={"working": working, "note": note, "decision": decision}
    )
    ledger.record("calendar.set", kept, by=by, now=now, day=day.isoformat(), working=working)
    return kept
