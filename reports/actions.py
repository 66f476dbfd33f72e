"""A report's way: opened as a draft, figures frozen, written, checked by a second person, numbered and issued."""

from contextlib import suppress
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from directives.actions import files
from directives.models import Rollout
from reports.data import measure
from reports.models import Period, Report
from units import access, ledger
from units.access import Verb
from units.models import User

# The parts that people write; the counted sentences come from the frozen figures.
SECTIONS = {
    "advice": "I.1. Công tác tham mưu, ban hành văn bản",
    "urging": "I.2. Công tác đôn đốc, theo dõi",
    "tasks_done": "II.3. Kết quả theo các nhiệm vụ tại văn bản",
    "strengths": "III.1. Ưu điểm",
    "weaknesses": "III.2. Hạn chế",
    "causes": "III.3. Nguyên nhân",
    "next_tasks": "IV. Nhiệm vụ trọng tâm thời gian tới",
    "proposals": "V. Đề xuất, kiến nghị",
}
# Without a counted sentence of their own, these would be printed as headings over nothing.
MUST_BE_WRITTEN = ("tasks_done", "strengths", "weaknesses", "causes", "next_tasks", "proposals")


class WrongState(ValueError):
    """The step does not fit the report's present state; the message is for the screen."""


@transaction.atomic
def add_period(
    *, kind: str, label: str, start_on: date, end_on: date, cut_off_at: datetime, submit_by: date,
    rollout: Rollout, by: User | None, now: datetime,
) -> Period:
    """Open a period with explicit dates; nothing is derived from the calendar."""
    access.require(by, Verb.DRAFT_REPORT, rollout.root, now)
    if end_on < start_on:
        raise WrongState("Ngày kết thúc kỳ phải sau ngày bắt đầu.")
    try:
        with transaction.atomic():
            period = Period.objects.create(
                kind=kind, label=label, start_on=start_on, end_on=end_on, cut_off_at=cut_off_at, submit_by=submit_by
            )
    except IntegrityError as error:
        raise WrongState("Đã có kỳ báo cáo mang tên này.") from error
    ledger.record("period.added", period, by=by, now=now, label=label)
    return period


@transaction.atomic
def draft(*, period: Period, rollout: Rollout, by: User | None, now: datetime) -> Report:
    """Open the first report of a period, or a correction: the next revision after an issued one."""
    access.require(by, Verb.DRAFT_REPORT, rollout.root, now)
    if rollout.issued_at is None:
        raise WrongState("Đợt triển khai chưa giao, chưa có gì để báo cáo.")
    last = Report.objects.filter(period=period, rollout=rollout).order_by("-revision").first()
    if last is not None and last.state != Report.State.ISSUED:
        raise WrongState("Kỳ này đã có một báo cáo đang soạn.")
    report = Report.objects.create(
        period=period, rollout=rollout, revision=last.revision + 1 if last else 1, drafted_by=by, created_at=now,
        narrative=dict(last.narrative) if last else {},
    )
    ledger.record("report.drafted", report, by=by, now=now, unit_id=rollout.root_id, revision=report.revision)
    return report


def freeze(*, report: Report, by: User | None, now: datetime) -> Report:
    """Take the figures as they stand now; a draft may be frozen again, a checked or issued report may not.

    They are read in a transaction of their own, of one moment, that ends before the row is written in a second one.
    """
    access.require(by, Verb.DRAFT_REPORT, report.rollout.root, now)
    text = measure.canonical(measure.measure(report.rollout, report.period, now))
    return _frozen(report, text, by, now)


@transaction.atomic
def _frozen(report: Report, text: str, by: User | None, now: datetime) -> Report:
    kept = Report.objects.filter(pk=report.pk, state=Report.State.DRAFT).update(
        figures=text, figures_sha256=measure.digest(text), frozen_at=now, version=F("version") + 1
    )
    if not kept:
        raise WrongState("Chỉ chốt số liệu khi báo cáo còn là dự thảo.")
    report.refresh_from_db()
    ledger.record("report.frozen", report, by=by, now=now, sha256=report.figures_sha256)
    return report


def freeze_due(*, now: datetime) -> int:
    """Freeze the drafts whose period's cut-off has come, with nobody present; returns how many."""
    waiting = Report.objects.filter(state=Report.State.DRAFT, frozen_at=None, period__cut_off_at__lte=now)
    frozen = 0
    for report in waiting.select_related("rollout__document", "rollout__root", "period"):
        with suppress(WrongState):  # another sweep was faster, and somebody has checked it since
            freeze(report=report, by=None, now=now)
            frozen += 1
    return frozen


