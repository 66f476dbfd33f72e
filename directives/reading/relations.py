"""How a letter stands to a document it names, told by the words before the name."""

import re

from directives.reading.text import S0, Page, S

_WINDOW = 120  # characters before the name
_SENTENCE = re.compile(r"[.;:](?= |$)|[\n\"]")
_BASED_ON = re.compile(rf"\b(?:(?<!mot )can{S}cu|tren{S}co{S}so)\b")
_GROUNDS = re.compile(rf"\bcan{S}cu{S0}:{S}$")  # a heading, then the grounds themselves
_AMENDED_BY = re.compile(
    rf"\b(?:sua{S}doi|bo{S}sung|thay{S}the)\b[a-z, ]{{0,40}}\b(?:boi|theo|tai|bang){S}(?:cac{S})?$"
)
# What follows says how, not what: "thay thế theo Quy định …"; but "Quy chế tài chính ban hành kèm theo Quyết định …".
_WITHIN_IT = "chinh|san|lieu|nguyen|khoan|diem|muc|dieu|chuong|phan|phu luc"  # "sửa đổi nội dung tại điểm 3 Kế hoạch …"
_ANOTHER_WAY = rf"\b(?:boi|bang|tai(?! (?:{_WITHIN_IT})\b)|(?<!kem )theo)\b"
_REPLACES = re.compile(
    rf"\b(?:thay{S}the|bai{S}bo|thay{S}cho)\b(?:(?!{_ANOTHER_WAY})[^,]){{0,110}}$|\bnay{S}thay{S}$"
)
_AMENDS = re.compile(rf"\b(?:sua{S}doi|bo{S}sung)\b(?:(?!{_ANOTHER_WAY}).){{0,110}}$")
_GUIDES = re.compile(
    rf"\bhuong{S}dan(?:{S}(?:mot{S}so{S}(?:noi{S}dung|dieu|van{S}de)"
    rf"|chi{S}tiet|viec|trien{S}khai|to{S}chuc|cua|ve)){{0,4}}"
    rf"(?:{S}(?:thuc{S}hien|thi{S}hanh|ap{S}dung))?"
    rf"(?:{S}(?:mot{S}so{S}(?:noi{S}dung|dieu)|cua|cac)){{0,2}}{S}$"
)
_CARRIES_OUT = re.compile(rf"\b(?:thuc{S}hien|trien{S}khai|thi{S}hanh|chap{S}hanh)\b(?P<between>.{{0,50}})$")
# "thực hiện ý kiến chỉ đạo của Thường trực Tỉnh ủy tại Công văn số …"
_OF_A_BODY = re.compile(rf"\bthuc{S}hien{S}(?:y{S}kien|chi{S}dao|ket{S}luan|yeu{S}cau)\b[^,]{{0,70}}{S}tai{S}$")
_INDIRECT = re.compile(r"\b(?:theo|tai|cua|nhu|voi|trong|lien quan)\b")
_ITEM, _LIST = 12, 2000  # characters before the name to its item's mark, and to the words above the list
_ITEM_MARK = re.compile(r" {0,3}(?:[-+]|[a-z0-9]{1,3}(?:\.[0-9]{1,2})?[.)/]) {0,3}(?:cac )?")
_LEADS = (
    (re.compile(rf"\b(?:bai{S}bo|thay{S}the|het{S}hieu{S}luc)\b"), "replaces"),
    (re.compile(rf"\b(?:sua{S}doi|bo{S}sung)\b"), "amends"),
    (re.compile(rf"\bcan{S}cu\b"), "based_on"),
)
_LIST_GAP = re.compile(
    rf"(?: {{0,2}}\([^()\n]{{1,60}}\))?[ ,;]{{0,4}}(?<!,)\n?"
    rf"(?:\b(?:va|cung|cung{S}nhu|dong{S}thoi)\b{S})?(?:cac{S})?(?:ve{S})?"
)
_LONGEST_GAP = 90
_ENDS_AFTER = re.compile(rf"{S0},?{S}(?:het{S}hieu{S}luc|(?:duoc|bi){S}(?:thay{S}the|bai{S}bo))\b")


def relation_before(page: Page, start: int) -> str:
    """cites, carries_out, guides, amends, replaces or based_on, by the words before the name at `start`."""
    before = _SENTENCE.split(page.folded[max(0, start - _WINDOW) : start])[-1]
    if _BASED_ON.search(before) or _GROUNDS.search(page.folded, max(0, start - _WINDOW), start):
        return "based_on"
    if _REPLACES.search(before):
        return "replaces"
    if _AMENDS.search(before):
        return "amends"
    if _GUIDES.search(before):
        return "guides"
    if _OF_A_BODY.search(before):
        return "carries_out"
    done = [found for found in _CARRIES_OUT.finditer(before) if not _INDIRECT.search(found["between"])]
    return "carries_out" if done else "cites"


def relation_of_list(page: Page, start: int) -> str:
    """The relation of a name that opens an item, told by the words above its list: "Bãi bỏ các quyết định sau:"."""
    line = page.folded.rfind("\n", max(0, start - _ITEM), start) + 1
    colon = page.folded.rfind(":\n", max(0, start - _LIST), line)
    if not line or colon < 0 or not _ITEM_MARK.fullmatch(page.folded, line, start):
        return "cites"
    if not all(_ITEM_MARK.match(item) for item in page.folded[colon + 1 : line].split("\n") if item.strip()):
        return "cites"
    lead = _SENTENCE.split(page.folded[max(0, colon - _WINDOW) : colon])[-1]
    return next((relation for verb, relation in _LEADS if verb.search(lead)), "cites")


def continues_list(page: Page, last_end: int, start: int) -> bool:
    """Whether nothing but a comma or "và" parts two names, so that the second stands as the first does."""
    return start - last_end < _LONGEST_GAP and _LIST_GAP.fullmatch(page.folded, last_end, start) is not None


def amends_outer(page: Page, start: int) -> bool:
    """Whether a name only says what changed the one before it: "…, được sửa đổi, bổ sung bởi Nghị định số …"."""
    return _AMENDED_BY.search(page.folded[max(0, start - _WINDOW) : start]) is not None


def loses_force(page: Page, end: int) -> bool:
    """Whether the words after a name end its force: "… hết hiệu lực kể từ ngày …"."""
    return _ENDS_AFTER.match(page.folded, end) is not None
