"""Documents a letter alludes to without a number. Only those that leave no doubt which rule is meant.

"Các quy định của Đảng, pháp luật của Nhà nước" names nothing, and no number is ever supplied from memory.
"""

import re
from collections.abc import Iterator

from directives.reading.draft import Span
from directives.reading.text import Page, S

_ALLUSIONS = (
    ("Điều lệ", re.compile(rf"\b(?P<title>dieu{S}le{S}dang)\b")),
    ("Quy định", re.compile(rf"\bquy{S}dinh[^.;:\n]{{0,40}}?{S}(?P<title>trach{S}nhiem{S}neu{S}guong)\b")),
    ("Quy định", re.compile(rf"\b(?P<title>nhung{S}dieu{S}[a-z, ]{{0,70}}?khong{S}duoc{S}lam)\b")),
    (
        "Nghị quyết",
        re.compile(rf"\b(?P<title>nghi{S}quyet{S}dai{S}hoi{S}[a-z ]{{0,60}}?lan{S}thu{S}[ivxlc]{{1,7}})\b"),
    ),
    (
        "Nghị quyết",
        re.compile(
            rf"\b(?P<title>nghi{S}quyet{S}(?:hoi{S}nghi{S})?trung{S}uong{S}[0-9]{{1,2}}{S}\(?khoa{S}[ivxlc]{{1,7}})\b"
        ),
    ),
)


def allusions_in(page: Page, start: int, end: int) -> Iterator[tuple[str, str, Span]]:
    """(kind, title as written, span) of each, grouped by what is alluded to."""
    for kind, pattern in _ALLUSIONS:
        for found in pattern.finditer(page.folded, start, end):
            yield kind, page.quote(*found.span("title")), found.span()
