"""Nobody reads a word of what is not theirs: along every link, by search, by guessed ids in addresses and bodies."""

import re
from io import BytesIO
from itertools import product
from urllib.parse import urlencode, urljoin

import pytest
from django.urls import reverse
from pypdf import PdfReader

from reports import pdf
from reports.data import paper
from reports.pdf import render as really_render
from tests.access.scene import MISSING, PERSONAS, REACH, TREE, Scene, canary, state
from tests.access.walk import PROVINCE_READERS, body_of, plain, strangers

pytestmark = pytest.mark.django_db

# The head of the board is shown what its staff is shown.
SIGNED_IN = [persona for persona in PERSONAS if persona not in ("anonymous", "disabled", "head")]
LIMITED = [persona for persona in SIGNED_IN if persona not in PROVINCE_READERS]
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_every_link_one_is_shown_opens_and_shows_only_what_is_ones_own(scene: Scene, persona: str) -> None:
    client, waiting, seen, wrong = scene.client(persona), ["/"], {"/"}, []
    while waiting:
        address = waiting.pop()
        response = client.get(address, follow=True)
        text = body_of(response)
        if response.status_code != 200:
            wrong.append(f"{address}: {response.status_code}")
        wrong += [f"{address}: shows {each}" for each in strangers(text, persona)]
        for link in LINK.findall(text):
            target = urljoin(address, link.replace("&amp;", "&"))
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    assert wrong == []
    assert len(seen) >= 3


@pytest.mark.parametrize("persona", LIMITED)
def test_a_search_finds_nothing_of_others(scene: Scene, persona: str) -> None:
    client, reach = scene.client(persona), REACH.get(persona)
    for page, of in product(("document-list", "unit-list"), TREE):
        for words in (canary(of, "name"), f"canary {of.lower()}"):
            text = body_of(client.get(reverse(page), {"tim": words}))
            # What was typed stands in the box; the canaries of a real find are longer.
            text = text.replace(f'value="{words}"', "")
            assert strangers(text, persona) == set(), (page, words)
            if reach and page == "unit-list" and words == canary(of, "name"):
                assert (words in text) is (of in reach), words


def _tables(scene: Scene) -> list[str]:
    """The export and the figures with every position and unit, possible or not, that one might ask for."""
    export, figures = (reverse(name, args=[scene.everywhere.pk]) for name in ("rollout-export", "api-rollout-figures"))
    asked = ["", *range(9), MISSING, "9" * 5000, "²\0"]
    units = [unit.pk for unit in scene.units.values()]
    return [
        *(f"{export}?{urlencode({'muc': each})}" for each in asked),
        *(f"{export}?{urlencode({'don-vi': each})}" for each in [*asked, *units]),
        *(f"{figures}?{urlencode({'unit': each})}" for each in [*asked, *units]),
    ]


@pytest.mark.parametrize("persona", ["board", *LIMITED])
def test_tables_of_guessed_parts_show_only_what_is_ones_own(scene: Scene, persona: str) -> None:
    client = scene.client(persona)
    for address in _tables(scene):
        response = client.get(address)
        assert response.status_code in (200, 400, 404), address[:200]
        assert strangers(body_of(response), persona) == set(), address[:200]


def test_a_secretarys_table_of_anothers_unit_is_like_that_of_no_unit(scene: Scene) -> None:
    client = scene.client("secretary")
    for address, key in ((reverse("api-rollout-figures", args=[scene.everywhere.pk]), "unit"),
                         (reverse("rollout-export", args=[scene.everywhere.pk]), "don-vi")):
        missing = client.get(address, {key: MISSING})
        assert missing.status_code == 404
        for other in ("A2", "A", "P", "B"):
            foreign = client.get(address, {key: scene.units[other].pk})
            assert (foreign.status_code, plain(body_of(foreign))) == (404, plain(body_of(missing)))


def test_a_file_is_reached_only_through_its_own_occasion(scene: Scene) -> None:
    """Through one's own occasion with another's file id: the same answer as for a file that does not exist."""
    client, own = scene.client("secretary"), scene.owned["own"]
    missing = client.get(reverse("occasion-file", args=[own.occasion.pk, MISSING]))
    for relation in ("sibling", "ancestor", "descendant", "branch"):
        for file in (scene.owned[relation].file, scene.owned[relation].document.file):
            response = client.get(reverse("occasion-file", args=[own.occasion.pk, file.pk]))
            assert (response.status_code, plain(body_of(response))) == (404, plain(body_of(missing)))
    assert body_of(client.get(reverse("occasion-file", args=[own.occasion.pk, own.file.pk]))) == canary(
        "A1", "evidence-content")


