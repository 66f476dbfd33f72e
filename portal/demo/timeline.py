"""What happens in the demo, in the order in which it happened."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

Event = Callable[[datetime], object]


class Timeline:
    """Events by moment; one may plan others, but none before itself."""

    def __init__(self, latest: datetime) -> None:
        self.latest = latest
        self._events: list[tuple[datetime, int, Event]] = []
        self._planned = 0

    def at(self, moment: datetime, event: Event) -> None:
        """Plan `event`; what would come after the last moment happens at that moment."""
        self._planned += 1
        heappush(self._events, (min(moment, self.latest), self._planned, event))

    def run(self) -> None:
        while self._events:
            moment, _, event = heappop(self._events)
            event(moment)
