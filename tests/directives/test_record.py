"""One unit's record over all directives: recounted by hand over random lines, and as its page shows it."""

from dataclasses import asdict
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from directives.actions import acknowledge, disseminate, extensions, handover
from directives.actions.disseminate import Held
from directives.data import figures
from directives.data.record import Entry, Record, record
from directives.models import Assignment, Document, Rollout
from tests.directives.test_figures import Spec, World, specs
from tests.factories import (
    ACT,
    FOUNDED,
    INFORM,
    NOW,
    TODAY,
    Tree,
    at,
    days,
    line_of,
    make_board,
    make_document,
    make_office,
    make_rollout,
    make_tree,
    make_user,
    rolled_back,
)
from tests.recount import CELLS, recount, subtree
from units.access import Rights, rights
from units.actions import reorganise
from units.actions.carry_out import Paper
from units.models import Office, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def units() -> Tree:
    return make_tree()


def seen_by(user: User) -> Rights:
    return rights(user, TODAY)


# ---- recounted ---------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=specs)
def test_every_units_record_is_what_a_recount_says(random: list[Spec]) -> None:
    with rolled_back():
        user = make_user("ai-do")
        document = Document.objects.create(title="Văn bản", created_at=NOW)
        world = World(random, document, user)
        Office.objects.create(user=user, unit=world.units[0], role=Office.Role.BOARD, from_on=FOUNDED)
        reader = seen_by(user)
        for i, unit in enumerate(world.units):
            found = record(unit, reader)
            own = [line for line, answers in world.answers.items() if answers == i]
            counted = recount([world.rows[line] for line in own], TODAY)["buckets"]
            assert {"acknowledge": asdict(found.acknowledge), "disseminate": asdict(found.disseminate)} == counted
            wanted = {line for line in {*own, i} if world.rows[line]["role"] != "structure"}
            assert {entry.line.unit_id for entry in found.entries} == {world.units[line].pk for line in wanted}
            for entry in found.entries:
                below = subtree(world.units.index(entry.line.unit), world.then) - {world.units.index(entry.line.unit)}
                owing = [world.rows[line] for line in below if owes_as_a_cell(world.rows[line])]
                assert (entry.cells, entry.cells_done) == (
                    len(owing), sum(row["disseminated_on"] is not None for row in owing)
                )


def owes_as_a_cell(row: dict[str, Any]) -> bool:
    acts = row["role"] == "act" and not row["closed_reason"]
    return bool(acts and row["disseminate_by"] and row["unit_kind"] in CELLS)


def test_the_cells_are_those_of_the_boards_table(units: Tree) -> None:
    clerk = make_office(units["Xã A1"])
    rollout = make_rollout(units["Tỉnh"])
    lines = [line_of(rollout, units[name]) for name in ("A1.1", "A1.3")]
    disseminate.record(unit=units["Xã A1"], held=Held(on=TODAY), assignments=lines, by=clerk, now=NOW)
    reader = seen_by(make_board(units["Tỉnh"]))
    for name in ("Huyện A", "Xã A1", "Xã A2"):
        (entry,) = record(units[name], reader).entries
        tally = figures.line(rollout, line_of(rollout, units[name]), TODAY)
        assert (entry.cells_done, entry.cells) == (tally.cells_disseminated, tally.cells)
    assert [(e.cells_done, e.cells) for e in record(units["A1.1"], reader).entries] == [(0, 0)]


# ---- the story of one unit -----------------------------------------------------------------------------------------


def issued(units: Tree, number: str, acknowledge_days: int = 10, disseminate_days: int = 45, **told: Any) -> Rollout:
    document = make_document(units["Tỉnh"], number=number, title=f"Văn bản {number}")
    return make_rollout(
        units["Tỉnh"], document=document, acknowledge=acknowledge_days, disseminate=disseminate_days, **told
    )


def due(rollout: Rollout, acknowledge_days: int, disseminate_days: int) -> None:
    """As if it had been issued long ago."""
    lines = Assignment.objects.filter(rollout=rollout, acknowledge_by__isnull=False)
    lines.update(acknowledge_by=days(acknowledge_days), disseminate_by=days(disseminate_days))


def entries(found: Record) -> dict[str, Entry]:
    return {f"{entry.line.rollout.document.number}{entry.came_from}": entry for entry in found.entries}


def test_in_time_late_extended_open_and_only_informed(units: Tree) -> None:
    unit, clerk = units["Xã A1"], make_office(units["Xã A1"])
    made = {number: issued(units, number, now=at(days(-20 + n))) for n, number in enumerate(("1", "2", "3", "4"))}
    told = make_document(units["Tỉnh"], number="5")
    make_rollout(units["Tỉnh"], document=told, audience={"grassroots": INFORM, "cell": ACT}, now=at(days(-1)))
    due(made["2"], -4, -2)
    due(made["3"], -9, -7)
    Rollout.objects.filter(pk=made["4"].pk).update(closed_at=NOW)
    for number in ("1", "2"):
        acknowledge.acknowledge(assignment=line_of(made[number], unit), by=clerk, now=NOW)
    asked = extensions.ask(assignment=line_of(made["2"], unit), to=days(2), reason="Xin thêm", by=clerk, now=NOW)
    extensions.decide(extension=asked, granted=True, reason="", by=None, now=NOW)
    disseminate.record(
        unit=unit, held=Held(on=TODAY), assignments=[line_of(made["2"], unit)], by=clerk, now=NOW
    )
    found = record(unit, seen_by(make_board(units["Tỉnh"])))
    assert [entry.line.rollout.document.number for entry in found.entries] == ["5", "4", "3", "2", "1"]
    assert asdict(found.acknowledge) == {
        "total": 4, "done_in_time": 1, "after_extension": 0, "done_late": 1, "open_in_time": 1, "open_late": 1,
        "awaiting": 0,
    }
    assert asdict(found.disseminate) == {
        "total": 4, "done_in_time": 1, "after_extension": 1, "done_late": 0, "open_in_time": 2, "open_late": 1,
        "awaiting": 0,
    }
    assert {number: entry.days_late for number, entry in entries(found).items()} == {
        "1": 0, "2": 4, "3": 9, "4": 0, "5": 0,
    }


