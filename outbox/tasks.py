import logging

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from outbox import actions, transport

log = logging.getLogger(__name__)

AT_ONCE = 200  # messages a task sends over one connection before another task may have its turn


@shared_task(name="outbox.deliver")  # type: ignore[untyped-decorator]  # Celery has no type hints
def deliver() -> int:
    """Send what is due; returns how many messages were taken. Any number may run at once."""
    actions.recover(now=timezone.now())
    taken = 0
    with transport.opened(
        settings.OUTBOX_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD, settings.EMAIL_TIMEOUT,
    ) as way_out:
        while taken < AT_ONCE and (mail := actions.claim(now=timezone.now())):
            actions.send(mail, way_out, now=timezone.now())
            taken += 1
    return taken


def wake(task: Task) -> None:
    """Ask a worker to run a task now. Without a broker nothing is lost: the next sweep does the same work."""
    try:
        task.delay()
    except OperationalError as error:
        log.warning("broker not reachable, left to the sweep: %s", error)
