"""The less usual things that happened to the letter: more time, returned records, a merger, evidence, urging."""

from datetime import date, datetime

from directives.actions import disseminate, extensions, files, handover, remind
from directives.models import Assignment, Extension, Occasion, StoredFile
from portal.demo.course import Course
from portal.demo.mails import deliver
from portal.demo.manners import Manner, Manners
from portal.demo.timeline import Event
from units.actions import reorganise
from units.actions.carry_out import Paper
from units.models import Office, Unit

ASKED = "Địa bàn rộng, một số chi bộ chưa đến kỳ sinh hoạt; đề nghị thêm thời gian."
REFUSED = "Thời hạn đã đủ hai kỳ sinh hoạt; đề nghị đơn vị hoàn thành trong tuần."
SENT_BACK = "Chưa ghi rõ buổi sinh hoạt là của chi bộ nào; đề nghị bổ sung."
EVIDENCE = "Trích biên bản sinh hoạt chi bộ (dữ liệu minh họa).\nNội dung: phổ biến Công văn số 729-CV/TU.\n"
DECISION = "Quyết định số 612-QĐ/TU"


def extended_days(course: Course) -> dict[Manner, date]:
    """Until when: one date has passed, one still runs; none of their reminders falls on the start itself."""
    hours = course.stage.hours
    return {
        Manner.EXTENDED_PAST: hours.back(3), Manner.EXTENDED: hours.back(-5), Manner.REFUSED: hours.back(-3),
        Manner.PENDING: hours.back(-7),
    }


def ask_for_time(course: Course, manners: Manners) -> None:
    """Extensions: granted before the date, refused after it, and asked for in the last days."""
    hours = course.stage.hours
    asked = {Manner.EXTENDED_PAST: 15, Manner.EXTENDED: 14, Manner.REFUSED: 9, Manner.PENDING: 2}
    for manner, to in extended_days(course).items():
        for unit in manners.units[manner]:
            course.stage.plan(hours.back(asked[manner]), _asks(course, unit, to))
            if manner is not Manner.PENDING:
                granted = manner is not Manner.REFUSED
                course.stage.plan(hours.back(asked[manner] - 2), _decides(course, unit, granted))


def _asks(course: Course, unit: Unit, to: date) -> Event:
    return lambda now: extensions.ask(
        assignment=course.line(unit), to=to, reason=ASKED, by=course.stage.cast.clerks[unit.pk], now=now
    )


def _decides(course: Course, unit: Unit, granted: bool) -> Event:
    def event(now: datetime) -> None:
        waiting = Extension.objects.select_related("assignment__answering_unit", "assignment__rollout").get(
            assignment=course.lines[unit.pk], decision=""
        )
        reason = "" if granted else REFUSED
        extensions.decide(extension=waiting, granted=granted, reason=reason, by=course.stage.cast.board, now=now)

    return event


def send_back(course: Course, manners: Manners) -> None:
    """The board returns one cell's record of each of these units; the first unit has recorded it anew."""
    hours = course.stage.hours
    for number, unit in enumerate(manners.units[Manner.SENT_BACK]):
        course.stage.plan(hours.back(8), _returns(course, unit))
        if number == 0:
            first = course.stage.cast.cells(unit)[:1]
            end = len(course.days) - 1
            course.records(unit, first, end - 4, end - 4)


def _returns(course: Course, unit: Unit) -> Event:
    def event(now: datetime) -> None:
        cell = course.stage.cast.cells(unit)[0]
        disseminate.send_back(
            assignment=course.line(cell), note=SENT_BACK, by=course.stage.cast.board, now=now
        )

    return event


def merge(course: Course, manners: Manners) -> None:
    """Two communes' organisations go into a third; the board names it as answering for the line still open."""
    merger, cast, day = manners.merger, course.stage.cast, course.stage.hours.back(26)

    def absorbed(now: datetime) -> None:
        reorganise.absorb(
            predecessors=[merger.behind, merger.done], successor=merger.successor,
            paper=Paper(day, number=DECISION, decided_on=course.stage.hours.back(30)),
            by=cast.persons[Office.Role.ADMINISTRATOR], now=now,
        )

    def handed_over(now: datetime) -> None:
        handover.hand_over(assignment=course.line(merger.behind), to=merger.successor, by=cast.board, now=now)

    course.stage.plan(day, absorbed)
    course.stage.plan(course.stage.hours.back(25), handed_over)


def add_evidence(course: Course, unit: Unit) -> None:
    """A short text file beside the unit's first meeting of its cells."""

    def event(now: datetime) -> None:
        clerk = course.stage.cast.clerks[unit.pk]
        occasion = Occasion.objects.filter(unit=unit, form=Occasion.Form.CELL_MEETING).order_by("pk").first()
        if occasion is not None:
            kept: StoredFile = files.store(data=EVIDENCE.encode(), name="trich-bien-ban.txt", by=clerk, now=now)
            disseminate.attach(occasion=occasion, file=kept, by=clerk, now=now)

    course.stage.plan(course.days[-15], event)


def urge(course: Course, manners: Manners) -> None:
    """The board urges the silent ones officially, a week ago."""

    def event(now: datetime) -> None:
        lines = Assignment.objects.select_related("rollout__document", "answering_unit").filter(
            pk__in=[course.lines[unit.pk] for unit in manners.units[Manner.SILENT]]
        )
        remind.urge(assignments=list(lines.in_order()), by=course.stage.cast.board, now=now)
        deliver(now)

    course.stage.plan(course.stage.hours.back(5), event)
