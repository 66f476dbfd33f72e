"""The text of an uploaded file: plain text and Markdown; for every other kind, a word on what to do."""

import codecs

LARGEST = 20 * 1024 * 1024  # bytes

_NOT_TEXT = "Tệp không phải văn bản thuần; hãy mở tệp, chép nội dung và dán vào ô văn bản."
_SPREADSHEET = "Tệp là bảng tính, không phải văn bản chỉ đạo."
_WORD = "Chưa đọc được tệp Word; hãy mở tệp, chép nội dung và dán vào ô văn bản. Tệp gốc vẫn đính kèm được."
_PDF = "Chưa đọc được tệp PDF; hãy dán nội dung văn bản vào ô văn bản. Tệp PDF gốc vẫn đính kèm được."
_OLD_ENCODING = "Tệp dùng bảng mã cũ hoặc không phải văn bản thuần; hãy chuyển sang Unicode (UTF-8)."
_SPREADSHEET_NAMES = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
_WORD_NAMES = (".doc", ".docx", ".odt")
_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_ALLOWED_CONTROLS = {"\t", "\n", "\r", "\f", "\v", "\x85"}


class UnreadableFile(ValueError):
    """The file holds no text this reader takes; the message tells the person why and what to do."""


def text_of(data: bytes, name: str) -> str:
    """The text of a file's bytes, judged by content before name: UTF-8, or UTF-16 with BOM.

    Raises UnreadableFile for anything else.
    """
    if not data:
        raise UnreadableFile("Tệp rỗng.")
    if len(data) > LARGEST:
        raise UnreadableFile("Tệp lớn hơn 20 MB.")
    if reason := _other_kind(data, name.lower()):
        raise UnreadableFile(reason)
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableFile(_NOT_TEXT)
    if _has_controls(text):
        raise UnreadableFile(_OLD_ENCODING)
    if not text.strip():
        raise UnreadableFile("Tệp không có chữ nào.")
    return text


def _other_kind(data: bytes, name: str) -> str | None:
    """Why these bytes are another kind of file, or None."""
    if data.startswith(_ZIP) or data.startswith(_OLE):
        return _packed(data, name)
    if b"%PDF-" in data[:1024]:
        return _PDF
    if data.startswith(_PROGRAMS) and b"\x00" in data[:1024]:
        return "Tệp là chương trình, không phải văn bản chỉ đạo."
    if data.startswith(_IMAGES):
        return "Tệp là ảnh; hãy nhập nội dung văn bản vào ô văn bản. Ảnh gốc vẫn đính kèm được."
    if data.startswith(b"{\\rtf"):
        return _WORD
    return _SPREADSHEET if name.endswith(_SPREADSHEET_NAMES) else None


def _packed(data: bytes, name: str) -> str:
    """Office files are ZIP or OLE containers; what a ZIP holds is told by the names of its entries."""
    if name.endswith(_SPREADSHEET_NAMES) or b"xl/workbook" in data or b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k" in data:
        return _SPREADSHEET
    if name.endswith(_WORD_NAMES) or b"word/document" in data:
        return _WORD
    return _NOT_TEXT


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
