"""The line of place and date: "Kiên Giang, ngày 03 tháng 4 năm 2026", alone or beside another column."""

import re
from dataclasses import dataclass
from datetime import date

from directives.reading.dates import DAY, day_of
from directives.reading.text import GAP, S0, Line, squeeze

_BLANK = r"[. …/]{0,30}"
_DATED = re.compile(
    rf"(?P<comma>,)?{S0}\bngay{S0}"
    rf"(?:{DAY}|[0-9]{{0,2}}{_BLANK}thang{S0}[0-9]{{0,2}}{_BLANK}nam{_BLANK}[0-9]{{0,4}})[ .]{{0,3}}$"
)
_SHORT_FOR_CITY = ("TP.", "TP", "T.P")


@dataclass(frozen=True, slots=True)
class Dateline:
    """`rest` is what the line holds besides; issued_on is None for a day left blank or impossible."""

    rest: str
    place: str | None
    issued_on: date | None
    written: str


def dateline_of(line: Line) -> Dateline | None:
    """None when the line does not end in a date, or the date belongs to a sentence."""
    found = _DATED.search(line.folded)
    if found is None:
        return None
    before = line.text[: found.start()].rstrip(" -")
    rest, place = _split(before) if found["comma"] else (before, None)
    if place is None and before.strip("* "):
        return None
    return Dateline(rest, place, day_of(found.groups()[1:]), squeeze(line.text[found.start() :]).strip(" ,"))


def _split(before: str) -> tuple[str, str | None]:
    """Part the place's name from the words before it, which stand in another column."""
    columns = before.split(GAP)
    words = columns[-1].split()
    alone = len(words) <= 5 and not any(map(_is_no_name, words)) and words[:1] != [] and words[0][0].isupper()
    first = 0 if alone else len(words)
    while first and words[first - 1][0].isupper() and not _is_no_name(words[first - 1]):
        first -= 1
    place = " ".join(words[first:]) or None
    return GAP.join([*columns[:-1], " ".join(words[:first])]).strip(), place


def _is_no_name(word: str) -> bool:
    shouted = word.isupper() and len(word) > 1 and word not in _SHORT_FOR_CITY
    return shouted or any(letter.isdigit() for letter in word) or "/" in word
