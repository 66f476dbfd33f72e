"""Who can be reached where."""

from collections.abc import Iterable
from datetime import date

from units.models import Office, User


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
