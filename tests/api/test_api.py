"""The REST API says what the pages say, does what they do, and refuses as they refuse: clearly, and with 4xx."""

import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.data import figures
from directives.models import Citation, Occasion
from tests.access.scene import MISSING, Scene, canary, state

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(
    r"\b(the|this|not|is|are|was|must|may|invalid|required|error|found|failed|missing|valid|field)\b", re.IGNORECASE
)


def listed(client: Client, name: str, **query: Any) -> list[dict[str, Any]]:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return list(response.json()["results"])


def sent(client: Client, name: str, pk: int, body: Any = None) -> Any:
    raw = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
    return client.post(reverse(name, args=[pk]), raw, content_type="application/json")


def held(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"held_on": scene.today.isoformat()} | more


# ---- as the pages --------------------------------------------------------------------------------------------


def test_lists_hold_what_one_sees_and_every_entry_opens(scene: Scene) -> None:
    client = scene.client("secretary")
    for kind in ("document", "rollout", "assignment", "report"):
        rows = listed(client, f"api-{kind}-list")
        assert bool(rows) is (kind != "report")
        for row in rows:
            assert client.get(reverse(f"api-{kind}-detail", args=[row["id"]])).json() == row
    names = {row["unit_name"] for row in listed(client, "api-assignment-list")}
    assert names == {canary(key, "name") for key in ("A1", "A11", "A12")}


def test_a_document_says_what_the_page_says_of_it(scene: Scene) -> None:
    own, newer = scene.owned["own"].document, scene.owned["own"].done.rollout.document
    Citation.objects.create(source=newer, target=own, as_written="Công văn này", relation="replaces")
    row = scene.client("secretary").get(reverse("api-document-detail", args=[own.pk])).json()
    told = canary("A1", "doc")
    assert row["provisions"] == [{"label": "1", "text": f"{told}-provision"}]
    assert (row["addressees"], row["copies"], row["place"]) == ([f"{told}-to"], [f"{told}-copy"], f"{told}-place")
    assert [each["as_written"] for each in row["citations"]] == [f"{told}-cited"]
    assert (row["force"], row["replaced_by"]) == ("replaced", newer.number)
    assert (row["deadlines"], row["duties"], row["spread_to"], row["revises"]) == ([], [], "", None)
    other = next(each for each in listed(scene.client("secretary"), "api-document-list") if each["id"] == newer.pk)
    assert (other["force"], other["replaced_by"]) == ("unchanged", None)


def test_documents_are_searched_as_on_the_page_and_only_ones_own(scene: Scene) -> None:
    client, own = scene.client("secretary"), scene.owned["own"].document
    assert own.pk in {row["id"] for row in listed(client, "api-document-list", q="canary-a1-doc-title")}
    assert listed(client, "api-document-list", q="canary-b-doc-title") == []
    assert listed(client, "api-document-list", q="khongcochuaynay") == []
    for words in ("", "\0", '"', "x" * 5000, "' OR 1=1 --", "*", "số"):
        assert client.get(reverse("api-document-list"), {"q": words}).status_code == 200, words


def test_the_lines_of_one_rollout_can_be_asked_for(scene: Scene) -> None:
    client, rollout = scene.client("board"), scene.owned["own"].rollout
    rows = listed(client, "api-assignment-list", rollout=rollout.pk)
    assert {row["id"] for row in rows} == set(rollout.assignments.values_list("pk", flat=True))
    assert listed(client, "api-assignment-list", rollout=MISSING) == []
    assert listed(scene.client("secretary"), "api-assignment-list", rollout=scene.owned["branch"].rollout.pk) == []


