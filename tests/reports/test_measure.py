"""What is frozen equals a recount by hand and the figures of the pages, and is the same text every time."""

import json
from dataclasses import asdict
from datetime import date
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from directives.actions import acknowledge, disseminate, extensions, remind
from directives.actions.content import Cited
from directives.actions.disseminate import Held
from directives.data import figures
from directives.models import Assignment, Document, Rollout
from outbox.models import Mail
from reports import actions
from reports.data import measure
from reports.models import Period
from tests.factories import (
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
)
from tests.recount import FIELDS, recount
from units.actions.carry_out import Paper
from units.actions.reorganise import absorb
from units.models import Unit

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 9)  # the day of the figures: acknowledgement (19/10) and dissemination (30/10) have fallen due
MOMENT = at(ON, 17)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def rollout(tree: Tree) -> Rollout:
    """Everything happens to somebody: in time, late, from outside, extended, entered for, recorded late, sent back."""
    board, a, a1 = make_board(tree["Tỉnh"]), make_office(tree["Huyện A"]), make_office(tree["Xã A1"])
    rollout = make_rollout(tree["Tỉnh"], acknowledge=4, disseminate=15)

    def line(name: str) -> Any:
        return line_of(rollout, tree[name])

    acknowledge.acknowledge(assignment=line("Huyện A"), by=a, now=at(days(2)))
    acknowledge.acknowledge(assignment=line("Xã A1"), by=a1, now=at(days(6)))
    acknowledge.record_outside(assignment=line("Xã A2"), on=days(4), channel="phone", by=board, now=at(days(8)))

    def record(unit: str, by: Any, on: date, now: date, *names: str) -> None:
        lines = [line(name) for name in names]
        disseminate.record(unit=tree[unit], held=Held(on), assignments=lines, by=by, now=at(now))

    asked = extensions.ask(assignment=line("Xã A1"), to=days(22), reason="Mưa lũ", by=a1, now=at(days(10)))
    extensions.decide(extension=asked, granted=True, reason="", by=board, now=at(days(11)))
    record("Xã A1", a1, days(14), days(14), "A1.1")
    record("Huyện A", a, days(18), days(20), "A1.2")  # in time by the second date, entered for Xã A1
    record("Huyện A", a, days(5), days(24), "A2.1")  # in time by the day held, too late by the day recorded
    record("Xã A1", a1, days(14), days(14), "Xã A1")
    disseminate.send_back(assignment=line("Xã A1"), note="Thiếu số người dự", by=board, now=at(days(16)))
    return rollout


@pytest.fixture
def period() -> Period:
    return Period.objects.create(
        kind="quarter", label="quý IV/2026", start_on=date(2026, 10, 1), end_on=ON, cut_off_at=MOMENT, submit_by=ON
    )


def below(rollout: Rollout, unit: Unit) -> list[dict[str, Any]]:
    """The lines of a unit and all below it, by the parents of the units and not by intervals."""
    parents = dict(Unit.objects.values_list("pk", "parent"))

    def inside(pk: int | None) -> bool:
        while pk is not None and pk != unit.pk:
            pk = parents[pk]
        return pk == unit.pk

    return [row for row in rollout.assignments.values(*FIELDS) if inside(row["unit"])]


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A frozen row in the recount's shape."""
    ack = row["acknowledge"]
    return {
        "total": ack["total"], "acknowledged": ack["done_in_time"] + ack["done_late"],
        "from_outside": row["from_outside"], "cells": row["cells"], "cells_disseminated": row["cells_disseminated"],
        "buckets": {"acknowledge": ack, "disseminate": row["disseminate"]},
    }


def test_the_frozen_figures_equal_the_recount(rollout: Rollout, tree: Tree, period: Period) -> None:
    found = measure.measure(rollout, period, MOMENT)
    assert told(found["total"]) == recount(below(rollout, tree["Tỉnh"]), ON)
    assert [row["name"] for row in found["units"]] == ["Huyện A", "Huyện B", "Đảng đoàn C"]
    for row in found["units"]:
        assert told(row) == recount(below(rollout, tree[row["name"]]), ON)


