"""Reading a letter as a whole: `read` gives a draft of any text, `require_letter` refuses what is none."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from directives.reading.addressees import read_addressees
from directives.reading.citations import Own, read_citations
from directives.reading.deadlines import read_deadlines
from directives.reading.doubts import doubtful_deadlines, doubtful_provisions, doubts_in
from directives.reading.draft import Draft, Finding, Span, Unsure
from directives.reading.duties import read_duties, read_spread
from directives.reading.findings import found_in_body, listed_at
from directives.reading.header import Header, read_header
from directives.reading.issuers import named_committee, signing_body
from directives.reading.laws import LAWS
from directives.reading.provisions import find_openings, read_provisions
from directives.reading.slips import slips_in
from directives.reading.spans import Provisions
from directives.reading.tail import find_attachment, find_tail, read_tail
from directives.reading.text import Line, Page, S, is_rule, lines_of, normalise, page_of, words
from directives.reading.vocabulary import KINDS

_MISSING = {
    "number": "Không thấy số, ký hiệu văn bản.",
    "type": "Không rõ tên loại văn bản.",
    "issuer": "Không thấy tên cơ quan ban hành.",
    "issued_on": "Không thấy ngày ban hành trong văn bản.",
    "title": "Không thấy trích yếu.",
}
_ITSELF = {kind: re.compile(rf"\b{kind.replace(' ', S)}{S}nay\b") for kind in ("quyet dinh", "quy dinh")}


class NotALetter(ValueError):
    """The text is no directive letter; the message is for the person who brought it."""


def read(text: str) -> Draft:
    """Read any text in time proportional to its length; what cannot be found stays empty. Never raises."""
    plain = normalise(text)
    lines = lines_of(plain)
    foot = find_tail(lines)
    header = read_header(lines[:foot])
    addressees, first = read_addressees(lines[:foot], header.end)
    attached, last = find_attachment(lines, foot)
    openings, more = find_openings(lines, first, foot), find_openings(lines, attached, last)
    page = page_of(plain, lines, {opening.line for opening in (*openings, *more)})
    start, end = _offset(lines, first, page), _offset(lines, foot, page)
    own = read_provisions(page, openings, lines, end)
    provisions = (*own, *read_provisions(page, more, lines, _offset(lines, last, page)))
    tail = read_tail(lines[foot:])
    slips = tuple(slips_in(page))
    draft = Draft(
        text=plain,
        number=header.mark.number if header.mark else None,
        type=header.type,
        type_code=header.code,
        style=header.style,
        issuer=header.issuer,
        superior=header.superior,
        place=header.place,
        issued_on=header.issued_on,
        title=header.title,
        addressees=tuple(words(cells) for cells in addressees),
        copies=tuple(tail.copies),
        signatory=tail.signatory,
        provisions=provisions,
        preamble=_paragraphs(page, start, own[0].span[0] if own else end),
        closing=_paragraphs(page, own[-1].span[1], end) if own else "",
        findings=(*header.findings, *listed_at("addressee", addressees), *tail.findings),
        slips=slips,
        warnings=tuple(header.warnings),
    )
    doubts = [*header.unsure, *doubts_in(page, slips, start, end), *doubtful_provisions([*openings, *more])]
    if more:
        page, end = page.without(end, _offset(lines, attached, page)), _offset(lines, last, page)
    draft = _with_body(draft, header, page, start, end, {opening.label for opening in openings if opening.skipped})
    return _checked(*_with_type(*_with_issuer(draft, doubts, page), header, page, start, end))


def _with_body(draft: Draft, header: Header, page: Page, start: int, end: int, skipped: Collection[str]) -> Draft:
    """The draft with what the body says: citations, deadlines, duties, how far to spread."""
    where = Provisions(draft.provisions)
    deadlines = [replace(one, provision=where.label_at(one.span[0])) for one in read_deadlines(page, start, end)]
    spread = read_spread(page, start, end)
    own = Own(draft.number, header.code_at, f"{draft.type} {draft.title}" if draft.type in LAWS else None)
    draft = replace(
        draft,
        citations=tuple(read_citations(page, own, end, where)),
        deadlines=tuple(deadlines),
        duties=tuple(read_duties(page, start, end, draft.provisions)),
        spread_to=page.quote(*spread) if spread else None,
    )
    spreading = [Finding("spread_to", spread, "certain")] if spread else []
    return replace(draft, findings=(*draft.findings, *found_in_body(draft, skipped), *spreading))


def _paragraphs(page: Page, start: int, end: int) -> str:
    """The passage a paragraph a line, without drawn rules."""
    return "\n".join(line for line in page.quote(start, end).split("\n") if not is_rule(line))


def require_letter(draft: Draft) -> Draft:
    """The draft itself. Raises NotALetter when nothing in it is what only a letter has."""
    if not draft.is_letter:
        raise NotALetter(
            "Không nhận ra đây là văn bản chỉ đạo: không thấy số, ký hiệu, nơi gửi, người ký hay các mục. "
            "Hãy kiểm tra lại tệp hoặc dán đúng nội dung văn bản."
        )
    return draft


def _offset(lines: Sequence[Line], index: int, page: Page) -> int:
    return lines[index].start if index < len(lines) else len(page.text)


def _with_issuer(draft: Draft, doubts: list[Unsure], page: Page) -> tuple[Draft, list[Unsure]]:
    """Signed T/M BAN THƯỜNG VỤ, a letter is the Standing Committee's, whose name the head need not print."""
    authority = draft.signatory.authority
    issuer = signing_body(authority, draft.number, draft.issuer) or named_committee(authority, page)
    if issuer is None or issuer == draft.issuer:
        return draft, doubts
    doubt = Unsure("issuer", f"Cơ quan ban hành suy từ thẩm quyền ký: {issuer}.", authority)
    printed = {"issuer": "superior", "superior": None} if draft.issuer else {}
    findings = [replace(one, field=name) for one in draft.findings if (name := printed.get(one.field, one.field))]
    findings += [replace(one, field="issuer", sure="likely") for one in findings if one.field == "authority"]
    superior = draft.issuer or draft.superior
    return replace(draft, issuer=issuer, superior=superior, findings=tuple(findings)), [doubt, *doubts]


