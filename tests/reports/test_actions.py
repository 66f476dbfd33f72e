"""A report's way from draft to issued, with two people, frozen figures, and nothing that changes afterwards."""

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from directives.actions import acknowledge
from reports import actions
from reports.actions import MUST_BE_WRITTEN, SECTIONS, WrongState
from reports.data import measure
from reports.models import Period, Report
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
from units.access import Forbidden, rights
from units.models import LedgerEntry, User

pytestmark = pytest.mark.django_db
CUT_OFF = at(days(5), 17)
WRITTEN = dict.fromkeys(SECTIONS, "Đã viết.")
PDF = b"%PDF-1.7 bao cao"


class Office:
    """The people of the board, one issued rollout and one period."""

    def __init__(self) -> None:
        self.tree: Tree = make_tree()
        root = self.tree["Tỉnh"]
        self.clerk = make_office(self.tree["Xã A1"])
        self.writer, self.other = make_board(root), make_board(root)
        self.head, self.registry = make_office(root, "head"), make_office(root, "registry")
        self.rollout = make_rollout(root)
        self.period = actions.add_period(
            kind="quarter", label="quý IV/2026", start_on=days(-30), end_on=days(5), cut_off_at=CUT_OFF,
            submit_by=days(7), rollout=self.rollout, by=self.writer, now=NOW,
        )

    def draft(self) -> Report:
        return actions.draft(period=self.period, rollout=self.rollout, by=self.writer, now=NOW)

    def frozen(self) -> Report:
        return actions.freeze(report=self.draft(), by=self.writer, now=CUT_OFF)

    def write(self, report: Report, by: User | None = None, **more: Any) -> Report:
        told: dict[str, Any] = {"narrative": WRITTEN, "version": report.version} | more
        return actions.write(
            report=report, signer_deputy=True, signer_name="", by=by or self.writer, now=CUT_OFF, **told
        )

    def checked(self) -> Report:
        return actions.check(report=self.write(self.frozen()), by=self.head, now=CUT_OFF)

    def issue(self, report: Report, number: int = 45, **more: Any) -> Report:
        told: dict[str, Any] = {"issued_on": days(6), "pdf": PDF, "by": self.registry, "now": at(days(6))} | more
        return actions.issue(report=report, number=number, **told)

    def receive(self, now: Any = NOW) -> None:
        acknowledge.acknowledge(assignment=line_of(self.rollout, self.tree["Xã A1"]), by=self.clerk, now=now)


@pytest.fixture
def office() -> Office:
    return Office()


def events() -> list[str]:
    return list(LedgerEntry.objects.filter(subject="report").order_by("pk").values_list("event", flat=True))


def test_the_whole_way(office: Office) -> None:
    report = office.issue(office.checked())
    assert (report.state, report.number, report.issued_on, report.issued_by) == (
        "issued", 45, days(6), office.registry,
    )
    assert (report.drafted_by, report.checked_by, report.revision) == (office.writer, office.head, 1)
    assert events() == ["report.drafted", "report.frozen", "report.written", "report.checked", "report.issued"]
    told = LedgerEntry.objects.get(event="report.issued").data
    assert told["figures_sha256"] == sha256(report.figures.encode()).hexdigest() == report.figures_sha256
    assert told["pdf_sha256"] == sha256(PDF).hexdigest()


def test_the_pdf_is_kept_by_its_hash(office: Office) -> None:
    report = office.issue(office.checked())
    assert report.pdf is not None
    assert report.pdf.sha256 == sha256(PDF).hexdigest()
    assert report.pdf.path.read_bytes() == PDF


# ---- the period ------------------------------------------------------------------------------------------


def test_a_period_has_its_own_name_and_days_in_order(office: Office) -> None:
    told: dict[str, Any] = {
        "kind": "month", "label": "tháng 10", "start_on": TODAY, "end_on": TODAY, "cut_off_at": NOW, "submit_by": TODAY,
        "rollout": office.rollout, "by": office.writer, "now": NOW,
    }
    for wrong in ({"label": "quý IV/2026"}, {"end_on": days(-1)}):
        with pytest.raises(WrongState):
            actions.add_period(**(told | wrong))
    with pytest.raises(Forbidden):
        actions.add_period(**(told | {"by": office.registry}))
    assert Period.objects.count() == 1


def test_one_draft_at_a_time_and_only_of_an_issued_rollout(office: Office) -> None:
    office.draft()
    with pytest.raises(WrongState):
        office.draft()
    unissued = make_rollout(office.tree["Tỉnh"], document=office.rollout.document, issued=False)
    with pytest.raises(WrongState):
        actions.draft(period=office.period, rollout=unissued, by=office.writer, now=NOW)
    assert Report.objects.count() == 1


