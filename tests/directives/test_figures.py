"""The roll-up equals a recount by hand, over random trees, at every line, in one query."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directives.actions import handover
from directives.data import figures
from directives.data.figures import Tally
from directives.models import Assignment, Document, Rollout
from tests.factories import FOUNDED, NOW, TODAY, at, days, line_of, make_rollout, make_tree, make_user, rolled_back
from tests.recount import Row, recount, subtree
from units.actions.carry_out import Paper
from units.actions.reorganise import absorb
from units.models import Unit, User

pytestmark = pytest.mark.django_db
offset = st.integers(-3, 3)
KINDS = [kind for kind in Unit.Kind.values if kind != Unit.Kind.PROVINCE]


@dataclass(frozen=True)
class Spec:
    """One random line: where it hangs, then and today, what it owes and what it did; days count from TODAY."""

    above: int
    above_today: int
    answers: int | None
    kind: str
    role: str
    acknowledge: int | None
    acknowledged: int | None
    outside: bool
    disseminate: int | None
    extension: int | None
    disseminated: int | None
    closed: bool
    ends: int | None = None  # the day the unit ends


a_spec = st.builds(
    Spec, above=st.integers(0, 59), above_today=st.integers(0, 59), kind=st.sampled_from(KINDS),
    answers=st.one_of(st.none(), st.none(), st.none(), st.integers(0, 59)),
    role=st.sampled_from(["act", "act", "act", "inform", "coordinate", "structure"]),
    acknowledge=st.one_of(st.none(), offset), acknowledged=st.one_of(st.none(), offset), outside=st.booleans(),
    disseminate=st.one_of(st.none(), offset), extension=st.one_of(st.none(), st.integers(0, 3)),
    disseminated=st.one_of(st.none(), offset), closed=st.sampled_from([False, False, False, True]),
    ends=st.one_of(st.none(), st.none(), offset),
)
# Drawn by size, since lists of Hypothesis's own choosing are short.
specs = st.integers(1, 60).flatmap(lambda size: st.lists(a_spec, min_size=size, max_size=size))


def day(count: int | None) -> date | None:
    return None if count is None else days(count)


def as_row(spec: Spec) -> Row:
    """The line as plain data; nothing that the database's own constraints would refuse."""
    acts = spec.role == "act"
    disseminate = day(spec.disseminate) if acts else None
    extended = disseminate and spec.extension is not None and spec.disseminate is not None
    return {
        "unit_kind": spec.kind, "role": spec.role, "closed_reason": "đơn vị kết thúc" if spec.closed else "",
        "acknowledge_by": day(spec.acknowledge) if acts else None, "acknowledged_on": day(spec.acknowledged),
        "from_outside": "paper" if spec.outside and spec.acknowledged is not None else "",
        "disseminate_by": disseminate,
        "extended_to": days((spec.disseminate or 0) + (spec.extension or 0)) if extended else None,
        "disseminated_on": day(spec.disseminated),
    }


