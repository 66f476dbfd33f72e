from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def about(self, subject: str, pk: int) -> Self:
        return self.filter(subject=subject, subject_id=pk).order_by("pk")

    def unsealed(self) -> Self:
        return self.filter(seq__isnull=True).order_by("pk")


class LedgerEntry(models.Model):
    """One line per action, append-only; no foreign keys, so that it outlives what it describes.

    Sealed after commit: seq without gaps, and hash = SHA-256(previous_hash + canonical line). Triggers refuse
    every other change (units.guards).
    """

    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seq = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    objects: ClassVar[LedgerQuerySet] = LedgerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seq__isnull=True, hash="") | (Q(seq__isnull=False) & ~Q(hash="")),
                name="ledgerentry_seq_and_hash_together",
            )
        ]
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="ledger_subject"),
            models.Index(fields=["unit_id"], name="ledger_unit"),
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="ledger_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}#{self.subject_id}"
