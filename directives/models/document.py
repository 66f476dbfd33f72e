import re
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from directives import fulltext
from directives.models.file import StoredFile
from directives.numbers import parse
from directives.reading.slips import mend
from units.access import Rights, Verb


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, rights: Rights) -> Self:
        """The registry's people see all; units what is for all to know, rolled out to them, or cited there."""
        if rights.holds(Verb.REGISTER):
            return self
        registered = self.registered()
        if rights.holds(Verb.READ_REPORT):
            return registered
        reach = Q(pk__in=[])
        for unit in rights.units(Verb.VIEW):
            reach |= Q(
                rollouts__assignments__answering_unit__path__gte=unit.path,
                rollouts__assignments__answering_unit__path__lt=unit.path_end,
                rollouts__issued_at__isnull=False,
            )
        rolled_out = Document.objects.filter(reach).values("pk")
        cited = Citation.objects.filter(source__in=rolled_out, target=OuterRef("pk"))
        for_all = Q(state=Document.State.TO_KNOW) if rights.holds(Verb.VIEW) else Q(pk__in=[])
        revised = Q(revises__in=rolled_out)
        return registered.filter(for_all | Q(pk__in=rolled_out) | revised | Exists(cited))

    def registered(self) -> Self:
        return self.exclude(state=Document.State.DRAFT)

    def to_know(self) -> Self:
        return self.filter(state=Document.State.TO_KNOW)

    def corrections(self) -> Self:
        """Registered papers that only put a slip of a directive right."""
        return self.registered().filter(revision=Document.Revision.CORRECTION)

    def awaiting_reissue(self) -> Self:
        """Registered papers that replace or supplement a directive whose rollout still runs on the old text."""
        changing = self.registered().exclude(revision__in=("", Document.Revision.CORRECTION))
        running = Q(revises__rollouts__issued_at__isnull=False, revises__rollouts__closed_at__isnull=True)
        return changing.filter(running).distinct()

    def directives(self) -> Self:
        return self.filter(state=Document.State.DIRECTIVE)

    def stubs(self) -> Self:
        """Those the portal knows only because another document names them: no words, no file, nothing rolled out."""
        return self.filter(
            state=Document.State.REFERENCE, text="", preamble="", provisions=None, file=None, rollouts=None
        )

    def of_number(self, number: str, on: date | None) -> Self:
        """Those that bear a number; a Party number comes back each term, so the day, where both know it, must agree."""
        same = self.filter(number=number)
        return same.filter(Q(issued_on=on) | Q(issued_on=None)) if on else same

    def search(self, words: str) -> Self:
        """Every word, with or without marks, anywhere in the text; the last may be only begun; "…" is a phrase."""
        asked = fulltext.phrases(words)
        return self.filter(fulltext.Matches("pk", "search_text", asked=words)) if asked else self

    def replaced_on(self, day: date) -> Self:
        """Those that a registered document replaces, from its entry into force (or its day of issue) on."""
        return self.filter(Exists(Citation.objects.in_effect(day).filter(target=OuterRef("pk")).replacing()))

    def expired_on(self, day: date) -> Self:
        return self.filter(expires_on__lte=day)

    def holding_on(self, day: date) -> Self:
        """Those of which the registry knows neither a replacement nor an end."""
        return self.exclude(pk__in=self.model.objects.replaced_on(day).values("pk")).exclude(expires_on__lte=day)

    def newest_first(self) -> Self:
        return self.order_by(F("issued_on").desc(nulls_last=True), "-pk")

    def by_number(self) -> Self:
        """As integers: 9 before 85 before 729; without a number last."""
        return self.order_by(F("num").asc(nulls_last=True), F("issued_on").desc(nulls_last=True), "-pk")


