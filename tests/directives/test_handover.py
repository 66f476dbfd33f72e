"""Duties of units that have ended: proposed to whom they go, decided by the board at once, never counted against it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.actions import acknowledge, disseminate, extensions, handover, remind, rollouts
from directives.actions.disseminate import Held
from directives.actions.documents import WrongState
from directives.actions.handover import CLOSED
from directives.data import figures
from directives.data.duties import duties
from directives.data.handover import Waiting, digest, open_duties, waiting
from directives.models import Assignment, Reminder, Rollout
from directives.models.assignment import AssignmentQuerySet
from portal.verify import verify
from tests.factories import (
    NOW,
    TODAY,
    Tree,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_office,
    make_rollout,
    make_tree,
)
from units.access import Forbidden
from units.actions import reorganise
from units.actions.carry_out import Paper
from units.models import LedgerEntry, Unit, User

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"paper": Paper(TODAY), "by": None, "now": NOW}
AWAITS = "Đơn vị đã kết thúc hoạt động; nhiệm vụ này chờ quyết định đơn vị thực hiện tiếp."


class Desk:
    """The board over a tree with a rollout in which nobody has done anything."""

    def __init__(self) -> None:
        self.tree: Tree = make_tree()
        self.root = self.tree["Tỉnh"]
        self.board = make_board(self.root)
        self.rollout: Rollout = make_rollout(self.root)

    def unit(self, name: str) -> Unit:
        return Unit.objects.get(name=name)

    def absorb(self, old: str, new: str) -> None:
        reorganise.absorb(predecessors=[self.unit(old)], successor=self.unit(new), **PLAIN)

    def lines(self) -> AssignmentQuerySet:
        return Assignment.objects.awaiting_decision(TODAY)

    def rows(self) -> list[Waiting]:
        return waiting(self.lines(), TODAY)

    def proposed(self) -> dict[str, tuple[str | None, list[str]]]:
        """ended unit → the heir that is proposed, and the others."""
        return {
            row.unit.name: (row.heir.name if row.heir else None, [other.name for other in row.others])
            for row in self.rows()
        }

    def settle(self, by: User | None = None, **heirs: Unit | None) -> handover.Settled:
        """As proposed, but for those named otherwise."""
        chosen = {row.unit.pk: heirs.get(row.unit.name.replace(" ", "_"), row.heir) for row in self.rows()}
        lines = list(self.lines().select_related("answering_unit", "rollout"))
        return handover.settle(lines=lines, heirs=chosen, by=by or self.board, now=NOW)


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ---- proposals -------------------------------------------------------------------------------------------


def test_one_that_went_into_another_is_proposed_to_it(desk: Desk) -> None:
    assert desk.rows() == []
    desk.absorb("Xã A2", "Xã A1")
    assert desk.proposed() == {"Xã A2": ("Xã A1", [])}
    (row,) = desk.rows()
    assert (row.lines, row.rollouts, open_duties([row.unit.pk])) == (1, 1, 1)


def test_those_that_became_one_are_proposed_to_it_in_the_order_of_the_tree(desk: Desk) -> None:
    reorganise.merge(
        predecessors=[desk.tree["B1"], desk.tree["Xã A2"], desk.tree["Xã A1"]], name="Xã Mới", kind="grassroots",
        parent=desk.root, **PLAIN,
    )
    assert list(desk.proposed().items()) == [
        ("Xã A1", ("Xã Mới", [])), ("Xã A2", ("Xã Mới", [])), ("B1", ("Xã Mới", [])),
    ]


def test_of_several_successors_the_one_that_has_most_of_its_cells_is_proposed(desk: Desk) -> None:
    parts = [(name, "grassroots", desk.tree["Huyện A"]) for name in ("Một", "Hai", "Ba")]
    takes = {desk.tree["A1.1"].pk: 1, desk.tree["A1.2"].pk: 1, desk.tree["A1.3"].pk: 2}
    reorganise.split(unit=desk.tree["Xã A1"], parts=parts, takes=takes, goes_on=False, **PLAIN)
    assert desk.proposed() == {"Xã A1": ("Hai", ["Ba", "Một"])}


def test_without_cells_the_first_in_the_official_order_is_proposed(desk: Desk) -> None:
    parts = [(name, "grassroots_cell", desk.tree["Huyện B"]) for name in ("Z", "A")]
    reorganise.split(unit=desk.tree["B1"], parts=parts, takes={}, goes_on=False, **PLAIN)
    assert desk.proposed() == {"B1": ("Z", ["A"])}


def test_one_that_ended_without_a_successor_is_proposed_to_be_closed(desk: Desk) -> None:
    reorganise.end(unit=desk.tree["Xã A1"], heir=desk.tree["Xã A2"], **PLAIN)
    reorganise.end(unit=desk.tree["Đảng đoàn C"], heir=None, **PLAIN)
    assert desk.proposed() == {"Đảng đoàn C": (None, []), "Xã A1": (None, [])}


def test_a_chain_is_followed_to_the_first_that_lives(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    reorganise.merge(
        predecessors=[desk.tree["Xã A1"], desk.tree["B1"]], name="Giữa", kind="grassroots", parent=desk.root, **PLAIN
    )
    reorganise.absorb(predecessors=[desk.unit("Giữa")], successor=desk.tree["Huyện B"], **(
        PLAIN | {"paper": Paper(days(2)), "now": at(days(2))}
    ))
    lines = Assignment.objects.awaiting_decision(days(2))
    assert {row.unit.name: row.heir and row.heir.name for row in waiting(lines, days(2))} == dict.fromkeys(
        ("Xã A1", "Xã A2", "B1"), "Huyện B"
    )


def test_what_ends_later_does_not_wait_yet(desk: Desk) -> None:
    reorganise.absorb(
        predecessors=[desk.tree["Xã A2"]], successor=desk.tree["Xã A1"], **(PLAIN | {"paper": Paper(days(5))})
    )
    assert desk.rows() == []
    assert [row.unit.name for row in waiting(Assignment.objects.awaiting_decision(days(5)), days(5))] == ["Xã A2"]


def test_the_digest_is_of_what_is_proposed(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    shown = digest(desk.rows())
    assert digest(desk.rows()) == shown
    desk.absorb("B1", "Xã A1")
    assert digest(desk.rows()) != shown


# ---- while it waits --------------------------------------------------------------------------------------

Act = Callable[[Desk, Assignment, User], object]
ACTS: list[Act] = [
    lambda desk, line, by: acknowledge.record_outside(assignment=line, on=TODAY, channel="paper", by=by, now=NOW),
    lambda desk, line, by: disseminate.record(
        unit=desk.tree["Huyện A"], held=Held(on=TODAY), assignments=[line], by=by, now=NOW
    ),
]


@pytest.mark.parametrize("act", ACTS, ids=["acknowledge", "disseminate"])
def test_nothing_is_done_for_it_and_the_reason_is_said(desk: Desk, act: Act) -> None:
    clerk = make_office(desk.tree["Huyện A"])
    desk.absorb("Xã A2", "Huyện B")
    line = line_of(desk.rollout, desk.tree["Xã A2"])
    with pytest.raises(WrongState, match=AWAITS):
        act(desk, line, clerk)
    kept = line_of(desk.rollout, desk.tree["Xã A2"])
    assert (kept.acknowledged_on, kept.disseminated_on, kept.version) == (None, None, line.version)
    with pytest.raises(WrongState, match=AWAITS):
        extensions.ask(assignment=line, to=days(50), reason="Mưa", by=clerk, now=NOW)


def test_it_is_neither_late_nor_urged_nor_reminded(desk: Desk) -> None:
    make_office(desk.tree["Huyện B"])
    desk.absorb("B1", "Huyện B")
    line = line_of(desk.rollout, desk.tree["B1"])
    later = days(90)
    late = Assignment.objects.late(later)
    assert line not in late
    assert line_of(desk.rollout, desk.tree["Huyện B"]) in late
    with pytest.raises(WrongState, match="không còn nhiệm vụ nào cần nhắc"):
        remind.urge(assignments=[line], by=desk.board, now=NOW)
    remind.remind_due(now=at(days(11), 10))
    assert Reminder.objects.exists()
    assert not Reminder.objects.filter(assignment=line).exists()
    whole = figures.line(desk.rollout, desk.rollout.assignments.get(position=0), later)
    # A cell that nobody holds an office in owes dissemination only.
    assert (whole.acknowledge.awaiting, whole.disseminate.awaiting) == (0, 1)
    assert whole.disseminate.open_late == whole.disseminate.total - 1


# ---- decided ---------------------------------------------------------------------------------------------


def test_the_proposals_are_taken_together_and_the_ledger_says_which(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    reorganise.end(unit=desk.tree["Đảng đoàn C"], heir=None, **PLAIN)
    handed, closed = (line_of(desk.rollout, desk.tree[name]) for name in ("Xã A2", "Đảng đoàn C"))
    assert desk.settle() == handover.Settled(1, 1)
    assert desk.rows() == []
    assert line_of(desk.rollout, desk.tree["Xã A2"]).answering_unit == desk.tree["Xã A1"]
    assert line_of(desk.rollout, desk.tree["Đảng đoàn C"]).closed_reason == CLOSED == "kết thúc do sắp xếp tổ chức"
    line = LedgerEntry.objects.get(event="duties.settled")
    assert (line.by_id, line.subject_id) == (desk.board.pk, desk.rollout.pk)
    assert sorted(line.data["settled"], key=lambda each: each["lines"]) == sorted([
        {"from": handed.unit_id, "to": desk.tree["Xã A1"].pk, "lines": [handed.pk]},
        {"from": closed.unit_id, "to": None, "lines": [closed.pk]},
    ], key=lambda each: each["lines"])
    assert verify(NOW) == []


def test_the_successor_answers_for_what_was_handed_over(desk: Desk) -> None:
    clerk = make_office(desk.tree["Xã A1"])
    desk.absorb("Xã A2", "Xã A1")
    desk.settle()
    line = line_of(desk.rollout, desk.tree["Xã A2"])
    (duty,) = duties([desk.rollout], desk.tree["Xã A1"], TODAY)
    assert duty.taken_over == [line]
    extensions.ask(assignment=line, to=days(47), reason="Sắp xếp", by=clerk, now=NOW)
    receipt = acknowledge.acknowledge(assignment=line, by=clerk, now=NOW)
    assert receipt.unit_id == desk.tree["Xã A1"].pk
    own = line_of(desk.rollout, desk.tree["Xã A1"])
    acknowledge.acknowledge(assignment=own, by=clerk, now=NOW)
    disseminate.record(
        unit=desk.tree["Xã A1"], held=Held(on=TODAY), by=clerk, now=NOW,
        assignments=[own, line, *(line_of(desk.rollout, desk.tree[f"A{n}"]) for n in ("1.1", "1.2", "1.3", "2.1"))],
    )
    (duty,) = duties([desk.rollout], desk.tree["Xã A1"], TODAY)
    assert (duty.done, duty.cells_total) == (True, 4)
    assert verify(NOW) == []


def test_what_was_handed_over_waits_again_when_the_successor_ends(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    desk.settle()
    desk.absorb("Xã A1", "Huyện B")
    (row,) = desk.rows()
    assert (row.unit.name, row.lines, row.heir) == ("Xã A1", 2, desk.tree["Huyện B"])


def test_another_may_be_named_but_none_that_is_not_there(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    for wrong in ("Xã A2", "Mới"):
        if wrong == "Mới":
            reorganise.found(name="Mới", kind="grassroots", parent=desk.root, **(PLAIN | {"paper": Paper(days(9))}))
        with pytest.raises(WrongState, match=f"{wrong} hiện không hoạt động"):
            desk.settle(Xã_A2=desk.unit(wrong))
    assert desk.settle(Xã_A2=desk.tree["Huyện B"]) == handover.Settled(1, 0)
    with pytest.raises(WrongState, match="Không có nhiệm vụ nào chờ quyết định"):
        desk.settle()


@pytest.mark.parametrize(("place", "role"), [("Xã A1", "secretary"), ("Tỉnh", "registry"), ("Huyện A", "board")])
def test_only_the_board_over_both_units_decides(desk: Desk, place: str, role: str) -> None:
    desk.absorb("Xã A2", "Huyện B")
    with pytest.raises(Forbidden):
        desk.settle(by=make_office(desk.tree[place], role))
    assert desk.lines().count() == 1


def test_a_decision_about_lines_that_somebody_has_settled_since_is_refused_whole(desk: Desk) -> None:
    desk.absorb("Xã A2", "Xã A1")
    desk.absorb("B1", "Xã A1")
    stale = list(desk.lines().select_related("answering_unit", "rollout"))
    handover.hand_over(assignment=line_of(desk.rollout, desk.tree["B1"]), to=desk.root, by=desk.board, now=NOW)
    heirs = dict.fromkeys([line.answering_unit_id for line in stale], desk.tree["Xã A1"])
    with pytest.raises(WrongState, match="vừa được bàn giao cho đơn vị khác hoặc đã đóng"):
        handover.settle(lines=stale, heirs=heirs, by=desk.board, now=NOW)
    assert line_of(desk.rollout, desk.tree["Xã A2"]).answering_unit == desk.tree["Xã A2"]
    assert LedgerEntry.objects.filter(event="duties.settled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins() -> None:
    desk = Desk()
    desk.absorb("Xã A2", "Xã A1")
    desk.absorb("B1", "Xã A1")
    stale = list(desk.lines().select_related("answering_unit", "rollout"))
    choices: list[Unit | None] = [desk.tree["Xã A1"], None, desk.tree["Huyện A"], desk.root]
    outcomes = at_once([
        lambda heir=heir: handover.settle(
            lines=stale, heirs={line.answering_unit_id: heir for line in stale}, by=desk.board, now=NOW
        ) for heir in choices
    ])
    won = [isinstance(outcome, handover.Settled) for outcome in outcomes]
    assert won.count(True) == 1, outcomes
    assert all(isinstance(outcome, WrongState | handover.Settled) for outcome in outcomes), outcomes
    heir = choices[won.index(True)]
    for name in ("Xã A2", "B1"):
        line = line_of(desk.rollout, desk.tree[name])
        assert (line.answering_unit, line.closed_reason) == ((heir, "") if heir else (desk.tree[name], CLOSED))


def test_lines_of_a_closed_rollout_and_lines_that_are_done_are_left_alone(desk: Desk) -> None:
    clerk = make_office(desk.tree["Xã A2"])
    line = line_of(desk.rollout, desk.tree["Xã A2"])
    acknowledge.acknowledge(assignment=line, by=clerk, now=NOW)
    disseminate.record(unit=desk.tree["Xã A2"], held=Held(on=TODAY), assignments=[line], by=clerk, now=NOW)
    other = make_rollout(desk.root, document=desk.rollout.document)
    desk.absorb("Xã A2", "Xã A1")
    assert [each.rollout for each in desk.lines().select_related("rollout")] == [other]
    open_line = line_of(other, desk.tree["Xã A2"])
    rollouts.close(rollout=other, by=desk.board, now=NOW)
    assert desk.rows() == []
    with pytest.raises(WrongState):
        handover.hand_over(assignment=open_line, to=desk.tree["Xã A1"], by=desk.board, now=NOW)
    assert line_of(other, desk.tree["Xã A2"]).answering_unit == desk.tree["Xã A2"]


# ---- the page --------------------------------------------------------------------------------------------


def post(client: Client, **fields: Any) -> tuple[int, str]:
    response = client.post(reverse("handover-settle"), fields)
    return response.status_code, [str(message) for message in get_messages(response.wsgi_request)][-1]


def test_the_page_settles_some_apart_and_the_rest_as_shown(desk: Desk, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    desk.absorb("Xã A2", "Xã A1")
    desk.absorb("B1", "Xã A1")
    reorganise.end(unit=desk.tree["Đảng đoàn C"], heir=None, **PLAIN)
    client.force_login(desk.board)
    shown = client.get(reverse("handover-list")).context
    assert (shown["lines"], shown["closing"], shown["digest"]) == (3, 1, digest(desk.rows()))
    b1 = desk.tree["B1"].pk
    assert post(client, viec="chuyen", nhan="Huyện B")[0] == 422  # nobody ticked
    assert post(client, **{"viec": "chuyen", "don-vi": b1, "nhan": "Xã Z"})[0] == 422
    assert post(client, **{"viec": "chuyen", "don-vi": b1, "nhan": "huyen b"})[0] == 302
    assert line_of(desk.rollout, desk.tree["B1"]).answering_unit == desk.tree["Huyện B"]
    assert post(client, **{"viec": "tat-ca", "ban-xem": shown["digest"]}) == (
        422, "Danh sách vừa thay đổi; hãy xem lại rồi xác nhận.",
    )
    assert post(client, **{"viec": "tat-ca", "ban-xem": digest(desk.rows())})[0] == 302
    assert desk.lines().count() == 0
    client.force_login(make_office(desk.tree["Xã A1"]))
    assert client.get(reverse("handover-list")).status_code == 403
