"""How differently the units of the demo carry the letter out. Shares, so that a smaller world has them all too."""

from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from portal.demo.cast import Cast
from portal.demo.people import CLERKS_UNIT
from units.models import Unit


class Manner(Enum):
    PLAIN = auto()  # in time, all cells
    SILENT = auto()  # not even acknowledged
    ENTERED = auto()  # its cells were entered by the committee above ("nhập thay")
    TARDY = auto()  # held in time, recorded too long afterwards ("ghi nhận chậm")
    HALF_LATE = auto()  # the second half of the cells after the date
    PARTLY = auto()  # some cells still open, late
    OWN_ONLY = auto()  # carried on at the unit itself, at no cell yet
    EXTENDED_PAST = auto()  # given more time, done within it
    EXTENDED = auto()  # given more time that still runs
    REFUSED = auto()  # asked for more time in vain
    PENDING = auto()  # asked for more time, not answered yet
    SENT_BACK = auto()  # one cell's record returned for completion
    UNREACHABLE = auto()  # expected to have an account and has none; nothing was heard
    BY_PAPER = auto()  # no account either; the committee above recorded its receipt
    CLERKS = auto()  # the demo's own clerk sits here


# Of 100 đảng bộ cơ sở with an account; the rest are plain. At least two of each.
_SHARES = {
    Manner.SILENT: 1.2, Manner.ENTERED: 2.8, Manner.TARDY: 2.0, Manner.HALF_LATE: 7.0, Manner.PARTLY: 9.5,
    Manner.OWN_ONLY: 1.9, Manner.EXTENDED_PAST: 0.7, Manner.EXTENDED: 0.7, Manner.REFUSED: 0.5, Manner.PENDING: 0.7,
    Manner.SENT_BACK: 1.2,
}


@dataclass(frozen=True)
class Merger:
    """Two units that went into a third: the first with its own line still open, the second with all done."""

    behind: Unit
    done: Unit
    successor: Unit


@dataclass(frozen=True)
class Manners:
    merger: Merger
    of: dict[int, Manner]
    units: dict[Manner, list[Unit]]


def choose(cast: Cast, rng: Random) -> Manners:
    """Which unit behaves how."""
    bases = cast.of_kind(Unit.Kind.GRASSROOTS)
    merger = _merger(cast)
    apart = {merger.behind.pk, merger.done.pk, merger.successor.pk}
    without = [unit for unit in bases if unit.pk not in cast.clerks]
    found: dict[Manner, list[Unit]] = {
        Manner.CLERKS: [unit for unit in bases if unit.name == CLERKS_UNIT],
        Manner.UNREACHABLE: without[: max(1, len(without) // 4)], Manner.BY_PAPER: without[max(1, len(without) // 4) :],
        Manner.PLAIN: [merger.successor],
    }
    usual = [unit for unit in bases if unit.pk in cast.clerks and unit.pk not in apart and unit.name != CLERKS_UNIT]
    rest = [unit for unit in usual if len(cast.cells(unit)) >= 3]
    found[Manner.PLAIN] += [unit for unit in usual if len(cast.cells(unit)) < 3]
    rng.shuffle(rest)
    for manner, share in _SHARES.items():
        count = max(2, round(len(bases) * share / 100))
        found[manner], rest = rest[:count], rest[count:]
    found[Manner.PLAIN] += rest
    return Manners(merger, {unit.pk: manner for manner, units in found.items() for unit in units}, found)


def _merger(cast: Cast) -> Merger:
    """Three neighbouring communes of the last district that has them, the first with an account among them."""
    for committee in reversed(cast.of_kind(Unit.Kind.COMMITTEE)):
        communes = [
            unit
            for unit in cast.below.get(committee.pk, [])
            if unit.kind == Unit.Kind.GRASSROOTS and unit.pk in cast.clerks and unit.name.startswith("Đảng bộ xã ")
            and unit.name != CLERKS_UNIT and len(cast.cells(unit)) >= 4
        ]
        if len(communes) >= 3:
            return Merger(*communes[-3:])
    raise LookupError("no three communes in one district")
