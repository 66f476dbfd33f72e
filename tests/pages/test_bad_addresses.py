"""Searches, pages and ids that cannot be, forms sent twice or without their token, and what else arrives by mistake."""

import re
from unicodedata import normalize
from urllib.parse import quote_from_bytes

import pytest
from django.urls import reverse

from directives.models import Extension
from reports.models import Period
from tests.access.matrix import MATRIX, corrected
from tests.access.scene import Scene, state, undone
from tests.access.walk import body_of, patterns
from units.models import Unit, User

pytestmark = pytest.mark.django_db

WORDS = {
    "10k letters": "x" * 10_000, "5k words": "a " * 5_000, "a zero byte": "đảng\0ủy",
    "marks apart": normalize("NFD", "đảng ủy"), "wildcards": "%_\\", "quotes": "'\";--",
    "half a letter": "\udc80", "blanks": " \t\u00a0", "right to left": "\u202eabc",
    "only marks": "\u0301\u0323",
}
SEARCHES = (("document-list", "board"), ("unit-list", "administrator"))


@pytest.mark.parametrize("words", WORDS)
def test_any_search_is_answered(scene: Scene, words: str) -> None:
    for name, persona in SEARCHES:
        text = WORDS[words].encode("utf-8", "surrogateescape")
        response = scene.client(persona).get(f"{reverse(name)}?tim={quote_from_bytes(text)}", follow=True)
        assert response.status_code == 200, name
        assert "<h1>" in body_of(response)


def test_a_search_reads_marks_apart_as_marks_together(scene: Scene) -> None:
    Unit.objects.filter(pk=scene.units["A12"].pk).update(name="Chi bộ Đồng Đậu", search_text="chi bo dong dau")
    client = scene.client("secretary")
    for words in ("đồng đậu", normalize("NFD", "Đồng Đậu"), "DONG DAU", "dong  bo", "Ðồng"):
        assert "Chi bộ Đồng Đậu" in body_of(client.get(reverse("unit-list"), {"tim": words})), words


NUMBERS = ("-1", "0", "abc", "1.5", "1000000000", "9" * 5000, "", "²", "\0", "None", "1;2")
PAGED = (
    ("document-list", "board"), ("mail-list", "board"), ("report-list", "board"), ("extension-list", "board"),
    ("unit-list", "administrator"), ("rollout-list", "board"), ("home", "board"),
)


@pytest.mark.parametrize("name", [name for name, _ in PAGED])
def test_any_page_number_is_answered(scene: Scene, name: str) -> None:
    client = scene.client(dict(PAGED)[name])
    filters = ("trang", "tim", "loai", "loc", "trang-thai", "mo", "ngay", "kieu", "nam", "hieu_luc", "thu_tu")
    for key in ("trang",) if name == "home" else filters:
        for number in NUMBERS:
            assert client.get(reverse(name), {key: number}, follow=True).status_code == 200, (key, number[:20])


@pytest.mark.parametrize("name", ["rollout-late", "rollout-detail", "rollout-export"])
def test_any_filter_of_a_rollout_is_answered(scene: Scene, name: str) -> None:
    client = scene.client("board")
    for key in ("trang", "loai", "loc", "muc", "don-vi"):
        for number in NUMBERS:
            response = client.get(reverse(name, args=[scene.everywhere.pk]), {key: number})
            assert response.status_code in (200, 404), (key, number[:20])


def test_an_id_that_is_none_is_an_address_that_is_none(scene: Scene) -> None:
    client = scene.client("board")
    for route in {route for _, route in patterns() if "<int:" in route}:
        for pk in ("abc", "9" * 19, "9" * 5000, "%00"):
            address = re.sub(r"<int:\w+>", pk, route)
            for response in (client.get(address), client.post(address)):
                # 405: the address is one, but not for this; its view has not looked at the id yet.
                assert response.status_code in (403, 404, 405), (address[:80], response.status_code)


# ---- tokens, methods, twice ------------------------------------------------------------------------------------

POSTED = {name: row for name, row in MATRIX.items() if row.post is not None and not row.json}


