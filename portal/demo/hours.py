"""When things happen in the demo: the office's hours, counted back from its first start."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from directives.deadlines import Calendar, add_working, is_working
from directives.reminders import CLOSES, may_send

# (day, worked, note): the swap that the holidays library does not know, and the decision that made it.
OWN_DAYS = (
    (date(2026, 1, 2), False, "Nghỉ hoán đổi dịp Tết Dương lịch"),
    (date(2026, 1, 10), True, "Làm bù ngày 02/01/2026"),
)
DECISION = "12729/VPCP-KGVX, 25/12/2025"
CALENDAR: Calendar = {day: worked for day, worked, _ in OWN_DAYS}
QUARTER_ENDS = (3, 6, 9, 12)  # a quarter is reported from the 15th to the 14th of these months


@dataclass(frozen=True)
class Hours:
    """`latest` is the last moment in office hours before the demo's start; everything in the story is before it."""

    today: date
    latest: datetime

    @property
    def ref(self) -> date:
        """The last day the office worked: steps are counted from it, so that none falls on the start itself."""
        return timezone.localdate(self.latest)

    def back(self, count: int) -> date:
        """The working day `count` before the last one; negative counts forward."""
        return add_working(self.ref, -count, CALENDAR)

    def moment(self, day: date, rng: Random) -> datetime:
        """Some minute of a day's office hours, never after `latest`."""
        return self.clock(day, time(7, 35 + rng.randrange(25))) + timedelta(minutes=rng.randrange(0, 530))

    def clock(self, day: date, at: time) -> datetime:
        return timezone.make_aware(datetime.combine(day, at))

    def capped(self, moment: datetime) -> datetime:
        return min(moment, self.latest)

    def working_days(self, after: date) -> list[date]:
        """The working days after a day, up to and including the last one."""
        days = (after + timedelta(days=n) for n in range(1, (self.ref - after).days + 1))
        return [day for day in days if is_working(day, CALENDAR)]

    def in_week(self, week: int) -> date:
        """A day so long ago that today lies in its `week`-th week: a working one where that week has any."""
        days = [self.today - timedelta(days=7 * week - 1 - n) for n in range(7)]
        return next((day for day in days if is_working(day, CALENDAR)), days[-1])


def before(now: datetime) -> Hours:
    """The office's hours as they look from `now`."""
    local = timezone.localtime(now - timedelta(minutes=5)).replace(second=0, microsecond=0)
    today = timezone.localdate(now)
    if may_send(local, CALENDAR):
        return Hours(today, local)
    day = local.date()
    if not is_working(day, CALENDAR) or local.time() < CLOSES:
        day = add_working(day, -1, CALENDAR)
    return Hours(today, timezone.make_aware(datetime.combine(day, time(16, 55))))


@dataclass(frozen=True)
class Quarter:
    """One period of the office's reports, with every date explicit."""

    label: str
    start_on: date
    end_on: date

    @property
    def cut_off_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.end_on, time(17)))


def quarters(today: date) -> tuple[Quarter, Quarter]:
    """The last quarter whose report has had a week to be issued, and the one after it."""
    ends = sorted(
        date(year, month, 14) for year in (today.year - 1, today.year, today.year + 1) for month in QUARTER_ENDS
    )
    at = max(n for n, end in enumerate(ends) if end + timedelta(days=7) <= today)
    last, this = (
        Quarter(
            f"quý {('I', 'II', 'III', 'IV')[ends[n].month // 3 - 1]}/{ends[n].year}",
            ends[n - 1] + timedelta(days=1), ends[n],
        )
        for n in (at, at + 1)
    )
    return last, this
