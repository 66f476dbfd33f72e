"""The demo's story: who is in it, what they did, and that little is left for the first sweep to do."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.db.models import F, QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.models import Assignment, CalendarDay, Dissemination, Document, Extension, Occasion, Reminder, Rollout
from outbox.models import Mail
from portal.demo import papers
from portal.demo.cast import Cast
from portal.demo.people import CLERKS_UNIT, PASSWORD, people
from portal.tasks import sweep
from reports.models import Report
from tests.portal.conftest import STARTED
from units.data import readiness
from units.data.people import Act, acting_as, holders
from units.models import LedgerEntry, Office, Proposal, Reorganisation, Unit, UnitState, User


def test_units_are_as_single_foundings_would_have_left_them(demo: Cast) -> None:
    alive = Unit.objects.filter(closed_on=None)

    assert Unit.objects.filter(parent=None).get().name == "Đảng bộ tỉnh Biên Lợi"
    assert UnitState.objects.filter(to_on=None).count() == alive.count()
    assert Unit.objects.filter(search_text__contains="binh lac").exists()
    assert Unit.objects.under([demo.root]).count() == Unit.objects.count()
    line = LedgerEntry.objects.filter(event="reorganisation.carried_out").earliest("pk")
    assert len(line.data["founded"]) == Unit.objects.count() == len(demo.units)


def test_every_person_is_in_office_and_only_they_have_a_password(demo: Cast) -> None:
    for person in people():
        user = User.objects.get(username=person.username)
        assert user.check_password(PASSWORD)
        assert Office.objects.get(user=user).role == person.role
        assert Office.objects.get(user=user).unit.name == person.unit
    names = {person.username for person in people()}
    others = User.objects.exclude(username__in=names)
    assert others.count() > 50
    assert len({user.password for user in others if is_password_usable(user.password)}) == 1
    assert not any(user.check_password(PASSWORD) for user in others)
    assert not User.objects.exclude(email__endswith=".example").exclude(email="").exists()


def test_a_few_expected_accounts_are_missing(demo: Cast) -> None:
    held = holders(STARTED.date())
    expected = Unit.objects.filter(kind__in=Unit.EXPECTED_ACCOUNT_KINDS, closed_on=None)
    missing = [unit for unit in expected if unit.pk not in held]

    assert 2 <= len(missing) < expected.count() / 10


def test_some_were_invited_and_wait_and_one_stands_in_for_another(demo: Cast) -> None:
    tally = readiness.tally(Unit.objects.under([demo.root]), STARTED)
    assert tally.ready > 0.6 * tally.total
    assert min(tally.states.values()) > 0
    stand_in = Office.objects.get(substitutes__isnull=False)
    assert stand_in.user != stand_in.substitutes.user
    line = Assignment.objects.get(acknowledged_by=stand_in.user, unit=stand_in.unit)
    (label,) = acting_as([Act(stand_in.user, line.unit, line.acknowledged_at)])
    assert label == f"{stand_in.user} (thay {stand_in.substitutes.user})"


def test_the_directives_are_in_their_sixteenth_and_third_week(demo: Cast) -> None:
    first, second = Rollout.objects.order_by("pk")
    today = STARTED.date()

    assert ((today - timezone.localdate(first.issued_at)).days // 7 + 1, first.document.number) == (16, "729-CV/TU")
    assert (today - timezone.localdate(second.issued_at)).days // 7 + 1 == 3
    assert first.outside == ["Các đồng chí Tỉnh ủy viên"]


def test_the_letter_is_facts_and_our_own_words(demo: Cast) -> None:
    letter = Document.objects.get(number="729-CV/TU")

    assert letter.issued_on is None
    assert (len(letter.addressees), len(letter.copies)) == (3, 5)
    assert [one.label for one in letter.provisions.order_by("order")] == ["1", "2", "3", "4", "4.1", "4.2", "4.3", "5"]
    assert all(len(one.text) < 120 for one in letter.provisions.all())
    assert letter.text.startswith(papers.NOT_VERBATIM)
    cited = {c.as_written: c for c in letter.citations.select_related("target")}
    assert sum(c.explicit for c in cited.values()) == 4
    assert sum(not c.explicit for c in cited.values()) == 3
    law = cited["Luật An ninh mạng"].target
    assert law is not None
    assert law.number == "24/2018/QH14"
    newer = law.cited_by.get(relation="replaces").source
    assert (newer.number, newer.in_force_on) == ("116/2025/QH15", date(2026, 7, 1))


def test_papers_that_are_not_out_yet_are_left_out() -> None:
    assert {one.number for one in papers.REFERENCES if not one.known_on(date(2025, 12, 9))} == {
        "116/2025/QH15", "207-QĐ/TW", "208-QĐ/TW", "20-QĐ/TW",
    }


def test_the_clerk_finds_the_letter_nearly_done_and_the_second_directive_untouched(demo: Cast) -> None:
    unit = Unit.objects.get(name=CLERKS_UNIT)
    first, second = Rollout.objects.order_by("pk")

    def cells(rollout: Rollout, done: bool) -> int:
        below = Assignment.objects.filter(rollout=rollout, unit__parent=unit)
        return below.filter(disseminated_on__isnull=not done).count()

    assert first.assignments.get(unit=unit).acknowledged_on is not None
    assert (cells(first, True), cells(first, False)) == (17, 3)
    assert second.assignments.get(unit=unit).acknowledged_on is None
    assert (cells(second, True), cells(second, False)) == (0, 20)


LINES = Assignment.objects.filter
RECORDS = Dissemination.objects.filter
VARIETY: dict[str, Callable[[], QuerySet[Any]]] = {
    "acknowledged late": lambda: LINES(acknowledged_on__gt=F("acknowledge_by")),
    "not acknowledged, late": lambda: LINES(acknowledged_on=None, acknowledge_by__lt=STARTED.date()),
    "opened, not acknowledged": lambda: LINES(opened_at__isnull=False, acknowledged_at=None),
    "received outside the portal": lambda: LINES(from_outside__gt=""),
    "cells still open, late": lambda: LINES(disseminate_by__lt=STARTED.date()).cells().owing_dissemination(),
    "entered for another": lambda: RECORDS(entered_for__isnull=False),
    "recorded late": lambda: RECORDS(recorded_late=True),
    "sent back": lambda: RECORDS(state="sent_back", replaced_by=None),
    "sent back and recorded anew": lambda: RECORDS(replaces__isnull=False),
    "extension granted": lambda: Extension.objects.filter(decision="granted"),
    "extension still running": lambda: LINES(extended_to__gte=STARTED.date(), disseminated_on=None),
    "extension refused": lambda: Extension.objects.filter(decision="refused"),
    "extension waiting": lambda: Extension.objects.filter(decision=""),
    "answered for by another": lambda: LINES(
        unit__closed_on__isnull=False, acknowledged_on=None, answering_unit__closed_on=None
    ),
    "awaiting a decision": lambda: Assignment.objects.awaiting_decision(STARTED.date()),
    "a decision to come": Reorganisation.objects.upcoming,
    "a committee's request": Proposal.objects.waiting,
    "merged": lambda: Unit.objects.filter(closed_on__isnull=False),
    "evidence": lambda: Occasion.objects.filter(files__isnull=False),
    "own document": lambda: Occasion.objects.exclude(own_number=""),
    "urged": lambda: Reminder.objects.filter(step="urge", state="mailed"),
    "nobody to remind": lambda: Reminder.objects.filter(state="suppressed", recipient=None),
    "failed mail": lambda: Mail.objects.filter(state="failed", error__startswith="552"),
    "a draft to look through": lambda: Document.objects.filter(state="draft").exclude(unsure=[]),
    "own calendar": lambda: CalendarDay.objects.filter(decision__contains="12729/VPCP-KGVX"),
}


@pytest.mark.parametrize("what", VARIETY)
def test_the_demo_has(demo: Cast, what: str) -> None:
    assert VARIETY[what]().exists()


def test_most_is_in_order(demo: Cast) -> None:
    lines = Rollout.objects.earliest("pk").assignments
    acknowledging, cells = lines.filter(acknowledge_by__isnull=False), lines.all().cells()

    assert lines.filter(acknowledged_on__isnull=False).count() > 0.9 * acknowledging.count()
    assert cells.filter(disseminated_on__isnull=False).count() > 0.8 * cells.count()


def test_last_quarters_figures_are_those_of_its_cut_off(demo: Cast) -> None:
    issued, draft = Report.objects.order_by("pk")
    cut_off = issued.period.cut_off_at
    total = json.loads(issued.figures)["total"]
    lines = issued.rollout.assignments

    assert (issued.state, draft.state) == ("issued", "draft")
    assert issued.frozen_at == cut_off < STARTED
    assert draft.frozen_at is not None
    assert draft.narrative["urging"]
    assert not draft.narrative["proposals"]
    received = total["acknowledge"]["done_in_time"] + total["acknowledge"]["done_late"]
    assert received == lines.filter(acknowledged_at__lte=cut_off).count() > 0
    carried = total["disseminate"]["done_in_time"] + total["disseminate"]["done_late"]
    by_then = RECORDS(assignment__rollout=issued.rollout, occasion__recorded_at__lte=cut_off)
    assert carried == by_then.values("assignment").distinct().count() > 0
    assert carried < lines.filter(disseminated_on__isnull=False).count()
    assert issued.pdf is not None
    assert issued.pdf.path.read_bytes().startswith(b"%PDF-")


def test_no_persons_name_is_anywhere(demo: Cast) -> None:
    assert set(Report.objects.values_list("signer_name", flat=True)) == {""}
    assert "Huỳnh" not in "".join(Document.objects.values_list("position", flat=True))
    assert {label.split()[0] for label in User.objects.values_list("label", flat=True)} <= {
        "Văn", "Bí", "Cán", "Lãnh", "Ủy", "Quản",
    }


def test_the_pages_of_every_person_open(demo: Cast, client: Client) -> None:
    for person in people():
        client.force_login(User.objects.get(username=person.username))
        assert client.get(reverse("home")).status_code == 200


def test_the_first_sweep_writes_next_to_nothing(demo: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Mail.objects.count()
    assert not Mail.objects.filter(state="waiting").exists()
    monkeypatch.setattr(timezone, "now", lambda: STARTED + timedelta(minutes=1))

    sweep()

    assert Mail.objects.count() - written <= 10
