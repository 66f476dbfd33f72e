"""The demo: a province in the sixteenth week of a directive, told through the real actions, with past moments.

Everything is placed relative to the moment of the first start, in the order in which it happened, so that figures
frozen at a past cut-off are those of that time, and reminders were sent when they were due: the first sweep after
loading finds nothing old to catch up with.
"""

from datetime import date, datetime, time, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from directives.actions import documents, rollouts
from directives.actions.calendar import set_calendar_day
from directives.actions.rollouts import Dates
from directives.deadlines import add_working, after
from directives.models import Assignment, Document, Rollout
from portal.demo import accounts, briefs, changes, conduct, mails, papers, variety
from portal.demo.cast import Cast, gather
from portal.demo.course import Course, Stage
from portal.demo.hours import CALENDAR, DECISION, OWN_DAYS, before
from portal.demo.manners import Manner, Manners, choose
from portal.demo.people import CLERKS_UNIT
from portal.demo.timeline import Timeline
from portal.demo.world import SIZES, Size
from units.models import Office, Unit

SEED = 729
Kind = Unit.Kind
ACTING = (Kind.COMMITTEE, Kind.PARTY_GROUP, Kind.GRASSROOTS, Kind.GRASSROOTS_CELL, Kind.SECTION, Kind.CELL)
AUDIENCE: dict[str, str] = {
    **{str(kind): str(Assignment.Role.ACT) for kind in ACTING}, str(Kind.ADVISORY): str(Assignment.Role.INFORM),
}


def tell(*, now: datetime, size: Size = SIZES["S"], seed: int = SEED) -> Cast:
    """Build the whole demo as of `now` in one transaction, into an empty database."""
    hours = before(now)
    issued_on = hours.in_week(16)
    start = hours.clock(add_working(issued_on, -8, CALENDAR), time(8))
    with transaction.atomic():
        cast = gather(size=size, seed=seed, now=start, from_on=start.date(), demo=True)
        stage = Stage(cast, hours, Random(seed), Timeline(hours.latest))  # noqa: S311
        _prepare(stage, start)
        manners = choose(cast, stage.rng)
        stage.timeline.at(hours.clock(issued_on, time(8)), lambda at: _letter(stage, manners, issued_on, at))
        second_on = hours.in_week(3)
        stage.timeline.at(hours.clock(second_on, time(8)), lambda at: _second(stage, manners, second_on, at))
        registry = cast.persons[Office.Role.REGISTRY]
        stage.plan(
            hours.back(1),
            lambda at: documents.bring_in(
                text=papers.THIRD, data=b"", name="", unit=cast.root, by=registry, now=at
            ),
        )
        stage.timeline.run()
        accounts.settle(stage)
        changes.tell(stage)
        # What was sent back or handed over in the meantime is reminded of too, before the story ends.
        mails.send_due(hours.latest)
        mails.fail_one()
    return cast


def _prepare(stage: Stage, now: datetime) -> None:
    """The office's own calendar and the papers that the letter refers to."""
    root, board = stage.cast.root, stage.cast.board
    for day, working, note in OWN_DAYS:
        set_calendar_day(
            day=day, working=working, note=note, decision=DECISION, root=root,
            by=stage.cast.persons[Office.Role.ADMINISTRATOR], now=now,
        )
    papers.register_references(unit=root, by=board, today=stage.hours.today, now=now + timedelta(minutes=30))


def _issue(
    stage: Stage, document: Document, dates: Dates, outside: list[str], now: datetime
) -> Rollout:
    board = stage.cast.board
    composed = rollouts.compose(
        document=document, root=stage.cast.root, audience=AUDIENCE, dates=dates, outside=outside, by=board, now=now
    )
    return rollouts.issue(rollout=composed, by=board, now=now + timedelta(minutes=10))


def _letter(stage: Stage, manners: Manners, issued_on: date, now: datetime) -> None:
    """Roll the letter out and plan all that its units did since."""
    hours = stage.hours
    board, root = stage.cast.board, stage.cast.root
    document = papers.register(papers.LETTER, Document.State.DIRECTIVE, unit=root, by=board, now=now)
    dates = Dates(after(issued_on, settings.ACKNOWLEDGE_DAYS, CALENDAR), hours.back(11))
    rollout = _issue(stage, document, dates, papers.LETTER.addressees[:1], now)
    course = Course(stage, rollout, issued_on)
    conduct.carry_out_letter(course, manners)
    variety.ask_for_time(course, manners)
    variety.send_back(course, manners)
    variety.merge(course, manners)
    variety.urge(course, manners)
    variety.add_evidence(course, stage.cast.named(CLERKS_UNIT))
    days = variety.extended_days(course)
    mails.plan_reminders(stage, rollout, (days[Manner.EXTENDED_PAST], days[Manner.EXTENDED]))
    briefs.plan_reports(stage, rollout, issued_on)


def _second(stage: Stage, manners: Manners, issued_on: date, now: datetime) -> None:
    """Roll the second directive out; the demo's clerk has not opened it yet."""
    root, board = stage.cast.root, stage.cast.board
    content = papers.second(add_working(issued_on, -3, CALENDAR))
    document = papers.register(content, Document.State.DIRECTIVE, unit=root, by=board, now=now)
    dates = Dates(stage.hours.back(2), after(issued_on, settings.DISSEMINATE_DAYS, CALENDAR))
    rollout = _issue(stage, document, dates, [], now)
    stage.plan(
        stage.hours.back(4),
        lambda at: papers.register(
            papers.correction(document, timezone.localdate(at)), Document.State.DIRECTIVE, unit=root, by=board, now=at
        ),
    )
    stage.plan(
        stage.hours.back(5),
        lambda at: papers.register(papers.TO_KNOW, Document.State.TO_KNOW, unit=root, by=board, now=at),
    )
    merger = manners.merger
    conduct.carry_out_second(
        Course(stage, rollout, issued_on), [stage.cast.named(CLERKS_UNIT), merger.behind, merger.done]
    )
    mails.plan_reminders(stage, rollout, ())
