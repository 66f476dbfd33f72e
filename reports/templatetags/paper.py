"""How a report is written on paper: dates, numbers and bars. Text and figures in, text out; no queries."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, SafeText

from units.vietnamese import day_figures, day_words, grouped, share

register = template.Library()

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")  # a report's hours are Vietnam's wherever the server stands
NO_FIGURE = "Chưa có số liệu"
NO_VALUE = "–"
BLANK = format_html('<span class="blank">{}</span>', " " * 6)  # room for a figure written in by hand

MAX_UNIT_BARS = 20
RANKED_FROM = 3  # a unit with one or two cells is either 0% or 100%: ranking it would say nothing
BAR_WIDTH = 466.0  # the text width in points less the outline: a unit of the drawing is a point on paper
BAR_LEFT = 0.5
DIGIT_WIDTH = 6.0
TITLE_LETTERS = 58  # what a line of the title holds in 14-point bold with room to spare
UNIT_BAR_WIDTH = 190.0

# "729-CV/TU", "874/QĐ-BTTTT", "116/2025/QH15". A line of text must not end inside a short one; a long one
# kept whole would tear the justified line before it apart (tables are not justified: there all stay whole).
SHORT_NUMBER = 10
_NUMBER = re.compile(r"\b[0-9]+(?:/[0-9]{4})?[-/][A-ZĐ][A-ZĐa-zđ0-9]*(?:[-/][A-ZĐ][A-ZĐa-zđ0-9]*)*")


class Buckets(TypedDict):
    total: int | None
    done_in_time: int
    after_extension: int
    done_late: int
    open_in_time: int
    open_late: int
    awaiting: NotRequired[int]  # not counted in reports frozen before reorganisations were followed


@dataclass(frozen=True)
class Segment:
    """A piece of a bar, ready to draw; lengths are text because Django would print 1,5 for 1.5."""

    key: str
    label: str
    pattern: str
    count: int
    x: str
    width: str
    middle: str  # where its count is written; empty when there is no room


@dataclass(frozen=True)
class Bar:
    name: str
    counted: str
    width: str


# ---- days and moments ----------------------------------------------------------------------------------


def _day(value: str | date | None) -> date | None:
    if isinstance(value, datetime):
        return _moment(value).date()
    if isinstance(value, str):
        return date.fromisoformat(value) if len(value) == 10 else _moment(value).date()
    return value


def _moment(value: str | datetime) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(LOCAL) if moment.tzinfo else moment.replace(tzinfo=LOCAL)


@register.filter
def paper_day(value: str | date | None) -> str:
    """17/6/2021, from a date or an ISO date; "–" when there is none."""
    day = _day(value) if value else None
    return day_figures(day) if day else NO_VALUE


@register.filter
def paper_moment(value: str | datetime) -> str:
    """17 giờ 00 ngày 14/9/2026, in Vietnam's time."""
    moment = _moment(value)
    return f"{moment:%H} giờ {moment:%M} ngày {day_figures(moment.date())}"


@register.filter
def w3c_moment(value: str | datetime) -> str:
    """The moment as the PDF's metadata want it: ISO 8601 to the second, with the offset."""
    return _moment(value).replace(microsecond=0).isoformat()


@register.simple_tag
def number_line(number: int | None, symbol: str, lead: str = "Số") -> SafeString:
    """Số 05-BC/BTGTU: no colon, padded below ten; blank until the registry has given a number."""
    return format_html("{}{}-{}", lead, BLANK if number is None else f" {number:02d}", symbol)


@register.simple_tag
def date_line(issued_on: str | date | None, as_of: str | datetime) -> SafeString:
    """ngày 07 tháng 10 năm 2022; before issue only the year stands, that of the figures."""
    day = _day(issued_on) if issued_on else None
    if day:
        return format_html("{}", day_words(day))
    return format_html("ngày{}tháng{}năm {}", BLANK, BLANK, str(_moment(as_of).year))


# ---- numbers -------------------------------------------------------------------------------------------


