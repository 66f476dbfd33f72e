"""A unit receives a directive: opened (by the system), acknowledged (its own act), or recorded from outside."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from directives.actions.documents import WrongState
from directives.models import Assignment
from units import access, ledger
from units.access import Forbidden, Verb
from units.models import LedgerEntry, User

AWAITS = "Đơn vị đã kết thúc hoạt động; nhiệm vụ này chờ quyết định đơn vị thực hiện tiếp."


class AlreadyDone(WrongState):
    """Somebody, perhaps the same person a moment ago, has done it; the row shows who and when."""


def open_line(*, assignment: Assignment, by: User, now: datetime) -> None:
    """Note that the unit's own office has opened the directive; seeing is not acknowledging."""
    if assignment.opened_at is None:
        own = access.rights(by, timezone.localdate(now)).can(Verb.ACKNOWLEDGE, assignment.answering_unit)
        if own:
            Assignment.objects.filter(pk=assignment.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def acknowledge(*, assignment: Assignment, by: User, now: datetime) -> LedgerEntry:
    """The unit's own secretary or clerk receives the directive; bound to the text's SHA-256. Returns the receipt."""
    access.require(by, Verb.ACKNOWLEDGE, assignment.answering_unit, now)
    return _acknowledged(assignment, timezone.localdate(now), "", by, now)


@transaction.atomic
def record_outside(*, assignment: Assignment, on: date, channel: str, by: User, now: datetime) -> LedgerEntry:
    """The unit above, or the board, notes a receipt made outside the portal; marked, and counted apart."""
    rights = access.rights(by, timezone.localdate(now))
    if not rights.can_above(Verb.RECORD_OUTSIDE, assignment.answering_unit):
        raise Forbidden("Chỉ đơn vị cấp trên hoặc Ban Tuyên giáo ghi nhận tiếp nhận ngoài cổng.")
    if channel not in Assignment.Channel.values:
        raise WrongState("Hãy chọn hình thức tiếp nhận ngoài cổng.")
    if on > timezone.localdate(now):
        raise WrongState("Ngày tiếp nhận không thể ở tương lai.")
    letter = assignment.rollout.document
    if letter.issued_on is not None and on < letter.issued_on:
        raise WrongState(f"Ngày tiếp nhận sớm hơn ngày ban hành {letter.name}.")
    return _acknowledged(assignment, on, channel, by, now)


def _acknowledged(assignment: Assignment, on: date, channel: str, by: User, now: datetime) -> LedgerEntry:
    if assignment.acknowledge_by is None:
        raise WrongState("Đơn vị này không phải tiếp nhận văn bản.")
    document, today = assignment.rollout.document, timezone.localdate(now)
    done = (
        Assignment.objects.live()
        .answered_for(today)
        .filter(pk=assignment.pk, acknowledged_at=None)
        .update(
            acknowledged_at=now, acknowledged_on=on, acknowledged_by=by, acknowledged_sha256=document.sha256,
            from_outside=channel, version=F("version") + 1,
        )
    )
    if not done:
        assignment.refresh_from_db()
        if assignment.acknowledged_at:
            raise AlreadyDone("Đơn vị đã tiếp nhận văn bản này.")
        if assignment.awaits_decision(today):
            raise WrongState(AWAITS)
        raise WrongState("Đợt triển khai đã kết thúc, không còn nhận tiếp nhận.")
    assignment.refresh_from_db()
    return ledger.record(
        "assignment.acknowledged", assignment, by=by, now=now, unit_id=assignment.answering_unit_id,
        sha256=document.sha256, on=on.isoformat(), channel=channel,
    )
