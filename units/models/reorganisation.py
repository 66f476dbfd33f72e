from django.db import models
from django.db.models import Q

from units.models.unit import Unit


class Reorganisation(models.Model):
    """One decision that changes organisations: number, dates, and the units it ends and founds."""

    number = models.CharField("Số quyết định", max_length=80)
    decided_on = models.DateField("Ngày quyết định")
    effective_on = models.DateField("Có hiệu lực từ ngày")
    applied_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number


class Succession(models.Model):
    """One predecessor of one successor, under one decision. Many to many: A+B→C, A→B, A→B+C."""

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="successions")
    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions_from")
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="successions_to")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor", "successor"], name="succession_once_a_decision"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=models.F("successor")), name="succession_is_of_another_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class UnitState(models.Model):
    """What a unit was from one day to another; together these rows are the tree as of any day."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Unit.Kind.choices)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sort_order = models.PositiveIntegerField(default=0)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "from_on"], name="unitstate_one_a_day"),
            models.UniqueConstraint(fields=["unit"], condition=Q(to_on__isnull=True), name="unitstate_one_open"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=models.F("from_on")), name="unitstate_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.from_on}–{self.to_on or ''})"
