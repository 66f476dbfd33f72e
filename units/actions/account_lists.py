"""Accounts in bulk: a list is taken in, looked at, and carried out whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import access, ledger
from units.access import Verb
from units.actions.accounts import send_codes
from units.actions.carry_out import WrongState
from units.actions.offices import Opening, insert
from units.data.account_lists import KEYS, NEW, WRONG, Carried, Line, judge
from units.models import ImportDraft, Unit, User
from units.sheets.table import Table

LONGEST_NAME = 120


@transaction.atomic
def take_in(*, table: Table, file_name: str, unit: Unit, by: User | None, now: datetime) -> ImportDraft:
    """Keep a list's rows until somebody confirms it; nothing else is stored."""
    access.require(by, Verb.ADMINISTER, unit, now)
    draft = ImportDraft.objects.create(
        kind=ImportDraft.Kind.ACCOUNTS, unit=unit, file_name=file_name[-LONGEST_NAME:], notes=table.notes,
        rows=[[row.number, [row.cells[key] for key in KEYS]] for row in table.rows],
        effective_on=timezone.localdate(now), created_at=now, created_by=by,
    )
    ledger.record("accounts.list_taken_in", draft, by=by, now=now, unit_id=unit.pk, rows=len(table.rows))
    return draft


def lines_of(draft: ImportDraft, now: datetime) -> list[Line]:
    """What the list would do today."""
    return judge(draft.rows, draft.unit, timezone.localdate(now))


@transaction.atomic
def confirm(*, draft: ImportDraft, by: User | None, now: datetime) -> Carried:
    """Open every new account of a list and invite those with an address; judged anew, taken whole or not at all."""
    access.require(by, Verb.ADMINISTER, draft.unit, now)
    waiting = ImportDraft.objects.waiting().filter(pk=draft.pk, kind=ImportDraft.Kind.ACCOUNTS)
    if not waiting.update(confirmed_at=now, rows=[]):
        raise WrongState("Danh sách này đã được nhập trước đó; không tạo thêm tài khoản nào.")
    lines = lines_of(draft, now)
    wrong = sum(line.state == WRONG for line in lines)
    if wrong:
        raise WrongState(f"Danh sách còn {wrong} dòng sai; chưa tạo tài khoản nào.")
    new = [line for line in lines if line.state == NEW]
    try:
        with transaction.atomic():
            offices = insert(openings=_openings(new, draft.unit), from_on=timezone.localdate(now), now=now)
    except IntegrityError as error:
        raise WrongState("Vừa có tài khoản khác dùng tên đăng nhập hoặc thư điện tử trong danh sách.") from error
    addressed = [office for office in offices if office.user.email]
    send_codes(offices=addressed, now=now)
    ledger.record(
        "accounts.list_carried_out", draft, by=by, now=now, unit_id=draft.unit_id, same=len(lines) - len(new),
        mailed=len(addressed), offices=[office.pk for office in offices],
    )
    return Carried([office.pk for office in offices], len(addressed), len(lines) - len(new))


def _openings(lines: Sequence[Line], top: Unit) -> list[Opening]:
    units = Unit.objects.under([top]).in_bulk([line.unit.pk for line in lines if line.unit is not None])
    return [
        Opening(line.username, line.label, line.email, units[line.unit.pk], line.role)
        for line in lines if line.unit is not None
    ]


@transaction.atomic
def discard(*, draft: ImportDraft, by: User | None, now: datetime) -> None:
    """Throw a list away that was not confirmed."""
    access.require(by, Verb.ADMINISTER, draft.unit, now)
    deleted, _ = ImportDraft.objects.waiting().filter(pk=draft.pk).delete()
    if not deleted:
        raise WrongState("Danh sách này đã được nhập hoặc đã bỏ trước đó.")
    ledger.record("accounts.list_discarded", draft, by=by, now=now, unit_id=draft.unit_id)
