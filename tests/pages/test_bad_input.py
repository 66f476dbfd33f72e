"""Whatever is sent, the answer is a Vietnamese sentence or a page with one; never an error of ours, nothing stored."""

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from unicodedata import normalize

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from directives.models import CalendarDay, Document, Occasion, StoredFile
from tests.access.scene import Scene, state
from tests.access.walk import body_of

pytestmark = pytest.mark.django_db

LETTER = (
    "TỈNH ỦY X\nSố 12-CV/TU\nV/v học tập nghị quyết\nKính gửi: Các huyện ủy\n1. Tổ chức quán triệt.\n"
    "T/M BAN THƯỜNG VỤ"
)


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


XLSX, DOCX = packed("[Content_Types].xml", "xl/workbook.xml"), packed("[Content_Types].xml", "word/document.xml")
EXE = b"MZ\x90\x00" + b"\0" * 60 + b"This program cannot be run in DOS mode."
# What is brought as a letter → what the page says.
NO_LETTERS: dict[str, tuple[str, bytes, str]] = {
    "a shopping list": ("van-ban.txt", "Gạo, mắm, muối".encode(), "Không nhận ra đây là văn bản chỉ đạo"),
    "a spreadsheet": ("van-ban.xlsx", XLSX, "Tệp là bảng tính"),
    "a spreadsheet called a text": ("van-ban.txt", XLSX, "Tệp là bảng tính"),
    "a broken Word file": ("van-ban.docx", DOCX, "Tệp Word bị hỏng"),
    "an empty file": ("van-ban.txt", b"", "Tệp gửi lên không có nội dung."),
    "blanks": ("van-ban.txt", b" \n\t\n", "Tệp không có chữ nào."),
    "30 MB": ("van-ban.txt", b"x" * (30 << 20), "Tệp lớn quá 20 MB."),
    "a program": ("van-ban.txt", EXE, "Tệp là chương trình"),
    "zero bytes": ("van-ban.txt", b"S\0o\0", "Tệp không phải văn bản thuần"),
    "an old encoding": ("van-ban.txt", "Số 12".encode() + b"\xe9\xe8", "bảng mã cũ"),
    "a broken PDF": ("van-ban.pdf", b"%PDF-1.7\n", "Tệp PDF bị hỏng"),
    "a picture": ("van-ban.png", b"\x89PNG\r\n\x1a\n", "Tệp là ảnh"),
    "a text called a program": ("van-ban.exe", LETTER.encode(), "Chỉ nhận tệp PDF, Word"),
    "a classified letter": ("van-ban.txt", f"TỐI MẬT\n{LETTER}".encode(), "không nhận văn bản mật"),
}
EVIDENCE: dict[str, tuple[str, bytes, str]] = {
    "a program called a PDF": ("bien-ban.pdf", EXE, "Nội dung tệp không phải là .pdf"),
    "a program": ("bien-ban.exe", EXE, "Chỉ nhận tệp PDF, Word"),
    "a page": ("bien-ban.html", b"<script>alert(1)</script>", "Chỉ nhận tệp PDF, Word"),
    "a page called a picture": ("anh.png", b"<svg onload=alert(1)>", "Nội dung tệp không phải là .png"),
    "an empty file": ("bien-ban.pdf", b"", "Tệp gửi lên không có nội dung."),
    "30 MB": ("bien-ban.pdf", b"%PDF-1.7" + b"x" * (30 << 20), "Tệp lớn quá 20 MB."),
    "macros": ("bien-ban.docx", packed("word/document.xml", "word/vbaProject.bin"), "macro"),
    "a way out": ("bien-ban.xlsx", packed("xl/workbook.xml", "../../etc/passwd"), "không an toàn"),
    "too many members": ("bien-ban.docx", packed("word/document.xml", *map(str, range(2001))), "quá nhiều dữ liệu"),
    "a broken archive": ("bien-ban.docx", DOCX[:40], "Nội dung tệp không phải là .docx"),
    "a classified paper": ("tuyệt mật.pdf", b"%PDF-1.7", "không nhận văn bản mật"),
    "a very long name": ("a" * 300 + ".exe", EXE, "Chỉ nhận tệp PDF, Word"),
    "a header in the name": ("a\r\nSet-Cookie: x.txt", b"x", "Chỉ nhận tệp PDF, Word"),
    "a zero byte in the name": ("\0.txt", b"x", "Chỉ nhận tệp PDF, Word"),
    "no ending": ("bien-ban", b"%PDF-1.7", "Chỉ nhận tệp PDF, Word"),
}


