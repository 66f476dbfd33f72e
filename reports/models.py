from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from directives.models import Rollout, StoredFile
from units.access import Rights, Verb
from units.models import Unit


class Period(models.Model):
    """A span of time that is reported on; every date is explicit, none is derived from the calendar."""

    class Kind(models.TextChoices):
        MONTH = "month", "Tháng"
        QUARTER = "quarter", "Quý"
        HALF = "half", "6 tháng"
        NINE_MONTHS = "nine_months", "9 tháng"
        YEAR = "year", "Năm"
        AD_HOC = "ad_hoc", "Đột xuất"
        TOPIC = "topic", "Chuyên đề"

    kind = models.CharField("Loại kỳ", max_length=12, choices=Kind.choices)
    label = models.CharField("Tên kỳ", max_length=60, unique=True)
    start_on = models.DateField("Từ ngày")
    end_on = models.DateField("Đến ngày")
    cut_off_at = models.DateTimeField("Thời điểm chốt số liệu")
    submit_by = models.DateField("Gửi báo cáo chậm nhất ngày")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="period_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.label


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, rights: Rights) -> Self:
        """Those who draft, check or number see all of their subtree's; readers see what was issued; others nothing."""
        verbs = (Verb.DRAFT_REPORT, Verb.CHECK_REPORT, Verb.NUMBER_REPORT)
        working = Unit.objects.under([unit for verb in verbs for unit in rights.units(verb)])
        return self.filter(
            Q(rollout__root__in=working)
            | Q(rollout__root__in=rights.reach(Verb.READ_REPORT), state=Report.State.ISSUED)
        )

    def issued(self) -> Self:
        return self.filter(state=Report.State.ISSUED)

    def newest_first(self) -> Self:
        return self.order_by(F("issued_on").desc(nulls_first=True), "-pk")


class Report(models.Model):
    """What the board tells the Standing Committee about one rollout in one period. Once issued it never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        CHECKED = "checked", "Đã soát"
        ISSUED = "issued", "Đã phát hành"

    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name="Kỳ báo cáo")
    rollout = models.ForeignKey(Rollout, models.PROTECT, related_name="reports", verbose_name="Đợt triển khai")
    revision = models.PositiveSmallIntegerField("Lần", default=1)
    state = models.CharField("Trạng thái", max_length=10, choices=State.choices, default=State.DRAFT)
    # Canonical JSON (sorted keys, no blanks), so that its hash is the same everywhere. Empty until frozen.
    figures = models.TextField(blank=True)
    figures_sha256 = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    # What people write; {section: text}, the sections are those of reports.actions.SECTIONS.
    narrative = models.JSONField(default=dict)
    signer_deputy = models.BooleanField("Phó Trưởng ban ký thay", default=True)
    signer_name = models.CharField("Họ tên người ký", max_length=80, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField("Số báo cáo", null=True, blank=True)
    issued_on = models.DateField("Ngày báo cáo", null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="reports")
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "rollout", "revision"], name="report_revision_once"),
            models.CheckConstraint(
                condition=Q(figures="", figures_sha256="", frozen_at__isnull=True)
                | (~Q(figures="") & ~Q(figures_sha256="") & Q(frozen_at__isnull=False)),
                name="report_figures_frozen_together",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="issued", number__isnull=False, issued_on__isnull=False, issued_at__isnull=False,
                    pdf__isnull=False, frozen_at__isnull=False,
                )
                | (
                    ~Q(state="issued")
                    & Q(number__isnull=True, issued_on__isnull=True, issued_at__isnull=True, pdf__isnull=True)
                ),
                name="report_issued_together",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", checked_at__isnull=True) | ~Q(state="draft") & Q(checked_at__isnull=False),
                name="report_checked_and_moment_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollout} – {self.period}"
