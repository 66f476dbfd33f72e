"""Document numbers as they stand in running text, and the dates written after them."""

import re
from dataclasses import dataclass

from directives.reading.text import S0, fold
from directives.reading.vocabulary import CODES

# Looser than the grammar of directives.numbers: spaces about the separators are a scan's, not the writer's.
CODE = "[A-ZĐƯƠÂĂÊÔ][A-Za-zĐđƯƠÂĂÊÔ0-9]{0,14}"
NUMBER = re.compile(
    rf"(?<![0-9A-Za-z/.,-])(?P<num>[0-9]{{1,6}})(?:{S0}/{S0}(?P<year>(?:19|20)[0-9]{{2}}))?"
    rf"{S0}(?P<first>[-/]){S0}(?P<code>{CODE})(?P<rest>(?:{S0}[-/]{S0}{CODE}){{0,3}}(?:/[a-z]{{1,4}}(?!\w))?)"
)
_LAW_BODY = re.compile("(?:QH|UBTVQH)[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number found at [start, end); `style` is party, state, law, or None for mixed separators."""

    start: int
    end: int
    number: str
    style: str | None
    code: str | None

    @property
    def is_plain(self) -> bool:
        """Nothing but a number could look like this, even without a kind before it."""
        return self.style == "law" or self.code in CODES


def marks_in(text: str) -> list[Mark]:
    """Every document number in a text, in order."""
    return [mark for found in NUMBER.finditer(text) if (mark := mark_of(found)) is not None]


def mark_of(found: re.Match[str]) -> Mark | None:
    """The number a NUMBER match stands for, or None for what only resembles one, such as 3/TU or 2022-X."""
    number = "".join(found[0].split())
    code, rest = found["code"], "".join(found["rest"].split())
    if found["year"] and not rest:
        return Mark(*found.span(), number, "law", None) if _LAW_BODY.fullmatch(code) else None
    if not rest:
        return None
    style = {("-", "/"): "party", ("/", "-"): "state"}.get((found["first"], rest[0]))
    return Mark(*found.span(), number, style, code if code in CODES or style == "party" else None)


def style_of(number: str) -> str | None:
    """party, state or law; None for mixed separators."""
    found = NUMBER.fullmatch(number)
    mark = mark_of(found) if found else None
    return mark.style if mark else None


def key(number: str) -> str:
    """What two spellings of one number share."""
    return fold(number).replace(" ", "")
