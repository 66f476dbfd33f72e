"""A letter beside its source: all that was found is marked, every box can be put right, nothing typed is lost."""

import re
from collections import Counter
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directives.models import Document
from directives.reading.letter import read
from tests.access.scene import state
from tests.directives.typed import LETTERS, SCAN, Reader, add, added, opened, page_of, registered, sent_back
from tests.factories import Tree, make_tree
from units.models import LedgerEntry

pytestmark = pytest.mark.django_db
LISTS = ("vien-dan", "thoi-han", "giao-viec")
# What the portal marks in a source but keeps nowhere: a person's name, and the body printed above the issuer.
NO_BOX = {"name", "superior"}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


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
