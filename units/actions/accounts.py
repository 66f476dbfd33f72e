"""How an account comes into being, gets its password and passes to the next holder: by invitation only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from units import access, codes, ledger, mail
from units.access import Verb
from units.actions.carry_out import Paper, WrongState
from units.actions.offices import appoint
from units.actions.reorganise import found
from units.models import Invitation, Office, Unit, User

NO_OFFICE = "Tài khoản không còn giữ vai trò nào; hãy giao vai trò trước khi mời."
SPENT = "Mã này đã được dùng, đã hết hạn hoặc đã được thay."
Coded = tuple[Office, str]


@transaction.atomic
def invite(
    *, username: str, label: str, email: str, unit: Unit, role: str, from_on: date, by: User | None, now: datetime
) -> tuple[User, str]:
    """Create a role account with its office; returns it and the one-time code, which is stored only as a hash."""
    access.require(by, Verb.ADMINISTER, unit, now)
    user = User.objects.create_user(username, label=label, email=email, created_at=now)
    appoint(user=user, unit=unit, role=role, from_on=from_on, by=by, now=now)
    return user, renew_invitation(user=user, unit=unit, by=by, now=now)


@transaction.atomic
def renew_invitation(*, user: User, unit: Unit, printed: bool = False, by: User | None, now: datetime) -> str:
    """Make a new one-time code for an account; those before it stop working.

    It goes by mail to an account with an address, unless it is to be printed.
    """
    access.require(by, Verb.ADMINISTER, unit, now)
    access.require_over(by, [user], now)
    if not user.is_active or not _holds_office(user, now):
        raise WrongState(NO_OFFICE)
    (code,) = _codes([user], now)
    invitation = Invitation.objects.get(token_sha256=_hashed(code))
    if user.email and not printed:
        mail.invitation(user, unit.name, code, invitation.expires_at).send()
    ledger.record("account.invited", invitation, by=by, now=now, unit_id=unit.pk, user=user.pk, printed=printed)
    return code


@transaction.atomic
def invite_many(*, offices: Sequence[Office], printed: bool, by: User | None, now: datetime) -> list[Coded]:
    """New codes for the holders of these offices, each account once; mailed, or to be printed. One ledger line."""
    chosen = list({office.user_id: office for office in offices}.values())
    access.require_over(by, [office.user for office in chosen], now)
    today = timezone.localdate(now)
    if not chosen:
        raise WrongState("Chưa chọn tài khoản nào.")
    if any((office.to_on and office.to_on <= today) or not office.user.is_active for office in chosen):
        raise WrongState(NO_OFFICE)
    if not printed and not all(office.user.email for office in chosen):
        raise WrongState("Có tài khoản chưa có thư điện tử; hãy in phiếu cho các tài khoản đó.")
    found_codes = send_codes(offices=chosen, printed=printed, now=now)
    ledger.record(
        "account.invited_many", chosen[0], by=by, now=now, printed=printed,
        accounts=[office.user_id for office in chosen],
    )
    return list(zip(chosen, found_codes, strict=True))


def send_codes(*, offices: Sequence[Office], printed: bool = False, now: datetime) -> list[str]:
    """Codes for these accounts in a few statements, mailed unless printed; whoever calls this has checked."""
    made = _codes([office.user for office in offices], now)
    if not printed:
        until = _expiry(now)
        get_connection().send_messages([
            mail.invitation(office.user, office.unit.name, code, until)
            for office, code in zip(offices, made, strict=True)
        ])
    return made


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.INVITATION_DAYS)


def _codes(users: Sequence[User], now: datetime) -> list[str]:
    """One new code an account; those before are revoked."""
    Invitation.objects.unspent().filter(user__in=users).update(revoked_at=now)
    made = [codes.new_code() for _ in users]
    Invitation.objects.bulk_create(
        (
            Invitation(user=user, token_sha256=_hashed(code), created_at=now, expires_at=_expiry(now))
            for user, code in zip(users, made, strict=True)
        ),
        batch_size=500,
    )
    return made


@transaction.atomic
def revoke_invitation(*, user: User, unit: Unit, by: User | None, now: datetime) -> int:
    """Make the account's codes worth nothing; returns how many there were."""
    access.require(by, Verb.ADMINISTER, unit, now)
    access.require_over(by, [user], now)
    revoked = Invitation.objects.open_at(now).filter(user=user).update(revoked_at=now)
    if not revoked:
        raise WrongState("Không có lời mời nào còn hiệu lực để thu hồi.")
    ledger.record("account.invitation_revoked", user, by=by, now=now, unit_id=unit.pk)
    return revoked


