"""What a file really is, by its content; anything not on the short list is refused with a clear sentence. Pure."""

import zipfile
from io import BytesIO
from pathlib import PurePath
from unicodedata import normalize

MOST_MEMBERS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
NAME_LENGTH = 120
# Their presence on the first page or in the name means a classified document, which the portal never takes.
CLASSIFIED = ("tối mật", "tuyệt mật", "độ mật", "tài liệu mật")

PDF, DOCX, XLSX, JPEG, PNG, TEXT = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "image/jpeg",
    "image/png",
    "text/plain; charset=utf-8",
)
_ENDINGS = {
    ".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".txt": TEXT, ".md": TEXT,
}


class Refused(ValueError):
    """The file cannot be taken; the message is for the screen."""


def content_type(data: bytes, name: str, most_bytes: int) -> str:
    """The checked type of an upload; its name's ending and its content must agree. Raises Refused."""
    if not data:
        raise Refused("Tệp rỗng, không có nội dung.")
    if len(data) > most_bytes:
        raise Refused(f"Tệp lớn quá {most_bytes // 1024 // 1024} MB. Hãy nén hoặc tách tệp.")
    ending = PurePath(name).suffix.lower()
    if ending not in _ENDINGS:
        raise Refused("Chỉ nhận tệp PDF, Word (.docx), Excel (.xlsx), ảnh JPG/PNG hoặc văn bản thuần (.txt, .md).")
    claimed, actual = _ENDINGS[ending], _sniffed(data)
    if claimed != actual:
        raise Refused(f"Nội dung tệp không phải là {ending} như tên tệp ghi. Hãy kiểm tra lại tệp.")
    if any(mark in f"{name} {data[:2000].decode('utf-8', 'ignore')}".lower() for mark in CLASSIFIED):
        raise Refused("Cổng không nhận văn bản mật dưới mọi hình thức.")
    return actual


def safe_name(name: str) -> str:
    """The name as given without folders and control characters, short enough to store."""
    name = normalize("NFC", PurePath(name.replace("\\", "/")).name)
    name = "".join(c for c in name if c.isprintable()).strip()
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    return (stem[: NAME_LENGTH - len(ending)] + ending) or "tep"


def _sniffed(data: bytes) -> str:
    for magic, kind in ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG)):
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK"):
        return _office(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    return TEXT if "\0" not in text else ""


def _office(data: bytes) -> str:
    """docx or xlsx, by the members of the zip; bombs, links and macros are refused before anything is unpacked."""
    try:
        members = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused("Tệp nén chứa quá nhiều dữ liệu.")
    if any(name.startswith("/") or ".." in name or name.endswith("vbaProject.bin") for name in names):
        raise Refused("Tệp chứa macro hoặc đường dẫn không an toàn.")
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else ""
