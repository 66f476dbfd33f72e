"""Reads over organisations: what stands above, what a unit was, what came after it."""

from units.models import Unit


def lineage(unit: Unit) -> list[Unit]:
    """The units above, from the root down, without `unit` itself. One query."""
    pks = [int(pk) for pk in unit.path.strip("/").split("/")[:-1]]
    found = Unit.objects.in_bulk(pks)
    return [found[pk] for pk in pks]
