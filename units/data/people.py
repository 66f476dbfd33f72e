"""Who can be reached where, who holds and held which office at a unit, and in whose stead something was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from units import codes
from units.models import Invitation, LedgerEntry, Office, Unit, User

MOST_ACCOUNTS_TRIED = 5


def holders(today: date, unit_pks: Iterable[int] | None = None) -> dict[int, list[User]]:
    """unit id → the accounts in use that hold a secretary's office there on `today`. One query."""
    offices = Office.objects.on(today).filter(role=Office.Role.SECRETARY, user__is_active=True)
    if unit_pks is not None:
        offices = offices.filter(unit__in=unit_pks)
    found: dict[int, list[User]] = {}
    for office in offices.select_related("user").order_by("pk"):
        found.setdefault(office.unit_id, []).append(office.user)
    return found


def recording_unit(path: str, held: dict[int, list[User]]) -> int | None:
    """The id of the nearest unit, from the end of `path` upwards, with an office holder; None when there is none."""
    for pk in reversed(path.strip("/").split("/")):
        if int(pk) in held:
            return int(pk)
    return None


def known_by_code(text: str, today: date) -> list[User]:
    """The accounts that may sign in by the code of a unit: in use, activated, its secretary's today."""
    number, digits = codes.unit_number(text), codes.organisation_digits(text)
    if number is None and not digits:
        return []
    units = Unit.objects.alive_on(today)
    units = units.filter(pk=number) if number else units.filter(code__in=codes.organisation_forms(digits))
    offices = Office.objects.on(today).filter(unit__in=units, role=Office.Role.SECRETARY, user__is_active=True)
    users = {office.user_id: office.user for office in offices.select_related("user").order_by("pk")}
    return [user for user in users.values() if user.has_usable_password()][:MOST_ACCOUNTS_TRIED]


# ---- the people of one unit ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """One office with its account: can it be signed in to, and if not, how far is that; who stands in when."""

    office: Office
    account: str  # active | invited | expired | uninvited | disabled
    until: datetime | None  # of an open or expired invitation
    stand_ins: list[Office]


@dataclass(frozen=True)
class People:
    """`now_held` on the day; `to_come`; `past`, the latest first. `recording`: who records for a unit without one."""

    now_held: list[Person]
    to_come: list[Person]
    past: list[Office]
    recording: Unit | None
    expected: bool
    reachable: bool

    @property
    def lacking(self) -> bool:
        """Expected to have an account, and nobody is reached: a defect, not a choice."""
        return self.expected and not self.reachable


def account_state(user: User, invitation: Invitation | None, now: datetime) -> str:
    """Of an account and its latest invitation that is neither used nor revoked."""
    if not user.is_active:
        return "disabled"
    if user.has_usable_password():
        return "active"
    if invitation is None:
        return "uninvited"
    return "invited" if invitation.open_at(now) else "expired"


def latest_invitations(users: Iterable[int]) -> dict[int, Invitation]:
    """user id → the latest invitation that is neither used nor revoked. One query."""
    rows = Invitation.objects.unspent().filter(user__in=users).order_by("expires_at", "pk")
    return {row.user_id: row for row in rows}


def people_at(unit: Unit, now: datetime) -> People:
    """Four queries at the most."""
    today = timezone.localdate(now)
    offices = list(unit.offices.select_related("user", "substitutes__user").order_by("from_on", "pk"))
    going_on = [office for office in offices if office.to_on is None or office.to_on > today]
    invitations = latest_invitations({office.user_id for office in going_on})
    stand_ins: dict[int, list[Office]] = {}
    for office in going_on:
        if office.substitutes_id is not None:
            stand_ins.setdefault(office.substitutes_id, []).append(office)

    def person(office: Office) -> Person:
        invitation = invitations.get(office.user_id)
        until = invitation.expires_at if invitation else None
        return Person(office, account_state(office.user, invitation, now), until, stand_ins.get(office.pk, []))

    current = [office for office in going_on if office.from_on <= today]
    secretaries = [o.user for o in current if o.role == Office.Role.SECRETARY and o.user.is_active]
    ended = unit.closed_on is not None and unit.closed_on <= today
    return People(
        [person(office) for office in current], [person(office) for office in going_on if office.from_on > today],
        sorted((o for o in offices if o not in going_on), key=lambda o: (o.to_on, o.pk), reverse=True),
        None if secretaries or ended else _recording_unit(unit, today),
        unit.kind in Unit.EXPECTED_ACCOUNT_KINDS and not ended,
        any(user.has_usable_password() for user in secretaries),
    )


def _recording_unit(unit: Unit, today: date) -> Unit | None:
    above = [int(pk) for pk in unit.path.strip("/").split("/")]
    nearest = recording_unit(unit.path, holders(today, above))
    return Unit.objects.get(pk=nearest) if nearest else None


# ---- in whose stead --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """That an account did something for a unit at a moment; no user: the installation itself."""

    user: User | None
    unit: Unit
    at: datetime | None


def acting_as(acts: Sequence[Act]) -> list[str]:
    """For each act who it was, by the titles of that day: "Văn thư Xã A (thay Bí thư Xã A)". Two queries.

    The nearest of the offices that were held on the day, at the unit or above it, is the one that was acted in; a unit
    that has been moved since may have none, and then whom its holder stood in for is told. A title is that of the day
    even where the account has passed to another holder since.
    """
    users = {act.user.pk for act in acts if act.user}
    if not users:
        return ["" for _ in acts]
    offices: dict[int, list[Office]] = {}
    held = Office.objects.filter(user__in=users).select_related("unit", "substitutes__user")
    for office in held:
        offices.setdefault(office.user_id, []).append(office)
    people = users | {office.substitutes.user_id for office in held if office.substitutes}
    told: dict[int, list[LedgerEntry]] = {}
    events = ("account.handed_over", "office.taken_back")
    for line in LedgerEntry.objects.filter(subject="user", subject_id__in=people, event__in=events).order_by("pk"):
        told.setdefault(line.subject_id, []).append(line)
    return [_named(act, offices, told) for act in acts]


def _named(act: Act, offices: dict[int, list[Office]], told: dict[int, list[LedgerEntry]]) -> str:
    if act.user is None:
        return ""
    label = _label_then(act.user, act.at, told)
    if act.at is None:
        return label
    day = timezone.localdate(act.at)
    held = [o for o in offices.get(act.user.pk, []) if o.from_on <= day and (o.to_on is None or day < o.to_on)]
    near = sorted((o for o in held if o.unit.holds(act.unit)), key=lambda o: (o.unit.depth, o.substitutes is None))
    chosen = near[-1] if near else next((o for o in held if o.substitutes), None)
    if chosen is not None and chosen.substitutes is not None:
        return f"{label} (thay {_label_then(chosen.substitutes.user, act.at, told)})"
    for line in told.get(act.user.pk, []):
        ended = line.event == "office.taken_back" and line.data["stood_in_for"] and line.data["on"] == day.isoformat()
        if ended and act.at <= line.at and act.unit.path.startswith(line.data["path"]):
            return f"{label} (thay {line.data['stood_in_for']})"
    return label


def _label_then(user: User, at: datetime | None, told: dict[int, list[LedgerEntry]]) -> str:
    """The account's title at a moment: that before the first hand-over after it."""
    later = (line for line in told.get(user.pk, []) if line.event == "account.handed_over" and at and line.at > at)
    first = next(later, None)
    return str(first.data["old_label"]) if first else str(user)
