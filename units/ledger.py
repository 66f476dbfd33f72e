"""The ledger: who did what, when, on which row. Written inside each action, sealed by the sweep after commit.

Sealing outside the write path keeps the chain from costing the actions anything: one sealer at a time gives the
committed lines their sequence numbers and hashes. Two sealers at once collide on the unique `seq`, and one of them
simply leaves the work to the other.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, models, transaction

from units.models import LedgerEntry, User

SEAL_AT_ONCE = 1000


def record(
    event: str, subject: models.Model, *, by: User | None, now: datetime, unit_id: int | None = None, **data: Any
) -> LedgerEntry:
    """Write one line inside the caller's transaction; `data` must be JSON and hold no person's conduct."""
    return LedgerEntry.objects.create(
        at=now,
        event=event,
        subject=subject._meta.model_name or "",
        subject_id=subject.pk,
        unit_id=unit_id,
        by_id=by.pk if by else None,
        by_label=str(by) if by else "",
        data=data,
    )


def canonical(entry: LedgerEntry) -> str:
    """The line as text, the same on every machine: what the hash covers besides the previous hash."""
    fields = {
        "seq": entry.seq, "at": int(entry.at.timestamp() * 1_000_000), "event": entry.event,
        "subject": entry.subject, "subject_id": entry.subject_id, "unit_id": entry.unit_id,
        "by_id": entry.by_id, "by_label": entry.by_label, "data": entry.data,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(previous_hash: str, entry: LedgerEntry) -> str:
    return sha256((previous_hash + canonical(entry)).encode()).hexdigest()


def seal() -> int:
    """Chain the committed lines that are not sealed yet; returns how many were sealed."""
    sealed = 0
    try:
        with transaction.atomic():
            last = LedgerEntry.objects.filter(seq__isnull=False).order_by("-seq").first()
            seq, previous = (last.seq or 0, last.hash) if last else (0, "")
            for entry in LedgerEntry.objects.unsealed()[:SEAL_AT_ONCE]:
                seq += 1
                entry.seq, entry.previous_hash = seq, previous
                entry.hash = previous = chained(previous, entry)
                entry.save(update_fields=["seq", "previous_hash", "hash"])
                sealed += 1
    except IntegrityError:
        return 0
    return sealed


def broken_at() -> int | None:
    """The first sequence number whose hash, or place in the chain, is wrong; None when the chain is whole."""
    previous, expected = "", 1
    for entry in LedgerEntry.objects.filter(seq__isnull=False).order_by("seq").iterator():
        if entry.seq != expected or entry.previous_hash != previous or entry.hash != chained(previous, entry):
            return expected
        previous, expected = entry.hash, expected + 1
    return None