@pytest.mark.parametrize("name", [name for name in POSTED if not name.startswith(("account", "/"))])
def test_without_its_token_a_form_changes_nothing_and_says_so(scene: Scene, name: str) -> None:
    row = POSTED[name]
    before = state()
    for persona in ("board", "secretary"):
        client = scene.client(persona, enforce_csrf_checks=True)
        response = client.post(row.address(name, scene, row.columns[0]), row.body(scene, row.columns[0]))
        assert response.status_code == 403
        assert "Phiên làm việc đã hết hạn" in body_of(response)
    assert state() == before


TWICE = {
    "assignment-acknowledge": "secretary", "assignment-disseminate": "secretary", "sheet": "secretary",
    "extension-ask": "secretary", "assignment-outside": "board", "assignment-send-back": "board",
    "extension-decide": "board", "rollout-issue": "board", "rollout-close": "board", "rollout-urge": "board",
    "document-add": "board", "document-register": "board", "document-correct": "board",
    "rollout-compose": "board", "period-add": "board",
    "report-check": "head", "report-revise": "board", "report-issue": "registry", "unit-add": "administrator",
    "invitation-add": "administrator", "mail-retry": "board", "office-end": "administrator",
    "appointment-add": "administrator", "substitute-add": "administrator", "account-list-detail": "administrator",
}


@pytest.mark.parametrize("name", TWICE)
def test_a_form_sent_twice_counts_once_and_the_second_is_told(scene: Scene, name: str) -> None:
    row, client = MATRIX[name], scene.client(TWICE[name])
    column = {"report-check": "frozen", "report-issue": "checked", "report-revise": "issued"}.get(name, row.columns[0])
    address, body = row.address(name, scene, column), row.body(scene, column)
    first = client.post(address, body)
    assert first.status_code in (200, 302), first.status_code
    client.get(first.get("Location", "/"), follow=True)  # what the first had to say has been read
    before = state()
    second = client.post(address, body, follow=True)
    assert state() == before
    notices = re.findall(r'class="(?:errorlist|errorlist nonfield|notice notice-[a-z]+)".*?</(?:ul|p)>',
                         body_of(second), re.DOTALL)
    told = re.sub(r"<[^>]+>", " ", "".join(notices))
    assert len(told.split()) >= 3, told


# ---- what a form keeps, and what it may hold ---------------------------------------------------------------------


def test_a_zero_byte_is_refused_by_every_box(scene: Scene) -> None:
    """PostgreSQL cannot keep one: what is not refused by a form would be an error of ours."""
    before = state()
    for name, row in MATRIX.items():
        if row.post is None or row.json or not row.body(scene, row.columns[0]):
            continue
        column = "checked" if name == "report-issue" else row.columns[0]
        for persona in ("board", "secretary", "administrator", "registry"):
            for key, value in row.body(scene, column).items():
                if isinstance(value, list) or key == "open_document":
                    continue
                body = row.body(scene, column) | {key: f"{value}\0"}
                with undone():
                    response = scene.client(persona).post(row.address(name, scene, column), body)
                    assert response.status_code < 500, (name, key)
                    assert response.status_code != 302 or name in CHOICES, (name, persona, key)
    assert state() == before


# Buttons and row numbers: a value that is none of theirs is passed over, or the sentence comes with the next page.
CHOICES = ("sheet", "rollout-urge", "extension-decide", "document-register", "demo-sign-in", "account_logout",
           "report-freeze", "report-revise", "readiness-invite", "account-list-detail", "reorganisation-withdraw")


def test_an_answer_to_a_request_keeps_to_its_bounds(scene: Scene) -> None:
    address, client = reverse("extension-decide", args=[scene.owned["own"].extension.pk]), scene.client("board")
    before = state()
    for reason in ("x" * 301, "a\0b", " "):
        page = client.post(address, {"quyet-dinh": "khong", "ly-do": reason}, follow=True)
        assert 'notice-error' in body_of(page)
    assert state() == before
    assert client.post(address, {"quyet-dinh": "khong", "ly-do": "x" * 300}).status_code == 302
    assert Extension.objects.get(pk=scene.owned["own"].extension.pk).decision == "refused"


