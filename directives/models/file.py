from pathlib import Path

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One file's bytes, kept once under their SHA-256 outside the web root, never changed and never removed."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    name = models.CharField("Tên tệp", max_length=200)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.sha256[:2] / self.sha256
