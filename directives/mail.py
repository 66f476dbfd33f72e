"""Every message this app sends, as a function that returns it. Nothing of a document's content goes by mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse


@dataclass(frozen=True)
class Item:
    """One rollout in a reminder: which document, how it stands, where to go."""

    document: str
    unit: str
    words: str
    days_late: int
    cells_open: int
    cells_total: int
    path: str

    @property
    def link(self) -> str:
        return f"{settings.SITE_URL}{self.path}"


def reminder(to: str, items: Sequence[Item], *, urged: bool) -> EmailMessage:
    """One message for all that one person is reminded of that day, the latest first."""
    late = any(item.days_late > 0 for item in items)
    subject = f"{'Đôn đốc' if urged else 'Nhắc việc'}: {len(items)} nhiệm vụ triển khai văn bản"
    context = {
        "items": sorted(items, key=lambda item: -item.days_late), "urged": urged, "demo": settings.DEMO,
        "home": f"{settings.SITE_URL}{reverse('home')}",
    }
    text = render_to_string("mail/reminder.txt", context)
    return EmailMessage(f"{subject}, có việc quá hạn" if late else subject, text, to=[to])
