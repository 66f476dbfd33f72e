"""The made-up provinces in three sizes, as a plan: who stands under whom, in the official order. No database here.

Cells are counted as the figures count them, by Unit.CELL_KINDS: size S has 3,000 of them, of which 270 are
chi bộ cơ sở (which also are among its 700 grassroots organisations) and 2,730 stand under a đảng bộ cơ sở.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from portal.demo import names
from portal.demo.people import CELLS_OF_CLERK, CLERKS_COMMITTEE, CLERKS_UNIT, PROVINCE
from units.actions.reorganise import Founding
from units.models import Unit

Kind = Unit.Kind


@dataclass(frozen=True)
class Size:
    """Counts of one province, times `provinces`. `bases` are đảng bộ cơ sở, `grassroots` also counts chi bộ cơ sở."""

    towns: int
    districts: int
    communes: int
    corps: tuple[str, ...]
    party_groups: int
    grassroots: int
    bases: int
    cells: int
    directives: int
    provinces: int = 1
    units: int | None = None

    @property
    def committees(self) -> int:
        return self.towns + self.districts + self.communes + len(self.corps)

    def scaled(self, factor: float) -> "Size":
        """The same shape in small, for trying the way of a large size."""
        counts = ("towns", "districts", "communes", "grassroots", "bases", "cells", "directives")
        smaller = {name: round(getattr(self, name) * factor) for name in counts}
        return replace(self, **smaller, units=self.units and round(self.units * factor))


_CORPS = (
    "Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh", "Đảng bộ Quân sự tỉnh", "Đảng bộ Công an tỉnh",
    "Đảng bộ Bộ đội Biên phòng tỉnh",
)
_NEW_CORPS = (
    "Đảng bộ các cơ quan Đảng tỉnh", "Đảng bộ Ủy ban nhân dân tỉnh", "Đảng bộ Quân sự tỉnh", "Đảng bộ Công an tỉnh",
    "Đảng bộ các trường chuyên nghiệp tỉnh",
)
SIZES = {
    # The letter's era: three levels below the province.
    "S": Size(3, 12, 0, _CORPS, 10, grassroots=700, bases=430, cells=3_000, directives=1),
    # One merged province: no district level, the communes' committees stand directly under it.
    "M": Size(0, 0, 102, _NEW_CORPS, 0, grassroots=931, bases=480, cells=4_900, directives=50),
    # The nation: 34 such provinces under one root.
    "L": Size(
        0, 0, 102, _NEW_CORPS, 0, grassroots=1_470, bases=760, cells=8_800, directives=100, provinces=34,
        units=330_000,
    ),
}


class Plan:
    """Foundings in the making; `add` returns the place that subordinates name as theirs."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)  # noqa: S311  # a made-up world, the same for the same seed
        self.places = names.places(self.rng)
        self.foundings: list[Founding] = []
        self._below: dict[int | None, int] = {}

    def add(self, name: str, kind: str, above: int | None) -> int:
        self._below[above] = order = self._below.get(above, 0) + 1
        self.foundings.append(Founding(name=name, kind=kind, above=above, sort_order=order))
        return len(self.foundings) - 1


def foundings(size: Size, seed: int) -> list[Founding]:
    """Every unit of a size, the superior before its subordinates; the same for the same seed."""
    plan = Plan(seed)
    if size.provinces == 1:
        _province(plan, size, PROVINCE, None)
        return plan.foundings
    nation = plan.add("Hệ thống tổ chức đảng (minh họa)", Kind.PROVINCE, None)
    for _ in range(size.provinces):
        _province(plan, size, f"Đảng bộ tỉnh {next(plan.places)}", nation)
    above = [at for at, one in enumerate(plan.foundings) if one.kind == Kind.GRASSROOTS]
    for extra in range((size.units or 0) - len(plan.foundings)):
        plan.add(f"Chi bộ số {extra + 1}", Kind.CELL, above[extra % len(above)])
    return plan.foundings


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts after `weights`; the largest remainders get what is left over."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts


def _province(plan: Plan, size: Size, name: str, above: int | None) -> None:
    province = plan.add(name, Kind.PROVINCE, above)
    committees = [
        (plan.add(full, Kind.COMMITTEE, province), area, weight) for full, area, weight in _committees(plan, size)
    ]
    for group in names.PARTY_GROUPS[: size.party_groups]:
        plan.add(group, Kind.PARTY_GROUP, province)
    for body in names.ADVISORY:
        plan.add(body, Kind.ADVISORY, province)
    weights = [weight for _, _, weight in committees]
    bases = spread(size.bases, weights)
    small = spread(size.grassroots - size.bases, weights)
    grown: list[tuple[int, str]] = []
    for (at, area, _), base_count, small_count in zip(committees, bases, small, strict=True):
        grown += _grassroots(plan, size, at, area, base_count, small_count)
    _cells(plan, grown, size.cells - (size.grassroots - size.bases))