class Document(models.Model):
    """One official paper: a directive to roll out, or one that a directive cites."""

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo nhập"
        DIRECTIVE = "directive", "Triển khai"
        TO_KNOW = "to_know", "Để biết"
        REFERENCE = "reference", "Tham chiếu"

    class Revision(models.TextChoices):
        CORRECTION = "correction", "Đính chính (báo cho đơn vị, không phải tiếp nhận lại)"
        SUPPLEMENT = "supplement", "Sửa đổi, bổ sung (giao lại, đơn vị tiếp nhận lại)"
        REPLACEMENT = "replacement", "Thay thế (giao lại, đơn vị tiếp nhận lại)"

    number = models.CharField("Số, ký hiệu", max_length=80, blank=True)
    num = models.PositiveIntegerField(null=True, blank=True)
    type = models.CharField("Loại văn bản", max_length=60, blank=True)
    issuer = models.CharField("Cơ quan ban hành", max_length=160, blank=True)
    # The congress term for Party documents, the year for State ones: numbers restart with it.
    series = models.CharField("Nhiệm kỳ hoặc năm", max_length=20, blank=True)
    place = models.CharField("Nơi ban hành", max_length=80, blank=True)
    issued_on = models.DateField("Ngày ban hành", null=True, blank=True)
    in_force_on = models.DateField("Có hiệu lực từ", null=True, blank=True)
    expires_on = models.DateField("Hết hiệu lực từ", null=True, blank=True)
    title = models.CharField("Trích yếu", max_length=500)
    addressees = models.JSONField("Kính gửi", default=list)
    copies = models.JSONField("Nơi nhận", default=list)
    authority = models.CharField("Thẩm quyền ký", max_length=80, blank=True)
    position = models.CharField("Chức vụ người ký", max_length=120, blank=True)
    state = models.CharField("Mục đích", max_length=10, choices=State.choices, default=State.DRAFT)
    unsure = models.JSONField("Điều cần xem lại", default=list)
    # The reading copy: these two around the provisions, slips of the scan mended. What the letter says word for word,
    # slips and all, is `text`.
    preamble = models.TextField("Phần mở đầu", blank=True)
    closing = models.TextField("Phần kết", blank=True)
    text = models.TextField("Toàn văn", blank=True)
    # What the letter itself asks: [{"text", "on" or "every" or "within", "provision"}],
    # [{"body", "text", "provision"}].
    deadlines = models.JSONField("Thời hạn văn bản nêu", default=list)
    duties = models.JSONField("Văn bản giao việc", default=list)
    spread_to = models.CharField("Phổ biến đến", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="documents")
    revises = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revisions")
    revision = models.CharField("Cách sửa", max_length=12, choices=Revision.choices, blank=True)
    # One column of folded words that the full-text index of either database is built on (directives/fulltext.py).
    search_text = models.TextField(default="", editable=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "type", "series", "num"],
                condition=Q(num__isnull=False) & ~Q(series="") & ~Q(state="draft"),
                name="document_number_once_a_series",
            ),
            models.CheckConstraint(
                condition=Q(revises__isnull=True, revision="") | (Q(revises__isnull=False) & ~Q(revision="")),
                name="document_revises_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(revises__isnull=True) | ~Q(revises=F("pk")), name="document_revises_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="directive") | ~Q(sha256=""), name="document_directive_is_bound_to_its_text"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """ "Công văn số 729-CV/TU", or the title where there is no number (a law, a charter)."""
        if not self.number:
            return self.title
        return f"{self.type} số {self.number}".strip() if self.type else f"Số {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_state(self) -> bool:
        """Whether its number is the State's (Nghị định 30) or a law's; the Party's otherwise."""
        return bool(self.number) and parse(self.number).style in ("state", "law")

    @property
    def number_warnings(self) -> tuple[str, ...]:
        """What is odd about the number as written; real papers break the rules, so nothing is refused for it."""
        return parse(self.number).warnings if self.number else ()

    @property
    def authority_lines(self) -> list[str]:
        """As printed above the position: "TM. ỦY BAN NHÂN DÂN" and, on its own line, "KT. CHỦ TỊCH"."""
        return re.split(r"\s+(?=K/?T\.?\s)", self.authority) if self.authority else []

    @property
    def about(self) -> str:
        """The title under the number of a letter of the State's."""
        return self.title if self.title.lower().startswith(("v/v", "về ")) else f"V/v {self.title}"

    @property
    def effective_on(self) -> date | None:
        """The day from which it counts: of entry into force, else of issue; None when neither is known."""
        return self.in_force_on or self.issued_on

    def body(self, provisions: Iterable[str]) -> str:
        """The words it is found by: the whole text where there is one, else what was typed of it."""
        return mend(self.text) or "\n".join([self.preamble, *provisions, self.closing])

    def searchable(self, body: str) -> str:
        return fulltext.words(f"{self.number} {self.type} {self.title} {self.issuer} {body}")


