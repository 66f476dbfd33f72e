from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q


class UnitQuerySet(models.QuerySet["Unit"]):
    def under(self, units: Iterable["Unit"]) -> Self:
        """The subtrees of `units`, themselves included. One indexed range a unit; no unit, no rows."""
        ranges = Q(pk__in=[])
        for unit in units:
            ranges |= Q(path__gte=unit.path, path__lt=unit.path_end)
        return self.filter(ranges)

    def alive_on(self, day: date) -> Self:
        return self.filter(opened_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def ended_by(self, day: date) -> Self:
        return self.filter(closed_on__lte=day)

    def in_official_order(self) -> Self:
        return self.order_by("sort_order", "pk")

    def cells(self) -> Self:
        return self.filter(kind__in=Unit.CELL_KINDS)


class Unit(models.Model):
    """An organisation that exists or existed. Its columns are today's state; UnitState holds what it was."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "Đảng bộ tỉnh"
        COMMITTEE = "committee", "Cấp ủy trực thuộc Tỉnh ủy"
        PARTY_GROUP = "party_group", "Đảng đoàn, ban cán sự đảng"
        ADVISORY = "advisory", "Cơ quan tham mưu, sở, ban, ngành, đoàn thể"
        GRASSROOTS = "grassroots", "Đảng bộ cơ sở"
        GRASSROOTS_CELL = "grassroots_cell", "Chi bộ cơ sở"
        SECTION = "section", "Đảng bộ bộ phận"
        CELL = "cell", "Chi bộ"

    CELL_KINDS = (Kind.CELL, Kind.GRASSROOTS_CELL)
    # Cells are the last; party groups lead a State or mass body and have no cells below them (domain.md §2.1).
    KINDS_WITHOUT_SUBORDINATES = (*CELL_KINDS, Kind.PARTY_GROUP)
    EXPECTED_ACCOUNT_KINDS = (Kind.COMMITTEE, Kind.PARTY_GROUP, Kind.GRASSROOTS)

    kind = models.CharField("Loại tổ chức", max_length=20, choices=Kind.choices)
    code = models.CharField("Mã tổ chức đảng", max_length=20, blank=True)
    name = models.CharField("Tên tổ chức", max_length=200)
    sort_order = models.PositiveIntegerField("Thứ tự", default=0)
    opened_on = models.DateField("Thành lập ngày")
    closed_on = models.DateField("Kết thúc hoạt động ngày", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="Trực thuộc"
    )
    # "/1/14/203/": ids closed by slashes, so "/1/" is never a prefix of "/14/". Collation "C" on PostgreSQL.
    path = models.CharField(max_length=255, default="", editable=False)
    # The name, every earlier one, the code, and those of the units it succeeded, folded: an old name finds it.
    search_text = models.TextField(default="", editable=False)

    objects: ClassVar[UnitQuerySet] = UnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("opened_on")),
                name="unit_closes_after_it_opens",
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="unit_code_unique"),
        ]
        indexes = [
            models.Index(fields=["path"], name="unit_path"),  # subtree ranges
            models.Index(fields=["parent", "sort_order"], name="unit_children"),  # a level in official order
            # Those that have ended or will: what still answers to them waits for a decision.
            models.Index(fields=["closed_on"], condition=Q(closed_on__isnull=False), name="unit_ended"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path_end(self) -> str:
        """The first path after this subtree: '0' is the character after '/'."""
        return self.path[:-1] + "0"

    @property
    def is_cell(self) -> bool:
        return self.kind in self.CELL_KINDS

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2

    def holds(self, other: "Unit") -> bool:
        """Whether `other` is this unit or stands below it."""
        return other.path.startswith(self.path)