def _with_type(
    draft: Draft, doubts: list[Unsure], header: Header, page: Page, start: int, end: int
) -> tuple[Draft, list[Unsure]]:
    if draft.type:
        return draft, doubts
    if draft.type_code is None and draft.addressees and (draft.style == "state" or not draft.number):
        # A công văn alone has neither a kind above its title nor, in the State's style, a type in its number.
        return _typed(draft, "Công văn", header.code_at if draft.number else draft.findings[0].span), doubts
    named = {kind: found for kind, pattern in _ITSELF.items() if (found := pattern.search(page.folded, start, end))}
    if draft.type_code != "QĐ" or len(named) != 1:
        return draft, doubts
    ((name, found),) = named.items()
    kind = KINDS[name]
    doubt = Unsure("type", f"Tên loại suy từ cách văn bản tự gọi: “{kind} này”.", draft.type_code)
    return _typed(draft, kind, found.span()), [doubt, *doubts]


def _typed(draft: Draft, kind: str, span: Span) -> Draft:
    return replace(draft, type=kind, findings=(*draft.findings, Finding("type", span, "likely")))


def _checked(draft: Draft, doubts: list[Unsure]) -> Draft:
    """The draft with every doubt: what is missing first."""
    told = {doubt.field for doubt in doubts}
    missing = [
        Unsure(field, reason)
        for field, reason in _MISSING.items()
        if field not in told and getattr(draft, field) is None
    ]
    if draft.signatory.name is None:
        missing.append(Unsure("signatory", "Không thấy họ tên người ký."))
    return replace(
        draft,
        findings=tuple(sorted(draft.findings, key=lambda one: one.span)),
        unsure=(*missing, *doubts, *doubtful_deadlines(draft.deadlines)),
    )
