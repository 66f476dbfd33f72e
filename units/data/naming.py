"""Which unit somebody means: by its number here, its code, or its name with that of its superior."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from units.models.unit import UnitQuerySet
from units.vietnamese import fold

_OWN = re.compile(r"(?:dv[\s-]*)?0*([1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Named:
    """A unit as one can be meant."""

    pk: int
    name: str
    code: str
    parent: int | None
    parent_name: str


class Unclear(ValueError):
    """No unit, or more than one; the message is for the screen."""


class Names:
    """An index of units, made with one query, in which many are looked up."""

    def __init__(self, units: UnitQuerySet) -> None:
        rows = units.order_by("path").values_list("pk", "name", "code", "parent", "parent__name")
        self.by_pk = {row[0]: Named(row[0], row[1], row[2], row[3], row[4] or "") for row in rows}
        self.by_code = {digits(each.code): each for each in self.by_pk.values() if each.code}
        self.by_name: dict[str, list[Named]] = {}
        for each in self.by_pk.values():
            self.by_name.setdefault(fold(each.name), []).append(each)

    def meant(self, *, own: str = "", code: str = "", name: str = "", under: str = "") -> Named:
        """`own` is the number here ("DV-12"), `code` the 14 digits, `under` the superior's name. Raises Unclear."""
        if own:
            return self._by_own(own)
        if code:
            if digits(code) not in self.by_code:
                raise Unclear(f"Không có đơn vị mang mã tổ chức {code}.")
            return self.by_code[digits(code)]
        if not name:
            raise Unclear("Chưa ghi đơn vị nào.")
        found = self.by_name.get(fold(name), [])
        if under:
            found = [each for each in found if fold(each.parent_name) == fold(under)]
        if not found:
            raise Unclear(f"Không tìm thấy đơn vị {name}{f' trực thuộc {under}' if under else ''}.")
        if len(found) > 1:
            raise Unclear(f"Có {len(found)} đơn vị tên {name} ({_where(found)}); hãy ghi thêm mã hoặc đơn vị cấp trên.")
        return found[0]

    def _by_own(self, own: str) -> Named:
        matched = _OWN.fullmatch(fold(own))
        each = self.by_pk.get(int(matched[1])) if matched else None
        if each is None:
            raise Unclear(f"Không có đơn vị mang mã trên cổng {own}.")
        return each


def digits(code: str) -> str:
    return "".join(c for c in code if c.isdigit())


def _where(found: Iterable[Named]) -> str:
    return "; ".join(f"trực thuộc {each.parent_name}" for each in list(found)[:3])
