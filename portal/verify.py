"""Every promise that rows make to each other, looked at once more: what constraints cannot say, and what they can.

A check is a function that yields what is wrong, in words; none changes anything. `manage.py verify` runs them all.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Prefetch, Q
from django.utils import timezone

from directives import fulltext
from directives.data import figures
from directives.data.figures import Buckets
from directives.models import Assignment, Dissemination, Document, Occasion, Provision, Reminder, Rollout, StoredFile
from reports.data import measure
from reports.models import Report
from units import guards, ledger, timeline
from units.data.outlook import LAST_KINDS, dated_steps, timelines
from units.models import Change, Unit

MOST_SHOWN = 20
SLACK = timedelta(minutes=5)  # clocks of several hosts differ a little
APPS = ("units", "outbox", "directives", "reports")
# Moments that lie ahead by their nature.
AHEAD = {"Invitation.expires_at", "Mail.not_before", "Mail.lease_until", "Period.cut_off_at"}
# Days on which something has happened.
PAST_DAYS = (
    (Assignment, "acknowledged_on"), (Assignment, "disseminated_on"), (Occasion, "held_on"),
    (Dissemination, "judged_on"), (Report, "issued_on"),
)
Line = tuple[int, int | None, int, int]  # position, parent's position, last, depth
Check = Callable[[datetime], Iterator[str]]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be, and the check that found it."""

    check: str
    text: str


def verify(now: datetime) -> list[Finding]:
    """All checks; an empty list when everything holds."""
    return [Finding(name, text) for name, check in CHECKS.items() for text in check(now)]


def audience_counted(now: datetime) -> Iterator[str]:
    """An issued rollout has exactly the lines it was issued with; any other has none."""
    counted = Rollout.objects.annotate(lines=Count("assignments")).order_by("pk")
    for pk, issued_at, expected, lines in counted.values_list("pk", "issued_at", "expected_count", "lines"):
        if lines != (expected if issued_at else 0):
            yield f"đợt {pk}: có {lines} dòng, phải là {expected if issued_at else 0}"


def audience_in_preorder(now: datetime) -> Iterator[str]:
    """Positions run without gaps, a parent encloses its children, and `last` ends its subtree."""
    for pk in Rollout.objects.issued().values_list("pk", flat=True).order_by("pk"):
        lines: list[Line] = list(
            Assignment.objects.filter(rollout=pk)
            .order_by("position")
            .values_list("position", "parent_position", "last", "depth")
        )
        for position in misplaced(lines):
            yield f"đợt {pk}: dòng ở vị trí {position} không đúng thứ tự duyệt cây"


def misplaced(lines: list[Line]) -> Iterator[int]:
    """The positions at which a list of lines, in order, is not a preorder walk of one tree."""
    ends = {position: position for position, _, _, _ in lines}
    for position, parent, _, _ in reversed(lines):
        if parent in ends and parent is not None:
            ends[parent] = max(ends[parent], ends[position])
    above: list[tuple[int, int]] = []  # (position, depth) of the line before and of those that enclose it
    for expected, (position, parent, last, depth) in enumerate(lines):
        while above and above[-1][0] != parent:
            above.pop()
        right = position == expected and last == ends[position] and (parent is None) == (expected == 0)
        if not right or (parent is not None and (not above or above[-1][1] != depth - 1)):
            yield position
        above.append((position, depth))


def dissemination_kept(now: datetime) -> Iterator[str]:
    """A line's day of dissemination is that of its one accepted record; without one there is none."""
    accepted = Dissemination.objects.filter(state=Dissemination.State.ACCEPTED)
    differs = Q(assignment__disseminated_on=None) | ~Q(assignment__disseminated_on=F("judged_on"))
    for pk in accepted.filter(differs).values_list("assignment", flat=True).order_by("assignment"):
        yield f"nhiệm vụ {pk}: ngày phổ biến khác ngày của lần ghi nhận được chấp nhận"
    recorded = Exists(accepted.filter(assignment=OuterRef("pk")))
    lines = Assignment.objects.filter(disseminated_on__isnull=False).exclude(recorded)
    for pk in lines.values_list("pk", flat=True).order_by("pk"):
        yield f"nhiệm vụ {pk}: có ngày phổ biến mà không có lần ghi nhận nào"


def acknowledged_text(now: datetime) -> Iterator[str]:
    """An acknowledgement is bound to the very text of the document, and the text is still that text."""
    lines = Assignment.objects.filter(acknowledged_at__isnull=False)
    other = lines.exclude(acknowledged_sha256=F("rollout__document__sha256"))
    for pk in other.values_list("pk", flat=True).order_by("pk"):
        yield f"nhiệm vụ {pk}: mã băm lúc tiếp nhận khác mã băm của văn bản"
    for document in Document.objects.exclude(sha256="").select_related("file").order_by("pk"):
        of_text = document.file.sha256 if document.file else sha256(document.text.encode()).hexdigest()
        if of_text != document.sha256:
            yield f"văn bản {document.pk}: nội dung khác mã băm đã vào sổ"