class World:
    """The random lines as rows of the database, and beside them as plain data."""

    def __init__(self, random: list[Spec], document: Document, user: User) -> None:
        count = len(random)
        self.then: dict[int, int | None] = {i: s.above % i if i else None for i, s in enumerate(random)}
        self.now: dict[int, int | None] = {i: s.above_today % i if i else None for i, s in enumerate(random)}
        self.answers = {i: i if s.answers is None else s.answers % count for i, s in enumerate(random)}
        self.rows = {i: as_row(spec) for i, spec in enumerate(random)}
        for i, answering in self.answers.items():
            self.rows[i]["answering_unit__closed_on"] = day(random[answering].ends)
        self.units = Unit.objects.bulk_create(
            Unit(
                name=f"Đơn vị {i}", kind=spec.kind, opened_on=FOUNDED, sort_order=count - i, closed_on=day(spec.ends)
            )
            for i, spec in enumerate(random)
        )
        for i, unit in enumerate(self.units):
            above = self.now[i]
            unit.parent = None if above is None else self.units[above]
            unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        Unit.objects.bulk_update(self.units, ["parent", "path"])
        self.order: list[int] = []
        self._walk(0)
        self.rollout = Rollout.objects.create(
            document=document, root=self.units[0], acknowledge_by=TODAY, disseminate_by=TODAY, created_at=NOW,
            issued_at=NOW, expected_count=count,
        )
        Assignment.objects.bulk_create(self._line(i, user) for i in self.order)
        self.lines = {line.unit_id: line for line in self.rollout.assignments.all()}

    def _walk(self, i: int) -> None:
        self.order.append(i)
        for child in self.children(i, self.then):
            self._walk(child)

    def children(self, i: int, tree: dict[int, int | None]) -> list[int]:
        return [child for child, above in tree.items() if above == i]

    def _line(self, i: int, user: User) -> Assignment:
        position, above, row = self.order.index(i), self.then[i], self.rows[i]
        received = row["acknowledged_on"] is not None
        return Assignment(
            rollout=self.rollout, unit=self.units[i], unit_name=self.units[i].name, depth=0, position=position,
            answering_unit=self.units[self.answers[i]], last=position + len(subtree(i, self.then)) - 1,
            parent_position=None if above is None else self.order.index(above),
            acknowledged_at=NOW if received else None, acknowledged_by=user if received else None,
            acknowledged_sha256="0" * 64 if received else "",
            **{name: value for name, value in row.items() if name != "answering_unit__closed_on"},
        )

    def counted(self, i: int, lines: list[int]) -> Row:
        unit = self.units[i]
        row = recount([self.rows[line] for line in lines], TODAY)
        return {"unit": unit.pk, "name": unit.name, "kind": unit.kind} | row

    def frozen(self, i: int) -> Row:
        return self.counted(i, sorted(subtree(i, self.then)))

    def todays(self, i: int) -> list[Row]:
        """The unit alone, then its children in today's order, each with all that answers below it."""
        found = []
        for at_, below in [(i, {i}), *((c, subtree(c, self.now)) for c in reversed(self.children(i, self.now)))]:
            answering = [line for line, unit in self.answers.items() if unit in below]
            if answering:
                found.append(self.counted(at_, answering))
        return found


def shown(tallies: list[Tally]) -> list[Row]:
    for tally in tallies:
        for buckets in (tally.acknowledge, tally.disseminate):
            four = asdict(buckets)
            apart = ("done_in_time", "done_late", "open_in_time", "open_late", "awaiting")
            assert buckets.total == sum(four[k] for k in apart)
            assert buckets.after_extension <= buckets.done_in_time
    return [tally.as_dict() for tally in tallies]


@pytest.fixture
def document() -> Document:
    return Document.objects.create(title="Văn bản", created_at=NOW)


@given(random=specs)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_level_of_every_random_tree_equals_the_recount(document: Document, random: list[Spec]) -> None:
    with rolled_back():
        world = World(random, document, make_user("nguoi-ghi"))
        for i, unit in enumerate(world.units):
            line = world.lines[unit.pk]
            level = figures.level(world.rollout, line, TODAY)
            assert shown(level) == [world.frozen(child) for child in world.children(i, world.then)]
            assert [tally.has_level for tally in level] == [
                bool(world.children(child, world.then)) for child in world.children(i, world.then)
            ]
            assert shown([figures.line(world.rollout, line, TODAY)]) == [world.frozen(i)]
            assert shown(figures.todays_level(world.rollout, unit, TODAY)) == world.todays(i)


@pytest.mark.parametrize("size", [2, 60])
def test_the_root_level_is_one_query_whatever_its_size(
    document: Document, size: int, django_assert_num_queries: Any
) -> None:
    spec = Spec(0, 0, None, "cell", "act", 0, 0, False, 0, None, None, False)
    world = World([spec] * size, document, make_user("nguoi-ghi"))
    line = world.lines[world.units[0].pk]
    with django_assert_num_queries(1):
        level = figures.level(world.rollout, line, TODAY)
    assert len(level) == size - 1
    with django_assert_num_queries(1):
        assert figures.line(world.rollout, line, TODAY).total == size
    with django_assert_num_queries(1):
        assert len(figures.todays_level(world.rollout, world.units[0], TODAY)) == size


