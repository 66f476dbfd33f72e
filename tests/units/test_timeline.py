"""A unit's timeline is the fold of its steps; a tree holds when every superior lives, and nobody is above himself."""

from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from units import timeline
from units.timeline import FOREVER, Dated, Impossible, Problem, State, Step

START = date(2020, 1, 1)
LAST = frozenset({"cell"})
FOUNDS = Step(1, founds=True, name="A", kind="base", parent=9, sort_order=4, code="c")


def day(count: int) -> date:
    return START + timedelta(days=count)


def dated(*steps: tuple[int, Step]) -> list[Dated]:
    """(day, step) in the order recorded; the decision's key is the place, from 1."""
    return [Dated(day(on), place, step) for place, (on, step) in enumerate(steps, 1)]


def said(*steps: tuple[int, Step]) -> list[tuple[str, str, int | None, date, date | None]]:
    return [(s.name, s.kind, s.parent, s.from_on, s.to_on) for s in timeline.fold(dated(*steps))]


def state(unit: int, parent: int | None, first: int, end: int | None = None, kind: str = "base") -> State:
    return State(unit, f"U{unit}", kind, parent, 0, "", day(first), None if end is None else day(end), None)


def renamed(name: str) -> Step:
    return Step(1, name=name)


ENDS = Step(1, ends=True)


# ---- merged ----------------------------------------------------------------------------------------------


def test_the_second_of_two_statements_prevails_where_it_says_something() -> None:
    first = Step(1, founds=True, name="A", kind="base", parent=2, sort_order=3, code="x")
    assert timeline.merged(first, Step(1)) == first
    assert timeline.merged(Step(1), first) == first
    assert timeline.merged(first, Step(1, ends=True, name="B", parent=5, sort_order=0)) == Step(
        1, founds=True, ends=True, name="B", kind="base", parent=5, sort_order=0, code="x"
    )


# ---- fold ----------------------------------------------------------------------------------------------------


def test_a_founding_is_one_open_state() -> None:
    (only,) = timeline.fold(dated((0, FOUNDS)))
    assert only == State(1, "A", "base", 9, 4, "c", day(0), None, 1)
    assert timeline.fold([]) == []
    assert timeline.fold(dated((0, Step(1, founds=True, name="A", kind="base"))))[0].sort_order == 0


def test_a_change_says_only_what_it_changes_and_the_rest_holds() -> None:
    steps = [(0, FOUNDS), (5, renamed("B")), (9, Step(1, kind="cell", sort_order=0, code="d")), (12, Step(1, parent=8))]
    assert timeline.fold(dated(*steps)) == [
        State(1, "A", "base", 9, 4, "c", day(0), day(5), 1), State(1, "B", "base", 9, 4, "c", day(5), day(9), 2),
        State(1, "B", "cell", 9, 0, "d", day(9), day(12), 3), State(1, "B", "cell", 8, 0, "d", day(12), None, 4),
    ]


def test_the_order_of_recording_does_not_matter_over_different_days() -> None:
    steps = [(0, FOUNDS), (3, renamed("B")), (5, Step(1, parent=8)), (7, Step(1, kind="cell")), (9, ENDS)]
    wanted = said(*steps)
    assert [row[3] for row in wanted] == [day(0), day(3), day(5), day(7)]
    for order in permutations(steps):
        assert said(*order) == wanted


def test_a_step_dated_back_is_overlaid_by_the_later_day_that_names_the_same_field() -> None:
    assert said((0, FOUNDS), (9, renamed("B")), (4, Step(1, name="X", parent=7))) == [
        ("A", "base", 9, day(0), day(4)), ("X", "base", 7, day(4), day(9)), ("B", "base", 7, day(9), None),
    ]


def test_of_one_day_what_was_recorded_last_prevails_and_makes_one_state() -> None:
    assert said((0, FOUNDS), (4, renamed("B")), (4, Step(1, parent=8)), (4, renamed("C"))) == [
        ("A", "base", 9, day(0), day(4)), ("C", "base", 8, day(4), None),
    ]
    assert said((0, FOUNDS), (0, renamed("B"))) == [("B", "base", 9, day(0), None)]
    assert timeline.fold(dated((0, FOUNDS), (4, renamed("B")), (4, renamed("C"))))[1].decision == 3


