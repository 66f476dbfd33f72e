"""What reading a letter yields: a draft for a person to check. Unknown is None or empty, never a guess."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Span = tuple[int, int]  # [start, end) in Draft.text
Sure = Literal["certain", "likely", "doubtful"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a field's words stand; `index` counts in the draft's list of that field.

    What a column of other words parts has a finding for each place. Something inferred points at the words it
    was inferred from and is no more than likely.
    """

    field: str
    span: Span
    sure: Sure
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What looks like an error of the scan; better is None when it can only be doubted, "" when nothing is right."""

    span: Span
    text: str
    better: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Something to look at: which field, why (in Vietnamese), and the words it is about."""

    field: str
    reason: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """The signature block as printed; `authority` is the T/M, K/T, TL. … line."""

    authority: str | None = None
    position: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """One line of "Nơi nhận"; role is same_as_above, inform or archive."""

    text: str
    role: str
    span: Span


@dataclass(frozen=True, slots=True)
class Provision:
    """A numbered part. The label names its parents ("2.a", "II.1"); the text leaves out its children's."""

    label: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document the letter names, once however often it is named.

    relation is cites, carries_out, guides, amends, replaces or based_on; explicit is False for what the
    letter only alludes to. Span, words and provision are those of the first mention that gives particulars.
    """

    number: str | None
    type: str | None
    issuer: str | None
    issued_on: date | None
    title: str | None
    relation: str
    explicit: bool
    as_written: str
    span: Span
    provision: str | None = None
    mentions: int = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time the letter sets: the last day (`on`, inclusive), a rhythm (`every`) or a length (`within`).

    exclusive says the letter wrote "before" the day after `on`. A day without a year has none of the three.
    """

    text: str
    span: Span
    on: date | None = None
    every: str | None = None
    within: str | None = None
    exclusive: bool = False
    provision: str | None = None

    def as_dict(self) -> dict[str, Any]:
        when: dict[str, Any] = {"on": self.on.isoformat() if self.on else None}
        if self.every:
            when = {"every": self.every}
        elif self.within:
            when = {"within": self.within}
        if self.exclusive:
            when["exclusive"] = True
        return {"text": self.text, **when, "provision": self.provision, "span": list(self.span)}


@dataclass(frozen=True, slots=True)
class Duty:
    """What the letter gives one body to do: "Giao <body> <text>"; the body may stand in the heading above."""

    body: str
    text: str
    provision: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as read. `text` is the normalised text that every span points into."""

    text: str
    number: str | None = None
    type: str | None = None
    type_code: str | None = None
    style: str | None = None  # "party" or "state"
    issuer: str | None = None
    superior: str | None = None  # the body printed above the issuer
    place: str | None = None
    issued_on: date | None = None
    title: str | None = None
    addressees: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    signatory: Signatory = field(default_factory=Signatory)
    provisions: tuple[Provision, ...] = ()
    citations: tuple[Citation, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    duties: tuple[Duty, ...] = ()
    spread_to: str | None = None
    preamble: str = ""  # the body's paragraphs before the first provision; all of it when there is none
    closing: str = ""  # those after the last one
    findings: tuple[Finding, ...] = ()  # by span
    slips: tuple[Slip, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def frequency(self) -> str | None:
        """The rhythm asked for, if the letter says one."""
        return next((deadline.every for deadline in self.deadlines if deadline.every), None)

    @property
    def is_letter(self) -> bool:
        """Whether it has what only a letter has: number, signature, addressees, a kind with provisions."""
        signed = self.signatory.authority or self.signatory.position
        return bool(self.number or signed or self.addressees or (self.provisions and (self.type or self.citations)))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: dates as ISO strings, spans as [start, end]."""
        plain: dict[str, Any] = asdict(self)
        listed = ("provisions", "citations", "duties", "findings", "slips", "unsure")
        return plain | {
            **{name: [_plain(one) for one in plain[name]] for name in listed},
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "addressees": list(self.addressees),
            "copies": [copy.text for copy in self.copies],
            "copy_roles": [_plain(copy) for copy in plain["copies"]],
            "deadlines": [deadline.as_dict() for deadline in self.deadlines],
            "warnings": list(self.warnings),
            "frequency": self.frequency,
            "is_letter": self.is_letter,
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Days as ISO strings, spans as lists."""
    day, span = row.get("issued_on"), row.get("span")
    return row | ({"issued_on": day.isoformat()} if day else {}) | ({"span": list(span)} if span else {})
