"""Working days: Tết, days off in place of others, the office's own days, and arithmetic that agrees with itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.actions.calendar import set_calendar_day
from directives.data.calendar import calendar, own_days
from directives.deadlines import (
    Calendar,
    add_working,
    after,
    is_working,
    name_of_holiday,
    next_working,
    working_between,
)
from tests.factories import NOW, make_board, make_office, make_unit
from units.access import Forbidden
from units.models import LedgerEntry

OURS = {date(2026, 1, 2): False, date(2026, 1, 10): True}
some_day = st.dates(date(2024, 1, 1), date(2028, 12, 31))
some_calendar = st.dictionaries(some_day, st.booleans(), max_size=30)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 10, 15), True),  # an ordinary Thursday
        (date(2026, 10, 17), False),  # a Saturday
        (date(2026, 10, 18), False),
        (date(2026, 11, 24), False),  # Ngày Văn hóa Việt Nam, from 2026
        (date(2027, 2, 3), True),
        (date(2027, 2, 4), False),  # Tết 2027, which begins on Saturday 06/02
        (date(2027, 2, 5), False),
        (date(2027, 2, 8), False),
        (date(2027, 2, 10), False),
        (date(2027, 2, 11), True),
        (date(2027, 4, 16), False),  # Giỗ Tổ, 10/3 of the lunar year
        (date(2026, 4, 27), False),  # … of 2026 fell on a Sunday, so Monday is off
        (date(2027, 5, 3), False),  # 01/5 on a Saturday
        (date(2026, 8, 31), False),  # off in place of …
        (date(2026, 8, 22), True),  # … this Saturday
    ],
)
def test_public_holidays_and_the_days_worked_in_their_place(day: date, worked: bool) -> None:
    assert is_working(day, {}) is worked


def test_the_offices_own_days_come_before_the_library() -> None:
    assert [is_working(day, {}) for day in OURS] == [True, False]  # the library misses the swap of 02/01/2026
    assert [is_working(day, OURS) for day in OURS] == [False, True]


@pytest.mark.parametrize(
    ("day", "count", "own", "expected"),
    [
        (date(2026, 10, 15), 0, {}, date(2026, 10, 15)),
        (date(2026, 10, 15), 1, {}, date(2026, 10, 16)),
        (date(2026, 10, 15), 2, {}, date(2026, 10, 19)),  # over the weekend
        (date(2026, 10, 17), 1, {}, date(2026, 10, 19)),  # the first day is never counted
        (date(2026, 10, 19), -1, {}, date(2026, 10, 16)),
        (date(2026, 11, 23), 1, {}, date(2026, 11, 25)),
        (date(2027, 2, 3), 1, {}, date(2027, 2, 11)),  # over Tết
        (date(2027, 2, 11), -1, {}, date(2027, 2, 3)),
        (date(2026, 1, 1), 1, {}, date(2026, 1, 2)),
        (date(2026, 1, 1), 1, OURS, date(2026, 1, 5)),
        (date(2026, 1, 9), 1, OURS, date(2026, 1, 10)),  # the Saturday worked in place of Friday 02/01
        (date(2026, 1, 1), 6, OURS, date(2026, 1, 10)),
    ],
)
def test_adding_working_days(day: date, count: int, own: Calendar, expected: date) -> None:
    assert add_working(day, count, own) == expected


@pytest.mark.parametrize(
    ("start", "end", "own", "expected"),
    [
        (date(2026, 10, 1), date(2026, 10, 15), {}, 10),
        (date(2026, 9, 30), date(2026, 10, 15), {}, 11),
        (date(2026, 10, 15), date(2026, 10, 15), {}, 0),
        (date(2026, 10, 15), date(2026, 10, 14), {}, 0),
        (date(2026, 10, 16), date(2026, 10, 18), {}, 0),
        (date(2027, 2, 3), date(2027, 2, 11), {}, 1),
        (date(2025, 12, 31), date(2026, 1, 10), {}, 6),
        (date(2025, 12, 31), date(2026, 1, 10), OURS, 6),
        (date(2025, 12, 31), date(2026, 1, 2), OURS, 0),
    ],
)
def test_counting_working_days(start: date, end: date, own: Calendar, expected: int) -> None:
    assert working_between(start, end, own) == expected


def test_a_period_that_would_end_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert after(date(2026, 10, 15), 10, {}) == date(2026, 10, 26)  # the 25th is a Sunday
    assert after(date(2026, 10, 15), 11, {}) == date(2026, 10, 26)
    assert after(date(2027, 1, 28), 10, {}) == date(2027, 2, 11)  # mùng hai Tết
    assert next_working(date(2026, 10, 15), {}) == date(2026, 10, 15)


def test_holidays_have_their_names() -> None:
    assert "Tết" in name_of_holiday(date(2027, 2, 6))
    assert name_of_holiday(date(2026, 10, 15)) == ""


@given(day=some_day, count=st.integers(1, 40), own=some_calendar)
def test_adding_and_counting_agree(day: date, count: int, own: dict[date, bool]) -> None:
    end = add_working(day, count, own)
    assert is_working(end, own)
    assert working_between(day, end, own) == count
    assert working_between(day, end - timedelta(days=1), own) == count - 1


@given(day=some_day, count=st.integers(1, 40), own=some_calendar)
def test_going_back_mirrors_going_forth(day: date, count: int, own: dict[date, bool]) -> None:
    start = add_working(day, -count, own)
    assert is_working(start, own)
    assert working_between(start - timedelta(days=1), day - timedelta(days=1), own) == count


@given(day=some_day, own=some_calendar)
def test_the_next_working_day_skips_only_days_off(day: date, own: dict[date, bool]) -> None:
    found = next_working(day, own)
    assert is_working(found, own)
    assert not any(is_working(day + timedelta(days=n), own) for n in range((found - day).days))


@pytest.mark.django_db
def test_the_administrator_keeps_the_offices_own_days() -> None:
    root = make_unit("Tỉnh")
    administrator = make_office(root, "administrator")
    told = {"note": "Hoán đổi", "decision": "12729/VPCP-KGVX", "root": root, "now": NOW}
    for day, working in ((date(2026, 1, 2), True), (date(2026, 1, 2), False), (date(2026, 1, 10), True)):
        set_calendar_day(day=day, working=working, by=administrator, **told)
    assert calendar() == OURS
    assert [kept.day for kept in own_days()] == [date(2026, 1, 10), date(2026, 1, 2)]
    with pytest.raises(Forbidden):
        set_calendar_day(day=date(2026, 1, 3), working=True, by=make_board(root), **told)
    assert calendar() == OURS
    assert LedgerEntry.objects.filter(event="calendar.set").count() == 3
