"""Reads over organisations and offices that more than one app needs."""

from collections.abc import Iterable
from datetime import date

from units.models import LedgerEntry, Office, Unit, User


def holders(today: date, unit_pks: Iterable[int] | None = None) -> dict[int, list[User]]:
    """unit id → the accounts in use that hold a secretary's office there on `today`. One query."""
    offices = Office.objects.on(today).filter(role=Office.Role.SECRETARY, user__is_active=True)
    if unit_pks is not None:
        offices = offices.filter(unit__in=unit_pks)
    found: dict[int, list[User]] = {}
    for office in offices.select_related("user").order_by("pk"):
        found.setdefault(office.unit_id, []).append(office.user)
    return found


def recording_unit(path: str, held: dict[int, list[User]]) -> int | None:
    """The id of the nearest unit, from the end of `path` upwards, with an office holder; None when there is none."""
    for pk in reversed(path.strip("/").split("/")):
        if int(pk) in held:
            return int(pk)
    return None


def lineage(unit: Unit) -> list[Unit]:
    """The units above, from the root down, without `unit` itself. One query."""
    pks = [int(pk) for pk in unit.path.strip("/").split("/")[:-1]]
    found = Unit.objects.in_bulk(pks)
    return [found[pk] for pk in pks]


def history(subject: str, pk: int) -> list[LedgerEntry]:
    """What the ledger says about one row, the oldest first."""
    return list(LedgerEntry.objects.about(subject, pk))
