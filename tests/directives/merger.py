"""A province of the letter's era in the middle of a rollout, and the spreadsheet that makes a merged one of it.

19 committees, 700 grassroots organisations and 10 party groups become 102 communes' committees and 5 of a corps, by
every kind of row: merged, absorbed, split, parted, moved, renamed, founded, ended.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from directives.actions import acknowledge, disseminate
from directives.actions.disseminate import Held
from directives.models import Assignment, Rollout
from portal.demo.world import SIZES, foundings
from reports import actions as reports
from reports.actions import SECTIONS
from reports.data import paper
from reports.models import Report
from tests.factories import FOUNDED, at, days, line_of, make_office, make_rollout
from units.actions.reorganise import found_all
from units.data import decision_list
from units.models import Unit, User
from units.sheets import reader, writer
from units.sheets.table import Table

COMMUNES = 102
CORPS = (
    "Đảng bộ các cơ quan Đảng tỉnh", "Đảng bộ Ủy ban nhân dân tỉnh", "Đảng bộ Quân sự tỉnh", "Đảng bộ Công an tỉnh",
    "Đảng bộ các trường chuyên nghiệp tỉnh",
)
ISSUED, ACTED, FROZEN = days(-20), days(-12), days(-6)
Line = dict[str, Any]


@dataclass
class Before:
    """The province with its rollout and its issued report, before anything is merged."""

    root: Unit
    units: list[Unit]
    rollout: Rollout
    report: Report
    pdf: bytes
    administrator: User
    board: User

    def of_kind(self, kind: str) -> list[Unit]:
        return [unit for unit in self.units if unit.kind == kind]


def province(seed: int) -> Before:
    units = found_all(foundings=foundings(SIZES["S"], seed), opened_on=FOUNDED, by=None, now=at(FOUNDED))
    root = units[0]
    board, administrator = make_office(root, "board"), make_office(root, "administrator")
    rollout = make_rollout(root, now=at(ISSUED))
    _act(units, rollout, board, Random(seed))
    report, pdf = _reported(root, rollout, board)
    return Before(root, units, rollout, report, pdf, administrator, board)


def _act(units: list[Unit], rollout: Rollout, board: User, random: Random) -> None:
    """Some receive it, some carry it on, some are received for from outside, most have done nothing."""
    below = defaultdict(list)
    for unit in units:
        below[unit.parent_id].append(unit)
    for unit in random.sample([unit for unit in units if unit.kind == "grassroots"], 40):
        clerk = make_office(unit)
        line = line_of(rollout, unit)
        acknowledge.acknowledge(assignment=line, by=clerk, now=at(ACTED))
        done = [line, *(line_of(rollout, cell) for cell in below[unit.pk] if random.random() < 0.5)]
        disseminate.record(unit=unit, held=Held(on=ACTED), assignments=done, by=clerk, now=at(ACTED))
    for unit in random.sample([unit for unit in units if unit.kind in ("committee", "party_group")], 8):
        acknowledge.record_outside(
            assignment=line_of(rollout, unit), on=ACTED, channel="paper", by=board, now=at(ACTED)
        )


def _reported(root: Unit, rollout: Rollout, board: User) -> tuple[Report, bytes]:
    head, registry = make_office(root, "head"), make_office(root, "registry")
    period = reports.add_period(
        kind="month", label="tháng 9/2026", start_on=days(-40), end_on=FROZEN, cut_off_at=at(FROZEN, 17),
        submit_by=days(-4), rollout=rollout, by=board, now=at(ACTED),
    )
    told: dict[str, Any] = {"by": board, "now": at(FROZEN, 17)}
    report = reports.freeze(report=reports.draft(period=period, rollout=rollout, **told), **told)
    report = reports.write(
        report=report, narrative=dict.fromkeys(SECTIONS, "Đã viết."), signer_deputy=True, signer_name="",
        version=report.version, **told,
    )
    report = reports.check(report=report, by=head, now=at(FROZEN, 18))
    pdf = paper.drawn(report, number=45, issued_on=days(-5), demo=False)
    return reports.issue(report=report, number=45, issued_on=days(-5), pdf=pdf, by=registry, now=at(days(-5))), pdf


# ---- the spreadsheet -------------------------------------------------------------------------------------


class Sheet:
    """Its rows in the making; a unit is named by its number."""

    def __init__(self, before: Before, seed: int) -> None:
        self.random = Random(seed)
        self.rows: list[list[str]] = []
        self.below: dict[int | None, list[Unit]] = defaultdict(list)
        for unit in before.units:
            self.below[unit.parent_id].append(unit)
        self.root = before.root
        self.communes = [f"Đảng bộ xã Hợp Nhất {number}" for number in range(1, COMMUNES + 1)]
        areas = [unit for unit in self.below[self.root.pk] if unit.kind == "committee"]
        self.corps = {unit.name: unit for unit in areas if unit.name.endswith(" tỉnh")}
        self.areas = [unit for unit in areas if unit.name not in self.corps]

    def say(self, act: str, unit: Unit | None, new: str = "", kind: str = "", to: str = "") -> None:
        own, name = (f"DV-{unit.pk}", unit.name) if unit else ("", "")
        self.rows.append([act, own, name, "", new, kind, to, ""])

    def read(self) -> Table:
        self._communes()
        self._districts()
        self._corps()
        for group in (unit for unit in self.below[self.root.pk] if unit.kind == "party_group"):
            self.say("Kết thúc", group)
        self.random.shuffle(self.rows)  # a decision does not hang on the order of its rows
        data = writer.xlsx([column.heading for column in decision_list.COLUMNS], self.rows, sheet="Sắp xếp")
        return reader.read(data, "sap-xep.xlsx", decision_list.COLUMNS)

    def _communes(self) -> None:
        bases = [unit for area in self.areas for unit in self.below[area.pk] if unit.kind == "grassroots"]
        sizes = [3] * COMMUNES
        while sum(sizes) < len(bases):
            place = self.random.randrange(COMMUNES)
            sizes[place] += sizes[place] < 7
        taken = iter(bases)
        for commune, size in zip(self.communes, sizes, strict=True):
            merged = [next(taken) for _ in range(min(size, 7))]
            for unit in merged:
                self.say("Hợp nhất", unit, commune, "Cấp ủy trực thuộc Tỉnh ủy", self.root.name)
            first, second = self.below[merged[0].pk][:2]
            for cell in (first, second):
                self.say("Hợp nhất", cell, f"Chi bộ ghép {commune}", "Chi bộ", commune)
        small = [unit for area in self.areas for unit in self.below[area.pk] if unit.kind == "grassroots_cell"]
        for place, unit in enumerate(small):
            commune = self.random.choice(self.communes)
            if place % 2:
                self.say("Chuyển", unit, "", "Chi bộ", commune)
            else:
                self.say("Sáp nhập", unit, commune)

    def _districts(self) -> None:
        for place, area in enumerate(self.areas):
            if place < 3:
                for commune in self.communes[place * 2 : place * 2 + 2]:
                    self.say("Chia tách", area, commune, "Cấp ủy trực thuộc Tỉnh ủy", self.root.name)
            else:
                self.say("Kết thúc", area)

    def _corps(self) -> None:
        kind = "Cấp ủy trực thuộc Tỉnh ủy"
        offices, army, _, border = self.corps.values()
        bases = self.below[offices.pk]
        for name in CORPS[:2]:
            self.say("Chia tách", offices, name, kind, self.root.name)
        self.say("Thành lập", None, CORPS[4], kind, self.root.name)
        for unit in bases[::3]:
            self.say("Chuyển", unit, "", "", CORPS[1])
        for unit in bases[1::3]:
            self.say("Chuyển", unit, "", "", CORPS[4])
        self.say("Sáp nhập", border, army.name)


def naive_waiting(rollout: Rollout, today: date) -> set[int]:
    """The lines that owe something and whose unit is no more, looked at one by one."""
    closed = {unit.pk: unit.closed_on for unit in Unit.objects.all()}
    found = set()
    for line in Assignment.objects.filter(rollout=rollout, role="act", closed_reason=""):
        owes = (line.acknowledge_by and not line.acknowledged_on) or (line.disseminate_by and not line.disseminated_on)
        ended = closed[line.answering_unit_id]
        if owes and ended is not None and ended <= today:
            found.add(line.pk)
    return found


def frozen_lines(rollout: Rollout) -> list[Line]:
    return list(Assignment.objects.filter(rollout=rollout).order_by("position").values())


