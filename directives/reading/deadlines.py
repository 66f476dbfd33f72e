"""When something is due: a day, a rhythm or a length of time. A year the letter leaves out stays out."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from directives.reading.dates import calendar_day
from directives.reading.draft import Deadline, Span
from directives.reading.spans import Places
from directives.reading.text import S0, Page, S
from directives.reading.vocabulary import KIND

_DAY = (
    rf"[0-9]{{1,2}}(?:{S0}/{S0}[0-9]{{1,2}}(?:{S0}/{S0}[0-9]{{4}})?|[.-][0-9]{{1,2}}[.-][0-9]{{4}}"
    rf"|{S}thang{S}[0-9]{{1,2}}(?:{S}nam{S}[0-9]{{4}})?)(?![0-9/])"
)
_DAYS = rf"(?:ngay{S})?{_DAY}(?:{S0}(?:,|;|{S}va|{S}hoac){S}(?:truoc{S})?(?:ngay{S})?{_DAY}){{0,11}}"
_MONTHDAY = rf"ngay{S}[0-9]{{1,2}}(?!{S0}[0-9/.-])(?:{S}va{S}(?:ngay{S})?[0-9]{{1,2}}(?![0-9/]))?"
_RECURRING = (
    rf"{S0},?{S}(?:cua{S})?(?:hang|moi){S}(?:tuan|thang|quy|nam)\b"
    rf"|{S}(?:cua{S})?thang{S}cuoi{S}(?:(?:hang|moi|cua){S})?quy\b"
)
_TIME = (
    rf"[0-9]{{1,2}}{S0}(?:gio|h|:)(?:{S0}[0-9]{{2}}(?:{S}phut)?)?{S0},?{S}"
    rf"(?:(?:thu{S}(?:hai|ba|tu|nam|sau|bay|[2-7])|chu{S}nhat|sang|chieu){S0},?{S})?"
)
_CUE = (
    rf"(?:cham{S}nhat|muon{S}nhat|khong{S}(?:muon|cham){S}hon|khong{S}qua(?={S}ngay))(?:{S}la)?(?:{S}(?:truoc|den|vao|trong"
    rf"|het))?|truoc(?:{S}khi{S}het)?"
    rf"|den{S}het|het|(?:thoi{S})?han(?:{S}(?:cuoi|chot|nop|gui|bao{S}cao|hoan{S}thanh"
    rf"|cuoi{S}cung))?(?:{S}la)?{S0}:?"
    rf"|thoi{S}gian{S}hoan{S}thanh{S0}:?"
)
_DUE = re.compile(
    rf"\b(?P<cue>{_CUE}){S}(?:(?P<time>{_TIME}))?(?:(?P<days>{_DAYS})(?P<yearly>{_RECURRING})?"
    rf"|(?P<monthday>{_MONTHDAY})(?P<monthly>{_RECURRING}))"
    rf"|\b(?:truoc|luc|vao|cham{S}nhat){S}(?P<clock>[0-9]{{1,2}}{S0}(?:gio|h)(?:{S0}[0-9]{{2}})?{S}(?:hang|moi){S}ngay)\b"
)
_WEEKDAY = rf"(?:(?:sang|chieu|toi){S})?(?:thu{S}(?:hai|ba|tu|nam|sau|bay|[2-7])|chu{S}nhat)"
_ON_RECURRING = re.compile(
    rf"\b(?:vao{S})?(?P<every>(?:tu{S}ngay{S}[0-9]{{1,2}}{S}den{S})?(?:{_MONTHDAY}|ngay{S}{_DAYS})(?:{_RECURRING})"
    rf"|(?:hang|moi){S}(?:thang|quy|nam){S0},{S}(?:truoc|vao|cham{S}nhat){S}ngay{S}[0-9]{{1,2}}(?!{S0}[0-9/.-])"
    rf"(?:{S}(?:cua{S})?thang{S}cuoi{S}quy\b)?|{_WEEKDAY}{S}(?:hang|moi){S}tuan\b"
    rf"|(?:cuoi|dau){S}(?:hang|moi){S}(?:tuan|thang|quy|nam)\b)"
)
_PERIOD = re.compile(
    rf"\b(?P<cue>hoan{S}thanh|xong|cham{S}nhat|truoc|den{S}het|het|trong)(?:{S}la)?(?:{S}(?P<how>trong|truoc"
    rf"|het|vao|cuoi))?{S}"
    rf"(?:(?:thang{S0}(?P<month>[0-9]{{1,2}})|quy{S}(?P<quarter>iv|i{{1,3}}|[1-4]))(?:{S0}/{S0}"
    rf"|{S}nam{S})|nam{S})(?P<year>[0-9]{{4}})\b"
)
# "trong quý III/2026" sets a time for what is to be handed over, not for what was done.
_HANDED_OVER = re.compile(
    rf"\b(?:hoan{S}thanh|xong|trinh|gui|nop|bao{S}cao|ap{S}dung|ban{S}hanh|xay{S}dung|to{S}chuc|trien{S}khai|tap{S}huan"
    rf"|ra{S}soat|kiem{S}tra|so{S}ket|tong{S}ket|ban{S}giao|bo{S}tri|cong{S}bo|phe{S}duyet|mo|lap|sua{S}chua)\b"
)
_PAST = re.compile(r",[^,]{1,60} đã ")
_SENTENCE_ENDS = re.compile(r"[.;\n]")
_DONE = re.compile(r"(?<!\w)(?:đã|được)(?!\w)")
_LONGEST_CLAUSE = 200
_UNIT = (
    rf"(?:(?:hang|moi|theo){S})?(?:(?:[0-9]{{1,2}}|nua|sau|ba|chin|mot){S})?"
    rf"(?:tuan|thang|quy|nam)(?:{S}(?:mot|1|01){S}lan)?"
)
_RHYTHM = re.compile(
    rf"\bdinh{S}ky{S0}[,(]?{S0}"
    rf"(?P<every>{_UNIT}(?:(?:{S0},|{S}va|{S}hoac){S}{_UNIT}){{0,3}})\b(?!{S}[0-9]{{4}})"
)
_TIMES = re.compile(
    rf"\b(?P<every>(?:moi{S})?(?:[0-9]{{1,2}}{S})?(?:tuan|thang|quy|nam){S}(?:mot|1|01){S}lan"
    rf"(?:,{S}vao{S}{_WEEKDAY})?)\b"
)
_REGULAR = re.compile(rf"\b(?P<every>(?:hang|moi){S}(?:tuan|thang|quy|nam))\b")
_REPORTED = re.compile(rf"\b(?:bao{S}cao|so{S}ket|gui|dinh{S}ky)\b")
_RECEIVED = rf"nhan(?:{S}duoc)?(?:{S}(?:{KIND}|van{S}ban))?(?:{S}nay)?|ky(?:{S}ban{S}hanh)?|ban{S}hanh"
_WORD = "(?!(?:va|de|bao|gui|phai|thi|trinh)\\b)[a-z]{1,7}"
_WITHIN = re.compile(
    rf"\b(?P<cue>trong|sau|khong{S}qua|cham{S}nhat)"
    rf"(?P<term>(?:{S}(?:thoi{S}han|thoi{S}gian|vong|khong{S}qua|toi{S}da|la|sau|cham{S}nhat)){{0,3}})"
    rf"{S}(?P<n>[0-9]{{1,3}})(?:{S0}\([a-z ]{{1,20}}\))?{S}(?P<unit>(?:ngay"
    rf"|gio(?!{S}(?:[0-9]|ngay)))(?P<work>{S}lam{S}viec)?|phut|tuan|thang)\b"
    rf"(?P<since>{S0},?{S}(?:(?:(?:ke|tinh){S})?tu{S}(?:ngay|khi|thoi{S}diem)|khi|(?:truoc|sau){S}(?:khi|ngay)){S}"
    rf"(?:{_RECEIVED}|{_DAY}|{_WORD}(?:{S}{_WORD}){{0,5}}))?"
)
_NO_DUTY_BEFORE = re.compile(
    rf"\b(?:ban{S}hanh|hinh{S}thanh|keo{S}dai|ky|hieu{S}luc|thanh{S}lap|(?<!hoc )sinh|ket{S}nap|xay{S}ra"
    rf"|phat{S}sinh|tuyen{S}dung){S}$"
)
_RANGE_BEFORE = re.compile(rf"\btu{S}(?:ngay{S})?[0-9][^;\n]{{0,30}}$")
_NUMBERS = re.compile("[0-9]+")
_ONE_DAY = timedelta(days=1)
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def read_deadlines(page: Page, start: int, end: int) -> list[Deadline]:
    """The deadlines in [start, end) of the text, in order; provisions are filled in by the caller."""
    found = [*_days(page, start, end), *_periods(page, start, end), *_lengths(page, start, end)]
    for rhythms in (_recurring(page, start, end), _asked(page, start, end), _regular(page, start, end)):
        taken = Places(deadline.span for deadline in found)
        found += [deadline for deadline in rhythms if not taken.holds(deadline.span[0])]
    return sorted(found, key=lambda deadline: deadline.span)


def _days(page: Page, start: int, end: int) -> Iterator[Deadline]:
    for found in _DUE.finditer(page.folded, start, end):
        if found["clock"]:
            yield _rhythm(page, found, "clock")
        elif not _sets_no_time(page, start, found):
            yield from _due(page, found)


def _sets_no_time(page: Page, start: int, found: re.Match[str]) -> bool:
    begins = max(start, found.start() - 45)
    before = page.folded[begins : found.start()]
    told = _SENTENCE_ENDS.split(page.flow[found.end() : found.end() + 80], maxsplit=1)[0]
    if found["days"] and not found["yearly"] and _PAST.match(told):
        return True  # "Trước ngày 01/9/2025, các chi bộ đã quán triệt"
    counted = page.flow[begins : found.start()].endswith("tính ")  # "số liệu tính đến hết ngày …"
    return counted or bool(_NO_DUTY_BEFORE.search(before) or ("het" in found["cue"] and _RANGE_BEFORE.search(before)))


def _due(page: Page, found: re.Match[str]) -> Iterator[Deadline]:
    text, span = page.quote(*found.span()), found.span()
    if found["yearly"] or found["monthly"]:
        start_of_days = found.start("days" if found["days"] else "monthday")
        yield Deadline(text, span, every=_every(page, (start_of_days, found.end())))
    elif found["days"]:
        # At 17 o'clock "before" leaves the day itself.
        before_day = "truoc" in found["cue"] and not found["time"]
        for day in _listed(found["days"]):
            last = day - _ONE_DAY if day and before_day else day
            yield Deadline(text, span, on=last, exclusive=before_day and day is not None)


def _listed(days: str) -> Iterator[date | None]:
    """Each day of "15/6 và 15/12/2026"; a day without a year takes the one written later in the list."""
    year: str | None = None
    listed: list[date | None] = []
    for written in reversed(re.findall(_DAY, days)):
        numbers = _NUMBERS.findall(written)
        year = numbers[2] if len(numbers) > 2 else year
        listed.append(calendar_day(numbers[0], numbers[1], year) if year else None)
    return reversed(listed)


def _periods(page: Page, start: int, end: int) -> Iterator[Deadline]:
    """ "hoàn thành trong quý III/2026": due on the period's last day."""
    for found in _PERIOD.finditer(page.folded, start, end):
        if _NO_DUTY_BEFORE.search(page.folded[max(start, found.start() - 45) : found.start()]):
            continue
        if found["cue"] == "trong" and not _is_handed_over(page, max(start, found.start() - _LONGEST_CLAUSE), found):
            continue
        first_month, last_month = _months(found)
        before = "truoc" in (found["cue"], found["how"])
        year = int(found["year"])
        following = (year, first_month) if before else (year + last_month // 12, last_month % 12 + 1)
        edge = calendar_day("1", str(following[1]), str(following[0])) if 1 <= last_month <= 12 else None
        on = edge - _ONE_DAY if edge else None
        yield Deadline(page.quote(*found.span()), found.span(), on=on, exclusive=before and on is not None)


def _months(found: re.Match[str]) -> tuple[int, int]:
    if found["month"]:
        return int(found["month"]), int(found["month"])
    last = 3 * _QUARTERS[found["quarter"]] if found["quarter"] else 12
    return (last - 2 if found["quarter"] else 1), last


def _is_handed_over(page: Page, start: int, found: re.Match[str]) -> bool:
    clause = max([start, *(page.folded.rfind(mark, start, found.start()) + 1 for mark in (". ", ";", "\n"))])
    told = _HANDED_OVER.search(page.folded, clause, found.start())
    return told is not None and not _DONE.search(page.flow, clause, found.start())


def _lengths(page: Page, start: int, end: int) -> Iterator[Deadline]:
    for found in _WITHIN.finditer(page.folded, start, end):
        term = f"{found['cue']}{found['term']}"
        bounded = found["work"] or found["since"] or any(word in term for word in ("han", "qua", "nhat", "da"))
        if bounded and (found["since"] or not found["unit"].startswith(("tuan", "thang"))):
            within = f"{int(found['n'])} {page.quote(*found.span('unit'))}"
            yield Deadline(page.quote(*found.span()), found.span(), within=within)


def _recurring(page: Page, start: int, end: int) -> Iterator[Deadline]:
    return (_rhythm(page, found) for found in _ON_RECURRING.finditer(page.folded, start, end))


def _asked(page: Page, start: int, end: int) -> Iterator[Deadline]:
    asked = [_rhythm(page, found) for found in _RHYTHM.finditer(page.folded, start, end)]
    taken = Places(deadline.span for deadline in asked)
    yield from asked
    for found in _TIMES.finditer(page.folded, start, end):
        if not taken.holds(found.start()):
            yield _rhythm(page, found)


def _regular(page: Page, start: int, end: int) -> Iterator[Deadline]:
    """ "hằng quý" where a report is asked; "kế hoạch hằng năm" sets no time."""
    for found in _REGULAR.finditer(page.folded, start, end):
        before = re.split("[.;\n]", page.folded[max(start, found.start() - 40) : found.start()])[-1]
        after = re.split("[.;\n]", page.folded[found.end() : found.end() + 60], maxsplit=1)[0]
        if _REPORTED.search(before) or _REPORTED.search(after):
            yield _rhythm(page, found)


def _rhythm(page: Page, found: re.Match[str], group: str = "every") -> Deadline:
    return Deadline(page.quote(*found.span()), found.span(), every=_every(page, found.span(group)))


def _every(page: Page, span: Span) -> str:
    """The rhythm as written, but "15/6 và 15/12 hằng năm" without "ngày" and never with a capital."""
    written = page.quote(*span)
    dated = re.match("[Nn]gày (?=[0-9]{1,2} ?/)", written)
    return written[dated.end() :] if dated else written[:1].lower() + written[1:]


def rhythm_unsaid(page: Page, start: int, end: int) -> Iterator[Span]:
    """Each "định kỳ" that does not say how often."""
    for found in re.finditer(rf"\bdinh{S}ky\b", page.folded[:end]):
        if found.start() >= start and not _RHYTHM.match(page.folded, found.start()):
            yield found.span()
