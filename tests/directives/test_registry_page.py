"""A letter filed from its page: for each purpose, with what leans on what it replaces, issued again, found, escaped."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.models import Citation, Document, Rollout
from tests.directives.typed import SCAN, Reader, added, opened, page_of, registered, sent_back
from tests.factories import TODAY, Tree, make_document, make_rollout, make_tree

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script> & <b>\'đậm\'</b>'
WORDS = (
    "number", "type", "issuer", "place", "title", "addressees", "copies", "preamble", "closing", "authority",
    "position", "spread_to",
)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


# ---- into the registry, and on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("purpose", "seen"), [("directive", False), ("to_know", True), ("reference", False)])
def test_a_letter_is_filed_for_each_purpose(registry: Client, board: Client, secretary: Client, purpose: str,
                                            seen: bool) -> None:
    document = registered(registry, added(registry), purpose)
    assert document.state == purpose
    page = page_of(board.get(reverse("document-detail", args=[document.pk])))
    assert (reverse("rollout-compose", args=[document.pk]) in page) is (purpose == "directive")
    assert reverse("document-correct", args=[document.pk]) not in page
    assert secretary.get(reverse("document-detail", args=[document.pk])).status_code == (200 if seen else 404)
    assert (document.number in page_of(secretary.get(reverse("document-list")))) is seen
    assert document.citations.get(number="61-QĐ/TW").target is not None


def test_no_purpose_is_no_registration(registry: Client) -> None:
    document = added(registry)
    told = registry.post(reverse("document-register", args=[document.pk]), {"muc-dich": "x"}, follow=True)
    assert "Hãy chọn mục đích" in page_of(told)
    assert Document.objects.get(pk=document.pk).is_draft


@pytest.fixture
def old(tree: Tree) -> Document:
    """A directive in force, rolled out and running, which another paper leans on."""
    document = make_document(tree["Tỉnh"], number="700-CV/TU", title="Bản cũ", text="cũ")
    running(tree, document)
    leaning = make_document(tree["Tỉnh"], number="701-CV/TU", title="Dựa vào bản cũ", text="dựa")
    Citation.objects.create(source=leaning, target=document, as_written="Công văn số 700-CV/TU", relation="carries_out")
    running(tree, leaning)
    return document


def running(tree: Tree, document: Document) -> None:
    passed = (timezone.localdate() - TODAY).days
    make_rollout(
        tree["Tỉnh"], document=document, now=timezone.now(), acknowledge=passed + 10, disseminate=passed + 40
    )


def replaced_by_hand(registry: Client, old: Document) -> Document:
    draft = added(registry)
    sent_back(registry, draft, revises=str(old.pk), revision="replacement", issued_on="2022-10-07")
    return registered(registry, draft)


def test_whoever_leans_on_what_was_replaced_is_told_wherever_they_look(
    registry: Client, board: Client, secretary: Client, old: Document
) -> None:
    new = replaced_by_hand(registry, old)
    page = page_of(board.get(reverse("document-detail", args=[new.pk])))
    shaken = page[page.index('id="ra-soat"'):page.index("</section>", page.index('id="ra-soat"'))]
    assert "Thay thế" in shaken
    assert "Công văn số 701-CV/TU" in shaken
    assert shaken.count("Đợt đang chạy") == 2
    leaning = Document.objects.get(number="701-CV/TU")
    rollouts = {rollout.document_id: rollout for rollout in Rollout.objects.all()}
    words = "ã được thay thế bởi"
    for client in (board, secretary):
        for address in (
            reverse("document-detail", args=[old.pk]), reverse("document-detail", args=[leaning.pk]),
            reverse("rollout-detail", args=[rollouts[old.pk].pk]),
            reverse("rollout-detail", args=[rollouts[leaning.pk].pk]),
        ):
            text = re.sub(r"<[^>]+>", "", page_of(client.get(address)))
            assert re.search(rf"{words}\s+{new.name}|Đã được thay thế\s+bởi\s+{new.name}", text), address
        listed = page_of(client.get(reverse("document-list")))
        row = next(row for row in listed.split("<tr>") if "700-CV/TU</a>" in row)
        assert "Đã được thay thế" in row
        assert new.number in row
    for document in (old, leaning):
        compose = page_of(board.get(reverse("rollout-compose", args=[document.pk])))
        assert f"{words}" in compose
    assert "ra-soat" not in page_of(secretary.get(reverse("document-detail", args=[old.pk])))


def test_a_revised_directive_is_issued_again_on_screen(registry: Client, board: Client, old: Document) -> None:
    new = replaced_by_hand(registry, old)
    running = Rollout.objects.get(document=old)
    reader = Reader(page_of(board.get(reverse("document-detail", args=[new.pk]))))
    again = f"{reverse('rollout-compose', args=[new.pk])}?giao-lai={running.pk}"
    assert again in reader.hrefs
    page = board.get(again)
    assert "khi giao, đợt cũ kết thúc và giữ nguyên số liệu" in page_of(page)
    assert set(page.context["form"]["act"].value()) == {
        kind for kind, role in running.audience.items() if role == "act"}
    kinds = list(page.context["form"]["act"].value())
    days = {name: page.context["form"][name].value() for name in ("acknowledge_by", "disseminate_by")}
    composed = board.post(again, days | {"act": kinds})
    rollout = Rollout.objects.latest("pk")
    assert (composed["Location"], rollout.reissues) == (reverse("rollout-detail", args=[rollout.pk]), running)
    board.post(reverse("rollout-issue", args=[rollout.pk]))
    running.refresh_from_db()
    assert running.closed_at is not None
    before, after = (page_of(board.get(reverse("rollout-detail", args=[one.pk]))) for one in (running, rollout))
    assert f'Đã giao lại bằng <a href="{reverse("rollout-detail", args=[rollout.pk])}">' in before
    assert f'<a href="{reverse("rollout-detail", args=[running.pk])}">số liệu đợt trước</a>' in after
    assert again not in Reader(page_of(board.get(reverse("document-detail", args=[new.pk])))).hrefs


@pytest.mark.parametrize("which", ["0", "x", "", "999999", "9" * 40])
def test_nothing_else_is_issued_again(board: Client, old: Document, which: str) -> None:
    assert board.get(f"{reverse('rollout-compose', args=[old.pk])}?giao-lai={which}").status_code == 404


def test_when_a_document_holds_is_noted_and_shown(registry: Client, secretary: Client, old: Document) -> None:
    address, day = reverse("document-force", args=[old.pk]), timezone.localdate()
    wrong = registry.post(address, {"in_force_on": "2026-11-05", "expires_on": "2026-11-04"})
    assert wrong.status_code == 422
    assert "Ngày hết hiệu lực phải sau" in page_of(wrong)
    assert Reader(page_of(wrong)).form("expires_on")["expires_on"] == "2026-11-04"
    early = registry.post(address, {"in_force_on": "2001-01-01", "expires_on": ""})
    assert "không thể sớm hơn ngày ban hành" in page_of(early)
    ends = (day - timedelta(days=1)).isoformat()
    done = registry.post(address, {"in_force_on": "", "expires_on": ends}, follow=True)
    assert "Đã ghi nhận hiệu lực của văn bản." in page_of(done)
    assert "Hết hiệu lực từ" in page_of(secretary.get(reverse("document-detail", args=[old.pk])))
    assert secretary.post(address, {}).status_code == 403


# ---- the registry's list ---------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tree: Tree) -> dict[str, Document]:
    root = tree["Tỉnh"]
    told: dict[str, dict[str, Any]] = {
        "9-CT/TU": {"type": "Chỉ thị", "issued_on": date(2024, 3, 1), "title": "Về mạng xã hội", "text": "một"},
        "85-QĐ/TW": {"type": "Quy định", "issued_on": date(2022, 10, 7), "title": "Về đảng viên", "text": "hai",
                     "state": "reference", "expires_on": date(2023, 1, 1)},
        "729-CV/TU": {"type": "Công văn", "issued_on": date(2022, 10, 7), "title": "Về tủ sách", "text": "ba"},
        "730-CV/TU": {"type": "Công văn", "issued_on": None, "title": "Để biết", "text": "bốn", "state": "to_know"},
    }
    made = {number: make_document(root, number=number, **one) for number, one in told.items()}
    Citation.objects.create(source=made["9-CT/TU"], target=made["729-CV/TU"], as_written="x", relation="replaces")
    return made


FILTERS: dict[str, list[str]] = {
    "": ["9-CT/TU", "729-CV/TU", "85-QĐ/TW", "730-CV/TU"], "tim=mang+xa+hoi": ["9-CT/TU"], "tim=729-CV%2FTU": [
        "729-CV/TU"], "loai=to_know": ["730-CV/TU"], "loai=reference": ["85-QĐ/TW"], "kieu=Công+văn": [
        "729-CV/TU", "730-CV/TU"], "nam=2022": ["729-CV/TU", "85-QĐ/TW"], "hieu_luc=thay-the": ["729-CV/TU"],
    "hieu_luc=het": ["85-QĐ/TW"], "hieu_luc=con": ["9-CT/TU", "730-CV/TU"],
    "thu_tu=so": ["9-CT/TU", "85-QĐ/TW", "729-CV/TU", "730-CV/TU"], "nam=2022&loai=directive": ["729-CV/TU"],
    "tim=khong+co+gi": [],
}


@pytest.mark.parametrize("asked", FILTERS)
def test_the_registry_is_narrowed_and_ordered_as_asked(
    registry: Client, shelf: dict[str, Document], asked: str
) -> None:
    response = registry.get(f"{reverse('document-list')}?{asked}")
    page = page_of(response)
    assert re.findall(r'<a class="symbol"[^>]*>([^<]+)</a>', page) == FILTERS[asked]
    sent = Reader(page).form("tim")
    for part in filter(None, asked.split("&")):
        name, _, value = part.partition("=")
        assert sent[name] == value.replace("+", " ").replace("%2F", "/")  # the form shows what was asked
    assert ("Bỏ lọc" in page) is bool(asked and asked != "thu_tu=so") or "thu_tu" in asked
    if not FILTERS[asked]:
        assert "Không có văn bản nào khớp" in page


def test_what_one_may_not_see_is_not_offered_to_filter_by(secretary: Client, shelf: dict[str, Document]) -> None:
    page = page_of(secretary.get(reverse("document-list")))
    assert "Chỉ thị" not in page
    assert '<option value="2024"' not in page


# ---- what was typed is text ------------------------------------------------------------------------------------------


def test_a_letter_of_markup_is_shown_as_it_is_written(registry: Client, board: Client, old: Document) -> None:
    document = added(registry, f"{SCAN}\n{HOSTILE}")
    body = opened(registry, document).form("seen")
    hostile = body | dict.fromkeys(WORDS, HOSTILE) | {
        "provisions": f"[1] {HOSTILE}\r\n[<b>] &lt; {HOSTILE}", "series": "<i>&", "vien-dan-0-title": HOSTILE,
        "vien-dan-0-number": "13-QĐ/TW", "vien-dan-0-as_written": HOSTILE, "vien-dan-0-relation": "replaces",
        "vien-dan-0-provision": "<b>", "giao-viec-0-body": HOSTILE, "giao-viec-0-text": HOSTILE,
        "giao-viec-0-provision": "<b>", "thoi-han-TOTAL_FORMS": "1", "thoi-han-0-text": HOSTILE,
        "thoi-han-0-provision": "<b>", "revises": str(old.pk), "revision": "replacement",
    }
    assert registry.post(reverse("document-correct", args=[document.pk]), hostile).status_code == 302
    addresses = [reverse("document-correct", args=[document.pk]), reverse("document-detail", args=[document.pk])]
    pages = [page_of(registry.get(address)) for address in addresses]
    registered(registry, document)
    stub = document.citations.order_by("pk")[0].target
    assert stub is not None
    seen = [reverse("document-detail", args=[pk]) for pk in (document.pk, stub.pk, old.pk)]
    seen += [reverse("rollout-compose", args=[document.pk]), reverse("document-list"), reverse("home"),
             reverse("rollout-detail", args=[Rollout.objects.get(document=old).pk])]
    pages += [page_of(board.get(address)) for address in seen]
    assert sum(HOSTILE in unescape(page) for page in pages) >= 7
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>'" not in page
        assert "&amp;lt;script" not in page  # nor escaped twice
