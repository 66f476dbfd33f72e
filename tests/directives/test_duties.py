"""What one unit owes and how a line stands, in the office's words."""

from datetime import date
from typing import Any

import pytest

from directives.data.duties import Duty, duties
from directives.data.standing import of_acknowledgement, of_dissemination
from directives.models import Assignment, Rollout
from tests.factories import (
    TODAY,
    Tree,
    days,
    line_of,
    make_document,
    make_office,
    make_rollout,
    make_tree,
)
from units.data.people import holders
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    tree = make_tree()
    for name in ("Huyện A", "Xã A1"):
        make_office(tree[name])
    return tree


@pytest.fixture
def rollout(tree: Tree) -> Rollout:
    return make_rollout(tree["Tỉnh"], acknowledge=4, disseminate=15)


def duty(rollout: Rollout, tree: Tree, name: str, today: date = TODAY) -> Duty:
    (found,) = duties([rollout], tree[name], today)
    return found


def done(rollout: Rollout, tree: Tree, *names: str, **fields: Any) -> None:
    Assignment.objects.filter(rollout=rollout, unit__in=[tree[name] for name in names]).update(**fields)


def test_a_unit_owes_its_own_line_and_the_cells_it_records_for(rollout: Rollout, tree: Tree) -> None:
    found = duty(rollout, tree, "Xã A1")
    assert (found.own, found.cells_total, found.cells_done, found.below_open) == (
        line_of(rollout, tree["Xã A1"]), 3, 0, 0,
    )
    above = duty(rollout, tree, "Huyện A")  # Xã A2 and its cell have nobody
    assert (above.own, above.cells_total, above.below_open) == (line_of(rollout, tree["Huyện A"]), 1, 1)
    assert (above.due_on, above.days_late) == (days(4), 0)


def test_where_nobody_is_in_charge_up_to_the_root_everyone_above_sees_it(rollout: Rollout, tree: Tree) -> None:
    found = duty(rollout, tree, "Huyện B")
    assert (found.own, found.cells_total) == (line_of(rollout, tree["Huyện B"]), 1)
    make_office(tree["Tỉnh"])
    assert duties([rollout], tree["Huyện B"], TODAY) == []
    assert duty(rollout, tree, "Tỉnh").below_open == 2


def test_the_words_say_what_is_left_step_by_step(rollout: Rollout, tree: Tree) -> None:
    told = [duty(rollout, tree, "Huyện A").words]
    for names, fields in (
        (["Huyện A"], {"acknowledge_by": None}), (["Huyện A"], {"disseminated_on": TODAY}),
        (["A2.1"], {"disseminated_on": TODAY}), (["Xã A2"], {"acknowledge_by": None, "disseminated_on": TODAY}),
    ):
        done(rollout, tree, *names, **fields)
        told.append(duty(rollout, tree, "Huyện A").words)
    assert told == [
        "Chưa tiếp nhận", "Đã tiếp nhận, chưa ghi nhận quán triệt, phổ biến tại đơn vị",
        "Đã quán triệt tại đơn vị, còn chi bộ chưa ghi nhận",
        "Còn 1 đơn vị do đơn vị phụ trách ghi nhận chưa thực hiện", "Đã thực hiện đầy đủ",
    ]
    last = duty(rollout, tree, "Huyện A", days(90))
    assert (last.done, last.days_late, last.due_on) == (True, 0, None)


def test_lateness_counts_from_the_oldest_open_day_in_force(rollout: Rollout, tree: Tree) -> None:
    assert duty(rollout, tree, "Xã A1", days(4)).days_late == 0
    assert duty(rollout, tree, "Xã A1", days(20)).days_late == 16
    done(rollout, tree, "Xã A1", acknowledge_by=None)
    assert duty(rollout, tree, "Xã A1", days(20)).days_late == 5
    done(rollout, tree, "Xã A1", "A1.1", "A1.2", "A1.3", extended_to=days(18))
    assert duty(rollout, tree, "Xã A1", days(20)).days_late == 2


def test_closed_lines_are_no_duty(rollout: Rollout, tree: Tree) -> None:
    done(rollout, tree, "A1.1", "A1.2", closed_reason="Đơn vị kết thúc hoạt động")
    assert duty(rollout, tree, "Xã A1").cells_total == 1


