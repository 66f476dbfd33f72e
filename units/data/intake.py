"""A list that comes in, worked out row by row: what each would do, or why it cannot; and the decision it makes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from units.codes import organisation_digits, organisation_forms
from units.data.naming import Named, Names, Unclear
from units.data.outlook import Outlook, outlook
from units.models import Unit
from units.sheets.table import Row
from units.timeline import Plan
from units.vietnamese import fold

MOST_CELLS = 500  # of one unit, named by number only
KINDS = {fold(str(label)): str(value) for value, label in Unit.Kind.choices} | {
    "chi bo truc thuoc": "cell", "dang uy co so": "grassroots", "cap uy truc thuoc": "committee",
    "dang doan": "party_group", "ban can su dang": "party_group", "co quan tham muu": "advisory",
}
NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
VERDICTS = {NEW: "Mới", CHANGED: "Thay đổi", UNCHANGED: "Không đổi", WRONG: "Sai"}


class Wrong(ValueError):
    """Why a row cannot be taken; the message is for the screen."""


@dataclass(frozen=True)
class Line:
    """One row of the preview: where it stands in the file, which unit it is about, and what it does or why not."""

    number: int
    name: str
    verdict: str
    text: str

    @property
    def label(self) -> str:
        return VERDICTS[self.verdict]


@dataclass(frozen=True)
class Intake:
    """The whole preview. `seen` is None as long as a row is wrong; `problems` are those of no single row."""

    lines: list[Line]
    seen: Outlook | None
    problems: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = dict.fromkeys((NEW, CHANGED, UNCHANGED, WRONG), 0)
        for line in self.lines:
            found[line.verdict] += 1
        return found

    @property
    def wrong(self) -> bool:
        return bool(self.problems) or any(line.verdict == WRONG for line in self.lines)

    @property
    def changes(self) -> bool:
        return self.seen is not None and bool(self.seen.plan.steps)

    @property
    def digest(self) -> str:
        """What the page showed, so that nothing else is confirmed."""
        said = [(line.number, line.verdict, line.text) for line in self.lines]
        whole = self.seen.digest if self.seen else ""
        return sha256(repr((said, whole)).encode()).hexdigest()[:16]


def worked_out(lines: list[Line], plan: Plan, rows_of: dict[int, int], on: date, today: date) -> Intake:
    """The preview of a decision; what would not hold is told at the row about the unit. `rows_of`: unit → row."""
    if any(line.verdict == WRONG for line in lines):
        return Intake(lines, None)
    seen = outlook(plan, on, today)
    reasons: dict[int, list[str]] = {}
    problems = []
    for problem in seen.found:
        if problem.unit in rows_of:
            reasons.setdefault(rows_of[problem.unit], []).append(problem.text)
        else:
            problems.append(problem.text)
    told = [
        replace(line, verdict=WRONG, text=" ".join(reasons[line.number])) if line.number in reasons else line
        for line in lines
    ]
    return Intake(told, seen if not seen.found else None, problems)


def kind_of(label: str) -> str:
    """The kind that a label of the template means; "" for none written."""
    if label and fold(label) not in KINDS:
        raise Wrong(f"Loại tổ chức “{label}” không có trong danh mục.")
    return KINDS.get(fold(label), "")


def code_of(text: str) -> str:
    """The 14 digits as they are kept, in groups; "" for none written."""
    if not text:
        return ""
    digits = organisation_digits(text)
    if not digits:
        raise Wrong(f"Mã tổ chức đảng “{text}” phải gồm 14 chữ số, ví dụ 38.168.053.000.001.")
    return organisation_forms(digits)[1]


def name_of(text: str) -> str:
    if not text:
        raise Wrong("Chưa ghi tên tổ chức.")
    if len(text) > 200:
        raise Wrong("Tên tổ chức dài quá 200 ký tự.")
    return text


def number_of(text: str, read: Callable[[str], int | None], most: int, what: str) -> int | None:
    try:
        number = read(text)
    except ValueError as error:
        raise Wrong(f"{what}: {error}") from error
    if number is not None and number > most:
        raise Wrong(f"{what} lớn quá {most}.")
    return number


def known(names: Names, row: Row) -> Named | None:
    """The unit that a row names by its number here or its code, if it does."""
    own, code = row.cells["own"], row.cells["code"]
    if own:
        try:
            return names.meant(number_here(own))
        except Unclear as error:
            raise Wrong(str(error)) from error
    return names.by_code.get(organisation_digits(code)) if code else None


def number_here(text: str) -> str:
    """ "12" and "DV-12" say the same in the column of numbers here."""
    return f"DV-{text}" if text.isdigit() else text