def _counted(done: int, total: int) -> str:
    return f"{grouped(done)}/{grouped(total)}, đạt {share(done, total)}" if total else NO_VALUE


@register.filter
def paper_count(value: int | None) -> str:
    """1.842; no figure is not zero and says so."""
    return NO_FIGURE if value is None else grouped(value)


@register.filter
def done_of(buckets: Buckets | None) -> int | None:
    """What has been done, in time or late."""
    if buckets is None or buckets["total"] is None:
        return None
    return buckets["done_in_time"] + buckets["done_late"]


@register.simple_tag
def out_of(done: int | None, total: int | None) -> str:
    """512/640; "–" when nothing was to be done."""
    if done is None or total is None:
        return NO_FIGURE
    return f"{grouped(done)}/{grouped(total)}" if total else NO_VALUE


@register.simple_tag
def rate(done: int | None, total: int | None) -> str:
    """37,6%; "–" for 0/0."""
    return NO_FIGURE if done is None or total is None else share(done, total)


@register.simple_tag
def counted_rate(done: int | None, total: int | None) -> str:
    """512/640, đạt 80,0%."""
    return NO_FIGURE if done is None or total is None else _counted(done, total)


@register.simple_tag
def rate_before(figures: Mapping[str, Any], fact: str) -> str:
    """The same fact in the period before, when there was one."""
    before = figures.get("previous")
    return _counted(**before[fact]) if before else NO_FIGURE


# ---- words ---------------------------------------------------------------------------------------------


@register.filter
def paper(text: str | None) -> SafeString:
    """A person's text, literally; only a document's number is kept on one line."""
    text = text or ""
    pieces: list[tuple[SafeText]] = []
    end = 0
    for found in _NUMBER.finditer(text):
        pieces.append((conditional_escape(text[end : found.start()]),))
        width = "number short" if len(found[0]) <= SHORT_NUMBER else "number"
        pieces.append((format_html('<span class="{}">{}</span>', width, found[0]),))
        end = found.end()
    pieces.append((conditional_escape(text[end:]),))
    return format_html_join("", "{}", pieces)


