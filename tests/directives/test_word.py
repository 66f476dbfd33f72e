"""Word files read as they look on paper: automatic numbers, boxes, changes, capitals; the unsafe ones refused."""

import re
from pathlib import Path

import pytest

from directives.reading.files import UnreadableFile, text_of
from directives.reading.letter import read
from tests.directives.paper import members, packed, with_body

DECISION = (Path(__file__).parent / "letters/state_decision.txt").read_text("utf-8")


def p(text: str = "", properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def level(place: int, kind: str, label: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{place}">{more}<w:numFmt w:val="{kind}"/><w:lvlText w:val="{label}"/></w:lvl>'
    )


def item(text: str, number: int = 1, place: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{number}"/></w:numPr>')


def lists(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}'
    )


def lines(body: str, **parts: str) -> list[str]:
    return text_of(with_body(body, **parts), "a.docx").split("\n")


# Automatic numbers


def test_levels_number_themselves_and_begin_anew_below() -> None:
    numbering = lists(
        level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "%3)"),
        level(3, "bullet", "\uf0b7"), level(4, "bullet", "+"),
    )
    places = [0, 1, 2, 2, 1, 2, 0, 1, 3, 4]
    body = "".join(item("x", place=place) for place in places)
    labels = [line.removesuffix(" x") for line in lines(body, numbering=numbering)]
    assert labels == ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1.", "-", "+"]


@pytest.mark.parametrize(
    ("kind", "label", "more", "count", "last"),
    [
        ("decimal", "Điều %1.", "", 12, "Điều 12."),
        ("decimal", "%1-", '<w:start w:val="4"/>', 2, "5-"),
        ("decimalZero", "%1.", "", 9, "09."),
        ("upperRoman", "PHẦN %1", "", 14, "PHẦN XIV"),
        ("lowerRoman", "%1)", "", 4, "iv)"),
        ("lowerLetter", "%1)", "", 28, "bb)"),
        ("upperLetter", "%1.", "", 3, "C."),
        ("vietnameseCounting", "%1.", "", 3, "3."),
        ("upperRoman", "%1.", '<w:start w:val="4000"/>', 1, "4000."),
        ("lowerLetter", "%1.", '<w:start w:val="30000"/>', 1, "30000."),
        ("decimal", "%1.", '<w:start w:val="99999999999999"/>', 1, "1."),
        ("none", "%1", "", 1, "x"),
        ("bullet", "", "", 1, "x"),
    ],
)
def test_numbers_as_word_writes_them(kind: str, label: str, more: str, count: int, last: str) -> None:
    body = item("x") * count
    assert lines(body, numbering=lists(level(0, kind, label, more)))[-1] == (last if last == "x" else f"{last} x")


def test_inner_numbers_show_the_outer_ones() -> None:
    numbering = lists(
        level(0, "upperRoman", "%1."), level(1, "decimal", "%1.%2.", "<w:isLgl/>"), level(2, "decimal", "%1.%2.%3")
    )
    body = "".join(item("x", place=place) for place in (0, 0, 1, 1, 2))
    assert lines(body, numbering=numbering) == ["I. x", "II. x", "2.1. x", "2.2. x", "II.2.1 x"]
    assert lines(item("x", place=1), numbering=numbering) == ["1.1. x"]  # no outer one yet: it counts as begun


