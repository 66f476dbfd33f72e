"""Which unit somebody means: by its number here, its code, or its name with that of its superior."""

from dataclasses import dataclass
from datetime import date

from units.codes import organisation_digits, portal_code, unit_number
from units.models import UnitState
from units.models.unit import UnitQuerySet
from units.vietnamese import fold, spelling


@dataclass(frozen=True)
class Named:
    """A unit as it is on the day in question."""

    pk: int
    name: str
    kind: str
    code: str
    parent: int | None
    sort_order: int


class Unclear(ValueError):
    """No unit, or more than one; the message is for the screen."""


class Names:
    """The units of a reach that exist on a day, read with one query, in which many are looked up."""

    def __init__(self, units: UnitQuerySet, day: date) -> None:
        states = UnitState.objects.on(day).filter(unit__in=units).order_by("sort_order", "unit")
        rows = states.values_list("unit", "name", "kind", "code", "parent", "sort_order")
        self.by_pk = {row[0]: Named(*row) for row in rows}
        self.by_code = {organisation_digits(each.code) or each.code: each for each in self.by_pk.values() if each.code}
        self.by_name: dict[str, list[Named]] = {}
        self.below: dict[int, list[Named]] = {}
        self.by_place: dict[tuple[int, str], Named] = {}  # superior (0: none) and spelling of the name
        for each in self.by_pk.values():
            self.by_name.setdefault(fold(each.name), []).append(each)
            self.by_place.setdefault((each.parent or 0, spelling(each.name)), each)
            if each.parent is not None:
                self.below.setdefault(each.parent, []).append(each)

    def called(self, name: str) -> list[Named]:
        """Those of that name; only when there is none, those it is without its marks."""
        alike = self.by_name.get(fold(name), [])
        return [each for each in alike if spelling(each.name) == spelling(name)] or alike

    def meant(self, text: str, under: str = "") -> Named:
        """One unit, by "DV-12", by its 14 digits, or by its name, and its superior's where several bear it."""
        if not text:
            raise Unclear("Chưa ghi đơn vị nào.")
        number, code = unit_number(text), organisation_digits(text)
        by_key = self.by_pk.get(number) if number else self.by_code.get(code) if code else None
        if by_key is not None:
            return by_key
        if number or code:
            raise Unclear(f"Không có đơn vị nào đang hoạt động mang mã {text}.")
        found = self.called(text)
        if under:
            found = [each for each in found if self._is_under(each, under)]
        if not found:
            raise Unclear(f"Không tìm thấy đơn vị “{text}”{f' trực thuộc “{under}”' if under else ''}.")
        if len(found) > 1:
            places = "; ".join(f"{portal_code(each.pk)} trực thuộc {self.name_of(each.parent)}" for each in found[:3])
            raise Unclear(f"Có {len(found)} đơn vị tên “{text}” ({places}); hãy ghi mã hoặc thêm đơn vị cấp trên.")
        return found[0]

    def name_of(self, pk: int | None) -> str:
        each = self.by_pk.get(pk or 0)
        return each.name if each else ""

    def _is_under(self, each: Named, under: str) -> bool:
        above = self.by_pk.get(each.parent or 0)
        if above is None:
            return False
        number, code = unit_number(under), organisation_digits(under)
        if number:
            return above.pk == number
        return organisation_digits(above.code) == code if code else fold(above.name) == fold(under)


def digits(code: str) -> str:
    return "".join(c for c in code if c.isdigit())
