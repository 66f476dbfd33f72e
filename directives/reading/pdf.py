"""The text of a PDF by the places of its letters: lines stay lines, columns stay apart by runs of spaces."""

import logging
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from directives.reading.unreadable import UnreadableFile

MOST_PAGES = 200
PAGE_END = "\f"
_MOST_DRAWN = 6 * 1024 * 1024  # bytes that draw the pages, of them all; a full page of text takes 20 KB
_LIMITS = Configuration(
    zlib_maximum_output_length=8 * 1024 * 1024,  # also a font's map is unpacked
    lzw_maximum_output_length=8 * 1024 * 1024,
    run_length_maximum_output_length=8 * 1024 * 1024,
    array_based_stream_maximum_output_length=8 * 1024 * 1024,
    stream_decoding_work_maximum_length=32 * 1024 * 1024,
    zlib_maximum_recovery_input_length=256 * 1024,
    stream_parsing_work_maximum_count=200_000,  # signs of one page; a full page of text has 4,000
    page_tree_maximum_entries=10_000,
    xform_maximum_invocations_per_extraction=100,
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
    except LimitReachedError:
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
    drawn = 0
    for page in islice(reader.pages, first):
        content = page.get_contents()
        drawn += len(content.get_data()) if content is not None else 0
        if drawn > _MOST_DRAWN:
            raise UnreadableFile(_TOO_DRAWN)
        yield _page(page)


def _page(page: PageObject) -> str:
    """By places, or in the order drawn when that finds more: letters turned aside, letters inside a form."""
    placed = page.extract_text(extraction_mode="layout")
    if _has_form(page) or not placed.strip():
        drawn = page.extract_text()
        return drawn if len(drawn.split()) > len(placed.split()) else placed
    return placed


def _has_form(page: PageObject) -> bool:
    resources = page.get("/Resources")
    drawings = resources.get_object().get("/XObject") if resources is not None else None
    objects = drawings.get_object().values() if drawings is not None else ()
    return any(each.get_object().get("/Subtype") == "/Form" for each in objects)


def _is_strange(char: str) -> bool:
    """Neither a letter that Vietnamese writes nor a usual sign: a font without a map gives replacements or others'."""
    code = ord(char)
    if char.isalpha():
        return not (code < 0x250 or 0x300 <= code < 0x370 or 0x1E00 <= code < 0x1F00 or 0xFB00 <= code < 0xFB07)
    return char == "\ufffd" or 0xE000 <= code < 0xF900 or code > 0xEFFFF or code < 0x20 or 0x7F <= code < 0xA0
