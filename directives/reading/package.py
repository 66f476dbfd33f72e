"""The zip around a Word file, checked before anything in it is unpacked or built into a tree."""

import zipfile
from io import BytesIO

from directives.reading.unreadable import UnreadableFile

MOST_MEMBERS = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
MOST_TAGS = 1_000_000  # opening and closing; two hundred pages have a third of it
_SMALL = 1024 * 1024  # too little to be a bomb, however well it packs
_TREES = (".xml", ".rels")
_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"))

DAMAGED = "Tệp Word bị hỏng hoặc lưu ở dạng lạ, không đọc được; hãy mở bằng Word, lưu lại thành .docx rồi tải lên."
UNSAFE = "Tệp Word chứa quá nhiều dữ liệu so với dung lượng; hãy chép nội dung và dán vào ô văn bản."
_LOCKED = "Tệp Word đặt mật khẩu; hãy bỏ mật khẩu rồi tải lại."
_MACRO = "Tệp Word chứa macro; hãy lưu lại thành .docx, không có macro."
_PATHS = "Tệp Word chứa đường dẫn không an toàn; hãy mở bằng Word, lưu lại thành .docx rồi tải lên."
_DECLARED = "Tệp Word chứa khai báo XML (DOCTYPE) không an toàn; hãy mở bằng Word, lưu lại thành .docx rồi tải lên."


def check_package(data: bytes) -> None:
    """Raises UnreadableFile for what is no safe Word file; zipfile's own errors for a damaged zip."""
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:  # before a list of them is made
        raise UnreadableFile(UNSAFE)
    with zipfile.ZipFile(BytesIO(data)) as package:
        members = package.infolist()
        _check_members(members, len(data))
        tags = 0
        for member in members:
            content = package.read(member)
            if member.filename.lower().endswith(_TREES) and any(declared in content for declared in _DOCTYPE):
                raise UnreadableFile(_DECLARED)
            tags += content.count(b"<")  # whatever its name: a relation may make a tree of any member
            if tags > MOST_TAGS:
                raise UnreadableFile(UNSAFE)


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or unpacked > max(_SMALL, MOST_RATIO * size):
        raise UnreadableFile(UNSAFE)
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(_LOCKED)
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise UnreadableFile(_PATHS)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(_MACRO)
    if len(set(names)) != len(names):
        raise UnreadableFile(DAMAGED)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise UnreadableFile(DAMAGED)
