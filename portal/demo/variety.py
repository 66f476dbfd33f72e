"""The less usual things that happened to the letter: more time, returned records, a merger, evidence, urging."""

from datetime import date, datetime

from directives.actions import disseminate, extensions, files, handover, remind
from directives.models import Assignment, Dissemination, Extension, Occasion, StoredFile
from portal.demo.course import Course
from portal.demo.mails import deliver
from portal.demo.manners import Manner, Manners
from units.actions import offices, units
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


def _asks(course: Course, unit: Unit, to: date):  # type: ignore[no-untyped-def]
    return lambda now: extensions.ask(
        assignment=course.line(unit), to=to, reason=ASKED, by=course.stage.cast.clerks[unit.pk], now=now
    )


def _decides(course: Course, unit: Unit, granted: bool):  # type: ignore[no-untyped-def]
    def event(now: datetime) -> None:
        waiting = Extension.objects.select_related("assignment__answering_unit", "assignment__rollout").get(
            assignment=course.lines[unit.pk], decision=""
        )
        reason = "" if granted else REFUSED
        extensions.decide(extension=waiting, granted=granted, reason=reason, by=course.stage.cast.board, now=now)

    return event
