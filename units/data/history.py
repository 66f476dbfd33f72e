from units.models import LedgerEntry


def history(subject: str, pk: int) -> list[LedgerEntry]:
    """What the ledger says about one row, the oldest first."""
    return list(LedgerEntry.objects.about(subject, pk))