def test_when_inner_numbers_begin_anew() -> None:
    on = lists(level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>'))
    assert lines("".join(item("x", place=place) for place in (0, 1, 0, 1)), numbering=on)[-1] == "2) x"
    outer = lists(
        level(0, "decimal", "%1."), level(1, "decimal", "%2."), level(2, "decimal", "%3)", '<w:lvlRestart w:val="1"/>')
    )
    body = "".join(item("x", place=place) for place in (0, 1, 2, 1, 2, 0, 2))
    assert [lines(body, numbering=outer)[at] for at in (2, 4, 6)] == ["1) x", "2) x", "1) x"]


def test_lists_of_one_kind_go_on_unless_told_to_begin_anew() -> None:
    second = '<w:num w:numId="2"><w:abstractNumId w:val="7"/>{}</w:num>'
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = item("x") + item("x") + item("x", 2) + item("x", 2)
    kind = level(0, "decimal", "%1.")
    assert lines(body, numbering=lists(kind, more=second.format("")))[-1] == "4. x"
    assert lines(body, numbering=lists(kind, more=second.format(anew)))[-2:] == ["1. x", "2. x"]
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1.")}</w:lvlOverride>'
    assert lines(body, numbering=lists(kind, more=second.format(own)))[-1] == "D. x"


STYLES = """
<w:style w:type="paragraph" w:styleId="Dieu"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Khoan"><w:basedOn w:val="Dieu"/>
  <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="KhoanNghieng"><w:basedOn w:val="Khoan"/></w:style>
<w:style w:type="numbering" w:styleId="DanhSach"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Vong"><w:basedOn w:val="Vong"/></w:style>
<w:style w:type="paragraph" w:styleId="Hoa"><w:rPr><w:caps/></w:rPr></w:style>
<w:style w:type="character" w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>
"""


def styled(text: str, style: str, more: str = "") -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>{more}')


def test_styles_carry_lists() -> None:
    numbering = lists(
        level(0, "decimal", "Điều %1.", '<w:pStyle w:val="Dieu"/>'), level(1, "decimal", "%2."),
        more='<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="DanhSach"/></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>',
    )
    body = (
        styled("x", "Dieu") + styled("x", "Khoan") + styled("x", "KhoanNghieng") + item("x", 3) + styled("x", "Vong")
        + styled("x", "Dieu", '<w:numPr><w:numId w:val="0"/></w:numPr>') + item("x", 99)
    )
    assert lines(body, numbering=numbering, styles=STYLES) == [
        "Điều 1. x", "1. x", "2. x", "Điều 2. x", "x", "x", "x",
    ]  # fmt: skip


def test_a_letter_with_automatic_numbers_reads_as_one_with_typed_ones() -> None:
    body = ""
    for line in DECISION.split("\n"):
        typed = re.match(r"(Điều )?[0-9]\. ", line)
        body += item(line[typed.end() :], place=0 if typed[1] else 1) if typed else p(line)
    numbering = lists(level(0, "decimal", "Điều %1."), level(1, "decimal", "%2."))
    read_again, as_typed = (
        [(one["label"], one["text"]) for one in read(text).as_dict()["provisions"]]
        for text in ("\n".join(lines(body, numbering=numbering)), DECISION)
    )
    assert read_again == as_typed
    assert len(as_typed) > 4


# What stands on paper


BOX = f"<w:txbxContent>{p('b')}{p('c')}</w:txbxContent>"
TWICE = f'<mc:Choice Requires="wps"><wps:txbx>{BOX}</wps:txbx></mc:Choice><mc:Fallback>{BOX}</mc:Fallback>'
CASES: dict[str, tuple[str, list[str]]] = {
    "tabs and breaks": (
        "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/></w:r></w:p>", ["a\tb", "c", ""]
    ),
    "a page's end": ('<w:p><w:r><w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t></w:r></w:p>', ["a\fb"]),
    "a section's end": (p("a", "<w:sectPr/>") + p("b"), ["a", "\f", "b"]),
    "hyphens and symbols": (
        '<w:p><w:r><w:t>QĐ</w:t><w:noBreakHyphen/><w:t>TW</w:t><w:sym w:char="F0A7"/><w:softHyphen/></w:r></w:p>',
        ["QĐ-TW "],
    ),
    "a text box after its paragraph": (
        f"<w:p><w:r><mc:AlternateContent>{TWICE}</mc:AlternateContent></w:r><w:r><w:t>a</w:t></w:r></w:p>",
        ["a", "b", "c"],
    ),
    "an old text box": (
        f"<w:p><w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r></w:p>",
        ["", "b", "c"],
    ),
    "content controls": (
        f"<w:sdt><w:sdtContent>{p('a')}</w:sdtContent></w:sdt>"
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>b</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Bấm vào đây</w:t></w:r></w:sdtContent>"
        "</w:sdt></w:p>",
        ["a", "b"],
    ),
    "links and fields": (
        "<w:p><w:hyperlink><w:r><w:t>a</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:fldSimple><w:r><w:t>b</w:t></w:r></w:fldSimple></w:p>",
        ["ab"],
    ),
    "tracked changes": (
        "<w:p><w:ins><w:r><w:t>a</w:t></w:r></w:ins><w:del><w:r><w:delText>b</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>c</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>d</w:t></w:r></w:moveTo></w:p>",
        ["ad"],
    ),
    "a deleted end of a paragraph": (p("a ", "<w:rPr><w:del/></w:rPr>") + p("b"), ["a b"]),
    "hidden": (p("a", run="<w:vanish/>") + p("b", run='<w:vanish w:val="0"/>'), ["", "b"]),
    "hidden by style": (p("a", run='<w:rStyle w:val="An"/>') + p("b"), ["", "b"]),
    "capitals": (p("Tỉnh ủy", run="<w:caps/>") + p("Tỉnh ủy", run='<w:caps w:val="false"/>'), ["TỈNH ỦY", "Tỉnh ủy"]),
    "capitals by style": (styled("Tỉnh ủy", "Hoa"), ["TỈNH ỦY"]),
    "notes": ('<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id="1"/></w:r></w:p>', ["a"]),
    "comments in the code": ("<!-- c --><w:p><!-- c --><?x y?><w:r><w:t>a</w:t></w:r></w:p>", ["a"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_stands_on_paper(case: str) -> None:
    body, expected = CASES[case]
    assert lines(body, styles=STYLES) == expected


def row(*cells: list[str], more: str = "") -> str:
    inside = "".join(f"<w:tc><w:tcPr/>{''.join(map(p, cell))}</w:tc>" for cell in cells)
    return f"<w:tr>{more}{inside}</w:tr>"


TABLES: dict[str, tuple[str, list[str]]] = {
    "side by side": (row(["a"], ["b"], ["c"]), ["a   b   c"]),
    "line by line when one cell has more": (row(["a", "b"], ["c"]), ["a   c", "b"]),
    "one after another when both are columns": (row(["a", "b"], ["c", "", "d"]), ["a", "b", "c", "", "d"]),
    "nothing for empty cells": (row(["a"], [""], ["c"]), ["a   c"]),
    "no deleted row": (row(["a"], more="<w:trPr><w:del/></w:trPr>") + row(["b"]), ["b"]),
    "inside a control": (f"<w:sdt><w:sdtContent>{row(['a'], ['b'])}</w:sdtContent></w:sdt>", ["a   b"]),
    "a table in a cell": (f"<w:tr><w:tc>{p('a')}<w:tbl>{row(['b'], ['c'])}</w:tbl></w:tc></w:tr>", ["a", "b   c"]),
}


@pytest.mark.parametrize("case", TABLES)
def test_tables(case: str) -> None:
    body, expected = TABLES[case]
    assert lines(f"<w:tbl><w:tblPr/>{body}</w:tbl>") == expected


# What is refused


FONT = '<w:rFonts w:ascii="{0}" w:hAnsi="{0}"/>'


@pytest.mark.parametrize(("font", "text"), [(".VnTimeH", "§¶ng"), ("VNI-Times", "Ñaûng"), (".VnTime", "bé tØnh")])
def test_old_fonts_are_refused(font: str, text: str) -> None:
    with pytest.raises(UnreadableFile, match=r"phông chữ cũ.*Unikey"):
        lines(p("Kính gửi các huyện ủy, thành ủy") + p(text, run=FONT.format(font)))


def test_a_new_text_under_an_old_fonts_name_is_read() -> None:
    assert lines(p("Đảng bộ tỉnh Hải Đăng", run=FONT.format(".VnTime"))) == ["Đảng bộ tỉnh Hải Đăng"]


SOUND = members(with_body(p("a")))
DOCTYPE = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
UNSAFE: dict[str, tuple[dict[str, bytes], str]] = {
    "a bomb": ({"word/media/a.bin": bytes(120 << 20)}, "quá nhiều dữ liệu"),
    "a ratio": ({"word/media/a.bin": bytes(30 << 20)}, "quá nhiều dữ liệu"),
    "too many members": ({f"word/media/{n}": b"" for n in range(2001)}, "quá nhiều dữ liệu"),
    "too many tags": ({"word/document.bin": b"<a/>" * 1_100_000}, "quá nhiều dữ liệu"),
    "macros": ({"word/vbaProject.bin": b"a"}, "macro"),
    "a way up": ({"../a": b"a"}, "đường dẫn"),
    "a root": ({"/etc/passwd": b"a"}, "đường dẫn"),
    "entities": ({"word/styles.xml": DOCTYPE}, "DOCTYPE"),
    "entities in two bytes": ({"word/styles.xml": DOCTYPE.decode().encode("utf-16")}, "DOCTYPE"),
    "no document": ({"word/document.xml": b""}, "bị hỏng"),
    "not XML": ({"word/document.xml": b"<a><b></a>"}, "bị hỏng"),
    "no body": ({"word/document.xml": b"<a/>"}, "bị hỏng"),
    "no types": ({"[Content_Types].xml": b"<a/>"}, "bị hỏng"),
    "too deep for XML": ({"word/document.xml": b"<a>" * 300}, "bị hỏng"),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_unsafe_word_files_are_refused(case: str) -> None:
    parts, reason = UNSAFE[case]
    with pytest.raises(UnreadableFile, match=reason):
        text_of(packed(SOUND | parts), "a.docx")


def test_deep_tables_are_read_or_refused() -> None:
    """XML itself stops at 256; what is left fits the stack."""
    deep = 50
    assert lines("<w:tbl><w:tr><w:tc>" * deep + p("a") + "</w:tc></w:tr></w:tbl>" * deep) == ["a"]
    with pytest.raises(UnreadableFile):
        lines("<w:sdt>" * 253 + p("a") + "</w:sdt>" * 253)


def test_two_members_of_one_name_are_refused() -> None:
    data = packed(SOUND | {"word/xocument.xml": b"<a/>"}).replace(b"word/xocument", b"word/document")
    with pytest.raises(UnreadableFile, match="bị hỏng"):
        text_of(data, "a.docx")


def test_a_locked_member_is_said_to_be_locked() -> None:
    data = bytearray(packed(SOUND))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(UnreadableFile, match="mật khẩu"):
        text_of(bytes(data), "a.docx")
