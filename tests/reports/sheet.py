"""A report to draw, and a ruler for the PDF that comes out: letters and strokes, placed in millimetres."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from pypdf import PageObject, PdfReader

from reports import pdf

MM = 72 / 25.4
SHA = "0123456789abcdef" * 4
TEXT = (
    "Ban Tuyên giáo Tỉnh ủy đã tham mưu Ban Thường vụ Tỉnh ủy chỉ đạo các cấp ủy quán triệt Công văn "
    "số 729-CV/TU; gắn với Quy định số 85-QĐ/TW, ngày 07/10/2022 của Ban Bí thư và Quyết định "
    "số 874/QĐ-BTTTT, ngày 17/6/2021; đồng thời theo dõi, kiểm tra, đôn đốc việc thực hiện, định kỳ báo cáo "
    "Ban Thường vụ Tỉnh ủy theo quy định."
)


# ---- what is printed -------------------------------------------------------------------------------------


def buckets(in_time: int = 400, extended: int = 28, late: int = 65, still: int = 156, overdue: int = 88) -> Any:
    return {
        "total": in_time + late + still + overdue,
        "done_in_time": in_time,
        "after_extension": extended,
        "done_late": late,
        "open_in_time": still,
        "open_late": overdue,
    }


def row(name: str, cells: int | None = 20, reached: int | None = 17, **more: Any) -> dict[str, Any]:
    return {
        "unit": 1,
        "name": name,
        "acknowledge_by": "2026-06-15",
        "acknowledged_on": "2026-06-02",
        "extended_to": None,
        "from_outside": 0,
        "acknowledge": buckets(30, 2, 3, 4, 1),
        "disseminate": buckets(),
        "cells": cells,
        "cells_disseminated": reached,
        "entered_for": 0,
        "recorded_late": 0,
        "note": None,
    } | more


def late_row(number: int, fact: str = "acknowledge") -> dict[str, Any]:
    due = {"due_on": "2026-06-15", "days": 91, "note": None}
    return {"name": f"Chi bộ số {number:03d}", "under": "Huyện ủy An Hải", "fact": fact} | due


def figures(**more: Any) -> dict[str, Any]:
    return {
        "as_of": "2026-09-14T17:00:00+07:00",
        "total": row("Tỉnh ủy Biên Lợi", 4905, 1842),
        "previous": None,
        "units": [row(f"Huyện ủy thứ {i + 1}") for i in range(3)],
        "late": [late_row(1), late_row(2, "disseminate")],
        "changes": [],
        "replaced": [],
        "reminders": {"sent": 0, "units": 0, "failed": 0},
    } | more


def context(**more: Any) -> dict[str, Any]:
    part = {"label": "1", "title": "Công tác tham mưu, ban hành văn bản", "paragraphs": [TEXT]}
    return {
        "header": {
            "superior": "TỈNH ỦY BIÊN LỢI",
            "issuer": "BAN TUYÊN GIÁO",
            "place": "Biên Lợi",
            "symbol": "BC/BTGTU",
        },
        "number": None,
        "issued_on": None,
        "draft": True,
        "demo": True,
        "rules": "Hướng dẫn số 05-HD/VPTW",
        "type_name": "BÁO CÁO",
        "title_lines": ["kết quả thực hiện Công văn số 729-CV/TU"],
        "period_line": "(Kỳ báo cáo: quý III/2026; số liệu tính đến 17 giờ 00 ngày 14/9/2026)",
        "opening": "Ban Tuyên giáo Tỉnh ủy báo cáo Ban Thường vụ Tỉnh ủy như sau:",
        "salutation": [],
        "sections": [
            {
                "label": "I",
                "title": "CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO, QUÁN TRIỆT",
                "paragraphs": [],
                "subsections": [part],
            },
            {"label": "II", "title": "KẾT QUẢ THỰC HIỆN", "paragraphs": [TEXT], "subsections": []},
            {"label": "III", "title": "ĐÁNH GIÁ CHUNG", "paragraphs": [TEXT, TEXT], "subsections": []},
        ],
        "charts": True,
        "signatory": {"authority": "K/T TRƯỞNG BAN", "position": "PHÓ TRƯỞNG BAN", "name": "Nguyễn Thị Hữu"},
        "recipients": ["Ban Thường vụ Tỉnh ủy (báo cáo)", "Văn phòng Tỉnh ủy", "Lưu Ban Tuyên giáo Tỉnh ủy"],
        "figures": figures(),
        "code": SHA[:12],
        "figures_sha256": SHA,
    } | more


def draw(**more: Any) -> bytes:
    html = render_to_string("reports/pdf/report.html", context(**more))
    return pdf.render(html, stylesheets=[pdf.STYLESHEET], title="Báo cáo kết quả thực hiện")


# ---- reading it back -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """Letters on one baseline, in millimetres from the paper's left and top edges; sizes in points."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font: str


