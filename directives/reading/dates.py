"""Days as Vietnamese letters write them: 07/10/2022, 17/6/2021, 28-3-2022, "03 tháng 4 năm 2026"."""

from datetime import date

from directives.reading.text import S0, S

# Over folded text. Each has exactly two alternatives of day, month and year: use day_of() on the match.
_NUMERIC = rf"([0-9]{{1,2}}){S0}[/.-]{S0}([0-9]{{1,2}}){S0}[/.-]{S0}([0-9]{{4}})(?![0-9])"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# A PDF may part two digits: "ngày 2 3 tháng 6".
_WORDED = rf"([0-9] ?[0-9]?){S0}thang{S0}([0-9]{{1,2}}),?{S0}nam{S0}([0-9]{{4}})(?![0-9])"
DAY = rf"(?:{_NUMERIC}|{_WORDED})"
ON_DAY = rf"(?:,{S0}|{S})ngay{S}{DAY}"


def calendar_day(day: str, month: str, year: str) -> date | None:
    """None when there is no such day (31/02/2022), or none a letter could mean."""
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def day_of(groups: tuple[str | None, ...]) -> date | None:
    """The day from the groups of one DAY pattern, whichever spelling matched."""
    written = [group.replace(" ", "") for group in groups if group is not None]
    return calendar_day(*written[:3]) if len(written) >= 3 else None
