"""Which document of the registry a citation means."""

from datetime import date

from django.db.models import Q

from directives.models import Citation, Document
from directives.reading.text import fold


def meant(citation: Citation, source: Document, *, sure: bool = True) -> Document | None:
    """The one document meant; None when there is none or, with `sure`, when several bear the name."""
    found = candidates(citation, source)
    of_that_day = [one for one in found if one.issued_on and one.issued_on == citation.issued_on]
    found = of_that_day or found
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
    if citation.issued_on or source.issued_on:
        # The day the citation gives decides; without it, nobody names what is still to come.
        agrees = Q(issued_on=citation.issued_on) if citation.issued_on else Q(issued_on__lte=source.issued_on)
        known = known.filter(agrees | Q(issued_on=None))
    if citation.number:
        return [] if names_itself(citation, source) else list(known.filter(number=citation.number).order_by("pk")[:20])
    name = _name(citation.type, citation.title)
    if not name or not citation.explicit:
        return []
    bearing = known.filter(type=citation.type).search(f'"{citation.title}"').order_by("pk")[:100]
    return [one for one in bearing if _name(one.type, one.title) == name]


def names_itself(citation: Citation, source: Document) -> bool:
    """ "Ban hành kèm theo Quy định số 85-QĐ/TW", in that very regulation."""
    days = {citation.issued_on, source.issued_on} - {None}
    return citation.number != "" and citation.number == source.number and len(days) < 2


def _name(kind: str, title: str) -> str:
    """A law's name without its kind: "Luật An ninh mạng" and, of type Luật, "An ninh mạng" are one."""
    name, kind = fold(" ".join(title.split())), fold(kind)
    return name.removeprefix(kind).strip() if kind else name
