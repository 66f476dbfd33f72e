"""Which body issued a letter: from the lines printed at its head, or from its signature and number."""

import re
from collections.abc import Sequence

from directives.reading.text import Line, Page, S, fold, words
from directives.reading.vocabulary import BODY, as_name

_NEW_BODY = re.compile(BODY)
_UNFINISHED = re.compile(r"(?: va|,| cua|^(?:chu tich|bo truong|bi thu|giam doc))$")
_COMMITTEE = re.compile(rf"(?:tinh|thanh|huyen|thi|quan|dang){S}uy\b|trung{S}uong\b")
_ADVISORY = re.compile(rf"(?:ban|van{S}phong|uy{S}ban{S}kiem{S}tra|trung{S}tam)\b")
_NAMED = re.compile(
    r"\bBan (?:Thường vụ|Chấp hành) (?:Tỉnh|Thành|Huyện|Thị|Quận|Đảng) (?:ủy|uỷ)(?: (?:[A-ZĐ]\w{0,9}|các|cơ quan)){0,6}"
    r"(?= (?:yêu cầu|đề nghị|ban hành|quyết định|thông báo|chỉ đạo|hướng dẫn|kết luận|có ý kiến)\b)"
)
_OF_CENTRE = ("Ban Bí thư", "Bộ Chính trị")  # under BAN CHẤP HÀNH TRUNG ƯƠNG they issue in their own name
_PART = re.compile(rf"(?:ban{S}thuong{S}truc|thuong{S}truc|ban{S}thuong{S}vu|ban{S}chap{S}hanh)")
_CENTRAL = re.compile(rf"ban{S}chap{S}hanh{S}trung{S}uong")
_SIGNED_FOR = re.compile(r"t ?/ ?m|tm\b[.,:]?")
_OF_COMMITTEE = re.compile(rf"(?:ban{S}thuong{S}vu|ban{S}chap{S}hanh|thuong{S}truc)$")
_COMMITTEES = {"TU": "Tỉnh ủy", "ĐU": "Đảng ủy", "HU": "Huyện ủy", "QU": "Quận ủy"}


def issuing_body(capitals: Sequence[Line]) -> tuple[str | None, str | None, list[list[Line]]]:
    """(issuer, the body above it, the words of each body) from the head's lines in capitals, wrapped or not.

    A committee's advisory bodies take its name: "TỈNH ỦY X", "BAN TUYÊN GIÁO" → "Ban Tuyên giáo Tỉnh ủy X".
    """
    printed = _unwrapped(capitals)
    names = [as_name(words(body)) for body in printed]
    if not names:
        return None, None, []
    issuer, superior = names[-1], names[-2] if len(names) > 1 else None
    above = "Trung ương" if superior and _CENTRAL.match(fold(superior)) else superior
    advisory = above and _COMMITTEE.match(fold(above)) and _ADVISORY.match(fold(issuer))
    if above and (advisory or _PART.fullmatch(fold(issuer))) and above not in issuer:
        issuer = f"{issuer} {above}"
    return issuer, superior, printed


def _unwrapped(capitals: Sequence[Line]) -> list[list[Line]]:
    bodies: list[list[Line]] = []
    for line in capitals:
        if bodies and (_UNFINISHED.search(fold(words(bodies[-1]))) or not _NEW_BODY.match(line.folded)):
            bodies[-1].append(line)
        else:
            bodies.append([line])
    return bodies


def signing_body(authority: str | None, number: str | None, printed: str | None) -> str | None:
    """The body that signs: "T/M BAN THƯỜNG VỤ" under "TỈNH ỦY X" → "Ban Thường vụ Tỉnh ủy X".

    Without a printed head the committee is told by the number's code (TU, ĐU, HU); None when nothing tells.
    """
    signed = _SIGNED_FOR.match(fold(authority)) if authority else None
    body = as_name(authority[signed.end() :].strip()) if authority and signed else None
    if body in _OF_CENTRE:
        return body
    if body is None or not _OF_COMMITTEE.match(fold(body)):
        return printed or body
    committee = printed or _COMMITTEES.get((number or "").rpartition("/")[2])
    if committee is None or not _COMMITTEE.match(fold(committee)):
        return printed
    return f"{body} {committee}"


def named_committee(authority: str | None, page: Page) -> str | None:
    """ "Ban Thường vụ Huyện ủy X" from the body of a letter without head or number, signed T/M BAN THƯỜNG VỤ."""
    signed = _SIGNED_FOR.match(fold(authority)) if authority else None
    named = _NAMED.search(page.flow) if signed else None
    if authority is None or signed is None or named is None:
        return None
    name = page.quote(*named.span())
    return name if fold(name).startswith(fold(authority[signed.end() :].strip())) else None