# ---- freezing --------------------------------------------------------------------------------------------


def test_frozen_figures_do_not_follow_what_happens_later(office: Office) -> None:
    report = office.frozen()
    before, digest = report.figures, report.figures_sha256
    office.receive(CUT_OFF + timedelta(minutes=1))
    report.refresh_from_db()
    assert (report.figures, report.figures_sha256) == (before, digest)
    assert json.loads(before)["total"]["acknowledge"]["done_in_time"] == 0
    assert measure.digest(measure.canonical(json.loads(before))) == digest
    again = actions.freeze(report=report, by=office.writer, now=CUT_OFF + timedelta(minutes=2))
    assert json.loads(again.figures)["total"]["acknowledge"]["done_in_time"] == 1


def test_the_sweep_freezes_at_the_cut_off_with_nobody_present_and_once(office: Office) -> None:
    report = office.draft()
    office.receive()
    assert actions.freeze_due(now=CUT_OFF - timedelta(seconds=1)) == 0
    assert [actions.freeze_due(now=CUT_OFF), actions.freeze_due(now=CUT_OFF + timedelta(hours=1))] == [1, 0]
    report.refresh_from_db()
    assert (report.frozen_at, report.state, report.version) == (CUT_OFF, "draft", 1)
    assert json.loads(report.figures)["as_of"] == "2026-10-20T17:00:00+07:00"
    assert LedgerEntry.objects.get(event="report.frozen").by_id is None


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_cut_off_leave_figures_that_fit_their_hash() -> None:
    report = Office().draft()
    outcomes = at_once([lambda: actions.freeze_due(now=CUT_OFF)] * 3)
    assert [outcome for outcome in outcomes if not isinstance(outcome, int)] == []
    report.refresh_from_db()
    assert report.figures_sha256 == measure.digest(report.figures)
    assert report.frozen_at == CUT_OFF


def test_a_checked_report_is_not_frozen_again(office: Office) -> None:
    report = office.checked()
    with pytest.raises(WrongState):
        actions.freeze(report=report, by=office.writer, now=at(days(6)))
    assert actions.freeze_due(now=at(days(9))) == 0
    report.refresh_from_db()
    assert report.frozen_at == CUT_OFF


# ---- writing and checking --------------------------------------------------------------------------------


def test_of_two_writers_the_second_is_told_and_overwrites_nothing(office: Office) -> None:
    report = office.frozen()
    stale = report.version
    office.write(report, narrative=WRITTEN | {"causes": " Thứ nhất "}, version=stale)
    with pytest.raises(WrongState):
        office.write(report, by=office.other, narrative=WRITTEN | {"causes": "Thứ hai"}, version=stale)
    report.refresh_from_db()
    assert report.narrative["causes"] == "Thứ nhất"
    assert set(report.narrative) == set(SECTIONS)


def test_a_second_person_checks(office: Office) -> None:
    period = office.period
    report = actions.draft(period=period, rollout=office.rollout, by=office.head, now=NOW)
    report = office.write(actions.freeze(report=report, by=office.writer, now=CUT_OFF))
    with pytest.raises(WrongState, match="khác người soạn"):
        actions.check(report=report, by=office.head, now=CUT_OFF)
    deputy = make_office(office.tree["Tỉnh"], "head")
    assert actions.check(report=report, by=deputy, now=CUT_OFF).checked_by == deputy


@pytest.mark.parametrize("role", ["writer", "registry", "clerk"])
def test_only_the_head_checks_and_reopens(office: Office, role: str) -> None:
    report = office.write(office.frozen())
    with pytest.raises(Forbidden):
        actions.check(report=report, by=getattr(office, role), now=CUT_OFF)
    checked = actions.check(report=report, by=office.head, now=CUT_OFF)
    with pytest.raises(Forbidden):
        actions.reopen(report=checked, by=getattr(office, role), now=CUT_OFF)
    assert Report.objects.get().state == "checked"


@pytest.mark.parametrize("missing", MUST_BE_WRITTEN)
def test_an_empty_part_is_named_and_not_checked(office: Office, missing: str) -> None:
    report = office.write(office.frozen(), narrative=WRITTEN | {missing: "  "})
    with pytest.raises(WrongState, match=SECTIONS[missing][:4]):
        actions.check(report=report, by=office.head, now=CUT_OFF)


def test_figures_are_frozen_before_a_report_is_checked(office: Office) -> None:
    report = office.write(office.draft())
    with pytest.raises(WrongState):
        actions.check(report=report, by=office.head, now=NOW)


