from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from directives.models.file import StoredFile
from units.access import Rights, Verb
from units.vietnamese import fold, search_words


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, rights: Rights) -> Self:
        """The registry's people see all; others what was rolled out to them, and what those documents cite."""
        if rights.holds(Verb.REGISTER):
            return self
        registered = self.exclude(state=Document.State.DRAFT)
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
        return registered.filter(Q(pk__in=rolled_out) | Exists(cited))

    def search(self, words: str) -> Self:
        """Every word, with or without marks, anywhere in number, title or issuer."""
        found = self
        for word in search_words(words):
            found = found.filter(search_text__contains=word)
        return found

    def newest_first(self) -> Self:
        return self.order_by(F("issued_on").desc(nulls_last=True), "-pk")


class Document(models.Model):
    """One official paper: a directive to roll out, or one that a directive cites."""

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo nhập"
        DIRECTIVE = "directive", "Triển khai"
        TO_KNOW = "to_know", "Để biết"
        REFERENCE = "reference", "Tham chiếu"

    number = models.CharField("Số, ký hiệu", max_length=80, blank=True)
    num = models.PositiveIntegerField(null=True, blank=True)
    type = models.CharField("Loại văn bản", max_length=60, blank=True)
    issuer = models.CharField("Cơ quan ban hành", max_length=160, blank=True)
    # The congress term for Party documents, the year for State ones: numbers restart with it.
    series = models.CharField("Nhiệm kỳ hoặc năm", max_length=20, blank=True)
    place = models.CharField("Nơi ban hành", max_length=80, blank=True)
    issued_on = models.DateField("Ngày ban hành", null=True, blank=True)
    in_force_on = models.DateField("Có hiệu lực từ", null=True, blank=True)
    title = models.CharField("Trích yếu", max_length=500)
    addressees = models.JSONField("Kính gửi", default=list)
    copies = models.JSONField("Nơi nhận", default=list)
    authority = models.CharField("Thẩm quyền ký", max_length=80, blank=True)
    position = models.CharField("Chức vụ người ký", max_length=120, blank=True)
    state = models.CharField("Mục đích", max_length=10, choices=State.choices, default=State.DRAFT)
    unsure = models.JSONField("Điều cần xem lại", default=list)
    text = models.TextField("Toàn văn", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="documents")
    revises = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revisions")
    search_text = models.TextField(default="", editable=False)
    created_at = models.DateTimeField()

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "type", "series", "num"],
                condition=Q(num__isnull=False) & ~Q(series=""),
                name="document_number_once_a_series",
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

    def searchable(self) -> str:
        return fold(f"{self.number} {self.type} {self.title} {self.issuer}")


class Provision(models.Model):
    """A numbered part of a document: "4", and under it "4.1"."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="provisions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="parts")
    label = models.CharField(max_length=20)
    text = models.TextField()
    order = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="provision_label_once"),
            models.UniqueConstraint(fields=["document", "order"], name="provision_order_once"),
        ]

    def __str__(self) -> str:
        return self.label


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
    relation = models.CharField(max_length=12, choices=Relation.choices, default=Relation.CITES)
    explicit = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("source")), name="citation_of_another_document"
            )
        ]
        indexes = [models.Index(fields=["target", "relation"], name="citation_target")]

    def __str__(self) -> str:
        return self.as_written
