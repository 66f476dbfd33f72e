"""Issuing freezes the audience: every line in its place, all of them or none, once."""

from typing import Any

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directives.actions import acknowledge, rollouts
from directives.actions.documents import WrongState
from directives.actions.rollouts import Dates
from directives.models import Assignment, Document, Rollout
from tests.factories import (
    ACT,
    EVERYBODY,
    INFORM,
    NOW,
    TODAY,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_document,
    make_office,
    make_rollout,
    make_tree,
    make_unit,
    rolled_back,
)
from units.access import Forbidden
from units.models import LedgerEntry, Unit

pytestmark = pytest.mark.django_db


def told(event: str) -> int:
    return LedgerEntry.objects.filter(event=event).count()


def test_the_audience_is_a_preorder_walk_in_official_order() -> None:
    tree = make_tree()
    make_office(tree["Xã A1"])
    rollout = make_rollout(tree["Tỉnh"])
    ack, dis = days(10), days(45)
    assert list(
        rollout.assignments.in_order().values_list(
            "position", "unit_name", "last", "parent_position", "depth", "role", "acknowledge_by", "disseminate_by"
        )
    ) == [
        (0, "Tỉnh", 10, None, 0, "structure", None, None),
        (1, "Huyện A", 7, 0, 1, "act", ack, dis),
        (2, "Xã A1", 5, 1, 2, "act", ack, dis),
        (3, "A1.1", 3, 2, 3, "act", None, dis),
        (4, "A1.2", 4, 2, 3, "act", None, dis),
        (5, "A1.3", 5, 2, 3, "act", None, dis),
        (6, "Xã A2", 7, 1, 2, "act", ack, dis),
        (7, "A2.1", 7, 6, 3, "act", None, dis),
        (8, "Huyện B", 9, 0, 1, "act", ack, dis),
        (9, "B1", 9, 8, 2, "act", None, dis),
        (10, "Đảng đoàn C", 10, 0, 1, "act", ack, dis),
    ]
    assert (rollout.expected_count, rollout.issued_at) == (11, NOW)
    assert not rollout.assignments.exclude(answering_unit=F("unit")).exists()


def test_a_cell_with_an_office_holder_also_acknowledges() -> None:
    tree = make_tree()
    make_office(tree["A1.1"])
    make_office(tree["A1.2"], from_on=days(1))  # not in office yet on the day of issue
    rollout = make_rollout(tree["Tỉnh"])
    owed = {line.unit_name: line.acknowledge_by for line in rollout.assignments.cells()}
    assert owed == {"A1.1": days(10), "A1.2": None, "A1.3": None, "A2.1": None, "B1": None}


def test_unaddressed_superiors_are_structure_and_the_informed_owe_nothing() -> None:
    tree = make_tree()
    rollout = make_rollout(tree["Tỉnh"], audience={"grassroots": ACT, "party_group": INFORM, "cell": "coordinate"})
    lines = list(rollout.assignments.in_order().values_list("unit_name", "role", "acknowledge_by", "disseminate_by"))
    assert lines == [
        ("Tỉnh", "structure", None, None), ("Huyện A", "structure", None, None),
        ("Xã A1", "act", days(10), days(45)), ("A1.1", "coordinate", None, None), ("A1.2", "coordinate", None, None),
        ("A1.3", "coordinate", None, None), ("Xã A2", "act", days(10), days(45)),
        ("A2.1", "coordinate", None, None), ("Đảng đoàn C", "inform", None, None),
    ]
    assert rollout.expected_count == 9  # Huyện B has nobody addressed below it, so it is not there


def test_ended_and_future_units_are_not_addressed() -> None:
    tree = make_tree()
    Unit.objects.filter(name="A1.2").update(closed_on=TODAY)
    make_unit("A1.4", "cell", tree["Xã A1"], opened_on=days(1))
    make_unit("A1.5", "cell", tree["Xã A1"], opened_on=TODAY)
    names = set(make_rollout(tree["Tỉnh"]).assignments.filter(unit__parent=tree["Xã A1"]).values_list("unit_name"))
    assert names == {("A1.1",), ("A1.3",), ("A1.5",)}


trees = st.integers(2, 40).flatmap(
    lambda size: st.lists(
        st.tuples(st.integers(0, 39), st.sampled_from(sorted(EVERYBODY))), min_size=size, max_size=size
    )
)