def search_text_kept(now: datetime) -> Iterator[str]:
    """A document is found by the words it has now."""
    parts = Prefetch("provisions", Provision.objects.order_by("order"))
    for document in Document.objects.prefetch_related(parts).order_by("pk").iterator(chunk_size=200):
        body = document.body(part.text for part in document.provisions.all())
        if document.searchable(body) != document.search_text:
            yield f"văn bản {document.pk}: nội dung tìm kiếm khác nội dung văn bản"


def fulltext_in_step(now: datetime) -> Iterator[str]:
    """The index of those words is there, with what keeps it, and says what the table says."""
    with connection.cursor() as cursor:
        cursor.execute(fulltext.present_sql(connection.vendor))
        missing = {*fulltext.parts(connection.vendor)} - {row[0] for row in cursor.fetchall()}
        for name in sorted(missing):
            yield f"chỉ mục tìm kiếm: thiếu {name}"
        if connection.vendor == "sqlite" and fulltext.INDEX not in missing:
            try:
                with transaction.atomic():
                    cursor.execute(fulltext.COMPARE)
            except DatabaseError:
                yield "chỉ mục tìm kiếm: khác nội dung tìm kiếm của văn bản"


def guards_present(now: datetime) -> Iterator[str]:
    """The triggers that keep history append-only are there."""
    with connection.cursor() as cursor:
        cursor.execute(guards.present_sql(connection.vendor))
        present = {row[0] for row in cursor.fetchall()}
    for guard in guards.GUARDS:
        if guard.name not in present:
            yield f"thiếu trigger {guard.name}"


def ledger_whole(now: datetime) -> Iterator[str]:
    """Every sealed line of the ledger follows from the one before it."""
    broken = ledger.broken_at()
    if broken is not None:
        yield f"chuỗi sổ nhật ký đứt tại dòng số {broken}"


def files_whole(now: datetime) -> Iterator[str]:
    """Every stored file is there, with its size and its hash."""
    for kept in StoredFile.objects.order_by("pk"):
        if not kept.path.is_file():
            yield f"tệp {kept.pk} ({kept.name}): không còn trên đĩa"
            continue
        digest = sha256()
        with kept.path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        if kept.path.stat().st_size != kept.size or digest.hexdigest() != kept.sha256:
            yield f"tệp {kept.pk} ({kept.name}): nội dung trên đĩa đã khác"


def reports_whole(now: datetime) -> Iterator[str]:
    """Frozen figures have their hash and their one canonical form; an issued report has its PDF."""
    for report in Report.objects.exclude(figures="").select_related("pdf").order_by("pk"):
        if measure.digest(report.figures) != report.figures_sha256:
            yield f"báo cáo {report.pk}: số liệu chốt khác mã băm"
        elif measure.canonical(json.loads(report.figures)) != report.figures:
            yield f"báo cáo {report.pk}: số liệu chốt không ở dạng chuẩn"
        if report.state == Report.State.ISSUED and (report.pdf is None or not report.pdf.path.is_file()):
            yield f"báo cáo {report.pk}: đã phát hành mà không còn bản PDF"


def unit_paths(now: datetime) -> Iterator[str]:
    """A unit's path is its superior's with its own number. So no unit stands above itself."""
    for pk, path, parent, above in Unit.objects.order_by("pk").values_list("pk", "path", "parent", "parent__path"):
        if path != f"{above if parent else '/'}{pk}/":
            yield f"đơn vị {pk}: đường dẫn {path} không khớp đơn vị cấp trên"


def unit_states(now: datetime) -> Iterator[str]:
    """A unit's states follow from the decisions about it, and its own columns say what the state of today says."""
    today = timezone.localdate(now)
    units = Unit.objects.order_by("pk").in_bulk()
    states, steps = timelines(units), dated_steps(units)
    waiting = set(Change.objects.filter(reorganisation__applied_at=None).values_list("unit", flat=True))
    for pk, unit in units.items():
        stored = states.get(pk, [])
        try:
            if not stored or timeline.fold(steps[pk]) != stored:
                yield f"đơn vị {pk}: các trạng thái không khớp với các quyết định về đơn vị"
                continue
        except timeline.Impossible as error:
            yield f"đơn vị {pk}: {error}"
            continue
        state, (opened_on, end) = timeline.current(stored, today), timeline.life(stored)
        said = (state.name, state.kind, state.parent, state.sort_order, state.code, opened_on, end)
        closed_on = unit.closed_on or timeline.FOREVER
        own = (unit.name, unit.kind, unit.parent_id, unit.sort_order, unit.code, unit.opened_on, closed_on)
        if said != own and pk not in waiting:  # the sweep brings those of today up to date
            yield f"đơn vị {pk}: thông tin hiện tại khác trạng thái hôm nay"


