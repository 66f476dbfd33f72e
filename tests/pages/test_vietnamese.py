"""Every word a person can meet is Vietnamese: each page, each form with everything wrong, each refusal of the API.

A word counts as Vietnamese when it is a syllable the language can have; an English sentence of any length holds one
it cannot ("is", "must", "valid"). What is neither stands in ALLOWED, with a reason one can see.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.access.matrix import MATRIX
from tests.access.scene import PERSONAS, Scene
from tests.access.walk import body_of, expected
from units.actions import accounts
from units.vietnamese import fold

pytestmark = pytest.mark.django_db

ONSET = "ngh|ng|nh|kh|gh|gi|ph|th|tr|ch|qu|[bcdghklmnprstvx]"
VOWELS = "[aeiouy]{1,2}|oai|oay|uay|uoi|ieu|yeu|uou|uyu|uye|uya|oeo|uao|uyeu"
SYLLABLE = re.compile(rf"(?:{ONSET})?(?:{VOWELS})(?:nh|ng|ch|[cmnpt])?")
ALLOWED = set(
    "byte pdf word excel docx xlsx jpg png txt md csv svg html zip unicode utf json csrf sha dpi api mb kb gb"  # noqa: SIM905
    " bytes email smtp btgtu bc cv tu hd qđ tw vptw btg vn k t m p v đt xii xiii xiv ii iii iv vi vii viii ix f x"
    " demo canary nobody true false dv qr ctrl secretary".split()
)
# Names of boxes and answers' keys, which a program reads.
KEYS = re.compile(
    r'"(?:held_on|attended|due|form|own_number|assignments|detail|non_field_errors|limit|offset|unit|rollout)":'
)


def read(page: str) -> str:
    """What a person reads or hears of a page."""
    body = page[page.index("<body") :] if "<body" in page else page
    body = re.sub(r"<(script|style)\b.*?</\1>|<textarea.*?</textarea>", " ", body, flags=re.DOTALL)
    spoken = " ".join(re.findall(r'(?:placeholder|title|aria-label|alt)="([^"]*)"', body))
    titles = " ".join(re.findall(r"<title>(.*?)</title>", page, re.DOTALL))
    return html.unescape(f"{titles} {re.sub(r'<[^>]*>', ' ', body)} {spoken}")


def strange(text: str) -> set[str]:
    """The words of a text that are no Vietnamese."""
    text = re.sub(r"(?i)\S*canary\S*|\S+@\S+|https?://\S+|/\S*/|\b[0-9a-f]{12,}\b|<\S+>|“[^”]*”", " ", text)
    words = re.findall(r"[^\W\d_]+", text)
    return {word for word in words if not SYLLABLE.fullmatch(fold(word)) and word.lower() not in ALLOWED}


def test_the_measure_tells_the_two_languages_apart() -> None:
    sentences = (
        "This field is required.", "Enter a valid date.", "Not found.", "Too many attempts.", "Invalid token.",
        "Ensure this value is at most 20.", "Authentication credentials were not provided.", "Permission denied",
    )
    assert [sentence for sentence in sentences if not strange(sentence)] == []
    ours = "Nghiêng ngả, khuếch trương, quạnh quẽ, thuở, ngoằn ngoèo, nguyệt, yếu, ưu, oan, huỳnh huỵch, giếng, quý"
    assert strange(ours) == set()


@pytest.mark.parametrize("name", [name for name, row in MATRIX.items() if not row.json])
def test_every_page_speaks_vietnamese(scene: Scene, name: str) -> None:
    row = MATRIX[name]
    for persona in ("anonymous", "board", "committee", "administrator", "secretary"):
        response = scene.client(persona).get(row.address(name, scene, row.columns[0]), follow=True)
        if response["Content-Type"].startswith("text/html"):
            assert strange(read(body_of(response))) == set(), persona


# ---- forms with everything wrong -----------------------------------------------------------------------------------


def wrong(name: str, scene: Scene) -> Iterator[dict[str, Any]]:
    """A form empty, and with a wrong value of every sort in each of its boxes at once."""
    boxes = BOXES[name]
    yield dict.fromkeys(boxes, "")
    for value in ("x" * 600, "9" * 5000, "-1", "31/02/2026", "0026-01-01", "a\0b", "2099-12-31", "<b>", "1"):
        yield dict.fromkeys(boxes, value)
    yield dict.fromkeys(boxes, SimpleUploadedFile("a.exe", b"MZ"))


NEW_PASSWORD = ("password1", "password2")
BOXES: dict[str, tuple[str, ...]] = {
    "account_login": ("login", "password"), "account_reset_password": ("email",),
    "account_change_password": ("oldpassword", *NEW_PASSWORD), "account_reauthenticate": ("password",),
    "unit-add": ("name", "kind", "opened_on", "decision"), "invitation-add": ("username", "label", "email", "role"),
    "appointment-add": ("account", "role", "from_on", "last_on"),
    "substitute-add": ("account", "from_on", "last_on"), "office-end": ("on",), "account-hand-over": ("label", "email"),
    "activate": ("code",), "account-list-add": ("file",),
    "unit-confirm": ("label", "email", "added"), "proposal-decide": ("quyet-dinh", "chon", "ly-do", "effective_on"),
    "import-add": ("file", "effective_on", "number", "decided_on"), "handover-settle": ("viec", "don-vi", "nhan"),
    "reorganisation-withdraw": ("ly-do",),
    "document-add": ("file", "text", "open_document"),
    "document-correct": (
        "seen", "number", "type", "issuer", "series", "place", "issued_on", "in_force_on", "expires_on", "title",
        "addressees", "preamble", "provisions", "closing", "copies", "authority", "position", "spread_to", "revises",
        "revision", "them", *(f"{name}-{box}" for name in ("vien-dan", "thoi-han", "giao-viec")
                              for box in ("TOTAL_FORMS", "INITIAL_FORMS")),
        *(f"vien-dan-0-{box}" for box in ("relation", "type", "number", "issuer", "issued_on", "title", "provision",
                                          "implied", "as_written", "DELETE")),
        *(f"thoi-han-0-{box}" for box in ("text", "on", "every", "within", "provision", "DELETE")),
        *(f"giao-viec-0-{box}" for box in ("body", "text", "provision")),
    ),
    "document-force": ("in_force_on", "expires_on"),
    "document-register": ("muc-dich",), "rollout-compose": ("act", "inform", "acknowledge_by", "disseminate_by"),
    "rollout-urge": ("don-vi",), "assignment-outside": ("on", "channel"),
    "assignment-disseminate": ("held_on", "form", "attended", "due", "own_number"), "assignment-send-back": ("note",),
    "extension-ask": ("to", "reason"), "extension-decide": ("quyet-dinh", "ly-do"), "sheet": ("held_on", "co", "tru"),
    "occasion-detail": ("file",), "calendar": ("day", "working", "note", "decision"),
    "period-add": ("rollout", "kind", "label", "start_on", "end_on", "cut_off_on", "submit_by"),
    "report-detail": ("signer_name", "strengths", "next_tasks"), "report-issue": ("number", "issued_on"),
}
# Forms of one button; a row of the matrix that is in neither list fails the test below.
BUTTONS = {
    "demo-sign-in", "account_logout", "invitation-renew", "invitation-revoke",
    "readiness-invite", "account-list-detail", "unit-confirm-later", "import-confirm", "import-discard",
    "mail-retry", "document-discard", "rollout-issue", "rollout-close",
    "assignment-acknowledge", "report-freeze", "report-check", "report-reopen", "report-revise",
}


def test_every_form_is_tried() -> None:
    forms = {name for name, row in MATRIX.items() if row.post is not None and not row.json and set(
        "".join(row.post.values())) - set("m-")}
    assert forms - BOXES.keys() - BUTTONS == set()


@pytest.mark.parametrize("name", BOXES)
def test_a_form_with_everything_wrong_speaks_vietnamese(scene: Scene, name: str) -> None:
    row = MATRIX[name]
    column = {"report-issue": "checked", "report-detail": "draft"}.get(name, row.columns[0])
    persona = next(who for who in ("anonymous", *PERSONAS) if expected(row, "POST", who)[0] in ".>r")
    told = {"version": scene.reports["draft"].version} if name == "report-detail" else {}
    for body in wrong(name, scene):
        response = scene.client(persona).post(row.address(name, scene, column), body | told, follow=True)
        assert response.status_code < 500
        assert strange(read(body_of(response))) == set(), str(body)[:80]


def test_setting_a_first_password_speaks_vietnamese(scene: Scene) -> None:
    user, unit = scene.users["secretary"], scene.units["A1"]
    token = accounts.renew_invitation(user=user, unit=unit, by=None, now=timezone.now())
    address = reverse("invitation-accept", args=[token])
    for password, again in (("", ""), ("ngan", "ngan"), ("secretary12345", "secretary12345"), ("a\0b", "c"),
                            ("12345678901234", "12345678901234"), ("mot-cau-that-dai", "khac")):
        response = scene.client("anonymous").post(address, {"password": password, "again": again})
        assert response.status_code == 422, password
        assert strange(read(body_of(response))) == set()


def test_a_refusal_speaks_vietnamese(scene: Scene) -> None:
    long = scene.client("secretary").post(reverse("home"), {"x": "x" * (7 << 20)})
    pages = [
        scene.client("secretary").get("/khong-co/"), scene.client("secretary").get(reverse("calendar")),
        scene.client("secretary", enforce_csrf_checks=True).post(reverse("calendar"), {}), long,
        scene.client("secretary").get("/", headers={"host": "xau.example"}),
        scene.client("secretary").post(reverse("home"), {f"x{n}": "" for n in range(6000)}),
    ]
    for page in pages:
        assert page.status_code in (200, 400, 403, 404, 413)
        assert strange(read(body_of(page))) == set(), page.status_code


# ---- the API ---------------------------------------------------------------------------------------------------------


def test_a_refusal_of_the_api_speaks_vietnamese(scene: Scene) -> None:
    line, found = scene.owned["own"].line.pk, []
    address = reverse("api-assignment-disseminate", args=[line])
    values: tuple[Any, ...] = (
        "", None, -1, 10**30, "x" * 2000, [], {}, [None], True, 1.5, "\0", "2026-02-31", "1" * 5000,
    )
    secretary, json_type = scene.client("secretary"), "application/json"
    for value in values:
        body = dict.fromkeys(("held_on", "form", "attended", "due", "own_number", "assignments"), value)
        found.append(secretary.post(address, json.dumps(body), content_type=json_type))
        found.append(secretary.post(address, json.dumps(value), content_type=json_type))
    found += [
        secretary.post(address, "{", content_type=json_type), secretary.post(address, {"a": 1}),
        secretary.delete(address), secretary.get("/api/rollouts/0/"), secretary.post("/api/rollouts/"),
        secretary.get("/api/assignments/?limit=x&offset=y"),
        secretary.get("/api/assignments/?rollout=x"), scene.client("anonymous").get("/api/rollouts/"),
        scene.client("board").post(reverse("api-assignment-acknowledge", args=[line]), content_type=json_type),
        secretary.get("/api/reports/", headers={"accept": "text/csv"}),
        scene.client("secretary", enforce_csrf_checks=True).post(address, "{}", content_type=json_type),
    ]
    for response in found:
        assert 400 <= response.status_code < 500
        told = KEYS.sub(" ", re.sub(r"\\n|\\u0000", " ", json.dumps(response.json(), ensure_ascii=False)))
        assert strange(told) - {"YYYY", "MM", "DD"} == set(), told

