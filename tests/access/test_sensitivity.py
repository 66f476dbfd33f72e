"""The access tests can fail: take any one fence away and the table, walked as one secretary, turns red."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from directives.models import Assignment, Document, Extension, Occasion, Rollout
from outbox.models import Mail
from reports.models import Report
from tests.access.matrix import MATRIX
from tests.access.scene import Scene
from tests.access.walk import body_of, differences
from units import access
from units.access import Rights
from units.actions import offices
from units.models import Office, Unit

pytestmark = pytest.mark.django_db

SCOPED = (Assignment, Document, Extension, Mail, Occasion, Report, Rollout)
OF = {Assignment: "line"}


def leaks(scene: Scene, of: str = "line") -> Iterator[str]:
    """What the table finds wrong for A1's secretary, one row after the other; rows of that kind come first."""
    for name, row in sorted(MATRIX.items(), key=lambda each: each[1].of != of):
        if row.of:
            yield from differences(scene, name, row, personas=["secretary"])


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_an_unscoped_queryset_is_noticed(scene: Scene, monkeypatch: pytest.MonkeyPatch, model: Any) -> None:
    monkeypatch.setattr(type(model.objects.all()), "visible_to", lambda self, rights: self.all())
    assert next(leaks(scene, OF.get(model, model.__name__.lower())), None) is not None


FENCES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "the reach of a verb": (Rights, "reach", lambda self, verb: Unit.objects.all()),
    "what one may do at a unit": (Rights, "can", lambda self, verb, unit: True),
    "what one may do below a unit": (Rights, "can_above", lambda self, verb, unit: True),
    "which verbs one holds": (Rights, "holds", lambda self, verb: True),
    "the check in the actions": (access, "require", lambda by, verb, unit, now: None),
}


@pytest.mark.parametrize("fence", FENCES)
def test_a_missing_fence_is_noticed(scene: Scene, monkeypatch: pytest.MonkeyPatch, fence: str) -> None:
    owner, name, without = FENCES[fence]
    monkeypatch.setattr(owner, name, without)
    assert next(leaks(scene), None) is not None


def test_the_offices_to_administer_are_those_of_the_subtree(scene: Scene) -> None:
    """An administrator of A alone, whom the table does not know, reaches nobody's office elsewhere."""
    _appointed(scene, Office.Role.ADMINISTRATOR)
    client = scene.client("nobody")
    ended = [client.post(reverse("office-end", args=[scene.owned[of].office.pk])) for of in ("own", "branch")]
    assert [response.status_code for response in ended] == [302, 404]
    added = [client.get(reverse("unit-add", args=[scene.units[key].pk])) for key in ("A", "A2", "B", "P")]
    assert [response.status_code for response in added] == [200, 200, 404, 404]


@pytest.mark.parametrize("role", [Office.Role.BOARD, Office.Role.ADMINISTRATOR])
def test_a_provincial_role_held_at_a_committee_reads_that_committees_mail_only(scene: Scene, role: str) -> None:
    _appointed(scene, role)
    client = scene.client("nobody")
    seen = [client.get(reverse("mail-detail", args=[scene.owned[of].mail.pk])) for of in ("own", "ancestor", "branch")]
    assert [response.status_code for response in seen] == [200, 200, 404]
    assert "CANARY-B-" not in body_of(client.get(reverse("mail-list"))).upper()


def test_a_provincial_role_held_at_a_committee_reads_no_provincial_report(scene: Scene) -> None:
    _appointed(scene, Office.Role.HEAD)
    client = scene.client("nobody")
    for report in scene.reports.values():
        assert client.get(reverse("report-detail", args=[report.pk])).status_code == 404
    assert client.get(reverse("api-report-list")).json()["results"] == []


def _appointed(scene: Scene, role: str) -> None:
    offices.appoint(
        user=scene.users["nobody"], unit=scene.units["A"], role=role, from_on=scene.today, by=None, now=timezone.now()
    )
