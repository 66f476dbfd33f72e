"""Working days and dates that end on them. Pure: the office's own days come in as an argument.

The first day is never counted, and a period that would end on a day off ends on the next working day (Civil Code
2015, art. 147–148). `Calendar` is what differs from the holidays library: {day: is it worked}.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import holidays

Calendar = Mapping[date, bool]


@cache
def _vietnam(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("VN", years=year, language="vi")


def is_working(day: date, calendar: Calendar) -> bool:
    """Whether the office works that day: its own calendar first, then the public holidays with their swaps."""
    own = calendar.get(day)
    if own is not None:
        return own
    return bool(_vietnam(day.year).is_working_day(day))


def name_of_holiday(day: date) -> str:
    """ "Tết Nguyên đán", or "" on an ordinary day."""
    return str(_vietnam(day.year).get(day, ""))


def next_working(day: date, calendar: Calendar) -> date:
    """`day` itself when it is worked, else the first worked day after it."""
    while not is_working(day, calendar):
        day += timedelta(days=1)
    return day


def add_working(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it when negative); 0 gives `day` itself."""
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working(day, calendar):
            day += step
    return day


def working_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; 0 when end is not later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working(day, calendar) for day in days)


def after(day: date, days: int, calendar: Calendar) -> date:
    """`days` calendar days later, moved to the next working day when that is a day off."""
    return next_working(day + timedelta(days=days), calendar)