def _committees(plan: Plan, size: Size) -> Iterator[tuple[str, str, float]]:
    """(name, area, weight) in the official order: towns, districts or communes, then those of a corps."""
    for number in range(size.towns):
        word = "thị xã" if number == size.towns - 1 else "thành phố"
        place = next(plan.places)
        yield f"Đảng bộ {word} {place}", f"{word} {place}", 1.2
    for number in range(size.districts):
        name = CLERKS_COMMITTEE if number == 0 else f"Đảng bộ huyện {next(plan.places)}"
        yield name, name.removeprefix("Đảng bộ "), plan.rng.uniform(0.85, 1.15)
    for number in range(size.communes):
        word = "phường" if number % 5 == 0 else "xã"
        place = next(plan.places)
        yield f"Đảng bộ {word} {place}", f"{word} {place}", plan.rng.uniform(0.7, 1.3)
    for name, weight in zip(size.corps, (2.4, 0.8, 0.9, 0.5, 1.0), strict=False):
        yield name, "", weight


def _grassroots(
    plan: Plan, size: Size, committee: int, area: str, base_count: int, small_count: int
) -> Iterator[tuple[int, str]]:
    """The grassroots organisations of one committee; yields (place, kind of area) of those that have cells."""
    for name, ground in _bases(plan, size, plan.foundings[committee].name, area, base_count):
        yield plan.add(f"Đảng bộ {name}", Kind.GRASSROOTS, committee), ground
    usual = tuple(f"{body} {area}" for body in names.SMALL_OFFICES) if area else ()
    small = names.each_then(usual, (f"Trường Trung học phổ thông {place}" for place in plan.places))
    for _ in range(small_count):
        plan.add(f"Chi bộ {next(small)}", Kind.GRASSROOTS_CELL, committee)


def _bases(plan: Plan, size: Size, committee: str, area: str, count: int) -> list[tuple[str, str]]:
    """(name, ground) of a committee's đảng bộ cơ sở: its communes first, then its offices; a corps has bodies only."""
    if not area:
        words = {"Quân sự": "Ban Chỉ huy Quân sự", "Công an": "Công an", "Biên phòng": "Đồn Biên phòng"}
        body = next((long for short, long in words.items() if short in committee), "Công ty")
        return [(f"{body} {next(plan.places)}", "") for _ in range(count)]
    if size.communes:
        offices = tuple(f"{office} {area}" for office in names.OFFICES)
        bodies = names.each_then(offices, (f"Hợp tác xã {place}" for place in plan.places))
        return [(next(bodies), "") for _ in range(count)]
    offices = names.OFFICES[: count * 2 // 5]
    words_of_ground = [_ground(area, number) for number in range(count - len(offices))]
    communes = [(f"{ground} {next(plan.places)}", ground) for ground in words_of_ground]
    if committee == CLERKS_COMMITTEE:
        communes[1] = (CLERKS_UNIT.removeprefix("Đảng bộ "), "xã")
    return communes + [(f"{office} {area}", "") for office in offices]


def _ground(area: str, number: int) -> str:
    if area.startswith("thành phố") or (area.startswith("thị xã") and number < 4):
        return "phường"
    return "thị trấn" if area.startswith("huyện") and number == 0 else "xã"


def _cells(plan: Plan, grown: list[tuple[int, str]], total: int) -> None:
    """Spread the cells over the đảng bộ cơ sở; the demo clerk's unit has its exact number."""
    fixed = [at for at, _ in grown if plan.foundings[at].name == CLERKS_UNIT]
    free = [(at, ground) for at, ground in grown if at not in fixed]
    least = 3 if total >= 4 * len(free) else 0
    weights = [plan.rng.uniform(0.6, 1.4) * (2.0 if ground else 0.8) for _, ground in free]
    counts = spread(total - CELLS_OF_CLERK * len(fixed) - least * len(free), weights)
    numbered = dict(zip((at for at, _ in free), counts, strict=True))
    for at, ground in grown:
        count = CELLS_OF_CLERK if at in fixed else numbered[at] + least
        for name in _cell_names(plan, plan.foundings[at].name.removeprefix("Đảng bộ "), ground, count):
            plan.add(f"Chi bộ {name}", Kind.CELL, at)


def _cell_names(plan: Plan, body: str, ground: str, count: int) -> Iterator[str]:
    if not ground:
        offices = names.each_then(names.CELLS_OF_OFFICE, (f"số {number}" for number in range(1, count + 1)))
        yield from (name for _, name in zip(range(count), offices, strict=False))
        return
    place = body.removeprefix(f"{ground} ")
    shared = names.CELLS_OF_COMMUNE[: count // 2]
    if ground == "xã":
        yield from (f"ấp {next(plan.places)}" for _ in range(count - len(shared)))
    else:
        yield from (f"khu phố {number}" for number in range(1, count - len(shared) + 1))
    yield from (f"{name} {place}" if name.startswith("Trường") else f"{name} {ground}" for name in shared)
