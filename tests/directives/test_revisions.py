"""A letter put right, supplemented or replaced after it was rolled out: what is asked again, and what stays."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from directives.actions import acknowledge, disseminate, documents, rollouts
from directives.actions.content import Content
from directives.actions.disseminate import Held
from directives.actions.documents import WrongState
from directives.actions.rollouts import Dates, revisable
from directives.data import figures
from directives.data.force import standings
from directives.models import Assignment, Document, Rollout
from reports import actions as reports
from reports.models import Report
from tests.directives.desk import signed_in
from tests.factories import (
    EVERYBODY,
    NOW,
    TODAY,
    Tree,
    at,
    at_once,
    days,
    line_of,
    make_board,
    make_document,
    make_office,
    make_rollout,
    make_tree,
)
from tests.recount import FIELDS, recount
from units.access import Forbidden
from units.models import LedgerEntry, User

pytestmark = pytest.mark.django_db
LATER = at(days(3))


class Desk:
    """One letter, rolled out; two units have received it and one has carried it on."""

    def __init__(self) -> None:
        self.tree: Tree = make_tree()
        self.root = self.tree["Tỉnh"]
        self.board = make_board(self.root)
        self.clerk, self.other = make_office(self.tree["Xã A1"]), make_office(self.tree["Huyện B"])
        self.letter = make_document(self.root, number="1-CV/TU", text="Bản đầu")
        self.old = make_rollout(self.root, document=self.letter)
        for name, by in (("Xã A1", self.clerk), ("Huyện B", self.other)):
            self.receive(self.old, name, by, NOW)
        cells = [line_of(self.old, self.tree[name]) for name in ("A1.1", "A1.2")]
        disseminate.record(unit=self.tree["Xã A1"], held=Held(TODAY), assignments=cells, by=self.clerk, now=NOW)

    def receive(self, rollout: Rollout, name: str = "Xã A1", by: User | None = None, now: Any = LATER) -> Any:
        line = line_of(rollout, self.tree[name])
        return acknowledge.acknowledge(assignment=line, by=by or self.clerk, now=now)

    def revision(self, how: str, number: str = "2-CV/TU", **content: Any) -> Document:
        told = {"title": "Bản sửa", "number": number, "text": f"Bản sửa {number}"} | content
        drafted = documents.draft(
            content=Content(**told, revises=self.letter, revision=how), unit=self.root, by=self.board, now=LATER
        )
        return documents.register(document=drafted, state="directive", unit=self.root, by=self.board, now=LATER)

    def compose(self, document: Document, old: Rollout | None, **more: Any) -> Rollout:
        told: dict[str, Any] = {
            "root": self.root, "audience": EVERYBODY, "dates": Dates(days(10), days(45)), "outside": [],
            "by": self.board, "now": LATER,
        } | more
        return rollouts.compose(document=document, reissues=old, **told)

    def issue(self, rollout: Rollout, by: User | None = None) -> Rollout:
        return rollouts.issue(rollout=Rollout.objects.get(pk=rollout.pk), by=by or self.board, now=LATER)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def lines(rollout: Rollout) -> list[dict[str, Any]]:
    return list(Assignment.objects.filter(rollout=rollout).order_by("pk").values())


def shown(rollout: Rollout) -> list[Any]:
    """Everything that figures.py says of a rollout: each line, each level, today's tree, the whole."""
    own = list(Assignment.objects.filter(rollout=rollout).in_order().select_related("unit"))
    today = days(3)
    return [
        *(asdict(figures.line(rollout, line, today)) for line in own),
        *([asdict(one) for one in figures.level(rollout, line, today)] for line in own),
        *([asdict(one) for one in figures.todays_level(rollout, line.unit, today)] for line in own),
        asdict(figures.wholes([rollout], today)[rollout.pk]),
    ]


def state(rollout: Rollout) -> tuple[Any, Any]:
    rollout = Rollout.objects.get(pk=rollout.pk)
    return rollout.issued_at, rollout.closed_at


# ---- a correction ----------------------------------------------------------------------------------------


