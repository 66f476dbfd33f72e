from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.models.assignment import Assignment
from outbox.models import Mail


class Reminder(models.Model):
    """One notice about one line to one person: planned once by its unique key, then carried by a mail or not."""

    class State(models.TextChoices):
        PLANNED = "planned", "Đã lên lịch"
        MAILED = "mailed", "Đã chuyển thư"
        SUPPRESSED = "suppressed", "Không gửi"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="reminders")
    # "ack:before", "dis:on", "dis:after-2", "urge": which step of the policy (directives.reminders).
    step = models.CharField(max_length=20)
    day = models.DateField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=120, blank=True)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, blank=True, related_name="reminders")
    planned_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "step", "day", "recipient"], name="reminder_once"),
            # NULLs are distinct in a unique index: nobody reachable is also noted once.
            models.UniqueConstraint(
                fields=["assignment", "step", "day"],
                condition=Q(recipient__isnull=True),
                name="reminder_to_nobody_once",
            ),
            models.CheckConstraint(
                condition=Q(state="mailed", mail__isnull=False) | (~Q(state="mailed") & Q(mail__isnull=True)),
                name="reminder_mailed_has_its_mail",
            ),
            models.CheckConstraint(
                condition=~Q(state="suppressed") | ~Q(reason=""), name="reminder_suppressed_says_why"
            ),
        ]
        indexes = [models.Index(fields=["recipient"], condition=Q(state="planned"), name="reminder_to_carry")]

    def __str__(self) -> str:
        return f"{self.step} {self.day} → {self.recipient_id}"
