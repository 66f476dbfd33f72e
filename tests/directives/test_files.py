"""Files as they come: a letter says the same as a text, a Word file and a PDF; nothing else gets through."""

import random
import re
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from directives.reading.files import LARGEST, UnreadableFile, text_of, words_of
from directives.reading.letter import read
from tests.directives.paper import as_pdf, as_word, members, packed, word_bytes, workbook_bytes

LETTERS = Path(__file__).parent / "letters"
NAMES = ["party_plan_columns", "party_directive", "party_letter_flat", "state_letter", "state_decision"]
READ = ("number", "type", "issuer", "place", "issued_on", "title", "addressees", "copies", "signatory")
PLAN = (LETTERS / "party_plan_columns.txt").read_text("utf-8")


def found(text: str) -> dict[str, Any]:
    draft = read(text).as_dict()
    parts = {"provisions": ("label", "text"), "citations": ("number", "type", "issued_on", "relation", "provision")}
    lists = {what: [[row[key] for key in keys] for row in draft[what]] for what, keys in parts.items()}
    return {what: draft[what] for what in READ} | lists


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("printed", [lambda text: word_bytes(as_word(text)), as_pdf], ids=["docx", "pdf"])
def test_a_letter_says_the_same_in_every_form(name: str, printed: Callable[[str], bytes]) -> None:
    text = (LETTERS / f"{name}.txt").read_text("utf-8")
    assert found(text_of(printed(text), "van-ban")) == found(text)


def test_a_letter_of_several_pages_is_read_across_them() -> None:
    text = PLAN.replace("I- MỤC ĐÍCH", f"{'Các cấp ủy quan tâm chỉ đạo việc đọc sách ở cơ sở. ' * 120}\n\nI- MỤC ĐÍCH")
    pdf = as_pdf(text)
    assert len(PdfReader(BytesIO(pdf)).pages) > 2
    assert found(text_of(pdf, "a.pdf")) == found(text)


def test_a_number_broken_at_a_lines_end_is_whole_again() -> None:
    pdf = as_pdf("Thực hiện Quy định số 61-QĐ/<br>TW, ngày 07/10/2021 của Ban Bí thư".replace("<br>", "\n"))
    assert "61-QĐ/TW" in text_of(pdf, "a.pdf")


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_files(encoding: str) -> None:
    assert text_of("Số 5-CV/ĐU\n".encode(encoding), "a.txt") == "Số 5-CV/ĐU\n"


# PDF


def drawn(content: bytes, pages: int = 1, to_unicode: bytes = b"") -> PdfWriter:
    """Pages that draw what they are told, with one font of the reader's own."""
    writer = PdfWriter()
    font = _names({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})
    if to_unicode:
        font[NameObject("/ToUnicode")] = writer._add_object(_stream(to_unicode))
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Contents")] = writer._add_object(_stream(content))
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return writer


def _stream(content: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(content)
    return stream.flate_encode()


def _names(entries: dict[str, str]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in entries.items()})


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_form() -> bytes:
    """A page whose text is all in a form that it draws."""
    writer = drawn(b"/Fm Do")
    form = StreamObject()
    form.set_data(b"BT /F1 12 Tf 72 700 Td (Cong van cua Tinh uy ve doc sach) Tj ET")
    page = writer.pages[0]
    form.update(_names({"/Type": "/XObject", "/Subtype": "/Form"}))
    form[NameObject("/Resources")] = page["/Resources"]
    resources = page["/Resources"].get_object()
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Fm"): writer._add_object(form)})
    return written(writer)


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=BytesIO(as_pdf(PLAN)))
    writer.encrypt("", "chủ", algorithm="RC4-128")
    return written(writer)


def without_maps() -> bytes:
    """The fonts keep their glyphs and lose what the glyphs mean."""
    writer = PdfWriter(clone_from=BytesIO(as_pdf(PLAN)))
    for each in writer._objects:
        if isinstance(each, DictionaryObject):
            each.pop("/ToUnicode", None)
    return written(writer)


def test_words_parted_by_shifts_stay_words() -> None:
    pdf = written(drawn(b"BT /F1 12 Tf 72 700 Td [(C)20(o)-15(ng)-300(v)10(an)-9000(T)30(inh uy ve doc sach)] TJ ET"))
    assert text_of(pdf, "a.pdf").split() == ["Cong", "van", "Tinh", "uy", "ve", "doc", "sach"]
    assert "van     " in text_of(pdf, "a.pdf")