def widths_of(font: Any) -> dict[int, float]:
    listed = [item.get_object() for item in font["/DescendantFonts"][0].get_object()["/W"]]
    widths: dict[int, float] = {}
    while listed:
        first, run, *listed = listed
        if not isinstance(run, list):
            last, run = run, [listed.pop(0)] * (int(run) - int(first) + 1)
            assert last >= first
        widths |= {int(first) + i: float(width) for i, width in enumerate(run)}
    return widths


def advance(shown: list[Any], widths: dict[int, float]) -> float:
    total = 0.0
    for piece in shown:
        if isinstance(piece, int | float):
            total -= piece
        else:
            raw = piece if isinstance(piece, bytes) else piece.original_bytes
            total += sum(widths[int.from_bytes(raw[i : i + 2])] for i in range(0, len(raw), 2))
    return total / 1000


def lines(page: PageObject) -> list[Line]:
    """Every run of letters with its place, size, font and printed width."""
    fonts = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
    widths = {font["/BaseFont"]: widths_of(font) for font in fonts.values()}
    runs: dict[tuple[float, float], list[Any]] = {}
    height = float(page.mediabox.height)

    def place(cm: Any, tm: Any) -> tuple[float, float]:
        return round((cm[0] * tm[4] + cm[4]) / MM, 3), round((height - cm[3] * tm[5] - cm[5]) / MM, 3)

    def operand(operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator == b"TJ":
            runs.setdefault(place(cm, tm), ["", 0.0, "", operands[0]])

    def text(shown: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        run = runs.get(place(cm, tm))
        if run and shown.strip():
            run[0] += shown.strip("\n")
            run[1], run[2] = size * abs(cm[3]), font["/BaseFont"]

    page.extract_text(visitor_operand_before=operand, visitor_text=text)
    return [
        Line(words, x, x + advance(shown, widths[font]) * size / MM, y, size, font)
        for (x, y), (words, size, font, shown) in runs.items()
        if words
    ]


def line(page: PageObject, text: str) -> Line:
    found = [each for each in lines(page) if each.text.strip() == text]
    assert len(found) == 1, (text, [each.text for each in lines(page)])
    return found[0]


def read(data: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(data)).pages)


def words(page: PageObject) -> str:
    return " ".join(page.extract_text().split())


@lru_cache(maxsize=4)
def texts(data: bytes) -> tuple[str, ...]:
    """What each page says; read once, for long documents."""
    return tuple(words(page) for page in read(data))


def rules(page: PageObject) -> list[tuple[float, float, float, float]]:
    """Rectangles and strokes on the page: left, top, right, bottom in millimetres."""
    height = float(page.mediabox.height)
    found: list[tuple[float, float, float, float]] = []
    start: list[float] = []

    def operand(operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        nonlocal start
        numbers = [float(each) for each in operands] if operator in (b"re", b"m", b"l") else []
        if operator == b"re":
            numbers = [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]]
        elif operator == b"l" and start:
            numbers = start + numbers
        start = numbers if operator == b"m" else []
        if len(numbers) == 4:
            x1, x2 = (cm[0] * x + cm[4] for x in numbers[::2])
            y1, y2 = (height - cm[3] * y - cm[5] for y in numbers[1::2])
            found.append((x1 / MM, y1 / MM, x2 / MM, y2 / MM))

    page.extract_text(visitor_operand_before=operand)
    return found
