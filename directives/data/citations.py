from collections.abc import Iterable

from directives.models import Citation, Document


def replacements(documents: Iterable[int]) -> dict[int, Document]:
    """document id → the registered document that replaced it. One query."""
    found = Citation.objects.filter(target__in=list(documents), relation=Citation.Relation.REPLACES).exclude(
        source__state=Document.State.DRAFT
    )
    return {c.target_id: c.source for c in found.select_related("source").order_by("pk") if c.target_id}