class Provision(models.Model):
    """A numbered part of a document: "4", and under it "4.1"."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="provisions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    label = models.CharField(max_length=60)
    text = models.TextField()
    order = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="provision_label_once"),
            models.UniqueConstraint(fields=["document", "order"], name="provision_order_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def mark(self) -> str:
        """As printed before its text: "4.1." of "4.1", "a)" of "II.1.a", "1." of "II.1", "Điều 3." of "Điều 3"."""
        *above, own = self.label.partition(" (")[0].split(".")
        if len(own) == 1 and own.isalpha() and own.islower():
            return f"{own})"
        while own[0].isdigit() and above and above[-1].isdigit():
            own = f"{above.pop()}.{own}"
        return f"{own}."

    @property
    def depth(self) -> int:
        """0 for an outermost one."""
        return self.label.count(".")


class CitationQuerySet(models.QuerySet["Citation"]):
    def replacing(self) -> Self:
        return self.filter(relation=Citation.Relation.REPLACES)

    def amending(self) -> Self:
        return self.filter(relation=Citation.Relation.AMENDS)

    def of_registered(self) -> Self:
        """Those made by documents of the registry; what a draft says has no consequence yet."""
        return self.exclude(source__state=Document.State.DRAFT)

    def in_effect(self, day: date) -> Self:
        """Made by a registered document that counts on `day`; one whose day nobody knows counts."""
        effective = Coalesce("source__in_force_on", "source__issued_on")
        return self.of_registered().alias(effective=effective).filter(Q(effective__lte=day) | Q(effective=None))

    def unresolved(self) -> Self:
        """Those not linked yet of which the paper says enough to know which document is meant."""
        return self.filter(Q(explicit=True) | ~Q(number=""), target=None)


class Citation(models.Model):
    """One document named by another, as written there; linked to the document it means when that is known."""

    class Relation(models.TextChoices):
        CITES = "cites", "viện dẫn"
        CARRIES_OUT = "carries_out", "thực hiện"
        GUIDES = "guides", "hướng dẫn"
        AMENDS = "amends", "sửa đổi, bổ sung"
        REPLACES = "replaces", "thay thế"
        BASED_ON = "based_on", "căn cứ"

    source = models.ForeignKey(Document, models.CASCADE, related_name="citations")
    provision = models.ForeignKey(Provision, models.SET_NULL, null=True, blank=True, related_name="citations")
    target = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="cited_by")
    as_written = models.CharField(max_length=500)
    # What the citing paper says of the cited one; it stays so, whatever becomes of the target.
    number = models.CharField("Số, ký hiệu", max_length=80, blank=True)
    type = models.CharField("Loại văn bản", max_length=60, blank=True)
    issuer = models.CharField("Cơ quan ban hành", max_length=160, blank=True)
    issued_on = models.DateField("Ngày ban hành", null=True, blank=True)
    title = models.CharField("Trích yếu", max_length=500, blank=True)
    relation = models.CharField(max_length=12, choices=Relation.choices, default=Relation.CITES)
    explicit = models.BooleanField(default=True)

    objects: ClassVar[CitationQuerySet] = CitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("source")), name="citation_of_another_document"
            )
        ]
        indexes = [models.Index(fields=["target", "relation"], name="citation_target")]

    def __str__(self) -> str:
        return self.as_written
