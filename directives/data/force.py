"""Whether documents are still in force, as far as the registry knows; and what leans on one that no longer is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from directives.models import Citation, Document, Rollout
from units.access import Rights

Force = Literal["pending", "replaced", "expired", "amended", "unchanged"]
_DEEPEST = 20  # replacements followed in a row


@dataclass(frozen=True, slots=True)
class Standing:
    """What the registry knows of a document on a day: `by` changed it from `on`; `coming` will replace it."""

    force: Force
    by: Document | None = None
    on: date | None = None
    coming: Document | None = None
    latest: Document | None = None  # where a replacement was itself replaced: the one that holds now

    @property
    def ended(self) -> bool:
        return self.force in ("replaced", "expired")

    @property
    def named(self) -> list[Document]:
        """The documents that its sentence names."""
        return [one for one in (self.by, self.latest, self.coming) if one]

    @property
    def label(self) -> str:
        return {
            "pending": "Chưa có hiệu lực", "replaced": "Đã được thay thế", "expired": "Hết hiệu lực",
            "amended": "Đã được sửa đổi, bổ sung", "unchanged": "Chưa ghi nhận thay đổi",
        }[self.force]


@dataclass(frozen=True, slots=True)
class Lean:
    """A citation of a document that no longer holds."""

    citation: Citation
    standing: Standing

    @property
    def named(self) -> list[Document]:
        return [*([self.citation.target] if self.citation.target else []), *self.standing.named]


def standings(documents: Iterable[Document], today: date) -> dict[int, Standing]:
    """document id → its standing. Three queries and one a replacement in a row, however many the documents."""
    known = {document.pk: document for document in documents}
    changes = Citation.objects.filter(target__in=known).of_registered().select_related("source").order_by("pk")
    by_target: dict[int, list[Citation]] = {}
    for change in changes.replacing() | changes.amending():
        by_target.setdefault(change.target_id or 0, []).append(change)
    found = {pk: _standing(document, by_target.get(pk, []), today) for pk, document in known.items()}
    newer = {standing.by.pk for standing in found.values() if standing.by and standing.force == "replaced"}
    holding = _latest(newer, today) if newer else {}
    return {
        pk: Standing(s.force, s.by, s.on, s.coming, holding.get(s.by.pk)) if s.by and s.force == "replaced" else s
        for pk, s in found.items()
    }


def leans(document: Document, today: date) -> list[Lean]:
    """The citations, in order, of documents that were replaced or have expired by today."""
    return footing(document, today)[1]


def footing(document: Document, today: date) -> tuple[Standing, list[Lean]]:
    """A document's own standing and what it leans on that no longer holds, asked together."""
    cited = list(document.citations.exclude(target=None).select_related("target", "provision").order_by("pk"))
    known = standings([document, *(citation.target for citation in cited if citation.target)], today)
    # What it replaces itself does not hold it up, however else it names that.
    replaced = {c.target_id for c in cited if c.relation == Citation.Relation.REPLACES}
    leaning = [c for c in cited if c.target_id not in replaced]
    ended = [Lean(c, known[c.target_id]) for c in leaning if c.target_id and known[c.target_id].ended]
    return known[document.pk], ended


def readable(documents: Iterable[Document], rights: Rights) -> set[int]:
    """The keys of those one may open; the others are named on a page, never linked."""
    visible = Document.objects.visible_to(rights)
    return set(visible.filter(pk__in={one.pk for one in documents}).values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Shaken:
    """What a document's entry touches: one document it replaces or amends, those citing it, the rollouts of either."""

    citation: Citation
    document: Document
    cited_by: list[Citation]
    rollouts: list[Rollout]


def shaken_by(document: Document, rights: Rights) -> list[Shaken]:
    """For the staff: everything registered that leans on what this document replaces or amends."""
    changes = document.citations.exclude(target=None).select_related("target").order_by("pk")
    touched = list(changes.replacing() | changes.amending())
    citing = Citation.objects.filter(target__in=[c.target_id for c in touched]).of_registered().exclude(source=document)
    visible = Document.objects.visible_to(rights)
    leaning = list(citing.filter(source__in=visible).select_related("source", "provision").order_by("source", "pk"))
    concerned = {*(c.target_id for c in touched), *(c.source_id for c in leaning)}
    running = Rollout.objects.visible_to(rights).running().filter(document__in=concerned).select_related("document")
    rollouts = list(running.order_by("-issued_at"))
    found = []
    for change in touched:
        if change.target is None:
            continue
        by = [c for c in leaning if c.target_id == change.target_id and c.relation != Citation.Relation.REPLACES]
        of = {change.target_id, *(c.source_id for c in by)}
        found.append(Shaken(change, change.target, by, [r for r in rollouts if r.document_id in of]))
    return found


def _standing(document: Document, changes: list[Citation], today: date) -> Standing:
    effective = [c for c in changes if c.source.effective_on is None or c.source.effective_on <= today]
    replacing = [c for c in effective if c.relation == Citation.Relation.REPLACES]
    amending = [c for c in effective if c.relation == Citation.Relation.AMENDS]
    ahead = [c for c in changes if c not in effective and c.relation == Citation.Relation.REPLACES]
    coming = min(ahead, key=_since).source if ahead else None
    if replacing:
        newest = max(replacing, key=_since).source
        return Standing("replaced", newest, newest.effective_on, coming)
    if document.expires_on and document.expires_on <= today:
        return Standing("expired", on=document.expires_on, coming=coming)
    if document.in_force_on and document.in_force_on > today:
        return Standing("pending", on=document.in_force_on, coming=coming)
    if amending:
        newest = max(amending, key=_since).source
        return Standing("amended", newest, newest.effective_on, coming)
    return Standing("unchanged", coming=coming)


def _since(change: Citation) -> tuple[date, int]:
    """The order in which changes take effect; one whose day nobody knows comes before all others."""
    return change.source.effective_on or date.min, change.source_id


def _latest(replacing: Iterable[int], today: date) -> dict[int, Document]:
    """replacement's id → the document at the end of the chain that begins with it, where there is a longer one."""
    newer: dict[int, Document] = {}
    known: set[int] = set()
    ends = set(replacing)
    for _ in range(_DEEPEST):
        edges = Citation.objects.in_effect(today).replacing().filter(target__in=ends).select_related("source")
        newer |= {edge.target_id: edge.source for edge in sorted(edges, key=_since) if edge.target_id}
        known |= ends
        ends = {newer[pk].pk for pk in ends if pk in newer} - known
        if not ends:
            break
    return {pk: end for pk in replacing if (end := _end(pk, newer))}


def _end(first: int, newer: dict[int, Document]) -> Document | None:
    """The last of a chain; None for a chain of one, and for replacements that run in a ring, by somebody's slip."""
    seen, end = {first}, newer.get(first)
    while end and end.pk in newer and end.pk not in seen:
        seen.add(end.pk)
        end = newer[end.pk]
    return None if end and end.pk in seen else end
