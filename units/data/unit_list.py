"""A list of organisations that comes in: each row is new, changed, unchanged or wrong, together they are a decision.

A row is a unit that exists when it bears its number here or its code, or has its name under the superior it names;
otherwise it founds one. What the list does not mention stays as it is. Loading the same list twice changes nothing.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from units.codes import organisation_digits, portal_code, unit_number
from units.data.intake import (
    CHANGED,
    MOST_CELLS,
    NEW,
    UNCHANGED,
    WRONG,
    Intake,
    Line,
    Wrong,
    code_of,
    kind_of,
    known,
    name_of,
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
MOST_DEEP = 30
MOST_ALIKE = 20  # rows of one name that a superior is looked for among
MOST_ORDER = 1_000_000
COLUMNS = (
    Column("own", "Mã trên cổng"), Column("code", "Mã tổ chức đảng"), Column("name", "Tên tổ chức", needed=True),
    Column("kind", "Loại tổ chức", needed=True, also=("Loại hình",)),
    Column("under", "Trực thuộc", needed=True, also=("Đơn vị cấp trên", "Cấp trên trực tiếp")),
    Column("order", "Thứ tự"), Column("cells", "Số chi bộ"),
)
GUIDE = (
    "Mỗi dòng là một tổ chức đảng. Cột Tên tổ chức, Loại tổ chức và Trực thuộc phải có.",
    "Trực thuộc: ghi tên đơn vị cấp trên (có trong danh sách này hoặc đã có trên cổng); nếu trùng tên thì ghi mã, ví dụ"
    " DV-12. Để trống: trực thuộc đơn vị đang nhập.",
    "Thứ tự: thứ tự chính thức trong cùng một cấp trên; để trống thì giữ theo thứ tự các dòng.",
    "Số chi bộ: cổng tạo Chi bộ 1, Chi bộ 2… cho đủ số; đặt tên sau. Không cần nếu đã ghi từng chi bộ thành dòng.",
    "Mã trên cổng (DV-…): có sẵn khi xuất danh sách từ cổng; giữ nguyên để sửa tên, loại, cấp trên của đơn vị đã có.",
    "Nhập lại cùng một tệp không tạo thêm gì. Đơn vị không có trong tệp được giữ nguyên.",
    f"Loại tổ chức: {'; '.join(str(label) for value, label in Kind.choices if value != Kind.PROVINCE)}.",
)


class _Reading:
    """The rows on their way to a decision. Keys above zero are units that exist, below zero those of new rows."""

    def __init__(self, rows: Sequence[Row], names: Names, home: int, on: date) -> None:
        self.names, self.home, self.planned = names, home, Planned(on)
        self.rows = {row.number: row for row in rows}
        self.lines: dict[int, Line] = {}
        self.by_name: dict[str, list[Row]] = {}
        for row in rows:
            self.by_name.setdefault(fold(row.cells["name"]), []).append(row)
        self.keys: dict[int, int] = {}  # row → unit
        self.row_of: dict[int, int] = {}  # unit → row
        self.under_way: set[int] = set()
        self.placed: dict[tuple[int, str], int] = {}  # (superior, name) → the row that founds it
        self.codes: set[str] = set()

    def read(self) -> None:
        for row in self.rows.values():
            with suppress(Wrong):  # noted at its row
                self._try(row)
        cells = self._cells()
        for number, row in self.rows.items():
            if number in self.keys:
                self._number_cells(row, self.keys[number], cells.get(self.keys[number], []))

    def _try(self, row: Row) -> int:
        """The unit a row is about. Raises Wrong, after noting it at the row, when it is about none."""
        if row.number in self.keys:
            return self.keys[row.number]
        if row.number in self.lines:
            raise Wrong(f"đơn vị cấp trên ở dòng {row.number} sai")
        self.under_way.add(row.number)
        try:
            key = self._unit(row)
        except Wrong as error:
            self.lines[row.number] = Line(row.number, row.cells["name"], WRONG, str(error))
            raise
        finally:
            self.under_way.discard(row.number)
        self.keys[row.number] = key
        self.row_of[key] = row.number
        return key

    def _unit(self, row: Row) -> int:
        name, kind, code = name_of(row.cells["name"]), kind_of(row.cells["kind"]), code_of(row.cells["code"])
        order = number_of(row.cells["order"], whole, MOST_ORDER, "Thứ tự")
        if code and code in self.codes:
            raise Wrong(f"Mã tổ chức {code} đã ghi ở dòng khác trong tệp.")
        self.codes.add(code)
        each = known(self.names, row)
        above = self._above(row, each)
        if each is None:
            each = self.names.by_place.get((above, spelling(name)))
        if each is None:
            return self._found(row, name, kind, above, order, code)
        if each.pk in self.row_of:
            raise Wrong(f"Trùng với dòng {self.row_of[each.pk]}: cùng một đơn vị.")
        self._compare(row, each, Step(each.pk, name=name, kind=kind, parent=above, sort_order=order, code=code))
        return each.pk

    def _above(self, row: Row, each: Named | None) -> int:
        text = row.cells["under"]
        if not text:
            return each.parent or 0 if each is not None else self._home(row)
        found: set[int] = set()
        known_so = any(spelling(each.name) == spelling(text) for each in self.names.called(text))
        inside = self._rows_called(text, row, known_so)
        if len(inside) > MOST_ALIKE:
            raise Wrong(f"Có {len(inside)} dòng tên “{text}”; hãy ghi mã DV-… hoặc tên đầy đủ của đơn vị cấp trên.")
        if any(one.number in self.under_way for one in inside):
            raise Wrong(f"Vòng lặp trực thuộc: “{text}” lại trực thuộc chính đơn vị này hoặc đơn vị cấp dưới của nó.")
        if len(self.under_way) > MOST_DEEP:
            raise Wrong(f"Quá {MOST_DEEP} cấp trực thuộc.")
        for one in inside:
            try:
                found.add(self._try(one))
            except Wrong as error:
                raise Wrong(f"Đơn vị cấp trên “{text}” (dòng {one.number}) sai: {error}") from error
        if known_so or not found:
            try:
                found.add(self.names.meant(text).pk)
            except Unclear as error:
                raise Wrong(f"Trực thuộc: {error}") from error
        if len(found) > 1:
            raise Wrong(f"Có {len(found)} đơn vị tên “{text}”; hãy ghi mã DV-… của đơn vị cấp trên.")
        return found.pop()

    def _rows_called(self, text: str, row: Row, known_so: bool) -> list[Row]:
        """The other rows of that name; those it is without its marks only when nobody is called just so."""
        alike = [one for one in self.by_name.get(fold(text), []) if one is not row]
        just_so = [one for one in alike if spelling(one.cells["name"]) == spelling(text)]
        return just_so or ([] if known_so else alike)

    def _home(self, row: Row) -> int:
        """Without a superior: the unit of the import itself, or directly under it."""
        home = self.names.by_pk.get(self.home)
        if home is not None and spelling(home.name) == spelling(row.cells["name"]):
            return home.parent or 0
        return self.home

    def _found(self, row: Row, name: str, kind: str, above: int, order: int | None, code: str) -> int:
        if not kind:
            raise Wrong("Chưa ghi loại tổ chức.")
        if kind == Kind.PROVINCE:
            raise Wrong("Đã có tổ chức đảng cấp tỉnh.")
        if not above:
            raise Wrong("Chưa ghi đơn vị cấp trên.")
        if (same := self.placed.setdefault((above, spelling(name)), row.number)) != row.number:
            raise Wrong(f"Trùng với dòng {same}: cùng tên, cùng đơn vị cấp trên.")
        key = self.planned.found(name, kind, above, order, code)
        self.lines[row.number] = Line(row.number, name, NEW, f"{Kind(kind).label}, trực thuộc {self._name(above)}")
        return key

    def _compare(self, row: Row, each: Named, said: Step) -> None:
        """Only what the row says otherwise becomes part of the decision."""
        told = []
        name = said.name if said.name != each.name else ""
        kind = said.kind if said.kind and said.kind != each.kind else ""
        parent = said.parent if said.parent and said.parent != each.parent else None
        # Under another superior the place that the row names is a new one, be it the same figure.
        order = said.sort_order if parent or said.sort_order != each.sort_order else None
        code = said.code if said.code and said.code != each.code else ""
        if Kind.PROVINCE in (kind, each.kind) and kind:
            raise Wrong("Không đổi loại của tổ chức đảng cấp tỉnh.")
        told += [f"đổi tên từ “{each.name}”"] if name else []
        told += [f"chuyển loại từ {Kind(each.kind).label} thành {Kind(kind).label}"] if kind else []
        told += [f"chuyển từ {self.names.name_of(each.parent)} về {self._name(parent)}"] if parent else []
        told += [f"thứ tự {each.sort_order} thành {order}"] if order is not None else []
        told += [f"mã {code}"] if code else []
        if told:
            self.planned.say(Step(each.pk, name=name, kind=kind, parent=parent, sort_order=order, code=code))
        words = "; ".join(told)
        self.lines[row.number] = Line(
            row.number, said.name, CHANGED if told else UNCHANGED, words[:1].upper() + words[1:]
        )

    def _cells(self) -> dict[int, list[str]]:
        """superior → the folded names of the cells that stand there once the rows are carried out."""
        found: dict[int, list[str]] = {}
        steps = self.planned.steps
        for each in self.names.by_pk.values():
            step = steps.get(each.pk, Step(each.pk))
            if (step.kind or each.kind) in Unit.CELL_KINDS:
                above = each.parent if step.parent is None else step.parent
                found.setdefault(above or 0, []).append(spelling(step.name or each.name))
        for key, step in steps.items():
            if key < 0 and step.kind in Unit.CELL_KINDS:
                found.setdefault(step.parent or 0, []).append(spelling(step.name))
        return found

    def _number_cells(self, row: Row, key: int, there: list[str]) -> None:
        """Số chi bộ: found Chi bộ 1…n for what is missing; cells that exist or have their own row count."""
        line = self.lines[row.number]
        try:
            wanted = number_of(row.cells["cells"], whole, MOST_CELLS, "Số chi bộ")
            step = self.planned.steps.get(key)
            kind = step.kind if step and step.kind else self.names.by_pk[key].kind
            if wanted and kind in Unit.KINDS_WITHOUT_SUBORDINATES:
                raise Wrong(f"{Kind(kind).label} không có chi bộ trực thuộc.")
        except Wrong as error:
            self.lines[row.number] = Line(row.number, line.name, WRONG, str(error))
            return
        missing = (wanted or 0) - len(there)
        if missing <= 0:
            if wanted and missing < 0:
                kept = f"{line.text} (đang có {len(there)} chi bộ, giữ nguyên)".strip()
                self.lines[row.number] = Line(row.number, line.name, line.verdict, kept)
            return
        free = (f"Chi bộ {n}" for n in range(1, MOST_CELLS + len(there) + 1) if spelling(f"Chi bộ {n}") not in there)
        for name, _ in zip(free, range(missing), strict=False):
            self.planned.found(name, Kind.CELL, key)
        verdict = CHANGED if line.verdict == UNCHANGED else line.verdict
        text = f"{line.text}; thêm {missing} chi bộ" if line.text else f"Thêm {missing} chi bộ"
        self.lines[row.number] = Line(row.number, line.name, verdict, text)

    def _name(self, key: int | None) -> str:
        step = self.planned.steps.get(key or 0)
        return step.name if step and step.name else self.names.name_of(key)


def preview(rows: Sequence[Row], units: UnitQuerySet, home: Unit, on: date, today: date, title: str) -> Intake:
    """The preview of a list about `units`, imported at `home`, in force from `on`. A fixed number of queries."""
    reading = _Reading(rows, Names(units, on), home.pk, on)
    reading.read()
    lines = [reading.lines[number] for number in reading.rows]
    return worked_out(lines, reading.planned.plan(title), reading.row_of, on, today)


def exported(units: UnitQuerySet, on: date) -> list[list[str | int]]:
    """The same list going out, in the order of the tree: the columns of COLUMNS. One query."""
    names = Names(units, on)
    found: list[list[str | int]] = []
    stack = [each for each in reversed(list(names.by_pk.values())) if each.parent not in names.by_pk]
    while stack:
        each = stack.pop()
        cells = sum(one.kind in Unit.CELL_KINDS for one in names.below.get(each.pk, []))
        found.append([
            portal_code(each.pk), each.code, each.name, str(Kind(each.kind).label), _superior(names, each),
            each.sort_order, cells or "",
        ])
        stack.extend(reversed(names.below.get(each.pk, [])))
    return found


def _superior(names: Names, each: Named) -> str:
    """Its name, or its number where several bear the name or it reads like a code."""
    name = names.name_of(each.parent)
    unclear = len(names.called(name)) > 1 or unit_number(name) or organisation_digits(name)
    return portal_code(each.parent) if each.parent and unclear else name
