"""How one line stands on a day, in words and as a badge; the words are those of domain.md §2.3."""

from dataclasses import dataclass
from datetime import date, timedelta

from directives.models import Assignment

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Standing:
    """`tone` is the badge's class: done, done-late, open, soon, late, info."""

    label: str
    tone: str


NOT_OWED = Standing("Không phải thực hiện", "info")
AWAITING = Standing("Chờ quyết định do sắp xếp tổ chức", "info")


def of_acknowledgement(line: Assignment, today: date) -> Standing:
    if line.acknowledged_on is not None:
        label = "Tiếp nhận ngoài cổng" if line.from_outside else "Đã tiếp nhận"
        late = line.acknowledge_by is not None and line.acknowledged_on > line.acknowledge_by
        return Standing(f"{label}, quá hạn", "done-late") if late else Standing(label, "done")
    if line.acknowledge_by is None:
        return NOT_OWED
    if line.closed_reason:
        return Standing(line.closed_reason[:1].upper() + line.closed_reason[1:], "info")
    if line.awaits_decision(today):
        return AWAITING
    return _open("Chưa tiếp nhận", line.acknowledge_by, today)


def of_dissemination(line: Assignment, today: date) -> Standing:
    done = "Đã phổ biến" if line.is_cell else "Đã quán triệt, triển khai"
    if line.disseminated_on is not None:
        late = line.due_on is not None and line.disseminated_on > line.due_on
        if not late and line.disseminate_by and line.disseminated_on > line.disseminate_by:
            return Standing(f"{done}, đúng hạn sau gia hạn", "done")
        return Standing(f"{done}, quá hạn", "done-late") if late else Standing(done, "done")
    if line.due_on is None:
        return NOT_OWED
    if line.closed_reason:
        return Standing(line.closed_reason[:1].upper() + line.closed_reason[1:], "info")
    if line.awaits_decision(today):
        return AWAITING
    return _open("Chưa phổ biến" if line.is_cell else "Đang triển khai", line.due_on, today)


def _open(label: str, due_on: date, today: date) -> Standing:
    if due_on < today:
        return Standing(f"{label}, quá hạn {(today - due_on).days} ngày", "late")
    if due_on <= today + SOON:
        return Standing(f"{label}, sắp đến hạn", "soon")
    return Standing(label, "open")
