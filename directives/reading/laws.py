"""Laws named without a number: "Luật An ninh mạng", "Bộ luật Dân sự", "Hiến pháp"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directives.reading.text import Page
from directives.reading.vocabulary import KINDS

LAWS = ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")

# As written, not folded: "luật" in "pháp luật" is no law, and small words tell where a name ends.
_CONSTITUTION = "Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam"
_AMENDING = (
    r" sửa đổi(?:, bổ sung)? (?:một số điều|Điều [0-9]{1,3}|các điều) của (?:các )?"
    r"(?=(?:Bộ luật|Luật|Pháp lệnh) )"
)
_LAW = re.compile(
    rf"(?<!Đại học )(?<!Kỷ )(?<!Pháp )\b(?:Bộ luật|Luật|Pháp lệnh)(?:(?P<amends>{_AMENDING})|(?= {{1,3}}\w))"
    rf"|\b(?:{_CONSTITUTION}|Hiến pháp)\b"
)
_ANOTHER_LAW = re.compile(r" ?(?:Bộ luật|Luật|Pháp lệnh) ")
_NAME_ENDS = re.compile(
    r"[.;:()\"“”\n]|,(?! (?:chống|chữa cháy|cứu hộ|cứu nạn|công chức|khen thưởng|sử dụng|nhập cảnh"
    r"|quá cảnh|tôn giáo)\b)| (?:số|năm|ngày|của(?! Quốc hội và Hội đồng)|về|được|có|đã|sẽ|quy định|trong|đối với|tại"
    r"|để|nhằm|khi|cho|là|do|theo|này|hiện hành|cùng|đến|từ|gắn|ban hành|sửa đổi|như|hoặc|với|nêu|trên"
    r"|và(?= (?:các|những|quy định"
    r"|văn bản|pháp luật|thực hiện|triển khai|nghị định|hướng dẫn|tuyên truyền|chấp hành|thi hành"
    r"|tổ chức|phải|việc)\b))(?!\w)"
    rf"| và(?= (?:{'|'.join(KINDS.values())})\b)"
)
_LONGEST_NAME, _LONGEST_LIST = 100, 300


@dataclass(frozen=True, slots=True)
class LawName:
    """`name` begins with the kind: "Luật An ninh mạng"."""

    start: int
    end: int
    kind: str
    name: str


def laws_in(page: Page, start: int, end: int) -> Iterator[LawName]:
    """Every law named in [start, end), in order."""
    last = start
    for found in _LAW.finditer(page.flow, start, end):
        if found.start() < last:
            continue  # named by the law that amends it
        if found[0].startswith("Hiến pháp"):
            yield LawName(*found.span(), "Hiến pháp", found[0])
        elif found["amends"] or _next_is_capital(page, found.end()):
            last = _name_end(page, found, end) or last
            if last > found.start():
                kind = found[0].removesuffix(found["amends"] or "")
                yield LawName(found.start(), last, kind, page.quote(found.start(), last))


def _name_end(page: Page, found: re.Match[str], end: int) -> int | None:
    """Where a law's name ends; one that amends others names them all."""
    limit = min(found.end() + (_LONGEST_LIST if found["amends"] else _LONGEST_NAME), end)
    for stop in _NAME_ENDS.finditer(page.flow, found.end(), limit):
        if not (found["amends"] and stop[0] in (",", " và") and _ANOTHER_LAW.match(page.flow, stop.end())):
            return stop.start()
    return limit if limit == end else None


def _next_is_capital(page: Page, at: int) -> bool:
    return page.flow[at : at + 4].lstrip(" ")[:1].isupper()
