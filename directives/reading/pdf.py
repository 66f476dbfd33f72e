"""The text of a PDF by the places of its letters: lines stay lines, columns stay apart by runs of spaces."""

import logging
import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from directives.reading.unreadable import UnreadableFile

MOST_PAGES = 200
PAGE_END = "\f"
# What reading all pages may cost, in bytes that draw them: a full page has 20 KB; a font's map takes a tenth as long.
_MOST_WORK = 6 * 1024 * 1024
_MOST_SHIFTS = 10_000_000  # the squares of shifts in a row: pypdf multiplies them all for every string shown
_MOST_FORMS = 20  # pages read a second time for the forms they draw
_PLACING = (b"BT", b"Td", b"TD", b"Tm", b"T*", b"'", b'"')  # what ends a row of shifts
_LEAST_SHIFT = 200  # thousandths of the letters' height; less is kerning
_LIMITS = Configuration(
    zlib_maximum_output_length=2 * 1024 * 1024,
    lzw_maximum_output_length=2 * 1024 * 1024,
    run_length_maximum_output_length=2 * 1024 * 1024,
    array_based_stream_maximum_output_length=2 * 1024 * 1024,
    stream_decoding_work_maximum_length=16 * 1024 * 1024,
    zlib_maximum_recovery_input_length=256 * 1024,
    array_maximum_element_count=30_000,
    stream_parsing_work_maximum_count=60_000,  # signs of one page; a full page of text has 4,000
    page_tree_maximum_entries=10_000,
    xform_maximum_invocations_per_extraction=8,
)
# All that pypdf can raise at a bent file; it checks much, though not everything.
_DAMAGES = (
    PyPdfError, zlib.error, EOFError, OSError, RuntimeError, AttributeError, AssertionError, TypeError, ValueError,
    LookupError, ArithmeticError,
)  # fmt: skip
_BROKEN_NUMBER = re.compile(r"([0-9][\w/-]{0,20}[/-])\n *(?=[A-ZĐ])")  # "61-QĐ/" at a line's end, "TW" on the next
_FEWEST_LETTERS = 20  # in a file whose text was not scanned
_MOST_STRANGE = 0.15  # of all letters

_PASTE = "hãy dán nội dung văn bản vào ô văn bản. Tệp PDF gốc vẫn đính kèm được."
_DAMAGED = f"Tệp PDF bị hỏng, không đọc được; hãy xuất lại PDF, hoặc {_PASTE}"
_LOCKED = f"Tệp PDF đặt mật khẩu hoặc khóa quyền sao chép; hãy dùng bản không khóa, hoặc {_PASTE}"
_SCANNED = f"Tệp PDF là bản quét, không có chữ để đọc; {_PASTE}"
_UNMAPPED = f"Phông chữ trong tệp PDF không có bảng mã Unicode nên chữ đọc ra bị sai; {_PASTE}"
_TOO_LONG = f"Tệp PDF có quá {MOST_PAGES} trang; {_PASTE}"
_TOO_DRAWN = f"Tệp PDF có trang vẽ quá phức tạp, không đọc được; {_PASTE}"

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every bend in a file: nothing to act on


def read_pdf(data: bytes, first: int | None = None) -> str:
    """The pages in order, parted by form feeds; only the `first` ones when that is said. Raises UnreadableFile."""
    try:
        with apply_configuration(_LIMITS):
            text = PAGE_END.join(_pages(PdfReader(BytesIO(data)), first))
    except UnreadableFile:
        raise
    except (LimitReachedError, RecursionError):
        raise UnreadableFile(_TOO_DRAWN) from None
    except DependencyError:
        raise UnreadableFile(_LOCKED) from None
    except _DAMAGES as error:
        raise UnreadableFile(_DAMAGED) from error
    letters = [char for char in text if not char.isspace()]
    if len(letters) < _FEWEST_LETTERS:
        raise UnreadableFile(_SCANNED)
    if sum(map(_is_strange, letters)) > _MOST_STRANGE * len(letters):
        raise UnreadableFile(_UNMAPPED)
    return _BROKEN_NUMBER.sub(r"\1", text)