@transaction.atomic
def write(
    *, report: Report, narrative: dict[str, str], signer_deputy: bool, signer_name: str, version: int,
    by: User | None, now: datetime,
) -> Report:
    """Keep what people wrote; refused when somebody else saved since the page was opened."""
    access.require(by, Verb.DRAFT_REPORT, report.rollout.root, now)
    kept = Report.objects.filter(pk=report.pk, state=Report.State.DRAFT, version=version).update(
        narrative={key: narrative.get(key, "").strip() for key in SECTIONS}, signer_deputy=signer_deputy,
        signer_name=signer_name.strip(), version=F("version") + 1,
    )
    if not kept:
        raise WrongState("Báo cáo vừa được người khác sửa hoặc đã soát. Nội dung đồng chí vừa gõ vẫn còn bên dưới.")
    report.refresh_from_db()
    ledger.record("report.written", report, by=by, now=now)
    return report


@transaction.atomic
def check(*, report: Report, by: User, now: datetime) -> Report:
    """A second person has checked the draft; its figures must be frozen."""
    access.require(by, Verb.CHECK_REPORT, report.rollout.root, now)
    if report.drafted_by_id == by.pk:
        raise WrongState("Người soát phải khác người soạn.")
    if report.frozen_at is None:
        raise WrongState("Hãy chốt số liệu trước khi soát.")
    missing = [SECTIONS[key] for key in MUST_BE_WRITTEN if not report.narrative.get(key)]
    if missing:
        raise WrongState(f"Còn phần chưa viết: {'; '.join(missing)}.")
    kept = Report.objects.filter(pk=report.pk, state=Report.State.DRAFT, version=report.version).update(
        state=Report.State.CHECKED, checked_at=now, checked_by=by, version=F("version") + 1
    )
    if not kept:
        raise WrongState("Báo cáo vừa thay đổi; hãy xem lại rồi soát.")
    report.refresh_from_db()
    ledger.record("report.checked", report, by=by, now=now, sha256=report.figures_sha256)
    return report


@transaction.atomic
def reopen(*, report: Report, by: User, now: datetime) -> Report:
    """Give a checked report back to its writers."""
    access.require(by, Verb.CHECK_REPORT, report.rollout.root, now)
    kept = Report.objects.filter(pk=report.pk, state=Report.State.CHECKED).update(
        state=Report.State.DRAFT, checked_at=None, checked_by=None, version=F("version") + 1
    )
    if not kept:
        raise WrongState("Chỉ mở lại được báo cáo đã soát mà chưa phát hành.")
    report.refresh_from_db()
    ledger.record("report.reopened", report, by=by, now=now)
    return report


@transaction.atomic
def issue(
    *, report: Report, number: int, issued_on: date, pdf: bytes, by: User | None, now: datetime
) -> Report:
    """Enter number and date; from here on neither figures nor PDF ever change.

    `pdf` was rendered before this transaction from exactly this version of the report, number and date; a change in
    between is noticed by the version and refuses the issue.
    """
    access.require(by, Verb.NUMBER_REPORT, report.rollout.root, now)
    if issued_on > timezone.localdate(now):
        raise WrongState("Ngày báo cáo không thể ở tương lai.")
    # Numbers run on through a congress term, not a year; gaps are normal, since other papers share the sequence.
    if Report.objects.issued().filter(number=number, issued_on__gte=settings.TERM_STARTED_ON).exists():
        raise WrongState(f"Số {number:02d} đã dùng cho một báo cáo khác trong nhiệm kỳ.")
    kept_file = files.store(data=pdf, name=f"bao-cao-{report.pk}-{number:02d}.pdf", by=by, now=now)
    kept = Report.objects.filter(pk=report.pk, state=Report.State.CHECKED, version=report.version).update(
        state=Report.State.ISSUED, number=number, issued_on=issued_on, issued_at=now, issued_by=by, pdf=kept_file,
        version=F("version") + 1,
    )
    if not kept:
        raise WrongState("Báo cáo chưa được soát, đã phát hành, hoặc vừa thay đổi.")
    report.refresh_from_db()
    ledger.record(
        "report.issued", report, by=by, now=now, number=number, issued_on=issued_on.isoformat(),
        figures_sha256=report.figures_sha256, pdf_sha256=kept_file.sha256,
    )
    return report
