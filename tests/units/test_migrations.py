"""What a portal of before knew of its organisations becomes decisions and their changes, and nothing is lost."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.verify import states_hold, unit_paths, unit_states
from units.models import Change, Reorganisation, Unit, UnitState

BEFORE, AFTER = [("units", "0001_initial")], [("units", "0004_states_name_their_decision")]
FOUNDED, MERGED = date(2020, 1, 1), date(2025, 7, 1)


@pytest.fixture
def past(transactional_db: None) -> Iterator[Any]:
    """The models as they were; afterwards the schema of today again."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    call_command("migrate", verbosity=0)


def test_the_past_is_told_as_decisions(past: Any) -> None:
    units, states = past.get_model("units", "Unit"), past.get_model("units", "UnitState")

    def founded(name: str, kind: str, parent: Any = None, closed_on: date | None = None) -> Any:
        unit = units.objects.create(
            name=name, kind=kind, parent=parent, sort_order=1, opened_on=FOUNDED, closed_on=closed_on, code=""
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save()
        return unit

    root = founded("Tỉnh", "province")
    gone, kept = founded("Xã A", "grassroots", root, MERGED), founded("Xã B", "grassroots", root)
    cell = founded("A.1", "cell", kept)
    for unit in (root, gone, kept):
        states.objects.create(
            unit=unit, name=unit.name, kind=unit.kind, parent=unit.parent, sort_order=1, from_on=FOUNDED,
            to_on=unit.closed_on, decision="",
        )
    for parent, from_on, to_on, decision in ((gone, FOUNDED, MERGED, ""), (kept, MERGED, None, "12-QĐ/TU")):
        states.objects.create(
            unit=cell, name="A.1", kind="cell", parent=parent, sort_order=1, from_on=from_on, to_on=to_on,
            decision=decision,
        )
    decision = past.get_model("units", "Reorganisation").objects.create(
        number="12-QĐ/TU", decided_on=MERGED, effective_on=MERGED, applied_at=timezone.now()
    )
    past.get_model("units", "Succession").objects.create(
        reorganisation=decision, predecessor=gone, successor=kept
    )
    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)

    now = timezone.now()
    assert [*unit_states(now), *states_hold(now), *unit_paths(now)] == []
    assert set(Reorganisation.objects.values_list("number", "title", "effective_on")) == {
        ("", "Thiết lập ban đầu", FOUNDED), ("12-QĐ/TU", "Sáp nhập Xã A vào Xã B", MERGED),
    }
    told = Change.objects.filter(reorganisation__number="12-QĐ/TU").values_list("unit__name", "parent__name", "ends")
    assert set(told) == {("A.1", "Xã B", False), ("Xã A", None, True)}
    assert Change.objects.filter(founds=True).count() == Unit.objects.count() == 4
    assert UnitState.objects.count() == 5