def test_an_end_closes_the_last_state_and_drops_what_the_day_itself_still_changed() -> None:
    assert said((0, FOUNDS), (4, renamed("B")), (6, ENDS)) == [
        ("A", "base", 9, day(0), day(4)), ("B", "base", 9, day(4), day(6)),
    ]
    assert said((0, FOUNDS), (4, renamed("B")), (4, ENDS)) == [("A", "base", 9, day(0), day(4))]
    assert said((0, FOUNDS), (4, Step(1, ends=True, name="B"))) == [("A", "base", 9, day(0), day(4))]


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([(0, renamed("B"))], "trước ngày thành lập"),
        ([(5, FOUNDS), (3, renamed("B"))], "trước ngày thành lập"),
        ([(0, renamed("B")), (0, FOUNDS)], "trước ngày thành lập"),
        ([(5, FOUNDS), (3, ENDS)], "trước ngày thành lập"),
        ([(0, FOUNDS), (5, FOUNDS)], "thành lập hai lần"),
        ([(0, FOUNDS), (0, ENDS)], "ngay trong ngày thành lập"),
        ([(0, FOUNDS), (0, renamed("B")), (0, ENDS)], "ngay trong ngày thành lập"),
        ([(0, FOUNDS), (5, ENDS), (6, renamed("B"))], "từ ngày kết thúc hoạt động trở đi"),
        ([(0, FOUNDS), (5, ENDS), (5, renamed("B"))], "từ ngày kết thúc hoạt động trở đi"),
        ([(0, FOUNDS), (9, renamed("B")), (5, ENDS)], "từ ngày kết thúc hoạt động trở đi"),
        ([(0, FOUNDS), (5, ENDS), (9, ENDS)], "từ ngày kết thúc hoạt động trở đi"),
        ([(0, FOUNDS), (5, ENDS), (9, FOUNDS)], "từ ngày kết thúc hoạt động trở đi"),
    ],
)
def test_steps_that_make_no_life(steps: list[tuple[int, Step]], reason: str) -> None:
    with pytest.raises(Impossible, match=reason):
        timeline.fold(dated(*steps))


a_step = st.tuples(
    st.integers(1, 6),
    st.builds(Step, unit=st.just(1), name=st.sampled_from(["", "B", "C"]), kind=st.sampled_from(["", "cell"]),
              parent=st.sampled_from([None, 7, 8]), sort_order=st.sampled_from([None, 0, 5])),
)


@given(steps=st.lists(a_step, max_size=8), end=st.one_of(st.none(), st.integers(7, 9)))
@settings(max_examples=200, deadline=None)
def test_on_every_day_the_fold_says_what_the_steps_until_then_say(
    steps: list[tuple[int, Step]], end: int | None
) -> None:
    every = [(0, FOUNDS), *steps, *([(end, ENDS)] if end else [])]
    states = timeline.fold(dated(*every))
    assert all(one.to_on == two.from_on for one, two in pairwise(states))
    for count in range(-1, 11):
        found = {"name": "A", "kind": "base", "parent": 9, "sort_order": 4}
        for _, step in sorted((each for each in every if each[0] <= count), key=lambda each: each[0]):
            told = {"name": step.name, "kind": step.kind, "parent": step.parent, "sort_order": step.sort_order}
            found |= {field: value for field, value in told.items() if value not in ("", None)}
        there = [one for one in states if one.on(day(count))]
        assert len(there) == (0 <= count < (end or 99))
        for one in there:
            assert {field: getattr(one, field) for field in found} == found


# ---- life and current ------------------------------------------------------------------------------------


def test_life_runs_from_the_first_day_to_before_the_last() -> None:
    states = [state(1, None, 0, 5), state(1, 2, 5, 9)]
    assert timeline.life(states) == (day(0), day(9))
    assert timeline.life(states[:1]) == (day(0), day(5))
    assert timeline.life([state(1, None, 3)]) == (day(3), FOREVER)


@pytest.mark.parametrize(("on", "place"), [(-1, 0), (0, 0), (4, 0), (5, 1), (8, 1), (9, 1), (99, 1)])
def test_the_current_state_is_the_first_of_one_to_come_and_the_last_of_one_that_has_ended(on: int, place: int) -> None:
    states = [state(1, None, 0, 5), state(1, 2, 5, 9)]
    assert timeline.current(states, day(on)) is states[place]
    assert states[1].on(day(on)) is (5 <= on < 9)


# ---- problems --------------------------------------------------------------------------------------------

ROOT = [state(9, None, 0)]


def problems(changed: dict[int, list[State]], known: dict[int, list[State]], *below: State) -> list[Problem]:
    return timeline.problems(changed, known, below, LAST)


def test_a_unit_under_one_that_lives_as_long_is_right() -> None:
    assert problems({1: [state(1, 9, 0)]}, {9: ROOT}) == []
    assert problems({1: [state(1, 2, 3, 7)]}, {2: [state(2, 9, 3, 7)], 9: ROOT}) == []
    assert problems({1: [state(1, None, 0)]}, {}) == []
    # Both ways of one day: the superior changes its own superior while it lives on.
    assert problems({1: [state(1, 2, 0)]}, {2: [state(2, 9, 0, 4), state(2, None, 4)], 9: ROOT}) == []


