"""The rows of an .xlsx: which sheet, its texts, its formats of dates, and how far merged cells reach. Pure."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from units.sheets.package import Package
from units.sheets.sheet import MOST_TEXT, Book, Sheet, local, unescaped
from units.sheets.table import RawRow, Rows, refused
from units.vietnamese import fold

GUIDE = "Hướng dẫn"
_MOST_FORMATS = 65_536
_DOCUMENT = "_rels/.rels"


@dataclass
class _Tags:
    """Listens for starting tags only."""

    heard: Callable[[str, dict[str, str]], None]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.heard(local(name), {local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None: ...

    def data(self, text: str) -> None: ...


@dataclass
class _Strings:
    """The texts that cells refer to by number, without the readings printed above them."""

    found: list[str] = field(default_factory=list)
    _text: str = ""
    _open: bool = False
    _reading: bool = False

    def start(self, name: str, _: dict[str, str]) -> None:
        tag = local(name)
        if tag == "si":
            self._text = ""
        elif tag == "rPh":
            self._reading = True
        self._open = tag == "t" and not self._reading

    def end(self, name: str) -> None:
        tag = local(name)
        self._open = False
        if tag == "si":
            self.found.append(unescaped(self._text))
        elif tag == "rPh":
            self._reading = False

    def data(self, text: str) -> None:
        if self._open and len(self._text) < MOST_TEXT:
            self._text += text[:MOST_TEXT]


@dataclass
class _Styles:
    """Which cell formats show a day."""

    dates: set[int] = field(default_factory=set)
    _formats: dict[int, str] = field(default_factory=lambda: dict(BUILTIN_FORMATS))
    _inside: bool = False
    _count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag == "numFmt" and "numFmtId" in attributes:
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:200]
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            number = int(attributes.get("numFmtId", 0))
            # 27 to 36 and 50 to 58 are days in the Far East, whatever the file calls them.
            if is_date_format(self._formats.get(number, "")) or 27 <= number <= 36 or 50 <= number <= 58:
                self.dates.add(self._count)
            self._count += 1
            if self._count > _MOST_FORMATS:
                raise ValueError(self._count)

    def end(self, name: str) -> None:
        if local(name) == "cellXfs":
            self._inside = False

    def data(self, text: str) -> None: ...


@dataclass
class Workbook:
    """An opened .xlsx: the rows of its first sheet, then what else it holds."""

    package: Package
    book: Book = field(default_factory=Book)
    sheets: list[tuple[str, str]] = field(default_factory=list)  # name and part, in the order of the tabs

    @classmethod
    def opened(cls, data: bytes) -> "Workbook":
        self = cls(Package(data))
        part = next((target for kind, target in self._relations(_DOCUMENT).values() if kind == "officeDocument"), "")
        if part not in self.package.names:
            raise refused("Nội dung tệp không phải là bảng tính .xlsx; hãy lưu lại thành .xlsx bằng Excel.")
        related = self._relations(posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels"))
        self._listed(part, related)
        for kind, target in related.values():
            if kind == "sharedStrings" and target in self.package.names:
                strings = _Strings()
                self.package.parse_whole(target, strings)
                self.book.strings = strings.found
            elif kind == "styles" and target in self.package.names:
                styles = _Styles()
                self.package.parse_whole(target, styles)
                self.book.dates = styles.dates
        if not self.sheets:
            raise refused("Tệp không có trang tính nào đọc được.")
        return self

    def rows(self, sheet: Sheet) -> Rows:
        """Row by row; `sheet` also gathers the merged cells, complete when the rows are."""
        yield from self._rows(self.sheets[0][1], sheet)

    def other_sheets_with_data(self) -> list[str]:
        return [
            name for name, part in self.sheets[1:]
            if fold(name) != fold(GUIDE) and next(self._rows(part, Sheet(self.book)), None)
        ]

    def _rows(self, part: str, sheet: Sheet) -> Rows:
        ready: list[RawRow] = sheet.rows
        for _ in self.package.parse(part, sheet):
            yield from ready
            ready.clear()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What the part refers to, by the id it uses: the last word of the kind, and the part's name."""
        found: dict[str, tuple[str, str]] = {}
        folder = posixpath.dirname(posixpath.dirname(part))

        def heard(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target

        if part in self.package.names:
            self.package.parse_whole(part, _Tags(heard))
        return found

    def _listed(self, part: str, related: dict[str, tuple[str, str]]) -> None:
        """The worksheets with those first that are meant to be read: neither hidden nor the guide."""
        shown: list[tuple[bool, str, str]] = []

        def heard(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                mac = attributes.get("date1904", "") in ("1", "true")
                self.book.epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
            elif tag == "sheet":
                kind, target = related.get(attributes.get("id", ""), ("", ""))
                name = attributes.get("name", "")
                if kind == "worksheet" and target in self.package.names:
                    aside = attributes.get("state", "visible") != "visible" or fold(name) == fold(GUIDE)
                    shown.append((aside, name, target))

        self.package.parse_whole(part, _Tags(heard))
        self.sheets = [(name, target) for _, name, target in sorted(shown, key=lambda each: each[0])]


def first_row(reference: str) -> int | None:
    """Of a range such as "B3:D5"."""
    match = re.match(r"\$?[A-Za-z]{1,3}\$?([0-9]{1,7})", reference)
    return int(match[1]) if match else None


def last_row(reference: str) -> int | None:
    return first_row(reference.rpartition(":")[2])
