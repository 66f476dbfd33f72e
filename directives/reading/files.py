"""The text of an uploaded file: text and Markdown, Word (.docx), PDF; for every other kind, a word on what to do."""

import codecs

from directives.reading.oldfonts import OLD_FONT, is_old_text
from directives.reading.package import DAMAGED
from directives.reading.pdf import read_pdf
from directives.reading.unreadable import UnreadableFile
from directives.reading.word import read_word
from directives.reading.workbook import read_workbook

__all__ = ["LARGEST", "UnreadableFile", "text_of", "words_of"]

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST = 2_000_000  # characters
_PAGES_LOOKED_AT = 30

_NOT_TEXT = "Tệp không phải văn bản thuần; hãy mở tệp, chép nội dung và dán vào ô văn bản."
_SPREADSHEET = "Tệp là bảng tính, không phải văn bản chỉ đạo."
_OLD_WORD = "Tệp Word kiểu cũ ({}); hãy mở bằng Word, lưu lại thành .docx rồi tải lên."
_LOCKED_WORD = "Tệp Word đặt mật khẩu; hãy bỏ mật khẩu rồi tải lại."
_OLD_ENCODING = "Tệp dùng bảng mã cũ hoặc không phải văn bản thuần; hãy chuyển sang Unicode (UTF-8)."
_SPREADSHEET_NAMES = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ALLOWED_CONTROLS = {"\t", "\n", "\r", "\f", "\v", "\x85"}


def text_of(data: bytes, name: str) -> str:
    """The text of a file's bytes, judged by content before name. Raises UnreadableFile, and nothing else."""
    if not data:
        raise UnreadableFile("Tệp rỗng.")
    if len(data) > LARGEST:
        raise UnreadableFile("Tệp lớn hơn 20 MB.")
    text = _read(data, name.lower())
    if not text.strip():
        raise UnreadableFile("Tệp không có chữ nào.")
    if len(text) > LONGEST:
        raise UnreadableFile("Văn bản dài quá 2 triệu ký tự; hãy tải riêng phần văn bản chỉ đạo, không kèm phụ lục.")
    if is_old_text(text):
        raise UnreadableFile(OLD_FONT)
    return text


def words_of(data: bytes, name: str) -> str:
    """Whatever can be read of any file, to look for markings: also a workbook's cells and the margins of a Word file.

    Of a long PDF the first pages. Empty when nothing can be read; never raises.
    """
    try:
        if b"%PDF-" in data[:1024]:
            return read_pdf(data, first=_PAGES_LOOKED_AT)
        if data.startswith(_ZIP) and b"xl/workbook" in data:
            return read_workbook(data)
        return read_word(data, margins=True) if _is_word(data, name.lower()) else _decoded(data)
    except UnreadableFile:
        return ""


def _read(data: bytes, name: str) -> str:
    if b"%PDF-" in data[:1024]:
        return read_pdf(data)
    if _is_word(data, name):
        return read_word(data)
    if reason := _other_kind(data, name):
        raise UnreadableFile(reason)
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableFile(_NOT_TEXT)
    if _has_controls(text):
        raise UnreadableFile(_OLD_ENCODING)
    return text


def _is_word(data: bytes, name: str) -> bool:
    """A .docx is a zip; what a zip holds is told by the names of its entries, or of a damaged one by its own."""
    if not data.startswith(_ZIP) or b"xl/workbook" in data or b"ppt/presentation" in data:
        return False
    return b"word/document" in data or name.endswith(".docx")


def _other_kind(data: bytes, name: str) -> str | None:
    """Why these bytes are another kind of file, or None."""
    if data.startswith(_ZIP) or data.startswith(_OLE):
        return _packed(data, name)
    if data.startswith(_PROGRAMS) and b"\x00" in data[:1024]:
        return "Tệp là chương trình, không phải văn bản chỉ đạo."
    if data.startswith(_IMAGES):
        return "Tệp là ảnh; hãy nhập nội dung văn bản vào ô văn bản. Ảnh gốc vẫn đính kèm được."
    if data.startswith(b"{\\rtf"):
        return _OLD_WORD.format(".rtf")
    return _SPREADSHEET if name.endswith(_SPREADSHEET_NAMES) else None


def _packed(data: bytes, name: str) -> str:
    """Office files that are no .docx: ZIP or OLE containers."""
    if name.endswith(_SPREADSHEET_NAMES) or b"xl/workbook" in data or _utf16("Workbook") in data:
        return _SPREADSHEET
    if _utf16("EncryptedPackage") in data:
        return _LOCKED_WORD
    if name.endswith(".doc") or _utf16("WordDocument") in data:
        return _OLD_WORD.format(".doc")
    if name.endswith(".odt") or b"opendocument.text" in data[:200]:
        return _OLD_WORD.format(".odt")
    return DAMAGED if name.endswith(".docx") else _NOT_TEXT


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _decoded(data: bytes) -> str:
    encoding = _UTF16.get(data[:2], "utf-8-sig")
    body = data[2:] if data[:2] in _UTF16 else data
    if encoding == "utf-8-sig" and b"\x00" in data:
        raise UnreadableFile(_NOT_TEXT)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile(_OLD_ENCODING) from None


def _has_controls(text: str) -> bool:
    """Control characters mean a converted TCVN3 or binary file: those encodings put letters there."""
    return any((char < " " or "\x7f" <= char <= "\x9f") and char not in _ALLOWED_CONTROLS for char in text)
