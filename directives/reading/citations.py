"""The documents a letter names: those with a number, laws by their name, and those it only alludes to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from directives.reading.allusions import allusions_in
from directives.reading.draft import Citation, Span
from directives.reading.laws import LAWS, laws_in
from directives.reading.marks import Mark, key, marks_in
from directives.reading.particulars import issuer_before, particulars_at
from directives.reading.relations import amends_outer, continues_list, loses_force, relation_before, relation_of_list
from directives.reading.spans import Places, Provisions
from directives.reading.text import S0, Page, S, fold, squeeze
from directives.reading.vocabulary import KIND, KINDS, kind_of

_KIND_BEFORE = re.compile(rf"\b(?P<kind>{KIND})(?:{S}so)?{S0}:?{S0}$")
_ISSUER_BETWEEN = re.compile(rf"\b(?P<kind>{KIND}){S}cua{S}(?P<issuer>[a-z, ]{{2,60}}){S}so{S0}:?{S0}$")
_NUMBER_AFTER = re.compile(rf"{S}\(?so{S0}:?{S0}")
_NUMBER_WORD = re.compile(rf"\bso{S0}:?{S0}$")
_LOOK_BACK = 90  # characters before a number that may hold its kind


@dataclass(frozen=True, slots=True)
class Own:
    """What the letter calls itself, and where its number stands: it does not cite itself."""

    number: str | None
    number_at: Span
    law: str | None  # the whole name, where the letter is a law

    def is_at(self, mark: Mark) -> bool:
        named = self.number is not None and key(self.number) == key(mark.number)
        return named or self.number_at[0] <= mark.start < self.number_at[1]

    def is_named(self, law: str | None) -> bool:
        return law is not None and self.law is not None and fold(law) == fold(self.law)


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a document as it begins to be cited: kind and number, or a law's name."""

    start: int
    end: int
    kind: str | None
    number: str | None
    title: str | None
    issuer: str | None = None
    bare: bool = False  # "số 12-QĐ/TU" alone, in a list begun with "các Quyết định"


def read_citations(page: Page, own: Own, end: int, provisions: Provisions) -> list[Citation]:
    """The citations before `end`, in order of first mention."""
    mentions = _related(page, sorted(_mentions(page, own, end), key=lambda mention: mention.span))
    return _merged([replace(mention, provision=provisions.label_at(mention.span[0])) for mention in mentions])


def _mentions(page: Page, own: Own, end: int) -> Iterator[Citation]:
    cited = list(_shared(page, [_cited(page, name) for name in _names(page, own, end)]))
    reach = 0  # where the last document that is not in another's title ends
    named: list[Span] = []
    for mention in cited:
        start, stop = mention.span
        if start < reach and mention.number is None:
            continue  # a law in another document's title is part of that document's name
        if start >= reach:
            reach = stop
            named.append(mention.span)
        yield mention
    taken = Places(named)
    for kind, title, span in allusions_in(page, 0, end):
        if not taken.holds(span[0]):
            yield Citation(None, kind, None, None, title, "cites", False, page.quote(*span), span)


def _cited(page: Page, name: _Name) -> tuple[_Name, Citation]:
    """A name with the particulars after it, or the issuer before it: "của Sở Nội vụ tại Tờ trình số …"."""
    facts = particulars_at(page, name.end, joint=name.number is not None and name.number.count("-") > 1)
    span = (name.start, max(name.end, facts.end))
    issuer = name.issuer or facts.issuer or issuer_before(page, name.start)
    title = name.title or facts.title
    words = page.quote(*span)
    return name, Citation(name.number, name.kind, issuer, facts.issued_on, title, "cites", True, words, span)


def _shared(page: Page, cited: Sequence[tuple[_Name, Citation]]) -> Iterator[Citation]:
    """In "các Quyết định số A, số B và số C của X" the kind goes for those after it, the issuer for those before."""
    shared = [mention for _, mention in cited]
    alike = [_alike(page, before, after) for before, after in pairwise(cited)]
    for at, same in enumerate(alike, start=1):
        if same and cited[at][0].bare:
            issuer = shared[at].issuer or (shared[at - 1].issuer if cited[at - 1][0].issuer else None)
            shared[at] = replace(shared[at], type=shared[at - 1].type or shared[at].type, issuer=issuer)
    for at in range(len(shared) - 1, 0, -1):
        if alike[at - 1] and shared[at - 1].issuer is None:
            shared[at - 1] = replace(shared[at - 1], issuer=shared[at].issuer)
    return iter(shared)


