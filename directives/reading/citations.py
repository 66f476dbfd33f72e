"""The documents a letter names: those with a number, laws by their name, and those it only alludes to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from directives.reading.allusions import allusions_in
from directives.reading.draft import Citation
from directives.reading.laws import LAWS, laws_in
from directives.reading.marks import Mark, key, marks_in
from directives.reading.particulars import particulars_at
from directives.reading.relations import continues_list, relation_before
from directives.reading.spans import Places, Provisions
from directives.reading.text import S0, Page, S, fold, squeeze
from directives.reading.vocabulary import KIND, KINDS, kind_of

_KIND_BEFORE = re.compile(rf"\b(?P<kind>{KIND})(?:{S}so)?{S0}:?{S0}$")
_NUMBER_AFTER = re.compile(rf"{S}\(?so{S0}:?{S0}")
_NUMBER_WORD = re.compile(rf"\bso{S0}:?{S0}$")
_LOOK_BACK = 50  # characters before a number that may hold its kind


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a document as it begins to be cited: kind and number, or a law's name."""

    start: int
    end: int
    kind: str | None
    number: str | None
    title: str | None


def read_citations(page: Page, own: str | None, end: int, provisions: Provisions) -> list[Citation]:
    """The citations before `end`, in order of first mention; `own` is the letter's own number."""
    mentions = _explicit(page, own, end)
    named = Places(mention.span for mention in mentions)
    for kind, title, span in allusions_in(page, 0, end):
        # In another document's title it is part of that document's name.
        if not named.holds(span[0]):
            mentions.append(Citation(None, kind, None, None, title, "cites", False, page.quote(*span), span))
    mentions.sort(key=lambda mention: mention.span)
    return _merged([replace(mention, provision=provisions.label_at(mention.span[0])) for mention in mentions])


def _explicit(page: Page, own: str | None, end: int) -> list[Citation]:
    mentions: list[Citation] = []
    outer: Citation | None = None
    for name in _names(page, own, end):
        facts = particulars_at(page, name.end)
        if outer and name.start < outer.span[1]:
            relation = "cites"  # named in another's title: it is the other that carries it out
        elif outer and continues_list(page, outer.span[1], name.start):
            relation = outer.relation
        else:
            relation = relation_before(page, name.start)
        title = name.title or facts.title
        span = (name.start, max(name.end, facts.end))
        words = page.quote(*span)
        mention = Citation(name.number, name.kind, facts.issuer, facts.issued_on, title, relation, True, words, span)
        mentions.append(mention)
        outer = mention if outer is None or name.start >= outer.span[1] else outer
    return mentions


def _names(page: Page, own: str | None, end: int) -> Iterator[_Name]:
    marks = {mark.start: mark for mark in marks_in(page.flow[:end])}
    taken = set()
    names = []
    for law in laws_in(page, 0, end):
        number = _number_after(page, law.end, marks)
        taken.add(number.start if number else -1)
        stop, written = (number.end, number.number) if number else (law.end, None)
        names.append(_Name(law.start, stop, law.kind, written, law.name))
    for mark in marks.values():
        if mark.start not in taken and not (own and key(own) == key(mark.number)):
            names += _numbered(page, mark)
    return iter(sorted(names, key=lambda name: name.start))


def _number_after(page: Page, at: int, marks: dict[int, Mark]) -> Mark | None:
    lead = _NUMBER_AFTER.match(page.folded, at)
    return marks.get(lead.end()) if lead else None


def _numbered(page: Page, mark: Mark) -> list[_Name]:
    """The name around a number: at most one, none when what looks like a number is not."""
    back = max(0, mark.start - _LOOK_BACK)
    before = page.folded[back : mark.start]
    if lead := _KIND_BEFORE.search(before):
        kind: str | None = KINDS[squeeze(lead["kind"])]
    elif mark.is_plain:
        kind, lead = kind_of(mark.code, mark.style), _NUMBER_WORD.search(before)
    else:
        return []
    return [_Name(back + lead.start() if lead else mark.start, mark.end, kind, mark.number, None)]


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
    relation = next((mention.relation for mention in group if mention.relation != "cites"), "cites")
    return replace(
        best,
        number=next((mention.number for mention in group if mention.number), None),
        type=next((mention.type for mention in group if mention.type), None),
        title=best.title or next((mention.title for mention in group if mention.title), None),
        relation=relation,
        mentions=len(group),
    )
