"""The registry as a list: what can be chosen from, what was chosen, and only the columns that a list shows."""

from collections.abc import Mapping
from datetime import date

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from directives.models.document import DocumentQuerySet

# A list shows no text, and a text is most of a row.
UNSEEN = (
    "text", "search_text", "preamble", "closing", "addressees", "copies", "deadlines", "duties", "unsure", "authority",
    "position", "spread_to",
)


def types(documents: DocumentQuerySet) -> list[str]:
    return list(documents.exclude(type="").order_by("type").values_list("type", flat=True).distinct())


def issuers(documents: DocumentQuerySet) -> list[str]:
    return list(documents.exclude(issuer="").order_by("issuer").values_list("issuer", flat=True).distinct()[:200])


def years(documents: DocumentQuerySet) -> list[int]:
    """The years of issue, the newest first."""
    return [day.year for day in documents.exclude(issued_on=None).order_by().dates("issued_on", "year", order="DESC")]


def chosen(documents: DocumentQuerySet, today: date, asked: Mapping[str, str]) -> DocumentQuerySet:
    """By the fields of RegistryFilterForm; an empty one does not narrow."""
    if asked.get("loai"):
        documents = documents.filter(state=asked["loai"])
    if asked.get("kieu"):
        documents = documents.filter(type=asked["kieu"])
    if asked.get("nam"):
        documents = documents.filter(issued_on__year=int(asked["nam"]))
    if asked.get("hieu_luc") == "thay-the":
        documents = documents.replaced_on(today)
    elif asked.get("hieu_luc") == "het":
        documents = documents.expired_on(today)
    elif asked.get("hieu_luc") == "con":
        documents = documents.holding_on(today)
    if asked.get("tim"):
        documents = documents.search(asked["tim"])
    return documents.by_number() if asked.get("thu_tu") == "so" else documents.newest_first()


class Listing(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of the registry; a first page that is not full needs no count, and is read once."""

    @cached_property
    def count(self) -> int:
        self._first = list(self.object_list[: self.per_page + 1])
        return len(self._first) if len(self._first) <= self.per_page else super().count

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        if self.validate_number(number) == 1:
            return Page(self._first[: self.per_page], 1, self)
        return super().page(number)


def listed(documents: DocumentQuerySet) -> DocumentQuerySet:
    return documents.defer(*UNSEEN)
