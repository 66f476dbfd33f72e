"""A letter's plain text printed as an office would: a Word file or a PDF, its head and foot in two columns.

Also the small things from which strange Word files are made.
"""

import re
import zipfile
from collections.abc import Iterator
from html import escape
from io import BytesIO

from docx import Document
from docx.document import Document as WordFile
from openpyxl import Workbook
from weasyprint import HTML

Columns = tuple[list[str], list[str]]
_RIGHT = 25  # a line that begins here belongs to the right column
_NAMESPACES = " ".join(
    f'xmlns:{short}="{name}"'
    for short, name in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
_PAGE = """<html lang="vi"><style>
@page { size: A4; margin: 2cm 1.5cm 2cm 3cm; @top-center { content: counter(page) } }
body { font: 14pt/19pt "Liberation Serif" } p { margin: 0; text-align: justify }
table { width: 100%; font-size: 12pt } td { text-align: center; vertical-align: top; white-space: nowrap }
</style>"""


def blocks(text: str) -> Iterator[list[str] | Columns]:
    """Lines that stand one below another, or two columns of them side by side."""
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        lines = block.split("\n")
        yield _columns(lines) if sum(bool(re.search(r"\S {3,}\S", line)) for line in lines) else lines


def _columns(lines: list[str]) -> Columns:
    left: list[str] = []
    right: list[str] = []
    for line in lines:
        cells = re.split(r" {3,}", line.strip())
        if len(cells) == 1:
            (right if len(line) - len(line.lstrip()) > _RIGHT else left).append(cells[0])
        else:
            left.append(cells[0])
            right.append(cells[1])
    return left, right


def as_word(text: str) -> WordFile:
    paper = Document()
    for block in blocks(text):
        if isinstance(block, tuple):
            cells = paper.add_table(rows=1, cols=2).rows[0].cells
            for cell, lines in zip(cells, block, strict=True):
                cell.text = lines[0]
                for line in lines[1:]:
                    cell.add_paragraph(line)
        else:
            for line in block:
                paper.add_paragraph(line.strip())
        paper.add_paragraph()
    return paper


def word_bytes(paper: WordFile) -> bytes:
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def as_html(text: str) -> str:
    parts = []
    for block in blocks(text):
        if isinstance(block, tuple):
            cells = "".join(f"<td>{'<br>'.join(map(escape, lines))}</td>" for lines in block)
            parts.append(f"<table><tr>{cells}</tr></table>")
        else:
            parts += [f"<p>{escape(line.strip())}</p>" for line in block]
        parts.append("<p>&nbsp;</p>")
    return _PAGE + "".join(parts)


def as_pdf(text: str, **options: bool) -> bytes:
    return bytes(HTML(string=as_html(text)).write_pdf(**options))


def workbook_bytes(*cells: str) -> bytes:
    book, out = Workbook(), BytesIO()
    sheet = book.worksheets[0]
    sheet.append(cells)
    book.save(out)
    return out.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def with_body(body: str, **replaced: str) -> bytes:
    """A Word file whose body is this XML; other parts are replaced by name ("numbering")."""
    parts = members(word_bytes(Document()))
    for name, content in {"document": f"<w:body>{body}</w:body>", **replaced}.items():
        parts[f"word/{name}.xml"] = f"<w:{name} {_NAMESPACES}>{content}</w:{name}>".encode()
    return packed(parts)
