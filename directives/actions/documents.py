"""From a letter's draft to a registered document."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from directives import numbers
from directives.models import Citation, Document, Provision, StoredFile
from units import access, ledger
from units.access import Verb
from units.models import Unit, User
from units.vietnamese import clean, fold


class WrongState(ValueError):
    """What was asked does not fit the row's present state; the message is for the screen."""


@dataclass(frozen=True)
class Cited:
    """One citation of a draft; a number or a title is enough, whatever is unknown stays empty."""

    title: str
    number: str = ""
    type: str = ""
    issuer: str = ""
    issued_on: date | None = None
    relation: str = Citation.Relation.CITES
    explicit: bool = True
    as_written: str = ""
    provision: str = ""


@dataclass(frozen=True)
class Content:
    """What a document says, as read or typed; `provisions` are (label, text) in order, "4" before "4.1"."""

    title: str
    number: str = ""
    type: str = ""
    issuer: str = ""
    series: str = ""
    place: str = ""
    issued_on: date | None = None
    in_force_on: date | None = None
    addressees: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    authority: str = ""
    position: str = ""
    provisions: list[tuple[str, str]] = field(default_factory=list)
    citations: list[Cited] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    text: str = ""


def content_of(draft: dict[str, Any], text: str) -> Content:
    """What `directives.reading` found, as the content of a document; unknown stays empty."""
    signatory = draft["signatory"] or {}
    return Content(
        title=draft["title"] or "", number=draft["number"] or "", type=draft["type"] or "",
        issuer=draft["issuer"] or "", place=draft["place"] or "", issued_on=_day(draft["issued_on"]),
        addressees=draft["addressees"], copies=draft["copies"], authority=signatory.get("authority") or "",
        position=signatory.get("position") or "",
        provisions=[(p["label"], p["text"]) for p in draft["provisions"]],
        citations=[
            Cited(
                title=c["title"] or "", number=c["number"] or "", type=c["type"] or "", issuer=c["issuer"] or "",
                issued_on=_day(c["issued_on"]), relation=c["relation"], explicit=c["explicit"],
                as_written=c.get("as_written") or "", provision=c.get("provision") or "",
            )
            for c in draft["citations"]
        ],
        unsure=[line["reason"] for line in draft.get("unsure", [])], text=text,
    )


