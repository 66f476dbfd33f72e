"""Each kind of decision about organisations as one action; `carry_out` does the rest, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from units.actions.carry_out import Paper, WrongState, carry_out
from units.data import plans
from units.data.plans import Planned
from units.models import Reorganisation, Unit, User


@dataclass(frozen=True)
class Founding:
    """One organisation of a whole tree; `above` is the place of its superior in the same list, None for the first."""

    name: str
    kind: str
    above: int | None
    sort_order: int


@transaction.atomic
def found(
    *, name: str, kind: str, parent: Unit | None, paper: Paper, by: User | None, now: datetime,
    sort_order: int | None = None, code: str = "",
) -> Unit:
    """Thành lập one organisation under `parent` (None only for the first, the province)."""
    if parent is None and Unit.objects.filter(parent=None).exists():
        raise WrongState("Đã có tổ chức đảng cấp tỉnh; mọi đơn vị mới phải có đơn vị cấp trên.")
    above = parent.pk if parent else None
    plan = plans.founding(paper.effective_on, name, kind, above, sort_order, code)
    decision = carry_out(plan=plan, paper=paper, by=by, now=now)
    return Unit.objects.get(changes__reorganisation=decision)


@transaction.atomic
def found_all(*, foundings: Sequence[Founding], opened_on: date, by: User | None, now: datetime) -> list[Unit]:
    """Found a whole tree on an empty portal, the superior before its subordinates, by one decision."""
    if by is not None or Unit.objects.exists():
        raise WrongState("Chỉ dựng cả hệ thống tổ chức khi cổng chưa có đơn vị nào.")
    if [each.above for each in foundings].count(None) != 1:
        raise WrongState("Chỉ có một tổ chức đảng cấp tỉnh.")
    planned = Planned(opened_on)
    keys: list[int] = []
    for each in foundings:
        above = None if each.above is None else keys[each.above]
        keys.append(planned.found(each.name, each.kind, above, each.sort_order))
    decision = carry_out(plan=planned.plan("Thiết lập ban đầu"), paper=Paper(opened_on), by=by, now=now)
    return list(Unit.objects.filter(changes__reorganisation=decision).order_by("changes__pk"))


@transaction.atomic
def rename(*, unit: Unit, name: str, paper: Paper, by: User | None, now: datetime) -> Reorganisation:
    """Đổi tên."""
    return carry_out(plan=plans.renaming(paper.effective_on, unit.pk, unit.name, name), paper=paper, by=by, now=now)


@transaction.atomic
def change_kind(*, unit: Unit, kind: str, paper: Paper, by: User | None, now: datetime) -> Reorganisation:
    """Chuyển loại tổ chức."""
    label = str(Unit.Kind(kind).label)
    plan = plans.change_of_kind(paper.effective_on, unit.pk, unit.name, kind, label)
    return carry_out(plan=plan, paper=paper, by=by, now=now)


@transaction.atomic
def move(*, unit: Unit, parent: Unit, paper: Paper, by: User | None, now: datetime) -> Reorganisation:
    """Chuyển trực thuộc, with all that stands below."""
    plan = plans.moving(paper.effective_on, [unit.pk], parent.pk, f"Chuyển {unit.name} về trực thuộc {parent.name}")
    return carry_out(plan=plan, paper=paper, by=by, now=now)


@transaction.atomic
def merge(
    *, predecessors: Sequence[Unit], name: str, kind: str, parent: Unit, paper: Paper, by: User | None, now: datetime
) -> Reorganisation:
    """Hợp nhất: A + B → C."""
    title = f"Hợp nhất {_listed(predecessors)} thành {name}"
    plan = plans.merging(paper.effective_on, [unit.pk for unit in predecessors], name, kind, parent.pk, title)
    return carry_out(plan=plan, paper=paper, by=by, now=now)


@transaction.atomic
def absorb(
    *, predecessors: Sequence[Unit], successor: Unit, paper: Paper, by: User | None, now: datetime
) -> Reorganisation:
    """Sáp nhập: A into B; what stood below A stands below B."""
    title = f"Sáp nhập {_listed(predecessors)} vào {successor.name}"
    plan = plans.absorbing(paper.effective_on, [unit.pk for unit in predecessors], successor.pk, title)
    return carry_out(plan=plan, paper=paper, by=by, now=now)


@transaction.atomic
def split(
    *, unit: Unit, parts: Sequence[tuple[str, str, Unit]], takes: dict[int, int], goes_on: bool, paper: Paper,
    by: User | None, now: datetime,
) -> Reorganisation:
    """Chia tách: A → B, C (name, kind, superior); `takes` says which part a subordinate of A goes to."""
    if not parts:
        raise WrongState("Chưa ghi đơn vị nào được tách ra.")
    named = [(name, kind, parent.pk) for name, kind, parent in parts]
    title = f"{'Tách' if goes_on else 'Chia tách'} {unit.name} thành {', '.join(name for name, _, _ in named)}"
    plan = plans.splitting(paper.effective_on, unit.pk, named, takes, goes_on, title)
    return carry_out(plan=plan, paper=paper, by=by, now=now)


@transaction.atomic
def end(*, unit: Unit, heir: Unit | None, paper: Paper, by: User | None, now: datetime) -> Reorganisation:
    """Kết thúc hoạt động; subordinates go to `heir`, or end too."""
    plan = plans.ending(paper.effective_on, unit.pk, unit.name, heir.pk if heir else None)
    return carry_out(plan=plan, paper=paper, by=by, now=now)


def _listed(units: Sequence[Unit]) -> str:
    return ", ".join(unit.name for unit in units)
