"""The life of a message: enqueued in its cause's transaction, claimed with a lease, sent, or put back.

Every step is a conditional UPDATE, valid on SQLite and PostgreSQL alike; `attempts` is the fencing token, so a
worker that was frozen past its lease can no longer change the row it once held.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from outbox.models import Heartbeat, Mail
from outbox.transport import InDoubt, Refused, Transport, TryLater
from units import access, ledger
from units.access import Verb
from units.models import User

BACK_OFF = (60, 300, 900, 3600, 4 * 3600)  # seconds before the 2nd, 3rd … attempt; then the message has failed


class LeaseLost(Exception):
    """Another worker took the message over; nothing more may be done with it here."""


@transaction.atomic
def enqueue(
    message: EmailMessage, *, now: datetime, recipient: User | None = None, security: bool = False
) -> list[Mail]:
    """Write one row per address, to be delivered when the surrounding transaction has committed."""
    return enqueue_all([message], now=now, recipient=recipient, security=security)


@transaction.atomic
def enqueue_all(
    messages: Sequence[EmailMessage], *, now: datetime, recipient: User | None = None, security: bool = False
) -> list[Mail]:
    """Several messages in a few statements."""
    host = urlsplit(settings.SITE_URL).hostname
    return Mail.objects.bulk_create(
        (
            Mail(
                recipient=recipient, to=address, subject=" ".join(message.subject.split()), text=str(message.body),
                html=_html(message), message_id=make_msgid(domain=host), security=security, created_at=now,
                not_before=now,
            )
            for message in messages for address in message.to
        ),
        batch_size=500,
    )


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")


def claim(*, now: datetime) -> Mail | None:
    """Take the oldest due message for this worker, or None; two workers never take the same one."""
    lease = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    for pk in Mail.objects.due(now).values_list("pk", flat=True)[:20]:
        taken = Mail.objects.filter(pk=pk, state=Mail.State.WAITING).update(
            state=Mail.State.SENDING, lease_until=lease, attempts=F("attempts") + 1
        )
        if taken:
            return Mail.objects.get(pk=pk)
    return None


def send(mail: Mail, transport: Transport, *, now: datetime) -> None:
    """Deliver a claimed message and record what became of it."""
    held = Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, attempts=mail.attempts)

    def before_dot() -> None:
        if not held.update(handed_at=now):
            raise LeaseLost

    message = EmailMultiAlternatives(
        mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers={"Message-ID": mail.message_id}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        transport.send(message.message(), before_dot)
    except LeaseLost:
        return
    except InDoubt as error:
        # Left as "sending" and handed over: `recover` decides once the lease has run out.
        held.update(error=str(error)[:250])
    except TryLater as error:
        _put_back(mail, str(error), now)
    except Refused as error:
        held.update(state=Mail.State.FAILED, lease_until=None, handed_at=None, error=str(error)[:250])
    else:
        erased = {"text": "", "html": ""} if mail.security else {}
        held.update(state=Mail.State.SENT, lease_until=None, sent_at=now, error="", **erased)


def _put_back(mail: Mail, error: str, now: datetime) -> None:
    held = Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, attempts=mail.attempts)
    if mail.attempts > len(BACK_OFF):
        held.update(state=Mail.State.FAILED, lease_until=None, handed_at=None, error=error[:250])
        return
    later = now + timedelta(seconds=BACK_OFF[mail.attempts - 1])
    held.update(state=Mail.State.WAITING, lease_until=None, handed_at=None, not_before=later, error=error[:250])


def recover(*, now: datetime) -> int:
    """Put back what dead workers held; returns how many.

    What had not been handed over is simply sent again, as often as the back-off allows. What had may have arrived: it
    is resent once, under the same Message-ID and marked, after OUTBOX_AMBIGUOUS_RESEND_SECONDS; in doubt a second time,
    it counts as failed.
    """
    lost = Mail.objects.abandoned(now)
    free = {"lease_until": None, "handed_at": None}
    lost.filter(handed_at=None, attempts__gt=len(BACK_OFF)).update(
        state=Mail.State.FAILED, error="Nhiều lần gửi dở dang.", **free
    )
    put_back = lost.filter(handed_at=None).update(state=Mail.State.WAITING, not_before=now, **free)
    lost.filter(resent_in_doubt=True, handed_at__isnull=False).update(
        state=Mail.State.FAILED, error="Không rõ máy chủ thư đã nhận hay chưa.", **free
    )
    since = now - timedelta(seconds=settings.OUTBOX_AMBIGUOUS_RESEND_SECONDS)
    put_back += lost.filter(handed_at__lt=since, resent_in_doubt=False).update(
        state=Mail.State.WAITING, not_before=now, resent_in_doubt=True, **free
    )
    return put_back


@transaction.atomic
def retry(*, mail: Mail, by: User | None, now: datetime) -> None:
    """A person has a failed message sent again, with fresh attempts."""
    if by is not None and not access.rights(by, timezone.localdate(now)).holds(Verb.READ_MAIL):
        raise access.Forbidden("Đồng chí không có quyền gửi lại thư.")
    again = Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED).update(
        state=Mail.State.WAITING, not_before=now, attempts=0, resent_in_doubt=False, error=""
    )
    if again:
        ledger.record("mail.retried", mail, by=by, now=now, to=mail.to)


def beat(name: str, *, now: datetime) -> None:
    """Note that a recurring job has just finished."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