@given(random=trees, addressed=st.sets(st.sampled_from(sorted(EVERYBODY)), min_size=1))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_interval_is_the_subtree_that_was_addressed(random: list[tuple[int, str]], addressed: set[str]) -> None:
    with rolled_back():
        units = [make_unit("Tỉnh")]
        for above, kind in random:
            able = [unit for unit in units if unit.kind not in Unit.KINDS_WITHOUT_SUBORDINATES]
            units.append(make_unit(f"Đơn vị {len(units)}", kind, able[above % len(able)]))
        wanted = [unit for unit in units if unit.kind in addressed]
        if not wanted:
            return
        rollout = make_rollout(units[0], audience=dict.fromkeys(addressed, ACT))
        lines = {line.unit_id: line for line in rollout.assignments.select_related("unit")}
        kept = {u.pk for u in units if any(u.holds(other) for other in wanted)}
        assert set(lines) == kept
        assert sorted(line.position for line in lines.values()) == list(range(len(kept)))
        by_position = {line.position: line.unit_id for line in lines.values()}
        for line in lines.values():
            inside = {by_position[position] for position in range(line.position, line.last + 1)}
            assert inside == {pk for pk in kept if line.unit.holds(lines[pk].unit)}
            above_ = line.parent_position
            assert (None if above_ is None else by_position[above_]) == line.unit.parent_id
            assert line.role == (ACT if line.unit.kind in addressed else "structure")