@register.filter
def balanced(text: str, letters: int = TITLE_LETTERS) -> SafeString:
    """A title in lines of nearly equal length, cut after a comma where one is near.

    Centred text with one word on its last line looks like a mistake; WeasyPrint has no `text-wrap: balance`.
    """
    words = re.sub(r"\b([Ss]ố) (?=[0-9])", "\\1\u00a0", text).split(" ")
    rows = -(-len(text) // letters)
    lines: list[str] = []
    while words:
        aim = len(" ".join(words)) / max(rows - len(lines), 1)

        def badness(end: int, words: list[str] = words, aim: float = aim) -> float:
            return abs(len(" ".join(words[:end])) - aim) - (6 if words[end - 1].endswith((",", ";")) else 0)

        cut = min(range(1, len(words) + 1), key=badness)
        lines.append(" ".join(words[:cut]).replace("\u00a0", " "))
        words = words[cut:]
    return format_html_join(SafeString("<br>"), "{}", ((paper(line),) for line in lines))


@register.filter
def remarks(row: Mapping[str, Any]) -> str:
    """A unit's note and what the reader must know to trust its figures."""
    told = [str(row["note"])] if row.get("note") else []
    if row.get("extended_to"):
        told.append(f"gia hạn đến {paper_day(row['extended_to'])}")
    for key, words in (
        ("from_outside", "tiếp nhận ngoài cổng"),
        ("entered_for", "nhập thay"),
        ("recorded_late", "ghi nhận chậm"),
    ):
        if count := row.get(key):
            told.append(f"{words}: {grouped(int(count))}")
    if awaiting := sum(row[fact].get("awaiting", 0) for fact in ("acknowledge", "disseminate")):
        told.append(f"chờ quyết định do sắp xếp: {grouped(awaiting)}")
    return "; ".join(told)


@register.filter
def of_fact(rows: Iterable[Mapping[str, Any]], fact: str) -> list[Mapping[str, Any]]:
    """The late rows of one fact: acknowledge or disseminate."""
    return [row for row in rows if row["fact"] == fact]


# ---- pictures: black and white, told apart by hatching, so that a photocopy still reads --------------------


def _segments(buckets: Buckets) -> list[Segment]:
    in_time, extended = buckets["done_in_time"], buckets["after_extension"]
    parts: tuple[tuple[str, str, str, int, int], ...] = (
        ("in-time", "Đã thực hiện, đúng hạn", "solid", in_time, in_time - extended),
        ("extended", "trong đó nhờ gia hạn", "dots", extended, extended),
        ("late", "Đã thực hiện, chậm", "hatch", buckets["done_late"], buckets["done_late"]),
        ("open", "Chưa thực hiện, còn hạn", "none", buckets["open_in_time"], buckets["open_in_time"]),
        ("overdue", "Chưa thực hiện, quá hạn", "cross", buckets["open_late"], buckets["open_late"]),
    )
    if awaiting := buckets.get("awaiting", 0):
        parts += (("awaiting", "Chờ quyết định do sắp xếp tổ chức", "rows", awaiting, awaiting),)
    total = buckets["total"] or 0
    if sum(drawn for *_, drawn in parts) != total or any(drawn < 0 for *_, drawn in parts):
        raise ValueError(f"the groups do not make up the total: {buckets}")
    segments = []
    done = 0
    for key, label, pattern, count, drawn in parts:
        # "In time" names both its pieces, so its count stands over both and the second piece carries none.
        over = 0 if key == "extended" else count
        middle = BAR_LEFT + BAR_WIDTH * (done + over / 2) / total if total else 0.0
        room = total and BAR_WIDTH * over / total >= DIGIT_WIDTH * len(grouped(over)) + 2
        x = BAR_LEFT + BAR_WIDTH * done / total if total else 0.0
        width = BAR_WIDTH * drawn / total if total else 0.0
        segments.append(
            Segment(key, label, pattern, count, f"{x:.2f}", f"{width:.2f}", f"{middle:.2f}" if room else "")
        )
        done += drawn
    return segments


@register.inclusion_tag("reports/pdf/_chart_buckets.html")
def buckets_chart(figures: Mapping[str, Any], fact: str) -> dict[str, Any]:
    """One fact in four groups as a stacked bar, last period's figure beside it; for paper and web."""
    buckets: Buckets = figures["total"][fact]
    before = figures.get("previous")
    known = buckets["total"] is not None
    segments = _segments(buckets) if known else []
    name = {"acknowledge": "Tiếp nhận", "disseminate": "Quán triệt, phổ biến"}[fact]
    counted = counted_rate(done_of(buckets), buckets["total"])
    groups = "; ".join(f"{segment.label}: {grouped(segment.count)}" for segment in segments)
    return {
        "fact": fact,
        "name": name,
        "counted": counted,
        "previous": before and f"kỳ trước, {before['label']}: {_counted(**before[fact])}",
        "segments": segments,
        "drawn": [segment for segment in segments if float(segment.width) > 0],
        "title": f"{name}: {counted}",
        "description": groups,
    }


@register.inclusion_tag("reports/pdf/_chart_units.html")
def units_chart(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Cells reached, unit by unit: at most twenty bars, highest rates first, then the official order."""
    units = figures["units"]
    known = [row for row in units if row["cells"] is not None and row["cells_disseminated"] is not None]
    ranked = [row for row in known if row["cells"] >= RANKED_FROM]
    ranked.sort(key=lambda row: -row["cells_disseminated"] / row["cells"])
    bars = [
        Bar(
            row["name"],
            _counted(row["cells_disseminated"], row["cells"]),
            f"{UNIT_BAR_WIDTH * row['cells_disseminated'] / row['cells']:.2f}",
        )
        for row in ranked[:MAX_UNIT_BARS]
    ]
    return {"bars": bars, "ranked": len(ranked), "left_out": len(units) - len(ranked), "from": RANKED_FROM}