def said(response: Any, words: str) -> None:
    """A page with the sentence, escaped as pages escape."""
    assert response.status_code in (400, 413, 422), response.status_code
    assert words.replace('"', "&quot;") in body_of(response)


@pytest.mark.parametrize("what", NO_LETTERS)
def test_what_is_no_letter_is_refused_in_words_and_nothing_is_stored(scene: Scene, what: str) -> None:
    name, data, words = NO_LETTERS[what]
    before = state()
    body = {"file": SimpleUploadedFile(name, data), "open_document": "on"}
    said(scene.client("board").post(reverse("document-add"), body), words)
    assert state() == before


@pytest.mark.parametrize("what", EVIDENCE)
def test_what_is_no_evidence_is_refused_in_words_and_nothing_is_stored(scene: Scene, what: str) -> None:
    name, data, words = EVIDENCE[what]
    before = state()
    address = reverse("occasion-detail", args=[scene.owned["own"].occasion.pk])
    said(scene.client("secretary").post(address, {"file": SimpleUploadedFile(name, data)}), words)
    assert state() == before


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "..\\x.txt", "\u202efdp.txt", "CON.txt",
                                  "a;filename*=x.txt", 'a"b.txt', normalize("NFD", "biên bản.txt")])
def test_a_strange_file_name_is_made_harmless(scene: Scene, name: str) -> None:
    occasion, client = scene.owned["own"].occasion, scene.client("secretary")
    data = f"biên bản {name}".encode()
    response = client.post(reverse("occasion-detail", args=[occasion.pk]), {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302
    kept = StoredFile.objects.latest("pk")
    assert not re.search(r'[/\\\r\n\0\u202e]', kept.name)
    assert normalize("NFC", kept.name) == kept.name
    sent = client.get(reverse("occasion-file", args=[occasion.pk, kept.pk]))
    assert body_of(sent).encode() == data
    assert sent["Content-Disposition"].startswith("attachment; filename")


def test_a_letter_is_pasted_or_uploaded_and_one_of_the_two(scene: Scene) -> None:
    client, address = scene.client("board"), reverse("document-add")
    before = state()
    said(client.post(address, {"open_document": "on"}), "Hãy chọn tệp hoặc dán toàn văn.")
    said(client.post(address, {"text": LETTER}), "Cổng chỉ nhận văn bản thường.")
    said(client.post(address, {"text": "x" * 500_001, "open_document": "on"}), "500000")
    said(client.post(address, {"text": "x" * (7 << 20), "open_document": "on"}), "phần chữ quá dài")
    kept = client.post(address, {"text": "không phải <b>công văn</b>", "open_document": "on"})
    said(kept, "không phải &lt;b&gt;công văn&lt;/b&gt;")
    assert state() == before


def test_the_same_letter_sent_twice_is_one_draft(scene: Scene) -> None:
    client, address = scene.client("board"), reverse("document-add")
    drafts = Document.objects.count()
    first = client.post(address, {"text": LETTER, "open_document": "on"})
    assert first.status_code == 302
    before = state()
    said(client.post(address, {"text": LETTER, "open_document": "on"}), "đã được nhập")
    assert state() == before
    assert Document.objects.count() == drafts + 1


# ---- days and figures ------------------------------------------------------------------------------------------

NO_DAYS = ("31/02/2026", "2026-02-31", "0", "hôm qua", "32/1/2026", "1/13/2026", "20261015", "2026-10-15T00:00",
           "١/١/٢٠٢٦", "15/10/26", "0026-10-15", "9999-12-31", "15/10/0026", "1\0/1/2026")


@pytest.mark.parametrize("day", NO_DAYS)
def test_a_day_that_cannot_be_is_refused_and_stays_as_typed(scene: Scene, day: str) -> None:
    before = state()
    line, client = scene.owned["own"].line, scene.client("secretary")
    forms = {
        reverse("assignment-disseminate", args=[line.pk]): ("held_on", client),
        reverse("sheet", args=[scene.everywhere.pk, scene.units["A1"].pk]): ("held_on", client),
        reverse("assignment-outside", args=[line.pk]): ("on", scene.client("board")),
        reverse("extension-ask", args=[line.pk]): ("to", client),
        reverse("period-add"): ("end_on", scene.client("board")),
        reverse("calendar"): ("day", scene.client("administrator")),
        reverse("unit-add", args=[scene.units["A1"].pk]): ("opened_on", scene.client("administrator")),
        reverse("document-correct", args=[scene.draft.pk]): ("issued_on", scene.client("registry")),
        reverse("report-issue", args=[scene.reports["checked"].pk]): ("issued_on", scene.client("registry")),
        reverse("rollout-compose", args=[scene.owned["own"].document.pk]): ("acknowledge_by", scene.client("board")),
    }
    for address, (field, person) in forms.items():
        response = person.post(address, {field: day})
        assert response.status_code == 422, (address, response.status_code)
        found = body_of(response)
        assert re.search(r"Ngày không hợp lệ|không đúng; hãy xem lại năm|ký tự không hợp lệ", found), address
        assert f'value="{day}"' in found or "\0" in day, address
    assert state() == before


def test_a_day_is_read_day_first(scene: Scene) -> None:
    day = scene.today.replace(day=min(scene.today.day, 12))
    address = reverse("assignment-disseminate", args=[scene.owned["own"].line.pk])
    assert scene.client("secretary").post(address, {"held_on": f"{day:%d/%m/%Y}"}).status_code == 302
    assert Occasion.objects.latest("pk").held_on == day
    administrator = scene.client("administrator")
    for text in ("03/04/2027", "3/4/2027", "03-04-2027", "03.04.2027", "2027-04-03"):
        CalendarDay.objects.all().delete()
        assert administrator.post(reverse("calendar"), {"day": text, "working": "0", "note": "x"}).status_code == 302
        assert str(CalendarDay.objects.get().day) == "2027-04-03"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "the future": ({"held_on": "TOMORROW"}, "Ngày tổ chức không thể ở tương lai."),
    "before the letter": ({"held_on": "2001-01-01"}, "sớm hơn ngày ban hành"),
    "a negative count": ({"attended": "-1"}, "Giá trị nhỏ nhất là 0."),
    "more than all": ({"attended": "11", "due": "10"}, "Số người dự không thể lớn hơn số người phải dự."),
    "a fraction": ({"attended": "1,5"}, "số nguyên"),
    "a huge count": ({"attended": "1000001"}, "Giá trị lớn nhất là 1000000."),
    "digits without end": ({"attended": "9" * 5000}, "số nguyên"),
    "words": ({"attended": "nhiều"}, "số nguyên"),
    "another form": ({"form": "khác"}, "Không có lựa chọn"),
    "a long number": ({"own_number": "x" * 81}, "80"),
    "a zero byte": ({"own_number": "12\0"}, "ký tự không hợp lệ"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_occasion_that_cannot_be_is_refused_and_stays_as_typed(scene: Scene, what: str) -> None:
    wrong, words = REFUSED[what]
    tomorrow = (scene.today + timedelta(days=1)).isoformat()
    body = {"held_on": scene.today.isoformat(), "form": "conference", "own_number": "7-KH/ĐU"} | wrong
    body["held_on"] = body["held_on"].replace("TOMORROW", tomorrow)
    before = state()
    response = scene.client("secretary").post(
        reverse("assignment-disseminate", args=[scene.owned["own"].line.pk]), body)
    said(response, words)
    for value in ("7-KH/ĐU", body["held_on"]):
        assert value in body_of(response) or "own_number" in wrong
    assert state() == before
