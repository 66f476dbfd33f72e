"""Django's e-mail backend: sending a message is writing a row.

Only third parties (allauth's password reset) send through Django's e-mail functions; ours call `actions.enqueue`.
Their mail carries secrets, so it is never shown and its body is erased once it has left.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from outbox import actions


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the rows, in the caller's transaction or in one of its own when none is open."""
        now = timezone.now()
        with transaction.atomic():
            return sum(len(actions.enqueue(message, now=now, security=True)) for message in email_messages)
