"""Laws named without a number: "Luật An ninh mạng", "Bộ luật Dân sự", "Hiến pháp"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directives.reading.text import Page
from directives.reading.vocabulary import KINDS

LAWS = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")

# As written, not folded: "luật" in "pháp luật" is no law, and small words tell where a name ends.
_LAW = re.compile(r"(?<!Đại học )(?<!Kỷ )(?<!Pháp )\b(?:Bộ luật|Luật|Pháp lệnh)(?= {1,3}\w)|\bHiến pháp\b")
_NAME_ENDS = re.compile(
    r"[.;:()\"“”\n]|,(?! (?:chống|chữa cháy|cứu hộ|cứu nạn|công chức|khen thưởng|sử dụng|nhập cảnh"
    r"|quá cảnh|tôn giáo)\b)| (?:số|năm|ngày|của|về|được|có|đã|sẽ|quy định|trong|đối với|tại|để"
    r"|nhằm|khi|cho|là|do|theo|này|hiện hành|cùng|đến|từ|gắn|ban hành|sửa đổi|như|hoặc|với|nêu|trên"
    r"|và(?= (?:các|những|quy định"
    r"|văn bản|pháp luật|thực hiện|triển khai|nghị định|hướng dẫn|tuyên truyền|chấp hành|thi hành"
    r"|tổ chức|phải|việc)\b))(?!\w)"
    rf"| và(?= (?:{'|'.join(KINDS.values())})\b)"
)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class LawName:
    """`name` begins with the kind: "Luật An ninh mạng"."""

    start: int
    end: int
    kind: str
    name: str


def laws_in(page: Page, start: int, end: int) -> Iterator[LawName]:
    """Every law named in [start, end), in order."""
    for found in _LAW.finditer(page.flow, start, end):
        if found[0] == "Hiến pháp":
            yield LawName(*found.span(), found[0], found[0])
        elif _next_is_capital(page, found.end()):
            limit = min(found.end() + _LONGEST_NAME, end)
            stop = _NAME_ENDS.search(page.flow, found.end(), limit)
            if stop or limit == end:
                close = stop.start() if stop else limit
                yield LawName(found.start(), close, found[0], page.quote(found.start(), close))


def _next_is_capital(page: Page, at: int) -> bool:
    return page.flow[at : at + 4].lstrip(" ")[:1].isupper()
