"""Rolling a document out: compose, issue in one transaction, close."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from directives.actions.documents import WrongState
from directives.models import Assignment, Document, Rollout
from directives.models.rollout import RolloutQuerySet
from units import access, ledger
from units.access import Verb
from units.data.people import holders
from units.models import Unit, User

Role = Assignment.Role


@dataclass(frozen=True)
class Dates:
    """The board's own days, both inclusive."""

    acknowledge_by: date
    disseminate_by: date


@dataclass
class _Line:
    """One unit of the walk; `wanted` is its role, None for a unit that is not addressed itself."""

    unit: Unit
    wanted: str | None
    depth: int
    parent: "_Line | None"
    kept: bool = False
    position: int = 0
    last: int = 0


@dataclass(frozen=True)
class Preview:
    """What issuing would do, in counts of units."""

    lines: int
    acting: int
    cells: int
    informed: int
    unreachable: list[Unit]


@transaction.atomic
def compose(
    *, document: Document, root: Unit, audience: Mapping[str, str], dates: Dates, outside: list[str],
    by: User | None, now: datetime, reissues: Rollout | None = None,
) -> Rollout:
    """Keep a rollout that is not issued yet. `audience` maps a unit kind to the role its units get.

    `reissues` is the running rollout of the text that this document replaces or supplements.
    """
    access.require(by, Verb.ISSUE, root, now)
    if document.state != Document.State.DIRECTIVE:
        raise WrongState("Chỉ giao triển khai văn bản đã vào sổ để triển khai.")
    if dates.disseminate_by < dates.acknowledge_by:
        raise WrongState("Hạn phổ biến không thể sớm hơn hạn tiếp nhận.")
    if Role.ACT not in audience.values():
        raise WrongState("Hãy chọn ít nhất một loại đơn vị để thực hiện.")
    if reissues is not None and not revisable(document).filter(pk=reissues.pk, root=root).exists():
        raise WrongState("Đợt triển khai cũ không còn chạy, hoặc văn bản này không sửa văn bản của đợt đó.")
    rollout = Rollout.objects.create(
        document=document, root=root, reissues=reissues, audience=dict(audience), outside=outside, created_at=now,
        acknowledge_by=dates.acknowledge_by, disseminate_by=dates.disseminate_by,
    )
    ledger.record("rollout.composed", rollout, by=by, now=now, unit_id=root.pk, document=document.pk)
    return rollout


def preview(rollout: Rollout, today: date) -> Preview:
    """The audience as it would be frozen today, and the units expected to have an account that nobody holds."""
    lines = _walk(rollout.root, rollout.audience, today)
    acting = [line.unit for line in lines if line.wanted == Role.ACT]
    held = holders(today)
    return Preview(
        lines=len(lines), acting=len(acting), cells=sum(unit.is_cell for unit in acting),
        informed=sum(line.wanted in (Role.INFORM, Role.COORDINATE) for line in lines),
        unreachable=[u for u in acting if u.kind in Unit.EXPECTED_ACCOUNT_KINDS and u.pk not in held],
    )


@transaction.atomic
def issue(*, rollout: Rollout, by: User | None, now: datetime) -> Rollout:
    """Freeze the audience and give every unit its line, all in this transaction or not at all."""
    access.require(by, Verb.ISSUE, rollout.root, now)
    today = timezone.localdate(now)
    if rollout.acknowledge_by < today:
        raise WrongState("Hạn tiếp nhận đã qua; hãy chọn hạn khác trước khi giao.")
    lines = _walk(rollout.root, rollout.audience, today)
    acting = sum(line.wanted == Role.ACT for line in lines)
    if not acting:
        raise WrongState("Không có đơn vị nào để thực hiện trong phạm vi đã chọn.")
    taken = Rollout.objects.filter(pk=rollout.pk, issued_at=None).update(
        issued_at=now, issued_by=by, expected_count=len(lines)
    )
    if not taken:
        raise WrongState("Đợt triển khai này đã được giao.")
    held = holders(today)
    _insert([_row(rollout, line, line.unit.pk in held) for line in lines])
    rollout.refresh_from_db()
    if rollout.reissues is not None:
        # Whoever received the old text receives the new one; what was done with the old stays counted there.
        try:
            close(rollout=rollout.reissues, by=by, now=now)
        except WrongState as error:
            raise WrongState("Đợt triển khai cũ đã kết thúc hoặc đã được giao lại; hãy soạn lại đợt này.") from error
    ledger.record(
        "rollout.issued", rollout, by=by, now=now, unit_id=rollout.root_id, lines=len(lines), acting=acting
    )
    return rollout