def test_the_figures_are_the_ones_a_person_would_count(rollout: Rollout, period: Period) -> None:
    found = measure.measure(rollout, period, MOMENT)["total"]
    assert found["acknowledge"] == {
        "total": 5, "done_in_time": 2, "after_extension": 0, "done_late": 1, "open_in_time": 0, "open_late": 2,
        "awaiting": 0,
    }
    assert found["disseminate"] == {
        "total": 10, "done_in_time": 2, "after_extension": 1, "done_late": 1, "open_in_time": 0, "open_late": 7,
        "awaiting": 0,
    }
    assert (found["cells"], found["cells_disseminated"], found["from_outside"]) == (5, 3, 1)
    assert (found["entered_for"], found["recorded_late"]) == (1, 1)


def test_the_frozen_figures_are_the_pages(rollout: Rollout, period: Period) -> None:
    found = measure.measure(rollout, period, MOMENT)
    page = figures.level(rollout, rollout.assignments.get(position=0), ON)
    assert [(row["acknowledge"], row["disseminate"]) for row in found["units"]] == [
        (asdict(tally.acknowledge), asdict(tally.disseminate)) for tally in page
    ]
    assert found["units"][0]["disseminate"] == asdict(page[0].disseminate)
    sums = figures.total(page)
    assert (asdict(sums.acknowledge), asdict(sums.disseminate)) == (
        found["total"]["acknowledge"], found["total"]["disseminate"],
    )


def test_who_is_late_is_named_and_cells_are_not(rollout: Rollout, period: Period) -> None:
    late = measure.measure(rollout, period, MOMENT)["late"]
    assert [(row["fact"], row["name"], row["under"], row["due_on"], row["days"], row["note"]) for row in late] == [
        ("acknowledge", "Huyện B", "Tỉnh", "2026-10-19", 21, ""),
        ("acknowledge", "Đảng đoàn C", "Tỉnh", "2026-10-19", 21, ""),
        ("disseminate", "Huyện A", "Tỉnh", "2026-10-30", 10, ""),
        ("disseminate", "Xã A2", "Huyện A", "2026-10-30", 10, ""),
        ("disseminate", "Huyện B", "Tỉnh", "2026-10-30", 10, ""),
        ("disseminate", "Đảng đoàn C", "Tỉnh", "2026-10-30", 10, ""),
        ("disseminate", "Xã A1", "Huyện A", "2026-11-06", 3, "đã gia hạn"),
    ]


def test_units_that_owe_nothing_have_no_row(tree: Tree, period: Period) -> None:
    rollout = make_rollout(tree["Tỉnh"], audience={"grassroots": "act", "party_group": "inform"})
    found = measure.measure(rollout, period, at(TODAY))
    assert [row["name"] for row in found["units"]] == ["Huyện A"]
    assert found["units"][0]["acknowledged_on"] is None


def test_the_same_data_are_the_same_text(rollout: Rollout, period: Period) -> None:
    first = measure.canonical(measure.measure(rollout, period, MOMENT))
    assert first == measure.canonical(measure.measure(rollout, period, MOMENT))
    assert measure.canonical(json.loads(first)) == first
    assert "Huyện A" in first
    assert ": " not in first.replace("Dự thảo: ", "")
    assert measure.canonical({"b": 1, "a": "Đ"}) == '{"a":"Đ","b":1}'
    assert measure.digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.django_db(transaction=True)