@pytest.mark.parametrize(("persona", "key"), [("board", None), ("parent", "A"), ("secretary", "A1"), ("branch", "B")])
def test_figures_are_those_of_the_page_and_of_the_command(scene: Scene, persona: str, key: str | None) -> None:
    rollout, client = scene.everywhere, scene.client(persona)
    told = client.get(reverse("api-rollout-figures", args=[rollout.pk])).json()
    unit = scene.units[key] if key else None
    tallies = (
        figures.todays_level(rollout, unit, scene.today) if unit
        else figures.level(rollout, rollout.assignments.get(position=0), scene.today)
    )
    assert told == figures.report(rollout, unit.pk if unit else None, tallies, scene.today)
    page = client.get(reverse("rollout-detail", args=[rollout.pk])).content.decode()
    for row in told["units"]:
        assert row["name"] in page
        if row["cells"]:
            assert f'{row["cells_disseminated"]}/{row["cells"]}' in page
    printed = client.get(reverse("rollout-export", args=[rollout.pk])).content.decode("utf-8-sig")
    assert all(row["name"] in printed for row in told["units"])


def test_the_figures_below_one_unit_are_asked_for_by_its_number(scene: Scene) -> None:
    address = reverse("api-rollout-figures", args=[scene.everywhere.pk])
    for persona in ("board", "parent"):
        told = scene.client(persona).get(address, {"unit": scene.units["A1"].pk}).json()
        assert told["unit"] == scene.units["A1"].pk
        assert {canary("A11", "name"), canary("A12", "name")} <= {row["name"] for row in told["units"]}


def test_each_sees_the_units_that_the_tree_shows_them_and_every_row_opens(scene: Scene) -> None:
    for persona, count in (("board", 8), ("administrator", 8), ("parent", 5), ("secretary", 3), ("committee", 0)):
        client = scene.client(persona)
        rows = listed(client, "api-unit-list")
        assert len(rows) == count, persona
        for row in rows:
            told = client.get(reverse("api-unit-detail", args=[row["id"]])).json()
            assert {name: told[name] for name in row} == row
    assert scene.client("secretary").get(reverse("api-unit-detail", args=[MISSING])).status_code == 404


# ---- acknowledge, disseminate ------------------------------------------------------------------------------------


def test_a_second_acknowledgement_is_a_conflict(scene: Scene) -> None:
    client, line = scene.client("secretary"), scene.owned["own"].line
    first = sent(client, "api-assignment-acknowledge", line.pk)
    assert (first.status_code, first.json()["acknowledged_on"]) == (200, scene.today.isoformat())
    before = state()
    again = sent(client, "api-assignment-acknowledge", line.pk)
    assert (again.status_code, again.json()) == (409, {"detail": "Đơn vị đã tiếp nhận văn bản này."})
    assert state() == before


def test_an_occasion_is_recorded_for_a_line_and_for_lines_below_it(scene: Scene) -> None:
    client, rollout = scene.client("secretary"), scene.everywhere
    asked = scene.owned["own"].asked
    below = rollout.assignments.get(unit=scene.units["A12"])
    body = held(scene, form="conference", attended=9, due=10, own_number="12-KH/ĐU", assignments=[asked.pk, below.pk])
    told = sent(client, "api-assignment-disseminate", asked.pk, body).json()
    assert (sorted(told["recorded"]), told["already"]) == (sorted([asked.pk, below.pk]), [])
    occasion = Occasion.objects.get(pk=told["occasion"])
    assert (occasion.attended, occasion.due, occasion.own_number) == (9, 10, "12-KH/ĐU")
    assert (occasion.unit, occasion.held_on) == (scene.units["A1"], scene.today)
    again = sent(client, "api-assignment-disseminate", asked.pk, held(scene))
    assert again.status_code == 409


def test_nothing_is_recorded_in_a_rollout_that_ended(scene: Scene) -> None:
    scene.client("board").post(reverse("rollout-close", args=[scene.everywhere.pk]))
    line = scene.everywhere.assignments.get(unit=scene.units["A12"])
    before = state()
    assert sent(scene.client("secretary"), "api-assignment-disseminate", line.pk, held(scene)).status_code == 409
    assert state() == before


