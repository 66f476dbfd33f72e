"""Every named constraint of every app, broken once behind the actions' back: the database itself refuses.

The names come from the app registry, so a constraint without its case here fails.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from directives.models import (
    Assignment,
    Citation,
    Dissemination,
    Document,
    Extension,
    Occasion,
    Provision,
    Reminder,
    Rollout,
)
from outbox.models import Mail
from reports.models import Period, Report
from tests.factories import (
    FOUNDED,
    NOW,
    TODAY,
    at,
    days,
    make_document,
    make_file,
    make_office,
    make_rollout,
    make_tree,
    make_user,
)
from units.models import (
    Change,
    Invitation,
    LedgerEntry,
    Office,
    Proposal,
    Reorganisation,
    Succession,
    Unit,
    UnitState,
    User,
)

pytestmark = pytest.mark.django_db
APPS = ("units", "outbox", "directives", "reports", "portal")


def constraints() -> dict[str, models.BaseConstraint]:
    owned = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]
    return {constraint.name: constraint for model in owned for constraint in model._meta.constraints}


class Rows:
    """One proper row of everything, to be broken."""

    def __init__(self) -> None:
        self.tree = make_tree()
        self.root = self.tree["Tỉnh"]
        self.user = make_office(self.tree["Xã A1"], username="van-thu")
        self.document = make_document(self.root, series="XVI")
        self.rollout = make_rollout(self.root, document=self.document)
        self.line = self.rollout.assignments.get(unit=self.tree["Xã A1"])
        self.lines = Assignment.objects.filter(pk=self.line.pk)
        self.rollouts = Rollout.objects.filter(pk=self.rollout.pk)
        self.mail = Mail.objects.create(
            to="a@don-vi.example", subject="a", text="a", message_id="<a>", created_at=NOW, not_before=NOW
        )
        self.occasion = Occasion.objects.create(unit=self.root, held_on=TODAY, recorded_at=NOW)
        self.period = Period.objects.create(
            kind="quarter", label="quý IV", start_on=TODAY, end_on=TODAY, cut_off_at=NOW, submit_by=TODAY
        )
        self.decision = Reorganisation.objects.create(number="1", decided_on=TODAY, effective_on=TODAY)

    def disseminate(self, **more: Any) -> None:
        about = {"occasion": self.occasion, "assignment": self.line, "judged_on": TODAY} | more
        Dissemination.objects.create(**about)

    def extend(self, **more: Any) -> None:
        about = {"assignment": self.line, "asked_to": TODAY, "reason": "a", "asked_at": NOW} | more
        Extension.objects.create(**about)

    def remind(self, **more: Any) -> None:
        about = {"assignment": self.line, "step": "urge", "day": TODAY, "planned_at": NOW, "recipient": self.user}
        Reminder.objects.create(**(about | more))

    def report(self, **more: Any) -> Report:
        return Report.objects.create(**({"period": self.period, "rollout": self.rollout, "created_at": NOW} | more))

    def succeed(self, **more: Any) -> None:
        about = {"predecessor": self.tree["Xã A1"], "successor": self.tree["Xã A2"], "reorganisation": self.decision}
        Succession.objects.create(**(about | more))

    def propose(self, **more: Any) -> None:
        about = {"unit": self.root, "kind": "rename", "parent": self.root, "cell": self.tree["A1.1"], "name": "b"}
        Proposal.objects.create(**(about | {"asked_at": NOW, "asked_by": self.user} | more))

    def provision(self, label: str, order: int) -> None:
        Provision.objects.create(document=self.document, label=label, text="a", order=order)

    def copy_document(self, **more: Any) -> None:
        told = {"title": "a", "created_at": NOW, "issuer": "Tỉnh ủy", "type": "Công văn", "series": "XVI", "num": 729}
        told["state"] = "to_know"  # drafts of one number may lie side by side
        Document.objects.create(**(told | more))


def twice(call: Callable[[], Any]) -> None:
    call()
    call()


def seen_at(moment: Any) -> dict[str, Any]:
    return {"acknowledged_at": moment, "acknowledged_on": TODAY}


BROKEN: dict[str, Callable[[Rows], Any]] = {
    # units
    "ledgerentry_seq_and_hash_together": lambda _: LedgerEntry.objects.create(
        at=NOW, event="a", subject="a", subject_id=1, seq=10**9
    ),
    "unit_closes_after_it_opens": lambda r: Unit.objects.filter(pk=r.root.pk).update(
        closed_on=FOUNDED - timedelta(days=1)
    ),
    "unit_code_unique": lambda _: Unit.objects.filter(name__in=["Xã A1", "Xã A2"]).update(code="001"),
    "user_username_unique": lambda _: make_user("VAN-THU", email=""),
    "user_email_unique": lambda _: make_user("khac", email="Van-Thu@don-vi.example"),
    "office_days_in_order": lambda _: Office.objects.update(to_on=FOUNDED),
    "office_open_once": lambda r: Office.objects.create(
        user=r.user, unit=r.tree["Xã A1"], role="secretary", from_on=TODAY
    ),
    "invitation_expires_after_it_is_made": lambda r: Invitation.objects.create(
        user=r.user, token_sha256="a", created_at=NOW, expires_at=NOW
    ),
    "succession_once_a_decision": lambda r: twice(r.succeed),
    "succession_is_of_another_unit": lambda r: r.succeed(successor=r.tree["Xã A1"]),
    "unitstate_one_a_day": lambda r: UnitState.objects.create(
        unit=r.root, name="a", kind="cell", from_on=FOUNDED, to_on=TODAY, decision=r.decision
    ),
    "unitstate_one_open": lambda r: UnitState.objects.create(
        unit=r.root, name="a", kind="cell", from_on=TODAY, decision=r.decision
    ),
    "office_substitution_is_for_a_time": lambda r: Office.objects.create(
        user=r.user, unit=r.root, role="secretary", from_on=TODAY, substitutes=Office.objects.earliest("pk")
    ),
    "invitation_used_or_revoked": lambda r: Invitation.objects.create(
        user=r.user, token_sha256="a", created_at=NOW, expires_at=at(days(1)), used_at=NOW, revoked_at=NOW
    ),
    "change_one_a_decision": lambda r: twice(
        lambda: Change.objects.create(reorganisation=r.decision, unit=r.root, name="a")
    ),
    "change_founds_or_ends": lambda r: Change.objects.create(
        reorganisation=r.decision, unit=r.root, name="a", kind="cell", founds=True, ends=True
    ),
    "change_founds_a_named_unit": lambda r: Change.objects.create(
        reorganisation=r.decision, unit=r.root, name="a", founds=True
    ),
    "proposal_says_what_its_kind_needs": lambda r: r.propose(kind="rename", cell=None),
    "proposal_decision_together": lambda r: r.propose(decision="agreed"),
    "proposal_one_open_a_cell": lambda r: twice(r.propose),
    "unitstate_days_in_order": lambda r: UnitState.objects.filter(unit=r.root).update(to_on=FOUNDED),
    # outbox
    "mail_sent_and_sent_at_together": lambda _: Mail.objects.update(state="sent"),
    "mail_sending_has_a_lease": lambda _: Mail.objects.update(state="sending"),
    # directives
    "document_number_once_a_series": lambda r: r.copy_document(),
    "document_directive_is_bound_to_its_text": lambda _: Document.objects.update(sha256=""),
    "document_revises_in_one_way": lambda _: Document.objects.update(revision="correction"),
    "document_revises_another": lambda r: Document.objects.filter(pk=r.document.pk).update(
        revises=r.document, revision="correction"
    ),
    "provision_label_once": lambda r: (r.provision("1", 1), r.provision("1", 2)),
    "provision_order_once": lambda r: (r.provision("1", 1), r.provision("2", 1)),
    "citation_of_another_document": lambda r: Citation.objects.create(
        source=r.document, target=r.document, as_written="a"
    ),
    "rollout_dates_in_order": lambda r: r.rollouts.update(acknowledge_by=days(46)),
    "rollout_issued_with_its_lines": lambda r: r.rollouts.update(expected_count=0),
    "rollout_closed_after_issue": lambda r: r.rollouts.update(issued_at=None, expected_count=0, closed_at=NOW),
    "assignment_unit_once_a_rollout": lambda r: r.lines.update(unit=r.tree["Xã A2"]),
    "assignment_position_once_a_rollout": lambda r: r.lines.update(position=r.line.position + 1),
    "assignment_acknowledgement_together": lambda r: r.lines.update(acknowledged_on=TODAY),
    "assignment_interval_in_order": lambda r: r.lines.update(last=r.line.position - 1),
    "assignment_parent_before_child": lambda r: r.lines.update(parent_position=r.line.position),
    "assignment_only_act_owes": lambda r: r.lines.update(role="inform"),
    "assignment_extension_not_earlier": lambda r: r.lines.update(extended_to=days(44)),
    "occasion_attended_within_due": lambda _: Occasion.objects.update(attended=2, due=1),
    "dissemination_once_an_occasion": lambda r: (r.disseminate(state="sent_back", note="a"), r.disseminate()),
    "dissemination_counts_once": lambda r: (
        r.disseminate(),
        r.disseminate(occasion=Occasion.objects.create(unit=r.root, held_on=TODAY, recorded_at=NOW)),
    ),
    "dissemination_sent_back_says_why": lambda r: r.disseminate(state="sent_back"),
    "extension_one_open_a_line": lambda r: twice(r.extend),
    "extension_decision_and_moment_together": lambda r: r.extend(decision="granted"),
    "reminder_once": lambda r: twice(r.remind),
    "reminder_to_nobody_once": lambda r: twice(
        lambda: r.remind(recipient=None, state="suppressed", reason="không có ai")
    ),
    "reminder_mailed_has_its_mail": lambda r: r.remind(state="mailed"),
    "reminder_suppressed_says_why": lambda r: r.remind(state="suppressed"),
    # reports
    "period_days_in_order": lambda _: Period.objects.update(end_on=TODAY - timedelta(days=1)),
    "report_revision_once": lambda r: twice(r.report),
    "report_figures_frozen_together": lambda r: r.report(figures="{}"),
    "report_issued_together": lambda r: r.report(number=5),
    "report_checked_and_moment_together": lambda r: r.report(state="checked"),
}

# The other halves of the conditions that have several.
ALSO_BROKEN: list[tuple[str, Callable[[Rows], Any]]] = [
    ("mail_sent_and_sent_at_together", lambda _: Mail.objects.update(sent_at=NOW)),
    ("rollout_issued_with_its_lines", lambda r: r.rollouts.update(issued_at=None)),
    ("assignment_acknowledgement_together", lambda r: r.lines.update(from_outside="paper")),
    ("assignment_acknowledgement_together", lambda r: r.lines.update(**seen_at(NOW), acknowledged_by=r.user)),
    ("assignment_acknowledgement_together", lambda r: r.lines.update(**seen_at(NOW), acknowledged_sha256="a")),
    ("extension_decision_and_moment_together", lambda r: r.extend(decided_at=NOW)),
    ("reminder_mailed_has_its_mail", lambda r: r.remind(mail=r.mail)),
    ("report_figures_frozen_together", lambda r: r.report(figures="{}", figures_sha256="a")),
    ("report_issued_together", lambda r: r.report(pdf=make_file())),
    ("report_issued_together", lambda r: r.report(state="issued", checked_at=NOW)),
    ("report_checked_and_moment_together", lambda r: r.report(checked_at=NOW)),
]


@pytest.fixture
def rows() -> Rows:
    return Rows()


def refused_by(error: IntegrityError, name: str) -> bool:
    """PostgreSQL names the constraint; SQLite names a check, and a unique one only by its columns."""
    if connection.vendor == "postgresql":
        return bool(error.__cause__.diag.constraint_name == name)  # type: ignore[union-attr]
    kind = "UNIQUE" if isinstance(constraints()[name], models.UniqueConstraint) else f"CHECK constraint failed: {name}"
    return kind in str(error)


def test_every_constraint_has_its_case() -> None:
    assert set(BROKEN) == set(constraints())


@pytest.mark.parametrize(("name", "broken"), [*BROKEN.items(), *ALSO_BROKEN])
def test_the_database_refuses(rows: Rows, name: str, broken: Callable[[Rows], Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        broken(rows)
    assert refused_by(refused.value, name)


def test_what_the_partial_constraints_leave_room_for(rows: Rows) -> None:
    """The conditions are no wider than they should be."""
    rows.copy_document(series="")  # a number without a term names several papers
    rows.copy_document(series="", issued_on=TODAY)
    for number in range(2):
        make_user(f"khong-thu-{number}", email="")
        rows.extend(decision="refused", decided_at=NOW)
        rows.remind(step=f"ack:after-{number}")
    Office.objects.update(to_on=at(days(1)).date())
    Office.objects.create(user=rows.user, unit=rows.tree["Xã A1"], role="secretary", from_on=days(1))
    rows.disseminate(state="sent_back", note="a")
    second = Occasion.objects.create(unit=rows.root, held_on=TODAY, recorded_at=NOW)
    rows.disseminate(occasion=second)
    assert (Dissemination.objects.count(), Extension.objects.count(), Office.objects.count()) == (2, 2, 2)
    assert (User.objects.filter(email="").count(), Document.objects.filter(num=729).count()) == (2, 3)
