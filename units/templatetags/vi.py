"""Template filters that write figures and days the Vietnamese way; loaded in every template (settings)."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from units import vietnamese

register = template.Library()


@register.filter
def ngay(day: date | datetime | None) -> str:
    """07/10/2022; "–" when there is none."""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return vietnamese.day_short(day) if day else "–"


@register.filter
def luc(moment: datetime | None) -> str:
    """07/10/2022 14:05 in local time; "–" when there is none."""
    return vietnamese.moment_short(timezone.localtime(moment)) if moment else "–"


@register.filter
def ngay_van_ban(day: date | None) -> str:
    """ "ngày 07 tháng 10 năm 2022"; an unknown date says so."""
    return vietnamese.day_words(day) if day else "chưa rõ ngày"


@register.filter
def so(number: int | None) -> str:
    """1.842; "–" when there is no figure, which is not zero."""
    return "–" if number is None else vietnamese.grouped(number)


@register.simple_tag
def ty_le(done: int, total: int) -> str:
    """37,6%; "–" for 0/0."""
    return vietnamese.share(done, total)


@register.simple_tag
def bar(done: int, total: int) -> SafeString:
    """A progress bar as SVG that prints; the text beside it carries the figures for those who cannot see it."""
    width = 100 * done / total if total else 0
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bar-track" x="0" y="0" width="100" height="8"/>'
        '<rect class="bar-done" x="0" y="0" width="{}" height="8"/></svg>',
        f"{width:.2f}",
    )


@register.simple_tag
def bar_four(buckets: Any) -> SafeString:
    """The four buckets as one stacked bar; `buckets` has done_in_time, done_late, open_in_time, open_late, total."""
    at, parts = 0.0, []
    for name, css in (
        ("done_in_time", "bar-done"), ("done_late", "bar-done-late"), ("open_in_time", "bar-open"),
        ("open_late", "bar-late"),
    ):
        count = buckets[name] if isinstance(buckets, dict) else getattr(buckets, name)
        total = buckets["total"] if isinstance(buckets, dict) else buckets.total
        width = 100 * count / total if total else 0.0
        parts.append((css, f"{at:.2f}", f"{width:.2f}"))
        at += width
    return format_html(
        '<svg class="bar bar-four" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="8"/>', parts),
    )