def test_issuing_twice_is_refused_and_doubles_nothing() -> None:
    tree = make_tree()
    rollout = make_rollout(tree["Tỉnh"])
    stale = Rollout.objects.get(pk=rollout.pk)
    with pytest.raises(WrongState):
        rollouts.issue(rollout=stale, by=None, now=at(days(1)))
    rollout.refresh_from_db()
    assert (Assignment.objects.count(), rollout.issued_at, told("rollout.issued")) == (11, NOW, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_at_the_same_moment_one_wins() -> None:
    rollout = make_rollout(make_tree()["Tỉnh"], issued=False)

    def issue() -> Any:
        return rollouts.issue(rollout=Rollout.objects.get(pk=rollout.pk), by=None, now=NOW)

    outcomes = at_once([issue] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Rollout", "WrongState", "WrongState"]
    assert (Assignment.objects.count(), told("rollout.issued")) == (11, 1)


@pytest.mark.parametrize("breaks", ["_insert", "ledger.record"])
def test_a_half_done_issue_leaves_nothing(monkeypatch: pytest.MonkeyPatch, breaks: str) -> None:
    rollout = make_rollout(make_tree()["Tỉnh"], issued=False)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(f"directives.actions.rollouts.{breaks}", broken)
        with pytest.raises(ConnectionError):
            rollouts.issue(rollout=rollout, by=None, now=NOW)
    kept = Rollout.objects.get()
    assert (kept.issued_at, kept.expected_count, Assignment.objects.count(), told("rollout.issued")) == (None, 0, 0, 0)
    rollouts.issue(rollout=kept, by=None, now=NOW)
    assert Assignment.objects.count() == 11


def test_the_day_of_acknowledgement_may_be_today_and_not_yesterday() -> None:
    tree = make_tree()
    rollout = make_rollout(tree["Tỉnh"], acknowledge=1, issued=False)
    with pytest.raises(WrongState):
        rollouts.issue(rollout=rollout, by=None, now=at(days(2), 0, 30))  # 00:30 here is still yesterday in UTC
    assert Assignment.objects.count() == 0
    rollouts.issue(rollout=rollout, by=None, now=at(days(1), 23, 59))
    assert Assignment.objects.count() == 11


def test_an_audience_of_nobody_is_refused() -> None:
    tree = make_tree("province Tỉnh\n  committee Huyện A")
    rollout = make_rollout(tree["Tỉnh"], audience={"cell": ACT}, issued=False)
    with pytest.raises(WrongState):
        rollouts.issue(rollout=rollout, by=None, now=NOW)
    assert (Assignment.objects.count(), Rollout.objects.get().issued_at) == (0, None)


def test_only_the_board_composes_issues_and_closes() -> None:
    tree = make_tree()
    document, root = make_document(tree["Tỉnh"]), tree["Tỉnh"]
    board, clerk = make_board(root), make_office(tree["Huyện A"])
    dates = Dates(days(10), days(45))
    about: dict[str, Any] = {"document": document, "root": root, "audience": EVERYBODY, "dates": dates, "outside": []}
    with pytest.raises(Forbidden):
        rollouts.compose(**about, by=clerk, now=NOW)
    rollout = rollouts.compose(**about, by=board, now=NOW)
    with pytest.raises(Forbidden):
        rollouts.issue(rollout=rollout, by=clerk, now=NOW)
    assert rollouts.issue(rollout=rollout, by=board, now=NOW).issued_by == board
    with pytest.raises(Forbidden):
        rollouts.close(rollout=rollout, by=clerk, now=NOW)
    assert rollouts.close(rollout=rollout, by=board, now=NOW).closed_at == NOW


@pytest.mark.parametrize(
    ("state", "audience", "dates"),
    [
        (Document.State.TO_KNOW, EVERYBODY, Dates(days(10), days(45))),
        (Document.State.DIRECTIVE, {"cell": INFORM}, Dates(days(10), days(45))),
        (Document.State.DIRECTIVE, EVERYBODY, Dates(days(10), days(9))),
    ],
)
def test_what_cannot_be_composed(state: str, audience: dict[str, str], dates: Dates) -> None:
    root = make_unit("Tỉnh")
    document = make_document(root, state)
    with pytest.raises(WrongState):
        rollouts.compose(document=document, root=root, audience=audience, dates=dates, outside=[], by=None, now=NOW)
    assert Rollout.objects.count() == 0


def test_a_preview_counts_what_issuing_does_and_names_whom_nobody_reaches() -> None:
    tree = make_tree()
    for name in ("Huyện A", "Xã A1", "Đảng đoàn C"):
        make_office(tree[name])
    rollout = make_rollout(tree["Tỉnh"], audience=EVERYBODY | {"party_group": INFORM}, issued=False)
    preview = rollouts.preview(rollout, TODAY)
    assert (preview.lines, preview.acting, preview.cells, preview.informed) == (11, 9, 5, 1)
    assert [unit.name for unit in preview.unreachable] == ["Xã A2", "Huyện B"]
    rollouts.issue(rollout=rollout, by=None, now=NOW)
    assert (rollout.assignments.count(), rollout.assignments.filter(role=ACT).count()) == (11, 9)


def test_the_bulk_insert_writes_what_bulk_create_writes() -> None:
    """On PostgreSQL the audience goes in as arrays; every column must hold the same."""
    tree = make_tree()
    make_office(tree["A1.1"])
    rollout = make_rollout(tree["Tỉnh"], issued=False)
    walked = rollouts._walk(rollout.root, EVERYBODY, TODAY)
    rows = [rollouts._row(rollout, line, line.unit.name == "A1.1") for line in walked]
    columns = [field.attname for field in Assignment._meta.concrete_fields if not field.primary_key]
    rows[3].closed_reason, rows[4].extended_to, rows[5].opened_at = "a,b{}'\"\\ NULL", days(60), at(TODAY, 23, 59)
    rollouts._insert(rows)
    raw = list(Assignment.objects.in_order().values_list(*columns))
    Assignment.objects.all().delete()
    Assignment.objects.bulk_create(rows)
    assert raw == list(Assignment.objects.in_order().values_list(*columns))
    assert len(raw) == 11


def test_closing_ends_every_duty_once() -> None:
    tree = make_tree()
    clerk = make_office(tree["Xã A1"])
    unissued = make_rollout(tree["Tỉnh"], issued=False)
    with pytest.raises(WrongState):
        rollouts.close(rollout=unissued, by=None, now=NOW)
    rollout = rollouts.issue(rollout=unissued, by=None, now=NOW)
    rollouts.close(rollout=rollout, by=None, now=NOW)
    with pytest.raises(WrongState):
        rollouts.close(rollout=rollout, by=None, now=NOW)
    with pytest.raises(WrongState) as refused:
        acknowledge.acknowledge(assignment=line_of(rollout, tree["Xã A1"]), by=clerk, now=NOW)
    assert type(refused.value) is WrongState
    assert not Assignment.objects.live().exists()
    assert told("rollout.closed") == 1
