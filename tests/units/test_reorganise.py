"""Reorganisations in any order, dated back and ahead: the tree of every day is what a naive replay makes of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directives.models import Assignment, Rollout
from portal.verify import verify
from tests.factories import ACT, FOUNDED, NOW, TODAY, at, days, make_rollout, make_tree, rolled_back
from tests.units.replay import NEW, Pair, Said, World, holds, lives
from units.actions import reorganise
from units.actions.carry_out import Paper, WrongState, apply_due
from units.models import Change, LedgerEntry, Reorganisation, Succession, Unit, UnitState
from units.vietnamese import fold

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"by": None, "now": NOW}
AHEAD = (1, 5, 20)
NAMES = ("Đảng bộ Long Hòa", "Đảng bộ Long Hóa", "Đảng ủy Xã A1", "Chi bộ ấp Thạnh", "Huyện A")
KINDS = ("committee", "grassroots", "section", "cell", "party_group")
ACTS = ("found", "rename", "change_kind", "move", "merge", "absorb", "split", "end")
TREE = """
province Tỉnh
  committee Huyện A
    grassroots Xã A1
      cell A1.1
      cell A1.2
    grassroots Xã A2
      cell A2.1
  committee Huyện B
    grassroots Xã B1
      cell B1.1
    grassroots_cell B2
  party_group Đảng đoàn C