def test_what_was_handed_over_is_shown_at_both_and_counts_once(units: Tree, client: Client) -> None:
    rollout = issued(units, "1")
    due(rollout, -1, 5)
    reorganise.absorb(
        predecessors=[units["Xã A1"]], successor=units["Xã A2"], paper=Paper(TODAY, number="9"), by=None, now=NOW
    )
    reader = seen_by(make_board(units["Tỉnh"]))
    before = record(Unit.objects.get(name="Xã A1"), reader)
    assert (before.acknowledge.awaiting, before.acknowledge.due, before.entries[0].days_late) == (1, 0, 0)
    heir = Unit.objects.get(name="Xã A2")
    handover.hand_over(assignment=line_of(rollout, units["Xã A1"]), to=heir, by=None, now=NOW)
    left, right = record(Unit.objects.get(name="Xã A1"), reader), record(heir, reader)
    assert (left.acknowledge.total, right.acknowledge.total) == (0, 2)
    assert (left.entries[0].went_to, left.entries[0].came_from) == ("Xã A2", "")
    assert set(entries(right)) == {"1", "1Xã A1"}
    assert entries(right)["1Xã A1"].cells == 3
    client.force_login(make_board(units["Tỉnh"]))
    page = client.get(reverse("unit-detail", args=[heir.pk])).content.decode()
    assert "tiếp nhận từ Xã A1" in page
    gone = client.get(reverse("unit-detail", args=[units["Xã A1"].pk])).content.decode()
    assert "đã bàn giao cho Xã A2" in gone


# ---- by whom -------------------------------------------------------------------------------------------------------


def test_a_committee_counts_the_cells_it_sees(units: Tree) -> None:
    """A cell that stands elsewhere today is another's to follow; the board, which sees both, counts it."""
    issued(units, "1")
    reorganise.move(unit=units["A1.1"], parent=units["Huyện B"], paper=Paper(TODAY), by=None, now=NOW)
    for user, cells in ((make_office(units["Huyện A"]), 2), (make_board(units["Tỉnh"]), 3)):
        (entry,) = record(units["Xã A1"], seen_by(user)).entries
        assert (entry.cells, entry.has_sheet) == (cells, user.offices.get().role == "secretary")


def test_the_administrator_of_units_reads_no_record(units: Tree, client: Client) -> None:
    issued(units, "1")
    client.force_login(make_office(units["Tỉnh"], "administrator"))
    page = client.get(reverse("unit-detail", args=[units["Xã A1"].pk])).content.decode()
    assert "Kết quả thực hiện các văn bản" not in page
    assert "Thêm đơn vị trực thuộc" in page
    assert f"?don-vi={units['Xã A1'].pk}" in page


def test_the_page_says_the_figures_and_leads_on(units: Tree, client: Client) -> None:
    clerk = make_office(units["Xã A1"])
    today = timezone.localdate()
    rollout = issued(units, "1", acknowledge_days=(today - TODAY).days + 1, disseminate_days=(today - TODAY).days + 9)
    line = line_of(rollout, units["Xã A1"])
    acknowledge.acknowledge(assignment=line, by=clerk, now=timezone.now())
    client.force_login(clerk)
    page = client.get(reverse("unit-detail", args=[units["Xã A1"].pk])).content.decode()
    assert "Tiếp nhận đúng hạn 1/1, đạt 100,0%; quán triệt, phổ biến đúng hạn 0/0" in page
    assert reverse("assignment-detail", args=[line.pk]) in page
    assert reverse("sheet", args=[rollout.pk, units["Xã A1"].pk]) in page
    assert "1 chưa đến hạn" in page


@pytest.mark.parametrize("count", [1, 30, 60])
def test_two_questions_for_any_number_of_directives(units: Tree, count: int) -> None:
    for n in range(count):
        issued(units, f"{n}")
    reader = seen_by(make_board(units["Tỉnh"]))
    with CaptureQueriesContext(connection) as queries:
        found = record(units["Xã A1"], reader)
        texts = [(e.line.rollout.document.name, e.went_to, e.acknowledgement.label) for e in found.entries]
    assert len(queries) == 2
    assert (len(texts), found.acknowledge.total) == (min(count, 50), count)


def test_long_lists_turn_each_by_itself(units: Tree, client: Client) -> None:
    for n in range(60):
        reorganise.found(
            name=f"Chi bộ {n:02}", kind="cell", parent=units["Xã A1"], paper=Paper(FOUNDED), by=None, now=NOW
        )
    client.force_login(make_board(units["Tỉnh"]))
    address = reverse("unit-detail", args=[units["Xã A1"].pk])
    first, second = (client.get(address, query).content.decode() for query in ({}, {"trang-chi-bo": "2"}))
    assert ("Chi bộ 00" in first, "Chi bộ 59" in first) == (True, False)
    assert ("Chi bộ 00" in second, "Chi bộ 59" in second) == (False, True)
    assert "?trang-chi-bo=2#chi-bo" in first
    for odd in ("0", "-1", "x", "9" * 5000, ""):
        query = dict.fromkeys(("trang-chi-bo", "trang-don-vi", "trang-van-ban"), odd)
        assert client.get(address, query).status_code == 200
