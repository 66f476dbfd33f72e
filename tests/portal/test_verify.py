"""`verify` finds nothing in the demo, and finds each kind of damage that is done to it behind the actions' back."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from directives import fulltext
from directives.models import (
    Assignment,
    Dissemination,
    Document,
    Occasion,
    Provision,
    Reminder,
    Rollout,
    StoredFile,
)
from directives.models.assignment import AssignmentQuerySet
from portal.demo.cast import Cast
from portal.verify import CHECKS, misplaced, verify
from reports.models import Report
from tests.conftest import lifted_guards
from tests.portal.conftest import STARTED
from units.models import Change, LedgerEntry, Unit, UnitState, User

Damage = Callable[[], object]


def a_line() -> Assignment:
    """A line that acknowledged and carried the letter on."""
    return Assignment.objects.filter(acknowledged_at__isnull=False, disseminated_on__isnull=False).earliest("pk")


def lines() -> AssignmentQuerySet:
    return Assignment.objects.filter(rollout=Rollout.objects.earliest("pk"))


def a_file() -> StoredFile:
    return StoredFile.objects.earliest("pk")


def unguarded(change: Damage) -> None:
    with lifted_guards():
        change()


def drop_a_guard() -> None:
    on = " ON units_ledgerentry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER guard_units_ledgerentry_delete{on}")


def run(statement: str) -> None:
    connection.check_constraints()  # PostgreSQL changes no table whose new rows wait to be checked
    with connection.cursor() as cursor:
        cursor.execute(statement)


def drop_what_keeps_the_index() -> None:
    what = f"INDEX {fulltext.INDEX}" if connection.vendor == "postgresql" else f"TRIGGER {fulltext.INDEX}_changed"
    run(f"DROP {what}")


def lose_the_index() -> None:
    for statement in fulltext.drop_sql(connection.vendor):
        run(statement)


def forget_the_words_of_one() -> None:
    """SQLite's index no longer knows a document; PostgreSQL's cannot forget one, so it is gone altogether."""
    if connection.vendor == "postgresql":
        lose_the_index()
        return
    column, index = fulltext.COLUMN, fulltext.INDEX
    run(f"INSERT INTO {index} ({index}, rowid, {column}) SELECT 'delete', id, {column} FROM {fulltext.TABLE} LIMIT 1")


def forget_a_state() -> None:
    alive = UnitState.objects.filter(to_on=None).earliest("pk")
    UnitState.objects.filter(pk=alive.pk).update(to_on=alive.from_on + timedelta(days=1))


def misdirect_a_reminder() -> None:
    reminder = Reminder.objects.filter(state="mailed").earliest("pk")
    other = User.objects.exclude(pk=reminder.recipient_id).earliest("pk")
    Reminder.objects.filter(pk=reminder.pk).update(recipient=other)


def leave_out_of_the_rollup() -> None:
    """The root's interval ends too early: the statement no longer reaches all lines."""
    lines().filter(position=0).update(last=5)


