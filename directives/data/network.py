"""A document among those it cites and those that cite it, laid out for drawing: plain coordinates, no colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from directives.data.force import Standing
from directives.models import Citation, Document
from units.access import Rights

MOST = 12  # documents a side
BOX, HEIGHT, GAP, ROW = 280, 58, 60, 70  # of a box, between columns, of a row; in user units


@dataclass(frozen=True, slots=True)
class Box:
    """One document of the drawing; `pk` is None for one that may only be named."""

    pk: int | None
    relation: str  # how the citing one stands to the cited one; empty for the document itself
    name: str
    note: str
    ended: bool
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + BOX


@dataclass(frozen=True, slots=True)
class Network:
    """The drawing: this document in the middle, what cites it on the left, what it cites on the right."""

    own: Box
    citing: list[Box]
    cited: list[Box]
    lines: list[str]  # paths, from the citing box to the cited one
    width: int
    height: int
    more_citing: int
    more_cited: int

    box = BOX
    box_height = HEIGHT


def citing_of(document: Document, rights: Rights) -> list[Citation]:
    """The citations of a document by those of the registry that one may see, the newest first."""
    visible = Document.objects.visible_to(rights)
    found = document.cited_by.of_registered().filter(source__in=visible)
    return list(found.select_related("source").order_by("-source__pk"))


def network(
    document: Document, out: Sequence[Citation], into: Sequence[Citation], known: dict[int, Standing], open_to: set[int]
) -> Network | None:
    """Of what the document cites and what cites it; `known` has the standing of all, `open_to` those to be linked.

    None when the document stands alone.
    """
    cited = _once([(c.target, c) for c in out if c.target])
    citing = _once([(c.source, c) for c in into])
    if not cited and not citing:
        return None
    shown_cited, shown_citing = cited[:MOST], citing[:MOST]
    rows = max(len(shown_cited), len(shown_citing), 1)
    at = BOX + GAP if citing else 0
    own = _box(document, "", known, set(), at, (rows - 1) * ROW // 2)
    left = _column(shown_citing, known, open_to, 0, rows)
    right = _column(shown_cited, known, open_to, at + BOX + GAP, rows)
    lines = [*(_line(box, own) for box in left), *(_line(own, box) for box in right)]
    return Network(
        own, left, right, lines, max(box.right for box in (own, *right)), rows * ROW - (ROW - HEIGHT),
        len(citing) - len(shown_citing), len(cited) - len(shown_cited),
    )


def _once(pairs: Sequence[tuple[Document, Citation]]) -> list[tuple[Document, Citation]]:
    """Each document with its weightiest citation: replacing and amending say more than naming."""
    plain = (Citation.Relation.CITES, Citation.Relation.BASED_ON)
    found: dict[int, tuple[Document, Citation]] = {}
    for document, citation in pairs:
        known = found.get(document.pk)
        if known is None or (known[1].relation in plain and citation.relation not in plain):
            found[document.pk] = (document, citation)
    return list(found.values())


def _column(
    pairs: Sequence[tuple[Document, Citation]], known: dict[int, Standing], open_to: set[int], x: int, rows: int
) -> list[Box]:
    top = (rows - len(pairs)) * ROW // 2
    return [
        _box(one, str(citation.get_relation_display()), known, open_to, x, top + index * ROW)
        for index, (one, citation) in enumerate(pairs)
    ]


def _box(
    document: Document, relation: str, known: dict[int, Standing], open_to: set[int], x: int, y: int
) -> Box:
    standing = known[document.pk]
    holder = standing.latest or standing.by
    replaced = f"nay là {holder.number or holder.title}" if standing.force == "replaced" and holder else ""
    note = replaced or (standing.label if standing.ended else document.title)
    pk = document.pk if document.pk in open_to else None
    return Box(pk, relation, _short(document.name, 34), _short(note, 38), standing.ended, x, y)


def _line(start: Box, end: Box) -> str:
    across, down = end.x - start.right, end.middle - start.middle
    return f"M{start.right} {start.middle}c{across // 2} 0 {across // 2} {down} {across} {down}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most - 1].rstrip()}…"
