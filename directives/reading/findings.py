"""Where everything that was found stands in the letter, and how sure the reader is of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from directives.reading.draft import Citation, Deadline, Draft, Finding, Span, Sure
from directives.reading.marks import style_of
from directives.reading.text import Line

_APART = 2  # characters; no more than a blank line between two lines of one thing


def found_at(name: str, cells: Iterable[Line], sure: Sure = "certain", index: int | None = None) -> list[Finding]:
    """One finding for words that stand together, one each for those another column parts."""
    spans: list[Span] = []
    for cell in cells:
        if spans and cell.start - spans[-1][1] <= _APART:
            spans[-1] = (spans[-1][0], cell.end)
        else:
            spans.append(cell.span)
    return [Finding(name, span, sure, index) for span in spans]


def listed_at(name: str, items: Sequence[Sequence[Line]]) -> list[Finding]:
    """The findings of a list, each with its place there."""
    return [one for index, cells in enumerate(items) for one in found_at(name, cells, index=index)]


def found_in_body(draft: Draft, skipped: Collection[str]) -> Iterator[Finding]:
    """What the body holds; `skipped` are labels whose number jumps over one."""
    for index, part in enumerate(draft.provisions):
        yield Finding("provision", part.span, "doubtful" if part.label in skipped else "certain", index)
    for index, citation in enumerate(draft.citations):
        yield Finding("citation", citation.span, _of_citation(citation), index)
    for index, deadline in enumerate(draft.deadlines):
        yield Finding("deadline", deadline.span, _of_deadline(deadline), index)
    for index, duty in enumerate(draft.duties):
        yield Finding("duty", duty.span, "certain", index)


def _of_citation(citation: Citation) -> Sure:
    if not citation.explicit:
        return "likely"
    return "doubtful" if citation.number and style_of(citation.number) is None else "certain"


def _of_deadline(deadline: Deadline) -> Sure:
    return "certain" if deadline.on or deadline.every or deadline.within else "doubtful"
