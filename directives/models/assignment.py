from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from directives.models.rollout import Rollout
from units.access import Rights, Verb
from units.models import Unit


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, rights: Rights) -> Self:
        """The lines answered for, today, by a unit in a subtree one may view; structure lines carry no duty."""
        return self.answered_under(rights.units(Verb.VIEW))

    def answered_under(self, units: list[Unit]) -> Self:
        reach = Q(pk__in=[])
        for unit in units:
            reach |= Q(answering_unit__path__gte=unit.path, answering_unit__path__lt=unit.path_end)
        return self.filter(reach)

    def below(self, line: "Assignment") -> Self:
        """The duties in the frozen audience strictly below a line."""
        return self.filter(
            rollout=line.rollout_id, position__gt=line.position, position__lte=line.last, closed_reason=""
        )

    def live(self) -> Self:
        """Duties of issued, unclosed rollouts that were not themselves closed.

        Without a join, so that an UPDATE of these keeps its conditions on the row itself: PostgreSQL checks them anew
        when it waited for another writer, and would not inside the subquery that Django makes of a join.
        """
        return self.filter(role=Assignment.Role.ACT, closed_reason="", rollout__in=Rollout.objects.running())

    def cells(self) -> Self:
        return self.filter(unit_kind__in=Unit.CELL_KINDS)

    def owing_acknowledgement(self) -> Self:
        return self.filter(acknowledge_by__isnull=False, acknowledged_on__isnull=True, closed_reason="")

    def owing_dissemination(self) -> Self:
        return self.filter(disseminate_by__isnull=False, disseminated_on__isnull=True, closed_reason="")

    def owing(self) -> Self:
        return self.owing_acknowledgement() | self.owing_dissemination()

    def answered_for(self, today: date) -> Self:
        """Those whose answering unit has not ended; like `live`, without a join."""
        return self.exclude(answering_unit__in=Unit.objects.ended_by(today))

    def awaiting_decision(self, today: date) -> Self:
        """Open duties of units that have ended: a person decides who answers for them, or closes them."""
        return self.live().owing().filter(answering_unit__in=Unit.objects.ended_by(today))

    def late(self, today: date) -> Self:
        """Owing anything whose day, the extended one where there is one, has passed; what awaits a decision is not."""
        due = Coalesce("extended_to", "disseminate_by")
        return self.answered_for(today).alias(due=due).filter(
            Q(acknowledge_by__lt=today, acknowledged_on__isnull=True)
            | Q(due__lt=today, disseminated_on__isnull=True),
            closed_reason="",
        )

    def by_lateness(self) -> Self:
        """The longest owed first: the day of acknowledgement while that is open, else the day of dissemination."""
        since = Case(
            When(acknowledged_on=None, acknowledge_by__isnull=False, then="acknowledge_by"),
            default=Coalesce("extended_to", "disseminate_by"),
        )
        return self.alias(since=since).order_by("since", "position")

    def in_order(self) -> Self:
        return self.order_by("position")


class Assignment(models.Model):
    """One line of a rollout's frozen audience: what one unit, as it was named then, owes and has done.

    `position`..`last` is the line's interval in a preorder walk of the audience, so that a subtree is one range and
    later reorganisations change nothing here. Whether something is late is computed from the dates and today.
    """

    class Role(models.TextChoices):
        ACT = "act", "Để thực hiện"
        INFORM = "inform", "Để biết"
        COORDINATE = "coordinate", "Để phối hợp"
        STRUCTURE = "structure", "Cấp trên, không giao nhiệm vụ"

    class Channel(models.TextChoices):
        PAPER = "paper", "Bản giấy"
        PARTY_SYSTEM = "party_system", "Hệ thống văn bản của Đảng"
        PHONE = "phone", "Điện thoại"
        MEETING = "meeting", "Tại hội nghị"

    rollout = models.ForeignKey(Rollout, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    unit_name = models.CharField(max_length=200)
    unit_kind = models.CharField(max_length=20, choices=Unit.Kind.choices)
    depth = models.PositiveSmallIntegerField()
    answering_unit = models.ForeignKey(Unit, models.PROTECT, related_name="answered")
    role = models.CharField(max_length=10, choices=Role.choices)
    parent_position = models.PositiveIntegerField(null=True)
    position = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    acknowledge_by = models.DateField(null=True, blank=True)
    disseminate_by = models.DateField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_on = models.DateField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_sha256 = models.CharField(max_length=64, blank=True)
    from_outside = models.CharField(max_length=20, choices=Channel.choices, blank=True)
    # The day by which dissemination is judged; kept by the actions, recomputed by `manage.py verify`.
    disseminated_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rollout", "unit"], name="assignment_unit_once_a_rollout"),
            models.UniqueConstraint(fields=["rollout", "position"], name="assignment_position_once_a_rollout"),
            models.CheckConstraint(
                condition=Q(
                    acknowledged_at__isnull=True, acknowledged_on__isnull=True, acknowledged_by__isnull=True,
                    acknowledged_sha256="", from_outside="",
                )
                | (
                    Q(acknowledged_at__isnull=False, acknowledged_on__isnull=False, acknowledged_by__isnull=False)
                    & ~Q(acknowledged_sha256="")
                ),
                name="assignment_acknowledgement_together",
            ),
            models.CheckConstraint(condition=Q(last__gte=F("position")), name="assignment_interval_in_order"),
            models.CheckConstraint(
                condition=Q(parent_position__isnull=True) | Q(parent_position__lt=F("position")),
                name="assignment_parent_before_child",
            ),
            models.CheckConstraint(
                condition=Q(role="act") | Q(acknowledge_by__isnull=True, disseminate_by__isnull=True),
                name="assignment_only_act_owes",
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True) | Q(extended_to__gte=F("disseminate_by")),
                name="assignment_extension_not_earlier",
            ),
        ]
        indexes = [
            # The roll-up reads only this index (key columns, since SQLite has no INCLUDE).
            models.Index(
                fields=[
                    "rollout", "position", "role", "unit_kind", "closed_reason", "acknowledge_by", "acknowledged_on",
                    "from_outside", "disseminate_by", "extended_to", "disseminated_on", "answering_unit",
                ],
                name="assignment_rollup",
            ),
            models.Index(fields=["rollout", "parent_position", "position", "last"], name="assignment_level"),
            models.Index(fields=["answering_unit", "rollout"], name="assignment_answered"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_name}: {self.rollout_id}"

    @property
    def is_cell(self) -> bool:
        return self.unit_kind in Unit.CELL_KINDS

    @property
    def due_on(self) -> date | None:
        """The day of dissemination in force: the extended one where there is one."""
        return self.extended_to or self.disseminate_by

    @property
    def owes_acknowledgement(self) -> bool:
        return not self.closed_reason and self.acknowledge_by is not None and self.acknowledged_on is None

    @property
    def owes_dissemination(self) -> bool:
        return not self.closed_reason and self.disseminate_by is not None and self.disseminated_on is None

    def awaits_decision(self, today: date) -> bool:
        """Something is open, and the unit that should answer for it has ended."""
        ended = self.answering_unit.closed_on is not None and self.answering_unit.closed_on <= today
        return ended and (self.owes_acknowledgement or self.owes_dissemination)

    def late_to_acknowledge(self, today: date) -> bool:
        due, done = self.acknowledge_by, self.acknowledged_on
        return not self.closed_reason and due is not None and due < (done or today)

    def late_to_disseminate(self, today: date) -> bool:
        due, done = self.due_on, self.disseminated_on
        return not self.closed_reason and due is not None and due < (done or today)
