"""A later day for dissemination: asked with a reason, decided with a reason; the first date stays on the line."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from directives.actions.acknowledge import AWAITS
from directives.actions.documents import WrongState
from directives.data.calendar import calendar
from directives.deadlines import add_working
from directives.models import Assignment, Extension
from units import access, ledger
from units.access import Verb
from units.models import User


@transaction.atomic
def ask(*, assignment: Assignment, to: date, reason: str, by: User, now: datetime) -> Extension:
    """Ask for a later day, for the line itself or what is still open below it, within the cap after the first date."""
    access.require(by, Verb.ASK_EXTENSION, assignment.answering_unit, now)
    first = assignment.disseminate_by
    owing = Assignment.objects.live().answered_for(timezone.localdate(now)).owing_dissemination().filter(
        rollout=assignment.rollout_id, position__range=(assignment.position, assignment.last)
    )
    if assignment.awaits_decision(timezone.localdate(now)):
        raise WrongState(AWAITS)
    if first is None or not owing.exists():
        raise WrongState("Nhiệm vụ này không cần hoặc không còn gia hạn được.")
    if not reason.strip():
        raise WrongState("Hãy ghi lý do đề nghị gia hạn.")
    if to <= max(assignment.due_on or first, timezone.localdate(now)):
        raise WrongState("Ngày đề nghị phải sau hạn hiện tại và sau hôm nay.")
    cap = add_working(first, settings.EXTENSION_CAP_WORKING_DAYS, calendar())
    if to > cap:
        raise WrongState(f"Chỉ gia hạn được đến {cap:%d/%m/%Y}.")
    try:
        with transaction.atomic():
            asked = Extension.objects.create(
                assignment=assignment, asked_to=to, reason=reason.strip()[:300], asked_at=now, asked_by=by
            )
    except IntegrityError as error:
        raise WrongState("Đang có một đề nghị gia hạn chờ trả lời.") from error
    ledger.record(
        "extension.asked", asked, by=by, now=now, unit_id=assignment.answering_unit_id, to=to.isoformat()
    )
    return asked


@transaction.atomic
def decide(*, extension: Extension, granted: bool, reason: str, by: User, now: datetime) -> Extension:
    """Grant or refuse; a granted one gives the line and the cells it records a second date, the first stays."""
    assignment = extension.assignment
    access.require(by, Verb.DECIDE, assignment.answering_unit, now)
    if not granted and not reason.strip():
        raise WrongState("Hãy ghi lý do không đồng ý.")
    if granted and not Assignment.objects.live().filter(pk=assignment.pk).exists():
        raise WrongState("Đợt triển khai đã kết thúc, không gia hạn được nữa.")
    decision = Extension.Decision.GRANTED if granted else Extension.Decision.REFUSED
    taken = Extension.objects.filter(pk=extension.pk, decision="").update(
        decision=decision, decision_reason=reason.strip()[:300], decided_at=now, decided_by=by
    )
    if not taken:
        raise WrongState("Đề nghị này đã được trả lời.")
    if granted:
        # A committee asks for itself and everything below that has not carried the directive on yet.
        # What was granted a still later day on its own keeps it.
        below = Assignment.objects.filter(
            rollout=assignment.rollout, position__gte=assignment.position, position__lte=assignment.last,
            disseminate_by__isnull=False, disseminated_on=None, disseminate_by__lte=extension.asked_to,
        ).exclude(extended_to__gt=extension.asked_to)
        below.update(extended_to=extension.asked_to, version=F("version") + 1)
    ledger.record(
        "extension.decided", extension, by=by, now=now, unit_id=assignment.answering_unit_id, decision=decision
    )
    extension.refresh_from_db()
    return extension
