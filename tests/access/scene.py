"""A small province in which every unit owns one of everything, and every text of a unit carries its canary.

The province P has the committees A (with A1, A2 below it) and B; A1 has the cells A11 and A12. Seen from A1's
secretary, A1's things are `own`, A2's `sibling`, A's `ancestor`, A11's `descendant`, B's `branch`. The scene is built
by the product's own actions, once a package, inside a transaction that every test leaves as it found it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import transaction
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from directives.actions import acknowledge, disseminate, documents, extensions, files, remind, rollouts
from directives.actions.content import Cited, Content
from directives.actions.disseminate import Held
from directives.actions.rollouts import Dates
from directives.models import Assignment, Document, Extension, Occasion, Rollout, StoredFile
from outbox import actions as outbox
from outbox.models import Mail
from reports import actions as reports
from reports.models import Report
from units.actions import account_lists, intake, offices, proposals
from units.actions.carry_out import Paper
from units.actions.proposals import Told
from units.actions.reorganise import found
from units.data.account_lists import KEYS as KEYS_OF_LIST
from units.models import Office, Unit, User
from units.sheets.table import Row, Table

RELATIONS = ("own", "sibling", "ancestor", "descendant", "branch")
KEYS = dict(zip(RELATIONS, ("A1", "A2", "A", "A11", "B"), strict=True))
MISSING = 987_654_321
ACT = Assignment.Role.ACT
# key → kind, superior. Siblings differ in kind, so that a rollout by kind can address one unit alone.
TREE = {
    "P": ("province", None), "A": ("committee", "P"), "B": ("section", "P"), "A1": ("grassroots", "A"),
    "A2": ("grassroots_cell", "A"), "A11": ("cell", "A1"), "A12": ("cell", "A1"), "B1": ("grassroots_cell", "B"),
}
PROVINCIAL = ("board", "head", "registry", "committee", "administrator")
SECRETARIES = {"secretary": "A1", "parent": "A", "sibling": "A2", "branch": "B", "cell": "A11"}
PERSONAS = ("anonymous", "disabled", "nobody", *PROVINCIAL, *SECRETARIES)
# What a secretary may read of: its own unit and all below it.
REACH = {"secretary": {"A1", "A11", "A12"}, "parent": {"A", "A1", "A2", "A11", "A12"}, "sibling": {"A2"},
         "branch": {"B", "B1"}, "cell": {"A11"}}


def canary(key: str, what: str) -> str:
    return f"CANARY-{key}-{what}"


@dataclass
class Owned:
    """What one unit has of each kind of thing."""

    unit: Unit
    office: Office
    document: Document  # rolled out to this unit alone
    rollout: Rollout
    line: Assignment  # of that rollout, nothing done yet
    asked: Assignment  # of the province-wide rollout: acknowledged, a request for a later day waits
    extension: Extension
    done: Assignment  # of a third rollout: disseminated, with a file
    occasion: Occasion
    file: StoredFile
    mail: Mail


@cache
def _handler(enforce_csrf_checks: bool) -> ClientHandler:
    """One for all clients: a new one lists every static file anew, which takes longer than a page."""
    return ClientHandler(enforce_csrf_checks)


@dataclass
class Scene:
    today: date
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    owned: dict[str, Owned] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)  # draft, frozen, checked, issued
    everywhere: Any = None  # the rollout that reaches every unit
    draft: Any = None  # a document not yet in the registry
    unissued: Any = None  # a rollout not yet issued
    account_list: Any = None  # a list of accounts that waits for confirmation
    unit_list: Any = None  # a list of organisations, likewise
    proposal: Any = None  # what A1 asks of one of its cells

    def client(self, persona: str, enforce_csrf_checks: bool = False) -> Client:
        client = Client(raise_request_exception=False)
        client.handler = _handler(enforce_csrf_checks)
        if persona in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[persona]
        return client


# ---- the rows -----------------------------------------------------------------------------------------------


def state() -> str:
    """One hash over every row of every table but sessions: equal before and after, nothing was written."""
    digest = sha256()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label == "sessions":
            continue
        for row in model._base_manager.order_by("pk").values_list():
            digest.update(f"{model.__name__}{row}".encode())
    stored = sorted(path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    digest.update(repr(stored).encode())
    return digest.hexdigest()


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# ---- building -------------------------------------------------------------------------------------------------


def _units(scene: Scene, now: Any) -> None:
    for key, (kind, above) in TREE.items():
        scene.units[key] = found(
            name=canary(key, "name"), kind=kind, parent=scene.units.get(above or ""), by=None, now=now,
            code=canary(key, "code")[:20], paper=Paper(date(2020, 1, 1), number=canary(key, "decision")),
        )


def _user(scene: Scene, persona: str, key: str) -> User:
    username = "can-bo" if persona == "board" else persona  # a name the demo knows
    user = User.objects.create_user(
        username, label=canary(key, f"label-{persona}"), email=f"{canary(key, persona)}@don-vi.example"
    )
    user.set_password("mot-cau-that-dai-729")
    user.save()
    scene.users[persona] = user
    return user


def _people(scene: Scene, now: Any) -> None:
    held = {role: ("P", role) for role in PROVINCIAL} | {name: (key, "secretary") for name, key in SECRETARIES.items()}
    for persona, (key, role) in (held | {"disabled": ("A1", "secretary")}).items():
        offices.appoint(
            user=_user(scene, persona, key), unit=scene.units[key], role=role, from_on=date(2020, 1, 1), by=None,
            now=now,
        )
    _user(scene, "nobody", "none")
    for persona, user in scene.users.items():
        client = Client()
        client.force_login(user)
        scene.sessions[persona] = client.cookies[settings.SESSION_COOKIE_NAME].value
    scene.users["disabled"].is_active = False
    scene.users["disabled"].save()


def _document(scene: Scene, key: str, what: str, register: bool = True, **told: Any) -> Document:
    now = timezone.now()
    name = canary(key, what)
    kept = files.store(data=f"{name}-content".encode(), name=f"{name}-file.txt", by=None, now=now)
    content = Content(**({
        "title": f"{name}-title", "number": f"{name}-number", "type": "Công văn", "issuer": f"{name}-issuer",
        "issued_on": scene.today - timedelta(days=40), "addressees": [f"{name}-to"], "copies": [f"{name}-copy"],
        "provisions": [("1", f"{name}-provision")], "place": f"{name}-place", "text": f"{name}-text",
        "citations": [Cited(title=f"{name}-cited", explicit=False, as_written=f"{name}-cited")],
    } | told))
    draft = documents.draft(content=content, unit=scene.units["P"], by=None, now=now, file=kept)
    if not register:
        return draft
    return documents.register(
        document=draft, state=Document.State.DIRECTIVE, unit=scene.units["P"], by=None, now=now
    )


def _rollout(scene: Scene, key: str, what: str, audience: list[str], root: str, issued: bool = True) -> Rollout:
    """Issued 30 days ago and late by now."""
    now = timezone.now()
    rollout = rollouts.compose(
        document=_document(scene, key, what), root=scene.units[root], audience=dict.fromkeys(audience, ACT),
        outside=[canary(key, f"{what}-outside")], by=None, now=now - timedelta(days=30),
        dates=Dates(scene.today - timedelta(days=15), scene.today - timedelta(days=5)),
    )
    return rollouts.issue(rollout=rollout, by=None, now=now - timedelta(days=30)) if issued else rollout


def _line(rollout: Rollout, unit: Unit) -> Assignment:
    return Assignment.objects.select_related("rollout__document", "rollout__root", "answering_unit").get(
        rollout=rollout, unit=unit
    )


def _owned(scene: Scene, persona: str, key: str) -> Owned:
    now, unit, by = timezone.now(), scene.units[key], scene.users[persona]
    kind, above = TREE[key]
    rollout = _rollout(scene, key, "doc", [kind], above or "P")
    done = _line(_rollout(scene, key, "done", [kind], above or "P"), unit)
    occasion = disseminate.record(
        unit=unit, held=Held(on=scene.today, own_number=canary(key, "own-number")), assignments=[done], by=by, now=now
    ).occasion
    file = files.store(
        data=canary(key, "evidence-content").encode(), name=f"{canary(key, 'evidence')}.txt", by=by, now=now
    )
    disseminate.attach(occasion=occasion, file=file, by=by, now=now)
    asked = _line(scene.everywhere, unit)
    acknowledge.acknowledge(assignment=asked, by=by, now=now)
    extension = extensions.ask(
        assignment=asked, to=scene.today + timedelta(days=3), reason=canary(key, "reason"), by=by, now=now
    )
    remind.urge(assignments=[_line(rollout, unit)], by=scene.users["board"], now=now)
    mail = Mail.objects.filter(recipient=by).latest("pk")
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED, error=canary(key, "mail-error"))
    return Owned(
        unit, Office.objects.get(user=by), rollout.document, rollout, _line(rollout, unit), asked, extension,
        Assignment.objects.get(pk=done.pk), occasion, file, mail,
    )


def _reports(scene: Scene) -> None:
    now, board, head = timezone.now(), scene.users["board"], scene.users["head"]
    told = {name: f"{canary('P', 'report')}-{name}" for name in reports.SECTIONS}
    for step, stage in enumerate(("draft", "frozen", "checked", "issued")):
        period = reports.add_period(
            kind="quarter", label=canary("P", f"report-{stage}"), start_on=scene.today - timedelta(days=90),
            end_on=scene.today, cut_off_at=now, submit_by=scene.today, rollout=scene.everywhere, by=None, now=now,
        )
        report = reports.draft(period=period, rollout=scene.everywhere, by=board, now=now)
        report = reports.write(
            report=report, narrative={k: f"{v}-{stage}" for k, v in told.items()}, signer_deputy=True,
            signer_name="Nguyễn Văn A", version=report.version, by=board, now=now,
        )
        if step >= 1:
            report = reports.freeze(report=report, by=board, now=now)
        if step >= 2:
            report = reports.check(report=report, by=head, now=now)
        if step >= 3:
            report = reports.issue(
                report=report, number=7, issued_on=scene.today, pdf=b"%PDF-1.7 CANARY-P-report-issued", by=None, now=now
            )
        scene.reports[stage] = report


def build() -> Scene:
    now = timezone.now()
    scene = Scene(timezone.localdate(now))
    outbox.beat("sweep", now=now)
    _units(scene, now)
    _people(scene, now)
    scene.everywhere = _rollout(scene, "P", "doc-everywhere", [kind for kind, above in TREE.values() if above], "P")
    for persona, key in SECRETARIES.items():
        scene.owned[next(name for name, own in KEYS.items() if own == key)] = _owned(scene, persona, key)
    scene.draft = _document(scene, "P", "draft", register=False)
    scene.unissued = _rollout(scene, "P", "unissued", ["committee"], "P", issued=False)
    Rollout.objects.filter(pk=scene.unissued.pk).update(
        acknowledge_by=scene.today + timedelta(days=9), disseminate_by=scene.today + timedelta(days=9)
    )
    _reports(scene)
    row = Row(2, dict.fromkeys(KEYS_OF_LIST, "") | {"number": str(scene.units["A12"].pk), "label": "Bí thư chi bộ"})
    scene.account_list = account_lists.take_in(
        table=Table([row], []), file_name="tai-khoan.csv", unit=scene.units["P"], by=None, now=now
    )
    cells = {"own": "", "code": "", "name": "Chi bộ mới", "kind": "Chi bộ", "order": "", "cells": ""}
    scene.unit_list = intake.take_in(
        kind="units", unit=scene.units["P"], file_name="to-chuc.csv", paper=Paper(scene.today), now=now,
        table=Table([Row(2, cells | {"under": scene.units["A1"].name})], []), by=scene.users["administrator"],
    )
    (scene.proposal,) = proposals.propose(
        unit=scene.units["A1"], cells=[scene.units["A12"]], by=scene.users["secretary"], now=now,
        told=Told((), {scene.units["A12"].pk: "Tên mới của chi bộ"}, frozenset()),
    )
    return scene


# ---- fixtures, for tests/access, tests/api and tests/pages -----------------------------------------------------


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), undone():
        yield build()


@pytest.fixture
def scene(built: Scene, db: None) -> Scene:
    shared_cache.clear()
    return built
