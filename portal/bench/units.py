"""How dear lists and moves of organisations are, against the bare work that nobody can avoid.

Everything happens below a unit of the bench's own, in a transaction that is rolled back: it may run on any database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from io import BytesIO

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from openpyxl import load_workbook

from portal.bench.timing import Row, compared
from units.actions import carry_out
from units.actions.carry_out import Paper
from units.data import plans, unit_list
from units.data.plans import Planned
from units.models import Change, Reorganisation, Unit, UnitState
from units.sheets.reader import read
from units.sheets.writer import xlsx
from units.timeline import Plan, Step

MANY, MOVED = 5000, 3000
ROUNDS = 9
EACH = 1000  # rows of one INSERT, for the floor as for ours
HEADINGS = [column.heading for column in unit_list.COLUMNS]


def at_noon(today: date) -> datetime:
    return timezone.make_aware(datetime.combine(today, time(12)))


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(today: date) -> list[Row]:
    """Three ratios that are promised, and one beside them: as many units moved each to a superior of its own."""
    with undone():
        home = _home(today)
        return [
            _preview(home, today), _apply(home, today), _move(home, today), _move_each(home, today),
        ]


def _home(today: date) -> Unit:
    plan = plans.founding(date(2000, 1, 1), "Đo tốc độ", "province", None)
    decision = carry_out.carry_out(plan=plan, paper=Paper(date(2000, 1, 1)), by=None, now=at_noon(today))
    return Unit.objects.get(changes__reorganisation=decision)


def _carry_out(plan: Plan, today: date) -> None:
    carry_out.carry_out(plan=plan, paper=Paper(today), by=None, now=at_noon(today))


def _listed() -> bytes:
    """A list of 5,000: 50 committees, 450 đảng bộ cơ sở, the rest chi bộ."""
    listed: list[list[str | int]]
    kinds = ("Cấp ủy trực thuộc Tỉnh ủy", "Đảng bộ cơ sở", "Chi bộ")
    listed = [["", "", f"Đảng bộ xã {n}", kinds[0], "", n + 1, ""] for n in range(50)]
    listed += [["", "", f"Đảng bộ cơ sở {n}", kinds[1], f"Đảng bộ xã {n % 50}", n + 1, ""] for n in range(450)]
    cells = range(MANY - len(listed))
    listed += [["", "", f"Chi bộ ấp {n}", kinds[2], f"Đảng bộ cơ sở {n % 450}", n + 1, ""] for n in cells]
    return xlsx(HEADINGS, listed, sheet="Danh sách")


def _preview(home: Unit, today: date) -> Row:
    data = _listed()

    def floor() -> int:
        sheet = load_workbook(BytesIO(data), read_only=True).worksheets[0]
        return sum(1 for _ in sheet.iter_rows(values_only=True))

    def ours() -> object:
        table = read(data, "danh-sach.xlsx", unit_list.COLUMNS)
        return unit_list.preview(table.rows, Unit.objects.under([home]), home, today, today, "")

    return compared(f"preview {MANY:,}", floor, ours, ROUNDS)


def _plan(home: Unit, today: date, count: int) -> Plan:
    planned = Planned(today)
    bases = [planned.found(f"Đảng bộ cơ sở {n}", "grassroots", home.pk) for n in range(count // 10)]
    for n in range(count - len(bases)):
        planned.found(f"Chi bộ ấp {n}", "cell", bases[n % len(bases)])
    return planned.plan("Danh sách")


def _apply(home: Unit, today: date) -> Row:
    """The floor writes the same rows of the same three tables, all that it needs known beforehand."""
    plan = _plan(home, today, MANY)
    with undone():
        _carry_out(plan, today)
        decision = Reorganisation.objects.latest("pk")
        units = list(Unit.objects.filter(changes__reorganisation=decision))
        states, changes = list(UnitState.objects.filter(decision=decision)), list(decision.changes.all())
    again = _forget(decision, units, states, changes)

    def floor() -> None:
        with undone():
            again()

    def ours() -> None:
        with undone():
            _carry_out(plan, today)

    return compared(f"apply {MANY:,}", floor, ours, ROUNDS)


def _forget(
    decision: Reorganisation, units: list[Unit], states: list[UnitState], changes: list[Change]
) -> Callable[[], None]:
    """The rows as they were, to be written once more under their own keys."""

    def write() -> None:
        Reorganisation.objects.bulk_create([decision])
        Unit.objects.bulk_create(units, batch_size=EACH)
        UnitState.objects.bulk_create(states, batch_size=EACH)
        Change.objects.bulk_create(changes, batch_size=EACH)

    return write


def _branch(home: Unit, today: date) -> tuple[Unit, Unit]:
    """A committee with 3,000 units in all, itself among them, and another that it can go under."""
    planned = Planned(today)
    top = planned.found("Cấp ủy", "committee", home.pk)
    planned.found("Cấp ủy khác", "committee", home.pk)
    bases = [planned.found(f"Đảng bộ cơ sở {n}", "grassroots", top) for n in range(MOVED // 10)]
    for n in range(MOVED - len(bases) - 1):
        planned.found(f"Chi bộ ấp {n}", "cell", bases[n % len(bases)])
    _carry_out(planned.plan("Nhánh"), today)
    founded = Unit.objects.filter(changes__reorganisation=Reorganisation.objects.latest("pk"))
    return founded.get(name="Cấp ủy"), founded.get(name="Cấp ủy khác")


def _move(home: Unit, today: date) -> Row:
    with undone():
        top, other = _branch(home, today)
        path = Concat(Value(f"{other.path}{top.pk}/"), Substr("path", len(top.path) + 1))

        def floor() -> None:
            with undone():
                Unit.objects.under([top]).update(path=path)

        def ours() -> None:
            with undone():
                _carry_out(plans.moving(today, [top.pk], other.pk, "Chuyển"), today)

        return compared(f"move {MOVED:,}", floor, ours, ROUNDS)


def _move_each(home: Unit, today: date) -> Row:
    """Not promised: 3,000 units that each get another superior, against one UPDATE of as many paths."""
    with undone():
        top, _ = _branch(home, today)
        bases = list(Unit.objects.filter(parent=top).order_by("pk"))
        cells = list(Unit.objects.filter(parent__in=bases).order_by("pk"))
        path = Concat("path", Value("x/"))
        planned = Planned(today)
        for n, cell in enumerate(cells):
            planned.say(Step(cell.pk, parent=bases[(n + 1) % len(bases)].pk))
        plan = planned.plan("Chuyển từng đơn vị")

        def floor() -> None:
            with undone():
                Unit.objects.filter(parent__in=bases).update(path=path)

        def ours() -> None:
            with undone():
                _carry_out(plan, today)

        return compared(f"move {len(cells):,} one by one", floor, ours, 3)
