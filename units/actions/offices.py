"""Who holds which office, and how an account comes into being: by invitation only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from units import access, ledger
from units.access import Verb
from units.actions.carry_out import Paper, WrongState
from units.actions.reorganise import found
from units.models import Invitation, Office, Unit, User


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
    users = [
        User(
            username=each.username, label=each.label, email=each.email.lower(), created_at=now,
            password=each.password or make_password(None),
        )
        for each in openings
    ]
    User.objects.bulk_create(users, batch_size=500)
    offices = [
        Office(user=user, unit=each.unit, role=each.role, from_on=from_on)
        for user, each in zip(users, openings, strict=True)
    ]
    Office.objects.bulk_create(offices, batch_size=500)
    ledger.record("office.opened_all", offices[0], by=by, now=now, accounts=len(offices))
    return offices


@transaction.atomic
def appoint(
    *, user: User, unit: Unit, role: str, from_on: date, by: User | None, now: datetime, to_on: date | None = None
) -> Office:
    """Give `user` an office at `unit` from a day on."""
    access.require(by, Verb.ADMINISTER, unit, now)
    if Office.objects.filter(user=user, unit=unit, role=role, to_on=None).exists():
        raise WrongState("Tài khoản này đang giữ vai trò đó tại đơn vị.")
    office = Office.objects.create(user=user, unit=unit, role=role, from_on=from_on, to_on=to_on)
    ledger.record("office.appointed", office, by=by, now=now, unit_id=unit.pk, role=role, user=user.pk)
    return office


@transaction.atomic
def dismiss(*, office: Office, on: date, by: User | None, now: datetime) -> Office:
    """End an office on a day; what was done in it stays."""
    access.require(by, Verb.ADMINISTER, office.unit, now)
    if office.to_on is not None:
        raise WrongState("Vai trò này đã kết thúc.")
    if on <= office.from_on:
        raise WrongState("Ngày kết thúc phải sau ngày bắt đầu.")
    office.to_on = on
    office.save(update_fields=["to_on"])
    ledger.record("office.ended", office, by=by, now=now, unit_id=office.unit_id, on=on.isoformat())
    return office


@transaction.atomic
def invite(
    *, username: str, label: str, email: str, unit: Unit, role: str, by: User | None, now: datetime, from_on: date
) -> tuple[User, str]:
    """Create a role account with its office; returns it and the one-time token, which is stored only as a hash."""
    access.require(by, Verb.ADMINISTER, unit, now)
    user = User.objects.create_user(username, label=label, email=email, created_at=now)
    appoint(user=user, unit=unit, role=role, from_on=from_on, by=by, now=now)
    return user, renew_invitation(user=user, unit=unit, by=by, now=now)


@transaction.atomic
def renew_invitation(*, user: User, unit: Unit, by: User | None, now: datetime) -> str:
    """Make a new one-time link for an account; the links before it stop working."""
    access.require(by, Verb.ADMINISTER, unit, now)
    Invitation.objects.filter(user=user, used_at=None).delete()
    token = token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user, token_sha256=_hashed(token), created_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    ledger.record("account.invited", invitation, by=by, now=now, unit_id=unit.pk, user=user.pk)
    return token


def open_invitation(token: str, now: datetime) -> Invitation | None:
    """The invitation a link leads to, while it is neither used nor expired."""
    found_one = Invitation.objects.select_related("user").filter(token_sha256=_hashed(token)).first()
    return found_one if found_one and found_one.open_at(now) else None


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, by: User | None, now: datetime) -> User:
    """Set the first password; the link is used up by a conditional update, so two tabs set it once."""
    user = invitation.user
    validate_password(password, user)
    taken = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    if not taken:
        raise WrongState("Đường dẫn này đã được dùng hoặc đã hết hạn.")
    user.set_password(password)
    user.save(update_fields=["password"])
    ledger.record("account.activated", user, by=by, now=now)
    return user


@transaction.atomic
def first_administrator(*, unit_name: str, by: User | None, now: datetime, today: date) -> str:
    """On an empty installation: the province, its administrator, and the one-time token. Refused on any other."""
    if User.objects.exists():
        raise WrongState("Cổng đã có tài khoản; quản trị viên hiện có sẽ mời thêm người.")
    root = Unit.objects.filter(parent=None).first() or found(
        name=unit_name, kind=Unit.Kind.PROVINCE, parent=None, paper=Paper(today), by=by, now=now
    )
    _, token = invite(
        username="quan-tri", label="Quản trị cổng", email="", unit=root, role=Office.Role.ADMINISTRATOR, by=by,
        now=now, from_on=today,
    )
    return token


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
