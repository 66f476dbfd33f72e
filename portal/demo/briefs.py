"""The demo's two reports: last quarter's, issued with its PDF, and this quarter's, in draft."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from directives.deadlines import add_working
from directives.models import Rollout
from portal.demo.course import Stage
from portal.demo.hours import CALENDAR, Quarter, quarters
from reports import actions
from reports.data import paper
from reports.models import Period, Report
from units.models import Office

NUMBER = 41
LAST_NARRATIVE = {
    "advice": "Ban Tuyên giáo đã tham mưu giao triển khai văn bản qua cổng, kèm hạn tiếp nhận và hạn phổ biến.",
    "urging": "Cán bộ theo dõi nắm tiến độ hằng tuần và trao đổi với các đơn vị còn chậm.",
    "tasks_done": "Các đơn vị lồng ghép nội dung văn bản vào sinh hoạt chi bộ thường kỳ và hội nghị của cấp ủy.",
    "strengths": "Phần lớn các đơn vị ghi nhận kết quả ngay trong tuần tổ chức sinh hoạt.",
    "weaknesses": "Một số đơn vị chưa có người phụ trách trên cổng, cấp trên phải ghi nhận thay.",
    "causes": "Một số đơn vị đang kiện toàn tổ chức và người phụ trách.",
    "next_tasks": "Tiếp tục theo dõi việc phổ biến đến các chi bộ còn lại; bổ sung người phụ trách ở đơn vị còn thiếu.",
    "proposals": "Đề nghị các cấp ủy trực thuộc phân công người phụ trách cho các đảng bộ cơ sở chưa có.",
}
THIS_NARRATIVE = {
    "advice": "Trong kỳ, Ban tiếp tục theo dõi đợt triển khai và giao triển khai thêm một kế hoạch mới.",
    "urging": "Ban đã đôn đốc qua cổng các đơn vị chưa tiếp nhận và trả lời các đề nghị gia hạn.",
}


def plan_reports(stage: Stage, rollout: Rollout, issued_on: date) -> None:
    """Plan both reports; the figures of each are taken at a moment of the story, never afterwards."""
    last, this = quarters(stage.hours.today)
    opened = max(add_working(issued_on, 2, CALENDAR), add_working(last.end_on, -6, CALENDAR))
    _opens(stage, rollout, last, min(opened, last.end_on))
    stage.timeline.at(last.cut_off_at, lambda now: actions.freeze_due(now=now))
    _issues(stage, rollout, last)
    frozen_at = min(this.cut_off_at, stage.hours.clock(stage.hours.back(1), time(16, 30)))
    day = add_working(timezone.localdate(frozen_at), -1, CALENDAR)
    _opens(stage, rollout, this, day)
    stage.timeline.at(frozen_at, lambda now: _freeze(stage, rollout, this, now))
    stage.timeline.at(
        stage.hours.latest - timedelta(minutes=20), lambda now: _write(stage, rollout, this, THIS_NARRATIVE, now)
    )


def _opens(stage: Stage, rollout: Rollout, quarter: Quarter, day: date) -> None:
    def event(now: datetime) -> None:
        period = actions.add_period(
            kind=Period.Kind.QUARTER, label=quarter.label, start_on=quarter.start_on, end_on=quarter.end_on,
            cut_off_at=quarter.cut_off_at, submit_by=add_working(quarter.end_on, 2, CALENDAR), rollout=rollout,
            by=stage.cast.board, now=now,
        )
        actions.draft(period=period, rollout=rollout, by=stage.cast.board, now=now)

    stage.timeline.at(stage.hours.clock(day, time(9)), event)


def _of(rollout: Rollout, quarter: Quarter) -> Report:
    return Report.objects.select_related("period", "rollout__document", "rollout__root").get(
        period__label=quarter.label, rollout=rollout
    )


def _freeze(stage: Stage, rollout: Rollout, quarter: Quarter, now: datetime) -> None:
    report = _of(rollout, quarter)
    if report.frozen_at is None:
        actions.freeze(report=report, by=stage.cast.board, now=now)


def _write(stage: Stage, rollout: Rollout, quarter: Quarter, narrative: dict[str, str], now: datetime) -> None:
    report = _of(rollout, quarter)
    actions.write(
        report=report, narrative=narrative, signer_deputy=True, signer_name="", version=report.version,
        by=stage.cast.board, now=now,
    )


def _issues(stage: Stage, rollout: Rollout, quarter: Quarter) -> None:
    """Written and checked on the next working day, numbered and issued on the one after it."""
    persons = stage.cast.persons

    def numbered(now: datetime) -> None:
        report, today = _of(rollout, quarter), timezone.localdate(now)
        drawn = paper.drawn(report, number=NUMBER, issued_on=today, demo=settings.DEMO)
        actions.issue(
            report=report, number=NUMBER, issued_on=today, pdf=drawn, by=persons[Office.Role.REGISTRY], now=now
        )

    steps: list[tuple[int, time, Callable[[datetime], object]]] = [
        (1, time(10), lambda now: _write(stage, rollout, quarter, LAST_NARRATIVE, now)),
        (1, time(15), lambda now: actions.check(
            report=_of(rollout, quarter), by=persons[Office.Role.HEAD], now=now
        )),
        (2, time(9, 30), numbered),
    ]
    for days, at, event in steps:
        stage.timeline.at(stage.hours.clock(add_working(quarter.end_on, days, CALENDAR), at), event)
