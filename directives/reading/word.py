"""The text of a Word file (.docx) as a person sees it on paper: numbers, boxes and capitals shown, deletions not."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import zip_longest

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part, XmlPart
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from directives.reading.numbering import Numbering, W, value
from directives.reading.oldfonts import OLD_FONT, is_old_font, is_old_text
from directives.reading.package import DAMAGED, check_package
from directives.reading.styles import Looks, Styles, listed_by, looks_of
from directives.reading.text import GAP
from directives.reading.unreadable import UnreadableFile

PAGE_END = "\f"
_DEEP = "Tệp Word có phần lồng nhau quá sâu, không đọc được; hãy chép nội dung và dán vào ô văn bản."
# All that a damaged zip, its XML (lxml's errors are syntax errors) and python-docx at a loss can raise.
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, RuntimeError, AttributeError, AssertionError,
    TypeError, ValueError, LookupError, ArithmeticError,
)  # fmt: skip
# Elements whose text is not on paper: properties, deletions, a second copy for old programs, notes, prompts.
_UNSEEN = frozenset(
    f"{W}{name}"
    for name in (
        "pPr", "rPr", "tblPr", "trPr", "tcPr", "tblGrid", "sdtPr", "sdtEndPr", "sectPr", "del", "moveFrom", "delText",
        "instrText", "delInstrText", "rt", "footnoteReference", "endnoteReference", "commentReference",
    )
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}  # fmt: skip
_TEXTS = (f"{W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}sym": " "}
_BREAKS = {"page": PAGE_END, "column": "\n"}
_BOX = f"{W}txbxContent"


def read_word(data: bytes, margins: bool = False) -> str:
    """The body's text, pages apart where the writer parted them; `margins`: before it what stands at the pages' edges.

    Raises UnreadableFile.
    """
    try:
        check_package(data)
        main = Document(BytesIO(data)).part
        reader = _Reader(main)
        parts = [*_edges(main), main.element.body] if margins else [main.element.body]
        text = f"\n{PAGE_END}".join("\n".join(reader.lines(part)) for part in parts)
    except UnreadableFile:
        raise
    except RecursionError:
        raise UnreadableFile(_DEEP) from None
    except _DAMAGES as error:
        raise UnreadableFile(DAMAGED) from error
    if is_old_text("\n".join(reader.in_old_fonts), certain=True):
        raise UnreadableFile(OLD_FONT)
    return text


def _edges(main: XmlPart) -> list[Element]:
    """The headers and footers."""
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    parts = [rel.target_part for rel in main.rels.values() if rel.reltype in kinds and not rel.is_external]
    return [part.element for part in parts if isinstance(part, XmlPart)]


def _related(main: XmlPart, kind: str) -> Element | None:
    parts: list[Part] = [r.target_part for r in main.rels.values() if r.reltype == kind and not r.is_external]
    return next((part.element for part in parts if isinstance(part, XmlPart)), None)


@dataclass(slots=True)
class _Paragraph:
    """One paragraph while it is put together; what boxes anchored in it say comes after it."""

    looks: Looks
    pieces: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, main: XmlPart) -> None:
        self._styles = Styles(_related(main, RELATIONSHIP_TYPE.STYLES))
        self._numbering = Numbering(_related(main, RELATIONSHIP_TYPE.NUMBERING), self._styles.linked_lists())
        self._merged = ""  # the text of paragraphs whose end was deleted: it belongs to the next one
        self.in_old_fonts: list[str] = []

    def lines(self, node: Element) -> Iterator[str]:
        """The lines of a body, a cell or a box, in order."""
        for child in node.iterchildren("*"):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag not in _UNSEEN and not _is_prompt(child):
                yield from self.lines(child)

    def _paragraph(self, node: Element) -> Iterator[str]:
        properties = node.find(f"{W}pPr")
        style = _style(properties, "pStyle")
        paragraph = _Paragraph(self._styles.paragraph(style))
        self._inline(node, paragraph, paragraph.looks)
        text = self._merged + "".join(paragraph.pieces)
        self._merged = ""
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._merged = text
        else:
            label = self._label(properties, style)
            yield from f"{label}{text}".split("\n")
            if properties is not None and properties.find(f"{W}sectPr") is not None:
                yield PAGE_END
        yield from paragraph.boxes

    def _label(self, properties: Element | None, style: str) -> str:
        said = listed_by(properties)
        by_style, saying = self._styles.listed(style)
        number = by_style.number if said.number is None else said.number
        if number is None or number == "0":
            return ""
        level = said.level if said.level is not None else by_style.level
        return self._numbering.label(number, self._numbering.level_of(number, saying) if level is None else level)

    def _inline(self, node: Element, paragraph: _Paragraph, looks: Looks) -> None:
        for child in node.iterchildren("*"):
            if child.tag == f"{W}r":
                self._inline(child, paragraph, self._run_looks(child, paragraph.looks))
            elif child.tag == _BOX:
                paragraph.boxes += self.lines(child)
            elif child.tag in _UNSEEN or _is_prompt(child):
                continue
            elif sign := _sign(child):
                if not looks.hidden:
                    paragraph.pieces.append(self._shown(sign, looks))
            else:
                self._inline(child, paragraph, looks)

    def _run_looks(self, run: Element, paragraph: Looks) -> Looks:
        properties = run.find(f"{W}rPr")
        style = _style(properties, "rStyle")
        return looks_of(properties).over(self._styles.character(style).over(paragraph) if style else paragraph)

    def _shown(self, text: str, looks: Looks) -> str:
        if is_old_font(looks.font):
            self.in_old_fonts.append(text)
        return text.upper() if looks.capitals else text

    def _table(self, node: Element) -> Iterator[str]:
        for row in _inside(node, "tr"):
            if row.find(f"{W}trPr/{W}del") is None:
                yield from _row([list(self.lines(cell)) for cell in _inside(row, "tc")])


def _row(cells: list[list[str]]) -> Iterator[str]:
    """The cells of a row, one after another when each is a column of lines, else side by side."""
    written = [sum(bool(line.strip()) for line in cell) for cell in cells]
    filled = [cell for cell, lines in zip(cells, written, strict=True) if lines]
    if sum(lines > 1 for lines in written) > 1:
        for cell in filled:
            yield from cell
        return
    for beside in zip_longest(*filled, fillvalue=""):
        yield GAP.join(line for line in beside if line.strip())


def _inside(node: Element, name: str) -> Iterator[Element]:
    """A table's rows or a row's cells, also inside content controls and tracked insertions."""
    for child in node.iterchildren("*"):
        if child.tag == W + name:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _inside(child, name)


def _style(properties: Element | None, name: str) -> str:
    found = None if properties is None else properties.find(W + name)
    return "" if found is None else value(found, "val")


def _sign(node: Element) -> str:
    """The characters an element stands for; empty for one that only holds others."""
    if node.tag in _TEXTS:
        return node.text or ""
    if node.tag == f"{W}br":
        return _BREAKS.get(value(node, "type"), "\n")
    return _SIGNS.get(str(node.tag), "")


def _is_prompt(node: Element) -> bool:
    """A content control that still shows its "click here"."""
    return node.tag == f"{W}sdt" and node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
