"""Which reminder is due: a pure function of a line's dates, the rollout's policy, the calendar and today.

Steps: `before` (some working days before the date), `on` (the date itself), then `after-1`, `after-2`, … at equal
distances. After an outage only the latest missed step is due, so that there is one catch-up and never a burst.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from directives.deadlines import Calendar, add_working, is_working, next_working

MOST_AFTER = 6  # then it is the board's turn to urge officially
OPENS, CLOSES = time(7, 30), time(17, 0)


@dataclass(frozen=True)
class Policy:
    """Days are working days; `after` is the distance between two reminders once the date has passed."""

    before: int
    after: int


@dataclass(frozen=True)
class Step:
    code: str
    day: date


def steps(due_on: date, policy: Policy, calendar: Calendar) -> list[Step]:
    """Every step of one date, in order of day; each falls on a working day."""
    found = [Step("before", add_working(due_on, -policy.before, calendar))] if policy.before else []
    found.append(Step("on", next_working(due_on, calendar)))
    if policy.after:
        day = due_on
        for count in range(1, MOST_AFTER + 1):
            day = add_working(day, policy.after, calendar)
            found.append(Step(f"after-{count}", day))
    return found


def due(due_on: date, since: date, today: date, policy: Policy, calendar: Calendar) -> Step | None:
    """The latest step that has come by `today`; none whose day was not after `since` (the day of issue)."""
    come = [step for step in steps(due_on, policy, calendar) if since < step.day <= today]
    return come[-1] if come else None


def may_send(local: datetime, calendar: Calendar) -> bool:
    """Whether an automatic reminder may leave at this local moment: working days, 07:30 to 17:00."""
    return is_working(local.date(), calendar) and OPENS <= local.time() < CLOSES
