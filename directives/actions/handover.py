"""Open duties of units that have ended: a person names who answers for them, or closes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from directives.actions.documents import WrongState
from directives.models import Assignment
from units import access, ledger
from units.access import Forbidden, Verb
from units.models import Unit, User

CLOSED = "kết thúc do sắp xếp tổ chức"
AT_ONCE = 5000


@dataclass(frozen=True)
class Settled:
    """How many lines another unit answers for now, and how many were closed."""

    handed_over: int
    closed: int


@transaction.atomic
def hand_over(*, assignment: Assignment, to: Unit, by: User | None, now: datetime) -> Assignment:
    """Name the successor that answers for a line whose unit has ended; the line itself stays as it was frozen."""
    settle(lines=[assignment], heirs={assignment.answering_unit_id: to}, by=by, now=now)
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def settle(
    *, lines: Sequence[Assignment], heirs: Mapping[int, Unit | None], by: User | None, now: datetime
) -> Settled:
    """Decide for many lines at once, all or none: `heirs` says, for each unit that answered until now, who does.

    No heir closes its lines "kết thúc do sắp xếp tổ chức": they are asked of nobody and leave the totals.
    """
    if not lines:
        raise WrongState("Không có nhiệm vụ nào chờ quyết định.")
    _check({line.answering_unit_id: line.answering_unit for line in lines}, heirs, by, now)
    groups: dict[int, list[int]] = {}
    for line in lines:
        groups.setdefault(line.answering_unit_id, []).append(line.pk)
    settled = {before: _settle(pks, before, heirs[before]) for before, pks in groups.items()}
    if sum(settled.values()) != len(lines):
        raise WrongState("Có nhiệm vụ vừa được bàn giao cho đơn vị khác hoặc đã đóng; hãy tải lại trang.")
    _tell(lines, heirs, by, now)
    closed = sum(count for before, count in settled.items() if heirs[before] is None)
    return Settled(len(lines) - closed, closed)


def _check(before: Mapping[int, Unit], heirs: Mapping[int, Unit | None], by: User | None, now: datetime) -> None:
    today = timezone.localdate(now)
    for heir in heirs.values():
        if heir is not None and (heir.opened_on > today or (heir.closed_on is not None and heir.closed_on <= today)):
            raise WrongState(f"{heir.name} hiện không hoạt động, không thể nhận nhiệm vụ.")
    if by is not None:
        rights = access.rights(by, today)
        touched = [*before.values(), *(heir for heir in heirs.values() if heir is not None)]
        if not all(rights.can(Verb.DECIDE, unit) for unit in touched):
            raise Forbidden("Có đơn vị không thuộc phạm vi đồng chí quyết định.")


def _settle(pks: list[int], before: int, heir: Unit | None) -> int:
    change = {"closed_reason": CLOSED} if heir is None else {"answering_unit": heir}
    return sum(
        Assignment.objects.live().filter(pk__in=pks[at : at + AT_ONCE], answering_unit=before).update(
            version=F("version") + 1, **change
        )
        for at in range(0, len(pks), AT_ONCE)
    )


def _tell(lines: Sequence[Assignment], heirs: Mapping[int, Unit | None], by: User | None, now: datetime) -> None:
    """One line in the ledger for each rollout: which lines went from whom to whom."""
    told: dict[int, dict[int, list[int]]] = {}
    for line in lines:
        told.setdefault(line.rollout_id, {}).setdefault(line.answering_unit_id, []).append(line.pk)
    rollouts = {line.rollout_id: line.rollout for line in lines}
    for pk, groups in told.items():
        moved = [
            {"from": before, "to": heir.pk if (heir := heirs[before]) else None, "lines": line_pks}
            for before, line_pks in groups.items()
        ]
        ledger.record("duties.settled", rollouts[pk], by=by, now=now, unit_id=rollouts[pk].root_id, settled=moved)