def test_a_correction_asks_nobody_anything_again(desk: Desk) -> None:
    before, entries = lines(desk.old), LedgerEntry.objects.filter(subject="assignment").count()
    correction = desk.revision("correction")
    assert not revisable(correction).exists()
    assert (lines(desk.old), state(desk.old), Rollout.objects.count()) == (before, (NOW, None), 1)
    assert LedgerEntry.objects.filter(subject="assignment").count() == entries
    assert not correction.citations.exists()
    assert standings([desk.letter], days(3))[desk.letter.pk].force == "unchanged"
    with pytest.raises(WrongState):
        desk.compose(correction, desk.old)
    assert Rollout.objects.count() == 1
    receipt = desk.receive(desk.old, "Huyện A", make_office(desk.tree["Huyện A"]))  # and goes on with the old text
    assert receipt.data["sha256"] == desk.letter.sha256


# ---- a supplement, a replacement -------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "force"), [("supplement", "amended"), ("replacement", "replaced")])
def test_a_new_text_says_of_the_old_what_it_does_to_it(desk: Desk, how: str, force: str) -> None:
    newer = desk.revision(how)
    citation = newer.citations.get()
    assert (citation.target, citation.as_written, citation.number) == (desk.letter, "Công văn số 1-CV/TU", "1-CV/TU")
    known = standings([desk.letter], days(3))[desk.letter.pk]
    assert (known.force, known.by) == (force, newer)
    assert list(revisable(newer)) == [desk.old]
    assert state(desk.old) == (NOW, None)  # registering ends nothing


def test_which_rollouts_may_be_issued_anew(desk: Desk) -> None:
    newer = desk.revision("replacement")
    unissued = make_rollout(desk.root, document=desk.letter, issued=False)
    elsewhere = make_rollout(desk.root, document=make_document(desk.root, number="9-CV/TU"))
    second = make_rollout(desk.root, document=desk.letter, audience={"committee": "act"})
    assert set(revisable(newer)) == {desk.old, second}
    rollouts.close(rollout=desk.old, by=desk.board, now=LATER)
    assert list(revisable(newer)) == [second]
    assert not revisable(desk.letter).exists()
    drafted = documents.draft(
        content=Content(title="a", revises=desk.letter, revision="replacement"), unit=desk.root, by=None, now=NOW
    )
    assert not revisable(drafted).exists()
    before = Rollout.objects.count()
    for document, old, root in (
        (newer, desk.old, desk.root), (newer, unissued, desk.root), (newer, elsewhere, desk.root),
        (desk.letter, second, desk.root), (newer, second, desk.tree["Huyện A"]),
    ):
        with pytest.raises(WrongState):
            desk.compose(document, old, root=root, by=None)
    assert Rollout.objects.count() == before


@pytest.mark.parametrize("how", ["supplement", "replacement"])
def test_the_new_rollout_ends_the_old_and_asks_everybody_anew(desk: Desk, how: str) -> None:
    kept, told = lines(desk.old), shown(desk.old)
    composed = desk.compose(desk.revision(how), desk.old)
    assert (state(desk.old), lines(desk.old)) == ((NOW, None), kept)
    issued = desk.issue(composed)
    assert (state(issued), state(desk.old), issued.reissues) == ((LATER, None), (NOW, LATER), desk.old)

    fresh = lines(issued)
    assert [one["unit_id"] for one in fresh] == [one["unit_id"] for one in kept]
    done = ("acknowledged_at", "acknowledged_on", "acknowledged_sha256", "disseminated_on", "opened_at", "extended_to")
    assert {tuple(one[name] for name in done) for one in fresh} == {(None, None, "", None, None, None)}
    own = {one["unit_id"]: one["acknowledge_by"] for one in fresh}
    assert {pk: bool(day) for pk, day in own.items()} == {one["unit_id"]: bool(one["acknowledge_by"]) for one in kept}
    receipt = desk.receive(issued)
    assert receipt.data["sha256"] == issued.document.sha256 != desk.letter.sha256
    assert line_of(issued, desk.tree["Xã A1"]).acknowledged_sha256 == issued.document.sha256

    assert (lines(desk.old), shown(desk.old)) == (kept, told)
    for name, by in (("Xã A1", desk.clerk), ("Huyện A", make_office(desk.tree["Huyện A"]))):
        with pytest.raises(WrongState):
            desk.receive(desk.old, name, by)
    with pytest.raises(WrongState):
        disseminate.record(
            unit=desk.tree["Xã A1"], held=Held(days(3)), by=desk.clerk, now=LATER,
            assignments=[line_of(desk.old, desk.tree["A1.3"])],
        )
    assert (lines(desk.old), shown(desk.old)) == (kept, told)
    counted = recount(Assignment.objects.filter(rollout=desk.old).values(*FIELDS), days(3))
    assert {name: shown(desk.old)[-1][name] for name in ("cells", "cells_disseminated")} == {
        name: counted[name] for name in ("cells", "cells_disseminated")
    }
    assert (counted["acknowledged"], counted["cells_disseminated"]) == (2, 2)


