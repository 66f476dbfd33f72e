"""The zip around a workbook, checked before anything in it is unpacked, and its parts as XML that goes by. Pure.

openpyxl builds trees, so a small file of many empty elements would take gigabytes; here nothing is kept but what the
listener keeps, and the number of elements, their size and the size of it all are bounded.
"""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol
from xml.parsers import expat

from units.sheets.table import refused

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_MEMBERS = 2_000
MOST_TAGS = 6_000_000
_MOST_TAG = 1024 * 1024
_CHUNK = 64 * 1024
_SMALL = 1024 * 1024  # too little to be a bomb, however well it packs
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar")
_ENCODINGS = {None, "UTF-8", "UTF-16", "US-ASCII"}

TOO_LARGE = f"Tệp lớn quá {MOST_BYTES // 1024 // 1024} MB; hãy tách thành nhiều tệp."
UNSAFE = "Tệp nén chứa quá nhiều dữ liệu so với dung lượng; hãy lưu lại thành .xlsx bằng Excel."
OLD_XLS = "Tệp .xls cũ; hãy lưu lại thành .xlsx."
DAMAGED = "Tệp .xlsx bị hỏng, không đọc được; hãy mở bằng Excel rồi lưu lại thành .xlsx."


class Listener(Protocol):
    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def data(self, text: str) -> None: ...


class Package:
    """One opened workbook; the bound on its tags is for all its parts together."""

    def __init__(self, data: bytes) -> None:
        self._zip = _checked(data)
        self.names = frozenset(self._zip.namelist())
        self._tags = 0

    def parse(self, name: str, listener: Listener) -> Iterator[None]:
        """Tells the listener of every element of the part, and pauses after each piece of it."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.XmlDeclHandler = _known_encoding
        parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
        parser.CharacterDataHandler = listener.data
        fed = 0
        with self._zip.open(name) as part:
            while piece := part.read(_CHUNK):
                self._tags += piece.count(b"<")
                if self._tags > MOST_TAGS:
                    raise refused(UNSAFE)
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > _MOST_TAG:
                    raise refused(UNSAFE)
                yield
        parser.Parse(b"", True)
        yield

    def parse_whole(self, name: str, listener: Listener) -> None:
        for _ in self.parse(name, listener):
            pass


def _no_doctype(*_: object) -> None:
    raise refused("Tệp chứa khai báo XML (DOCTYPE) không an toàn; hãy lưu lại thành .xlsx bằng Excel.")


def _known_encoding(_: str, encoding: str | None, __: int) -> None:
    if encoding is not None and encoding.upper() not in _ENCODINGS:
        raise refused(DAMAGED)


def _checked(data: bytes) -> zipfile.ZipFile:
    """The zip, when it is safe to unpack and is a workbook."""
    if data.startswith(_OLE2):
        if _ENCRYPTED in data:
            raise refused("Tệp được bảo vệ bằng mật khẩu; hãy bỏ mật khẩu rồi tải lại.")
        raise refused(OLD_XLS)
    if not data.startswith(b"PK\x03\x04"):
        raise refused("Nội dung tệp không phải là .xlsx như tên tệp ghi; hãy lưu lại thành .xlsx bằng Excel.")
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:  # before a list of them is made
        raise refused("Tệp nén chứa quá nhiều thành phần; hãy lưu lại thành .xlsx bằng Excel.")
    found = zipfile.ZipFile(BytesIO(data))
    _check_members(found.infolist(), len(data))
    _check_kind(set(found.namelist()))
    return found


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    names = [member.filename for member in members]
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or unpacked > max(_SMALL, MOST_RATIO * size):
        raise refused(UNSAFE)
    if len(set(names)) != len(names):
        raise refused("Tệp nén có hai thành phần trùng tên; hãy lưu lại thành .xlsx bằng Excel.")
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise refused("Tệp chứa đường dẫn không an toàn; hãy lưu lại thành .xlsx bằng Excel.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused("Tệp chứa macro; hãy lưu lại thành .xlsx, không có macro.")
    if any(name.lower().endswith(_ARCHIVES) for name in names):
        raise refused("Tệp chứa tệp nén khác lồng bên trong; hãy lưu lại thành .xlsx bằng Excel.")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise refused(DAMAGED)
    if any(member.flag_bits & 1 for member in members):
        raise refused("Tệp được bảo vệ bằng mật khẩu; hãy bỏ mật khẩu rồi tải lại.")


def _check_kind(names: set[str]) -> None:
    if "[Content_Types].xml" in names and "_rels/.rels" in names and "xl/workbook.bin" not in names:
        if not any(name.startswith(("word/", "ppt/")) for name in names):
            return
        raise refused("Đây là tệp Word hoặc PowerPoint, không phải bảng tính .xlsx.")
    if "content.xml" in names:
        raise refused("Đây là tệp OpenDocument (.ods), không phải .xlsx; hãy lưu lại thành .xlsx.")
    raise refused("Nội dung tệp không phải là bảng tính .xlsx; hãy lưu lại thành .xlsx bằng Excel.")
