"""What one unit owes, rollout by rollout: its own line, and the cells it records for as one count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directives.models import Assignment, Rollout
from units.data.people import holders, recording_unit
from units.models import Unit, User

Held = dict[int, list[User]]


@dataclass(frozen=True)
class Duty:
    """One rollout at one unit. `own` is the unit's own line, None where it only records for others.

    `taken_over` are open lines of other units, cells apart, that it answers for since they ended; `below_open` counts
    the units, cells apart, that it records for and that still owe something.
    """

    rollout: Rollout
    unit: Unit
    own: Assignment | None
    taken_over: list[Assignment]
    cells_total: int
    cells_done: int
    below_open: int
    days_late: int
    due_on: date | None

    @property
    def cells_open(self) -> int:
        return self.cells_total - self.cells_done

    @property
    def owes_acknowledgement(self) -> bool:
        return self.own is not None and self.own.owes_acknowledgement

    @property
    def owes_own_dissemination(self) -> bool:
        return self.own is not None and self.own.owes_dissemination

    @property
    def done(self) -> bool:
        own = self.owes_acknowledgement or self.owes_own_dissemination
        return not (own or self.taken_over or self.cells_open or self.below_open)

    @property
    def words(self) -> str:
        """Different words for nothing received, received but not carried on, and partly carried on."""
        if self.owes_acknowledgement:
            return "Chưa tiếp nhận"
        if self.owes_own_dissemination:
            return "Đã tiếp nhận, chưa ghi nhận quán triệt, phổ biến tại đơn vị"
        if self.taken_over:
            return f"Còn {len(self.taken_over)} nhiệm vụ nhận từ đơn vị trước sắp xếp chưa thực hiện"
        if self.cells_open:
            return "Đã quán triệt tại đơn vị, còn chi bộ chưa ghi nhận"
        if self.below_open:
            return f"Còn {self.below_open} đơn vị do đơn vị phụ trách ghi nhận chưa thực hiện"
        return "Đã thực hiện đầy đủ"


def duties(rollouts: Iterable[Rollout], unit: Unit, today: date, held: Held | None = None) -> list[Duty]:
    """The duties of `unit` in these rollouts, the latest first. Two queries, whatever the number of rollouts.

    `held` is holders(today), for a caller that asks for many units.
    """
    wanted = {rollout.pk: rollout for rollout in rollouts}
    held = holders(today) if held is None else held
    lines: dict[int, list[Assignment]] = {}
    acting = Assignment.objects.filter(rollout__in=wanted, role=Assignment.Role.ACT, closed_reason="")
    reached = acting.answered_for(today)
    for line in reached.answered_under([unit]).select_related("answering_unit").in_order():
        if recording_unit(line.answering_unit.path, held) in (unit.pk, None):
            lines.setdefault(line.rollout_id, []).append(line)
    found = [_duty(wanted[pk], unit, rows, today) for pk, rows in lines.items()]
    return sorted(found, key=lambda duty: (duty.done, -duty.days_late, duty.due_on or date.max))


def _duty(rollout: Rollout, unit: Unit, lines: list[Assignment], today: date) -> Duty:
    own = next((line for line in lines if line.answering_unit_id == unit.pk and line.unit_id == unit.pk), None)
    cells = [line for line in lines if line.is_cell and line is not own]
    others = [line for line in lines if line is not own and not line.is_cell and _owed(line)]
    taken_over = [line for line in others if line.answering_unit_id == unit.pk]
    owed = [day for line in lines for day in _owed(line)]
    return Duty(
        rollout=rollout, unit=unit, own=own, taken_over=taken_over, cells_total=len(cells),
        cells_done=sum(line.disseminated_on is not None for line in cells),
        below_open=len(others) - len(taken_over),
        days_late=max(0, (today - min(owed)).days) if owed else 0, due_on=min(owed) if owed else None,
    )


def _owed(line: Assignment) -> list[date]:
    """The days of what a line still owes."""
    acknowledge = line.acknowledge_by if line.owes_acknowledgement else None
    disseminate = line.due_on if line.owes_dissemination else None
    return [day for day in (acknowledge, disseminate) if day is not None]