def test_text_inside_a_form_is_read() -> None:
    assert "Cong van cua Tinh uy" in text_of(with_form(), "a.pdf")


TEXT = b"BT /F1 12 Tf 72 700 Td (Cong van cua Tinh uy ve doc sach) Tj ET "
PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a scan": (lambda: written(drawn(b"0 0 595 842 re f")), "bản quét"),
    "locked": (encrypted, "đặt mật khẩu hoặc khóa quyền"),
    "damaged": (lambda: as_pdf(PLAN)[:900], "bị hỏng"),
    "fonts without a map": (without_maps, "không có bảng mã Unicode"),
    "too many pages": (lambda: written(drawn(TEXT, 201)), "quá 200 trang"),
    "a drawing": (lambda: written(drawn(TEXT + b"1 2 m 3 4 l S " * 30_000)), "quá phức tạp"),
    "many drawings": (lambda: written(drawn(TEXT + b" " * 1_000_000, 10)), "quá phức tạp"),
    "letters shifted one by one": (
        lambda: written(drawn(b"BT /F1 12 Tf " + b"[(a)-300] TJ " * 4_000 + b"ET")), "quá phức tạp"
    ),
    "a map of letters without end": (lambda: written(drawn(TEXT, 80, to_unicode=b" " * 900_000)), "quá phức tạp"),
    "a bomb": (lambda: written(drawn(TEXT + b" " * 20_000_000)), "quá phức tạp"),
    "deep": (lambda: written(drawn(b"q " * 20_000 + TEXT)), "quá phức tạp"),
    "deep arrays": (lambda: written(drawn(TEXT + b"[" * 100_000)), "quá phức tạp"),
    "an old font": (lambda: as_pdf("§¶ng bé tØnh H¶i §¨ng\n§¶ng Céng s¶n ViÖt Nam"), "phông chữ cũ"),
}


@pytest.mark.parametrize("case", PDFS)
def test_pdfs_refused_with_a_reason(case: str) -> None:
    make, reason = PDFS[case]
    with pytest.raises(UnreadableFile, match=reason):
        text_of(make(), "a.pdf")


# Other kinds


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.txt", "Tệp rỗng"),
        (b" \n", "a.txt", "không có chữ"),
        (b"a" * (LARGEST + 1), "a.txt", "20 MB"),
        (b"ab " * 700_000, "a.txt", "2 triệu ký tự"),
        (b"PK\x03\x04\x14\x00", "a.XLSX", "^Tệp là bảng tính, không phải văn bản chỉ đạo.$"),
        (b"PK\x03\x04..xl/workbook.xml", "a.txt", "bảng tính"),
        (workbook_bytes("Họ và tên"), "a.docx", "bảng tính"),
        (b"PK\x03\x04..word/document.xml", "a.zip", "Word bị hỏng"),
        (b"PK\x03\x04", "a.docx", "Word bị hỏng"),
        (packed({"a.txt": b"a"}), "a.zip", "không phải văn bản thuần"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), "a.odt", r"kiểu cũ \(.odt\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", r"kiểu cũ \(.doc\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "a", r"kiểu cũ \(.doc\)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "đặt mật khẩu"),
        (b"{\\rtf1\\ansi", "a.doc", r"kiểu cũ \(.rtf\)"),
        (b"\x89PNG\r\n\x1a\n", "a.docx", "Tệp là ảnh"),
        (b"MZ\x90\x00\x03", "a.txt", "chương trình"),
        (b"%PDF-1.7\n", "a.md", "dán nội dung"),
        (b"a\x00b", "a.txt", "không phải văn bản thuần"),
        ("Số ".encode("utf-16-le"), "a.txt", "không phải văn bản thuần"),
        (b"C\xabng v\xa8n", "a.txt", "bảng mã cũ"),
        (b"V\x01n", "a.txt", "bảng mã cũ"),
        (b"\xff\xfea", "a.txt", "bảng mã cũ"),
        ("§¶ng bé tØnh H¶i §¨ng".encode(), "a.txt", "phông chữ cũ"),
        ("Ñaûng boä tænh Haûi Ñaêng".encode(), "a.txt", "phông chữ cũ"),
        ("Äáº£ng bá»\x99 tá»\x89nh Háº£i Ä\x90Äƒng".encode(), "a.txt", "bảng mã cũ"),
    ],
)
def test_files_refused_with_a_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        text_of(data, name)


