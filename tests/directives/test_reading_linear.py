"""Reading takes time in proportion to the text: what can be counted of it. `./run bench reading` measures it.

No pattern looks further than a bound from where it begins, so that a scan costs so much a character; and ten times
the text costs ten times the calls.
"""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

from directives.reading import letter
from portal.bench.reading import PLACES, PUMPS, grown

BOUND = 600  # characters


def modules() -> set[str]:
    """letter.py and all it is made of; what opens files is another matter."""
    found, waiting = set(), [letter.__name__]
    while waiting:
        name = waiting.pop()
        if name.startswith("directives.reading.") and name not in found:
            found.add(name)
            tree = ast.parse(Path(importlib.import_module(name).__file__ or "").read_text("utf-8"))
            waiting += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return found


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for name in modules():
        for attribute, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                yield f"{name.rpartition('.')[2]}.{attribute}", value


def unbounded(items: Any, last: bool = True) -> bool:
    """Whether a repetition without end stands anywhere but at the end, where it takes what it has looked at."""
    return any(_unbounded(code, value, last and at == len(items) - 1) for at, (code, value) in enumerate(items))


def _unbounded(code: Any, value: Any, last: bool) -> bool:
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        _, most, inner = value
        endless = (most is codes.MAXREPEAT or most > BOUND) and not (last and len(inner) == 1)
        return endless or unbounded(inner, False)
    if code is codes.BRANCH:
        return any(unbounded(branch, last) for branch in value[1])
    if code is codes.SUBPATTERN:
        return unbounded(value[-1], last)
    return code in (codes.ASSERT, codes.ASSERT_NOT) and unbounded(value[1], False)


def test_no_pattern_looks_further_than_its_bound() -> None:
    found = dict(patterns())
    assert len(found) > 60
    assert [name for name, pattern in found.items() if unbounded(parser.parse(pattern.pattern, pattern.flags))] == []


def calls(text: str) -> int:
    """The calls of Python and of C while a text is read."""
    count = 0

    def one(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one)
    try:
        letter.read(text)
    finally:
        sys.setprofile(before)
    return count


def test_ten_times_the_text_costs_ten_times_the_calls() -> None:
    counted = {pump: [calls(PLACES["body"] + grown(pump, size)) for size in (800, 8_000)] for pump in PUMPS}
    assert {pump: (few, many) for pump, (few, many) in counted.items() if many > 15 * few} == {}  # a square: 100