def test_the_ledger_tells_both(desk: Desk) -> None:
    issued = desk.issue(desk.compose(desk.revision("replacement"), desk.old))
    told = LedgerEntry.objects.filter(subject="rollout", at=LATER).order_by("pk")
    assert [(one.event, one.subject_id, one.by_id) for one in told] == [
        ("rollout.composed", issued.pk, desk.board.pk), ("rollout.closed", desk.old.pk, desk.board.pk),
        ("rollout.issued", issued.pk, desk.board.pk),
    ]


@pytest.mark.parametrize("breaks", ["_insert", "close", "ledger.record"])
def test_when_issuing_fails_nothing_is_closed(desk: Desk, monkeypatch: pytest.MonkeyPatch, breaks: str) -> None:
    composed = desk.compose(desk.revision("replacement"), desk.old)
    kept = lines(desk.old)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(f"directives.actions.rollouts.{breaks}", broken)
        with pytest.raises(ConnectionError):
            desk.issue(composed)
    assert (state(composed), state(desk.old)) == ((None, None), (NOW, None))
    assert (lines(composed), lines(desk.old)) == ([], kept)
    desk.issue(composed)
    assert (state(composed), state(desk.old)) == ((LATER, None), (NOW, LATER))


def test_what_cannot_be_issued_closes_nothing(desk: Desk) -> None:
    composed = desk.compose(desk.revision("replacement"), desk.old, dates=Dates(days(1), days(45)))
    with pytest.raises(WrongState):
        desk.issue(composed)  # its day of acknowledgement has passed
    nobody = desk.compose(desk.revision("supplement", "3-CV/TU"), desk.old, audience={"section": "act"})
    with pytest.raises(WrongState):
        desk.issue(nobody)
    assert (state(desk.old), Assignment.objects.exclude(rollout=desk.old).count()) == ((NOW, None), 0)


def test_who_may(desk: Desk) -> None:
    newer = desk.revision("replacement")
    for by in (desk.clerk, make_office(desk.root, "registry"), make_office(desk.root, "committee")):
        with pytest.raises(Forbidden):
            desk.compose(newer, desk.old, by=by)
    composed = desk.compose(newer, desk.old)
    for by in (desk.clerk, make_office(desk.root, "registry"), make_office(desk.root, "committee")):
        with pytest.raises(Forbidden):
            desk.issue(composed, by=by)
    assert (state(composed), state(desk.old)) == ((None, None), (NOW, None))
    assert desk.issue(composed, by=make_board(desk.root)).issued_at


def test_an_issued_report_of_the_old_stays_as_it_was(desk: Desk) -> None:
    head, registry = make_office(desk.root, "head"), make_office(desk.root, "registry")
    cut_off = at(days(2), 17)
    period = reports.add_period(
        kind="quarter", label="quý IV/2026", start_on=days(-30), end_on=days(2), cut_off_at=cut_off, submit_by=days(5),
        rollout=desk.old, by=desk.board, now=NOW,
    )
    report = reports.draft(period=period, rollout=desk.old, by=desk.board, now=NOW)
    report = reports.freeze(report=report, by=desk.board, now=cut_off)
    report = reports.write(
        report=report, narrative=dict.fromkeys(reports.SECTIONS, "Đã viết."), signer_deputy=True, signer_name="",
        version=report.version, by=desk.board, now=cut_off,
    )
    report = reports.check(report=report, by=head, now=cut_off)
    reports.issue(report=report, number=1, issued_on=days(3), pdf=b"%PDF-1.7 bao cao", by=registry, now=LATER)
    before = Report.objects.values().get()
    issued = desk.issue(desk.compose(desk.revision("replacement"), desk.old))
    desk.receive(issued)
    assert Report.objects.values().get() == before


