"""Which of many passages a position falls in."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from directives.reading.draft import Provision, Span


class Places:
    """Passages sorted by start; they may nest."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def holds(self, position: int) -> bool:
        """Whether some passage covers the position."""
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._reach[index]

    def index_of(self, position: int) -> int | None:
        """The last passage to begin at or before the position, if it still covers it."""
        return bisect_right(self._starts, position) - 1 if self.holds(position) else None


class Provisions:
    """Finds the label of the provision a position stands in."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        self._labels = [part.label for part in provisions]
        self._places = Places(part.span for part in provisions)

    def label_at(self, position: int) -> str | None:
        """None before the first provision and after the last."""
        index = self._places.index_of(position)
        return None if index is None else self._labels[index]
