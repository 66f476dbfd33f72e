from celery import shared_task
from django.utils import timezone

from directives.actions import remind
from outbox import actions as outbox
from outbox.tasks import deliver
from reports.actions import freeze_due
from units import ledger
from units.actions.carry_out import apply_due


@shared_task(name="portal.sweep")  # type: ignore[untyped-decorator]  # Celery has no type hints
def sweep() -> None:
    """Do what is due and find what was missed: decisions in force, cut-offs, reminders, mail, the ledger's seal."""
    apply_due(by=None, now=timezone.now())
    freeze_due(now=timezone.now())
    remind.remind_due(now=timezone.now())
    deliver()
    ledger.seal()
    outbox.beat("sweep", now=timezone.now())
