"""A reorganisation that comes in as a list: each row says what becomes of one unit, all rows together are one decision.

"Hợp nhất A → C" and "Hợp nhất B → C" on two rows found C once. Subordinates of a unit that ends go where its successor
is, unless a row of their own says otherwise.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property

from units.data.intake import (
    CHANGED,
    NEW,
    WRONG,
    Intake,
    Line,
    Wrong,
    kind_of,
    name_of,
    number_here,
    number_of,
    worked_out,
)
from units.data.naming import Named, Names, Unclear
from units.data.plans import Planned
from units.models import Unit
from units.models.unit import UnitQuerySet
from units.sheets.table import Column, Row
from units.sheets.value import whole
from units.timeline import Step
from units.vietnamese import fold, spelling

Kind = Unit.Kind
MOST_ORDER = 1_000_000
MOST_DEEP = 30
COLUMNS = (
    Column("act", "Việc", needed=True), Column("own", "Mã trên cổng"),
    Column("name", "Tên đơn vị hiện nay", needed=True, also=("Đơn vị hiện nay",)),
    Column("under", "Trực thuộc hiện nay"),
    Column("new", "Tên mới hoặc đơn vị nhận", needed=True, also=("Đơn vị mới", "Đơn vị nhận")),
    Column("kind", "Loại tổ chức mới"), Column("to", "Trực thuộc mới"), Column("order", "Thứ tự"),
)
FOUND, RENAME, KIND, MOVE, MERGE, ABSORB, SPLIT, PART, END, END_ALL = (
    "Thành lập", "Đổi tên", "Đổi loại", "Chuyển", "Hợp nhất", "Sáp nhập", "Chia tách", "Tách", "Kết thúc",
    "Kết thúc cả cấp dưới",
)
ACTS = (FOUND, RENAME, KIND, MOVE, MERGE, ABSORB, SPLIT, PART, END, END_ALL)
_ACTS = {fold(act): act for act in ACTS} | {
    "chuyen truc thuoc": MOVE, "chuyen giao": MOVE, "chuyen loai": KIND, "ket thuc hoat dong": END, "giai the": END,
    "tach ra": PART, "chia": SPLIT,
}
_FOUNDING = (FOUND, MERGE, SPLIT, PART)
GUIDE = (
    "Mỗi dòng nói một việc của một đơn vị; cả tệp là một quyết định, thực hiện toàn bộ hoặc không gì cả.",
    f"Việc: {'; '.join(ACTS)}.",
    "Thành lập: ghi Tên mới, Loại tổ chức mới, Trực thuộc mới.",
    "Hợp nhất (nhiều thành một đơn vị mới): mỗi đơn vị cũ một dòng, cùng Tên mới; Loại và Trực thuộc mới ghi một lần.",
    "Sáp nhập (vào đơn vị đã có): ghi đơn vị nhận ở cột Tên mới hoặc đơn vị nhận.",
    "Chia tách (một thành nhiều, đơn vị cũ kết thúc): mỗi đơn vị mới một dòng. Tách: đơn vị cũ vẫn hoạt động.",
    "Chuyển: ghi Trực thuộc mới; có thể ghi luôn Tên mới, Loại mới.",
    "Kết thúc: cấp dưới chuyển về đơn vị ở cột Trực thuộc mới; Kết thúc cả cấp dưới: cấp dưới cũng kết thúc.",
    "Cấp dưới của đơn vị kết thúc đi theo đơn vị kế thừa (của Chia tách: đơn vị mới đầu tiên), trừ khi có dòng riêng.",
    "Trùng tên: ghi Mã trên cổng (DV-…) hoặc Trực thuộc hiện nay.",
)


_Place = tuple[str, str]  # the name and the superior of a new unit, folded


class _Reading:
    """The rows on their way to one decision."""

    def __init__(self, rows: Sequence[Row], names: Names, on: date) -> None:
        self.rows, self.names, self.planned = rows, names, Planned(on)
        self.lines: dict[int, Line] = {}
        self.row_of: dict[int, int] = {}
        # name → superior as written ("" where a row names none) → the rows that found it, several for one unit
        self.foundings: dict[str, dict[str, list[Row]]] = {}
        self.founded: dict[_Place, int] = {}
        self.under_way: set[_Place] = set()
        self.heired: dict[int, int] = {}
        self.acts: dict[int, list[str]] = {}  # unit → what its rows say so far
        self.refused: dict[_Place, str] = {}  # what cannot be founded → why

    def read(self) -> None:
        for row in self.rows:
            with suppress(Wrong):
                if self._act(row) in _FOUNDING and row.cells["new"]:
                    places = self.foundings.setdefault(spelling(row.cells["new"]), {})
                    places.setdefault(spelling(row.cells["to"]), []).append(row)
        # Who ends "with all below" leaves alone whoever has a row, wherever in the list that is.
        for row in sorted(self.rows, key=lambda row: _ACTS.get(fold(row.cells["act"])) == END_ALL):
            try:
                self.lines[row.number] = self._line(row)
            except Wrong as error:
                name = row.cells["name"] or row.cells["new"]
                self.lines[row.number] = Line(row.number, name, WRONG, str(error))

    def _act(self, row: Row) -> str:
        act = _ACTS.get(fold(row.cells["act"]))
        if act is None:
            raise Wrong(f"Việc “{row.cells['act']}” không có trong danh mục: {'; '.join(ACTS)}.")
        return act

    def _line(self, row: Row) -> Line:
        act = self._act(row)
        if act == FOUND:
            key = self._founded(row.cells["new"], row.cells["to"])
            self.row_of.setdefault(key, row.number)
            return Line(row.number, row.cells["new"], NEW, f"Thành lập, trực thuộc {self._superior(key)}")
        unit = self._unit(row)
        if not _together([*self.acts.get(unit.pk, []), act]):
            raise Wrong(f"{unit.name} đã có việc ở dòng {self.row_of[unit.pk]}.")
        text = _BY_ACT[act](self, row, unit)
        self.row_of.setdefault(unit.pk, row.number)
        self.acts.setdefault(unit.pk, []).append(act)
        return Line(row.number, unit.name, CHANGED, text)

    def _unit(self, row: Row) -> Named:
        """The unit the row is about, by its number here or by its name, with its superior where several bear it."""
        own = row.cells["own"]
        try:
            return self.names.meant(number_here(own) or row.cells["name"], row.cells["under"])
        except Unclear as error:
            raise Wrong(str(error)) from error

    def _target(self, text: str, under: str = "") -> int:
        """A unit that exists, or that a row of the list founds."""
        if not text:
            raise Wrong("Chưa ghi đơn vị nhận.")
        places = self.foundings.get(spelling(text))
        if places and (not under or spelling(under) in places):
            return self._founded(text, under)
        try:
            return self.names.meant(text, under).pk
        except Unclear as error:
            if len(alike := self._unmarked.get(fold(text), [])) == 1:
                return self._founded(alike[0], under)
            raise Wrong(str(error)) from error

    @cached_property
    def _unmarked(self) -> dict[str, list[str]]:
        """The names that rows found, by what they are without their marks."""
        found: dict[str, list[str]] = {}
        for places in self.foundings.values():
            name = next(iter(places.values()))[0].cells["new"]
            found.setdefault(fold(name), []).append(name)
        return found

    def _founded(self, name: str, to: str) -> int:
        """The key of a unit that the list founds, founded at its first mention; its superior comes before it."""
        name = name_of(name)
        place = self._place(name, to)
        if place in self.refused:
            raise Wrong(self.refused[place])
        if place not in self.founded:
            try:
                self.founded[place] = self._found(name, place)
            except Wrong as error:
                self.refused[place] = str(error)
                raise
        return self.founded[place]

    def _place(self, name: str, to: str) -> _Place:
        """Which of the new units of a name is meant, by its superior; not needed where there is one only."""
        named = [under for under in self.foundings[spelling(name)] if under]
        if to:
            return spelling(name), spelling(to)
        if len(named) > 1:
            raise Wrong(f"Có {len(named)} đơn vị mới tên “{name}”; hãy ghi Trực thuộc mới ở dòng này.")
        return spelling(name), named[0] if named else ""

    def _found(self, name: str, place: _Place) -> int:
        if place in self.under_way or len(self.under_way) > MOST_DEEP:
            raise Wrong(f"Vòng lặp trực thuộc tại “{name}”.")
        places = self.foundings[spelling(name)]
        rows = places.get(place[1], []) + (places.get("", []) if place[1] and len(places) <= 2 else [])
        kinds = {kind_of(row.cells["kind"]) for row in rows} - {""}
        to = next((row.cells["to"] for row in rows if row.cells["to"]), "")
        orders = {number_of(row.cells["order"], whole, MOST_ORDER, "Thứ tự") for row in rows} - {None}
        if len(kinds) != 1 or Kind.PROVINCE in kinds:
            raise Wrong(f"“{name}”: {'cần đúng một' if kinds else 'chưa ghi'} Loại tổ chức mới.")
        if not to:
            raise Wrong(f"“{name}”: chưa ghi Trực thuộc mới.")
        if len(orders) > 1:
            raise Wrong(f"“{name}”: các dòng ghi khác Thứ tự.")
        self.under_way.add(place)
        try:
            parent = self._target(to)
        finally:
            self.under_way.discard(place)
        self._check_free(name, parent)
        return self.planned.found(name, kinds.pop(), parent, next(iter(orders), None))

    def _check_free(self, name: str, parent: int) -> None:
        """A new unit of a name that is already there is most often a row that should say Sáp nhập."""
        there = [each for each in self.names.below.get(parent, []) if spelling(each.name) == spelling(name)]
        if any(each.pk not in self._ending for each in there):
            raise Wrong(f"“{name}” đã có; nếu đơn vị này tiếp nhận, hãy ghi Việc là Sáp nhập.")

    @cached_property
    def _ending(self) -> set[int]:
        """The units that rows of the list end."""
        rows = (self._quietly(row) for row in self.rows if _ACTS.get(fold(row.cells["act"])) in _ENDING)
        return {unit.pk for unit in rows if unit is not None}

    def _quietly(self, row: Row) -> Named | None:
        try:
            return self._unit(row)
        except Wrong:
            return None

    def _superior(self, key: int) -> str:
        parent = self.planned.steps[key].parent
        return self._name(parent or 0)

    def _name(self, key: int) -> str:
        return self.planned.steps[key].name if key < 0 else self.names.name_of(key)

    def _say(self, row: Row, unit: Named, parent: int | None = None) -> list[str]:
        """Another name, kind and place, where the row has them."""
        kind = kind_of(row.cells["kind"])
        order = number_of(row.cells["order"], whole, MOST_ORDER, "Thứ tự")
        name = name_of(row.cells["new"]) if row.cells["new"] else ""
        if Kind.PROVINCE in (kind, unit.kind) and kind:
            raise Wrong("Không đổi loại của tổ chức đảng cấp tỉnh.")
        self.planned.say(Step(unit.pk, name=name, kind=kind, parent=parent, sort_order=order))
        told = [f"đổi tên thành {name}"] if name else []
        return told + ([f"thành {Kind(kind).label}"] if kind else [])

    # ---- one method an act ----------------------------------------------------------------------------------

    def rename(self, row: Row, unit: Named) -> str:
        if not row.cells["new"]:
            raise Wrong("Chưa ghi tên mới.")
        return _sentence(self._say(row, unit))

    def change_kind(self, row: Row, unit: Named) -> str:
        if not row.cells["kind"]:
            raise Wrong("Chưa ghi loại tổ chức mới.")
        return _sentence(self._say(row, unit))

    def move(self, row: Row, unit: Named) -> str:
        if not row.cells["to"]:
            raise Wrong("Chưa ghi Trực thuộc mới.")
        parent = self._target(row.cells["to"])
        return _sentence([f"chuyển về trực thuộc {self._name(parent)}", *self._say(row, unit, parent)])

    def merge(self, row: Row, unit: Named) -> str:
        new = self._founded(row.cells["new"], row.cells["to"])
        return self._succeeded(unit, new, f"Hợp nhất thành {self._name(new)}")

    def absorb(self, row: Row, unit: Named) -> str:
        new = self._target(row.cells["new"], row.cells["to"])
        if new == unit.pk:
            raise Wrong("Đơn vị không thể sáp nhập vào chính mình.")
        return self._succeeded(unit, new, f"Sáp nhập vào {self._name(new)}")

    def _succeeded(self, unit: Named, new: int, text: str) -> str:
        self.planned.end(unit.pk, heir=new)
        self.planned.succeed(unit.pk, new)
        return text

    def split(self, row: Row, unit: Named) -> str:
        new = self._founded(row.cells["new"], row.cells["to"])
        first = self.heired.setdefault(unit.pk, new)
        self.planned.end(unit.pk, heir=first)
        self.planned.succeed(unit.pk, new)
        return f"Chia tách: {self._name(new)}"

    def part(self, row: Row, unit: Named) -> str:
        new = self._founded(row.cells["new"], row.cells["to"])
        self.planned.succeed(unit.pk, new)
        return f"Tách ra {self._name(new)}"

    def end(self, row: Row, unit: Named) -> str:
        heir = self._target(row.cells["to"]) if row.cells["to"] else None
        self.planned.end(unit.pk, heir=heir)
        return "Kết thúc hoạt động" + (f"; cấp dưới chuyển về {self._name(heir)}" if heir is not None else "")

    def end_all(self, row: Row, unit: Named) -> str:
        waiting, count = [unit.pk], -1
        while waiting:
            pk = waiting.pop()
            told = self.planned.steps.get(pk)
            if pk == unit.pk or told is None:
                self.planned.end(pk)
                count += 1
            elif not told.ends or self.planned.has_heir(pk):
                continue  # it goes elsewhere with all below it, or those below have an heir
            waiting += [each.pk for each in self.names.below.get(pk, [])]
        return f"Kết thúc hoạt động cùng {count} đơn vị cấp dưới"


_BY_ACT: dict[str, Callable[[_Reading, Row, Named], str]] = {
    RENAME: _Reading.rename, KIND: _Reading.change_kind, MOVE: _Reading.move, MERGE: _Reading.merge,
    ABSORB: _Reading.absorb, SPLIT: _Reading.split, PART: _Reading.part, END: _Reading.end, END_ALL: _Reading.end_all,
}
_ENDING = (MERGE, ABSORB, SPLIT, END, END_ALL)


def _together(acts: Sequence[str]) -> bool:
    """Whether rows may say all this of one unit: it ends in one way, or its name, kind and place are told once each."""
    once = [act for act in acts if act != PART]
    return set(acts) == {SPLIT} or (len(set(once)) == len(once) and (len(acts) == 1 or not set(acts) & set(_ENDING)))


def preview(rows: Sequence[Row], units: UnitQuerySet, on: date, today: date, title: str) -> Intake:
    """The preview of a reorganisation of `units`, in force from `on`. A fixed number of queries."""
    reading = _Reading(rows, Names(units, on), on)
    reading.read()
    lines = [reading.lines[row.number] for row in rows]
    return worked_out(lines, reading.planned.plan(title), reading.row_of, on, today)


def _sentence(words: list[str]) -> str:
    text = "; ".join(words)
    return text[:1].upper() + text[1:]
