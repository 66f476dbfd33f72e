"""What a document says, as read from a letter or typed by hand: the shape that the registry's actions take."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from directives import numbers
from directives.models import Citation, Document
from directives.reading.slips import mend


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

    @property
    def words(self) -> str:
        """As written there, or put together from what is known."""
        return self.as_written or " ".join(filter(None, (self.type, self.number, self.title)))


@dataclass(frozen=True)
class Content:
    """What a document says; `provisions` are (label, text) in order, "4" before "4.1".

    `text` is the letter word for word; everything else is the reading copy, where slips of the scan are mended.
    """

    title: str
    number: str = ""
    type: str = ""
    issuer: str = ""
    series: str = ""
    place: str = ""
    issued_on: date | None = None
    in_force_on: date | None = None
    expires_on: date | None = None
    addressees: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    authority: str = ""
    position: str = ""
    preamble: str = ""
    provisions: list[tuple[str, str]] = field(default_factory=list)
    closing: str = ""
    citations: list[Cited] = field(default_factory=list)
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    spread_to: str = ""
    revises: Document | None = None
    revision: str = ""
    unsure: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """The provisions in order; a label read twice is a slip of the scan, and the first stands."""
        kept: dict[str, str] = {}
        for label, text in self.provisions:
            kept.setdefault(label, text)
        return kept


def content_of(draft: dict[str, Any], text: str) -> Content:
    """What `directives.reading` found, slips of the scan mended, as the content of a document; unknown stays empty."""
    signatory = draft["signatory"] or {}
    number = draft["number"] or ""
    return Content(
        title=mend(draft["title"] or ""), number=number, type=draft["type"] or "", issuer=draft["issuer"] or "",
        series=_series(number, draft["style"], _day(draft["issued_on"])), place=draft["place"] or "",
        issued_on=_day(draft["issued_on"]), addressees=[mend(line) for line in draft["addressees"]],
        copies=[mend(line) for line in draft["copies"]], authority=signatory.get("authority") or "",
        position=signatory.get("position") or "", preamble=mend(draft["preamble"] or ""),
        provisions=_told_apart([(part["label"], mend(part["text"])) for part in draft["provisions"]]),
        closing=mend(draft["closing"] or ""), citations=[_cited(one) for one in draft["citations"]],
        deadlines=[_deadline(one) for one in draft["deadlines"]],
        duties=[{key: one[key] for key in ("body", "text", "provision")} for one in draft["duties"]],
        spread_to=draft["spread_to"] or "",
        unsure=[*draft.get("warnings", []), *dict.fromkeys(line["reason"] for line in draft.get("unsure", []))],
        text=text,
    )


def _told_apart(provisions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A regulation issued with a decision begins again at "Điều 1"; its own is "Điều 1 (2)", so that none is lost."""
    seen: dict[str, int] = {}
    kept = []
    for label, text in provisions:
        seen[label] = times = seen.get(label, 0) + 1
        kept.append((label if times == 1 else f"{label} ({times})", text))
    return kept


def _series(number: str, style: str | None, issued_on: date | None) -> str:
    """The State's numbers restart each year; which term a Party number belongs to the paper does not say."""
    year = numbers.parse(number).year
    if year is None and style == "state" and issued_on is not None:
        year = issued_on.year
    return str(year) if year else ""


def _cited(one: dict[str, Any]) -> Cited:
    return Cited(
        title=one["title"] or "", number=one["number"] or "", type=one["type"] or "", issuer=one["issuer"] or "",
        issued_on=_day(one["issued_on"]), relation=one["relation"], explicit=one["explicit"],
        as_written=one.get("as_written") or "", provision=one.get("provision") or "",
    )


def _deadline(one: dict[str, Any]) -> dict[str, Any]:
    kept = {key: one[key] for key in ("on", "every", "within") if one.get(key)}
    return {"text": one["text"], "provision": one.get("provision") or ""} | kept


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