def states_hold(now: datetime) -> Iterator[str]:
    """On every day each unit's superior exists, may have subordinates, and nobody stands above himself."""
    states = timelines(Unit.objects.values_list("pk", flat=True))
    named = dict(Unit.objects.values_list("pk", "name"))
    for problem in timeline.problems(states, {}, [], LAST_KINDS):
        yield f"đơn vị {problem.unit} ({named.get(problem.unit)}): {problem.text}, ngày {problem.on}"


def reminders_mailed(now: datetime) -> Iterator[str]:
    """A reminder that counts as mailed has its message, and that message went to its recipient."""
    mailed = Reminder.objects.filter(state=Reminder.State.MAILED)
    wrong = mailed.exclude(mail__recipient=F("recipient"))
    for pk in wrong.values_list("pk", flat=True).order_by("pk"):
        yield f"nhắc việc {pk}: không có thư gửi đúng người nhận"


def times_past(now: datetime) -> Iterator[str]:
    """Nothing has happened in the future."""
    for model in (one for app in APPS for one in apps.get_app_config(app).get_models()):
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            if isinstance(field, DateTimeField) and name not in AHEAD:
                later = model._default_manager.filter(**{f"{field.name}__gt": now + SLACK}).count()
                if later:
                    yield f"{name}: {later} thời điểm ở tương lai"
    for model, day in PAST_DAYS:
        later = model._default_manager.filter(**{f"{day}__gt": timezone.localdate(now + SLACK)}).count()
        if later:
            yield f"{model.__name__}.{day}: {later} ngày ở tương lai"


def figures_recounted(now: datetime) -> Iterator[str]:
    """The roll-up of each rollout, one SQL statement, says what counting its lines one by one says."""
    today = timezone.localdate(now)
    for rollout in Rollout.objects.issued().order_by("pk"):
        top = Assignment.objects.filter(rollout=rollout, position=0).first()
        if top is None:
            yield f"đợt {rollout.pk}: không có dòng gốc"
            continue
        whole = figures.line(rollout, top, today)
        summed = (whole.acknowledge, whole.disseminate, whole.cells, whole.cells_disseminated, whole.from_outside)
        if summed != recount(rollout, today.isoformat()):
            yield f"đợt {rollout.pk}: số tổng hợp khác số đếm từng dòng"


def recount(rollout: Rollout, today: str) -> tuple[Buckets, Buckets, int, int, int]:
    """The figures of a whole rollout, counted naively: ISO days compare as text."""
    acknowledge, disseminate = [0] * 7, [0] * 7
    cells = cells_done = outside = 0
    ended = set(Unit.objects.ended_by(date.fromisoformat(today)).values_list("pk", flat=True))
    lines = Assignment.objects.filter(rollout=rollout, role=Assignment.Role.ACT, closed_reason="")
    for line in lines.iterator(chunk_size=2000):
        if line.acknowledge_by is not None:
            first = str(line.acknowledge_by)
            _count(acknowledge, first, first, line.acknowledged_on, today, line.answering_unit_id in ended)
            outside += bool(line.from_outside and line.acknowledged_on)
        if line.disseminate_by is not None:
            first, in_force = str(line.disseminate_by), str(line.due_on)
            _count(disseminate, first, in_force, line.disseminated_on, today, line.answering_unit_id in ended)
            cells += line.is_cell
            cells_done += line.is_cell and line.disseminated_on is not None
    return Buckets(*acknowledge), Buckets(*disseminate), cells, cells_done, outside


def _count(buckets: list[int], first: str, in_force: str, done_on: object, today: str, ended: bool) -> None:
    """Add one line to [total, done in time, after extension, done late, open in time, open late, awaiting]."""
    buckets[0] += 1
    if done_on is None:
        buckets[6 if ended else 4 if today <= in_force else 5] += 1
    elif str(done_on) <= in_force:
        buckets[1] += 1
        buckets[2] += str(done_on) > first
    else:
        buckets[3] += 1


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        audience_counted, audience_in_preorder, dissemination_kept, acknowledged_text, search_text_kept,
        fulltext_in_step, guards_present, ledger_whole, files_whole, reports_whole, unit_paths, unit_states,
        states_hold, reminders_mailed, times_past, figures_recounted,
    )
}
