"""One unit's record over all directives: what it received and carried on, when, and how much of that in time.

A line is judged as everywhere else: by the date in force, the deadline day in time, what is closed counts nowhere.
Only what the unit answers for today is counted; a line handed on to another is shown, and counts there.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from directives.data.figures import Buckets
from directives.data.standing import Standing, of_acknowledgement, of_dissemination
from directives.models import Assignment
from directives.models.assignment import AssignmentQuerySet
from units.access import Rights, Verb
from units.models import Unit

AT_ONCE = 50


@dataclass(frozen=True)
class Entry:
    """One line. `cells` are those below it in the audience, as far as one sees them; `days_late` the worse of the two.

    `came_from` is the unit it was addressed to, `went_to` the one that answers for it, where that is another.
    """

    line: Assignment
    acknowledgement: Standing
    dissemination: Standing
    cells: int
    cells_done: int
    days_late: int
    came_from: str
    went_to: str
    has_sheet: bool


@dataclass(frozen=True)
class Record:
    """A page of entries, the newest directive first, and the buckets of all that the unit answers for."""

    entries: list[Entry]
    page: Page[Assignment]
    acknowledge: Buckets
    disseminate: Buckets


def record(unit: Unit, rights: Rights, page: str | None = None) -> Record:
    """Two queries, whatever the number of directives."""
    lines = Assignment.objects.visible_to(rights).filter(Q(unit=unit) | Q(answering_unit=unit))
    lines = lines.filter(rollout__issued_at__isnull=False).exclude(role=Assignment.Role.STRUCTURE)
    every = list(
        lines.select_related("rollout__document", "answering_unit").order_by(
            "-rollout__issued_at", "-rollout", "position"
        )
    )
    chosen = Paginator(every, AT_ONCE).get_page(page)
    cells = _cells(Assignment.objects.visible_to(rights), [line.pk for line in chosen])
    own = [line for line in every if line.answering_unit_id == unit.pk and _counts(line)]
    return Record(
        entries=[_entry(line, unit, rights, cells[line.pk]) for line in chosen], page=chosen,
        acknowledge=_acknowledged(own, rights.today), disseminate=_disseminated(own, rights.today),
    )


def _entry(line: Assignment, unit: Unit, rights: Rights, cells: tuple[int, int]) -> Entry:
    today = rights.today
    return Entry(
        line=line, acknowledgement=of_acknowledgement(line, today), dissemination=of_dissemination(line, today),
        cells=cells[0], cells_done=cells[1], days_late=_days_late(line, today),
        came_from=line.unit_name if line.unit_id != unit.pk else "",
        went_to=line.answering_unit.name if line.answering_unit_id != unit.pk else "",
        has_sheet=cells[0] > 0 and rights.can(Verb.DISSEMINATE, line.answering_unit),
    )


def _cells(visible: AssignmentQuerySet, lines: list[int]) -> dict[int, tuple[int, int]]:
    """line → the cells strictly below it that owe dissemination, and how many of them have done it."""
    below = visible.cells().filter(
        rollout=OuterRef("rollout"), position__gt=OuterRef("position"), position__lte=OuterRef("last"),
        role=Assignment.Role.ACT, closed_reason="", disseminate_by__isnull=False,
    )
    counted = below.order_by().values("rollout")
    total = Subquery(counted.annotate(n=Count("pk")).values("n"))
    done = Subquery(counted.annotate(n=Count("disseminated_on")).values("n"))
    rows = Assignment.objects.filter(pk__in=lines).annotate(total=Coalesce(total, 0), done=Coalesce(done, 0))
    return {pk: (total, done) for pk, total, done in rows.values_list("pk", "total", "done")}


def _counts(line: Assignment) -> bool:
    return line.role == Assignment.Role.ACT and not line.closed_reason


def _days_late(line: Assignment, today: date) -> int:
    """How long after its day a fact came, or has been owed by now; zero for what nobody has to answer for."""
    if not _counts(line):
        return 0
    awaits = line.awaits_decision(today)
    late = [0]
    for due, done in ((line.acknowledge_by, line.acknowledged_on), (line.due_on, line.disseminated_on)):
        if due is not None and (done is not None or not awaits):
            late.append(((done or today) - due).days)
    return max(late)


def _acknowledged(lines: list[Assignment], today: date) -> Buckets:
    owed = [(line, line.acknowledge_by) for line in lines if line.acknowledge_by is not None]
    return _buckets([_bucket(line, due, line.acknowledged_on, today) for line, due in owed], after_extension=0)


def _disseminated(lines: list[Assignment], today: date) -> Buckets:
    owed = [(line, line.due_on) for line in lines if line.due_on is not None]
    extended = sum(
        line.disseminate_by < line.disseminated_on <= due
        for line, due in owed if line.disseminate_by is not None and line.disseminated_on is not None
    )
    return _buckets([_bucket(line, due, line.disseminated_on, today) for line, due in owed], after_extension=extended)


def _bucket(line: Assignment, due: date, done: date | None, today: date) -> str:
    if done is not None:
        return "done_in_time" if done <= due else "done_late"
    if line.awaits_decision(today):
        return "awaiting"
    return "open_in_time" if today <= due else "open_late"


def _buckets(names: list[str], *, after_extension: int) -> Buckets:
    found = Counter(names)
    return Buckets(
        total=len(names), done_in_time=found["done_in_time"], after_extension=after_extension,
        done_late=found["done_late"], open_in_time=found["open_in_time"], open_late=found["open_late"],
        awaiting=found["awaiting"],
    )
