"""What committees say of themselves and their cells: confirmed at the first sign-in, proposed, agreed to in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from units import access, ledger
from units.access import Verb
from units.actions.carry_out import Paper, WrongState, carry_out, lock_tree
from units.data.plans import Planned
from units.models import Office, Proposal, Reorganisation, Unit, User
from units.timeline import Step
from units.vietnamese import clean, spelling

MOST_ADDED = 200


@dataclass(frozen=True)
class Told:
    """What a committee says of its cells: names to add, cell → new name, cells that are no more."""

    added: tuple[str, ...]
    renamed: dict[int, str]
    ended: frozenset[int]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.renamed) + len(self.ended)


@transaction.atomic
def confirm_office(
    *, office: Office, label: str, email: str, cells: Sequence[Unit], told: Told, by: User, now: datetime
) -> list[Proposal]:
    """The holder confirms who is in charge and how to be reached, and says what became of the cells."""
    if office.user_id != by.pk:
        raise access.Forbidden("Chỉ người giữ vai trò tự xác nhận.")
    User.objects.filter(pk=by.pk).update(label=clean(label), email=email.lower())
    Office.objects.filter(pk=office.pk, confirmed_at=None).update(confirmed_at=now)
    ledger.record("office.confirmed", office, by=by, now=now, unit_id=office.unit_id)
    if not told.count:
        return []
    return propose(unit=office.unit, cells=cells, told=told, by=by, now=now)


@transaction.atomic
def propose(*, unit: Unit, cells: Sequence[Unit], told: Told, by: User, now: datetime) -> list[Proposal]:
    """Ask for changes of `cells` of a committee; nothing changes before the administrator agrees."""
    access.require(by, Verb.PROPOSE, unit, now)
    if unit.kind in Unit.KINDS_WITHOUT_SUBORDINATES and told.added:
        raise WrongState(f"{unit.name} không có chi bộ trực thuộc.")
    if len(told.added) > MOST_ADDED:
        raise WrongState(f"Mỗi lần đề nghị thêm không quá {MOST_ADDED} chi bộ; nhiều hơn, hãy gửi tệp cho quản trị.")
    known = {cell.pk: cell for cell in cells if cell.parent_id is not None}
    if not set(told.renamed) | told.ended <= known.keys():
        raise access.Forbidden("Có chi bộ không do đơn vị ghi nhận.")
    there = {spelling(cell.name) for cell in cells if cell.parent_id == unit.pk and cell.pk not in told.ended}
    there |= {spelling(each.name) for each in Proposal.objects.waiting().filter(parent=unit, kind=Proposal.Kind.FOUND)}
    if doubled := [name for name in told.added if spelling(name) in there]:
        raise WrongState(f"Đã có chi bộ tên “{doubled[0]}”.")
    common = {"unit": unit, "asked_at": now, "asked_by": by}
    asked = [Proposal(kind=Proposal.Kind.FOUND, parent=unit, name=name, **common) for name in told.added]
    asked += [
        Proposal(kind=Proposal.Kind.RENAME, parent=known[pk].parent, cell=known[pk], name=name, **common)
        for pk, name in told.renamed.items() if pk not in told.ended and name != known[pk].name
    ]
    asked += [
        Proposal(kind=Proposal.Kind.END, parent=known[pk].parent, cell=known[pk], **common) for pk in told.ended
    ]
    try:
        with transaction.atomic():
            Proposal.objects.bulk_create(asked)
    except IntegrityError as error:
        raise WrongState("Có chi bộ đang có đề nghị chờ trả lời.") from error
    if asked:
        ledger.record("cells.proposed", unit, by=by, now=now, unit_id=unit.pk, count=len(asked))
    return asked


@transaction.atomic
def agree(*, proposals: Sequence[Proposal], paper: Paper, by: User, now: datetime) -> Reorganisation:
    """Agree to many at once: one decision, all or none."""
    lock_tree()
    waiting = _waiting(proposals, by, now)
    planned = Planned(paper.effective_on)
    for each in waiting:
        if each.kind == Proposal.Kind.FOUND:
            planned.found(each.name, Unit.Kind.CELL, each.parent_id)
        elif each.cell_id is not None and each.kind == Proposal.Kind.RENAME:
            planned.say(Step(each.cell_id, name=each.name))
        elif each.cell_id is not None:
            planned.end(each.cell_id)
    plan = planned.plan(f"Điều chỉnh chi bộ theo đề nghị của {len({each.unit_id for each in waiting})} đơn vị")
    decision = carry_out(plan=plan, paper=paper, by=by, now=now)
    _decide(waiting, Proposal.Decision.AGREED, by, now, reorganisation=decision)
    ledger.record("cells.agreed", decision, by=by, now=now, count=len(waiting))
    return decision


@transaction.atomic
def refuse(*, proposals: Sequence[Proposal], reason: str, by: User, now: datetime) -> int:
    """Refuse many with one reason; returns how many."""
    if not reason.strip():
        raise WrongState("Hãy ghi lý do không đồng ý.")
    waiting = _waiting(proposals, by, now)
    _decide(waiting, Proposal.Decision.REFUSED, by, now, reason=reason.strip()[:300])
    ledger.record("cells.refused", waiting[0].unit, by=by, now=now, count=len(waiting), reason=reason.strip()[:300])
    return len(waiting)


def _waiting(proposals: Sequence[Proposal], by: User, now: datetime) -> list[Proposal]:
    rights = access.rights(by, timezone.localdate(now))
    waiting = list(
        Proposal.objects.waiting().filter(pk__in=[each.pk for each in proposals])
        .select_related("unit", "parent").order_by("pk")
    )
    if not waiting:
        raise WrongState("Chưa chọn đề nghị nào, hoặc các đề nghị đã được trả lời.")
    if not all(rights.can(Verb.ADMINISTER, each.parent) for each in waiting):
        raise access.Forbidden("Có đề nghị không thuộc phạm vi đồng chí quản trị.")
    return waiting


def _decide(waiting: Sequence[Proposal], decision: str, by: User, now: datetime, **more: object) -> None:
    decided = Proposal.objects.waiting().filter(pk__in=[each.pk for each in waiting]).update(
        decision=decision, decided_at=now, decided_by=by, **more
    )
    if decided != len(waiting):
        raise WrongState("Có đề nghị vừa được người khác trả lời; hãy tải lại trang.")