def revisable(document: Document) -> RolloutQuerySet:
    """The running rollouts of the text that this document replaces or supplements; a mere correction ends none."""
    if document.revision in ("", Document.Revision.CORRECTION) or document.is_draft:
        return Rollout.objects.none()
    return Rollout.objects.running().filter(document=document.revises_id)


@transaction.atomic
def close(*, rollout: Rollout, by: User | None, now: datetime) -> Rollout:
    """End a rollout: nothing is asked or reminded any more, and its figures stay as they are."""
    access.require(by, Verb.ISSUE, rollout.root, now)
    if not Rollout.objects.filter(pk=rollout.pk, issued_at__isnull=False, closed_at=None).update(closed_at=now):
        raise WrongState("Đợt triển khai chưa giao hoặc đã kết thúc.")
    rollout.refresh_from_db()
    ledger.record("rollout.closed", rollout, by=by, now=now, unit_id=rollout.root_id)
    return rollout


def _walk(root: Unit, audience: Mapping[str, str], today: date) -> list[_Line]:
    """The frozen audience in preorder and official order: addressed units and the structure above them."""
    children: dict[int, list[Unit]] = {}
    for unit in Unit.objects.under([root]).alive_on(today).in_official_order():
        if unit.pk != root.pk and unit.parent_id is not None:
            children.setdefault(unit.parent_id, []).append(unit)
    walked = list(_preorder(root, children, audience))
    for line in walked:
        if line.wanted is None:
            continue
        above: _Line | None = line
        while above is not None and not above.kept:
            above.kept, above = True, above.parent
    kept = [line for line in walked if line.kept]
    for position, line in enumerate(kept):
        line.position = line.last = position
    for line in reversed(kept):
        if line.parent is not None:
            line.parent.last = max(line.parent.last, line.last)
    return kept


def _preorder(root: Unit, children: dict[int, list[Unit]], audience: Mapping[str, str]) -> Iterator[_Line]:
    stack = [_Line(root, None, 0, None)]
    while stack:
        line = stack.pop()
        yield line
        below = children.get(line.unit.pk, [])
        stack.extend(_Line(unit, audience.get(unit.kind), line.depth + 1, line) for unit in reversed(below))


def _row(rollout: Rollout, line: _Line, has_holder: bool) -> Assignment:
    acts = line.wanted == Role.ACT
    # A cell that nobody holds an office in owes dissemination only; its recording unit enters it.
    acknowledges = acts and (has_holder or not line.unit.is_cell)
    return Assignment(
        rollout=rollout, unit=line.unit, unit_name=line.unit.name, unit_kind=line.unit.kind, depth=line.depth,
        answering_unit=line.unit, role=line.wanted or Role.STRUCTURE,
        parent_position=line.parent.position if line.parent else None, position=line.position, last=line.last,
        acknowledge_by=rollout.acknowledge_by if acknowledges else None,
        disseminate_by=rollout.disseminate_by if acts else None,
    )


def _insert(rows: list[Assignment]) -> None:
    """The one raw write: on PostgreSQL an audience goes in as arrays, a quarter of bulk_create's time."""
    if connection.vendor != "postgresql":
        Assignment.objects.bulk_create(rows, batch_size=500)
        return
    columns = [f for f in Assignment._meta.concrete_fields if not f.primary_key]
    names = ", ".join(f'"{f.column}"' for f in columns)
    arrays = ", ".join(f"%s::{f.db_type(connection)}[]" for f in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO directives_assignment ({names}) SELECT * FROM unnest({arrays})",
            [[f.get_db_prep_save(getattr(row, f.attname), connection) for row in rows] for f in columns],
        )
