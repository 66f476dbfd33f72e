"""Reminders: planned by a unique key, then carried once per person by one message.

Planning inserts rows and ignores those that exist, so that any number of beats plans the same set. Carrying claims a
person's planned rows by a conditional UPDATE in the transaction that writes the mail: whoever comes second finds
nothing left, and whoever dies in between leaves rows that the next sweep carries.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directives import mail
from directives.actions.documents import WrongState
from directives.data.calendar import calendar
from directives.data.duties import Held, duties
from directives.models import Assignment, Document, Reminder, Rollout
from directives.reminders import Policy, due, may_send
from outbox import actions as outbox
from units import access, ledger
from units.access import Verb
from units.data.people import holders, recording_unit
from units.models import Office, User

URGE = "urge"
NOBODY = "Không có người phụ trách có thể nhận thư"
DONE = "Đã thực hiện trong khi chờ gửi"
GONE = "Người nhận không còn phụ trách khi gửi"
Slot = tuple[Assignment, str, date]


def remind_due(*, now: datetime) -> int:
    """Plan and carry all that is due at this moment; returns how many messages were written."""
    local = timezone.localtime(now)
    if settings.REMIND_IN_WORKING_HOURS_ONLY and not may_send(local, calendar()):
        return 0
    _plan(_due_slots(local.date()), None, now)
    return carry(now=now)


@transaction.atomic
def urge(*, assignments: Sequence[Assignment], by: User, now: datetime) -> list[Reminder]:
    """A person of the board reminds chosen lines at once, at most once a day each; returns what was planned."""
    for line in assignments:
        access.require(by, Verb.REMIND, line.answering_unit, now)
    today = timezone.localdate(now)
    owing = [line for line in assignments if _open(line) and not line.awaits_decision(today)]
    if not owing:
        raise WrongState("Các đơn vị đã chọn không còn nhiệm vụ nào cần nhắc.")
    _plan([(line, URGE, today) for line in owing], by, now)
    planned = list(
        Reminder.objects.filter(assignment__in=owing, step=URGE, day=today, planned_at=now).select_related("recipient")
    )
    if not planned:
        raise WrongState("Hôm nay đã nhắc các đơn vị này.")
    ledger.record("rollout.urged", owing[0].rollout, by=by, now=now, lines=[line.pk for line in owing])
    carry(now=now)
    return planned


def carry(*, now: datetime) -> int:
    """Write one message a person for the planned reminders; returns how many were written."""
    waiting = Reminder.objects.filter(state=Reminder.State.PLANNED, recipient__isnull=False)
    people = list(User.objects.filter(pk__in=waiting.values("recipient")).order_by("pk"))
    held = holders(timezone.localdate(now)) if people else {}
    return sum(_carry_to(person, held, now) for person in people)


@transaction.atomic
def _carry_to(person: User, held: Held, now: datetime) -> bool:
    rows = list(
        Reminder.objects.filter(state=Reminder.State.PLANNED, recipient=person).select_related(
            "assignment__rollout__document", "assignment__answering_unit"
        )
    )
    _suppress([row for row in rows if not _owed(row)], DONE)
    rows = [row for row in rows if _owed(row)]
    items = _items(person, {row.assignment.rollout for row in rows}, held, timezone.localdate(now))
    if not items:
        _suppress(rows, GONE)
        return False
    message = mail.reminder(person.email, items, urged=any(row.step == URGE for row in rows))
    (written,) = outbox.enqueue(message, now=now, recipient=person)
    claimed = Reminder.objects.filter(pk__in=[row.pk for row in rows], state=Reminder.State.PLANNED).update(
        state=Reminder.State.MAILED, mail=written
    )
    if claimed != len(rows):
        # Another carrier was faster with some of them: undo this message, the rest waits for the next sweep.
        transaction.set_rollback(True)
        return False
    return True


def _suppress(rows: list[Reminder], reason: str) -> None:
    planned = Reminder.objects.filter(pk__in=[row.pk for row in rows], state=Reminder.State.PLANNED)
    planned.update(state=Reminder.State.SUPPRESSED, reason=reason)


def _items(person: User, rollouts: set[Rollout], held: Held, today: date) -> list[mail.Item]:
    """How every rollout the person is reminded of stands at each of the person's units."""
    found = []
    offices = person.offices.on(today).filter(role=Office.Role.SECRETARY, user__is_active=True)
    for office in offices.select_related("unit"):
        for duty in duties(rollouts, office.unit, today, held):
            if duty.done:
                continue
            path = reverse("assignment-detail", args=[duty.own.pk]) if duty.own else reverse("sheet-list")
            found.append(
                mail.Item(
                    document=_reference(duty.rollout.document), unit=duty.unit.name, words=duty.words,
                    days_late=duty.days_late, cells_open=duty.cells_open, cells_total=duty.cells_total, path=path,
                )
            )
    return found


def _reference(document: Document) -> str:
    """Its number: a title is content, and content does not go by mail."""
    return document.name if document.number else document.type or "Văn bản triển khai"


def _owed(row: Reminder) -> bool:
    """Whether what the step is about is still open; urging is about both facts."""
    fact, line = row.step.partition(":")[0], row.assignment
    if fact == "ack":
        return _open(line) and line.owes_acknowledgement
    return _open(line) and (fact != "dis" or line.owes_dissemination)


def _open(line: Assignment) -> bool:
    return line.rollout.closed_at is None and (line.owes_acknowledgement or line.owes_dissemination)


def _due_slots(today: date) -> list[Slot]:
    """The latest step that has come for every open date of every running rollout."""
    days = calendar()
    found: list[Slot] = []
    lines = Assignment.objects.live().answered_for(today).select_related("rollout", "answering_unit")
    known: dict[tuple[date, int], tuple[str, date] | None] = {}
    for fact, owing in (("ack", lines.owing_acknowledgement()), ("dis", lines.owing_dissemination())):
        for line in owing:
            due_on = line.acknowledge_by if fact == "ack" else line.due_on
            issued = line.rollout.issued_at
            if due_on is None or issued is None:
                continue
            key = (due_on, line.rollout_id)
            if key not in known:
                policy = Policy(line.rollout.remind_before, line.rollout.remind_after)
                step = due(due_on, timezone.localdate(issued), today, policy, days)
                known[key] = (step.code, step.day) if step else None
            slot = known[key]
            if slot is not None:
                found.append((line, f"{fact}:{slot[0]}", slot[1]))
    return found


def _plan(slots: Iterable[Slot], by: User | None, now: datetime) -> None:
    """One row for each slot and person; a line nobody can be reminded of is noted as such, once."""
    held = holders(timezone.localdate(now))
    rows: list[Reminder] = []
    for line, step, day in slots:
        at = recording_unit(line.answering_unit.path, held)
        people = [person for person in held.get(at or 0, []) if person.email]
        common = {"assignment": line, "step": step, "day": day, "planned_at": now, "asked_by": by}
        rows += [Reminder(recipient=person, **common) for person in people]
        if not people:
            rows.append(Reminder(recipient=None, state=Reminder.State.SUPPRESSED, reason=NOBODY, **common))
    Reminder.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)

