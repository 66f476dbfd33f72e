from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.models.unit import Unit


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    def newest_first(self) -> Self:
        return self.order_by("-effective_on", "-pk")

    def upcoming(self) -> Self:
        """Carried out, and not in force yet."""
        return self.filter(applied_at__isnull=True)


class Reorganisation(models.Model):
    """One decision that changes organisations, as it was carried out: its paper, its day, its changes.

    `applied_at` is when its day had come and today's state of the units was brought up to it.
    """

    number = models.CharField("Số quyết định", max_length=80, blank=True)
    decided_on = models.DateField("Ngày quyết định", null=True, blank=True)
    effective_on = models.DateField("Có hiệu lực từ ngày")
    title = models.CharField("Nội dung", max_length=300, blank=True)
    created_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ReorganisationQuerySet] = ReorganisationQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.number or self.title or f"{self.effective_on}"

    def in_force_on(self, day: date) -> bool:
        return self.effective_on <= day


class Change(models.Model):
    """What one decision says about one unit; empty or null means "as before". UnitState is the fold of these."""

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="changes")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    founds = models.BooleanField(default=False)
    ends = models.BooleanField(default=False)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, choices=Unit.Kind.choices, blank=True)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sort_order = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "unit"], name="change_one_a_decision"),
            models.CheckConstraint(condition=~Q(founds=True, ends=True), name="change_founds_or_ends"),
            models.CheckConstraint(
                condition=Q(founds=False) | (~Q(name="") & ~Q(kind="")), name="change_founds_a_named_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reorganisation_id}: {self.unit_id}"


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


class UnitStateQuerySet(models.QuerySet["UnitState"]):
    def on(self, day: date) -> Self:
        """The tree as of that day, from its beginning: what the decisions in force then had made of it."""
        return self.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gt=day))

    def in_official_order(self) -> Self:
        return self.order_by("sort_order", "unit")


class UnitState(models.Model):
    """What a unit was from one day to another; together these rows are the tree as of any day, past or to come."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="states")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Unit.Kind.choices)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sort_order = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    # The decision by which it became so.
    decision = models.ForeignKey(Reorganisation, models.PROTECT, related_name="+")

    objects: ClassVar[UnitStateQuerySet] = UnitStateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "from_on"], name="unitstate_one_a_day"),
            models.UniqueConstraint(fields=["unit"], condition=Q(to_on__isnull=True), name="unitstate_one_open"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=models.F("from_on")), name="unitstate_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["parent", "sort_order"], name="unitstate_children")]

    def __str__(self) -> str:
        return f"{self.name} ({self.from_on}–{self.to_on or ''})"
