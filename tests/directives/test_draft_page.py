"""A letter from the page where it is added to the registry: checked beside its source, corrected, filed, followed."""

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.models import Citation, Document, Rollout
from directives.reading.letter import read
from tests.access.scene import state
from tests.directives.desk import signed_in
from tests.directives.typed import Reader
from tests.factories import TODAY, Tree, make_document, make_office, make_rollout, make_tree
from units.models import LedgerEntry, Office

pytestmark = pytest.mark.django_db
LETTERS = Path(__file__).parent / "letters"
SCAN = (LETTERS / "party_letter_scanned.md").read_text()
LISTS = ("vien-dan", "thoi-han", "giao-viec")
# What the portal marks in a source but keeps nowhere: a person's name, and the body printed above the issuer.
NO_BOX = {"name", "superior"}
HOSTILE = '<script>alert("x")</script> & <b>\'đậm\'</b>'


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def registry(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.REGISTRY))


@pytest.fixture
def board(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.BOARD))


@pytest.fixture
def secretary(tree: Tree) -> Client:
    return signed_in(make_office(tree["Xã A1"]))


def add(client: Client, text: str = SCAN, **more: Any) -> Any:
    return client.post(reverse("document-add"), {"text": text, "open_document": "on"} | more)


def added(client: Client, text: str = SCAN) -> Document:
    response = add(client, text)
    assert response.status_code == 302, response.context["form"].errors
    found = Document.objects.latest("pk")
    assert response["Location"] == reverse("document-correct", args=[found.pk])
    return found


def page_of(response: Any) -> str:
    return str(response.content.decode())


def opened(client: Client, document: Document) -> Reader:
    response = client.get(reverse("document-correct", args=[document.pk]))
    assert response.status_code == 200
    return Reader(page_of(response))


