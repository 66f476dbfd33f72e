"""What a person should look at again: gaps, guesses and what looks like a slip of the scan."""

import re
from collections.abc import Iterator, Sequence

from directives.reading.dates import DAY, day_of
from directives.reading.deadlines import rhythm_unsaid
from directives.reading.draft import Deadline, Slip, Unsure
from directives.reading.provisions import Opening
from directives.reading.text import Page

_DAY = re.compile(rf"(?<![0-9/.-]){DAY}")
_MOST = 50  # doubts of one kind: past that the text is no letter


def doubts_in(page: Page, slips: Sequence[Slip], start: int, tail: int) -> Iterator[Unsure]:
    """Slips anywhere; impossible days and rhythms unsaid from `start` on. The copies begin at `tail`."""
    for slip in slips:
        yield Unsure("copies" if slip.span[0] >= tail else "text", slip.reason, slip.text)
    impossible = (day for day in _DAY.finditer(page.folded, start) if day_of(day.groups()) is None)
    for _, found in zip(range(_MOST), impossible, strict=False):
        yield Unsure("dates", "Ngày không có trong lịch.", page.quote(*found.span()))
    for _, span in zip(range(_MOST), rhythm_unsaid(page, start, tail), strict=False):
        yield Unsure("frequency", "Nói “định kỳ” nhưng không nêu bao lâu một lần.", page.quote(*span))


def doubtful_deadlines(deadlines: Sequence[Deadline]) -> Iterator[Unsure]:
    """Deadlines whose day cannot be told."""
    for deadline in deadlines:
        if not (deadline.on or deadline.every or deadline.within):
            yield Unsure("deadlines", "Thời hạn không ghi năm hoặc ngày không có trong lịch.", deadline.text)


def doubtful_provisions(openings: Sequence[Opening]) -> Iterator[Unsure]:
    """Provisions whose number jumps over one."""
    for opening in openings:
        if opening.skipped:
            yield Unsure("provisions", "Thứ tự mục nhảy số: có thể sót mục trước đó.", opening.label)
