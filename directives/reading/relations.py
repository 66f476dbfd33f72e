"""How a letter stands to a document it names, told by the words before the name."""

import re

from directives.reading.text import Page, S

_WINDOW = 120  # characters before the name
_SENTENCE = re.compile(r"[.;:\n\"]")
_BASED_ON = re.compile(rf"\b(?:can{S}cu|tren{S}co{S}so)\b")
_REPLACES = re.compile(rf"\b(?:thay{S}the|bai{S}bo|thay{S}cho)\b(?!{S}(?:boi|bang)\b)[^,]{{0,40}}$")
_AMENDS = re.compile(rf"\b(?:sua{S}doi|bo{S}sung)\b(?:(?!\b(?:boi|bang|theo|tai)\b).){{0,60}}$")
_GUIDES = re.compile(
    rf"\bhuong{S}dan(?:{S}(?:mot{S}so{S}(?:noi{S}dung|dieu|van{S}de)"
    rf"|chi{S}tiet|viec|trien{S}khai|to{S}chuc|cua|ve))*"
    rf"(?:{S}(?:thuc{S}hien|thi{S}hanh|ap{S}dung))?"
    rf"(?:{S}(?:mot{S}so{S}(?:noi{S}dung|dieu)|cua|cac)){{0,2}}{S}$"
)
_CARRIES_OUT = re.compile(rf"\b(?:thuc{S}hien|trien{S}khai|thi{S}hanh|chap{S}hanh)\b(?P<between>.{{0,50}})$")
_INDIRECT = re.compile(r"\b(?:theo|tai|cua|nhu|voi|trong|lien quan)\b")
_LIST_GAP = re.compile(rf"[ ,;]{{0,4}}(?:\b(?:va|cung|cung{S}nhu|dong{S}thoi)\b{S})?(?:cac{S})?")


def relation_before(page: Page, start: int) -> str:
    """cites, carries_out, guides, amends, replaces or based_on, by the words before the name at `start`."""
    before = _SENTENCE.split(page.folded[max(0, start - _WINDOW) : start])[-1]
    if _BASED_ON.search(before):
        return "based_on"
    if _REPLACES.search(before):
        return "replaces"
    if _AMENDS.search(before):
        return "amends"
    if _GUIDES.search(before):
        return "guides"
    done = [found for found in _CARRIES_OUT.finditer(before) if not _INDIRECT.search(found["between"])]
    return "carries_out" if done else "cites"


def continues_list(page: Page, last_end: int, start: int) -> bool:
    """Whether nothing but a comma or "và" parts two names, so that the second stands as the first does."""
    return start - last_end < 30 and _LIST_GAP.fullmatch(page.folded, last_end, start) is not None
