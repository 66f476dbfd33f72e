"""Two ways of doing a thing, timed turn by turn in one run; only their ratio means anything on a shared machine."""

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import TypedDict

ROUNDS = 30


class Row(TypedDict):
    """One line of a bench: medians in milliseconds, and ours over the floor."""

    what: str
    floor: float
    ours: float
    ratio: float
    unit: str
    n: int


def compared(
    what: str,
    floor: Callable[[], object],
    ours: Callable[[], object],
    rounds: int = ROUNDS,
    clock: Callable[[], float] = perf_counter,
) -> Row:
    """Run both so many times, interleaved, after one round that is not counted.

    What waits for nobody is better timed by its own processor time: then others on the machine count less.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for way, times in zip((floor, ours), taken, strict=True):
            start = clock()
            way()
            if turn:
                times.append((clock() - start) * 1000)
    low, own = median(taken[0]), median(taken[1])
    return Row(what=what, floor=round(low, 3), ours=round(own, 3), ratio=round(own / low, 2), unit="ms", n=rounds)
