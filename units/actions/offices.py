"""Who holds which office at which unit, from which day to which; and who stands in for whom, for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from units import access, ledger
from units.access import Verb
from units.actions.carry_out import WrongState
from units.models import Office, Unit, User
from units.vietnamese import day_short


@dataclass(frozen=True)
class Opening:
    """One account with its office, to be opened with many others; `password` is a hash, empty for none yet."""

    username: str
    label: str
    email: str
    unit: Unit
    role: str
    password: str = ""


@transaction.atomic
def open_all(
    *, openings: Sequence[Opening], from_on: date, by: User | None, now: datetime
) -> list[Office]:
    """Open many accounts with their offices at once; one line in the ledger. For a whole installation only."""
    if by is not None or User.objects.exists():
        raise WrongState("Chỉ mở tài khoản hàng loạt khi cổng chưa có tài khoản nào.")
    offices = insert(openings=openings, from_on=from_on, now=now)
    ledger.record("office.opened_all", offices[0], by=by, now=now, accounts=len(offices))
    return offices


def insert(*, openings: Sequence[Opening], from_on: date, now: datetime) -> list[Office]:
    """Write the accounts and offices, a few statements for all; whoever calls this has checked and tells the ledger."""
    users = [
        User(
            username=each.username, label=each.label, email=each.email.lower(), created_at=now,
            password=each.password or make_password(None),
        )
        for each in openings
    ]
    User.objects.bulk_create(users, batch_size=500)
    offices = [
        # Who gets a password here has no first sign-in at which to confirm.
        Office(
            user=user, unit=each.unit, role=each.role, from_on=from_on, confirmed_at=now if each.password else None
        )
        for user, each in zip(users, openings, strict=True)
    ]
    return Office.objects.bulk_create(offices, batch_size=500)


@transaction.atomic
def appoint(
    *, user: User, unit: Unit, role: str, from_on: date, to_on: date | None = None, by: User | None, now: datetime
) -> Office:
    """Give `user` an office at `unit` from a day on; it ends with the unit at the latest."""
    access.require(by, Verb.ADMINISTER, unit, now)
    if unit.closed_on is not None:
        if unit.closed_on <= from_on:
            raise WrongState("Đơn vị đã kết thúc hoạt động.")
        to_on = min(to_on or unit.closed_on, unit.closed_on)
    if to_on is not None and to_on <= from_on:
        raise WrongState("Ngày kết thúc phải sau ngày bắt đầu.")
    held = Office.objects.filter(user=user, unit=unit, role=role, substitutes=None)
    if held.overlapping(from_on, to_on).exists():
        raise WrongState("Tài khoản này đang giữ vai trò đó tại đơn vị.")
    office = Office.objects.create(user=user, unit=unit, role=role, from_on=from_on, to_on=to_on)
    ledger.record("office.appointed", office, by=by, now=now, unit_id=unit.pk, role=role, user=user.pk, **_days(office))
    return office


@transaction.atomic
def substitute(
    *, office: Office, user: User, from_on: date, to_on: date, by: User | None, now: datetime
) -> Office:
    """Let `user` act in the office for a time, with the own account; the record names both (data.people.acting_as)."""
    access.require(by, Verb.ADMINISTER, office.unit, now)
    Office.objects.select_for_update().get(pk=office.pk)  # two at once would each miss the other
    if office.substitutes_id is not None:
        raise WrongState("Người làm thay không thể giao tiếp cho người khác làm thay.")
    if to_on <= from_on:
        raise WrongState("Ngày kết thúc phải sau ngày bắt đầu.")
    if from_on < timezone.localdate(now):
        raise WrongState("Không giao làm thay cho những ngày đã qua.")
    if from_on < office.from_on or (office.to_on is not None and office.to_on < to_on):
        raise WrongState("Thời gian làm thay phải nằm trong thời gian giữ vai trò của người được thay.")
    mine = Office.objects.filter(user=user, unit=office.unit_id, role=office.role).overlapping(from_on, to_on)
    if user.pk == office.user_id or mine.filter(substitutes=None).exists():
        raise WrongState("Tài khoản này đang giữ chính vai trò đó tại đơn vị; không cần giao làm thay.")
    if mine.filter(substitutes=office).exists():
        raise WrongState("Tài khoản này đã được giao làm thay trong thời gian đó.")
    if not user.is_active:
        raise WrongState("Tài khoản này không còn được dùng.")
    stand_in = Office.objects.create(
        user=user, unit=office.unit, role=office.role, from_on=from_on, to_on=to_on, substitutes=office
    )
    ledger.record(
        "office.substituted", stand_in, by=by, now=now, unit_id=office.unit_id, office=office.pk, user=user.pk,
        **_days(stand_in),
    )
    return stand_in


@transaction.atomic
def dismiss(*, office: Office, on: date, by: User | None, now: datetime) -> Office:
    """End an office, or what is left of it, on a day; what was done in it stays. Who stands in for it ends with it.

    An office that would end before it has lasted a day, such as one given by mistake this morning, is taken back.
    """
    access.require(by, Verb.ADMINISTER, office.unit, now)
    today = timezone.localdate(now)
    if office.to_on is not None and office.to_on <= today:
        raise WrongState("Vai trò này đã kết thúc.")
    if on < today:
        raise WrongState("Ngày kết thúc không thể ở trước hôm nay.")
    if office.to_on is not None and office.to_on <= on:
        raise WrongState(f"Vai trò này đã có ngày kết thúc {day_short(office.to_on)}; chỉ có thể cho kết thúc sớm hơn.")
    stand_ins = Office.objects.filter(substitutes=office).not_ended(on).select_related("user", "unit")
    for each in [*stand_ins, office]:
        _finish(each, on, by, now)
    return office


def _finish(office: Office, on: date, by: User | None, now: datetime) -> None:
    """End one office, or take it back; the record of the day then still finds for whom its holder stood in."""
    told = {"on": on.isoformat(), "role": office.role}
    if office.from_on < on:
        office.to_on = on
        office.save(update_fields=["to_on"])
        ledger.record("office.ended", office, by=by, now=now, unit_id=office.unit_id, user=office.user_id, **told)
        return
    stood_in_for = str(office.substitutes.user) if office.substitutes else ""
    ledger.record(
        "office.taken_back", office.user, by=by, now=now, unit_id=office.unit_id, office=office.pk,
        from_on=office.from_on.isoformat(), path=office.unit.path, stood_in_for=stood_in_for, **told,
    )
    Office.objects.filter(pk=office.pk).delete()


def _days(office: Office) -> dict[str, str | None]:
    return {"from_on": office.from_on.isoformat(), "to_on": office.to_on.isoformat() if office.to_on else None}

