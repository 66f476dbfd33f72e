"""From a letter's draft to a registered document."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from directives import numbers, uploads
from directives.actions import files
from directives.actions.content import Cited, Content, content_of
from directives.data.meant import meant, names_itself
from directives.models import Citation, Document, Provision, StoredFile
from directives.reading.classified import classified_mark
from directives.reading.files import text_of
from directives.reading.letter import read, require_letter
from units import access, ledger
from units.access import Verb
from units.models import Unit, User
from units.vietnamese import clean

State, Revision = Document.State, Document.Revision
KNOWN_TWICE = "Số văn bản này đã có trong sổ của cơ quan ban hành."


class WrongState(ValueError):
    """What was asked does not fit the row's present state; the message is for the screen."""


def require_new(content: Content) -> None:
    """Refuse, before anything is stored, what is classified, says nothing of itself, or was brought before."""
    if classified_mark(content.text):
        raise WrongState(uploads.CLASSIFIED)
    if not content.title and not content.number:
        raise WrongState("Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
    known = Document.objects.filter(text=content.text).first() if content.text else None
    if known is not None:
        raise WrongState(f"Văn bản này đã được nhập trước đó: {known.name}.")


@transaction.atomic
def bring_in(
    *, text: str, data: bytes, name: str, unit: Unit, by: User | None, now: datetime
) -> Document:
    """Read a letter and keep it as a draft with its file; nothing is stored when any part of it is refused.

    With a file and a text both, the text is the file's, typed off by hand: a scan is kept and its words are read.
    Raises UnreadableFile, NotALetter, uploads.Refused or WrongState, each with a sentence for the screen.
    """
    access.require(by, Verb.REGISTER, unit, now)
    if not text.strip():
        text = text_of(data, name)
    content = content_of(require_letter(read(text)).as_dict(), text)
    require_new(content)
    document = draft(content=content, unit=unit, by=by, now=now)
    if data:  # last: a file once written is not taken back
        document.file = files.store(data=data, name=name, by=by, now=now)
        document.save(update_fields=["file"])
    return document


@transaction.atomic
def draft(
    *, content: Content, unit: Unit, by: User | None, now: datetime, file: StoredFile | None = None
) -> Document:
    """Keep a read letter as a draft, with its provisions and citations; nothing is rolled out from a draft."""
    access.require(by, Verb.REGISTER, unit, now)
    if not content.title and not content.number:
        raise WrongState("Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
    document = Document(created_at=now, state=State.DRAFT, file=file, text=content.text)
    _fill(document, content)
    _require_own_number(document)
    document.save()
    _keep_parts(document, content)
    ledger.record("document.drafted", document, by=by, now=now, unit_id=unit.pk, number=document.number)
    return document


@transaction.atomic
def correct(
    *, document: Document, content: Content, seen: int, unit: Unit, by: User | None, now: datetime
) -> Document:
    """Put a draft's content right by hand; `seen` is the version it was corrected from. The verbatim text stays."""
    access.require(by, Verb.REGISTER, unit, now)
    if not content.title and not content.number:
        raise WrongState("Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
    taken = Document.objects.filter(pk=document.pk, state=State.DRAFT, version=seen).update(version=F("version") + 1)
    document.refresh_from_db()
    if not taken:
        if document.state == State.DRAFT:
            raise WrongState("Dự thảo này vừa được người khác sửa; hãy mở lại trang để xem bản mới trước khi lưu.")
        raise WrongState("Văn bản đã vào sổ, không sửa được nữa.")
    before = {name: getattr(document, name) for name in _FIELDS}
    _fill(document, content)
    _require_own_number(document)
    document.save()
    changed = sorted(name for name in _FIELDS if getattr(document, name) != before[name])
    document.citations.all().delete()
    document.provisions.all().delete()
    _keep_parts(document, content)
    ledger.record("document.corrected", document, by=by, now=now, unit_id=unit.pk, fields=changed)
    return document


@transaction.atomic
def discard(*, document: Document, unit: Unit, by: User | None, now: datetime) -> None:
    """Throw a draft away; its file stays stored, and the ledger says what was thrown away."""
    access.require(by, Verb.REGISTER, unit, now)
    drafts = Document.objects.select_for_update().filter(pk=document.pk, state=State.DRAFT)
    if not drafts.exists():
        raise WrongState("Văn bản đã vào sổ, không bỏ được nữa.")
    ledger.record("document.discarded", document, by=by, now=now, unit_id=unit.pk, number=document.number)
    drafts.delete()


@transaction.atomic
def register(*, document: Document, state: str, unit: Unit, by: User | None, now: datetime) -> Document:
    """Take a draft into the registry for one purpose: to roll out, to know, or to refer to.

    The document takes the place of an entry that stood for it only because others cite it, and what it cites itself
    enters the registry to refer to where it is not there yet.
    """
    access.require(by, Verb.REGISTER, unit, now)
    if state not in (State.DIRECTIVE, State.TO_KNOW, State.REFERENCE):
        raise WrongState("Hãy chọn mục đích: triển khai, để biết hoặc tham chiếu.")
    document.sha256 = document.file.sha256 if document.file else sha256(document.text.encode()).hexdigest()
    taken = Document.objects.filter(pk=document.pk, state=State.DRAFT, version=document.version)
    if document.revises and document.revises.state != State.DIRECTIVE:
        raise WrongState("Chỉ sửa được văn bản đã vào sổ để triển khai.")
    try:
        with transaction.atomic():
            _absorb(document)
            kept = taken.update(state=state, sha256=document.sha256, version=F("version") + 1)
    except IntegrityError as error:
        raise WrongState(KNOWN_TWICE) from error
    if not kept:
        raise WrongState("Văn bản này đã vào sổ hoặc vừa được người khác sửa; hãy xem lại.")
    document.refresh_from_db()
    _tie_to_revised(document)
    for citation in document.citations.unresolved():
        citation.target = meant(citation, document) or _entered(citation, now)
        citation.save(update_fields=["target"])
    ledger.record(
        "document.registered", document, by=by, now=now, unit_id=unit.pk, state=state, sha256=document.sha256
    )
    return document


@transaction.atomic
def set_force(
    *, document: Document, in_force_on: Any, expires_on: Any, unit: Unit, by: User | None, now: datetime
) -> Document:
    """Note from when, and until when, a registered document holds; nothing of what it says changes."""
    access.require(by, Verb.REGISTER, unit, now)
    if document.is_draft:
        raise WrongState("Dự thảo chưa vào sổ; hãy ghi hiệu lực khi sửa dự thảo.")
    begins = in_force_on or document.issued_on
    if begins and expires_on and expires_on <= begins:
        raise WrongState("Ngày hết hiệu lực phải sau ngày có hiệu lực.")
    if in_force_on and document.issued_on and in_force_on < document.issued_on:
        raise WrongState("Ngày có hiệu lực không thể sớm hơn ngày ban hành.")
    document.in_force_on, document.expires_on = in_force_on, expires_on
    document.save(update_fields=["in_force_on", "expires_on"])
    ledger.record(
        "document.force_noted", document, by=by, now=now, unit_id=unit.pk,
        in_force_on=in_force_on and in_force_on.isoformat(), expires_on=expires_on and expires_on.isoformat(),
    )
    return document


_TEXTS = (
    "number", "type", "issuer", "series", "place", "title", "authority", "position", "spread_to",
)
_FIELDS = (
    *_TEXTS, "issued_on", "in_force_on", "expires_on", "addressees", "copies", "preamble", "closing", "deadlines",
    "duties", "revises", "revision", "unsure",
)


def _fill(document: Document, content: Content) -> None:
    for name in _FIELDS:
        value = getattr(content, name)
        if name in _TEXTS:
            value = clean(value)[: getattr(Document._meta.get_field(name), "max_length", None)]
        setattr(document, name, value)
    document.num = numbers.parse(document.number).num if document.number else None
    document.search_text = document.searchable(document.body(content.parts.values()))


def _require_own_number(document: Document) -> None:
    """Told early; the constraint has the last word when the draft is registered."""
    if document.num is None or not document.series:
        return
    same = Document.objects.filter(
        issuer=document.issuer, type=document.type, series=document.series, num=document.num
    ).exclude(pk=document.pk)
    if same.exclude(pk__in=Document.objects.stubs()).exists():
        raise WrongState(KNOWN_TWICE)


def _keep_parts(document: Document, content: Content) -> None:
    provisions = _keep_provisions(document, content.parts)
    for cited in content.citations:
        _keep_citation(document, cited, provisions)


def _keep_provisions(document: Document, parts: dict[str, str]) -> dict[str, Provision]:
    kept: dict[str, Provision] = {}
    for order, (label, text) in enumerate(parts.items(), start=1):
        parent = kept.get(label.rpartition(".")[0])
        kept[label] = Provision.objects.create(
            document=document, parent=parent, label=label, text=text, order=order
        )
    return kept


def _keep_citation(document: Document, cited: Cited, provisions: dict[str, Provision]) -> None:
    """As written; linked at once where the registry knows which document is meant.

    A mere allusion is linked only when somebody has said by its number which document is meant.
    """
    told = {name: clean(getattr(cited, name)) for name in ("number", "type", "issuer", "title")}
    for name in told:
        told[name] = told[name][: getattr(Citation._meta.get_field(name), "max_length", None)]
    citation = Citation(
        source=document, provision=provisions.get(cited.provision), relation=cited.relation, explicit=cited.explicit,
        as_written=clean(cited.words)[:500], issued_on=cited.issued_on, **told,
    )
    if cited.explicit or cited.number:
        citation.target = meant(citation, document)
    citation.save()


def _absorb(document: Document) -> None:
    """An entry without text that stood for this very document gives way to it: who cited that entry cites this one."""
    if not document.number:
        return
    bearing = Document.objects.stubs().of_number(document.number, document.issued_on).exclude(pk=document.pk)
    stubs = [stub for stub in bearing if not stub.issuer or not document.issuer or stub.issuer == document.issuer]
    if document.issued_on is None and len({stub.issued_on for stub in stubs} - {None}) > 1:
        return  # which of them it is, only its day would tell
    for stub in stubs:
        known = set(document.citations.exclude(target=None).values_list("target", "relation"))
        for citation in stub.citations.exclude(target=document):
            if (citation.target_id, citation.relation) not in known:
                Citation.objects.filter(pk=citation.pk).update(source=document)
        stub.cited_by.exclude(source=document).update(target=document)
        stub.cited_by.update(target=None)  # what named itself, taken for another
        Document.objects.filter(pk=document.pk, in_force_on=None).update(in_force_on=stub.in_force_on)
        Document.objects.filter(pk=document.pk, expires_on=None).update(expires_on=stub.expires_on)
        stub.delete()


def _tie_to_revised(document: Document) -> None:
    """What replaces or supplements a directive says so among its citations, whether its text was read so or not."""
    relation = {
        Revision.REPLACEMENT: Citation.Relation.REPLACES, Revision.SUPPLEMENT: Citation.Relation.AMENDS,
    }.get(Revision(document.revision)) if document.revision else None
    old = document.revises
    if relation is None or old is None or document.citations.filter(target=old, relation=relation).exists():
        return
    Citation.objects.create(
        source=document, target=old, relation=relation, explicit=True, as_written=old.name[:500], number=old.number,
        type=old.type, issuer=old.issuer, issued_on=old.issued_on, title=old.title,
    )


def _entered(citation: Citation, now: datetime) -> Document | None:
    """A new entry to refer to, of what the citation says; none when that is too little, or not one other paper."""
    if not citation.number and (not citation.title or not citation.explicit):
        return None
    if names_itself(citation, citation.source) or meant(citation, citation.source, sure=False):
        return None
    target = Document(created_at=now, state=State.REFERENCE)
    title = citation.title or citation.as_written
    _fill(
        target,
        Content(
            title=title, number=citation.number, type=citation.type, issuer=citation.issuer,
            issued_on=citation.issued_on,
        ),
    )
    target.save()
    return target
