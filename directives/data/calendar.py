from datetime import date

from directives.models import CalendarDay


def calendar() -> dict[date, bool]:
    """The days on which the office differs from the public holidays: {day: is it worked}. One query."""
    return dict(CalendarDay.objects.values_list("day", "working"))


def own_days() -> list[CalendarDay]:
    """The same days with their notes and decisions, the newest first."""
    return list(CalendarDay.objects.order_by("-day"))