def test_words_typed_with_marks_apart_are_kept_together(scene: Scene) -> None:
    day, label = scene.today.isoformat(), "tổng kết quý này"
    days = dict.fromkeys(("start_on", "end_on", "cut_off_on", "submit_by"), day)
    body = {"rollout": scene.everywhere.pk, "kind": "month"} | days
    client, address = scene.client("board"), reverse("period-add")
    assert client.post(address, body | {"label": normalize("NFD", label)}).status_code == 302
    assert Period.objects.filter(label=label).exists()
    assert client.post(address, body | {"label": label}).status_code == 422
    invited = {"username": "nguoi-moi", "label": normalize("NFD", "Văn thư Huyện ủy"), "role": "secretary"}
    scene.client("administrator").post(reverse("invitation-add", args=[scene.units["A1"].pk]), invited)
    assert User.objects.get(username="nguoi-moi").label == "Văn thư Huyện ủy"


def test_a_draft_cannot_take_the_number_of_a_registered_paper(scene: Scene) -> None:
    client = scene.client("registry")
    known = scene.owned["own"].document
    type(known).objects.filter(pk=known.pk).update(num=12, number="12-CV/TU", series="2025-2030", issuer="Tỉnh ủy X")
    before = state()
    body = corrected(scene, "own") | {
        "number": "12-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy X", "series": "2025-2030", "title": "Trích yếu",
    }
    response = client.post(reverse("document-correct", args=[scene.draft.pk]), body)
    assert response.status_code == 422
    assert "đã có trong sổ" in body_of(response)
    assert 'value="2025-2030"' in body_of(response)
    assert state() == before


def test_a_report_another_has_checked_keeps_what_was_typed(scene: Scene) -> None:
    report, client = scene.reports["checked"], scene.client("board")
    before = state()
    body = {"version": report.version, "strengths": "Vừa gõ xong"}
    page = client.post(reverse("report-detail", args=[report.pk]), body)
    assert page.status_code == 422
    assert "Vừa gõ xong" in body_of(page)
    assert "Báo cáo vừa được người khác sửa hoặc đã soát" in body_of(page)
    assert state() == before


@pytest.mark.parametrize("name", ["report-check", "report-issue", "report-freeze", "report-reopen", "report-revise"])
def test_a_step_out_of_turn_is_told_not_taken(scene: Scene, name: str) -> None:
    persona = {"report-check": "head", "report-issue": "registry", "report-reopen": "head"}.get(name, "board")
    stage = {"report-check": "issued", "report-issue": "draft", "report-freeze": "issued", "report-reopen": "draft",
             "report-revise": "draft"}[name]
    before = state()
    row = MATRIX[name]
    page = scene.client(persona).post(row.address(name, scene, stage), row.body(scene, stage), follow=True)
    assert "notice-error" in body_of(page)
    assert state() == before


def test_a_refusal_is_told_even_where_its_form_is_gone(scene: Scene) -> None:
    """Somebody was faster: the form is no longer on the page, the reason is."""
    line, client = scene.owned["own"].done, scene.client("secretary")
    before = state()
    page = client.post(reverse("assignment-disseminate", args=[line.pk]), {"held_on": scene.today.isoformat()})
    assert page.status_code == 422
    assert "đều được ghi nhận trước đó" in body_of(page)
    assert state() == before


def test_more_fields_or_letters_than_any_form_has_are_refused_in_words(scene: Scene) -> None:
    client, address = scene.client("secretary"), reverse("sheet", args=[scene.everywhere.pk, scene.units["A1"].pk])
    before = state()
    many = client.post(address, {"held_on": scene.today.isoformat(), "co": list(range(6000))})
    assert (many.status_code, "Yêu cầu không đúng" in body_of(many)) == (400, True)
    long = client.post(address, {"held_on": "x" * (7 << 20)})
    assert (long.status_code, "quá dài" in body_of(long)) == (413, True)
    assert state() == before