def test_the_latest_duty_comes_first_and_the_done_last(rollout: Rollout, tree: Tree) -> None:
    second = make_rollout(tree["Tỉnh"], document=make_document(tree["Tỉnh"], number="2-CV/TU"), acknowledge=2)
    third = make_rollout(tree["Tỉnh"], document=make_document(tree["Tỉnh"], number="3-CV/TU"))
    done(third, tree, "Xã A1", "A1.1", "A1.2", "A1.3", acknowledge_by=None, disseminated_on=TODAY)
    found = duties([third, rollout, second], tree["Xã A1"], days(6))
    assert [each.rollout for each in found] == [second, rollout, third]


def test_the_number_of_queries_does_not_depend_on_the_number_of_rollouts(
    rollout: Rollout, tree: Tree, django_assert_num_queries: Any
) -> None:
    more = [make_rollout(tree["Tỉnh"], document=make_document(tree["Tỉnh"], number=f"{n}-CV/TU")) for n in (2, 3)]
    with django_assert_num_queries(2):
        assert len(duties([rollout, *more], tree["Xã A1"], TODAY)) == 3
    held = holders(TODAY)
    with django_assert_num_queries(1):
        duties([rollout, *more], tree["Xã A1"], TODAY, held)


@pytest.mark.parametrize(
    ("by", "on", "outside", "label", "tone"),
    [
        (None, None, "", "Không phải thực hiện", "info"),
        (4, None, "", "Chưa tiếp nhận", "open"),
        (3, None, "", "Chưa tiếp nhận, sắp đến hạn", "soon"),
        (0, None, "", "Chưa tiếp nhận, sắp đến hạn", "soon"),
        (-1, None, "", "Chưa tiếp nhận, quá hạn 1 ngày", "late"),
        (0, 0, "", "Đã tiếp nhận", "done"),
        (-1, 0, "", "Đã tiếp nhận, quá hạn", "done-late"),
        (0, 0, "paper", "Tiếp nhận ngoài cổng", "done"),
    ],
)
def test_how_an_acknowledgement_stands(by: int | None, on: int | None, outside: str, label: str, tone: str) -> None:
    line = Assignment(
        answering_unit=Unit(), acknowledge_by=None if by is None else days(by),
        acknowledged_on=None if on is None else days(on),
        from_outside=outside,
    )
    found = of_acknowledgement(line, TODAY)
    assert (found.label, found.tone) == (label, tone)


@pytest.mark.parametrize(
    ("kind", "by", "extended", "on", "label", "tone"),
    [
        ("cell", None, None, None, "Không phải thực hiện", "info"),
        ("cell", 9, None, None, "Chưa phổ biến", "open"),
        ("committee", 9, None, None, "Đang triển khai", "open"),
        ("cell", -2, None, None, "Chưa phổ biến, quá hạn 2 ngày", "late"),
        ("cell", -2, 1, None, "Chưa phổ biến, sắp đến hạn", "soon"),
        ("cell", 0, None, 0, "Đã phổ biến", "done"),
        ("committee", -1, None, 0, "Đã quán triệt, triển khai, quá hạn", "done-late"),
        ("cell", -1, 0, 0, "Đã phổ biến, đúng hạn sau gia hạn", "done"),
        ("cell", -1, 0, -1, "Đã phổ biến", "done"),
    ],
)
def test_how_a_dissemination_stands(
    kind: str, by: int | None, extended: int | None, on: int | None, label: str, tone: str
) -> None:
    line = Assignment(
        answering_unit=Unit(), unit_kind=kind, disseminate_by=None if by is None else days(by),
        extended_to=None if extended is None else days(extended), disseminated_on=None if on is None else days(on),
    )
    found = of_dissemination(line, TODAY)
    assert (found.label, found.tone) == (label, tone)


def test_the_late_ones_as_a_list_and_as_facts_agree(rollout: Rollout, tree: Tree) -> None:
    done(rollout, tree, "A1.1", disseminated_on=days(16))
    done(rollout, tree, "A1.2", extended_to=days(20))
    done(rollout, tree, "A1.3", closed_reason="Đơn vị kết thúc hoạt động")
    for count in (4, 5, 15, 16, 20, 21):
        today = days(count)
        listed = {line.unit_name for line in rollout.assignments.late(today)}
        lines = rollout.assignments.all()
        assert listed == {
            line.unit_name for line in lines
            if (line.owes_acknowledgement and line.late_to_acknowledge(today))
            or (line.owes_dissemination and line.late_to_disseminate(today))
        }
    ordered = list(rollout.assignments.late(days(16)).by_lateness().values_list("unit_name", flat=True))
    assert ordered == ["Huyện A", "Xã A1", "Xã A2", "Huyện B", "Đảng đoàn C", "A2.1", "B1"]
