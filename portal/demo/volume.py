"""Directives in bulk for the large sizes: issued by the real action, then carried out by whole slices of lines.

A slice is every line whose position falls into the same class; its lines acknowledge on the same day, and what one
unit records for them is one occasion. Rows are as the actions would have left them, and `manage.py verify` agrees;
the ledger has one line a directive instead of one an action.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Mod

from directives.actions import rollouts
from directives.actions.content import Content
from directives.actions.rollouts import Dates
from directives.deadlines import add_working, after
from directives.models import Assignment, Dissemination, Document, Occasion, Rollout
from directives.models.assignment import AssignmentQuerySet
from portal.demo import papers
from portal.demo.cast import Cast, gather
from portal.demo.hours import CALENDAR, Hours, before
from portal.demo.story import AUDIENCE
from portal.demo.world import Size
from units import ledger
from units.models import Office

SLICES = 23
# working days after issue → the slices that do it then; the others have not. The dates fall about 7 and 32 days after.
ACKNOWLEDGED = {1: range(3), 2: range(3, 7), 4: range(7, 14), 6: range(14, 19), 12: range(19, 20), 15: range(20, 21)}
DISSEMINATED = {
    8: range(2), 14: range(2, 5), 20: range(5, 9), 26: range(9, 14), 31: range(14, 16), 36: range(16, 17),
    40: range(17, 18),
}
SUBJECTS = (
    "Nâng cao chất lượng sinh hoạt chi bộ", "Phát triển văn hóa đọc", "Tổng kết công tác văn thư, lưu trữ",
    "Đẩy mạnh cải cách hành chính trong cơ quan Đảng", "Tuyên truyền kỷ niệm các ngày lễ lớn",
)
BATCH = 1000
LEAST_STEPS = 8  # weeks that even a single directive has had


def build(*, size: Size, seed: int, now: datetime, say: Callable[[str], object]) -> Cast:
    """A province, or the nation, with its directives. Each directive is a transaction of its own."""
    hours = before(now)
    start = hours.back(12 + 5 * max(size.directives, LEAST_STEPS))
    founded_at = hours.clock(add_working(start, -5, CALENDAR), time(8))
    cast = gather(size=size, seed=seed, now=founded_at, from_on=founded_at.date(), demo=False)
    say(f"{len(cast.units)} đơn vị, {len(cast.offices)} tài khoản")
    recorders = _recorders(cast)
    for number in range(size.directives):
        with transaction.atomic():
            _directive(cast, hours, number, add_working(start, 5 * number, CALENDAR), recorders)
        say(f"văn bản {number + 1}/{size.directives}")
    return cast


def _recorders(cast: Cast) -> dict[int, int]:
    """unit → the unit that records for it: the nearest with a clerk, itself included. Superiors come first."""
    found: dict[int, int] = {}
    for unit in cast.units:
        if unit.pk in cast.clerks:
            found[unit.pk] = unit.pk
        elif unit.parent_id in found:
            found[unit.pk] = found[unit.parent_id]
    return found


def _directive(cast: Cast, hours: Hours, number: int, issued_on: date, recorders: dict[int, int]) -> None:
    now = hours.clock(issued_on, time(8))
    content = Content(
        number=f"{101 + number}-CV/TU", type="Công văn", issuer=papers.STANDING, series="2025-2030",
        issued_on=issued_on, title=SUBJECTS[number % len(SUBJECTS)], text=f"Văn bản minh họa số {number + 1}.",
    )
    document = papers.register(content, Document.State.DIRECTIVE, unit=cast.root, by=cast.board, now=now)
    dates = Dates(
        after(issued_on, settings.ACKNOWLEDGE_DAYS, CALENDAR), after(issued_on, settings.DISSEMINATE_DAYS, CALENDAR)
    )
    composed = rollouts.compose(
        document=document, root=cast.root, audience=AUDIENCE, dates=dates, outside=[], by=cast.board, now=now
    )
    rollout = rollouts.issue(rollout=composed, by=cast.board, now=now)
    for days, slices in ACKNOWLEDGED.items():
        _acknowledge(_lines(rollout, slices, number), document, _moment(hours, issued_on, days))
    for days, slices in DISSEMINATED.items():
        _disseminate(_lines(rollout, slices, number), cast, recorders, _moment(hours, issued_on, days))
    ledger.record("rollout.filled", rollout, by=None, now=hours.latest, unit_id=cast.root.pk)


def _moment(hours: Hours, issued_on: date, days: int) -> datetime | None:
    """Ten o'clock on that working day after issue; None while it is still to come."""
    day = add_working(issued_on, days, CALENDAR)
    return hours.clock(day, time(10)) if day < hours.ref else None


def _lines(rollout: Rollout, slices: range, number: int) -> AssignmentQuerySet:
    """Those lines of an audience that lie in these of its SLICES; other lines in each directive."""
    lines = Assignment.objects.filter(rollout=rollout)
    return lines.alias(slice=Mod(F("position") * 7 + number * 5, Value(SLICES))).filter(slice__in=slices)


def _acknowledge(lines: AssignmentQuerySet, document: Document, at: datetime | None) -> None:
    if at is None:
        return
    clerk = Office.objects.filter(unit=OuterRef("unit"), role=Office.Role.SECRETARY)
    lines.filter(Exists(clerk), acknowledge_by__isnull=False).update(
        opened_at=at - timedelta(minutes=5), acknowledged_at=at, acknowledged_on=at.date(),
        acknowledged_by=Subquery(clerk.values("user")[:1]), acknowledged_sha256=document.sha256, version=1,
    )


def _disseminate(lines: AssignmentQuerySet, cast: Cast, recorders: dict[int, int], at: datetime | None) -> None:
    if at is None:
        return
    recorded: dict[int, list[int]] = {}
    for pk, unit in lines.owing_dissemination().values_list("pk", "unit").order_by("position"):
        if unit in recorders:
            recorded.setdefault(recorders[unit], []).append(pk)
    occasions = [
        Occasion(unit_id=unit, held_on=at.date(), recorded_at=at, recorded_by=cast.clerks[unit]) for unit in recorded
    ]
    Occasion.objects.bulk_create(occasions, batch_size=BATCH)
    rows = (
        Dissemination(occasion=occasion, assignment_id=pk, judged_on=at.date())
        for occasion in occasions
        for pk in recorded[occasion.unit_id]
    )
    Dissemination.objects.bulk_create(rows, batch_size=BATCH)
    accepted = Dissemination.objects.filter(assignment=OuterRef("pk"), state=Dissemination.State.ACCEPTED)
    lines.filter(Exists(accepted)).update(disseminated_on=at.date(), version=F("version") + 1)
