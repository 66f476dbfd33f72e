"""The words of a workbook (.xlsx), cell by cell: not to be read as a letter, only to be looked at for markings."""

import re
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from directives.reading.package import check_package
from directives.reading.unreadable import UnreadableFile

_PARTS = re.compile(r"xl/(?:sharedStrings|worksheets/[^/]+|drawings/[^/]+)\.xml")
_HEADER_CODES = re.compile(r'&(?:"[^"]*"|[0-9]+|K[0-9A-F]{6}|[A-Z])')  # "&C" centres, "&P" is the page's number
_WHOLE = {"si", "is", "p", "oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter"}
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, RuntimeError, ValueError, LookupError,
)  # fmt: skip


def read_workbook(data: bytes) -> str:
    """Every text on a line of its own; the parts of the file parted as pages are. Raises UnreadableFile."""
    try:
        check_package(data)
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = [name for name in package.namelist() if _PARTS.fullmatch(name)]
            return "\f".join("\n".join(_Words(package.read(name)).found) for name in parts)
    except _DAMAGES as error:
        raise UnreadableFile("Tệp Excel bị hỏng, không đọc được.") from error


class _Words:
    def __init__(self, part: bytes) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._open = 0  # texts around the place
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part, True)

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._open += name.rpartition(":")[2] in _WHOLE

    def _text(self, text: str) -> None:
        if self._open:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] not in _WHOLE:
            return
        self._open -= 1
        self.found += _HEADER_CODES.sub("\n", "".join(self._pieces)).split("\n")
        self._pieces.clear()
