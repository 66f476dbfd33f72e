"""A text cut where its findings begin and end, so that a page can mark each passage with what was found there."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from directives.reading.draft import Finding

# A provision covers its whole text, marks within and all: only where it opens is shown.
_OPENING_ONLY = "provision"


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage between two cuts: the innermost finding over it, and those that begin with it."""

    text: str
    finding: Finding | None
    begins: tuple[Finding, ...]


def pieces(text: str, findings: Iterable[Finding]) -> list[Piece]:
    """The whole text in order; joined, the pieces are the text again. Proportional to text and findings."""
    found = [finding for finding in findings if finding.span[0] < finding.span[1] <= len(text)]
    begins: dict[int, list[Finding]] = {}
    ends: dict[int, list[Finding]] = {}
    for finding in found:
        begins.setdefault(finding.span[0], []).append(finding)
        if finding.field != _OPENING_ONLY:
            ends.setdefault(finding.span[1], []).append(finding)
    cuts = sorted({0, len(text), *begins, *ends})
    cut: list[Piece] = []
    over: list[Finding] = []
    for start, end in pairwise(cuts):
        over = [finding for finding in over if finding.span[1] > start]
        over += [finding for finding in begins.get(start, []) if finding.field != _OPENING_ONLY]
        inner = min(over, key=lambda finding: finding.span[1] - finding.span[0], default=None)
        cut.append(Piece(text[start:end], inner, tuple(begins.get(start, []))))
    return cut