@pytest.mark.parametrize(
    ("own", "above", "on", "text"),
    [
        ([state(1, 2, 0)], [], 0, "không có đơn vị cấp trên"),
        ([state(1, 2, 2)], [state(2, 9, 3)], 2, "chưa thành lập"),
        ([state(1, 2, 0)], [state(2, 9, 0, 7)], 7, "đã kết thúc hoạt động"),
        ([state(1, 9, 0, 5), state(1, 2, 5, 9)], [state(2, 9, 0, 8)], 8, "đã kết thúc hoạt động"),
        ([state(1, 2, 0)], [state(2, 9, 0, kind="cell")], 0, "thuộc loại không có đơn vị cấp dưới"),
        ([state(1, 2, 4)], [state(2, 9, 0, 6), state(2, 9, 6, kind="cell")], 6, "thuộc loại không có đơn vị cấp dưới"),
        ([state(1, 2, 4)], [state(2, 9, 0, 6, kind="cell"), state(2, 9, 6)], 4, "thuộc loại không có đơn vị cấp dưới"),
    ],
)
def test_a_superior_that_is_not_there_on_some_day(own: list[State], above: list[State], on: int, text: str) -> None:
    (found,) = problems({1: own}, {2: above, 9: ROOT})
    assert (found.unit, found.other, found.on) == (1, 2, day(on))
    assert found.text.endswith(text)


def test_a_superior_of_a_last_kind_before_or_after_is_none_of_ones_business() -> None:
    above = [state(2, 9, 0, 4, kind="cell"), state(2, 9, 4, 8), state(2, 9, 8, kind="cell")]
    assert problems({1: [state(1, 9, 0, 4), state(1, 2, 4, 8)]}, {2: above, 9: ROOT}) == []


def test_those_below_a_unit_that_changes_are_looked_at_too() -> None:
    changed = {2: [state(2, 9, 0, 7)]}
    (found,) = problems(changed, {9: ROOT}, state(5, 2, 1), state(6, 2, 1, 7))
    assert (found.unit, found.other, found.on) == (5, 2, day(7))


def test_a_circle_is_told_on_the_first_day_it_holds() -> None:
    (found,) = problems({1: [state(1, 1, 0)]}, {})
    assert (found.unit, found.on) == (1, day(0))
    assert "trực thuộc chính mình" in found.text
    longer = {1: [state(1, 9, 0, 5), state(1, 3, 5)]}
    known = {3: [state(3, 2, 0)], 2: [state(2, 9, 0, 8), state(2, 1, 8)], 9: ROOT}
    (found,) = problems(longer, known)
    assert (found.unit, found.on) == (1, day(8))


def test_two_that_change_places_on_one_day_make_no_circle_and_a_day_too_late_they_do() -> None:
    one = {1: [state(1, 9, 0, 5), state(1, 2, 5)]}
    assert problems(one, {2: [state(2, 1, 0, 5), state(2, 9, 5)], 9: ROOT}) == []
    (found,) = problems(one, {2: [state(2, 1, 0, 6), state(2, 9, 6)], 9: ROOT})
    assert found.on == day(5)


def test_a_circle_among_others_far_above_ends_the_walk() -> None:
    known = {2: [state(2, 3, 0)], 3: [state(3, 2, 0)]}
    assert problems({1: [state(1, 2, 0)]}, known) == []  # not about 1, and told where 2 or 3 change
    assert {found.unit for found in problems(known, {})} == {2, 3}


def test_a_missing_superior_is_told_before_any_circle() -> None:
    found = problems({1: [state(1, 1, 0)], 2: [state(2, 7, 0)]}, {})
    assert [(one.unit, one.text) for one in found] == [(2, "không có đơn vị cấp trên")]


@given(parents=st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=7, max_size=7))
@settings(max_examples=200, deadline=None)
def test_circles_are_those_that_a_walk_on_each_day_finds(parents: list[list[int]]) -> None:
    """Seven units that change their superior on two days; 0 is the root's superior, none."""
    units = {
        unit: [state(unit, three[n] or None, n * 3, n * 3 + 3 if n < 2 else None) for n in range(3)]
        for unit, three in enumerate(parents) if unit
    }
    wanted = set()
    for start in units:
        for n in range(3):
            at: int | None = start
            for _ in units:
                at = parents[at][n] or None if at else None
                if at == start:
                    wanted.add((start, n))
    first = {unit: day(min(n for one, n in wanted if one == unit) * 3) for unit, _ in wanted}
    assert {found.unit: found.on for found in problems(units, {})} == first
