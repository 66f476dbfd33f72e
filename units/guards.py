"""Triggers that keep history append-only, for SQLite and PostgreSQL, in one list.

SQLite drops a table's triggers silently when a migration rebuilds the table, so every migration that touches a
guarded table ends with `install`, `manage.py verify` and a test look for them, and the tests lift them only to flush.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """One forbidden change: `event` is UPDATE or DELETE, `when` a condition on OLD (and NEW) rows."""

    table: str
    event: str
    when: str

    @property
    def name(self) -> str:
        return f"guard_{self.table}_{self.event.lower()}"


_LEDGER_KEPT = ("at", "event", "subject", "subject_id", "unit_id", "by_id", "by_label", "data")
_REPORT_KEPT = (
    "period_id", "rollout_id", "revision", "figures", "figures_sha256", "frozen_at", "narrative", "number",
    "issued_on", "issued_at", "issued_by_id", "pdf_id", "state",
)


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in columns)


GUARDS = (
    # A ledger line may be sealed once (seq and hashes set); nothing else about it ever changes.
    Guard("units_ledgerentry", "UPDATE", f"OLD.seq IS NOT NULL OR {_changed(*_LEDGER_KEPT)}"),
    Guard("units_ledgerentry", "DELETE", "OLD.id IS NOT NULL"),
    Guard("reports_report", "UPDATE", f"OLD.state = 'issued' AND ({_changed(*_REPORT_KEPT)})"),
    Guard("reports_report", "DELETE", "OLD.state = 'issued'"),
)

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: %% of %% refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514'; END $$
""".replace("%%", "%")


def create_sql(vendor: str, tables: frozenset[str]) -> list[str]:
    """The statements that put up the guards of `tables`; vendor is connection.vendor. Safe to run again."""
    statements = drop_sql(vendor, tables)
    if vendor == "postgresql":
        statements.insert(0, _PG_FUNCTION)
    for guard in GUARDS:
        if guard.table not in tables:
            continue
        head = f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW WHEN ({guard.when})"
        if vendor == "postgresql":
            statements.append(f"{head} EXECUTE FUNCTION guard_refuse()")
        else:
            when = head.replace(" IS DISTINCT FROM ", " IS NOT ")
            statements.append(f"{when} BEGIN SELECT RAISE(ABORT, 'append-only: {guard.table}'); END")
    return statements


def drop_sql(vendor: str, tables: frozenset[str]) -> list[str]:
    """The statements that take the guards of `tables` down."""
    chosen = [guard for guard in GUARDS if guard.table in tables]
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}" for guard in chosen]
    return [f"DROP TRIGGER IF EXISTS {guard.name}" for guard in chosen]


def present_sql(vendor: str) -> str:
    """A query whose one column holds the names of the triggers that exist."""
    if vendor == "postgresql":
        return "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return "SELECT name FROM sqlite_master WHERE type = 'trigger'"