def _pages(reader: PdfReader, first: int | None) -> Iterator[str]:
    if reader.is_encrypted:
        raise UnreadableFile(_LOCKED)
    if first is None and len(reader.pages) > MOST_PAGES:
        raise UnreadableFile(_TOO_LONG)
    interpreter = _Interpreter()
    return map(interpreter.page, islice(reader.pages, first))


class _Interpreter:
    """Reads page after page and gives up when the work for all of them grows too large."""

    def __init__(self) -> None:
        self._work = self._shifts = self._in_row = self._forms = 0

    def page(self, page: PageObject) -> str:
        """By places, or in the order drawn when that finds more: letters turned aside, letters inside a form."""
        content = page.get_contents()
        if content is None:
            return ""
        resources = _dictionary(page, "/Resources")
        self._spend(len(content.get_data()) + _length_of_maps(resources) // 10)
        content.operations = list(map(self._slimmed, content.operations))
        page[NameObject("/Contents")] = content
        placed = page.extract_text(extraction_mode="layout")
        if self._forms < _MOST_FORMS and (_has_form(resources) or not placed.strip()):
            self._forms += 1
            drawn = page.extract_text()
            return drawn if len(drawn.split()) > len(placed.split()) else placed
        return placed

    def _spend(self, work: int, shifts: int = 0) -> None:
        self._work += work
        self._shifts += shifts
        if self._work > _MOST_WORK or self._shifts > _MOST_SHIFTS:
            raise UnreadableFile(_TOO_DRAWN)

    def _slimmed(self, operation: tuple[Any, bytes]) -> tuple[Any, bytes]:
        """Strings shown with shifts between them: the smallest shifts gathered into the next, strings into one."""
        operands, operator = operation
        if operator in _PLACING:
            self._in_row = 0
        if operator != b"TJ" or not operands or not isinstance(operands[0], ArrayObject):
            return operation
        slim, letters, shift = ArrayObject(), b"", 0.0
        for each in operands[0]:
            if isinstance(each, ByteStringObject | TextStringObject):
                letters += each.original_bytes
            elif isinstance(each, int | float):
                shift += each
                if abs(shift) >= _LEAST_SHIFT:
                    slim += [ByteStringObject(letters), FloatObject(shift)]
                    letters, shift = b"", 0.0
        slim.append(ByteStringObject(letters))
        self._in_row += len(slim)
        self._spend(0, self._in_row * len(slim))
        return [slim], operator


def _dictionary(holder: Mapping[Any, Any], key: str) -> Mapping[Any, Any]:
    found = holder.get(key)
    found = found.get_object() if found is not None else None
    return found if isinstance(found, DictionaryObject) else {}


def _length_of_maps(resources: Mapping[Any, Any]) -> int:
    """The bytes that say which letters the page's fonts mean: read anew for every page."""
    fonts = _dictionary(resources, "/Font")
    maps = (_dictionary(_dictionary(fonts, name), "/ToUnicode") for name in fonts)
    return sum(len(each.get_data()) for each in maps if isinstance(each, StreamObject))


def _has_form(resources: Mapping[Any, Any]) -> bool:
    drawings = _dictionary(resources, "/XObject")
    return any(_dictionary(drawings, name).get("/Subtype") == "/Form" for name in drawings)


def _is_strange(char: str) -> bool:
    """Neither a letter that Vietnamese writes nor a usual sign: a font without a map gives replacements or others'."""
    code = ord(char)
    if char.isalpha():
        return not (code < 0x250 or 0x300 <= code < 0x370 or 0x1E00 <= code < 0x1F00 or 0xFB00 <= code < 0xFB07)
    return char == "\ufffd" or 0xE000 <= code < 0xF900 or code > 0xEFFFF or code < 0x20 or 0x7F <= code < 0xA0