"""


@dataclass(frozen=True)
class Act:
    """One decision; the units are places in the list of all units there have been, or of those that would fit."""

    kind: str
    unit: int
    other: int
    third: int
    name: str
    new_kind: str
    day: int
    flag: bool
    fits: bool


an_act = st.builds(
    Act, kind=st.sampled_from(ACTS), unit=st.integers(0, 40), other=st.integers(0, 40), third=st.integers(0, 40),
    name=st.sampled_from(NAMES), new_kind=st.sampled_from(KINDS),
    day=st.sampled_from([-2500, -30, -30, -10, -10, 0, 0, 0, 0, 1, 5, 5, 20]), flag=st.booleans(),
    fits=st.sampled_from([True, True, True, False]),
)
acts = st.integers(1, 14).flatmap(lambda size: st.lists(an_act, min_size=size, max_size=size))


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    ours = ("units", "directives", "outbox", "reports")
    models = [model for app in ours for model in apps.get_app_config(app).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


class Played:
    """A portal and the tests' own account of it, side by side."""

    def __init__(self) -> None:
        units = make_tree(TREE)
        self.root = units["Tỉnh"]
        self.world = World([
            (FOUNDED, unit.pk, {"name": unit.name, "kind": unit.kind, "parent": unit.parent_id})
            for unit in units.values()
        ])
        self.units = [unit.pk for unit in units.values()]
        self.outcomes: Counter[str] = Counter()

    def play(self, act: Act) -> None:
        """Carry it out, or see it refused without a trace; either as the tests' own account says."""
        on = days(act.day)
        act, unit, other, third = self.chosen(act, on)
        said, pairs = self.meant(act, on, unit, other, third)
        right = holds(self.world.said + said, pairs)
        before = None if right else dump()
        try:
            decision = self.carry_out(act, on, unit, other, third)
        except WrongState:
            assert not right, act
            assert dump() == before
            self.outcomes["refused"] += 1
            return
        assert right, act
        self.outcomes[act.kind] += 1
        self.outcomes["back" if act.day < 0 else "ahead" if act.day else "today"] += 1
        founded = Change.objects.filter(reorganisation=decision, founds=True).order_by("pk")
        keys = {NEW - place: pk for place, pk in enumerate(founded.values_list("unit", flat=True))}
        self.units += keys.values()
        for day, key, what in said:
            above = {"parent": keys.get(what["parent"], what["parent"])} if "parent" in what else {}
            self.world.said.append((day, keys.get(key, key), what | above))
        self.world.pairs += [(day, keys.get(old, old), keys.get(new, new)) for day, old, new in pairs]

    def chosen(self, act: Act, on: date) -> tuple[Act, int, int, int]:
        """Any units; or two of one kind that are there on the day, and the superior of the first."""
        units = self.world.on(on)
        there = sorted(unit for unit, what in units.items() if what["parent"] is not None)
        if not act.fits or not there:
            unit, other, third = (self.units[place % len(self.units)] for place in (act.unit, act.other, act.third))
            return act, unit, other, third
        unit = there[act.unit % len(there)]
        alike = [each for each in there if units[each]["kind"] == units[unit]["kind"] and each != unit] or [unit]
        other = alike[act.other % len(alike)]
        above = {"move": units[other]["parent"]}.get(act.kind, other)
        act = replace(act, new_kind=act.new_kind if act.kind == "change_kind" else units[unit]["kind"])
        return act, units[unit]["parent"] if act.kind == "found" else unit, above, (
            unit if act.kind == "absorb" else units[unit]["parent"])

    def meant(self, act: Act, on: date, unit: int, other: int, third: int) -> tuple[list[Said], list[Pair]]:
        """The decision in plain statements."""
        new = {"name": act.name, "kind": act.new_kind}
        if act.kind == "found":
            return [(on, NEW, new | {"parent": unit})], []
        if act.kind in ("rename", "change_kind"):
            field = "name" if act.kind == "rename" else "kind"
            return [(on, unit, {field: new[field]})], []
        if act.kind == "move":
            return [(on, unit, {"parent": other})], []
        if act.kind == "merge":
            old = list(dict.fromkeys((unit, other)))
            said: list[Said] = [(on, NEW, new | {"parent": third})]
            return said + self.world.ending(on, dict.fromkeys(old, NEW)), [(on, each, NEW) for each in old]
        if act.kind == "absorb":
            old = list(dict.fromkeys((unit, third)))
            return self.world.ending(on, dict.fromkeys(old, other)), [(on, each, other) for each in old]
        if act.kind == "split":
            said = [(on, NEW, new | {"parent": third}), (on, NEW - 1, new | {"name": "Phần hai", "parent": third})]
            taken: list[Said] = [(on, each, {"parent": NEW - 1}) for each in self.taken(unit, on)]
            left = [] if act.flag else [
                each for each in self.world.ending(on, {unit: NEW}) if each[1] not in self.taken(unit, on)
            ]
            return said + taken + left, [(on, unit, NEW), (on, unit, NEW - 1)]
        return (self.world.ending(on, {unit: other}) if act.flag else self.world.with_all_below(unit, on)), []

    def taken(self, unit: int, on: date) -> list[int]:
        """The subordinates that the second part of a split takes: every other one."""
        return self.world.below(unit, on)[::2]

    def carry_out(self, act: Act, on: date, unit: int, other: int, third: int) -> Reorganisation:
        a, b, c = (Unit.objects.get(pk=pk) for pk in (unit, other, third))
        told: dict[str, Any] = PLAIN | {"paper": Paper(on, "01-QĐ/TU")}
        if act.kind == "found":
            new = reorganise.found(name=act.name, kind=act.new_kind, parent=a, **told)
            return Reorganisation.objects.get(changes__unit=new)
        calls: dict[str, Any] = {
            "rename": {"unit": a, "name": act.name}, "change_kind": {"unit": a, "kind": act.new_kind},
            "move": {"unit": a, "parent": b}, "end": {"unit": a, "heir": b if act.flag else None},
            "merge": {"predecessors": [a, b], "name": act.name, "kind": act.new_kind, "parent": c},
            "absorb": {"predecessors": [a, c], "successor": b},
            "split": {
                "unit": a, "parts": [(act.name, act.new_kind, c), ("Phần hai", act.new_kind, c)],
                "takes": dict.fromkeys(self.taken(unit, on), 1), "goes_on": act.flag,
            },
        }
        decision: Reorganisation = getattr(reorganise, act.kind)(**calls[act.kind], **told)
        return decision

    # ---- what must hold ----------------------------------------------------------------------------------

    def check_every_day(self) -> None:
        """The stored states, the recorded changes replayed, and the tests' own account agree on every day."""
        for day in self.world.days():
            stored = {
                row.pop("unit"): row for row in UnitState.objects.on(day).values(
                    "unit", "name", "kind", "parent", "sort_order", "code")
            }
            assert stored == replayed(day), day
            plain = {pk: {name: row[name] for name in ("name", "kind", "parent")} for pk, row in stored.items()}
            assert plain == self.world.on(day), day
            for row in plain.values():
                assert row["parent"] is None or row["parent"] in plain
        for pk in self.units:
            states = list(UnitState.objects.filter(unit=pk).order_by("from_on").values_list("from_on", "to_on"))
            assert all(earlier[1] == later[0] for earlier, later in pairwise(states)), states
            assert all(to is not None for _, to in states[:-1])

    def check_today(self, today: date) -> None:
        """Each unit's own columns, its path and the words it is found by."""
        life = lives(self.world.said)
        assert life is not None
        units = Unit.objects.in_bulk()
        assert set(units) == set(life)
        for pk, unit in units.items():
            last = self.world.last_seen(pk, today)
            assert {"name": unit.name, "kind": unit.kind, "parent": unit.parent_id} == last, pk
            assert (unit.opened_on, unit.closed_on) == life[pk]
            above: list[int] = []
            step: int | None = pk
            while step is not None:
                above.insert(0, step)
                step = units[step].parent_id
            assert unit.path == "/" + "".join(f"{each}/" for each in above)
            for name in self.world.names(pk):
                assert fold(name) in unit.search_text, (name, unit.search_text)
        assert [str(finding) for finding in verify(at(today))] == []