def test_a_check_of_what_has_changed_meanwhile_is_refused(office: Office) -> None:
    seen = office.write(office.frozen())
    office.write(Report.objects.get(), by=office.other)
    with pytest.raises(WrongState):
        actions.check(report=seen, by=office.head, now=CUT_OFF)
    assert Report.objects.get().state == "draft"


def test_a_checked_report_is_written_again_only_when_it_was_reopened(office: Office) -> None:
    report = office.checked()
    with pytest.raises(WrongState):
        office.write(report)
    reopened = actions.reopen(report=report, by=office.head, now=CUT_OFF)
    assert (reopened.state, reopened.checked_at, reopened.checked_by) == ("draft", None, None)
    office.write(reopened)
    with pytest.raises(WrongState):
        actions.reopen(report=reopened, by=office.head, now=CUT_OFF)


# ---- issuing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["writer", "head", "clerk"])
def test_only_the_registry_numbers(office: Office, role: str) -> None:
    report = office.checked()
    with pytest.raises(Forbidden):
        office.issue(report, by=getattr(office, role))
    assert Report.objects.get().state == "checked"


def test_a_version_that_was_not_the_one_drawn_is_not_issued(office: Office) -> None:
    drawn = office.checked()
    reopened = actions.reopen(report=Report.objects.get(), by=office.head, now=CUT_OFF)
    actions.check(report=office.write(reopened), by=office.head, now=CUT_OFF)
    with pytest.raises(WrongState):
        office.issue(drawn)
    assert Report.objects.get().state == "checked"
    assert "report.issued" not in events()


def test_an_unchecked_report_and_a_future_date_are_refused(office: Office) -> None:
    with pytest.raises(WrongState):
        office.issue(office.frozen())
    with pytest.raises(WrongState):
        office.issue(Report.objects.get(), issued_on=days(7))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_at_the_same_moment_one_wins() -> None:
    office = Office()
    office.checked()
    outcomes = at_once([lambda n=n: office.issue(Report.objects.get(), number=45 + n) for n in range(3)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Report", "WrongState", "WrongState"]
    assert events().count("report.issued") == 1


def test_a_number_is_given_once_a_term(office: Office, settings: Any) -> None:
    office.issue(office.checked())
    second = office.draft()
    second = actions.freeze(report=second, by=office.writer, now=CUT_OFF)
    second = actions.check(report=office.write(second), by=office.head, now=CUT_OFF)
    with pytest.raises(WrongState, match="45"):
        office.issue(second, 45)
    settings.TERM_STARTED_ON = date(2026, 10, 31)  # the first one was of the term before
    assert office.issue(second, 45).number == 45


def test_a_correction_is_the_next_revision_and_begins_with_what_was_written(office: Office) -> None:
    first = office.issue(office.checked())
    second = office.draft()
    assert (second.revision, second.state, second.narrative) == (2, "draft", first.narrative)
    assert (second.figures, second.number, second.pdf) == ("", None, None)
    office.receive()
    second = actions.freeze(report=second, by=office.writer, now=CUT_OFF)
    kept = Report.objects.get(pk=first.pk)
    assert (kept.figures, kept.state, kept.pdf) == (first.figures, "issued", first.pdf)
    assert second.figures != first.figures


CHANGES: dict[str, Any] = {
    "figures": "{}", "figures_sha256": "a", "frozen_at": NOW, "narrative": {}, "number": 46, "issued_on": TODAY,
    "issued_at": NOW, "issued_by": None, "pdf": None, "state": "checked", "revision": 9,
}


@pytest.mark.parametrize("column", CHANGES)
def test_an_issued_row_cannot_be_changed_even_past_the_actions(office: Office, column: str) -> None:
    report = office.issue(office.checked())
    before = Report.objects.values().get()
    with pytest.raises(DatabaseError, match=r"append-only|report_"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**{column: CHANGES[column]})
    assert Report.objects.values().get() == before


def test_an_issued_row_cannot_be_removed_and_a_draft_can(office: Office) -> None:
    issued = office.issue(office.checked())
    draft = office.draft()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Report.objects.filter(pk=issued.pk).delete()
    Report.objects.filter(pk=draft.pk).delete()
    assert Report.objects.get() == issued


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("board", {"issued", "draft"}), ("head", {"issued", "draft"}), ("registry", {"issued", "draft"}),
        ("committee", {"issued"}), ("secretary", set()), ("administrator", set()),
    ],
)
def test_who_sees_which_reports(office: Office, role: str, sees: set[str]) -> None:
    office.issue(office.checked())
    office.draft()
    held = rights(make_office(office.tree["Tỉnh"], role), TODAY)
    assert set(Report.objects.visible_to(held).values_list("state", flat=True)) == sees
