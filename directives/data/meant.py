"""Which document of the registry a citation means."""

from datetime import date

from directives.models import Citation, Document
from directives.reading.text import fold


def meant(citation: Citation, source: Document, *, sure: bool = True) -> Document | None:
    """The one document meant; None when there is none or, with `sure`, when several bear the name."""
    found = candidates(citation, source)
    if len(found) == 1 or (found and not sure):
        return found[0]
    if not citation.number and source.issued_on:
        # A law named without its number is the one of the day on which it was named.
        held = [one for one in found if one.effective_on and one.effective_on <= source.issued_on]
        return max(held, key=lambda one: one.effective_on or date.min, default=None)
    return None


def candidates(citation: Citation, source: Document) -> list[Document]:
    """The documents that bear the cited number or, for a law, the cited name; drafts are not yet documents."""
    known = Document.objects.registered().exclude(pk=source.pk)
    if citation.number:
        return list(known.of_number(citation.number, citation.issued_on).order_by("pk")[:20])
    name = _name(citation.type, citation.title)
    if not name or not citation.explicit:
        return []
    bearing = known.filter(type=citation.type).search(f'"{citation.title}"').order_by("pk")[:100]
    return [one for one in bearing if _name(one.type, one.title) == name]


def _name(kind: str, title: str) -> str:
    """A law's name without its kind: "Luật An ninh mạng" and, of type Luật, "An ninh mạng" are one."""
    name, kind = fold(" ".join(title.split())), fold(kind)
    return name.removeprefix(kind).strip() if kind else name
