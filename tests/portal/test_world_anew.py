"""The made-up worlds, each built from nothing: their sizes, on any day, and the same for the same seed."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from directives.actions import remind
from directives.models import Assignment, Rollout
from directives.reminders import may_send
from portal.demo import briefs, story, volume
from portal.demo.hours import CALENDAR, before, quarters
from portal.demo.people import CLERKS_COMMITTEE, CLERKS_UNIT
from portal.demo.timeline import Timeline
from portal.demo.world import SIZES, Size, foundings, spread
from portal.verify import verify
from reports.models import Report
from tests.factories import at
from tests.portal.conftest import SMALL, STARTED
from units.models import Unit, User

Kind = Unit.Kind
A_PDF = b"%PDF-1.7\n%%EOF\n"


# ---- sizes: plans only, no database -----------------------------------------------------------------------


def counted(size: Size, seed: int = 1) -> Counter[str]:
    return Counter(str(one.kind) for one in foundings(size, seed))


@pytest.mark.parametrize(
    ("name", "committees", "party_groups", "grassroots", "cells"),
    [("S", 19, 10, 700, 3_000), ("M", 107, 0, 931, 4_900), ("L", 34 * 107, 0, 34 * 1_470, None)],
)
def test_a_size_has_what_it_says(
    name: str, committees: int, party_groups: int, grassroots: int, cells: int | None
) -> None:
    found = counted(SIZES[name])

    assert found[Kind.COMMITTEE] == committees
    assert found[Kind.PARTY_GROUP] == party_groups
    assert found[Kind.GRASSROOTS] + found[Kind.GRASSROOTS_CELL] == grassroots
    if cells is not None:
        assert found[Kind.CELL] + found[Kind.GRASSROOTS_CELL] == cells
    else:
        assert sum(found.values()) == 330_000


def test_the_letters_era_has_towns_districts_and_four_corps() -> None:
    names = [one.name for one in foundings(SIZES["S"], 1) if one.kind == Kind.COMMITTEE]

    assert [name.split()[2] for name in names[:15]] == ["thành"] * 2 + ["thị"] + ["huyện"] * 12
    assert len(names[15:]) == 4


@pytest.mark.parametrize("name", ["S", "M"])
def test_the_same_seed_is_the_same_world(name: str) -> None:
    assert foundings(SIZES[name], 5) == foundings(SIZES[name], 5)
    assert foundings(SIZES[name], 5) != foundings(SIZES[name], 6)


@pytest.mark.parametrize("size", [SIZES["S"], SIZES["M"], SMALL, SIZES["L"].scaled(0.02)])
def test_a_plan_can_be_founded_as_it_stands(size: Size) -> None:
    plan = foundings(size, 3)

    assert plan[0].above is None
    assert all(one.above is not None and one.above < place for place, one in enumerate(plan) if place)
    assert max(Counter((one.above, one.name) for one in plan).values()) == 1  # no two of a name side by side
    assert max(len(one.name) for one in plan) <= 200
    for place, one in enumerate(plan):
        if one.above is not None and plan[one.above].kind == Kind.PARTY_GROUP:
            pytest.fail(f"{plan[place].name} stands under a party group")


@pytest.mark.parametrize("seed", [1, 2, 729])
def test_the_clerks_unit_has_twenty_cells(seed: int) -> None:
    plan = foundings(SIZES["S"], seed)
    (place,) = [n for n, one in enumerate(plan) if one.name == CLERKS_UNIT]
    above = plan[place].above

    assert above is not None
    assert plan[above].name == CLERKS_COMMITTEE
    assert sum(one.above == place and one.kind == Kind.CELL for one in plan) == 20


@given(st.integers(0, 5000), st.lists(st.floats(0.1, 10), min_size=1, max_size=40))
def test_spreading_keeps_the_total(total: int, weights: list[float]) -> None:
    parts = spread(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(abs(part - total * weight / sum(weights)) <= 1 for part, weight in zip(parts, weights, strict=True))


def test_events_happen_in_order_and_none_after_the_end() -> None:
    timeline, seen = Timeline(at(date(2026, 10, 14), 16)), []
    timeline.at(at(date(2026, 10, 15)), lambda now: seen.append(("late", now)))
    timeline.at(at(date(2026, 10, 12)), lambda now: timeline.at(now + timedelta(1), lambda n: seen.append(("b", n))))
    timeline.at(at(date(2026, 10, 11)), lambda now: seen.append(("a", now)))
    timeline.run()

    assert [name for name, _ in seen] == ["a", "b", "late"]
    assert seen[-1][1] == at(date(2026, 10, 14), 16)


# ---- on any day ---------------------------------------------------------------------------------------------

STARTS = {
    "a Wednesday morning": "2026-10-14 10:20", "just after midnight": "2026-03-05 00:05",
    "in the middle of Tết": "2026-02-18 10:00", "the first minute after Tết": "2026-02-23 07:31",
    "on New Year's Day": "2027-01-01 00:01", "at a quarter's end": "2026-12-14 17:30",
    "six days after a quarter's end": "2026-09-20 12:00", "a holiday in the week": "2026-11-24 09:46",
    "sixteen weeks after Tết": "2026-06-07 23:50",
}


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def next_working_moment(now: datetime) -> datetime:
    while not may_send(timezone.localtime(now), CALENDAR):
        now += timedelta(minutes=5)
    return now


# The days on which the story has had to bend; each takes seconds to tell.
TOLD_ON = (
    "in the middle of Tết", "on New Year's Day", "six days after a quarter's end", "a holiday in the week",
    "sixteen weeks after Tết",
)


@pytest.mark.django_db
@pytest.mark.parametrize("start", [STARTS[when] for when in TOLD_ON], ids=TOLD_ON)
def test_the_story_can_be_told_on_any_day(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefs.paper, "drawn", lambda *_, **__: A_PDF)
    now = moment(start)

    story.tell(now=now, size=SMALL)

    assert verify(now) == []
    assert remind.remind_due(now=next_working_moment(now)) <= 10
    assert Report.objects.filter(state="issued").count() == 1
    assert Rollout.objects.earliest("pk").issued_at <= now - timedelta(weeks=15)


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_the_last_moment_is_in_office_hours(start: str) -> None:
    hours = before(moment(start))
    last, this = quarters(hours.today)

    assert may_send(hours.latest, CALENDAR)
    assert hours.latest < moment(start)
    assert last.end_on + timedelta(days=7) <= hours.today
    assert this.start_on == last.end_on + timedelta(days=1)
    assert hours.today - hours.in_week(16) in [timedelta(days=days) for days in range(105, 112)]


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefs.paper, "drawn", lambda *_, **__: A_PDF)

    def told() -> list[tuple[str, str, str]]:
        with transaction.atomic():
            story.tell(now=STARTED, size=SMALL)
            lines = Assignment.objects.order_by("rollout", "position")
            found = [
                (line.unit_name, str(line.acknowledged_at), str(line.disseminated_on)) for line in lines
            ]
            transaction.set_rollback(True)
        return found

    first = told()
    assert first == told()
    assert len(first) > 400


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["S", "M", "L"])
def test_directives_in_bulk_are_as_the_actions_would_have_left_them(name: str) -> None:
    said: list[str] = []

    volume.build(size=SIZES[name].scaled(0.02), seed=4, now=STARTED, say=said.append)

    assert verify(STARTED) == []
    issued = Rollout.objects.issued().count()
    assert issued == round(SIZES[name].directives * 0.02) == len(said) - 1
    assert not any(is_password_usable(user.password) for user in User.objects.all())
    if issued:
        owing = Assignment.objects.filter(disseminate_by__isnull=False)
        assert 0 < owing.exclude(disseminated_on=None).count() < owing.count()
