"""The merger of a province by one spreadsheet in the middle of a rollout: nothing is lost, nothing is late for it."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from django.db import transaction

from directives.actions import acknowledge, disseminate, handover, remind
from directives.actions.disseminate import Held
from directives.data import figures
from directives.data.duties import duties
from directives.data.handover import waiting
from directives.models import Assignment, Reminder, Rollout
from portal.verify import verify
from reports.data import paper
from reports.models import Report
from tests.directives.merger import COMMUNES, CORPS, Before, Line, Sheet, frozen_lines, naive_waiting, province
from tests.factories import NOW, TODAY, at, days, make_office, rolled_back
from tests.recount import FIELDS, recount
from units.actions import intake
from units.actions.carry_out import Paper
from units.data.intake import Intake
from units.models import ImportDraft, LedgerEntry, Office, Succession, Unit

SEED = 2026
LATER = days(60)  # every deadline has passed


class Merged:
    """The province before and after, with what was seen before."""

    def __init__(self) -> None:
        self.before: Before = province(SEED)
        self.rollout = self.before.rollout
        self.frozen = frozen_lines(self.rollout)
        self.figures = every_level(self.rollout)
        self.report = Report.objects.values().get(pk=self.before.report.pk)
        self.holders = Office.objects.filter(to_on=None).count()
        draft = intake.take_in(
            kind=ImportDraft.Kind.REORGANISATION, unit=self.before.root, file_name="sap-xep.xlsx",
            table=Sheet(self.before, SEED).read(), paper=Paper(TODAY, "328-QĐ/TU", days(-7)),
            by=self.before.administrator, now=NOW,
        )
        self.seen: Intake = intake.preview(draft, TODAY)
        self.decision = intake.confirm(
            draft=draft, digest=self.seen.digest, by=self.before.administrator, now=NOW
        )
        self.naive = naive_waiting(self.rollout, TODAY)

    def waiting(self) -> Any:
        return Assignment.objects.filter(rollout=self.rollout).awaiting_decision(TODAY)

    def settle(self) -> handover.Settled:
        """Every proposal as it stands."""
        lines = list(self.waiting().select_related("answering_unit", "rollout"))
        heirs = {row.unit.pk: row.heir for row in waiting(self.waiting(), TODAY)}
        return handover.settle(lines=lines, heirs=heirs, by=self.before.board, now=NOW)


def every_level(rollout: Rollout) -> dict[int, Line]:
    """position → the figures of every line of the frozen audience that has lines below it."""
    above = rollout.assignments.exclude(unit_kind__in=Unit.KINDS_WITHOUT_SUBORDINATES).in_order()
    found = {}
    for line in above:
        for tally in [figures.line(rollout, line, TODAY), *figures.level(rollout, line, TODAY)]:
            assert tally.position is not None
            found[tally.position] = asdict(tally)
    return found


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Merged]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Merged()
        transaction.set_rollback(True)


@pytest.fixture
def merged(built: Merged, db: None) -> Iterator[Merged]:
    with rolled_back():
        yield built


def test_the_spreadsheet_makes_the_province_that_was_meant(merged: Merged) -> None:
    root = merged.before.root
    below = Unit.objects.filter(parent=root, kind="committee").alive_on(TODAY)
    assert set(below.values_list("name", flat=True)) == {*CORPS, *(f"Đảng bộ xã Hợp Nhất {n}" for n in range(1, 103))}
    assert below.count() == COMMUNES + 5
    ended = Unit.objects.ended_by(TODAY)
    assert ended.filter(kind="committee").count() == 17  # Quân sự and Công an go on
    assert ended.filter(kind="party_group").count() == 10
    assert ended.filter(kind="cell").count() == 2 * COMMUNES
    assert not Unit.objects.alive_on(TODAY).filter(parent__in=ended).exists()
    cells = merged.before.of_kind("cell")
    assert Unit.objects.alive_on(TODAY).filter(pk__in=[cell.pk for cell in cells]).count() == 2730 - 2 * COMMUNES
    found = Unit.objects.alive_on(TODAY).filter(search_text__contains="dang bo xa binh lac").get()
    assert found.name.startswith("Đảng bộ xã Hợp Nhất ")
    assert verify(NOW) == []


def test_the_preview_said_what_the_decision_did(merged: Merged) -> None:
    seen = merged.seen.seen
    assert seen is not None
    told = LedgerEntry.objects.get(event="reorganisation.carried_out", subject_id=merged.decision.pk).data
    assert (len(seen.founded), len(told["founded"])) == (COMMUNES * 2 + 3, COMMUNES * 2 + 3)
    assert {state.unit for state in seen.ended} == set(Unit.objects.ended_by(TODAY).values_list("pk", flat=True))
    assert seen.offices == told["offices_ended"] == merged.holders - Office.objects.filter(to_on=None).count() > 20
    assert set(merged.decision.successions.values_list("predecessor", "successor")) == set(
        Succession.objects.values_list("predecessor", "successor")
    )
    assert merged.seen.counts == {"new": 1, "changed": len(merged.seen.lines) - 1, "unchanged": 0, "wrong": 0}


def test_the_frozen_audience_is_as_it_was_and_no_total_has_moved(merged: Merged) -> None:
    assert frozen_lines(merged.rollout) == merged.frozen
    after = every_level(merged.rollout)
    assert after.keys() == merged.figures.keys()
    for position, now in after.items():
        then = merged.figures[position]
        for fact in ("acknowledge", "disseminate"):
            for kept in ("total", "done_in_time", "after_extension", "done_late"):
                assert now[fact][kept] == then[fact][kept], (position, fact, kept)
            apart = ("done_in_time", "done_late", "open_in_time", "open_late", "awaiting")
            assert sum(now[fact][part] for part in apart) == now[fact]["total"]
            assert now[fact]["open_in_time"] + now[fact]["awaiting"] == then[fact]["open_in_time"]
        for kept in ("name", "kind", "unit", "cells", "cells_disseminated", "from_outside"):
            assert now[kept] == then[kept]
    assert after[0]["disseminate"]["awaiting"] > 400


def test_each_line_equals_a_recount_by_hand(merged: Merged) -> None:
    rows = list(Assignment.objects.filter(rollout=merged.rollout).values(*FIELDS))
    for day in (TODAY, LATER):
        for line in merged.rollout.assignments.filter(parent_position=0).in_order():
            inside = [row for row in rows if line.position <= row["position"] <= line.last]
            found = figures.line(merged.rollout, line, day).as_dict()
            assert {key: found[key] for key in found if key not in ("unit", "name", "kind")} == recount(inside, day)


def test_what_waits_is_what_a_naive_count_finds_and_is_neither_late_nor_reminded(merged: Merged) -> None:
    rows = waiting(merged.waiting(), TODAY)
    assert set(merged.waiting().values_list("pk", flat=True)) == merged.naive
    assert sum(row.lines for row in rows) == len(merged.naive) > 500
    assert all(row.unit.closed_on == TODAY and row.rollouts == 1 for row in rows)
    lines = Assignment.objects.filter(rollout=merged.rollout)
    assert not lines.late(LATER).filter(pk__in=merged.naive).exists()
    assert lines.late(LATER).exists()
    army = make_office(Unit.objects.get(name="Đảng bộ Quân sự tỉnh"))
    make_office(Unit.objects.get(name="Đảng bộ xã Hợp Nhất 1"))
    remind.remind_due(now=at(days(11), 10))
    assert Reminder.objects.filter(recipient=army).exists()
    assert not Reminder.objects.filter(assignment__in=merged.naive).exists()


def test_the_proposals_settled_leave_nothing_waiting(merged: Merged) -> None:
    proposals = {row.unit.pk: row.heir for row in waiting(merged.waiting(), TODAY)}
    followed = set(Succession.objects.values_list("predecessor", "successor"))
    for unit, heir in proposals.items():
        assert (heir is None) == (unit not in {old for old, _ in followed})
        assert heir is None or (unit, heir.pk) in followed
    lost = [row for row in merged.frozen if row["id"] in merged.naive and proposals[row["answering_unit_id"]] is None]
    settled = merged.settle()
    assert (settled.handed_over, settled.closed) == (len(merged.naive) - len(lost), len(lost))
    assert merged.waiting().count() == 0
    root = merged.rollout.assignments.get(position=0)
    now, then = asdict(figures.line(merged.rollout, root, TODAY)), merged.figures[0]
    for fact, due in (("acknowledge", "acknowledge_by"), ("disseminate", "disseminate_by")):
        assert now[fact]["awaiting"] == 0
        assert now[fact]["total"] == then[fact]["total"] - sum(row[due] is not None for row in lost)
    moved = {"answering_unit_id", "closed_reason", "version"}
    for was, after in zip(merged.frozen, frozen_lines(merged.rollout), strict=True):
        assert {key for key in was if was[key] != after[key]} <= (moved if was["id"] in merged.naive else set())
    assert verify(NOW) == []


def test_a_successor_sees_what_it_took_over_and_one_occasion_closes_it(merged: Merged) -> None:
    merged.settle()
    commune = Unit.objects.get(name="Đảng bộ xã Hợp Nhất 7")
    clerk = make_office(commune)
    old = set(Succession.objects.filter(successor=commune).values_list("predecessor", flat=True))
    own = Assignment.objects.filter(rollout=merged.rollout, answering_unit=commune).select_related(
        "rollout__document", "answering_unit", "unit")
    assert {line.unit_id for line in own} <= old
    (duty,) = duties([merged.rollout], commune, TODAY)
    assert set(duty.taken_over) == {line for line in own if not line.is_cell}
    assert len(duty.taken_over) >= 3
    below = Assignment.objects.filter(rollout=merged.rollout).answered_under([commune]).owing_dissemination()
    for line in own.filter(acknowledged_on=None, acknowledge_by__isnull=False):
        acknowledge.acknowledge(assignment=line, by=clerk, now=NOW)
    recorded = disseminate.record(
        unit=commune, held=Held(on=TODAY), by=clerk, now=NOW,
        assignments=list(below.select_related("rollout__document", "answering_unit")),
    )
    assert recorded.occasion.unit == commune
    (duty,) = duties([merged.rollout], commune, TODAY)
    assert (duty.done, duty.cells_done) == (True, duty.cells_total)
    assert Assignment.objects.filter(rollout=merged.rollout).answered_under([commune]).owing().count() == 0
    assert verify(NOW) == []


def test_the_issued_report_is_what_it_was_to_the_byte(merged: Merged) -> None:
    merged.settle()
    report = Report.objects.get(pk=merged.before.report.pk)
    assert Report.objects.values().get(pk=report.pk) == merged.report
    assert report.pdf is not None
    assert report.pdf.path.read_bytes() == merged.before.pdf
    assert paper.drawn(report, number=report.number, issued_on=report.issued_on, demo=False) == merged.before.pdf


def test_the_province_of_today_counts_what_the_frozen_one_counts(merged: Merged) -> None:
    """In today's tree the duties stand elsewhere; together they are as many."""
    merged.settle()
    root = merged.before.root
    today = figures.total(figures.todays_level(merged.rollout, root, TODAY))
    frozen = figures.line(merged.rollout, merged.rollout.assignments.get(position=0), TODAY)
    assert (today.acknowledge, today.disseminate, today.cells) == (
        frozen.acknowledge, frozen.disseminate, frozen.cells,
    )