@pytest.mark.parametrize(
    ("first", "extended", "done", "bucket", "after_extension"),
    [
        (0, None, None, "open_in_time", 0),  # the deadline day itself is still in time
        (-1, None, None, "open_late", 0),
        (0, None, 0, "done_in_time", 0),
        (-1, None, 0, "done_late", 0),
        (-5, 0, None, "open_in_time", 0),
        (-5, -1, None, "open_late", 0),
        (-5, 0, -5, "done_in_time", 0),
        (-5, 0, -4, "done_in_time", 1),
        (-5, -2, -2, "done_in_time", 1),
        (-5, -2, -1, "done_late", 0),
    ],
)
def test_the_deadline_day_counts_as_in_time_and_the_extension_is_judged_apart(
    document: Document, first: int, extended: int | None, done: int | None, bucket: str, after_extension: int
) -> None:
    extension = None if extended is None else extended - first
    world = World(
        [Spec(0, 0, None, "cell", "act", None, None, False, first, extension, done, False)], document, make_user("u")
    )
    found = asdict(figures.line(world.rollout, world.lines[world.units[0].pk], TODAY).disseminate)
    empty = dict.fromkeys(("done_in_time", "done_late", "open_in_time", "open_late", "awaiting"), 0)
    assert found == empty | {"total": 1, bucket: 1, "after_extension": after_extension}


def test_the_total_sums_counts_and_the_derived_numbers_follow(document: Document) -> None:
    done_late = Spec(0, 0, None, "cell", "act", -2, -1, True, -2, None, None, False)
    open_in_time = Spec(0, 0, None, "committee", "act", 1, None, False, 1, None, None, False)
    world = World([done_late, done_late, open_in_time], document, make_user("u"))
    root = world.lines[world.units[0].pk]
    whole = figures.total(figures.level(world.rollout, root, TODAY))
    assert (whole.total, whole.acknowledge.done, whole.acknowledge.due) == (2, 1, 1)
    assert (whole.disseminate.open_late, whole.late, whole.from_outside) == (1, 1, 1)
    assert (whole.cells, whole.cells_disseminated, whole.unit, whole.name) == (1, 0, None, "Tổng cộng")


def test_a_reorganisation_changes_todays_level_and_never_the_frozen_one() -> None:
    tree = make_tree()
    rollout = make_rollout(tree["Tỉnh"])
    committee = line_of(rollout, tree["Huyện A"])
    before = figures.level(rollout, committee, TODAY)
    root_before = figures.level(rollout, line_of(rollout, tree["Tỉnh"]), TODAY)
    absorb(
        predecessors=[tree["Xã A2"]], successor=tree["Xã A1"], paper=Paper(TODAY, number="01-QĐ/TU", decided_on=TODAY),
        by=None, now=at(TODAY),
    )
    handover.hand_over(
        assignment=line_of(rollout, tree["Xã A2"]), to=tree["Xã A1"], by=None, now=at(TODAY)
    )
    assert figures.level(rollout, committee, TODAY) == before
    assert figures.level(rollout, line_of(rollout, tree["Tỉnh"]), TODAY) == root_before
    today = figures.todays_level(rollout, tree["Huyện A"], TODAY)
    assert [(row.name, row.disseminate.total, row.cells) for row in today] == [("Huyện A", 1, 0), ("Xã A1", 6, 4)]
    assert [(row.name, row.disseminate.total, row.cells) for row in before] == [("Xã A1", 4, 3), ("Xã A2", 2, 1)]
    own = figures.todays_level(rollout, tree["Xã A1"], TODAY)
    assert [(row.name, row.cells) for row in own] == [
        ("Xã A1", 0), ("A1.1", 1), ("A1.2", 1), ("A1.3", 1), ("A2.1", 1),
    ]
    assert figures.total(today).disseminate == figures.line(rollout, committee, TODAY).disseminate


def test_the_shape_of_the_api_and_of_the_command(document: Document) -> None:
    world = World([Spec(0, 0, None, "cell", "act", 0, None, False, 0, None, None, False)], document, make_user("u"))
    line = world.lines[world.units[0].pk]
    told = figures.report(world.rollout, None, [figures.line(world.rollout, line, TODAY)], TODAY)
    assert (told["rollout"], told["unit"], told["as_of"]) == (world.rollout.pk, None, "2026-10-15")
    assert told["units"] == [world.frozen(0)]