@transaction.atomic
def hand_over_account(
    *, user: User, label: str, email: str, printed: bool = False, by: User | None, now: datetime
) -> str:
    """Pass a role account to the next holder; what was done with it stays with it.

    The password and every way back to it end: sessions (they hold a hash of the password), links to reset it, the
    addresses it was ever known by, invitations. Returns the next holder's code.
    """
    access.require_over(by, [user], now)
    held = Office.objects.not_ended(timezone.localdate(now)).filter(user=user).select_related("unit").order_by("pk")
    office = held.filter(substitutes=None).first() or held.first()
    if office is None or not user.is_active:
        raise WrongState(NO_OFFICE)
    if email and User.objects.exclude(pk=user.pk).filter(email__iexact=email).exists():
        raise WrongState("Địa chỉ thư này đã gắn với một tài khoản khác.")
    before = user.label
    user.label, user.email = label, email.lower()
    user.set_unusable_password()
    user.save(update_fields=["label", "email", "password"])
    EmailAddress.objects.filter(user=user).delete()
    ledger.record(
        "account.handed_over", user, by=by, now=now, unit_id=office.unit_id, old_label=before, new_label=label
    )
    return renew_invitation(user=user, unit=office.unit, printed=printed, by=by, now=now)


def open_invitation(token: str, now: datetime) -> Invitation | None:
    """The invitation that a code or link leads to, while it is open and its account holds an office."""
    invitation = Invitation.objects.open_at(now).select_related("user").filter(token_sha256=_hashed(token)).first()
    if invitation is None or not invitation.user.is_active or not _holds_office(invitation.user, now):
        return None
    return invitation


def _holds_office(user: User, now: datetime) -> bool:
    """Whether the account holds an office today or will."""
    return Office.objects.not_ended(timezone.localdate(now)).filter(user=user).exists()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, password: str, by: User | None, now: datetime) -> User:
    """Set the first password; the code is used up by a conditional update, so two tabs set it once."""
    user = invitation.user
    validate_password(password, user)
    if not _holds_office(user, now) or not Invitation.objects.open_at(now).filter(pk=invitation.pk).update(used_at=now):
        raise WrongState(SPENT)
    user.set_password(password)
    user.save(update_fields=["password"])
    ledger.record("account.activated", user, by=by, now=now)
    return user


@transaction.atomic
def first_administrator(*, unit_name: str, by: User | None, now: datetime, today: date) -> str:
    """On an empty installation: the province, its administrator, and the one-time code. Refused on any other."""
    if User.objects.exists():
        raise WrongState("Cổng đã có tài khoản; quản trị viên hiện có sẽ mời thêm người.")
    root = Unit.objects.filter(parent=None).first() or found(
        name=unit_name, kind=Unit.Kind.PROVINCE, parent=None, paper=Paper(today), by=by, now=now
    )
    _, code = invite(
        username="quan-tri", label="Quản trị cổng", email="", unit=root, role=Office.Role.ADMINISTRATOR, by=by,
        now=now, from_on=today,
    )
    return code


def _hashed(token: str) -> str:
    """Of a code however it was typed; of a longer token, as links made before had, as it is."""
    return sha256((codes.plain(token) or token).encode()).hexdigest()
