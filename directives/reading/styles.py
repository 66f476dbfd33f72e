"""What Word's styles say of a run (hidden, in capitals, its font) and of a paragraph (its list), with inheritance."""

from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml.xmlchemy import BaseOxmlElement as Element

from directives.reading.numbering import LEVELS, W, is_on, number_in, value

_DEEPEST = 20  # styles based on styles; Word allows 11


@dataclass(frozen=True, slots=True)
class Looks:
    """What is said of a run; None where nothing is said."""

    hidden: bool | None = None
    capitals: bool | None = None
    font: str | None = None

    def over(self, base: "Looks") -> "Looks":
        return Looks(
            base.hidden if self.hidden is None else self.hidden,
            base.capitals if self.capitals is None else self.capitals,
            self.font or base.font,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """The list a paragraph says it is in; a level not said is None, no list at all is number "0"."""

    number: str | None = None
    level: int | None = None


class Styles:
    """The styles of a document by their identifiers."""

    def __init__(self, part: Element | None) -> None:
        nodes = [] if part is None else list(part.iterchildren(f"{W}style"))
        self._nodes = {value(node, "styleId"): node for node in nodes}
        self._default = next((value(n, "styleId") for n in nodes if is_default_paragraph(n)), "")
        defaults = None if part is None else part.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._plain = looks_of(defaults)
        self._looks: dict[str, Looks] = {}

    def paragraph(self, style: str) -> Looks:
        """How a paragraph's text looks before its runs say otherwise."""
        return self.character(style or self._default).over(self._plain)

    def character(self, style: str) -> Looks:
        """What a style says with those it is based on."""
        if style not in self._looks:
            looks = Looks()
            for _, node in self._line(style):
                looks = looks.over(looks_of(node.find(f"{W}rPr")))
            self._looks[style] = looks
        return self._looks[style]

    def listed(self, style: str) -> tuple[Listed, str | None]:
        """The list a paragraph style is in, with the style in its line that says so."""
        for name, node in self._line(style or self._default):
            said = listed_by(node.find(f"{W}pPr"))
            if said.number is not None:
                return said, name
        return Listed(), None

    def linked_lists(self) -> dict[str, str]:
        """Numbering styles and the lists they stand for."""
        said = {name: listed_by(node.find(f"{W}pPr")).number for name, node in self._nodes.items()}
        return {name: number for name, number in said.items() if number}

    def _line(self, style: str) -> Iterator[tuple[str, Element]]:
        for _ in range(_DEEPEST):
            node = self._nodes.get(style)
            if node is None:
                return
            yield style, node
            based = node.find(f"{W}basedOn")
            style = "" if based is None else value(based, "val")


def is_default_paragraph(node: Element) -> bool:
    return value(node, "type") == "paragraph" and value(node, "default") in ("1", "true", "on")


def looks_of(properties: Element | None) -> Looks:
    """What a w:rPr says itself."""
    if properties is None:
        return Looks()
    fonts = properties.find(f"{W}rFonts")
    hidden, capitals = (properties.find(W + name) for name in ("vanish", "caps"))
    return Looks(
        None if hidden is None else is_on(hidden),
        None if capitals is None else is_on(capitals),
        None if fonts is None else value(fonts, "ascii") or value(fonts, "hAnsi") or None,
    )


def listed_by(properties: Element | None) -> Listed:
    """What a w:pPr says itself."""
    found = None if properties is None else properties.find(f"{W}numPr")
    if found is None:
        return Listed()
    number, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    return Listed(
        None if number is None else value(number, "val"),
        None if level is None else min(number_in(value(level, "val"), 0), LEVELS - 1),
    )