def replayed(day: date) -> dict[int, dict[str, Any]]:
    """The tree of a day from the recorded changes alone, walked in order of their day and then as recorded."""
    found: dict[int, dict[str, Any]] = {}
    changes = list(Change.objects.order_by("pk").values(
        "reorganisation__effective_on", "unit", "founds", "ends", "name", "kind", "parent", "sort_order", "code"
    ))
    changes.sort(key=lambda change: change["reorganisation__effective_on"])
    for change in changes:
        if change["reorganisation__effective_on"] > day:
            break
        if change["ends"]:
            del found[change["unit"]]
            continue
        if change["founds"]:
            found[change["unit"]] = {"name": "", "kind": "", "parent": None, "sort_order": 0, "code": ""}
        for name in ("name", "kind", "parent", "sort_order", "code"):
            if change[name] not in (None, ""):
                found[change["unit"]][name] = change[name]
    return found


def lines(rollout: Rollout) -> list[dict[str, Any]]:
    return list(Assignment.objects.filter(rollout=rollout).order_by("position").values())


def play_through(played: Played, random: Sequence[Act]) -> None:
    rollout, frozen = None, []
    for place, act in enumerate(random):
        if place == len(random) // 2:
            rollout = make_rollout(played.root, audience=dict.fromkeys(Unit.Kind.values, ACT))
            frozen = lines(rollout)
        played.play(act)
    played.check_every_day()
    for day in (TODAY, *map(days, AHEAD)):
        apply_due(by=None, now=at(day))
        told = LedgerEntry.objects.count()
        assert (apply_due(by=None, now=at(day)), LedgerEntry.objects.count()) == (0, told)
        played.check_today(day)
    played.check_every_day()
    assert rollout is not None
    assert lines(rollout) == frozen
    pairs = Succession.objects.values_list("reorganisation__effective_on", "predecessor", "successor")
    assert set(pairs) == set(played.world.pairs)


@given(random=acts)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_decisions_gives_the_tree_that_a_naive_replay_gives(random: list[Act]) -> None:
    with rolled_back():
        play_through(Played(), random)
