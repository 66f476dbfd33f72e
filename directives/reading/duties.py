"""Who is given what to do, and down to which level the letter must be spread."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from directives.reading.draft import Duty, Provision, Span
from directives.reading.spans import Provisions
from directives.reading.text import Page, S, fold
from directives.reading.vocabulary import BODY

# As written, not folded: "Giao" is no "Giáo", and names of bodies hold the same words with capitals.
_GIVEN = re.compile(r"(?<!\w)[Gg]iao (?=\S)")
_PASSIVE = ("được", "đã", "bàn", "chuyển", "số", "hội", "công")
_DOES = re.compile(
    r",? (?:theo dõi|chủ trì|phối hợp|tham mưu|hướng dẫn|(?<!các )tổ chức|(?<!ban )kiểm tra|đôn đốc|có trách nhiệm"
    r"|có nhiệm vụ|chịu trách nhiệm|xây dựng|triển khai|thực hiện|ban hành|báo cáo|tổng hợp|chỉ đạo|rà soát|định hướng"
    r"|quán triệt|tuyên truyền|giám sát|nghiên cứu|lãnh đạo|là cơ quan|làm đầu mối|thường xuyên|tiếp tục|chủ động"
    r"|đăng tải|cung cấp|quản lý|bố trí|hỗ trợ|thông báo|lập|giúp|đề xuất|tăng cường|phân công|cập nhật|phát hiện"
    r"|xử lý|thẩm định|thẩm tra|trình|gửi|phổ biến|đẩy mạnh|quan tâm|cụ thể hóa|cụ thể hoá|sơ kết|tổng kết|đánh giá"
    r"|trực tiếp|định kỳ|bổ sung|biên soạn|quyết định|đưa|cử|lồng ghép|cắm mốc|niêm yết|cân đối|tiếp nhận|khẩn trương"
    r"|kịp thời|nghiêm túc|phát động|xem xét|vận động|đề nghị|giải quyết|thành lập|bảo đảm|đảm bảo|chuẩn bị|hoàn thành"
    r"|hoàn thiện|công bố|công khai|thống kê|phê duyệt|tập huấn|bồi dưỡng|mời|chấn chỉnh|khắc phục|lựa chọn|tiến hành"
    r"|nhắc nhở|đầu tư|huy động|căn cứ)(?!\w)"
)
_ANSWERS = re.compile(r" (?:chủ trì|có trách nhiệm|chịu trách nhiệm)(?!\w)")
_CARRIES_IT_OUT = re.compile(r" (?:chịu trách nhiệm|có trách nhiệm) thi hành (?!\w{0,9} và)")
_HAS_TO = re.compile(r" (?:có|chịu) trách nhiệm$")
_MARK = re.compile(r"(?:Điều [0-9]{1,3}|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}|[IVX]{1,7}|[a-zđ]) ?[.:)/-]{0,2} |[-+] ")
_SENTENCE_ENDS = re.compile(r"[.;](?= |\n|$)|\n")
_BODY = re.compile(
    rf"(?:cac{S})?{BODY}|cac{S}(?:ban|so|bo|co{S}quan|don{S}vi|to{S}chuc|dia{S}phuong|cap)\b"
    rf"|(?:cac{S})?(?:thu{S}truong|chanh|giam{S}doc|bi{S}thu|nguoi{S}dung{S}dau|dong{S}chi)\b"
)
_LONGEST_BODY, _LONGEST_DUTY = 160, 800
_SPREAD = re.compile(
    rf"\b(?:pho{S}bien|quan{S}triet)(?:,{S}(?:pho{S}bien|quan{S}triet))?"
    rf"(?:{S}(?:rong{S}rai|kip{S}thoi|sau{S}rong|day{S}du|nghiem{S}tuc|truc{S}tiep))?{S}(?:den|toi"
    rf"|xuong){S}"
    rf"(?P<level>[^.,;:\n]{{1,60}})"
)
_LEVEL_ENDS = re.compile(
    r" (?:và|để|nhằm|trong|theo|thực hiện|biết|quán triệt|việc|các nội dung|nội dung|quy định|về|trước|chậm nhất"
    r"|hoàn thành|xong)(?!\w)"
)
_PAIRED = re.compile(rf"can{S}bo,{S}dang{S}vien|(?:thon|ap|khu{S}pho),{S}(?:ap|to{S}dan{S}pho|khu{S}pho|khom)\b")


def read_duties(page: Page, start: int, end: int, provisions: Sequence[Provision]) -> list[Duty]:
    """ "Giao <body> <what>", "<body> chủ trì …" and what stands under a heading that is a body, in order."""
    where = Provisions(provisions)
    headed = list(_under_headings(provisions))
    led = {duty.span[0] for duty in headed}
    found = sorted({*_given(page, start, end), *_answering(page, start, end)})
    told = [
        Duty(page.quote(at, does).strip(" ,"), page.quote(does, stop).strip(" ,:/"), where.label_at(at), (at, stop))
        for at, does in found
        if (stop := _end(page, does))
    ]
    # "X có trách nhiệm:" is told by what stands under it.
    own = [duty for duty in told if not _HAS_TO.fullmatch(f" {duty.text}") and duty.span[0] not in led]
    return sorted([*own, *headed], key=lambda duty: duty.span)


def _under_headings(provisions: Sequence[Provision]) -> Iterator[Duty]:
    """ "2. Sở Y tế (có trách nhiệm:)" with "a) …", "b) …" under it: each is that body's."""
    for place, heading in enumerate(provisions):
        body = _HAS_TO.sub("", heading.text.rstrip(" :"))
        alone = len(body) <= _LONGEST_BODY and not re.search(r"[.;\n]", body) and not _DOES.search(body)
        if not (alone and body[:1].isupper() and not body.isupper() and _BODY.match(fold(body))):
            continue
        for part in _children(provisions, place):
            if text := _SENTENCE_ENDS.split(part.text, maxsplit=1)[0].strip():
                yield Duty(body, text, part.label, part.span)


def _children(provisions: Sequence[Provision], place: int) -> Iterator[Provision]:
    stem = f"{provisions[place].label}."
    for part in islice(provisions, place + 1, None):
        if not part.label.startswith(stem):
            return
        if "." not in part.label.removeprefix(stem):
            yield part


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
        # Those who carry a decision out are listed with semicolons.
        stops = r"[.:\n] ?" if _CARRIES_IT_OUT.match(page.flow, found.start()) else r"[.;:\n] ?"
        low = max(last, found.start() - 2 * _LONGEST_BODY)
        begin = max((stop.end() for stop in re.finditer(stops, page.flow[low : found.start()])), default=None)
        if begin is None:
            continue
        mark = _MARK.match(page.flow, low + begin)
        at = mark.end() if mark else low + begin
        if page.flow[at].isupper() and _BODY.match(page.folded, at) and not _DOES.search(page.flow, at, found.start()):
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
