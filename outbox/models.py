from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from units.access import Rights, Verb
from units.models import Office


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, rights: Rights) -> Self:
        """One's own messages; with READ_MAIL those to the people of one's subtree; nobody ever sees security mail."""
        shown, own = self.filter(security=False), Q(recipient=rights.user.pk)
        if not rights.holds(Verb.READ_MAIL):
            return shown.filter(own)
        reached = Office.objects.filter(user=OuterRef("recipient"), unit__in=rights.reach(Verb.READ_MAIL))
        return shown.filter(own | Q(recipient=None) | Q(Exists(reached)))

    def due(self, now: datetime) -> Self:
        return self.filter(state=Mail.State.WAITING, not_before__lte=now).order_by("not_before", "pk")

    def abandoned(self, now: datetime) -> Self:
        """Taken by a worker that has not come back within its lease."""
        return self.filter(state=Mail.State.SENDING, lease_until__lt=now)


class Mail(models.Model):
    """One message to one address; written in the transaction that makes it true, delivered by a worker."""

    class State(models.TextChoices):
        WAITING = "waiting", "Chờ gửi"
        SENDING = "sending", "Đang gửi"
        SENT = "sent", "Đã gửi"
        FAILED = "failed", "Không gửi được"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="mails")
    to = models.EmailField("Gửi đến")
    subject = models.CharField("Tiêu đề", max_length=250)
    text = models.TextField("Nội dung")
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    security = models.BooleanField(default=False)
    state = models.CharField("Trạng thái", max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField("Số lần gửi", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Committed just before SMTP's final dot: what is interrupted after it may or may not have arrived.
    handed_at = models.DateTimeField(null=True, blank=True)
    resent_in_doubt = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField("Lỗi", max_length=250, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_and_sent_at_together",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="mail_sending_has_a_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="mail_due"),
            models.Index(fields=["recipient", "created_at"], name="mail_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class Heartbeat(models.Model):
    """When a recurring job last finished; the health page turns red when the sweep's is old."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
