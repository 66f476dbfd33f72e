"""How far the units that are expected to have an account have come, counted and by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Value, When
from django.utils import timezone

from units import codes
from units.data.outlook import AT_ONCE
from units.data.people import account_state, latest_invitations
from units.models import Office, Unit
from units.models.office import OfficeQuerySet
from units.models.unit import UnitQuerySet
from units.vietnamese import day_short, moment_short

NONE, UNINVITED, INVITED, ACTIVE = 0, 1, 2, 3
# The parts of the page, in its order: what stands in the address, and on the screen.
STATES = {
    "chua-co": (NONE, "Chưa có tài khoản"), "chua-moi": (UNINVITED, "Chưa được mời hoặc lời mời hết hạn"),
    "da-moi": (INVITED, "Đã mời, còn hạn"), "xong": (ACTIVE, "Đã kích hoạt"),
}
NAMES = dict(STATES.values())
ACCOUNTS = {"active": "đã kích hoạt", "invited": "đã mời", "expired": "lời mời hết hạn", "uninvited": "chưa được mời"}
HEADINGS = (
    "Tình trạng", "Loại tổ chức", "Tên tổ chức", "Trực thuộc", "Mã trên cổng", "Mã tổ chức đảng", "Chức danh",
    "Tên đăng nhập", "Thư điện tử", "Lời mời còn hạn đến",
)
WIDTHS = (24, 24, 40, 36, 14, 22, 36, 20, 14, 18)


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; empty: everything. `state` "" leaves out who is ready."""

    kind: str = ""
    state: str = ""
    mail: str = ""


@dataclass(frozen=True)
class KindTally:
    """How many of a kind are ready, and how many there are."""

    kind: str
    label: str
    ready: int
    total: int


@dataclass(frozen=True)
class Tally:
    """The numbers above the list: ready of all, by kind, by state."""

    ready: int
    total: int
    kinds: list[KindTally]
    states: dict[int, int]


@dataclass(frozen=True)
class Account:
    office: Office
    state: str
    until: datetime | None

    @property
    def told(self) -> str:
        until = self.until and timezone.localtime(self.until)
        if self.state == "invited" and until:
            return f"đã mời, còn hạn đến {moment_short(until)}"
        if self.state == "expired" and until:
            return f"lời mời hết hạn {day_short(until)}"
        return ACCOUNTS[self.state]


@dataclass(frozen=True)
class Row:
    unit: Unit
    state: int
    accounts: list[Account] = field(default_factory=list)

    @property
    def state_name(self) -> str:
        return NAMES[self.state]


def _held(today: date) -> OfficeQuerySet:
    return Office.objects.on(today).filter(role=Office.Role.SECRETARY, user__is_active=True)


def expected(reach: UnitQuerySet, now: datetime) -> QuerySet[Any]:
    """The living units that should have an account, each with how far it is (`ready_state`) and has an address."""
    today = timezone.localdate(now)
    held = _held(today).filter(unit=OuterRef("pk"))
    ready = held.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    invited = held.filter(
        user__invitations__used_at__isnull=True, user__invitations__revoked_at__isnull=True,
        user__invitations__expires_at__gt=now,
    )
    state = Case(
        When(Exists(ready), then=Value(ACTIVE)), When(Exists(invited), then=Value(INVITED)),
        When(Exists(held), then=Value(UNINVITED)), default=Value(NONE), output_field=IntegerField(),
    )
    units = reach.alive_on(today).filter(kind__in=Unit.EXPECTED_ACCOUNT_KINDS)
    return units.annotate(ready_state=state, has_mail=Exists(held.exclude(user__email="")))


def tally(reach: UnitQuerySet, now: datetime) -> Tally:
    """One query."""
    rows = expected(reach, now).order_by().values_list("kind", "ready_state").annotate(Count("pk"))
    states, totals, ready = dict.fromkeys(NAMES, 0), dict[str, int](), dict[str, int]()
    for kind, state, count in rows:
        states[state] += count
        totals[kind] = totals.get(kind, 0) + count
        ready[kind] = ready.get(kind, 0) + (count if state == ACTIVE else 0)
    kinds = [
        KindTally(str(kind), str(kind.label), ready[kind], totals[kind])
        for kind in Unit.EXPECTED_ACCOUNT_KINDS if kind in totals
    ]
    return Tally(states[ACTIVE], sum(states.values()), kinds, states)


def listed(reach: UnitQuerySet, asked: Asked, now: datetime) -> QuerySet[Any]:
    """The units asked for, in the order of the page: by state, then as the tree is."""
    units = expected(reach, now)
    if asked.state in STATES:
        units = units.filter(ready_state=STATES[asked.state][0])
    else:
        units = units.exclude(ready_state=ACTIVE)
    if asked.kind:
        units = units.filter(kind=asked.kind)
    if asked.mail:
        units = units.filter(has_mail=asked.mail == "co").exclude(ready_state=NONE)
    return units.select_related("parent").order_by("ready_state", "path")


def all_rows(units: QuerySet[Any], now: datetime) -> list[Row]:
    """Every unit of a list, for export."""
    found = list(units)
    return [row for at in range(0, len(found), AT_ONCE) for row in rows(found[at : at + AT_ONCE], now)]


def rows(units: Sequence[Any], now: datetime) -> list[Row]:
    """With their accounts: two queries for all."""
    held = _held(timezone.localdate(now)).filter(unit__in=[unit.pk for unit in units]).select_related("user", "unit")
    offices: dict[int, dict[int, Office]] = {}
    for office in held.order_by("pk"):
        offices.setdefault(office.unit_id, {}).setdefault(office.user_id, office)
    invitations = latest_invitations({user for found in offices.values() for user in found})
    return [
        Row(unit, unit.ready_state, [
            Account(office, account_state(office.user, invitation := invitations.get(office.user_id), now),
                    invitation.expires_at if invitation else None)
            for office in offices.get(unit.pk, {}).values()
        ])
        for unit in units
    ]


def lines(found: Iterable[Row]) -> list[list[str]]:
    """The list for a spreadsheet: one line an account, one for a unit without any. Addresses stay here."""
    told = []
    for row in found:
        unit = row.unit
        about = [row.state_name, unit.get_kind_display(), unit.name, unit.parent.name if unit.parent else "",
                 codes.portal_code(unit.pk), unit.code]
        told += [
            [*about, account.office.user.label, account.office.user.username,
             "có" if account.office.user.email else "chưa có",
             moment_short(timezone.localtime(account.until)) if account.until and account.state == "invited" else ""]
            for account in row.accounts
        ] or [[*about, "", "", "", ""]]
    return told
