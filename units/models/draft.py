from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from units.models.unit import Unit


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def waiting(self) -> Self:
        return self.filter(confirmed_at__isnull=True)


class ImportDraft(models.Model):
    """A spreadsheet that was taken in and waits, with its preview, to be confirmed or discarded.

    Only its rows are kept, as [row number in the file, [text of each column]]; what they would do is worked out anew
    each time, against the units as they then are. Rows are emptied once confirmed.
    """

    class Kind(models.TextChoices):
        UNITS = "units", "Danh sách tổ chức"
        REORGANISATION = "reorganisation", "Sắp xếp tổ chức"
        ACCOUNTS = "accounts", "Danh sách tài khoản"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # the subtree it speaks of
    file_name = models.CharField(max_length=120)
    rows = models.JSONField(default=list)
    # What was said of the text on its way in ("chữ tổ hợp đã được chuẩn hóa"), for the preview.
    notes = models.JSONField(default=list)
    number = models.CharField("Số quyết định", max_length=80, blank=True)
    decided_on = models.DateField("Ngày quyết định", null=True, blank=True)
    effective_on = models.DateField("Có hiệu lực từ ngày")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    objects: ClassVar[ImportDraftQuerySet] = ImportDraftQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"
