from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.models.reorganisation import Reorganisation
from units.models.unit import Unit


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        return self.filter(decision="")


class Proposal(models.Model):
    """What a committee says of one of its cells; nothing changes until the administrator has agreed."""

    class Kind(models.TextChoices):
        FOUND = "found", "Thêm chi bộ"
        RENAME = "rename", "Đổi tên"
        END = "end", "Không còn hoạt động"

    class Decision(models.TextChoices):
        AGREED = "agreed", "Đồng ý"
        REFUSED = "refused", "Không đồng ý"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="proposals")  # the committee that asks
    kind = models.CharField(max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # the superior of the cell
    cell = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, null=True, related_name="proposals")

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="found", cell__isnull=True) & ~Q(name=""))
                | (Q(kind="rename", cell__isnull=False) & ~Q(name=""))
                | Q(kind="end", cell__isnull=False, name=""),
                name="proposal_says_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="proposal_decision_together",
            ),
            models.UniqueConstraint(
                fields=["cell"], condition=Q(decision="", cell__isnull=False), name="proposal_one_open_a_cell"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.cell.name if self.cell else self.name}"