DAMAGES: list[tuple[str, str, Damage]] = [
    ("audience_counted", "a line is gone", lambda: lines().filter(role="inform").latest("pk").delete()),
    ("audience_counted", "the count was changed", lambda: Rollout.objects.update(expected_count=7)),
    ("audience_in_preorder", "an interval is too long", lambda: lines().filter(position=3).update(last=9000)),
    ("audience_in_preorder", "a line hangs under another", lambda: (
        lines().filter(position=lines().latest("position").position).update(parent_position=1)
    )),
    ("audience_in_preorder", "depth", lambda: lines().filter(position=9).update(depth=9)),
    ("dissemination_kept", "the line says another day", lambda: Assignment.objects.filter(pk=a_line().pk).update(
        disseminated_on=STARTED.date() - timedelta(days=1)
    )),
    ("dissemination_kept", "the line has forgotten it", lambda: Assignment.objects.filter(pk=a_line().pk).update(
        disseminated_on=None
    )),
    ("dissemination_kept", "the record is gone", lambda: Dissemination.objects.filter(
        assignment=a_line(), replaced_by=None
    ).delete()),
    ("acknowledged_text", "another text", lambda: Assignment.objects.filter(pk=a_line().pk).update(
        acknowledged_sha256="0" * 64
    )),
    ("acknowledged_text", "the text was rewritten", lambda: Document.objects.filter(state="directive").update(
        text="Khác."
    )),
    ("search_text_kept", "another title", lambda: Document.objects.filter(state="directive").update(title="Khác.")),
    ("search_text_kept", "another provision", lambda: Provision.objects.filter(document__text="").update(text="Khác.")),
    ("search_text_kept", "other words", lambda: Document.objects.filter(state="reference").update(search_text="x")),
    ("fulltext_in_step", "what keeps the index is gone", drop_what_keeps_the_index),
    ("fulltext_in_step", "the index is gone", lose_the_index),
    ("fulltext_in_step", "the index does not know one", forget_the_words_of_one),
    ("guards_present", "a trigger is gone", drop_a_guard),
    ("ledger_whole", "a line was changed", lambda: unguarded(
        lambda: LedgerEntry.objects.filter(seq=3).update(by_label="ai khác")
    )),
    ("ledger_whole", "a line was taken out", lambda: unguarded(lambda: LedgerEntry.objects.filter(seq=3).delete())),
    ("files_whole", "size", lambda: StoredFile.objects.filter(pk=a_file().pk).update(size=1)),
    ("files_whole", "no such file", lambda: StoredFile.objects.filter(pk=a_file().pk).update(sha256="0" * 64)),
    ("reports_whole", "figures were changed", lambda: unguarded(
        lambda: Report.objects.filter(state="issued").update(figures='{"as_of":"2026-09-14"}')
    )),
    ("reports_whole", "another hash", lambda: Report.objects.filter(state="draft").update(figures_sha256="0" * 64)),
    ("reports_whole", "its PDF is gone", lambda: StoredFile.objects.filter(reports__isnull=False).update(
        sha256="0" * 64
    )),
    ("unit_paths", "a path", lambda: Unit.objects.filter(kind="cell", pk=Unit.objects.latest("pk").pk).update(
        path="/1/2/3/"
    )),
    ("unit_paths", "a superior", lambda: Unit.objects.filter(pk=Unit.objects.latest("pk").pk).update(
        parent=Unit.objects.earliest("pk")
    )),
    ("unit_states", "none is open", forget_a_state),
    ("unit_states", "another name", lambda: Unit.objects.filter(pk=Unit.objects.latest("pk").pk).update(name="Khác")),
    ("unit_states", "a decision says otherwise", lambda: Change.objects.filter(founds=True).update(sort_order=99)),
    ("states_hold", "a superior ended before", lambda: UnitState.objects.filter(
        unit=Unit.objects.filter(kind="grassroots", closed_on=None).latest("pk")
    ).update(to_on=STARTED.date())),
    ("reminders_mailed", "to somebody else", misdirect_a_reminder),
    ("times_past", "a moment", lambda: Occasion.objects.filter(pk=Occasion.objects.earliest("pk").pk).update(
        recorded_at=STARTED + timedelta(hours=1)
    )),
    ("times_past", "a day", lambda: Occasion.objects.filter(pk=Occasion.objects.earliest("pk").pk).update(
        held_on=STARTED.date() + timedelta(days=2)
    )),
    ("figures_recounted", "the roll-up misses lines", leave_out_of_the_rollup),
]


def test_the_demo_is_whole(demo: Cast) -> None:
    assert verify(STARTED) == []


@pytest.mark.parametrize(("check", "how", "damage"), DAMAGES, ids=[f"{check}: {how}" for check, how, _ in DAMAGES])
def test_damage_is_found(demo: Cast, check: str, how: str, damage: Damage) -> None:
    damage()

    assert check in {finding.check for finding in verify(STARTED)}


def test_every_check_has_its_damage() -> None:
    assert {check for check, _, _ in DAMAGES} == set(CHECKS)


def test_a_file_that_was_overwritten_is_found(demo: Cast) -> None:
    path = a_file().path
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"?")
    try:
        assert "files_whole" in {finding.check for finding in verify(STARTED)}
    finally:
        path.write_bytes(kept)


def test_a_walk_that_is_no_preorder_is_told_apart() -> None:
    right = [(0, None, 4, 0), (1, 0, 2, 1), (2, 1, 2, 2), (3, 0, 4, 1), (4, 3, 4, 2)]
    assert list(misplaced(right)) == []
    for at, wrong in [
        (1, (1, 0, 4, 1)), (2, (2, 0, 2, 2)), (3, (3, 1, 4, 1)), (4, (5, 3, 5, 2)), (4, (4, None, 4, 2)),
        (4, (4, 2, 4, 2)), (2, (2, 1, 2, 1)),
    ]:
        assert list(misplaced([*right[:at], wrong, *right[at + 1 :]])) != []
    assert list(misplaced([])) == []


def test_the_command_says_each_check_and_fails_only_on_damage(demo: Cast) -> None:
    out = StringIO()
    call_command("verify", stdout=out)
    assert [line.split() for line in out.getvalue().splitlines()] == [["đúng", name] for name in CHECKS]

    Rollout.objects.update(expected_count=7)
    with pytest.raises(CommandError, match="điều không đúng"):
        call_command("verify", stdout=out)
    assert "SAI   audience_counted" in out.getvalue()
