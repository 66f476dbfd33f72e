"""What a file really is, by its content; anything not on the short list is refused with a clear sentence. Pure."""

import struct
import zipfile
from io import BytesIO
from pathlib import PurePath
from unicodedata import category, normalize

MOST_MEMBERS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
NAME_LENGTH = 120
_LONGEST_ENDING = 10
CLASSIFIED = "Cổng không nhận văn bản mật dưới mọi hình thức."

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
_FORBIDDEN = dict.fromkeys('<>:"|?*', "_")  # by Windows
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³")}
# A name that shows one of these before its ending ("bill.exe.pdf") pretends where endings are hidden.
_PROGRAMS = (
    *(".exe", ".com", ".scr", ".bat", ".cmd", ".msi", ".lnk", ".ps1"),
    *(".js", ".vbs", ".jar", ".hta", ".htm", ".html", ".svg"),
)
_UNSEEN = {*"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0", *map(chr, range(0xFE00, 0xFE10))}


class Refused(ValueError):
    """The file cannot be taken; the message is for the screen."""


def content_type(data: bytes, name: str, most_bytes: int) -> str:
    """The checked type of an upload; its name's ending and its content must agree. Raises Refused."""
    if not data:
        raise Refused("Tệp rỗng, không có nội dung.")
    if len(data) > most_bytes:
        raise Refused(f"Tệp lớn quá {most_bytes // 1024 // 1024} MB. Hãy nén hoặc tách tệp.")
    ending = PurePath(_shown(name)).suffix.lower()  # ".pdf" alone is a name without ending
    if ending not in _ENDINGS:
        raise Refused("Chỉ nhận tệp PDF, Word (.docx), Excel (.xlsx), ảnh JPG/PNG hoặc văn bản thuần (.txt, .md).")
    claimed, actual = _ENDINGS[ending], _sniffed(data)
    if claimed != actual:
        raise Refused(f"Nội dung tệp không phải là {ending} như tên tệp ghi. Hãy kiểm tra lại tệp.")
    return actual


def safe_name(name: str) -> str:
    """The name as given, short enough to store, without what deceives an eye or a file system."""
    name = _shown(name)
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    stem = stem.strip(" .")
    if PurePath(stem).suffix.lower() in _PROGRAMS:
        stem = stem.replace(".", "_")
    if stem.partition(".")[0].strip().upper() in _DEVICES:
        stem = f"_{stem}"
    return (stem or "tep")[: NAME_LENGTH - len(dot + ending)].rstrip(" .") + dot + ending


def _shown(name: str) -> str:
    """The last part of a path without controls, turns of the writing's direction and what has no width."""
    name = PurePath(normalize("NFC", name).replace("\\", "/")).name
    name = "".join(" " if category(char) == "Zs" else char for char in name)
    seen = (char for char in name if char.isprintable() and char not in _UNSEEN)
    return "".join(_FORBIDDEN.get(char, char) for char in seen).rstrip(" .")


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
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:  # before a list of them is made
        raise Refused("Tệp nén chứa quá nhiều dữ liệu.")
    try:
        members = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return ""
    names = {member.filename for member in members}
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused("Tệp nén chứa quá nhiều dữ liệu.")
    if any(name.startswith("/") or ".." in name or name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("Tệp chứa macro hoặc đường dẫn không an toàn.")
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else ""