def test_a_session_without_its_csrf_token_changes_nothing(scene: Scene) -> None:
    client, line = scene.client("secretary", enforce_csrf_checks=True), scene.owned["own"].line
    before = state()
    for name in ("api-assignment-acknowledge", "api-assignment-disseminate"):
        refused = sent(client, name, line.pk, held(scene))
        assert refused.status_code == 403
        assert "CSRF" in refused.json()["detail"]
        assert not ENGLISH.search(refused.json()["detail"])
    assert state() == before
    page = client.get(reverse("home")).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    address = reverse("api-assignment-acknowledge", args=[line.pk])
    allowed = client.post(address, "{}", content_type="application/json", headers={"X-CSRFToken": token[1]})
    assert allowed.status_code == 200


# ---- bad input ----------------------------------------------------------------------------------------------------

BODIES: dict[str, Any] = {
    "nothing": b"", "no JSON": b"{", "not an object": "[1, 2]", "text": '"x"', "null": "null",
    "NaN": '{"held_on": NaN}',
    "no UTF-8": b'{"held_on": "\xff"}', "very deep": "[" * 100_000, "deep": '{"a":' * 2000 + "1" + "}" * 2000,
    "no day": {}, "a day that is none": {"held_on": "2026-02-31"}, "a day as a number": {"held_on": 20260101},
    "another order of the day": {"held_on": "31/01/2026"}, "a moment": {"held_on": "2026-01-01T10:00:00Z"},
    "null day": {"held_on": None}, "a list for a day": {"held_on": []},
}
FIELDS: dict[str, dict[str, Any]] = {
    "negative": {"attended": -1}, "a fraction": {"attended": 1.5}, "words": {"attended": "nhiều"},
    "huge": {"attended": 10**30}, "very long": {"attended": "9" * 5000}, "true": {"due": [True]},
    "unknown form": {"form": "khác"}, "a list for a form": {"form": ["conference"]},
    "long number": {"own_number": "x" * 81},
    "a zero byte": {"own_number": "12\0"}, "half a letter": {"own_number": "\ud800"}, "an object": {"own_number": {}},
    "lines as text": {"assignments": "1"}, "lines as words": {"assignments": ["x"]},
    "no such line": {"assignments": [MISSING]},
    "line 0": {"assignments": [0]}, "huge line": {"assignments": [10**30]}, "many lines": {"assignments": [1] * 1001},
}


def refused(scene: Scene, response: Any, before: str, allowed: tuple[int, ...] = (400,)) -> None:
    assert response.status_code in allowed, response.content[:300]
    told = json.dumps(response.json(), ensure_ascii=False)
    told = re.sub(r'"(held_on|attended|due|form|own_number|assignments|detail|non_field_errors)":', "", told)
    assert not ENGLISH.search(told), told
    assert state() == before


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_none_is_refused(scene: Scene, what: str) -> None:
    before = state()
    line = scene.owned["own"].line.pk
    refused(scene, sent(scene.client("secretary"), "api-assignment-disseminate", line, BODIES[what]), before)


@pytest.mark.parametrize("what", FIELDS)
def test_a_field_that_cannot_be_is_refused(scene: Scene, what: str) -> None:
    before = state()
    line, body = scene.owned["own"].line.pk, held(scene, **FIELDS[what])
    refused(scene, sent(scene.client("secretary"), "api-assignment-disseminate", line, body), before)


def test_what_the_pages_refuse_the_api_refuses_with_a_conflict(scene: Scene) -> None:
    before = state()
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    for wrong in ({"held_on": tomorrow.isoformat()}, held(scene, attended=11, due=10), {"held_on": "0001-01-01"}):
        line = scene.owned["own"].line.pk
        refused(scene, sent(scene.client("secretary"), "api-assignment-disseminate", line, wrong), before, (400, 409))


