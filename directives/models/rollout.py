from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.models.document import Document
from units.access import Rights, Verb
from units.models import Unit


class RolloutQuerySet(models.QuerySet["Rollout"]):
    def visible_to(self, rights: Rights) -> Self:
        """Those one composes, and the issued ones that reach a unit one may view."""
        seen = Q(pk__in=[])
        for unit in rights.units(Verb.ISSUE):
            seen |= Q(root__path__gte=unit.path, root__path__lt=unit.path_end)
        for unit in rights.units(Verb.VIEW):
            whole = Q(root__path__gte=unit.path, root__path__lt=unit.path_end)
            answered = Rollout.objects.filter(
                assignments__answering_unit__path__gte=unit.path, assignments__answering_unit__path__lt=unit.path_end
            )
            seen |= Q(issued_at__isnull=False) & (whole | Q(pk__in=answered.values("pk")))
        return self.filter(seen)

    def issued(self) -> Self:
        return self.filter(issued_at__isnull=False)

    def running(self) -> Self:
        return self.issued().filter(closed_at__isnull=True)


class Rollout(models.Model):
    """One issue of a document to an audience. Its dates and reminders are the board's own, never the letter's."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="rollouts", verbose_name="Văn bản")
    # The rollout of the text that this one's document revises; it ends, its figures kept, when this one is issued.
    reissues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reissued_as", verbose_name="Giao lại của đợt"
    )
    root = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    acknowledge_by = models.DateField("Hạn tiếp nhận")
    disseminate_by = models.DateField("Hạn phổ biến đến chi bộ")
    # kind → role, as chosen when composing; what was really addressed is in the lines.
    audience = models.JSONField("Đối tượng", default=dict)
    # Addressees that are no organisation ("Các đồng chí Tỉnh ủy viên"): one sending line, in no denominator.
    outside = models.JSONField("Gửi ngoài mẫu số", default=list)
    remind_before = models.PositiveSmallIntegerField("Nhắc trước hạn (ngày làm việc)", default=3)
    remind_after = models.PositiveSmallIntegerField("Nhắc sau hạn, cách nhau (ngày làm việc)", default=5)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField("Giao lúc", null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    expected_count = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField("Kết thúc lúc", null=True, blank=True)

    objects: ClassVar[RolloutQuerySet] = RolloutQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(disseminate_by__gte=models.F("acknowledge_by")), name="rollout_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, expected_count=0)
                | Q(issued_at__isnull=False, expected_count__gt=0),
                name="rollout_issued_with_its_lines",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(issued_at__isnull=False), name="rollout_closed_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.name}"
