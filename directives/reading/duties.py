"""Who is given what to do, and down to which level the letter must be spread."""

import re
from collections.abc import Iterator

from directives.reading.draft import Duty, Span
from directives.reading.spans import Provisions
from directives.reading.text import Page, S
from directives.reading.vocabulary import BODY

# As written, not folded: "Giao" is no "Giáo", and names of bodies hold the same words with capitals.
_GIVEN = re.compile(r"(?<!\w)[Gg]iao (?=\S)")
_PASSIVE = ("được", "đã", "bàn", "chuyển", "số", "hội")
_DOES = re.compile(
    r",? (?:theo dõi|chủ trì|phối hợp|tham mưu|hướng dẫn|tổ chức|kiểm tra|đôn đốc|có trách nhiệm"
    r"|chịu trách nhiệm|xây dựng"
    r"|triển khai|thực hiện|ban hành|báo cáo|tổng hợp|chỉ đạo|rà soát|căn cứ|định hướng|quán triệt"
    r"|tuyên truyền|giám sát"
    r"|nghiên cứu|lãnh đạo|là cơ quan|làm đầu mối|thường xuyên|tiếp tục|chủ động|đăng tải|cung cấp"
    r"|quản lý|bố trí|hỗ trợ"
    r"|thông báo|lập|giúp|đề xuất|tăng cường|phân công|cập nhật|phát hiện|xử lý|thẩm định|trình|gửi"
    r"|phổ biến|đẩy mạnh"
    r"|quan tâm|cụ thể hóa|sơ kết|tổng kết|đánh giá|trực tiếp|định kỳ|căn cứ)(?!\w)"
)
_ANSWERS = re.compile(r" (?:chủ trì|có trách nhiệm|chịu trách nhiệm)(?!\w)")
_SENTENCE_ENDS = re.compile(r"[.;](?= |\n|$)|\n")
_BODY = re.compile(BODY)
_LONGEST_BODY, _LONGEST_DUTY = 160, 800
_SPREAD = re.compile(
    rf"\b(?:pho{S}bien|quan{S}triet)(?:,{S}(?:pho{S}bien|quan{S}triet))?"
    rf"(?:{S}(?:rong{S}rai|kip{S}thoi|sau{S}rong|day{S}du|nghiem{S}tuc|truc{S}tiep))?{S}(?:den|toi"
    rf"|xuong){S}"
    rf"(?P<level>[^.,;:\n]{{1,60}})"
)
_LEVEL_ENDS = re.compile(r" (?:và|để|nhằm|trong|theo|thực hiện|biết|quán triệt|việc|các nội dung|nội dung)(?!\w)")
_PAIRED = re.compile(rf"can{S}bo,{S}dang{S}vien")


def read_duties(page: Page, start: int, end: int, provisions: Provisions) -> list[Duty]:
    """ "Giao <body> <what>" and "<body> chủ trì …" in [start, end), in order."""
    found = sorted([*_given(page, start, end), *_answering(page, start, end)])
    return [
        Duty(
            page.quote(at, does).strip(" ,"),
            page.quote(does, end_of_duty).strip(" ,"),
            provisions.label_at(at),
            (at, end_of_duty),
        )
        for at, does in found
        if (end_of_duty := _end(page, does))
    ]


def _given(page: Page, start: int, end: int) -> Iterator[Span]:
    """(where the body's name begins, where its duty does)"""
    for found in _GIVEN.finditer(page.flow, start, end):
        before = page.flow[max(0, found.start() - 12) : found.start()].split()
        named = page.flow[found.end()].isupper() or page.flow.startswith(("các ", "đồng chí "), found.end())
        if not named or (before and before[-1].lower() in _PASSIVE):
            continue
        does = _DOES.search(page.flow, found.end(), min(end, found.end() + _LONGEST_BODY))
        if does and not _SENTENCE_ENDS.search(page.flow, found.end(), does.start()):
            yield found.end(), does.start()


def _answering(page: Page, start: int, end: int) -> Iterator[Span]:
    last = start
    for found in _ANSWERS.finditer(page.flow, start, end):
        low = max(last, found.start() - _LONGEST_BODY)
        begin = max((stop.end() for stop in re.finditer(r"[.;:)\n] ?", page.flow[low : found.start()])), default=None)
        at = low + begin if begin is not None else low
        if begin is not None and page.flow[at].isupper() and _BODY.match(page.folded, at):
            last = found.end()
            yield at, found.start()


def _end(page: Page, at: int) -> int:
    limit = min(len(page.flow), at + _LONGEST_DUTY)
    stop = _SENTENCE_ENDS.search(page.flow, at, limit)
    return stop.start() if stop else limit


def read_spread(page: Page, start: int, end: int) -> Span | None:
    """Where the level in "phổ biến đến chi bộ …" stands, the letter's sentence about itself first."""
    found = list(_SPREAD.finditer(page.folded, start, end))
    if not found:
        return None
    about_itself = (
        match
        for match in found
        if re.search(rf"{S}nay{S}", page.folded[max(0, match.start() - 30) : match.start() + 1])
    )
    chosen = next(about_itself, found[0])
    at = chosen.start("level")
    stop = chosen.end()
    if pair := _PAIRED.search(page.folded, at, stop + 15):
        stop = pair.end()
    elif more := _LEVEL_ENDS.search(page.flow, at, stop):
        stop = more.start()
    stop = at + len(page.flow[at:stop].rstrip())
    return (at, stop) if at < stop else None