def test_what_is_looked_at_for_markings() -> None:
    book = workbook_bytes("TỐI MẬT", "Họ và tên")
    assert words_of(book, "a.xlsx").split("\n")[:2] == ["TỐI MẬT", "Họ và tên"]
    paper = as_word(PLAN)
    paper.sections[0].header.paragraphs[0].text = "MẬT"
    assert words_of(word_bytes(paper), "a.docx").startswith("MẬT\n")
    assert "MẬT" not in text_of(word_bytes(paper), "a.docx")
    assert "Cong van" in words_of(written(drawn(TEXT, 201)), "a.pdf")
    assert words_of("MẬT".encode(), "a.txt") == "MẬT"
    assert words_of(b"\x89PNG\r\n\x1a\n\xff", "a.png") == ""
    assert words_of(packed({"xl/workbook.xml": b"", "xl/sharedStrings.xml": b"<a"}), "a.xlsx") == ""


def test_a_workbooks_page_headers_and_boxes_are_looked_at() -> None:
    parts = members(workbook_bytes("Họ và tên"))
    sheet = parts["xl/worksheets/sheet1.xml"]
    header = b'<headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"&amp;14M\xe1\xba\xacT</oddHeader></headerFooter>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</worksheet>", header + b"</worksheet>")
    parts["xl/drawings/drawing1.xml"] = b'<x:d xmlns:x="x" xmlns:a="a"><a:p><a:t>HOA TOC</a:t></a:p></x:d>'
    assert {"MẬT", "HOA TOC", "Họ và tên"} <= set(re.split("[\n\f]", words_of(packed(parts), "a.xlsx")))


# Anything at all


SHORT = "Số 12-CV/TU\n\nKính gửi: Các huyện ủy"
DOCX, PDF, PLAIN = word_bytes(as_word(PLAN)), as_pdf(SHORT), as_pdf(SHORT, uncompressed_pdf=True)
PIECES = (b"0", b"-1", b"99999999999", b"<<", b">", b"[", b"(", b"/", b"null", b"</w:p>", b'"', b"\x00", b"<w:tbl>")


def bent(data: bytes, seed: int) -> bytes:
    """A few bits turned, pieces cut out, doubled or put in, or the end cut off."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) or 1)
        what = chance.randrange(8)
        if what < 4:
            out[at : at + 1] = bytes([(out or b"\0")[at] ^ 1 << chance.randrange(8)])
        elif what == 4:
            del out[at : at + chance.randint(1, 200)]
        elif what == 5:
            out[at:at] = out[at // 2 : at // 2 + chance.randint(1, 300)]
        elif what == 6:
            out[at : at + 1] = chance.choice(PIECES)
        else:
            del out[at:]
    return bytes(out)


def bent_member(seed: int) -> bytes:
    """A sound zip around a bent part of a Word file."""
    parts = members(DOCX)
    name = random.Random(seed).choice([name for name in parts if name.endswith((".xml", ".rels"))])
    return packed(parts | {name: bent(parts[name], seed)})


BENT = st.integers(0, 2**32).map(lambda seed: bent(random.Random(seed).choice((DOCX, PDF, PLAIN)), seed))


@settings(max_examples=200, deadline=None)
@given(st.binary() | BENT | st.integers(0, 2**32).map(bent_member), st.sampled_from(("a.docx", "a.pdf", "a.txt")))
@example(b"%PDF-", "a.pdf")
@example(b"PK\x05\x06" + bytes(18), "a.docx")
def test_nothing_is_raised_but_a_reason(data: bytes, name: str) -> None:
    words_of(data, name)
    with suppress(UnreadableFile):
        assert text_of(data, name).strip()


def test_a_zip_that_lies_is_damaged() -> None:
    """A member whose sum is wrong, and one packed in a way Word does not know."""
    parts = members(DOCX)
    at = DOCX.index(b"word/document.xml")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    lying = bytearray(packed({name: zlib.compress(part) for name, part in parts.items()}))
    for data in (DOCX[: at + 60] + bytes(40) + DOCX[at + 100 :], out.getvalue(), bytes(lying)):
        with pytest.raises(UnreadableFile, match="bị hỏng"):
            text_of(data, "a.docx")
