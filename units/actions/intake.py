"""Lists of organisations and of decisions that are taken in, looked at, and confirmed whole or discarded."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from units import access, ledger
from units.access import Verb
from units.actions.carry_out import Paper, WrongState, carry_out, lock_tree
from units.data import decision_list, unit_list
from units.data.intake import Intake
from units.models import ImportDraft, Reorganisation, Unit, User
from units.sheets.table import Row, Table

COLUMNS = {ImportDraft.Kind.UNITS: unit_list.COLUMNS, ImportDraft.Kind.REORGANISATION: decision_list.COLUMNS}


@transaction.atomic
def take_in(
    *, kind: str, unit: Unit, file_name: str, table: Table, paper: Paper, by: User, now: datetime
) -> ImportDraft:
    """Keep a list that was read, to be looked at; nothing else changes."""
    access.require(by, Verb.ADMINISTER, unit, now)
    keys = [column.key for column in COLUMNS[ImportDraft.Kind(kind)]]
    draft = ImportDraft.objects.create(
        kind=kind, unit=unit, file_name=file_name[:120], notes=table.notes, number=paper.number,
        decided_on=paper.decided_on, effective_on=paper.effective_on, created_at=now, created_by=by,
        rows=[[row.number, [row.cells[key] for key in keys]] for row in table.rows],
    )
    ledger.record("import.taken_in", draft, by=by, now=now, unit_id=unit.pk, kind=kind, rows=len(table.rows))
    return draft


def preview(draft: ImportDraft, today: date) -> Intake:
    """What the list would do to the units as they are now."""
    keys = [column.key for column in COLUMNS[ImportDraft.Kind(draft.kind)]]
    rows = [Row(number, dict(zip(keys, cells, strict=True))) for number, cells in draft.rows]
    units = Unit.objects.under([draft.unit])
    if draft.kind == ImportDraft.Kind.UNITS:
        title = f"Cập nhật danh sách tổ chức theo tệp {draft.file_name}"
        return unit_list.preview(rows, units, draft.unit, draft.effective_on, today, title)
    title = f"Sắp xếp tổ chức theo tệp {draft.file_name}"
    return decision_list.preview(rows, units, draft.effective_on, today, title)


@transaction.atomic
def confirm(*, draft: ImportDraft, digest: str, by: User, now: datetime) -> Reorganisation:
    """Carry the list out as it was shown; refused when it would do something else by now."""
    access.require(by, Verb.ADMINISTER, draft.unit, now)
    lock_tree()
    if not ImportDraft.objects.waiting().filter(pk=draft.pk).update(confirmed_at=now):
        raise WrongState("Tệp này đã được xác nhận hoặc đã bỏ.")
    intake = preview(draft, timezone.localdate(now))
    if intake.wrong or intake.seen is None:
        raise WrongState("Tệp còn dòng sai; hãy sửa tệp rồi tải lại.")
    if not intake.changes:
        raise WrongState("Tệp không thay đổi gì so với hiện nay.")
    if intake.digest != digest:
        raise WrongState("Tổ chức đã thay đổi từ lúc xem trước; hãy xem lại rồi xác nhận.")
    paper = Paper(draft.effective_on, draft.number, draft.decided_on)
    decision = carry_out(plan=intake.seen.plan, paper=paper, by=by, now=now)
    ImportDraft.objects.filter(pk=draft.pk).update(rows=[])
    ledger.record(
        "import.confirmed", draft, by=by, now=now, unit_id=draft.unit_id, reorganisation=decision.pk,
        **intake.counts,
    )
    return decision


@transaction.atomic
def discard(*, draft: ImportDraft, by: User, now: datetime) -> None:
    """Leave a list; nothing was changed by it."""
    access.require(by, Verb.ADMINISTER, draft.unit, now)
    if not ImportDraft.objects.waiting().filter(pk=draft.pk).update(confirmed_at=now, rows=[]):
        raise WrongState("Tệp này đã được xác nhận hoặc đã bỏ.")
    ledger.record("import.discarded", draft, by=by, now=now, unit_id=draft.unit_id)