def require_new(content: Content) -> None:
    """Refuse, before anything is stored, what says nothing of itself or was brought before (a form sent twice)."""
    if not content.title and not content.number:
        raise WrongState("Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
    known = Document.objects.filter(text=content.text).first() if content.text else None
    if known is not None:
        raise WrongState(f"Văn bản này đã được nhập trước đó: {known.name}.")


@transaction.atomic
def draft(
    *, content: Content, unit: Unit, by: User | None, now: datetime, file: StoredFile | None = None
) -> Document:
    """Keep a read letter as a draft, with its provisions and citations; nothing is rolled out from a draft."""
    access.require(by, Verb.REGISTER, unit, now)
    if not content.title and not content.number:
        raise WrongState("Chưa có số, ký hiệu hoặc trích yếu của văn bản.")
    document = Document(created_at=now, state=Document.State.DRAFT, file=file)
    _fill(document, content)
    _save(document)
    provisions = _keep_provisions(document, content.provisions)
    for cited in content.citations:
        _keep_citation(document, cited, provisions, now)
    ledger.record("document.drafted", document, by=by, now=now, unit_id=unit.pk, number=document.number)
    return document


@transaction.atomic
def correct(*, document: Document, fields: dict[str, Any], unit: Unit, by: User | None, now: datetime) -> Document:
    """Change a draft's own fields by hand; a registered document no longer changes."""
    access.require(by, Verb.REGISTER, unit, now)
    if document.state != Document.State.DRAFT:
        raise WrongState("Văn bản đã vào sổ, không sửa được nữa.")
    for name, value in fields.items():
        setattr(document, name, value)
    _number(document)
    document.search_text = document.searchable()
    _save(document)
    ledger.record("document.corrected", document, by=by, now=now, unit_id=unit.pk, fields=sorted(fields))
    return document


@transaction.atomic
def register(*, document: Document, state: str, unit: Unit, by: User | None, now: datetime) -> Document:
    """Take a draft into the registry for one purpose: to roll out, to know, or to refer to."""
    access.require(by, Verb.REGISTER, unit, now)
    if state not in (Document.State.DIRECTIVE, Document.State.TO_KNOW, Document.State.REFERENCE):
        raise WrongState("Hãy chọn mục đích: triển khai, để biết hoặc tham chiếu.")
    document.state = state
    document.sha256 = document.file.sha256 if document.file else sha256(document.text.encode()).hexdigest()
    kept = Document.objects.filter(pk=document.pk, state=Document.State.DRAFT).update(
        state=document.state, sha256=document.sha256
    )
    if not kept:
        raise WrongState("Văn bản này đã vào sổ.")
    ledger.record(
        "document.registered", document, by=by, now=now, unit_id=unit.pk, state=state, sha256=document.sha256
    )
    return document


def _fill(document: Document, content: Content) -> None:
    for name in ("number", "type", "issuer", "series", "place", "title", "authority", "position"):
        most = getattr(Document._meta.get_field(name), "max_length", None)
        setattr(document, name, clean(getattr(content, name))[:most])
    document.issued_on, document.in_force_on = content.issued_on, content.in_force_on
    document.addressees, document.copies, document.unsure = content.addressees, content.copies, content.unsure
    document.text = content.text
    _number(document)
    document.search_text = document.searchable()


def _save(document: Document) -> None:
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        raise WrongState("Số văn bản này đã có trong sổ của cơ quan ban hành.") from error


def _number(document: Document) -> None:
    document.num = numbers.parse(document.number).num if document.number else None


def _keep_provisions(document: Document, provisions: list[tuple[str, str]]) -> dict[str, Provision]:
    kept: dict[str, Provision] = {}
    for order, (label, text) in enumerate(provisions, start=1):
        if label in kept:
            continue  # a label read twice is a slip of the scan; the first stands
        parent = kept.get(label.rpartition(".")[0])
        kept[label] = Provision.objects.create(
            document=document, parent=parent, label=label, text=text, order=order
        )
    return kept


def _keep_citation(document: Document, cited: Cited, provisions: dict[str, Provision], now: datetime) -> None:
    """A citation is linked to the document it means, which enters the registry to refer to.

    A mere allusion is linked only when somebody has said by its number which document is meant.
    """
    target = _meant(document, cited, now) if cited.explicit or cited.number else None
    Citation.objects.create(
        source=document, provision=provisions.get(cited.provision), target=target, relation=cited.relation,
        as_written=(cited.as_written or " ".join(filter(None, (cited.type, cited.number, cited.title))))[:500],
        explicit=cited.explicit,
    )


def _meant(document: Document, cited: Cited, now: datetime) -> Document | None:
    known = Document.objects.exclude(pk=document.pk)
    if cited.number:
        found = known.filter(number=cited.number)
        if cited.issued_on:
            # A number without a term names several papers; the date tells them apart.
            found = found.filter(issued_on=cited.issued_on) or found.filter(issued_on=None)
    else:
        found = known.filter(search_text__contains=fold(cited.title), type__in=(cited.type, ""))
    meant = list(found[:2])
    if meant or not (cited.number or cited.title):
        # A name that several papers bear (a law and the one that replaced it) is not resolved by guessing.
        return meant[0] if len(meant) == 1 else None
    target = Document(created_at=now, state=Document.State.REFERENCE)
    _fill(
        target,
        Content(
            title=cited.title or cited.as_written, number=cited.number, type=cited.type, issuer=cited.issuer,
            issued_on=cited.issued_on,
        ),
    )
    target.save()
    return target


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

