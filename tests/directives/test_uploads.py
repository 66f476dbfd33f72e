"""Files are what they say they are, or they are refused before anything is stored."""

import struct
import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.actions import files
from directives.models import StoredFile
from directives.uploads import NAME_LENGTH, Refused, content_type, safe_name
from tests.directives.paper import as_pdf, as_word, word_bytes, workbook_bytes
from tests.factories import NOW, make_user
from units.models import LedgerEntry

MOST = 20 * 1024 * 1024
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj"
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(20)
EXE = b"MZ\x90\x00" + bytes(60)


def zipped(*members: str, content: bytes = b"<xml/>", compress: bool = False) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for member in members:
            archive.writestr(member, content)
    return out.getvalue()


DOCX, XLSX = zipped("[Content_Types].xml", "word/document.xml"), zipped("[Content_Types].xml", "xl/workbook.xml")


def bomb_header() -> bytes:
    """A small docx whose directory claims four gigabytes."""
    data = bytearray(DOCX)
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("BIÊN BẢN.PDF", PDF, "application/pdf"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.txt", "Kính gửi".encode(), "text/plain; charset=utf-8"),
        ("a.md", "\ufeffKính gửi".encode(), "text/plain; charset=utf-8"),
        ("a.pdf", PDF + bytes(MOST - len(PDF)), "application/pdf"),
    ],
)
def test_good_files(name: str, data: bytes, kind: str) -> None:
    assert content_type(data, name, MOST) == kind


BAD = {
    "empty": ("a.pdf", b""),
    "too large": ("a.pdf", PDF + bytes(21 * 1024 * 1024)),
    "one byte too large": ("a.pdf", PDF + bytes(MOST - len(PDF) + 1)),
    "a program named pdf": ("a.pdf", EXE),
    "a program": ("a.exe", EXE),
    "no ending": ("tep", PDF),
    "a page named pdf": ("a.pdf", b"<html><script>1</script></html>"),
    "a page": ("a.html", b"<html></html>"),
    "a drawing": ("a.svg", b"<svg onload='x'/>"),
    "xlsx named pdf": ("a.pdf", XLSX),
    "xlsx named docx": ("a.docx", XLSX),
    "pdf named png": ("a.png", PDF),
    "text named docx": ("a.docx", b"text"),
    "a zip that is no document": ("a.docx", zipped("a.txt")),
    "a broken zip": ("a.docx", DOCX[:-30]),
    "only a zip's magic": ("a.docx", b"PK\x03\x04"),
    "macros in a docx": ("a.docx", zipped("word/document.xml", "word/vbaProject.bin")),
    "macros in an xlsx": ("a.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin")),
    "a way up": ("a.docx", zipped("word/document.xml", "../../etc/passwd")),
    "an absolute name": ("a.docx", zipped("word/document.xml", "/etc/passwd")),
    "too many members": ("a.docx", zipped("word/document.xml", *(f"m{n}" for n in range(2001)))),
    "a bomb by its directory": ("a.docx", bomb_header()),
    "a bomb": ("a.docx", zipped("word/document.xml", "b", content=bytes(120 * 1024 * 1024), compress=True)),
    "NUL in a text": ("a.txt", b"Kinh gui\0"),
    "another encoding": ("a.txt", "Kính gửi".encode("utf-16")),
    "a right-to-left trick": ("a\u202efdp.exe", EXE),
    "two endings": ("a.pdf.exe", PDF),
    "only an ending": (".pdf", PDF),
    "only what is not seen before the ending": ("\u200b\u3164.pdf", PDF),
    "two endings and what is not seen": ("a.pdf.exe\u200b", PDF),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_with_a_sentence(case: str) -> None:
    name, data = BAD[case]
    with pytest.raises(Refused, match=r"^[A-ZĐ].+\.$"):
        content_type(data, name, MOST)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("biên bản.pdf", "biên bản.pdf"),
        ("C:\\Users\\x\\bien ban.pdf", "bien ban.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nb\0\u202e.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * (NAME_LENGTH - 4) + ".pdf"),
        ("", "tep"),
        ("..", "tep"),
        (".pdf", "tep.pdf"),
        ("\u3164\u2800.pdf", "tep.pdf"),
        ("CON.txt", "_CON.txt"),
        ("com¹.tar.pdf", "_com¹.tar.pdf"),
        ("hóa đơn.exe.pdf", "hóa đơn_exe.pdf"),
        ("CV 01.12.2025.pdf", "CV 01.12.2025.pdf"),
        ("a .pdf. ", "a.pdf"),
        ('a<b>:"c|d?*.pdf', "a_b___c_d__.pdf"),
        ("bi\u200bên\u00a0bản\u202e.pdf", "biên bản.pdf"),
        ("x." + "y" * 300, "x." + "y" * (NAME_LENGTH - 2)),
    ],
)
def test_names_are_kept_without_folders_and_tricks(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@given(st.text(max_size=300))
def test_no_name_deceives(name: str) -> None:
    kept = safe_name(name)
    assert 0 < len(kept) <= NAME_LENGTH
    assert kept == safe_name(kept)
    assert kept.isprintable()
    assert not set('<>:"/\\|?*') & set(kept)
    assert not kept.endswith((".", " "))


CLASSIFIED = {
    "a text": ("a.txt", "TỈNH ỦY HẢI ĐĂNG   TỐI MẬT\nSố 12-CV/TU".encode()),
    "a name": ("[Mật] biên bản.png", PNG),
    "a Word file": ("a.docx", word_bytes(as_word("MẬT\nSố 12-CV/TU"))),
    "a PDF": ("a.pdf", as_pdf("Độ mật: Mật\n\nSố 12-CV/TU\nĐảng ủy họp ngày 03 tháng 4")),
    "a workbook": ("a.xlsx", workbook_bytes("TUYỆT MẬT", "Họ và tên")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", CLASSIFIED)
def test_classified_papers_are_never_kept(case: str) -> None:
    name, data = CLASSIFIED[case]
    with pytest.raises(Refused, match=r"^Cổng không nhận văn bản mật dưới mọi hình thức\.$"):
        files.store(data=data, name=name, by=None, now=NOW)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_under_their_hash() -> None:
    user = make_user("van-thu")
    first = files.store(data=PDF, name="biên bản.pdf", by=user, now=NOW)
    second = files.store(data=PDF, name="khac.pdf", by=user, now=NOW)
    assert first == second
    assert (first.sha256, first.size, first.name) == (sha256(PDF).hexdigest(), len(PDF), "biên bản.pdf")
    assert first.path.read_bytes() == PDF
    assert first.path.parts[-2:] == (first.sha256[:2], first.sha256)
    assert LedgerEntry.objects.filter(event="file.stored").count() == 1


@pytest.mark.django_db
def test_a_lost_file_is_written_again() -> None:
    kept = files.store(data=PNG, name="a.png", by=None, now=NOW)
    kept.path.unlink()
    assert files.store(data=PNG, name="a.png", by=None, now=NOW).path.read_bytes() == PNG
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing() -> None:
    with pytest.raises(Refused):
        files.store(data=EXE, name="a.pdf", by=None, now=NOW)
    assert not StoredFile.objects.exists()
    digest = sha256(EXE).hexdigest()
    assert not StoredFile(sha256=digest).path.exists()
