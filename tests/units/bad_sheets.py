"""Lists that must be refused: each file with its name, the row at fault where there is one, and what the reason says.

The files fit whatever columns they are made for, so that a test of a page can upload every one of them.
"""

import io
import zipfile
from collections.abc import Sequence
from random import Random
from xml.sax.saxutils import escape

from units.sheets.heading import letters
from units.sheets.table import Column

File = tuple[str, bytes, str, int | None, str]  # id, content, name, row, part of the reason

COLUMNS = (
    Column("code", "Mã", needed=True),
    Column("name", "Tên tổ chức đảng", needed=True, also=("Tên tổ chức", "Tên")),
    Column("kind", "Loại", needed=True),
    Column("opened", "Ngày thành lập"),
    Column("note", "Ghi chú"),
)
TCVN3_NAME = "§¶ng bé x· Hoµ B×nh"
VNI_NAME = "Ñaûng boä xaõ Hoøa Bình"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
FORMATS = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 20))  # plain, day, hour
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs>{FORMATS}</cellXfs></styleSheet>'


def cell_xml(reference: str, cell: str) -> str:
    """A text; or, when it begins with <c, the cell's own XML with @ for its place."""
    if cell.startswith("<c"):
        return cell.replace("@", f'r="{reference}"')
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' if cell else ""


def sheet_xml(rows: Sequence[Sequence[str]], before: str = "", after: str = "", prolog: str = "") -> str:
    lines = [
        f'<row r="{number}">'
        + "".join(cell_xml(f"{letters(place)}{number}", cell) for place, cell in enumerate(row, 1)) + "</row>"
        for number, row in enumerate(rows, 1)
    ]
    return f'{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def relations(*targets: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def parts(sheet: str, strings: Sequence[str] = (), **others: bytes | str) -> dict[str, bytes | str]:
    """All that a workbook of one sheet consists of; `others` have their names' slashes as __."""
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>'
        '<sheet name="Danh sách" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/styles.xml": STYLES,
        **others,
    }


class Maker:
    """Good lists for the given columns, and one cell or row of them spoilt."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.headings = [column.heading for column in columns]
        self.needed = [place for place, column in enumerate(columns) if column.needed]
        self.place = self.needed[-1]  # where the bad cells go

    def rows(self, count: int = 6) -> list[list[str]]:
        """The heading row and `count` others; a row's number is its index + 1."""
        return [self.headings, *([f"A{number}" for _ in self.headings] for number in range(2, count + 2))]

    def spoilt(self, cell: str, number: int = 5) -> list[list[str]]:
        rows = self.rows()
        rows[number - 1] = [*rows[number - 1]]
        rows[number - 1][self.place] = cell
        return rows

    def book(self, rows: Sequence[Sequence[str]] | None = None, **sheet: str) -> bytes:
        return packed(parts(sheet_xml(self.rows() if rows is None else rows, **sheet)))

    def with_parts(self, **others: bytes | str) -> bytes:
        return packed(parts(sheet_xml(self.rows()), **others))

    def csv(self, rows: Sequence[Sequence[str]] | None = None, sign: str = ",") -> str:
        return "".join(sign.join(row) + "\r\n" for row in (self.rows() if rows is None else rows))


def files(columns: Sequence[Column] = COLUMNS) -> list[File]:
    make = Maker(columns)
    return [
        *wrong_kinds(make), *unsafe_zips(make), *broken_parts(make), *wrong_headings(make), *wrong_shapes(make),
        *wrong_cells(make), *wrong_bytes(make), *wrong_csv(make),
    ]


