"""Keeping a file: checked, written under its hash, forced to disk, and only then named in the database."""

import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import transaction

from directives import uploads
from directives.models import StoredFile
from directives.reading.classified import classified_mark
from directives.reading.files import words_of
from units import ledger
from units.models import User


@transaction.atomic
def store(*, data: bytes, name: str, by: User | None, now: datetime) -> StoredFile:
    """Keep `data`; the same bytes are kept once. Raises uploads.Refused before anything is written."""
    kind = uploads.content_type(data, name, settings.UPLOAD_MAX_BYTES)
    if classified_mark(words_of(data, name), name):
        raise uploads.Refused(uploads.CLASSIFIED)
    digest = sha256(data).hexdigest()
    known = StoredFile.objects.filter(sha256=digest).first()
    if known is not None and known.path.exists():
        return known
    _write(data, digest)
    kept, created = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={"size": len(data), "content_type": kind, "name": uploads.safe_name(name), "stored_at": now},
    )
    if created:
        ledger.record("file.stored", kept, by=by, now=now, sha256=digest, size=len(data))
    return kept


def _write(data: bytes, digest: str) -> None:
    """A reader sees the whole file or none; a crash leaves at most an orphan, never a row without its file."""
    folder = Path(settings.MEDIA_ROOT) / digest[:2]
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as half:
        half.write(data)
        half.flush()
        os.fsync(half.fileno())
    Path(half.name).rename(folder / digest)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
