"""Carrying a directive on: one occasion recorded for many lines, sent back, or supported by files afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from directives.actions.acknowledge import AWAITS
from directives.actions.documents import WrongState
from directives.data.calendar import calendar
from directives.deadlines import working_between
from directives.models import Assignment, Dissemination, Occasion, StoredFile
from units import access, ledger
from units.access import Forbidden, Verb
from units.data.people import holders, recording_unit
from units.models import Unit, User


@dataclass(frozen=True)
class Held:
    """What is asked of an occasion: a day is enough, everything else is optional."""

    on: date
    form: str = Occasion.Form.CELL_MEETING
    attended: int | None = None
    due: int | None = None
    own_number: str = ""


@dataclass(frozen=True)
class Recorded:
    """What became of one recording; a line that was already recorded is left as it was."""

    occasion: Occasion
    lines: list[Assignment]
    already: list[Assignment]


@transaction.atomic
def record(
    *, unit: Unit, held: Held, assignments: Sequence[Assignment], by: User, now: datetime
) -> Recorded:
    """Record one occasion of `unit` for the ticked lines. All in one transaction; a double tap counts once."""
    today = timezone.localdate(now)
    rights = access.rights(by, today)
    if not assignments:
        raise WrongState("Chưa chọn chi bộ, đơn vị nào để ghi nhận.")
    if not all(rights.can(Verb.DISSEMINATE, each) for each in [unit, *(line.answering_unit for line in assignments)]):
        raise Forbidden("Có đơn vị không thuộc phạm vi đồng chí phụ trách.")
    _check_day(held, assignments, today)
    late = working_between(held.on, today, calendar()) > settings.RECORD_WITHIN_WORKING_DAYS
    judged_on = today if late else held.on
    pks = [line.pk for line in assignments]
    free = set(
        Assignment.objects.live().answered_for(today).owing_dissemination().filter(pk__in=pks).select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    lines = [line for line in assignments if line.pk in free]
    if not lines and any(line.awaits_decision(today) for line in assignments):
        raise WrongState(AWAITS)
    if not lines:
        raise WrongState("Các đơn vị đã chọn đều được ghi nhận trước đó; không có gì thay đổi.")
    occasion = Occasion.objects.create(
        unit=unit, held_on=held.on, form=held.form, attended=held.attended, due=held.due,
        own_number=held.own_number, recorded_at=now, recorded_by=by,
    )
    replaced = {
        row.assignment_id: row
        for row in Dissemination.objects.filter(assignment__in=lines, replaced_by=None).order_by("pk")
    }
    in_place_of = _in_place_of(lines, rights, today)
    Dissemination.objects.bulk_create(
        Dissemination(
            occasion=occasion, assignment=line, judged_on=judged_on, recorded_late=late,
            entered_for_id=in_place_of.get(line.pk), replaces=replaced.get(line.pk),
        )
        for line in lines
    )
    Assignment.objects.filter(pk__in=free).update(disseminated_on=judged_on, version=F("version") + 1)
    ledger.record(
        "occasion.recorded", occasion, by=by, now=now, unit_id=unit.pk, lines=[line.pk for line in lines],
        held_on=held.on.isoformat(), judged_on=judged_on.isoformat(),
    )
    return Recorded(occasion, lines, [line for line in assignments if line.pk not in free])


@transaction.atomic
def send_back(*, assignment: Assignment, note: str, by: User, now: datetime) -> Dissemination:
    """Return an accepted dissemination with a note; the line owes it again and what was entered stays."""
    access.require(by, Verb.DECIDE, assignment.answering_unit, now)
    if not note.strip():
        raise WrongState("Hãy ghi rõ nội dung cần bổ sung.")
    if not Assignment.objects.live().filter(pk=assignment.pk).exists():
        raise WrongState("Đợt triển khai đã kết thúc, số liệu không thay đổi nữa.")
    row = Dissemination.objects.filter(assignment=assignment, state=Dissemination.State.ACCEPTED).first()
    sent = row is not None and Dissemination.objects.filter(
        pk=row.pk, state=Dissemination.State.ACCEPTED
    ).update(state=Dissemination.State.SENT_BACK, note=note.strip()[:300])
    if row is None or not sent:
        raise WrongState("Đơn vị chưa có ghi nhận nào để trả lại.")
    Assignment.objects.filter(pk=assignment.pk).update(disseminated_on=None, version=F("version") + 1)
    ledger.record(
        "dissemination.sent_back", row, by=by, now=now, unit_id=assignment.answering_unit_id, note=note.strip()
    )
    row.refresh_from_db()
    return row


@transaction.atomic
def attach(*, occasion: Occasion, file: StoredFile, by: User, now: datetime) -> None:
    """Add a supporting file to an occasion after it was saved; never asked for."""
    access.require(by, Verb.DISSEMINATE, occasion.unit, now)
    occasion.files.add(file)
    ledger.record("occasion.file", occasion, by=by, now=now, unit_id=occasion.unit_id, sha256=file.sha256)


def _check_day(held: Held, assignments: Sequence[Assignment], today: date) -> None:
    if held.on > today:
        raise WrongState("Ngày tổ chức không thể ở tương lai.")
    if held.form not in Occasion.Form.values:
        raise WrongState("Hãy chọn hình thức phổ biến.")
    if held.attended is not None and held.due is not None and held.attended > held.due:
        raise WrongState("Số người dự không thể lớn hơn số người phải dự.")
    for line in assignments:
        letter = line.rollout.document.issued_on
        if letter is not None and held.on < letter:
            raise WrongState(f"Ngày tổ chức sớm hơn ngày ban hành {line.rollout.document.name}.")


def _in_place_of(lines: Sequence[Assignment], rights: access.Rights, today: date) -> dict[int, int]:
    """line id → the recording unit that should have entered it, where somebody else does ("nhập thay")."""
    above = {int(pk) for line in lines for pk in line.answering_unit.path.strip("/").split("/")}
    held = holders(today, above)
    own = {unit.pk for unit in rights.units(Verb.DISSEMINATE)}
    duty = {line.pk: recording_unit(line.answering_unit.path, held) for line in lines}
    return {pk: unit for pk, unit in duty.items() if unit is not None and unit not in own}
