"""How the installation's own work stands, for the health page."""

from dataclasses import dataclass
from datetime import datetime

from outbox.models import Heartbeat, Mail


@dataclass(frozen=True)
class Pulse:
    """When the sweep last finished, and since when the oldest message has been due; None for never and for none."""

    swept_at: datetime | None
    due_since: datetime | None


def pulse(now: datetime) -> Pulse:
    swept = Heartbeat.objects.filter(name="sweep").first()
    oldest = Mail.objects.due(now).first()
    return Pulse(swept.at if swept else None, oldest.not_before if oldest else None)
