from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.models.unit import Unit
from units.models.user import User


class OfficeQuerySet(models.QuerySet["Office"]):
    def on(self, day: date) -> Self:
        """Those held on that day."""
        return self.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gt=day))

    def not_ended(self, day: date) -> Self:
        """Those held on that day or to be held after it."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gt=day))

    def overlapping(self, from_on: date, to_on: date | None) -> Self:
        """Those held on some day from `from_on` until before `to_on`; None: without an end."""
        return self.not_ended(from_on) if to_on is None else self.not_ended(from_on).filter(from_on__lt=to_on)


class Office(models.Model):
    """A user's role at a unit, from one day to another; the only source of rights."""

    class Role(models.TextChoices):
        BOARD = "board", "Cán bộ Ban Tuyên giáo"
        HEAD = "head", "Lãnh đạo Ban Tuyên giáo"
        REGISTRY = "registry", "Văn thư Ban Tuyên giáo"
        COMMITTEE = "committee", "Ủy viên Ban Thường vụ"
        SECRETARY = "secretary", "Bí thư, văn thư đơn vị"
        ADMINISTRATOR = "administrator", "Quản trị cổng"

    user = models.ForeignKey(User, models.PROTECT, related_name="offices", verbose_name="Tài khoản")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="offices", verbose_name="Đơn vị")
    role = models.CharField("Vai trò", max_length=20, choices=Role.choices)
    from_on = models.DateField("Từ ngày")
    to_on = models.DateField("Đến ngày", null=True, blank=True)
    # The office it stands in for, for a time; the record then names both.
    substitutes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="substitutions")
    # When its holder confirmed who is in charge and which cells there are, at the first sign-in.
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfficeQuerySet] = OfficeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=models.F("from_on")), name="office_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"], condition=Q(to_on__isnull=True), name="office_open_once"
            ),
            models.CheckConstraint(
                condition=Q(substitutes__isnull=True) | Q(to_on__isnull=False), name="office_substitution_is_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.unit}"

    @property
    def last_on(self) -> date | None:
        """The last day on which it is held, as people say it; `to_on` is the first without it."""
        return self.to_on - timedelta(days=1) if self.to_on else None


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unspent(self) -> Self:
        """Neither used nor revoked; the time may have run out."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True)

    def open_at(self, now: datetime) -> Self:
        return self.unspent().filter(expires_at__gt=now)


class Invitation(models.Model):
    """A one-time code by which an account sets its first password. Only the code's hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="invitation_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True), name="invitation_used_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def open_at(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at
