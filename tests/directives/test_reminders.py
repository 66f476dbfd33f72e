"""Which step of a reminder is due: always a working day, at most one at a time, one catch-up and never a burst."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.deadlines import is_working
from directives.reminders import MOST_AFTER, Policy, Step, due, may_send, steps

POLICY = Policy(before=3, after=5)
LONG_AGO = date(2026, 1, 1)
some_day = st.dates(date(2026, 1, 1), date(2027, 12, 31))
policies = st.builds(Policy, before=st.integers(0, 10), after=st.integers(0, 10))
calendars = st.dictionaries(some_day, st.booleans(), max_size=20)


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (  # an ordinary Thursday
            date(2026, 10, 15),
            ["before 2026-10-12", "on 2026-10-15", "after-1 2026-10-22", "after-2 2026-10-29", "after-3 2026-11-05",
             "after-4 2026-11-12", "after-5 2026-11-19", "after-6 2026-11-27"],  # 24/11 is a day off
        ),
        (  # in the middle of Tết 2027: "before" is before it, "on" the first day after it
            date(2027, 2, 8),
            ["before 2027-02-01", "on 2027-02-11", "after-1 2027-02-17", "after-2 2027-02-24", "after-3 2027-03-03",
             "after-4 2027-03-10", "after-5 2027-03-17", "after-6 2027-03-24"],
        ),
        (  # a Sunday
            date(2026, 10, 18),
            ["before 2026-10-14", "on 2026-10-19", "after-1 2026-10-23", "after-2 2026-10-30", "after-3 2026-11-06",
             "after-4 2026-11-13", "after-5 2026-11-20", "after-6 2026-11-30"],
        ),
    ],
)
def test_the_steps_of_a_date(due_on: date, expected: list[str]) -> None:
    assert [f"{step.code} {step.day}" for step in steps(due_on, POLICY, {})] == expected


def test_the_offices_own_calendar_moves_the_steps() -> None:
    swap = {date(2026, 1, 2): False, date(2026, 1, 10): True}
    assert steps(date(2026, 1, 2), Policy(1, 1), {})[:3] == [
        Step("before", date(2025, 12, 31)), Step("on", date(2026, 1, 2)), Step("after-1", date(2026, 1, 5)),
    ]
    assert steps(date(2026, 1, 2), Policy(1, 1), swap)[:3] == [
        Step("before", date(2025, 12, 31)), Step("on", date(2026, 1, 5)), Step("after-1", date(2026, 1, 5)),
    ]
    assert steps(date(2026, 1, 9), Policy(0, 1), swap)[:2] == [
        Step("on", date(2026, 1, 9)), Step("after-1", date(2026, 1, 10)),
    ]


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        (Policy(0, 0), ["on"]),
        (Policy(2, 0), ["before", "on"]),
        (Policy(0, 1), ["on", "after-1", "after-2", "after-3", "after-4", "after-5", "after-6"]),
    ],
)
def test_a_policy_may_leave_steps_out(policy: Policy, codes: list[str]) -> None:
    assert [step.code for step in steps(date(2026, 10, 15), policy, {})] == codes


@pytest.mark.parametrize(
    ("today", "code"),
    [
        (date(2026, 10, 11), None),
        (date(2026, 10, 12), "before"),
        (date(2026, 10, 14), "before"),
        (date(2026, 10, 15), "on"),
        (date(2026, 10, 21), "on"),
        (date(2026, 10, 22), "after-1"),
        (date(2026, 11, 4), "after-2"),  # days without a sweep: only the latest step, no burst
        (date(2027, 6, 1), "after-6"),
    ],
)
def test_the_latest_step_that_has_come_is_due(today: date, code: str | None) -> None:
    step = due(date(2026, 10, 15), LONG_AGO, today, POLICY, {})
    assert (step.code if step else None) == code


def test_no_step_from_before_the_issue_or_of_its_own_day() -> None:
    due_on = date(2026, 10, 15)
    assert due(due_on, date(2026, 10, 12), date(2026, 10, 14), POLICY, {}) is None
    assert due(due_on, date(2026, 10, 15), date(2026, 10, 15), POLICY, {}) is None
    assert due(due_on, date(2026, 10, 14), date(2026, 10, 15), POLICY, {}) == Step("on", due_on)


@given(due_on=some_day, policy=policies, own=calendars)
def test_every_step_falls_on_a_working_day_in_order_and_never_more_than_so_many(
    due_on: date, policy: Policy, own: dict[date, bool]
) -> None:
    found = steps(due_on, policy, own)
    assert all(is_working(step.day, own) for step in found)
    assert [step.day for step in found] == sorted(step.day for step in found)
    assert len({step.code for step in found}) == len(found) <= MOST_AFTER + 2
    assert all((step.day < due_on) == (step.code == "before") for step in found)


@given(due_on=some_day, policy=policies, own=calendars, since=some_day, gaps=st.lists(st.integers(1, 20), max_size=20))
def test_whatever_days_the_sweep_runs_it_tells_the_latest_step_and_never_a_burst(
    due_on: date, policy: Policy, own: dict[date, bool], since: date, gaps: list[int]
) -> None:
    every, today, told = steps(due_on, policy, own), since, []
    for gap in gaps:
        today += timedelta(days=gap)
        come = [step for step in every if since < step.day <= today]
        step = due(due_on, since, today, policy, own)
        assert step == (max(come, key=lambda each: (each.day, every.index(each))) if come else None)
        if step is not None and step not in told:
            told.append(step)
    assert told == [step for step in every if step in told]  # in order, each once, at most one a sweep


@pytest.mark.parametrize(
    ("day", "hour", "sends"),
    [
        (date(2026, 10, 15), time(7, 29, 59), False),
        (date(2026, 10, 15), time(7, 30), True),
        (date(2026, 10, 15), time(16, 59, 59), True),
        (date(2026, 10, 15), time(17, 0), False),
        (date(2026, 10, 15), time(0, 0), False),
        (date(2026, 10, 17), time(9, 0), False),
        (date(2027, 2, 5), time(9, 0), False),
    ],
)
def test_reminders_leave_in_working_hours_of_working_days(day: date, hour: time, sends: bool) -> None:
    assert may_send(datetime.combine(day, hour), {}) is sends
    assert may_send(datetime.combine(day, hour), {day: False}) is False
