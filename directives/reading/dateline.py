"""The line of place and date: "Kiên Giang, ngày 03 tháng 4 năm 2026", alone or beside another column."""

import re
from dataclasses import dataclass
from datetime import date

from directives.reading.dates import DAY, day_of
from directives.reading.text import GAP, S0, Line

_BLANK = r"[. …/]{0,30}"
_DATED = re.compile(
    rf"(?P<comma>,)?{S0}\bngay{S0}"
    rf"(?:{DAY}|[0-9]{{0,2}}{_BLANK}thang{S0}[0-9]{{0,2}}{_BLANK}nam{_BLANK}[0-9]{{0,4}})[ .]{{0,3}}$"
)
_SHORT_FOR_CITY = ("TP.", "TP", "T.P")


@dataclass(frozen=True, slots=True)
class Dateline:
    """`rest` is what the line holds before it; issued_on is None for a day left blank or impossible."""

    rest: Line
    place: Line | None
    issued_on: date | None
    day: Line


def dateline_of(line: Line) -> Dateline | None:
    """None when the line does not end in a date, or the date belongs to a sentence."""
    found = _DATED.search(line.folded)
    if found is None:
        return None
    before = line.text[: found.start()].rstrip(" -")
    at = _place_at(before) if found["comma"] else len(before)
    if at == len(before) and before.strip("* "):
        return None
    day = line.part(found.start() + (1 if found["comma"] else 0))
    place = line.part(at, len(before)) if at < len(before) else None
    return Dateline(line.part(0, at), place, day_of(found.groups()[1:]), day)


def _place_at(before: str) -> int:
    """Where the place's name begins, after words of another column; at the end when there is none."""
    column = before.rfind(GAP) + len(GAP) if GAP in before else 0
    words = [(column + word.start(), word[0]) for word in re.finditer(r"\S+", before[column:])]
    alone = len(words) <= 5 and not any(_is_no_name(word) for _, word in words)
    if alone and words and words[0][1][0].isupper():
        return words[0][0]
    at = len(before)
    for start, word in reversed(words):
        if not word[0].isupper() or _is_no_name(word):
            break
        at = start
    return at


def _is_no_name(word: str) -> bool:
    shouted = word.isupper() and len(word) > 1 and word not in _SHORT_FOR_CITY
    return shouted or any(letter.isdigit() for letter in word) or "/" in word
