"""What a citation says after the document's number: ", ngày … của … về …"."""

import re
from dataclasses import dataclass
from datetime import date

from directives.reading.dates import ON_DAY, day_of
from directives.reading.text import S0, Page, S, fold, squeeze
from directives.reading.vocabulary import BODY, KIND

_ON_DAY = re.compile(rf"{S0}\(?(?:{ON_DAY})\)?")
_TERM = re.compile(rf"{S}(?:\((?:khoa|nhiem{S}ky)[^()\n]{{1,30}}\)|khoa{S}[ivxlc]{{1,7}}\b)")
_ISSUED_BY = re.compile(rf"{S0},?{S0}của (?=\S)(?P<joint>liên )?")
_AT_BODY = re.compile(
    r" của (?:(?:Giám đốc|Cục trưởng|Vụ trưởng|Chánh|Trưởng|Chủ tịch) )?(?P<body>[A-ZĐ][^.,;:\n()“”]{2,80}) tại $"
)
_LONGEST_ISSUER = 120
_LONGEST_TITLE = 600

# Matched in the text as written: folded, "tại" would end "Bộ Tài chính".
_ISSUER_ENDS = re.compile(
    r"[.;:()\"“”\n]|,(?! Thể thao)| (?:về|khóa|khoá|đến|trong|tại|theo|được|đã|sẽ|với|cho|để|nhằm|thi hành|gửi|từ"
    r"|do|là|có|đối với"
    r"|quy định|ban hành|hướng dẫn|sửa đổi|bổ sung|phê duyệt|yêu cầu|đề nghị|gắn|này|khi|mà|đồng thời"
    r"|kết hợp|bằng|vào"
    r"|sau|trước|triển khai|thực hiện|phối hợp|giao|liên quan|như|nêu|nói|hoặc|cùng|tiếp tục|tăng cường"
    r"|đẩy mạnh"
    r"|tổng kết|thành lập|công bố|tổ chức|chỉ đạo|không|còn|một số|nên|thì|vẫn|hết|kể|thành(?=:)|và)(?!\w)"
)
_TITLE_BEGINS = re.compile(
    r"(?P<comma>,?) {0,3}(?:(?P<lead>về(?: việc)?|V/v|v/v) {0,3})?(?P<quote>[\"“])|,? {1,3}(?=về )"
    r"| {1,3}(?=(?:quy định|ban hành|hướng dẫn|sửa đổi|phê duyệt|triển khai|thực hiện|tiếp tục"
    r"|tăng cường|đẩy mạnh"
    r"|tổng kết|thành lập|công bố|kết quả|tổ chức|một số)[ ,])"
)
_TITLE_ENDS = re.compile(
    r" (?=(?:hết hiệu lực|(?:được|bị) (?:thay thế|bãi bỏ))\b)|[.;:](?= |\n|$)|\n"
    r"| \((?=(?:đã|được|gọi tắt|sau đây|viết tắt|kèm theo|ban hành kèm) )|[()“”\"]"
    r"|(?P<clause>, )(?=(?:yêu cầu|đề nghị|nay|cụ thể|qua đó|trong đó|đồng thời|gắn với|từ đó|bảo đảm|đảm bảo"
    r"|góp phần|thời gian qua"
    r"|đến nay|(?:đã )?được (?:sửa đổi|bổ sung|thay thế)"
    r"|để|nhằm|xét|căn cứ|trên cơ sở|tiếp tục|chủ động|kịp thời)\b)|, | và "
)
_NEXT_DOCUMENT = re.compile(rf"(?:cac{S})?{KIND}{S}(?:so{S})?(?:[0-9]|cua)|(?:so{S})?[0-9]{{1,6}}{S0}[-/]{S0}[a-z0-9]")
_NEXT_LAW = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh) \w")
_SUBJECT = re.compile(rf"(?:{BODY}|lien{S}(?:so|nganh|bo|tich)\b)")
_OF_LAWS = tuple(f" của {words} " for words in ("Luật", "các Luật", "Bộ luật", "Pháp lệnh"))
_LONGEST_LIST, _DEEPEST = 200, 2  # characters of laws in a title; brackets within brackets
_VERB = re.compile(
    r" (?:yêu cầu|đề nghị|ban hành|báo cáo|hướng dẫn|triển khai|thông báo|chỉ đạo|xây dựng|kính"
    r"|có ý kiến|giao|đã|tổ chức"
    r"|nhận được|trân trọng|xin|tham mưu|tiếp tục|quy định|kết luận|lưu ý)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Particulars:
    """Day, issuer and title as far as written; `end` is where they end."""

    issued_on: date | None
    issuer: str | None
    title: str | None
    end: int


def particulars_at(page: Page, at: int, joint: bool = False) -> Particulars:
    """Read the particulars that begin at an offset, each at most once: day, issuer (or joint issuers), (day,) title."""
    issued_on, at = _day(page, at)
    issuer, at = _issuer(page, at, joint)
    if term := _TERM.match(page.folded, at):
        at = term.end()
    if issued_on is None:
        issued_on, at = _day(page, at)
    title, at = _title(page, at)
    return Particulars(issued_on, issuer, title, at)


def issuer_before(page: Page, at: int) -> str | None:
    """ "đề nghị của Giám đốc Sở Nội vụ tại" before a name: the body, not its head."""
    begins = max(0, at - _LONGEST_ISSUER)
    found = _AT_BODY.search(page.flow[begins:at])
    return squeeze(found["body"]) if found and _SUBJECT.match(fold(found["body"])) else None


def _day(page: Page, at: int) -> tuple[date | None, int]:
    found = _ON_DAY.match(page.folded, at)
    return (day_of(found.groups()), found.end()) if found else (None, at)


def _issuer(page: Page, at: int, joint: bool) -> tuple[str | None, int]:
    lead = _ISSUED_BY.match(page.flow, at)
    if lead is None or not page.flow[lead.end() : lead.end() + 1].isupper():
        return None, at
    joint, end = joint or lead["joint"] is not None, min(lead.end() + _LONGEST_ISSUER, len(page.flow))
    for stop in _ISSUER_ENDS.finditer(page.flow, lead.end(), end):
        and_name = stop[0] == " và" and page.flow[stop.end() + 1 : stop.end() + 2].isupper()
        if joint and stop[0] == "," and _SUBJECT.match(page.folded, stop.end() + 1):
            continue
        after = stop.end() + 1
        if not and_name or _NEXT_DOCUMENT.match(page.folded, after) or _NEXT_LAW.match(page.flow, after):
            end = stop.start()
            break
    issuer = page.flow[lead.end() : end].rstrip()
    return squeeze(issuer), lead.end() + len(issuer)


def _title(page: Page, at: int) -> tuple[str | None, int]:
    begun = _TITLE_BEGINS.match(page.flow, at)
    if begun is None:
        return None, at
    if begun["quote"]:
        return _quoted_title(page, begun, at)
    end = _title_end(page, begun.end())
    title = page.quote(begun.end(), end).rstrip(" ,/")
    return (title, end) if title else (None, at)


def _quoted_title(page: Page, begun: re.Match[str], at: int) -> tuple[str | None, int]:
    """The words inside the quotation marks, which may hold others."""
    depth = 1
    for mark in re.finditer('["“”]', page.flow[begun.end() : begun.end() + _LONGEST_TITLE]):
        nested = mark[0] == "“" and begun["quote"] == "“"
        depth += 1 if nested else -1
        if depth == 0:
            end = begun.end() + mark.start()
            inner = page.quote(begun.end(), end).strip(" .,;")
            lead = begun["lead"] if begun["lead"] and not inner.startswith("về") else None
            return " ".join(filter(None, (lead, inner))) or None, end + 1
    return None, at


def _title_end(page: Page, start: int) -> int:
    depth = 0
    limit = min(start + _LONGEST_TITLE, len(page.flow))
    for stop in _TITLE_ENDS.finditer(page.flow, start, limit):
        if stop[0] in "(“":
            depth += 1
            if depth > _DEEPEST:
                return start
        elif stop[0] in ")”" and depth:
            depth -= 1
        elif not depth and _really_ends(page, stop, start):
            return stop.start()
    return limit if limit == len(page.flow) else start


def _really_ends(page: Page, stop: re.Match[str], begins: int) -> bool:
    """Whether a title that begins at an offset ends at this mark."""
    if stop["clause"] or stop[0] not in (", ", " và "):
        return stop[0] != '"'
    after = stop.end()
    if _NEXT_LAW.match(page.flow, after):
        low = max(begins, stop.start() - _LONGEST_LIST)
        return all(page.flow.find(words, low, stop.start()) < 0 for words in _OF_LAWS)
    if _NEXT_DOCUMENT.match(page.folded, after):
        return True
    return stop[0] == ", " and _new_clause(page, after)


def _new_clause(page: Page, at: int) -> bool:
    """A comma before a body that goes on to act: "…, Ban Tuyên giáo Tỉnh ủy đề nghị"."""
    subject = _SUBJECT.match(page.folded, at)
    if subject is None or not (page.flow[at].isupper() or subject[0].startswith("lien")):
        return False
    clause = re.split("[.;:\n]", page.flow[at : at + 160], maxsplit=1)[0]
    return _VERB.search(clause) is not None
