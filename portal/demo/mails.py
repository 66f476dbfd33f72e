"""The demo's mail: reminders written by the real rules on the days they were due, and delivered without a server."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from directives.actions import remind
from directives.models import Reminder, Rollout
from directives.reminders import Policy, steps
from outbox.models import Mail
from portal.demo.course import Stage
from portal.demo.hours import CALENDAR

AT = time(8, 5)
MAILBOX_FULL = "552 5.2.2 Hộp thư của người nhận đã đầy (mailbox full)"


def plan_reminders(stage: Stage, rollout: Rollout, more: Iterable[date]) -> None:
    """Have reminders written on each past day on which a step of this rollout, or of an extended date, falls."""
    policy = Policy(rollout.remind_before, rollout.remind_after)
    for due_on in (rollout.acknowledge_by, rollout.disseminate_by, *more):
        for step in steps(due_on, policy, CALENDAR):
            if step.day <= stage.hours.ref and step.day not in stage.reminded:
                stage.reminded.add(step.day)
                stage.timeline.at(stage.hours.clock(step.day, AT), send_due)


def send_due(now: datetime) -> None:
    remind.remind_due(now=now)
    deliver(now)


def deliver(now: datetime) -> None:
    """Every message that waits has left a minute later, one after the other."""
    sent_at = now + timedelta(minutes=1)
    Mail.objects.filter(state=Mail.State.WAITING).update(
        state=Mail.State.SENT, sent_at=sent_at, handed_at=sent_at, attempts=1
    )


def fail_one() -> None:
    """The newest reminder of an overdue date did not get through: the server refused it."""
    failed = Reminder.objects.filter(mail__isnull=False, step__contains="after").order_by("-planned_at", "pk").first()
    if failed is not None and failed.mail_id is not None:
        Mail.objects.filter(pk=failed.mail_id).update(
            state=Mail.State.FAILED, sent_at=None, handed_at=None, error=MAILBOX_FULL
        )