def wrong_kinds(make: Maker) -> list[File]:
    word = packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(), "word/document.xml": "<w/>"})
    slides = packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(), "ppt/presentation.xml": "<p/>"})
    calc = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<office/>"})
    binary = packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(), "xl/workbook.bin": b"\x83\x01"})
    protected = OLE2 + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    return [
        ("empty", b"", "a.xlsx", None, "Tệp rỗng"),
        ("empty-csv", b"", "a.csv", None, "Tệp rỗng"),
        ("too-large", b"PK\x03\x04" + bytes(10 * 1024 * 1024), "a.xlsx", None, "quá 10 MB"),
        ("xls", OLE2, "a.xls", None, "Tệp .xls cũ; hãy lưu lại thành .xlsx"),
        ("xls-renamed", OLE2, "a.xlsx", None, "Tệp .xls cũ; hãy lưu lại thành .xlsx"),
        ("xlsx-named-xls", make.book(), "a.XLS", None, "Tệp .xls cũ"),
        ("password", protected, "a.xlsx", None, "mật khẩu"),
        ("pdf-renamed", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a.xlsx", None, "không phải là .xlsx"),
        ("picture-renamed", b"\x89PNG\r\n\x1a\n" + bytes(40), "a.xlsx", None, "không phải là .xlsx"),
        ("text-renamed", make.csv().encode(), "a.xlsx", None, "không phải là .xlsx"),
        ("docx-renamed", word, "a.xlsx", None, "Word"),
        ("pptx-renamed", slides, "a.xlsx", None, "PowerPoint"),
        ("ods", calc, "a.ods", None, ".ods"),
        ("ods-renamed", calc, "a.xlsx", None, "OpenDocument"),
        ("xlsb-renamed", binary, "a.xlsx", None, "không phải là bảng tính .xlsx"),
        ("xlsm", make.book(), "a.xlsm", None, ".xlsm"),
        ("xlsm-renamed", make.with_parts(**{"xl/vbaProject.bin": b"\0"}), "a.xlsx", None, "macro"),
        ("a-zip", packed({"a.txt": "a"}), "a.xlsx", None, "không phải là bảng tính"),
        ("word-named", make.book(), "a.docx", None, "Chỉ nhận tệp Excel"),
        ("no-ending", make.book(), "danh sách", None, "Chỉ nhận tệp Excel"),
        ("xlsx-named-csv", make.book(), "a.csv", None, "không phải là .csv"),
        ("xls-named-txt", OLE2, "a.txt", None, "không phải là .txt"),
    ]


def encrypted(data: bytes) -> bytes:
    """As if its members had passwords: the bit of encryption is set in the central directory."""
    pieces = data.split(b"PK\x01\x02")
    return b"PK\x01\x02".join([pieces[0], *(piece[:4] + b"\x01" + piece[5:] for piece in pieces[1:])])


def unsafe_zips(make: Maker) -> list[File]:
    good = make.book()
    claims = good.split(b"PK\x01\x02")
    claims[-1] = claims[-1][:20] + b"\x00\x00\x00\xf0" + claims[-1][24:]  # says it unpacks to 4 GB
    twice = b"xl/styles.xml", b"xl/sstyle.xml"
    inner = packed({"zeros": bytes(20_000_000)})
    crowd = {f"xl/{number}": b"" for number in range(2_001)}
    paths = {"absolute": "/etc/passwd", "dots": "xl/../../a", "backslash": "xl\\a.xml", "drive": "C:/a.xml"}
    return [
        ("bomb-ratio", make.with_parts(**{"xl/media/a.bin": bytes(60_000_000)}), "a.xlsx", None, "quá nhiều dữ liệu"),
        ("bomb-claim", b"PK\x01\x02".join(claims), "a.xlsx", None, "quá nhiều dữ liệu"),
        ("bomb-nested", make.with_parts(**{"xl/a.zip": inner}), "a.xlsx", None, "tệp nén khác lồng bên trong"),
        ("bomb-members", make.with_parts(**crowd), "a.xlsx", None, "quá nhiều thành phần"),
        ("zip-password", encrypted(good), "a.xlsx", None, "mật khẩu"),
        ("member-twice", make.with_parts(**{"xl/sstyle.xml": b""}).replace(*twice[::-1]), "a.xlsx", None, "trùng tên"),
        ("zip-half", good[: len(good) // 2], "a.xlsx", None, "bị hỏng"),
        ("zip-no-tail", good[:-30], "a.xlsx", None, "bị hỏng"),
        ("zip-no-head", b"PK\x03\x04" + good[200:], "a.xlsx", None, "bị hỏng"),
        ("zip-spoilt", good[:60] + bytes(300) + good[360:], "a.xlsx", None, "bị hỏng"),
        ("zip-only-magic", b"PK\x03\x04", "a.xlsx", None, "bị hỏng"),
        *((f"path-{id_}", make.with_parts(**{path: b""}), "a.xlsx", None, "đường dẫn") for id_, path in paths.items()),
    ]


LAUGHS = (
    '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    f'<sst xmlns="{MAIN}"><si><t>&c;</t></si></sst>'
)


def broken_parts(make: Maker) -> list[File]:
    rows = make.rows()
    doctype, sheet = '<!DOCTYPE worksheet SYSTEM "file:///etc/passwd">', "xl/worksheets/sheet1.xml"
    good, main = sheet_xml(rows), f'<worksheet xmlns="{MAIN}">'

    def of(xml: bytes | str) -> bytes:
        return make.with_parts(**{sheet: xml})

    def lines(inside: str) -> bytes:
        return of(f"{main}<sheetData>{inside}</sheetData></worksheet>")

    no_sheet = {name: part for name, part in parts(good).items() if name != sheet}
    twice = lines('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')
    formats = f"<a><cellXfs>{'<xf/>' * 66_000}</cellXfs></a>"
    noise = Random(1).randbytes(1_500_000).hex()  # packs badly, or it would be a bomb by its ratio
    giant = make.book(before=f'<sheetPr a="{noise}"/>')
    return [
        ("laughs", make.with_parts(**{"xl/sharedStrings.xml": LAUGHS}), "a.xlsx", None, "DOCTYPE"),
        ("doctype-sheet", make.book(prolog=doctype), "a.xlsx", None, "DOCTYPE"),
        ("doctype-workbook", make.with_parts(**{"xl/workbook.xml": "<!DOCTYPE a><a/>"}), "a.xlsx", None, "DOCTYPE"),
        ("giant-tag", giant, "a.xlsx", None, "quá nhiều dữ liệu"),
        ("xml-half", of(good[: len(good) // 2]), "a.xlsx", None, "bị hỏng"),
        ("xml-not", of(b"\x00\x01\x02"), "a.xlsx", None, "bị hỏng"),
        ("xml-empty", of(b""), "a.xlsx", None, "bị hỏng"),
        ("xml-ebcdic", make.book(prolog='<?xml version="1.0" encoding="cp037"?>'), "a.xlsx", None, "bị hỏng"),
        ("xml-unknown", make.book(prolog='<?xml version="1.0" encoding="x-none"?>'), "a.xlsx", None, "bị hỏng"),
        ("xml-latin", of(good.replace("A3", "é").encode("latin-1", "replace")), "a.xlsx", None, "bị hỏng"),
        ("no-workbook", make.with_parts(**{"_rels/.rels": relations()}), "a.xlsx", None, "không phải là bảng tính"),
        ("no-sheet", packed(no_sheet), "a.xlsx", None, "không có trang tính"),
        ("rows-backwards", lines('<row r="5"/><row r="4"/>'), "a.xlsx", None, "bị hỏng"),
        ("row-twice", lines('<row r="5"/><row r="5"/>'), "a.xlsx", None, "bị hỏng"),
        ("row-too-high", lines('<row r="1048577"/>'), "a.xlsx", None, "bị hỏng"),
        ("row-no-number", lines('<row r="x"/>'), "a.xlsx", None, "bị hỏng"),
        ("cell-twice", twice, "a.xlsx", None, "bị hỏng"),
        ("cell-nowhere", lines('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'), "a.xlsx", None, "bị hỏng"),
        ("cell-too-far", lines('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "a.xlsx", None, "bị hỏng"),
        ("formats-many", make.with_parts(**{"xl/styles.xml": formats}), "a.xlsx", None, "bị hỏng"),
        ("cell-style", lines('<row r="1"><c r="A1" s="a"><v>1</v></c></row>'), "a.xlsx", None, "bị hỏng"),
        ("string-absent", make.book(make.spoilt('<c @ t="s"><v>7</v></c>')), "a.xlsx", None, "bị hỏng"),
        ("string-negative", make.book(make.spoilt('<c @ t="s"><v>-1</v></c>')), "a.xlsx", None, "bị hỏng"),
    ]


def wrong_headings(make: Maker) -> list[File]:
    rows = make.rows()
    missing = [[cell for place, cell in enumerate(row) if place != make.needed[0]] for row in rows]
    doubled = [[*row, rows[0][make.place] if number == 0 else ""] for number, row in enumerate(rows)]
    folded = [[*row, f"{rows[0][make.place].upper()} (*):" if number == 0 else ""] for number, row in enumerate(rows)]
    late = [*(["Tiêu đề"] for _ in range(10)), *rows]
    old = [[TCVN3_NAME for _ in make.headings], *rows[1:]]
    named = make.headings[make.needed[0]]
    twice = f"Cột “{make.headings[make.place]}” có 2 lần"
    dimension = '<dimension ref="A1:XFD1048576"/>'
    return [
        ("headings-other", make.book([["Một", "Hai", "Ba"], *rows[1:]]), "a.xlsx", None, f"Các cột cần có: “{named}”"),
        ("headings-none", make.book(rows[1:]), "a.xlsx", None, "Không tìm thấy dòng tiêu đề"),
        ("headings-late", make.book(late), "a.xlsx", None, "Không tìm thấy dòng tiêu đề"),
        ("heading-missing", make.book(missing), "a.xlsx", 1, f"Thiếu cột “{named}”"),
        ("heading-doubled", make.book(doubled), "a.xlsx", 1, twice),
        ("heading-doubled-folded", make.book([["Danh sách"], *folded]), "a.xlsx", 2, twice),
        ("heading-formula", make.book([[*rows[0], "<c @><f>A1</f><v>1</v></c>"], *rows[1:]]), "a.xlsx", 1, "công thức"),
        ("heading-tcvn3", make.book(old), "a.xlsx", 1, "TCVN3 (ABC)"),
        ("only-headings", make.book(rows[:1]), "a.xlsx", None, "không có dòng nào"),
        ("only-blanks", make.book([rows[0], ["  ", "\u00a0"]]), "a.xlsx", None, "không có dòng nào"),
        ("nothing", make.book([]), "a.xlsx", None, "Tệp không có dòng nào"),
        ("nothing-but-dimension", make.book([], before=dimension), "a.xlsx", None, "Tệp không có dòng nào"),
        ("headings-other-csv", make.csv([["Một", "Hai"], *rows[1:]]).encode(), "a.csv", None, "Các cột cần có"),
        ("heading-missing-csv", make.csv(missing).encode(), "a.csv", 1, f"Thiếu cột “{named}”"),
        ("heading-doubled-csv", make.csv(doubled).encode(), "a.csv", 1, twice),
        ("separator-unknown", make.csv(sign="|").encode(), "a.csv", None, "Không tìm thấy dòng tiêu đề"),
        ("only-headings-csv", make.csv(rows[:1]).encode(), "a.csv", None, "không có dòng nào"),
        ("nothing-much-csv", b"\n" * 1_100_000, "a.csv", None, "các dòng trống"),
        ("nothing-csv", b"\r\n\r\n,,,\r\n", "a.csv", None, "Tệp không có dòng nào"),
    ]


def wrong_shapes(make: Maker) -> list[File]:
    rows, dimension = make.rows(), '<dimension ref="A1:XFD1048576"/>'
    wide = [*rows[:6], [*rows[6], *("x" for _ in range(200))]]
    many = [rows[0], *([f"A{number}" for _ in make.headings] for number in range(20_001))]

    def merged(*ranges: str) -> bytes:
        each = "".join(f'<mergeCell ref="{reference}"/>' for reference in ranges)
        return make.book(after=f"<mergeCells>{each}</mergeCells>")

    lie = make.book(make.spoilt("=A1"), before=dimension)
    return [
        ("merged", merged("A5:B6"), "a.xlsx", 5, "A5:B6"),
        ("merged-heading", merged("A1:B1"), "a.xlsx", 1, "A1:B1 là ô gộp"),
        ("merged-second", merged("A3:A4", "C6:C7"), "a.xlsx", 3, "A3:A4"),
        ("wide", make.book(wide), "a.xlsx", 7, "quá 60 cột"),
        ("wide-headings", make.book([[*rows[0], *map(str, range(200))], *rows[1:]]), "a.xlsx", 1, "quá 60 cột"),
        ("wide-csv", make.csv(wide).encode(), "a.csv", 7, "quá 60 cột"),
        ("long", make.book(many), "a.xlsx", None, "quá 20.000 dòng"),
        ("long-csv", make.csv(many).encode(), "a.csv", None, "quá 20.000 dòng"),
        ("dimension-lie", lie, "a.xlsx", 5, "công thức"),
    ]


def wrong_cells(make: Maker) -> list[File]:
    array = '<c @><f t="array" ref="A1:B2">SUM(A1)</f><v>1</v></c>'
    both: dict[str, tuple[str, str]] = {
        "equals": ("=1+1", "công thức"),
        "equals-blank": (" =HYPERLINK(1)", "công thức"),
        "error-text": ("#N/A", "#N/A"),
        "over-long": ("Đ" * 501, "quá 500 ký tự"),
        "replacement": ("Đ\ufffdng bộ", "ký tự bị hỏng"),
        "tcvn3": (TCVN3_NAME, "TCVN3 (ABC)"),
        "vni": (VNI_NAME, "VNI"),
        "mojibake": ("Đảng ủy".encode().decode("cp1252", "ignore"), "sai bảng mã"),
    }
    only_here = {
        "formula": ("<c @><f>A1+1</f><v>2</v></c>", "công thức"),
        "formula-text": ('<c @ t="str"><f>A1&amp;"x"</f><v>x</v></c>', "công thức"),
        "formula-no-value": ("<c @><f/></c>", "công thức"),
        "formula-shared": ('<c @><f t="shared" si="0"/><v>2</v></c>', "công thức"),
        "formula-array": (array, "công thức"),
        "error-ref": ('<c @ t="e"><v>#REF!</v></c>', "#REF!"),
        "error-div": ('<c @ t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
        "true": ('<c @ t="b"><v>1</v></c>', "TRUE/FALSE"),
        "false": ('<c @ t="b"><v>0</v></c>', "TRUE/FALSE"),
        "escaped-surrogate": ('<c @ t="str"><v>a_xD800_b</v></c>', "ký tự bị hỏng"),
        "day-too-far": ('<c @ s="1"><v>99999999</v></c>', "99999999"),
        "hour": ('<c @ s="2"><v>0.5</v></c>', "giờ"),
        "number-not": ("<c @><v>1e9999x</v></c>", "số không đọc được"),
        "number-nan": ("<c @><v>nan</v></c>", "số không đọc được"),
        "day-iso-bad": ('<c @ t="d"><v>2025-13-01</v></c>', "ngày không đọc được"),
        "kind-unknown": ('<c @ t="zz"><v>1</v></c>', "lỗi tính toán"),
        "over-long-raw": (f'<c @ t="str"><v>{"x" * 40_000}</v></c>', "quá 500 ký tự"),
    }
    shared = packed(parts(sheet_xml(make.spoilt('<c @ t="s"><v>1</v></c>')), ["", VNI_NAME]))
    return [
        *((name, make.book(make.spoilt(cell)), "a.xlsx", 5, why) for name, (cell, why) in (both | only_here).items()),
        *((f"{name}-csv", make.csv(make.spoilt(cell)).encode(), "a.csv", 5, why) for name, (cell, why) in both.items()),
        ("vni-shared", shared, "a.xlsx", 5, "VNI"),
    ]


def wrong_bytes(make: Maker) -> list[File]:
    sound = make.csv(make.spoilt("Đảng bộ phường"))
    western = make.csv([["Mu", "Hai"], ["é", "à"]])
    return [
        ("bytes-tcvn3", make.csv([["Ma"], ["a"], [TCVN3_NAME]]).encode("latin-1"), "a.csv", 3, "TCVN3 (ABC)"),
        ("bytes-vni", make.csv([["Ma"], ["a"], [VNI_NAME]]).encode("latin-1"), "a.txt", 3, "VNI"),
        ("bytes-cp1258", "Ma,Ten\r\na,\xd0aÒng bô\xf2".encode("latin-1"), "a.csv", 2, "Lưu dạng CSV UTF-8"),
        ("bytes-latin", western.encode("latin-1"), "a.csv", 2, "Windows-1258"),
        ("utf16-no-mark", sound.encode("utf-16-le"), "a.csv", 1, "không có dấu BOM"),
        ("utf16-odd", b"\xff\xfe" + sound.encode("utf-16-le")[:-1], "a.csv", None, "bị cắt"),
        ("utf32", sound.encode("utf-32"), "a.csv", 1, "NUL"),
        ("nul", make.csv(make.spoilt("a\0b")).encode(), "a.csv", 5, "NUL"),
        ("utf8-cut", sound.encode() + "Đ".encode()[:1], "a.csv", 8, "không phải Unicode"),
    ]


def wrong_csv(make: Maker) -> list[File]:
    quote = make.csv(make.spoilt('"Đảng bộ'))
    return [
        ("quote-open", quote.encode(), "a.csv", 5, "Dấu ngoặc kép"),
        ("quote-open-huge", (quote + "x," * 200_000).encode(), "a.csv", 5, "Dấu ngoặc kép"),
        ("quote-then-text", make.csv(make.spoilt('"Đảng" bộ')).encode(), "a.csv", 5, "Dấu ngoặc kép"),
        ("quote-in-heading", b'"' + make.csv().encode(), "a.csv", 1, "Dấu ngoặc kép"),
        ("formula-in-txt", make.csv(make.spoilt("=A1"), "\t").encode(), "a.txt", 5, "công thức"),
        ("formula-semicolon", make.csv(make.spoilt("=A1"), ";").encode("utf-8-sig"), "a.csv", 5, "công thức"),
        ("formula-escaped", make.csv(make.spoilt("'=A1")).encode(), "a.csv", 5, "công thức"),
        ("formula-utf16", make.csv(make.spoilt("=A1"), "\t").encode("utf-16"), "a.csv", 5, "công thức"),
    ]
