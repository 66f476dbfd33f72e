"""What a list of accounts would do, each row judged against the units and accounts as they now are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db.models.functions import Lower

from units import codes
from units.data.naming import Named, Names, Unclear
from units.data.outlook import AT_ONCE
from units.models import ImportDraft, LedgerEntry, Office, Unit, User
from units.sheets.table import Column
from units.vietnamese import clean, fold

COLUMNS = (
    Column("number", "Mã trên cổng"), Column("code", "Mã tổ chức đảng"), Column("unit", "Tên tổ chức"),
    Column("parent", "Trực thuộc"),
    Column("label", "Chức danh (tên hiển thị)", needed=True, also=("Chức danh", "Tên hiển thị")),
    Column("username", "Tên đăng nhập"), Column("email", "Thư điện tử", also=("Email", "Thư điện tử công vụ")),
    Column("role", "Vai trò"),
)
KEYS = tuple(column.key for column in COLUMNS)
WIDTHS = (14, 22, 40, 36, 40, 20, 32, 26)
GUIDE = (
    "Mỗi dòng là một tài khoản. Cổng tìm đơn vị theo mã trên cổng; nếu để trống thì theo mã tổ chức đảng; nếu cũng để "
    "trống thì theo tên tổ chức và đơn vị trực thuộc (gõ không dấu cũng được).",
    "Chức danh là tên hiển thị của tài khoản, ví dụ “Văn thư Đảng ủy xã An Phú”; ghi chức vụ, không ghi họ tên người.",
    "Tên đăng nhập để trống thì cổng tự đặt theo mã đơn vị, ví dụ dv-000123.",
    "Có thư điện tử: cổng gửi thư mời. Không có: in phiếu cấp tài khoản.",
    "Vai trò để trống là “Bí thư, văn thư đơn vị”. Vai trò cấp tỉnh chỉ giao tại đảng bộ tỉnh.",
    "Nhập lại cùng một danh sách không tạo thêm tài khoản.",
)
NEW, SAME, WRONG = "new", "same", "wrong"
LONGEST_LABEL = User._meta.get_field("label").max_length or 160
LONGEST_USERNAME = User._meta.get_field("username").max_length or 80
Cells = dict[str, str]


@dataclass
class Line:
    """One row: what it would do, or why it cannot be taken."""

    number: int
    cells: Cells
    unit: Named | None = None
    role: str = Office.Role.SECRETARY
    label: str = ""
    username: str = ""
    email: str = ""
    state: str = NEW
    faults: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def role_name(self) -> str:
        return Office.Role(self.role).label


@dataclass(frozen=True)
class Carried:
    """What a list did: the offices of the accounts made, how many were mailed to, how many rows were there already."""

    offices: list[int]
    mailed: int
    same: int

    @property
    def made(self) -> int:
        return len(self.offices)


def carried(draft: ImportDraft) -> Carried:
    """As the ledger tells it."""
    line = LedgerEntry.objects.about("importdraft", draft.pk).filter(event="accounts.list_carried_out").first()
    return Carried(line.data["offices"], line.data["mailed"], line.data["same"]) if line else Carried([], 0, 0)


def judge(rows: Sequence[Sequence[object]], unit: Unit, today: date) -> list[Line]:
    """Rows are [number in the file, [text of each column]]; the number of queries does not depend on theirs."""
    lines = [
        Line(int(str(number)), dict(zip(KEYS, map(str, cells), strict=True)))  # type: ignore[call-overload]
        for number, cells in rows
    ]
    names = Names(Unit.objects.under([unit]), today)
    for line in lines:
        _find(line, names)
        _shape(line)
    _Accounts(lines, unit, today).settle()
    for line in lines:
        if line.faults:
            line.state = WRONG
    return lines


def to_fill(unit: Unit, today: date) -> list[list[str]]:
    """A row for each unit of the subtree that is expected to have an account and has none."""
    held = Office.objects.on(today).filter(role=Office.Role.SECRETARY, user__is_active=True)
    units = Unit.objects.under([unit]).alive_on(today).filter(kind__in=Unit.EXPECTED_ACCOUNT_KINDS)
    units = units.exclude(pk__in=held.values("unit")).select_related("parent").order_by("path")
    return [
        [codes.portal_code(each.pk), each.code, each.name, each.parent.name if each.parent else "",
         f"Văn thư {each.name}"[:LONGEST_LABEL], "", "", str(Office.Role.SECRETARY.label)]
        for each in units
    ]


# ---- the unit meant ------------------------------------------------------------------------------------------


def _find(line: Line, names: Names) -> None:
    """By its number here, else its code, else its name and superior; what else the row says must agree with it."""
    cells = line.cells
    number = f"DV-{cells['number']}" if cells["number"].isdigit() else cells["number"]
    try:
        line.unit = names.meant(number or cells["code"] or cells["unit"], cells["parent"])
    except Unclear as unclear:
        line.faults.append(str(unclear))
        return
    unit, above = line.unit, names.name_of(line.unit.parent)
    if cells["unit"] and fold(cells["unit"]) != fold(unit.name):
        line.faults.append(f"Mã là của “{unit.name}”, không phải “{cells['unit']}”.")
    elif cells["parent"] and above and fold(cells["parent"]) != fold(above):
        line.faults.append(f"“{unit.name}” trực thuộc {above}, không phải “{cells['parent']}”.")
    if cells["code"] and _digits(cells["code"]) != _digits(unit.code):
        line.faults.append(f"“{unit.name}” không mang mã tổ chức đảng “{cells['code']}”.")


def _digits(code: str) -> str:
    return codes.organisation_digits(code) or code


# ---- title, name, address, role --------------------------------------------------------------------------------

_ROLES = {fold(text): role for role in Office.Role for text in (str(role.label), str(role.value))}


def _shape(line: Line) -> None:
    """What can be said of a row by itself."""
    cells, add = line.cells, line.faults.append
    line.label, line.username, line.email = clean(cells["label"]), cells["username"], cells["email"].lower()
    if not line.label:
        add("Thiếu chức danh.")
    elif len(line.label) > LONGEST_LABEL:
        add(f"Chức danh dài quá {LONGEST_LABEL} ký tự.")
    if line.username:
        try:
            validate_slug(line.username)
        except ValidationError:
            add("Tên đăng nhập chỉ gồm chữ không dấu, chữ số và dấu gạch ngang.")
        if len(line.username) > LONGEST_USERNAME:
            add(f"Tên đăng nhập dài quá {LONGEST_USERNAME} ký tự.")
    if line.email:
        try:
            validate_email(line.email)
        except ValidationError:
            add(f"“{cells['email']}” không phải địa chỉ thư điện tử.")
    role = _ROLES.get(fold(cells["role"])) if cells["role"] else Office.Role.SECRETARY
    if role is None:
        add(f"Không có vai trò “{cells['role']}”; các vai trò: {', '.join(str(each.label) for each in Office.Role)}.")
    elif role != Office.Role.SECRETARY and line.unit is not None and line.unit.parent is not None:
        add(f"Vai trò “{role.label}” chỉ giao tại đảng bộ tỉnh; đơn vị chỉ nhận “{Office.Role.SECRETARY.label}”.")
    line.role = role or Office.Role.SECRETARY


# ---- accounts that are there -------------------------------------------------------------------------------------


class _Accounts:
    """Which rows are accounts already held, which are new, and which take a name or an address of another."""

    def __init__(self, lines: list[Line], top: Unit, today: date) -> None:
        self.lines = lines
        self.held: dict[tuple[int, str], list[User]] = {}
        offices = Office.objects.not_ended(today).filter(unit__in=Unit.objects.under([top]), substitutes=None)
        for office in offices.select_related("user").order_by("pk"):
            self.held.setdefault((office.unit_id, office.role), []).append(office.user)
        self.usernames = _taken("username", [line.username for line in lines])
        self.emails = _taken("email", [line.email for line in lines])
        made = User.objects.filter(username__istartswith="dv-").values_list("username", flat=True)
        self.made = {name.lower() for name in made}
        self.claimed: dict[tuple[str, object], int] = {}

    def settle(self) -> None:
        given = {line.username.lower() for line in self.lines if line.username}
        self.made |= given
        for line in self.lines:
            if line.unit is None or line.faults:
                continue
            user = self._held_by(line)
            if user is not None:
                self._is_there(line, user)
            else:
                self._is_new(line)

    def _held_by(self, line: Line) -> User | None:
        """The account there, in that role, which the row means: by its name, else its address, else its title."""
        assert line.unit is not None
        held = self.held.get((line.unit.pk, line.role), [])
        if line.username:
            return next((user for user in held if user.username.lower() == line.username.lower()), None)
        by_mail = next((user for user in held if line.email and user.email == line.email), None)
        return by_mail or next((user for user in held if fold(user.label) == fold(line.label)), None)

    def _is_there(self, line: Line, user: User) -> None:
        line.state, line.username = SAME, user.username
        other = self.emails.get(line.email) if line.email else None
        if other is not None and other != user.pk:
            line.faults.append("Địa chỉ thư này đã gắn với một tài khoản khác.")
        differs = [
            what for what, differs in (
                ("chức danh", line.label != user.label), ("thư điện tử", bool(line.email) and line.email != user.email)
            ) if differs
        ]
        line.note = f"Trên cổng ghi khác: {', '.join(differs)}; danh sách không sửa." if differs else ""
        self._claim(line, "account", user.pk)

    def _is_new(self, line: Line) -> None:
        assert line.unit is not None
        if line.username and line.username.lower() in self.usernames:
            line.faults.append(f"Tên đăng nhập “{line.username}” đã có người dùng.")
        if line.email and line.email in self.emails:
            line.faults.append("Địa chỉ thư này đã gắn với một tài khoản khác.")
        if line.username:
            self._claim(line, "username", line.username.lower(), "Tên đăng nhập trùng")
        if line.email:
            self._claim(line, "email", line.email, "Thư điện tử trùng")
        self._claim(line, "title", (line.unit.pk, line.role, fold(line.label)))
        if not line.username and not line.faults:
            line.username = self._made(line.unit.pk)

    def _claim(self, line: Line, what: str, key: object, text: str = "Trùng") -> None:
        first = self.claimed.setdefault((what, key), line.number)
        if first != line.number:
            line.faults.append(f"{text} với dòng {first}.")

    def _made(self, pk: int) -> str:
        base = name = codes.username_for(pk)
        count = 1
        while name in self.made:
            count += 1
            name = f"{base}-{count}"
        self.made.add(name)
        return name


def _taken(name: str, values: Sequence[str]) -> dict[str, int]:
    """Which of these names or addresses are somebody's, in small letters → the account."""
    wanted = sorted({value.lower() for value in values if value})
    return {
        low: pk for at in range(0, len(wanted), AT_ONCE)
        for low, pk in User.objects.annotate(low=Lower(name)).filter(low__in=wanted[at : at + AT_ONCE]).values_list(
            "low", "pk"
        )
    }
