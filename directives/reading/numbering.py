"""Word's automatic numbers, which stand in no paragraph: "Điều 1.", "II.", "a)", counted as Word counts them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from docx.oxml.xmlchemy import BaseOxmlElement as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_LONGEST_LABEL = 60  # characters of "Điều %1." and the like
_HIGHEST_START = 32_767  # Word's own bound
_HIGHEST_ROMAN, _HIGHEST_LETTER = 3_999, 780
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list numbers; `restart` is the level (from 1) after which it begins anew, 0 for never."""

    start: int = 1
    kind: str = "decimal"
    label: str = ""
    gap: str = " "
    legal: bool = False  # all numbers as 1, 2, 3: "1.1" below "I."
    restart: int | None = None
    style: str | None = None


@dataclass(slots=True)
class _List:
    """One w:num: which counters it shares, how it numbers, and where it begins anew when first used."""

    shared: str
    levels: list[Level]
    anew: set[int] = field(default_factory=set)


class Numbering:
    """The lists of a document; `linked` names the list that a numbering style stands for."""

    def __init__(self, part: Element | None, linked: Mapping[str, str]) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        if part is None:
            return
        abstracts = {value(each, "abstractNumId"): each for each in part.iterchildren(f"{W}abstractNum")}
        numbers = {value(each, "numId"): each for each in part.iterchildren(f"{W}num")}
        shared = {name: _child_value(each, "abstractNumId") for name, each in numbers.items()}
        for name, number in numbers.items():
            abstract = abstracts.get(shared[name])
            style = _child_value(abstract, "numStyleLink") if abstract is not None else ""
            key = shared.get(linked.get(style, ""), "") if style else shared[name]
            if key in abstracts:
                self._lists[name] = _list_of(key, abstracts[key], number)

    def level_of(self, number: str, style: str | None) -> int:
        """The level that belongs to a paragraph style; the first when none does."""
        levels = self._lists[number].levels if style and number in self._lists else []
        return next((place for place, level in enumerate(levels) if level.style == style), 0)

    def label(self, number: str, place: int) -> str:
        """The label of the list's next paragraph on a level, with the gap after it; empty for no list."""
        found = self._lists.get(number)
        if found is None or not 0 <= place < LEVELS:
            return ""
        counts = self._counts.setdefault(found.shared, [None] * LEVELS)
        for level in found.anew:
            counts[level] = None
        found.anew = set()
        last = counts[place]
        counts[place] = found.levels[place].start if last is None else last + 1
        for below in range(place + 1, LEVELS):
            restart = found.levels[below].restart
            if restart is None or place < restart:
                counts[below] = None
        return _written(found.levels, place, counts)


def value(node: Element, name: str) -> str:
    """An attribute of Word's, empty when it is missing."""
    return str(node.get(W + name, ""))


def number_in(text: str, default: int) -> int:
    """A small whole number; what is none, or too large to be meant, is the default."""
    return int(text) if re.fullmatch("[0-9]{1,5}", text) and int(text) <= _HIGHEST_START else default


def is_on(node: Element | None) -> bool:
    """Whether a switch such as w:vanish is there and not turned off."""
    return node is not None and value(node, "val") not in ("0", "false", "off")


def _child_value(node: Element, name: str) -> str:
    child = node.find(W + name)
    return value(child, "val") if child is not None else ""


def _list_of(key: str, abstract: Element, number: Element) -> _List:
    levels = [Level()] * LEVELS
    for place, node in _placed(abstract, "lvl"):
        levels[place] = _level(node, levels[place])
    found = _List(key, levels)
    for place, override in _placed(number, "lvlOverride"):
        own, start = override.find(f"{W}lvl"), _child_value(override, "startOverride")
        if own is not None:
            levels[place] = _level(own, levels[place])
        if start:
            levels[place] = replace(levels[place], start=number_in(start, 1))
            found.anew.add(place)
    return found


def _placed(node: Element, name: str) -> Iterator[tuple[int, Element]]:
    for child in node.iterchildren(W + name):
        place = number_in(value(child, "ilvl"), LEVELS)
        if place < LEVELS:
            yield place, child


def _level(node: Element, before: Level) -> Level:
    restart = _child_value(node, "lvlRestart")
    return Level(
        start=number_in(_child_value(node, "start"), before.start),
        kind=_child_value(node, "numFmt") or "decimal",
        label=_child_value(node, "lvlText")[:_LONGEST_LABEL],
        gap="" if _child_value(node, "suff") == "nothing" else " ",
        legal=is_on(node.find(f"{W}isLgl")),
        restart=number_in(restart, 0) if restart else None,
        style=_child_value(node, "pStyle") or None,
    )


def _written(levels: list[Level], place: int, counts: list[int | None]) -> str:
    level = levels[place]
    if level.kind == "bullet":
        return ("+" if level.label.strip() == "+" else "-") + " " if level.label.strip() else ""

    def number(found: re.Match[str]) -> str:
        of = int(found[1]) - 1
        count = counts[of]
        kind = "decimal" if level.legal else levels[of].kind
        return _number(levels[of].start if count is None else count, kind)

    label = re.sub("%([1-9])", number, level.label)
    return label + level.gap if label else ""


def _number(count: int, kind: str) -> str:
    if kind in ("none", "bullet"):
        return ""
    if kind == "decimalZero":
        return f"{count:02}"
    if kind.endswith("Roman") and 0 < count <= _HIGHEST_ROMAN:
        return _cased(_roman(count), kind)
    if kind.endswith("Letter") and 0 < count <= _HIGHEST_LETTER:
        return _cased(chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1), kind)
    return str(count)


def _cased(text: str, kind: str) -> str:
    return text.upper() if kind.startswith("upper") else text


def _roman(count: int) -> str:
    text = ""
    for size, sign in _ROMAN:
        text += sign * (count // size)
        count %= size
    return text