def _alike(page: Page, before: tuple[_Name, Citation], after: tuple[_Name, Citation]) -> bool:
    """Neighbours in a list, of one body: the second has no kind of its own, or their numbers end alike."""
    codes = [(name.number or "").lstrip("0123456789") for name, _ in (before, after)]
    return (after[0].bare or codes[0] == codes[1] != "") and continues_list(page, before[1].span[1], after[0].start)


def _related(page: Page, mentions: Sequence[Citation]) -> Iterator[Citation]:
    """Each mention with its relation to the letter; the first of a list tells it for all."""
    outer: Citation | None = None
    for mention in mentions:
        start, end = mention.span
        if outer and start < outer.span[1]:
            yield mention  # named in another's title: it is the other that carries it out
            continue
        listed = outer and (continues_list(page, outer.span[1], start) or amends_outer(page, start))
        relation = outer.relation if outer and listed else relation_before(page, start)
        if relation == "cites":
            relation = relation_of_list(page, start)
        outer = replace(mention, relation="replaces" if loses_force(page, end) else relation)
        yield outer


def _names(page: Page, own: Own, end: int) -> Iterator[_Name]:
    marks = {mark.start: mark for mark in marks_in(page.flow[:end])}
    taken = set()
    names = []
    for law in laws_in(page, 0, end):
        number = _number_after(page, law.end, marks)
        taken.add(number.start if number else -1)
        stop, written = (number.end, number.number) if number else (law.end, None)
        names.append(_Name(law.start, stop, law.kind, written, law.name))
    for mark in marks.values():
        if mark.start not in taken and not own.is_at(mark):
            names += _numbered(page, mark)
    return iter(sorted((name for name in names if not own.is_named(name.title)), key=lambda name: name.start))


def _number_after(page: Page, at: int, marks: dict[int, Mark]) -> Mark | None:
    lead = _NUMBER_AFTER.match(page.folded, at)
    return marks.get(lead.end()) if lead else None


def _numbered(page: Page, mark: Mark) -> list[_Name]:
    """The name around a number: at most one, none when what looks like a number is not."""
    back = max(0, mark.start - _LOOK_BACK)
    before = page.folded[back : mark.start]
    if lead := _KIND_BEFORE.search(before) or _ISSUER_BETWEEN.search(before):
        kind: str | None = KINDS[squeeze(lead["kind"])]
    elif mark.is_plain:
        kind, lead = kind_of(mark.code, mark.style), _NUMBER_WORD.search(before)
    else:
        return []
    issuer = None
    if lead and lead.re is _ISSUER_BETWEEN:
        issuer = page.quote(back + lead.start("issuer"), back + lead.end("issuer"))
    start = back + lead.start() if lead else mark.start
    return [_Name(start, mark.end, kind, mark.number, None, issuer, lead is None or lead.re is _NUMBER_WORD)]


@dataclass(slots=True)
class _Document:
    """A document with all its mentions; two editions of a law share a name and differ in number."""

    number: str | None
    mentions: list[Citation]


def _merged(mentions: Sequence[Citation]) -> list[Citation]:
    """One citation a document: the first mention that gives particulars, with the count of all."""
    documents: list[_Document] = []
    known: dict[str, _Document] = {}
    for mention in mentions:
        number = key(mention.number) if mention.number else None
        keys = [number, _name_key(mention)]
        same = (known[k] for k in keys if k in known and number in (None, known[k].number or number))
        document = next(same, None)
        if document is None:
            document = _Document(number, [])
            documents.append(document)
        document.mentions.append(mention)
        document.number = document.number or number
        for k in filter(None, keys):
            known.setdefault(k, document)
    return [_one(document.mentions) for document in documents]


def _name_key(mention: Citation) -> str | None:
    """The name, where it alone may stand for the document."""
    if mention.title and (mention.number is None or mention.title.startswith(LAWS)):
        return fold(mention.title)
    return None


def _one(group: Sequence[Citation]) -> Citation:
    best = next((mention for mention in group if mention.issued_on or mention.issuer), group[0])
    told = {mention.relation for mention in group}
    # Once said to end or to change it, however often it is carried out.
    weightier: list[str] = [relation for relation in ("replaces", "amends") if relation in told]
    weightier += [mention.relation for mention in group if mention.relation != "cites"]
    relation = weightier[0] if weightier else "cites"
    return replace(
        best,
        number=next((mention.number for mention in group if mention.number), None),
        type=next((mention.type for mention in group if mention.type), None),
        issuer=next((mention.issuer for mention in (best, *group) if mention.issuer), None),
        issued_on=next((mention.issued_on for mention in (best, *group) if mention.issued_on), None),
        title=best.title or next((mention.title for mention in group if mention.title), None),
        relation=relation,
        mentions=len(group),
    )