def test_the_ids_in_a_form_reach_no_further_than_the_page(scene: Scene) -> None:
    """A sheet sent back with other units' lines records only the sheet's own cells."""
    day, lines = scene.today.isoformat(), scene.everywhere.assignments
    others = [line.pk for line in lines.exclude(unit__in=[scene.units["A12"]])]
    address = reverse("sheet", args=[scene.everywhere.pk, scene.units["A1"].pk])
    before = state()
    refused = scene.client("secretary").post(address, {"held_on": day, "co": [*others, MISSING, "9" * 5000, 2**63]})
    assert refused.status_code == 422
    assert state() == before
    everything = list(lines.values_list("pk", flat=True))
    assert scene.client("secretary").post(address, {"held_on": day, "co": everything}).status_code == 302
    assert {line.unit.name for line in lines.filter(disseminated_on=scene.today)} == {canary("A12", "name")}


@pytest.mark.parametrize("persona", ["secretary", "parent"])
def test_the_api_records_nothing_outside_the_line_addressed(scene: Scene, persona: str) -> None:
    """The sibling's line may be in the parent's reach: it is still no line below A1's."""
    own, other = scene.owned["own"].line, scene.everywhere.assignments.get(unit=scene.units["A2"])
    asked = scene.everywhere.assignments.get(unit=scene.units["A1"])
    address = reverse("api-assignment-disseminate", args=[asked.pk])
    before = state()
    answers = []
    for stranger in (other.pk, scene.owned["sibling"].line.pk, own.pk, MISSING):
        body = {"held_on": scene.today.isoformat(), "assignments": [asked.pk, stranger]}
        response = scene.client(persona).post(address, body, content_type="application/json")
        answers.append((response.status_code, body_of(response).replace(str(stranger), "N")))
    assert len(set(answers)) == 1
    assert answers[0][0] == 400
    assert state() == before


def test_reminding_reaches_only_lines_of_the_rollout_one_sees(scene: Scene) -> None:
    address = reverse("rollout-urge", args=[scene.owned["own"].rollout.pk])
    before = state()
    for persona in ("secretary", "parent", "board"):
        body = {"don-vi": [scene.owned["branch"].line.pk, MISSING, "9" * 5000, 2**63, "x"]}
        assert scene.client(persona).post(address, body).status_code == 302
    assert state() == before


@pytest.mark.parametrize("target", ["https://xau.example/", "//xau.example", r"\\xau.example", "https:///xau.example",
                                    "javascript:alert(1)", "http:xau.example", "\thttps://xau.example"])
def test_signing_in_leads_nowhere_outside(scene: Scene, target: str) -> None:
    demo = scene.client("anonymous").post(reverse("demo-sign-in", args=["can-bo"]), {"toi": target})
    login = scene.client("anonymous").post(
        f"{reverse('account_login')}?{urlencode({'next': target})}",
        {"login": "secretary", "password": "mot-cau-that-dai-729", "next": target})
    assert (demo["Location"], login["Location"]) == ("/", "/")


def test_the_standing_committee_never_meets_a_draft(scene: Scene) -> None:
    client = scene.client("committee")
    pages = [client.get(reverse(name)) for name in ("home", "report-list", "api-report-list")]
    texts = [body_of(page) for page in pages]
    assert all("CANARY-P-report-issued" in text for text in texts)
    assert re.findall(r"CANARY-P-report-(?:draft|frozen|checked)", "".join(texts)) == []


def test_the_printed_report_holds_no_units_own_words(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report carries figures and names of units, never what units wrote; the text is read back from the PDF."""
    monkeypatch.setattr(pdf, "render", really_render)
    drawn = paper.drawn(scene.reports["checked"], number=None, issued_on=None, demo=True)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(drawn)).pages).replace("\n", "")
    assert "CANARY-A-name" in text
    assert re.findall(r"CANARY-\w+-(?!name|report|doc-everywhere)[\w-]+", text) == []


def test_what_was_recorded_from_above_is_told_below_without_a_dead_link(scene: Scene) -> None:
    """A records for A2, in A's own occasion: A2 reads that it was done, and by which form, not A's page of it."""
    body = {"held_on": scene.today.isoformat(), "co": [scene.owned["sibling"].asked.pk]}
    sheet = reverse("sheet", args=[scene.everywhere.pk, scene.units["A"].pk])
    occasion = scene.client("parent").post(sheet, body)["Location"]
    page = scene.client("sibling").get(reverse("assignment-detail", args=[scene.owned["sibling"].asked.pk]))
    assert page.status_code == 200
    assert "Sinh hoạt chi bộ" in body_of(page)
    assert occasion not in body_of(page)
    assert scene.client("sibling").get(occasion).status_code == 404
