"""Open duties of a unit that has ended: a person names who answers for them."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from directives.actions.documents import WrongState
from directives.models import Assignment
from units import access, ledger
from units.access import Verb
from units.models import Unit, User


@transaction.atomic
def hand_over(*, assignment: Assignment, to: Unit, by: User | None, now: datetime) -> Assignment:
    """Name the successor that answers for a line whose unit has ended; the line itself stays as it was frozen."""
    access.require(by, Verb.DECIDE, assignment.answering_unit, now)
    if to.closed_on is not None and to.closed_on <= timezone.localdate(now):
        raise WrongState(f"{to.name} đã kết thúc hoạt động.")
    before = assignment.answering_unit_id
    moved = Assignment.objects.filter(pk=assignment.pk, answering_unit=before).update(
        answering_unit=to, version=F("version") + 1
    )
    if not moved:
        raise WrongState("Nhiệm vụ này vừa được bàn giao cho đơn vị khác.")
    assignment.refresh_from_db()
    ledger.record(
        "assignment.handed_over", assignment, by=by, now=now, unit_id=to.pk, from_unit=before, to_unit=to.pk
    )
    return assignment