def test_what_happens_while_it_is_measured_is_in_all_of_it_or_in_none(
    rollout: Rollout, tree: Tree, period: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit acknowledges between the table's query and that of the late ones."""
    late, writers = measure._late, []

    def meanwhile() -> None:
        Assignment.objects.filter(unit__name__in=["Huyện B", "Đảng đoàn C"]).update(acknowledge_by=None)
        connection.close()

    def late_after_it(*arguments: Any) -> Any:
        writers.append(Thread(target=meanwhile))
        writers[0].start()
        writers[0].join(2 if connection.vendor == "postgresql" else 0.1)  # SQLite keeps it waiting until we are done
        return late(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(measure, "_late", late_after_it)
        found = measure.measure(rollout, period, MOMENT)
    writers[0].join(30)
    named = [row["name"] for row in found["late"] if row["fact"] == "acknowledge"]
    assert (found["total"]["acknowledge"]["open_late"], named) == (2, ["Huyện B", "Đảng đoàn C"])
    assert measure.measure(rollout, period, MOMENT)["total"]["acknowledge"]["open_late"] == 0


def test_the_number_of_queries_does_not_grow_with_the_audience(
    rollout: Rollout, period: Period, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20):
        measure.measure(rollout, period, MOMENT)


def test_reorganisations_reminders_and_replacements_of_the_period(
    rollout: Rollout, tree: Tree, period: Period
) -> None:
    absorb(
        predecessors=[tree["Xã A2"]], successor=tree["Xã A1"], by=None, now=at(days(2)),
        paper=Paper(days(2), number="01-QĐ/TU", decided_on=days(1)),
    )
    absorb(
        predecessors=[tree["Huyện B"]], successor=tree["Huyện A"], by=None, now=at(days(2)),
        paper=Paper(days(30), number="02-QĐ/TU", decided_on=days(1)),
    )
    board = make_board(tree["Tỉnh"])
    remind.urge(assignments=[line_of(rollout, tree["Xã A1"])], by=board, now=at(days(20)))
    Mail.objects.update(state="sent", sent_at=NOW)
    remind.urge(assignments=[line_of(rollout, tree["A1.3"])], by=board, now=at(days(21)))
    Mail.objects.filter(state="waiting").update(state="failed")
    remind.urge(assignments=[line_of(rollout, tree["Xã A1"])], by=board, now=at(days(60)))
    Mail.objects.filter(state="waiting").update(state="sent", sent_at=NOW)
    found = measure.measure(rollout, period, MOMENT)
    assert found["changes"] == [
        {"effective_on": "2026-10-17", "decision": "01-QĐ/TU", "text": "Sáp nhập Xã A2 vào Xã A1"}
    ]
    assert found["reminders"] == {"sent": 1, "units": 1, "failed": 1}


def test_what_replaced_a_cited_document_is_said(tree: Tree, period: Period) -> None:
    law, other = Cited(title="An ninh mạng", number="24/2018/QH14", type="Luật"), Cited(title="Khác", number="1-QĐ/TW")
    document = make_document(tree["Tỉnh"], citations=[law, other])
    make_document(
        tree["Tỉnh"], Document.State.REFERENCE, number="116/2025/QH15", type="Luật", issuer="Quốc hội",
        in_force_on=date(2026, 7, 1),
        citations=[Cited(title="An ninh mạng", number="24/2018/QH14", relation="replaces")],
    )
    found = measure.measure(make_rollout(tree["Tỉnh"], document=document), period, NOW)
    assert found["replaced"] == [
        {"cited": "Luật số 24/2018/QH14", "replaced_by": "Luật số 116/2025/QH15", "in_force_on": "2026-07-01"}
    ]


def test_what_expired_without_a_successor_is_said_too(tree: Tree, period: Period) -> None:
    document = make_document(tree["Tỉnh"], citations=[Cited(title="Khác", number="1-QĐ/TW", type="Quy định")])
    Document.objects.filter(number="1-QĐ/TW").update(expires_on=days(-1))
    found = measure.measure(make_rollout(tree["Tỉnh"], document=document), period, NOW)
    assert found["replaced"] == [
        {"cited": "Quy định số 1-QĐ/TW", "replaced_by": "", "in_force_on": days(-1).isoformat()}
    ]


def test_the_previous_period_is_quoted_as_it_was_issued(rollout: Rollout, tree: Tree, period: Period) -> None:
    root = tree["Tỉnh"]
    head, registry, writer = make_office(root, "head"), make_office(root, "registry"), make_board(root)
    earlier = Period.objects.create(
        kind="month", label="tháng 9/2026", start_on=date(2026, 9, 1), end_on=date(2026, 9, 30), cut_off_at=NOW,
        submit_by=TODAY,
    )
    assert measure.measure(rollout, period, MOMENT)["previous"] is None
    report = actions.draft(period=earlier, rollout=rollout, by=writer, now=NOW)
    report = actions.freeze(report=report, by=writer, now=MOMENT)
    report = actions.write(
        report=report, narrative=dict.fromkeys(actions.SECTIONS, "x"), signer_deputy=True, signer_name="",
        version=report.version, by=writer, now=MOMENT,
    )
    report = actions.check(report=report, by=head, now=MOMENT)
    assert measure.measure(rollout, period, MOMENT)["previous"] is None  # not issued yet
    actions.issue(report=report, number=1, issued_on=ON, pdf=b"%PDF-", by=registry, now=MOMENT)
    assert measure.measure(rollout, period, MOMENT)["previous"] == {
        "label": "tháng 9/2026", "acknowledge": {"done": 3, "total": 5}, "disseminate": {"done": 3, "total": 10},
    }
