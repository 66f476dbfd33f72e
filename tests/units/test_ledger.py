"""The ledger: one line an action, chained after commit, and no change of any column goes unnoticed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.conftest import lifted_guards
from tests.factories import NOW, at_once, make_tree, make_unit, make_user
from units import guards, ledger
from units.data.history import history
from units.models import LedgerEntry, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Unit:
    return make_unit("Tỉnh")


def write(root: Unit, count: int = 1, **data: Any) -> LedgerEntry:
    entry = None
    for number in range(count):
        entry = ledger.record("unit.tested", root, by=None, now=NOW, unit_id=root.pk, number=number, **data)
    assert entry is not None
    return entry


def test_a_line_says_who_did_what_when_on_which_row(root: Unit) -> None:
    user = make_user("van-thu", label="Văn thư Huyện ủy")
    entry = ledger.record("unit.tested", root, by=user, now=NOW, unit_id=root.pk, lines=[1, 2])
    assert (entry.at, entry.event, entry.subject, entry.subject_id) == (NOW, "unit.tested", "unit", root.pk)
    assert (entry.unit_id, entry.by_id, entry.by_label) == (root.pk, user.pk, "Văn thư Huyện ủy")
    assert (entry.data, entry.seq, entry.hash) == ({"lines": [1, 2]}, None, "")
    assert [line.event for line in history("unit", root.pk)] == ["unit.tested"]


def test_an_action_that_fails_leaves_no_line(root: Unit) -> None:
    def cause() -> None:
        with transaction.atomic():
            write(root)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        cause()
    assert [line.event for line in LedgerEntry.objects.all()] == ["reorganisation.carried_out"]


def test_sealing_chains_what_was_committed_without_gaps(root: Unit) -> None:
    write(root, 3)
    assert [ledger.seal(), ledger.seal()] == [4, 0]
    write(root, 2)
    assert ledger.seal() == 2
    lines = list(LedgerEntry.objects.order_by("pk"))
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.previous_hash for line in lines] == ["", *(line.hash for line in lines[:-1])]
    assert {len(line.hash) for line in lines} == {64}
    assert len({line.hash for line in lines}) == 6
    assert ledger.broken_at() is None


def test_a_long_queue_is_sealed_in_parts(root: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "SEAL_AT_ONCE", 2)
    write(root, 4)
    assert [ledger.seal() for _ in range(4)] == [2, 2, 1, 0]
    assert ledger.broken_at() is None


@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_moment_make_one_chain() -> None:
    root = make_unit("Tỉnh")
    write(root, 30)
    outcomes = at_once([ledger.seal] * 4)
    assert [outcome for outcome in outcomes if not isinstance(outcome, int)] == []
    assert sum(outcomes) == 31
    assert sorted(LedgerEntry.objects.values_list("seq", flat=True)) == list(range(1, 32))
    assert ledger.broken_at() is None


@pytest.mark.django_db(transaction=True)
def test_writers_beside_a_sealer_lose_nothing() -> None:
    root = make_unit("Tỉnh")
    outcomes = at_once([*[lambda: write(root, 5)] * 3, *[ledger.seal] * 2])
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    ledger.seal()
    assert sorted(LedgerEntry.objects.values_list("seq", flat=True)) == list(range(1, 17))
    assert ledger.broken_at() is None


CHANGES: dict[str, Any] = {
    "at": NOW + timedelta(microseconds=1), "event": "unit.other", "subject": "other", "subject_id": 99, "unit_id": 99,
    "by_id": 99, "by_label": "Người khác", "data": {"number": 7}, "seq": 99, "previous_hash": "0" * 64,
    "hash": "0" * 64,
}


def test_the_cases_cover_every_column() -> None:
    assert set(CHANGES) == {field.attname for field in LedgerEntry._meta.concrete_fields} - {"id"}


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_noticed(root: Unit, column: str) -> None:
    write(root, 4)
    ledger.seal()
    with lifted_guards():
        assert LedgerEntry.objects.filter(seq=3).update(**{column: CHANGES[column]}) == 1
    assert ledger.broken_at() == 3


@pytest.mark.parametrize("seq", [1, 3])
def test_a_removed_line_is_noticed(root: Unit, seq: int) -> None:
    write(root, 4)
    ledger.seal()
    with lifted_guards():
        LedgerEntry.objects.filter(seq=seq).delete()
    assert ledger.broken_at() == seq


def test_an_inserted_line_is_noticed(root: Unit) -> None:
    write(root, 2)
    ledger.seal()
    false = write(root)
    with lifted_guards():
        LedgerEntry.objects.filter(pk=false.pk).update(seq=4, previous_hash="0" * 64, hash="0" * 64)
    assert ledger.broken_at() == 4


def test_a_gap_in_the_numbers_is_noticed_even_when_every_hash_fits(root: Unit) -> None:
    write(root, 2)
    ledger.seal()
    last = LedgerEntry.objects.get(seq=3)
    last.seq = 5
    with lifted_guards():
        LedgerEntry.objects.filter(pk=last.pk).update(seq=5, hash=ledger.chained(last.previous_hash, last))
    assert ledger.broken_at() == 3


# ---- triggers --------------------------------------------------------------------------------------------


def refused(change: Any) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize("column", CHANGES)
def test_a_sealed_line_refuses_every_change(root: Unit, column: str) -> None:
    write(root, 2)
    ledger.seal()
    before = list(LedgerEntry.objects.order_by("pk").values())
    assert refused(lambda: LedgerEntry.objects.filter(seq=2).update(**{column: CHANGES[column]}))
    assert list(LedgerEntry.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("column", [name for name in CHANGES if name not in ("seq", "previous_hash", "hash")])
def test_an_unsealed_line_takes_its_seal_and_nothing_else(root: Unit, column: str) -> None:
    entry = write(root)
    assert refused(lambda: LedgerEntry.objects.filter(pk=entry.pk).update(**{column: CHANGES[column]}))
    seal = {"seq": 9, "hash": "0" * 64}
    assert refused(lambda: LedgerEntry.objects.filter(pk=entry.pk).update(**seal, **{column: CHANGES[column]}))
    LedgerEntry.objects.filter(pk=entry.pk).update(**seal)


def test_no_line_is_deleted_sealed_or_not(root: Unit) -> None:
    write(root, 2)
    assert refused(lambda: LedgerEntry.objects.all().delete())
    ledger.seal()
    assert refused(lambda: LedgerEntry.objects.filter(seq=3).delete())
    assert LedgerEntry.objects.count() == 3


def present() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(guards.present_sql(connection.vendor))
        return {name for (name,) in cursor.fetchall()}


def test_the_guards_stand_after_the_migrations() -> None:
    assert {guard.name for guard in guards.GUARDS} <= present()
    assert {guard.table for guard in guards.GUARDS} == {"units_ledgerentry", "reports_report"}


def test_guards_are_lifted_and_put_up_again() -> None:
    names = {guard.name for guard in guards.GUARDS}
    with lifted_guards():
        assert not names & present()
    assert names <= present()
    tables = frozenset({"units_ledgerentry"})
    with connection.cursor() as cursor:
        for statement in guards.create_sql(connection.vendor, tables) * 2:  # putting them up again is harmless
            cursor.execute(statement)
    assert names <= present()
    assert all("reports" not in statement for statement in guards.create_sql("sqlite", tables))


def test_the_path_of_units_is_compared_by_bytes() -> None:
    """Subtrees are ranges of paths; a linguistic collation would break them silently on PostgreSQL."""
    tree = make_tree()
    found = set(Unit.objects.under([tree["Xã A1"]]).values_list("name", flat=True))
    assert found == {"Xã A1", "A1.1", "A1.2", "A1.3"}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT collation_name FROM information_schema.columns"
                " WHERE table_name = 'units_unit' AND column_name = 'path'"
            )
            assert cursor.fetchone() == ("C",)
