from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from directives.models.assignment import Assignment
from directives.models.file import StoredFile
from units.access import Rights, Verb
from units.models import Unit


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def visible_to(self, rights: Rights) -> Self:
        reach = Q(pk__in=[])
        for unit in rights.units(Verb.VIEW):
            reach |= Q(unit__path__gte=unit.path, unit__path__lt=unit.path_end)
        return self.filter(reach)


class Occasion(models.Model):
    """One meeting or circular by which a directive was carried on; attendance is a count, never a list."""

    class Form(models.TextChoices):
        CELL_MEETING = "cell_meeting", "Sinh hoạt chi bộ"
        CONFERENCE = "conference", "Hội nghị quán triệt"
        CIRCULAR = "circular", "Sao gửi văn bản"
        OWN_DOCUMENT = "own_document", "Văn bản triển khai của đơn vị"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="occasions")
    held_on = models.DateField("Ngày tổ chức")
    form = models.CharField("Hình thức", max_length=20, choices=Form.choices, default=Form.CELL_MEETING)
    attended = models.PositiveIntegerField("Số người dự", null=True, blank=True)
    due = models.PositiveIntegerField("Số người phải dự", null=True, blank=True)
    own_number = models.CharField("Số văn bản của đơn vị", max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    files = models.ManyToManyField(StoredFile, related_name="occasions", blank=True)

    objects: ClassVar[OccasionQuerySet] = OccasionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(attended__isnull=True) | Q(due__isnull=True) | Q(attended__lte=F("due")),
                name="occasion_attended_within_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.held_on}"


class Dissemination(models.Model):
    """One occasion counted for one line. A line has at most one that is accepted."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", "Đã ghi nhận"
        SENT_BACK = "sent_back", "Trả lại, đề nghị bổ sung"

    occasion = models.ForeignKey(Occasion, models.PROTECT, related_name="disseminations")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="disseminations")
    # The recording unit in whose place it was entered ("nhập thay"); null when it entered it itself.
    entered_for = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    # Recorded too long after the day held, so judged by the day recorded ("ghi nhận chậm").
    recorded_late = models.BooleanField(default=False)
    judged_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACCEPTED)
    note = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["occasion", "assignment"], name="dissemination_once_an_occasion"),
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="accepted"), name="dissemination_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") | ~Q(note=""), name="dissemination_sent_back_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id} → {self.assignment_id}"


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, rights: Rights) -> Self:
        return self.filter(assignment__in=Assignment.objects.visible_to(rights))

    def waiting(self) -> Self:
        return self.filter(decision="").order_by("asked_at")


class Extension(models.Model):
    """A unit's request for a later day of dissemination, and the board's answer. The first date stays."""

    class Decision(models.TextChoices):
        GRANTED = "granted", "Đã gia hạn"
        REFUSED = "refused", "Không đồng ý gia hạn"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="extensions")
    asked_to = models.DateField("Đề nghị gia hạn đến ngày")
    reason = models.CharField("Lý do", max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[ExtensionQuerySet] = ExtensionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(decision=""), name="extension_one_open_a_line"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="extension_decision_and_moment_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} → {self.asked_to}"
