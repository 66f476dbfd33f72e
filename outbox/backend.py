"""Django's e-mail backend: sending a message is writing a row.

What carries a way into an account goes through Django's e-mail functions: allauth's password reset, our invitations.
It is never shown and its body is erased once it has left. All other mail of ours calls `actions.enqueue`.
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
            return len(actions.enqueue_all(email_messages, now=now, security=True))