def sent_back(client: Client, document: Document, **typed: str) -> Any:
    """The form as the page has it, some boxes typed over, sent."""
    body = opened(client, document).form("seen") | {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(reverse("document-correct", args=[document.pk]), body)


def registered(client: Client, document: Document, purpose: str = "directive") -> Document:
    client.post(reverse("document-register", args=[document.pk]), {"muc-dich": purpose})
    document.refresh_from_db()
    return document


# ---- beside its source -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [path.name for path in sorted(LETTERS.glob("[ps]*_*.*")) if "table" not in path.name])
def test_everything_found_is_marked_once_and_the_form_points_at_it(registry: Client, name: str) -> None:
    document = added(registry, (LETTERS / name).read_text())
    page = page_of(registry.get(reverse("document-correct", args=[document.pk])))
    reader, source = Reader(page), read(document.text)
    wanted = {f.field if f.index is None else f"{f.field}-{f.index}" for f in source.findings}
    places = Counter(each.removeprefix("thay-") for each in reader.ids if each.startswith("thay-"))
    assert set(places) == wanted
    assert set(places.values()) <= {1}
    pointed = {href.removeprefix("#thay-") for href in reader.hrefs if href.startswith("#thay-")}
    assert pointed <= wanted
    one_each = {f.field for f in source.findings if f.index is None} - NO_BOX
    rows = {at for at in wanted if at.split("-")[0] in ("citation", "deadline", "duty")}
    firsts = {f"{field}-0" for field in ("addressee", "copy", "provision") if f"{field}-0" in wanted}
    assert pointed == one_each | rows | firsts
    shown = page[page.index('class="source-text"'):page.index("</section>")]
    words = unescape(re.sub(r'<b class="source-part">.*?</b>|<[^>]*>', "", shown.partition(">")[2]))
    assert "".join(words.split()) == "".join(source.text.split())


def test_what_is_doubted_is_told_by_more_than_a_colour(registry: Client) -> None:
    reader = opened(registry, added(registry))
    unsure = reader.classes("is-unsure")
    assert unsure
    assert all(mark["title"].endswith(("khá chắc", "cần xem lại")) for mark in unsure)
    assert len(reader.classes("find-citation")) > 3


def test_the_page_is_in_order_for_those_who_hear_it(registry: Client) -> None:
    document = added(registry)
    for name in ("document-correct", "document-detail"):
        page = page_of(registry.get(reverse(name, args=[document.pk])))
        reader = Reader(page)
        assert reader.headings[0] == 1
        assert reader.headings.count(1) == 1
        assert all(after - before <= 1 for before, after in zip(reader.headings, reader.headings[1:], strict=False))
        assert [each for each, count in Counter(reader.ids).items() if count > 1] == []
        labelled = {told["for"] for tag, told in reader.tags if tag == "label" and "for" in told}
        boxes = [
            told for tag, told in reader.tags if tag in ("input", "select", "textarea")
            and told.get("type") not in ("hidden", "radio", "checkbox")
        ]
        assert [told["name"] for told in boxes if told.get("id") not in labelled] == []
        regions = [told for tag, told in reader.tags if told.get("role") == "region" or tag in ("section", "nav")]
        headed = [told for told in regions if "aria-label" in told or told.get("aria-labelledby") in reader.ids]
        assert [told for told in regions if told not in headed and told.get("role") == "region"] == []
        for told in (told for _, told in reader.tags if "aria-describedby" in told):
            assert set(told["aria-describedby"].split()) <= set(reader.ids)
        local = {href[1:] for href in reader.hrefs if href.startswith("#")}
        assert local <= set(reader.ids)


# ---- put right -------------------------------------------------------------------------------------------------------

RIGHT: dict[str, tuple[str, Any]] = {
    "number": ("732-CV/TU", "732-CV/TU"), "type": ("Chỉ thị", "Chỉ thị"), "issuer": ("Tỉnh ủy An Giang",) * 2,
    "series": ("2025-2030",) * 2, "place": ("An Giang",) * 2, "issued_on": ("2026-11-02", date(2026, 11, 2)),
    "in_force_on": ("2026-11-05", date(2026, 11, 5)), "expires_on": ("2030-12-31", date(2030, 12, 31)),
    "title": ("Về tủ sách",) * 2, "addressees": (" Các xã ủy \r\n\r\nCác  chi bộ", ["Các xã ủy", "Các chi bộ"]),
    "copies": ("Lưu", ["Lưu"]), "preamble": ("Mở đầu",) * 2, "closing": ("Kết",) * 2,
    "authority": ("T/M TỈNH ỦY",) * 2, "position": ("BÍ THƯ",) * 2, "spread_to": ("cấp xã",) * 2,
}


def test_every_box_is_kept_as_corrected(registry: Client) -> None:
    document = added(registry)
    before = LedgerEntry.objects.count()
    response = sent_back(registry, document, **{name: typed for name, (typed, _) in RIGHT.items()})
    assert response["Location"] == reverse("document-detail", args=[document.pk])
    document.refresh_from_db()
    assert {name: getattr(document, name) for name in RIGHT} == {name: kept for name, (_, kept) in RIGHT.items()}
    assert (document.num, document.text, document.version) == (732, SCAN, 1)
    assert LedgerEntry.objects.count() == before + 1


def test_what_is_not_touched_stays_as_it_was_read(registry: Client) -> None:
    """Sent back as it came: the same document, part by part."""
    document = added(registry)
    told = _everything(document)
    assert sent_back(registry, document).status_code == 302
    document.refresh_from_db()
    assert _everything(document) == told


def _everything(document: Document) -> dict[str, Any]:
    plain = {name: getattr(document, name) for name in RIGHT} | {"deadlines": document.deadlines,
                                                                "duties": document.duties}
    cited = document.citations.order_by("pk").values_list(
        "as_written", "number", "type", "issuer", "issued_on", "title", "relation", "explicit", "provision__label"
    )
    return plain | {
        "provisions": list(document.provisions.order_by("order").values_list("label", "text")), "cited": list(cited),
    }


def test_marks_part_the_provisions_and_the_citations_follow_them(registry: Client) -> None:
    document = added(registry)
    parts = "[1] Một\r\nhai\r\n\r\n[4.] Bốn [không phải nhãn]\r\n[4.1] Bốn một\r\n[II.2.a]\r\n[Điều 3] Ba"
    sent_back(registry, document, provisions=parts)
    kept = {part.label: part for part in document.provisions.order_by("order")}
    assert [(label, part.text) for label, part in kept.items()] == [
        ("1", "Một\nhai"), ("4", "Bốn [không phải nhãn]"), ("4.1", "Bốn một"), ("II.2.a", ""), ("Điều 3", "Ba"),
    ]
    assert kept["4.1"].parent == kept["4"]
    labels = set(document.citations.exclude(provision=None).values_list("provision__label", flat=True))
    assert labels == {"4.1"}  # those of the mark that is gone belong to the whole
    paper = page_of(registry.get(reverse("document-detail", args=[document.pk])))
    assert '<a class="paper-mark" href="#muc-4.1">4.1.</a> Bốn một' in paper


def test_rows_are_added_changed_and_dropped_without_a_script(registry: Client) -> None:
    document = added(registry)
    body = opened(registry, document).form("seen")
    count = int(body["vien-dan-TOTAL_FORMS"])
    address = reverse("document-correct", args=[document.pk])
    more = registry.post(address, body | {"them": "vien-dan", "title": "Vừa gõ", "vien-dan-0-title": "Vừa gõ dòng"})
    assert more.status_code == 200
    grown = Reader(page_of(more)).form("seen")
    assert (grown["vien-dan-TOTAL_FORMS"], grown["title"], grown["vien-dan-0-title"]) == (
        str(count + 1), "Vừa gõ", "Vừa gõ dòng")
    again = Reader(page_of(registry.post(address, grown | {"them": "thoi-han", f"vien-dan-{count}-number": "9-QĐ/TW"})))
    filled = again.form("seen")
    assert filled[f"vien-dan-{count}-number"] == "9-QĐ/TW"
    done = filled | {
        "vien-dan-1-DELETE": "on", f"vien-dan-{count}-relation": "replaces", f"vien-dan-{count}-type": "Quy định",
        "thoi-han-0-text": "trước ngày 31/12/2026", "thoi-han-0-on": "2026-12-30", "giao-viec-0-body": "Văn phòng",
    }
    assert registry.post(address, done).status_code == 302
    document.refresh_from_db()
    assert document.citations.count() == count
    assert document.citations.latest("pk").as_written == "Quy định 9-QĐ/TW"
    assert document.citations.replacing().get().number == "9-QĐ/TW"
    assert document.citations.order_by("pk")[0].title == "Vừa gõ dòng"
    assert document.deadlines == [{"text": "trước ngày 31/12/2026", "provision": "", "on": "2026-12-30"}]
    assert document.duties[0]["body"] == "Văn phòng"
    left = {href for href in opened(registry, document).hrefs if href.startswith("#thay-citation")}
    assert "#thay-citation-1" not in left  # the rows moved up, each still points at its own words
    assert "#thay-citation-2" in left


WRONG: dict[str, tuple[str, str]] = {
    "number": ("x" * 81, "80"), "type": ("x" * 61, "60"), "issuer": ("x" * 161, "160"), "series": ("x" * 21, "20"),
    "place": ("x" * 81, "80"), "issued_on": ("31/02/2026", "Ngày không hợp lệ"), "in_force_on": ("0026-01-01", "năm"),
    "expires_on": ("mai", "Ngày không hợp lệ"), "title": ("x" * 501, "500"), "addressees": ("x" * 20_001, "20000"),
    "copies": ("a\0b", "ký tự không hợp lệ"), "preamble": ("a\0b", "ký tự không hợp lệ"),
    "closing": ("x" * 100_001, "100000"),
    "provisions": ("không nhãn\r\n[1] Một", "ngoặc vuông"), "authority": ("x" * 81, "80"),
    "position": ("x" * 121, "120"), "spread_to": ("x" * 201, "200"), "revision": ("replacement", "văn bản được sửa"),
    "vien-dan-0-relation": ("loves", "lựa chọn"), "vien-dan-0-number": ("x" * 81, "80"),
    "vien-dan-0-issued_on": ("31/02/2026", "Ngày không hợp lệ"), "vien-dan-0-title": ("x" * 501, "500"),
    "vien-dan-0-provision": ("x" * 61, "60"), "giao-viec-0-body": ("", "Cần nhập"),
    "giao-viec-0-text": ("x" * 1001, "1000"), "seen": ("", "mở lại trang"), "vien-dan-TOTAL_FORMS": ("", "bị thiếu"),
}


@pytest.mark.parametrize("box", WRONG)
def test_a_wrong_box_is_told_and_nothing_typed_is_lost(registry: Client, box: str) -> None:
    document, (value, words) = added(registry), WRONG[box]
    body = opened(registry, document).form("seen") | {"place": "Vừa gõ", "giao-viec-0-provision": "5."} | {box: value}
    before = state()
    response = registry.post(reverse("document-correct", args=[document.pk]), body)
    assert (response.status_code, state() == before) == (422, True)
    page = page_of(response)
    told = " ".join(re.findall(r'<ul class="errorlist.*?</ul>', page, re.DOTALL))
    assert words in unescape(told)
    if box.endswith("TOTAL_FORMS"):
        return  # how many rows there are is not known any more
    kept = Reader(page).form("seen")
    differing = {name: (kept[name][:30], typed[:30]) for name, typed in body.items()
                 if name != "csrfmiddlewaretoken" and kept.get(name) != typed}
    assert differing.keys() <= ({box} if "\0" in value or "relation" in box else set())
    opens = [told for tag, told in Reader(page).tags if tag == "details" and "card" in told.get("class", "")]
    assert ("-0-" not in box) or any("open" in told for told in opens)


def test_one_label_twice_is_refused_by_name(registry: Client) -> None:
    document = added(registry)
    response = sent_back(registry, document, provisions="[1] Một\r\n[2] Hai\r\n[1.] Lại một")
    assert response.status_code == 422
    assert "Nhãn ghi hai lần: 1." in page_of(response)
    assert document.provisions.count() == 8


def test_an_order_of_days_that_cannot_be_is_refused(registry: Client) -> None:
    document = added(registry)
    response = sent_back(registry, document, in_force_on="2026-11-05", expires_on="2026-11-05")
    assert "Ngày hết hiệu lực phải sau ngày có hiệu lực." in page_of(response)


def test_a_page_left_open_while_another_corrects_is_refused_and_keeps_what_was_typed(
    registry: Client, board: Client
) -> None:
    document = added(registry)
    old = opened(registry, document).form("seen")
    assert sent_back(board, document, title="Người khác vừa sửa").status_code == 302
    before = state()
    stale = registry.post(reverse("document-correct", args=[document.pk]), old | {"title": "Tôi đã gõ rất lâu"})
    assert (stale.status_code, state() == before) == (422, True)
    page = page_of(stale)
    assert "vừa được người khác sửa" in page
    assert Reader(page).form("seen")["title"] == "Tôi đã gõ rất lâu"


def test_a_draft_is_thrown_away_once_and_a_registered_one_never(registry: Client) -> None:
    document = added(registry)
    assert registry.get(reverse("document-discard", args=[document.pk])).status_code == 405
    gone = registry.post(reverse("document-discard", args=[document.pk]), follow=True)
    assert "Đã bỏ dự thảo." in page_of(gone)
    assert not Document.objects.exists()
    assert registry.post(reverse("document-discard", args=[document.pk])).status_code == 404
    kept = registered(registry, added(registry))
    before = state()
    refused = registry.post(reverse("document-discard", args=[kept.pk]), follow=True)
    assert "không bỏ được nữa" in page_of(refused)
    assert registry.get(reverse("document-correct", args=[kept.pk]), follow=True).redirect_chain
    assert state() == before


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
def test_what_is_classified_is_refused_and_nothing_of_it_is_kept(registry: Client, mark: str) -> None:
    before = state()
    data = SimpleUploadedFile("cong-van.txt", f"{mark}\n\n{SCAN}".encode())
    for response in (add(registry, f"{mark}\n\n{SCAN}"), add(registry, "", file=data)):
        assert response.status_code == 422
        assert "không nhận văn bản mật" in page_of(response)
    assert state() == before


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
    "thu_tu=so": ["730-CV/TU", "729-CV/TU", "85-QĐ/TW", "9-CT/TU"], "nam=2022&loai=directive": ["729-CV/TU"],
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
    long = {name for name in RIGHT if name not in ("series", "issued_on", "in_force_on", "expires_on")}
    hostile = body | dict.fromkeys(long, HOSTILE) | {
        "provisions": f"[1] {HOSTILE}\r\n[<b>] &lt; {HOSTILE}", "series": "<i>&", "vien-dan-0-title": HOSTILE,
        "vien-dan-0-number": HOSTILE, "vien-dan-0-as_written": HOSTILE, "vien-dan-0-relation": "replaces",
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
