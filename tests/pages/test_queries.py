"""A page asks as many questions of the database with many rows as with few, and few."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directives.actions import acknowledge, disseminate, extensions, files, remind
from directives.actions.disseminate import Held
from directives.data import figures
from directives.models import Assignment, Citation, Document
from reports import actions as reports
from tests.access.scene import Scene, _document, _rollout, canary
from units.actions import accounts
from units.actions.carry_out import Paper
from units.actions.reorganise import found

pytestmark = pytest.mark.django_db

MOST, MOST_OF_A_LIST = 17, 12
PAGES = [
    ("home", "board"), ("home", "secretary"), ("home", "committee"), ("home", "administrator"),
    ("document-list", "board"), ("document-list", "secretary"), ("rollout-list", "board"), ("rollout-list", "parent"),
    ("rollout-list", "secretary"), ("sheet-list", "secretary"), ("extension-list", "board"), ("mail-list", "board"),
    ("mail-list", "secretary"), ("report-list", "board"), ("report-list", "committee"), ("calendar", "administrator"),
    ("demo-people", "anonymous"), ("api-document-list", "board"), ("api-document-list", "secretary"),
    ("api-rollout-list", "board"), ("api-rollout-list", "secretary"), ("api-assignment-list", "board"),
    ("api-assignment-list", "secretary"), ("api-report-list", "board"), ("api-unit-list", "board"),
    ("unit-list", "board"), ("unit-list", "parent"),
]


def asked(scene: Scene, address: str, persona: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = scene.client(persona).get(address)
    assert response.status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def more(scene: Scene, times: int, start: int = 0) -> None:
    """So many more of everything: rollouts, documents, lines, occasions, requests, mails, reports, units."""
    now, secretary = timezone.now(), scene.users["secretary"]
    for n in range(start, start + times):
        new: dict[str, Any] = {"paper": Paper(scene.today), "by": None, "now": now}
        cell = found(name=f"Chi bộ thêm {n}", kind="cell", parent=scene.units["A1"], **new)
        found(name=f"Đảng bộ thêm {n}", kind="section", parent=scene.units["A"], **new)
        accounts.invite(username=f"them-{n}", label=f"Thêm {n}", email="", unit=cell, role="secretary", by=None,
                       now=now, from_on=scene.today)
        rollout = _rollout(scene, "A1", f"more{n}", ["grassroots", "cell", "committee"], "P")
        line = rollout.assignments.select_related("rollout__document", "answering_unit").get(unit=scene.units["A1"])
        below = rollout.assignments.select_related("rollout__document", "answering_unit").get(unit=scene.units["A12"])
        acknowledge.acknowledge(assignment=line, by=secretary, now=now)
        extensions.ask(assignment=line, to=scene.today + timedelta(days=3), reason="Xin thêm", by=secretary, now=now)
        done = disseminate.record(
            unit=scene.units["A1"], held=Held(on=scene.today), assignments=[below], by=secretary, now=now
        )
        file = files.store(data=f"{n}".encode(), name=f"{n}.txt", by=secretary, now=now)
        disseminate.attach(occasion=done.occasion, file=file, by=secretary, now=now)
        disseminate.attach(occasion=scene.owned["own"].occasion, file=file, by=secretary, now=now)
        remind.urge(assignments=[line], by=scene.users["board"], now=now)
        _document(scene, "P", f"morepaper{n}", register=False)
        _cited(scene, rollout.document, n)
        period = reports.add_period(
            kind="month", label=f"thêm {n}", start_on=scene.today, end_on=scene.today, cut_off_at=now,
            submit_by=scene.today, rollout=rollout, by=None, now=now,
        )
        reports.freeze(report=reports.draft(period=period, rollout=rollout, by=None, now=now), by=None, now=now)


def _cited(scene: Scene, document: Document, n: int) -> None:
    """One more document that each of these cites, replaced by one that was replaced in turn; and one that cites it."""
    told: dict[str, Any] = {"title": "x", "type": "Quyết định", "provisions": [("1", "a")]}
    ends = [_document(scene, "P", f"chain{n}-{step}", text=f"{n}{step}", **told) for step in range(3)]
    for newer, older in pairwise(reversed(ends)):
        Citation.objects.create(source=newer, target=older, as_written="x", relation="replaces")
    for source in (document, scene.owned["own"].document, scene.everywhere.document, scene.draft):
        Citation.objects.create(source=source, target=ends[0], as_written="x", provision=source.provisions.first())
    Citation.objects.create(source=ends[0], target=scene.owned["own"].document, as_written="x", relation="amends")


def addresses(scene: Scene) -> list[tuple[str, str]]:
    one = scene.owned["own"]
    everywhere, unit = scene.everywhere.pk, scene.units["A1"].pk
    return [(reverse(name), persona) for name, persona in PAGES] + [
        (f"{reverse('unit-list')}?tim=a", "administrator"),
        (f"{reverse('unit-list')}?loc=chua-co-nguoi", "administrator"),
        (f"{reverse('unit-list')}?mo={unit}", "parent"), (f"{reverse('unit-list')}?ngay=2025-01-01", "parent"),
        (f"{reverse('api-unit-list')}?on=2025-01-01", "parent"), (reverse("api-unit-detail", args=[unit]), "parent"),
        (reverse("readiness"), "administrator"), (f"{reverse('readiness')}?nhom=xong&thu=co", "board"),
        (reverse("readiness-export", args=["csv"]), "head"), (reverse("account-list-add"), "administrator"),
        (reverse("account-list-detail", args=[scene.account_list.pk]), "administrator"),
        (f"{reverse('document-list')}?tim=canary", "secretary"), (f"{reverse('unit-list')}?tim=canary", "parent"),
        *((reverse("rollout-detail", args=[everywhere]), persona) for persona in ("board", "parent", "secretary")),
        *((reverse("rollout-late", args=[everywhere]), persona) for persona in ("board", "secretary")),
        *((reverse("sheet", args=[everywhere, unit]), persona) for persona in ("secretary", "parent")),
        (reverse("rollout-export", args=[everywhere]), "board"),
        (reverse("api-rollout-figures", args=[everywhere]), "board"),
        (reverse("unit-detail", args=[scene.units["A"].pk]), "administrator"),
        (reverse("unit-detail", args=[unit]), "parent"),
        *((reverse("document-detail", args=[one.document.pk]), persona) for persona in ("secretary", "board")),
        (reverse("document-detail", args=[scene.draft.pk]), "registry"),
        (reverse("document-correct", args=[scene.draft.pk]), "registry"),
        (reverse("rollout-compose", args=[one.document.pk]), "board"),
        (f"{reverse('document-list')}?hieu_luc=thay-the&thu_tu=so", "board"),
        (f"{reverse('document-list')}?hieu_luc=con", "secretary"),
        (f"{reverse('api-document-list')}?q=canary", "board"),
        (reverse("assignment-detail", args=[one.asked.pk]), "parent"),
        (reverse("occasion-detail", args=[one.occasion.pk]), "secretary"),
        (reverse("report-detail", args=[scene.reports["issued"].pk]), "committee"),
        (reverse("mail-detail", args=[one.mail.pk]), "secretary"),
    ]


def test_no_page_asks_more_the_more_there_is(scene: Scene) -> None:
    more(scene, 1)
    few = {where: asked(scene, *where) for where in addresses(scene)}
    more(scene, 2, start=1)
    many = {where: asked(scene, *where) for where in addresses(scene)}
    grown = {where: (few[where], many[where]) for where in few if few[where] != many[where]}
    assert grown == {}
    lists = {reverse(name) for name, _ in PAGES if name.endswith("-list")}
    most = {where: MOST_OF_A_LIST if where[0].partition("?")[0] in lists else MOST for where in many}
    assert {where: count for where, count in many.items() if count > most[where]} == {}


def test_the_boards_table_is_one_question(scene: Scene) -> None:
    top = scene.everywhere.assignments.get(position=0)
    with CaptureQueriesContext(connection) as queries:
        rows = figures.level(scene.everywhere, top, scene.today)
    assert len(queries) == 1
    assert {row.name for row in rows} >= {canary("A", "name"), canary("B", "name")}
    with CaptureQueriesContext(connection) as queries:
        scene.client("board").get(reverse("rollout-detail", args=[scene.everywhere.pk]))
    rollups = [query for query in queries if "BETWEEN c.position AND c.last" in query["sql"]]
    assert len(rollups) == 2  # the level, and its total above the table


def test_the_list_of_rollouts_counts_what_each_rollouts_own_page_counts(scene: Scene) -> None:
    more(scene, 2)
    for persona, unit in (("board", None), ("parent", scene.units["A"]), ("secretary", scene.units["A1"])):
        lines = Assignment.objects.filter(rollout__issued_at__isnull=False).select_related("rollout__root")
        rollouts = {line.rollout_id: line.rollout for line in lines}
        told = figures.wholes(list(rollouts.values()), scene.today, unit)
        for pk, whole in told.items():
            rollout = rollouts[pk]
            rows = (
                figures.todays_level(rollout, unit, scene.today) if unit
                else [figures.line(rollout, rollout.assignments.get(position=0), scene.today)]
            )
            summed = figures.total(rows, whole.name)
            assert (whole.acknowledge, whole.disseminate) == (summed.acknowledge, summed.disseminate), (persona, pk)
            assert (whole.cells, whole.cells_disseminated, whole.from_outside) == (
                summed.cells, summed.cells_disseminated, summed.from_outside)


def test_figures_of_no_rollout_are_none() -> None:
    nothing: dict[int, Any] = {}
    assert figures.wholes([], timezone.localdate()) == nothing