def test_a_body_beyond_bounds_or_of_another_kind_is_refused(scene: Scene, settings: Any) -> None:
    client, line = scene.client("secretary"), scene.owned["own"].line
    before = state()
    huge = json.dumps(held(scene, own_number="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    refused(scene, sent(client, "api-assignment-disseminate", line.pk, huge), before, (413,))
    address = reverse("api-assignment-disseminate", args=[line.pk])
    refused(scene, client.post(address, held(scene)), before, (415,))
    refused(scene, client.post(address, "<a/>", content_type="text/xml"), before, (415,))
    refused(scene, client.put(address, "{}", content_type="application/json"), before, (405,))
    refused(scene, client.get(reverse("home") + "api/reports/", headers={"accept": "text/csv"}), before, (406,))


IDS = ("0", "-1", "abc", "1e3", "%00", "1%00", "9" * 19, "9" * 30, "9" * 5000, "²", "' OR 1=1 --", "null", "1,2")


@pytest.mark.parametrize("kind", ["document", "rollout", "assignment", "report"])
def test_an_id_that_is_none_finds_nothing(scene: Scene, kind: str) -> None:
    client = scene.client("board")
    for pk in IDS:
        response = client.get(f"/api/{kind}s/{pk}/")
        assert response.status_code == 404, pk
        if response["Content-Type"] == "application/json":
            assert response.json() == {"detail": "Không có nội dung này, hoặc đơn vị của đồng chí không được giao."}


PAGING = ("-1", "abc", "1.5", "²", "", " ", "9" * 5000, "10**9", "null", "\0")


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_paging_that_cannot_be_is_refused_and_never_unbounded(scene: Scene, name: str) -> None:
    client = scene.client("board")
    for value in PAGING:
        response = client.get("/api/assignments/", {name: value})
        assert response.status_code == 400, value
        assert not ENGLISH.search(response.json()[name][0])
    assert client.get("/api/assignments/", {name: 10**18 - 1}).status_code == 200
    assert len(client.get("/api/assignments/", {"limit": 2}).json()["results"]) == 2
    assert client.get("/api/assignments/", {"offset": 10**6}).json()["results"] == []


def test_a_page_holds_no_more_than_two_hundred(scene: Scene) -> None:
    response = scene.client("board").get("/api/assignments/", {"limit": 10**9})
    assert "limit=1000000000" not in json.dumps(response.json())
    from portal.rest.reading import Pages

    assert Pages.max_limit == 200


@pytest.mark.parametrize("value", ["abc", "", "-1", "9" * 5000, "\0", "1.0"])
def test_a_filter_that_is_no_number_is_refused_not_passed_over(scene: Scene, value: str) -> None:
    client = scene.client("board")
    assert client.get("/api/assignments/", {"rollout": value}).status_code == 400
    figures_of = reverse("api-rollout-figures", args=[scene.everywhere.pk])
    assert client.get(figures_of, {"unit": value}).status_code == 400


# ---- the schema ----------------------------------------------------------------------------------------------------


def test_the_schema_is_valid_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_schema_tells_of_the_search(scene: Scene) -> None:
    schema = scene.client("board").get(reverse("api-schema"), {"format": "json"}).json()
    asked = {each["name"] for each in schema["paths"]["/api/documents/"]["get"]["parameters"]}
    assert asked == {"limit", "offset", "q"}
    told = schema["components"]["schemas"]["Document"]["properties"]
    assert {"provisions", "citations", "deadlines", "duties", "force", "replaced_by", "in_force_on"} <= told.keys()


def test_the_schema_names_every_address_and_its_refusals(scene: Scene) -> None:
    schema = scene.client("board").get(reverse("api-schema"), {"format": "json"}).json()
    assert set(schema["paths"]) == {
        "/api/documents/", "/api/documents/{id}/", "/api/rollouts/", "/api/rollouts/{id}/",
        "/api/rollouts/{id}/figures/", "/api/assignments/", "/api/assignments/{id}/",
        "/api/assignments/{id}/acknowledge/", "/api/assignments/{id}/disseminate/", "/api/reports/",
        "/api/reports/{id}/", "/api/decisions/", "/api/decisions/{id}/", "/api/units/", "/api/units/{id}/",
    }
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            wanted = {"200", "403"} | ({"404"} if "{id}" in path else {"400"}) | (
                {"400", "404", "409"} if method == "post" else set())
            assert wanted <= operation["responses"].keys(), (method, path)
