"""The made-up province with everybody in office: units, role accounts, and who of them is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password

from portal.demo.people import CLERKS_UNIT, PASSWORD, people
from portal.demo.world import Size, foundings
from units.actions import offices, reorganise
from units.actions.offices import Opening
from units.models import Office, Unit, User

FOUNDED_ON = date(2020, 10, 15)
DOMAIN = "bien-loi.example"
CELLS_WITH_ACCOUNT = 0.15  # of the chi bộ cơ sở
BASES_WITHOUT_ACCOUNT = 0.025  # of the đảng bộ cơ sở, although they are expected to have one
_SHORT = {
    "Đảng bộ huyện ": "Huyện ủy ", "Đảng bộ thành phố ": "Thành ủy ", "Đảng bộ thị xã ": "Thị ủy ",
    "Đảng bộ ": "Đảng ủy ",
}


@dataclass
class Cast:
    """The units in the order they were founded, by kind and by superior; the accounts by their unit."""

    root: Unit
    units: list[Unit]
    offices: list[Office]
    below: dict[int, list[Unit]] = field(default_factory=dict)
    clerks: dict[int, User] = field(default_factory=dict)
    persons: dict[str, User] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units:
            if unit.parent_id is not None:
                self.below.setdefault(unit.parent_id, []).append(unit)
        for office in self.offices:
            if office.role == Office.Role.SECRETARY:
                self.clerks[office.unit_id] = office.user
            self.persons.setdefault(office.role, office.user)

    def of_kind(self, kind: str) -> list[Unit]:
        return [unit for unit in self.units if unit.kind == kind]

    def named(self, name: str) -> Unit:
        return next(unit for unit in self.units if unit.name == name)

    def cells(self, unit: Unit) -> list[Unit]:
        return [one for one in self.below.get(unit.pk, []) if one.is_cell]

    @property
    def board(self) -> User:
        return self.persons[Office.Role.BOARD]


def gather(*, size: Size, seed: int, now: datetime, from_on: date, demo: bool) -> Cast:
    """Found the province and open its accounts; only the demo's persons get a password."""
    founded = reorganise.found_all(foundings=foundings(size, seed), opened_on=FOUNDED_ON, by=None, now=now)
    password = make_password(PASSWORD) if demo else ""
    openings = _persons(founded, password) + _clerks(founded, Random(seed))  # noqa: S311
    held = offices.open_all(openings=openings, from_on=from_on, by=None, now=now)
    return Cast(founded[0], founded, held)


def _persons(founded: Sequence[Unit], password: str) -> list[Opening]:
    by_name = {unit.name: unit for unit in founded}
    return [
        Opening(
            username=one.username, label=one.label, email=f"{one.username}@{DOMAIN}",
            unit=by_name.get(one.unit, founded[0]), role=one.role, password=password,
        )
        for one in people()
    ]


def _clerks(founded: Sequence[Unit], rng: Random) -> list[Opening]:
    """One account for each unit expected to have one; a few bases and the last party group have none."""
    taken = {one.unit for one in people()}
    bases = [unit for unit in founded if unit.kind == Unit.Kind.GRASSROOTS and unit.name != CLERKS_UNIT]
    least = min(len(bases), 3)
    without = {unit.pk for unit in rng.sample(bases, max(least, round(len(bases) * BASES_WITHOUT_ACCOUNT)))}
    groups = [unit for unit in founded if unit.kind == Unit.Kind.PARTY_GROUP]
    without |= {unit.pk for unit in groups[-1:]}
    found: list[Opening] = []
    for unit in founded:
        small = unit.kind == Unit.Kind.GRASSROOTS_CELL and rng.random() < CELLS_WITH_ACCOUNT
        if unit.name not in taken and unit.pk not in without and (small or unit.kind in Unit.EXPECTED_ACCOUNT_KINDS):
            username = f"don-vi-{len(found) + 1:04d}"
            found.append(
                Opening(
                    username=username, label=label_of(unit), email=f"{username}@{DOMAIN}", unit=unit,
                    role=Office.Role.SECRETARY,
                )
            )
    return found


def label_of(unit: Unit) -> str:
    """ "Văn thư Đảng ủy xã …": the office, never a name."""
    for long, short in _SHORT.items():
        if unit.name.startswith(long):
            return f"Văn thư {short}{unit.name.removeprefix(long)}"[:160]
    return f"{'Bí thư' if unit.is_cell else 'Văn thư'} {unit.name}"[:160]