def test_the_page_composes_a_successor_beside_a_rollout_that_ends_nothing(desk: Desk) -> None:
    newer = desk.revision("replacement")
    client, today = signed_in(desk.board), timezone.localdate()
    day = {name: f"{today + timedelta(days=count):%d/%m/%Y}" for name, count in (("first", 10), ("second", 45))}
    form = {"act": list(EVERYBODY), "acknowledge_by": day["first"], "disseminate_by": day["second"]}
    url = reverse("rollout-compose", args=[newer.pk])
    for address in (url, url, f"{url}?giao-lai={desk.old.pk}", f"{url}?giao-lai={desk.old.pk}"):  # each sent twice
        assert client.post(address, form).status_code == 302
    assert list(newer.rollouts.order_by("pk").values_list("reissues", flat=True)) == [None, desk.old.pk]
    assert client.post(f"{url}?giao-lai={desk.old.pk + 99}", form).status_code == 404


# ---- two at once -----------------------------------------------------------------------------------------


def of(outcomes: list[Any]) -> list[str]:
    return sorted(type(each).__name__ for each in outcomes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("same", [False, True])
def test_of_two_who_issue_anew_at_once_one_wins(turned: bool, same: bool) -> None:
    """Two people press the same button, or each has composed a successor of the same rollout."""
    desk = Desk()
    newer = desk.revision("replacement")
    first = desk.compose(newer, desk.old)
    second = first if same else desk.compose(desk.revision("supplement", "3-CV/TU"), desk.old)
    calls: list[Callable[[], Any]] = [lambda: desk.issue(first), lambda: desk.issue(second)]
    outcomes = at_once(calls[::-1] if turned else calls)
    assert of(outcomes) == ["Rollout", "WrongState"]
    (won,) = (each for each in outcomes if isinstance(each, Rollout))
    lost = {first.pk, second.pk} - {won.pk}
    assert (state(won), state(desk.old)) == ((LATER, None), (NOW, LATER))
    assert not Assignment.objects.filter(rollout__in=lost).exists()
    assert Assignment.objects.filter(rollout=won).count() == won.expected_count == 11
    assert LedgerEntry.objects.filter(event="rollout.closed").count() == 1
    assert LedgerEntry.objects.filter(event="rollout.issued", at=LATER).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turned", [False, True])
def test_an_acknowledgement_of_the_old_at_the_same_moment_counts_there_or_is_refused(turned: bool) -> None:
    desk = Desk()
    person = make_office(desk.tree["Huyện A"])
    composed = desk.compose(desk.revision("replacement"), desk.old)
    calls: list[Callable[[], Any]] = [lambda: desk.issue(composed), lambda: desk.receive(desk.old, "Huyện A", person)]
    outcomes = at_once(calls[::-1] if turned else calls)
    assert state(desk.old) == (NOW, LATER)
    assert state(composed) == (LATER, None)
    line = line_of(desk.old, desk.tree["Huyện A"])
    received = "LedgerEntry" in of(outcomes)
    assert of(outcomes) == ["LedgerEntry" if received else "Rollout", "Rollout" if received else "WrongState"]
    assert (line.acknowledged_sha256 == desk.letter.sha256) is received
    assert line_of(composed, desk.tree["Huyện A"]).acknowledged_at is None


def test_a_successor_of_what_was_closed_by_hand_says_so(desk: Desk) -> None:
    composed = desk.compose(desk.revision("replacement"), desk.old)
    rollouts.close(rollout=desk.old, by=desk.board, now=LATER)
    with pytest.raises(WrongState, match="cũ đã kết thúc"):
        desk.issue(composed)
    assert (state(composed), lines(composed)) == ((None, None), [])
    assert desk.issue(desk.compose(composed.document, None)).issued_at  # composed anew, nothing to end
