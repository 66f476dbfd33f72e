"""One rollout under way: what its units do, planned on the timeline and done through the real actions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from directives.actions import acknowledge, disseminate
from directives.actions.disseminate import Held
from directives.models import Assignment, Occasion, Rollout
from portal.demo.cast import Cast
from portal.demo.hours import Hours
from portal.demo.timeline import Event, Timeline
from units.models import Unit, User


@dataclass
class Stage:
    """What every part of the story shares."""

    cast: Cast
    hours: Hours
    rng: Random
    timeline: Timeline
    reminded: set[date] = field(default_factory=set)

    def clerk(self, unit: Unit) -> User:
        """Who records for a unit: its own clerk, or the nearest one above."""
        while unit.pk not in self.cast.clerks:
            if unit.parent is None:
                raise LookupError(f"nobody records for {unit}")
            unit = unit.parent
        return self.cast.clerks[unit.pk]

    def plan(self, day: date, event: Event) -> None:
        self.timeline.at(self.hours.moment(day, self.rng), event)


class Course:
    """`days` are the working days since the rollout was issued; steps are places in them, and what lies past the
    end has not happened yet."""

    def __init__(self, stage: Stage, rollout: Rollout, issued_on: date) -> None:
        self.stage = stage
        self.rollout = rollout
        self.days = stage.hours.working_days(issued_on)
        self.due_to_acknowledge = self._last_by(rollout.acknowledge_by)
        self.due_to_disseminate = self._last_by(rollout.disseminate_by)
        self.lines = dict(rollout.assignments.values_list("unit_id", "pk"))

    def _last_by(self, due_on: date) -> int:
        return max((at for at, day in enumerate(self.days) if day <= due_on), default=0)

    def line(self, unit: Unit) -> Assignment:
        """The line as it stands now, with what actions look at."""
        return Assignment.objects.select_related("rollout__document", "answering_unit").get(pk=self.lines[unit.pk])

    def opens(self, unit: Unit, step: int) -> None:
        """The unit's clerk looks at the directive and leaves it at that."""
        clerk = self.stage.cast.clerks[unit.pk]
        self._at(step, lambda now: acknowledge.open_line(assignment=self.line(unit), by=clerk, now=now))

    def acknowledges(self, unit: Unit, step: int) -> None:
        clerk = self.stage.cast.clerks[unit.pk]

        def event(now: datetime) -> None:
            line = self.line(unit)
            acknowledge.open_line(assignment=line, by=clerk, now=now - timedelta(minutes=3))
            acknowledge.acknowledge(assignment=line, by=clerk, now=now)

        self._at(step, event)

    def is_recorded_outside(self, unit: Unit, step: int, channel: str) -> None:
        """The committee above notes a receipt by paper, telephone or at a meeting."""
        if unit.parent is None or step >= len(self.days):
            return
        clerk, on = self.stage.clerk(unit.parent), self.days[step]
        self._at(
            step + 1,
            lambda now: acknowledge.record_outside(
                assignment=self.line(unit), on=on, channel=channel, by=clerk, now=now
            ),
        )

    def records(
        self, by: Unit, units: Sequence[Unit], held: int, recorded: int, form: str = Occasion.Form.CELL_MEETING
    ) -> None:
        """The clerk of `by` records one occasion for all of `units`."""
        if not units or held >= len(self.days):
            return
        clerk, pks = self.stage.cast.clerks[by.pk], [self.lines[unit.pk] for unit in units]
        occasion = self._occasion(self.days[held], form)

        def event(now: datetime) -> None:
            lines = Assignment.objects.select_related("rollout__document", "answering_unit").filter(pk__in=pks)
            disseminate.record(unit=by, held=occasion, assignments=list(lines.in_order()), by=clerk, now=now)

        self._at(max(held, recorded), event)

    def _occasion(self, on: date, form: str) -> Held:
        """Some occasions say how many were to come and came; own documents have a number."""
        rng = self.stage.rng
        if form == Occasion.Form.OWN_DOCUMENT:
            return Held(on=on, form=form, own_number=f"{rng.randrange(11, 240)}-KH/ĐU")
        if form == Occasion.Form.CIRCULAR or rng.random() < 0.4:
            return Held(on=on, form=form)
        due = rng.randrange(18, 46)
        return Held(on=on, form=form, attended=due - rng.randrange(0, 4), due=due)

    def _at(self, step: int, event: Event) -> None:
        if step < len(self.days):
            self.stage.plan(self.days[step], event)
