"""Accounts in bulk: what each row would do, all or nothing, once; whatever stands in the file."""

from typing import Any

import pytest
from django.core import mail as letters
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOW, TODAY, Tree, at_once, make_office, make_tree, make_unit, make_user
from units import codes
from units.access import Forbidden
from units.actions import account_lists, offices
from units.actions.carry_out import Paper, WrongState
from units.actions.reorganise import end, found
from units.data.account_lists import COLUMNS, KEYS, NEW, SAME, WRONG, Line, carried, judge, to_fill
from units.models import ImportDraft, Invitation, LedgerEntry, Office, Unit, User
from units.sheets.reader import read
from units.sheets.table import Refused, Row, Table
from units.sheets.writer import xlsx

pytestmark = pytest.mark.django_db
CODE = "38.168.053.000.001"


@pytest.fixture
def tree() -> Tree:
    tree = make_tree()
    coded: dict[str, Any] = {"name": "Đảng ủy Cơ quan", "kind": "section", "code": CODE}
    found(**coded, parent=tree["Huyện A"], paper=Paper(TODAY), by=None, now=NOW)
    for above in ("Huyện A", "Huyện B"):
        tree[f"An Phú {above}"] = make_unit("Đảng bộ xã An Phú", "grassroots", tree[above])
    return tree | {"Cơ quan": Unit.objects.get(code=CODE)}


def row(line: int = 2, /, **cells: str) -> list[Any]:
    told = {"label": "Văn thư"} | cells
    return [line, [told.get(key, "") for key in KEYS]]


def judged(tree: Tree, *rows: list[Any], top: str = "Tỉnh") -> list[Line]:
    return judge(rows, tree[top], TODAY)


def taken_in(tree: Tree, *rows: list[Any], top: str = "Tỉnh", by: User | None = None) -> ImportDraft:
    table = Table([Row(number, dict(zip(KEYS, cells, strict=True))) for number, cells in rows], [])
    return account_lists.take_in(table=table, file_name="tai-khoan.xlsx", unit=tree[top], by=by, now=NOW)


def number(tree: Tree, name: str) -> str:
    return str(tree[name].pk)


# ---- which unit, what account --------------------------------------------------------------------------------------


def test_a_unit_is_found_by_each_of_its_names(tree: Tree) -> None:
    unit = tree["Xã A1"]
    rows = [
        row(number=number(tree, "Xã A1")), row(number=f"DV-{unit.pk}"), row(number=f"dv 000{unit.pk}"),
        row(unit="xa a1"), row(unit="XÃ  A1", parent="huyen a"),
    ]
    for each in rows:
        (line,) = judged(tree, each)
        assert line.unit is not None, line.faults
        assert (line.unit.pk, line.state, line.username) == (unit.pk, NEW, codes.username_for(unit.pk)), line.faults
    for code in (CODE, CODE.replace(".", "")):
        (line,) = judged(tree, row(code=code))
        assert (line.unit and line.unit.name, line.state) == ("Đảng ủy Cơ quan", NEW), line.faults
    (line,) = judged(tree, row(unit="đảng bộ xã an phú", parent="huyện b"))
    assert line.unit is not None
    assert line.unit.pk == tree["An Phú Huyện B"].pk


def wrong_rows(tree: Tree) -> dict[str, list[list[Any]]]:
    """What is wrong → the rows, of which the last is."""
    make_office(tree["Xã A2"], username="da-co", email="da-co@don-vi.example", label="Bí thư Xã A2")
    end(unit=tree["B1"], heir=None, paper=Paper(TODAY), by=None, now=NOW)
    a1 = {"number": number(tree, "Xã A1")}
    return {
        "no unit": [row()], "no such number": [row(number="987654321")], "a number in words": [row(number="mười hai")],
        "a negative number": [row(number="-5")], "too long a number": [row(number="9" * 40)],
        "no such code": [row(code="99.999.999.999.999")], "half a code": [row(code="38.168")],
        "no such name": [row(unit="Xã Không Có")], "a unit that has ended": [row(number=number(tree, "B1"))],
        "an ended unit by name": [row(unit="B1")], "two of that name": [row(unit="Đảng bộ xã An Phú")],
        "not under that one": [row(unit="Xã A1", parent="Huyện B")],
        "number and name differ": [row(unit="Xã A2", **a1)],
        "number and superior differ": [row(parent="Huyện B", **a1)],
        "number and code differ": [row(code=CODE, **a1)], "no title": [row(label="", **a1)],
        "blanks for a title": [row(label=" \u00a0", **a1)], "too long a title": [row(label="V" * 161, **a1)],
        "a name with marks": [row(username="văn-thư", **a1)], "a name with blanks": [row(username="van thu", **a1)],
        "too long a name": [row(username="x" * 81, **a1)], "somebody's name": [row(username="DA-CO", **a1)],
        "no address": [row(email="khong-phai-thu", **a1)], "two addresses": [row(email="a@b.vn; c@d.vn", **a1)],
        "somebody's address": [row(email="Da-Co@don-vi.example", **a1)], "no such role": [row(role="Giám đốc", **a1)],
        "a role of the province": [row(role="Cán bộ Ban Tuyên giáo", **a1)],
        "an administrator of a unit": [row(role="Quản trị cổng", **a1)],
        "the same row": [row(**a1), row(3, **a1)],
        "the same name": [row(username="moi", **a1), row(3, username="MOI", number=number(tree, "Huyện B"))],
        "the same address": [row(email="m@d.vn", **a1), row(3, email="M@d.vn", label="Phó", **a1)],
        "one account twice": [row(number=number(tree, "Xã A2"), username="da-co"),
                              row(3, number=number(tree, "Xã A2"), label="Bí thư Xã A2")],
        "an account with another's address": [row(number=number(tree, "Huyện A"), email="h@d.vn"),
                                              row(3, number=number(tree, "Huyện B"), label="Phó", email="h@d.vn")],
    }


def test_a_wrong_row_says_its_number_and_why_and_stops_the_list(tree: Tree) -> None:
    cases = wrong_rows(tree)
    assert len(cases) >= 25
    people = User.objects.count()
    reasons = {}
    for what, rows in cases.items():
        *good, bad = judged(tree, *rows)
        assert [line.state for line in good if line.state == WRONG] == [], what
        assert (bad.state, bad.number) == (WRONG, rows[-1][0]), what
        assert all(fault.endswith((".", "”.")) and len(fault.split()) >= 3 for fault in bad.faults), bad.faults
        reasons[what] = " ".join(bad.faults)
        with pytest.raises(WrongState):
            account_lists.confirm(draft=taken_in(tree, *rows), by=None, now=NOW)
    assert (User.objects.count(), Invitation.objects.count()) == (people, 0)
    assert "2 đơn vị" in reasons["two of that name"]
    assert all("dòng 2" in reasons[what] for what in ("the same name", "the same row", "the same address"))


def test_a_unit_outside_ones_part_of_the_tree_is_not_there(tree: Tree) -> None:
    (line,) = judged(tree, row(number=number(tree, "Huyện B")), top="Huyện A")
    assert line.state == WRONG
    (line,) = judged(tree, row(unit="Đảng bộ xã An Phú"), top="Huyện A")  # there is one in this part
    assert line.state == NEW


def test_roles_of_the_province_are_given_at_its_root(tree: Tree) -> None:
    for role in Office.Role:
        (line,) = judged(tree, row(number=number(tree, "Tỉnh"), role=role.label.upper()))
        assert (line.state, line.role) == (NEW, role), line.faults


def test_names_are_made_and_never_twice(tree: Tree) -> None:
    a1, made = tree["Xã A1"].pk, codes.username_for(tree["Xã A1"].pk)
    make_user(f"{made}-2")
    lines = judged(
        tree, row(number=str(a1), label="Bí thư"), row(3, number=str(a1), label="Phó bí thư"),
        row(4, number=str(a1), label="Văn thư", username=f"{made}-3"),
        row(5, number=str(a1), label="Ủy viên"),
    )
    assert [line.username for line in lines] == [made, f"{made}-4", f"{made}-3", f"{made}-5"]
    assert {line.state for line in lines} == {NEW}


# ---- carried out ---------------------------------------------------------------------------------------------------


def good_rows(tree: Tree) -> list[list[Any]]:
    return [
        row(2, number=number(tree, "Huyện A"), label="Văn thư Huyện ủy A", username="huyen-a", email="A@d.vn"),
        row(3, unit="xa a1", label="Bí thư Xã A1"), row(4, unit="xa a1", label="Văn thư Xã A1", email="a1@d.vn"),
        row(5, code=CODE), row(6, number=number(tree, "A1.1"), label="Bí thư chi bộ"),
        row(7, number=number(tree, "Tỉnh"), label="Lãnh đạo Ban", role="lanh dao ban tuyen giao"),
    ]


def test_a_list_is_carried_out_whole(tree: Tree) -> None:
    administrator = make_office(tree["Tỉnh"], "administrator")
    draft = taken_in(tree, *good_rows(tree), by=administrator)
    assert (User.objects.count(), Office.objects.count(), letters.outbox) == (1, 1, [])
    done = account_lists.confirm(draft=draft, by=administrator, now=NOW)
    assert (done.made, done.mailed, done.same) == (6, 2, 0)
    held = {
        (office.unit.name, office.role, office.user.label, office.user.email, office.from_on)
        for office in Office.objects.exclude(user=administrator).select_related("user", "unit")
    }
    assert held == {
        ("Huyện A", "secretary", "Văn thư Huyện ủy A", "a@d.vn", TODAY),
        ("Xã A1", "secretary", "Bí thư Xã A1", "", TODAY), ("Xã A1", "secretary", "Văn thư Xã A1", "a1@d.vn", TODAY),
        ("Đảng ủy Cơ quan", "secretary", "Văn thư", "", TODAY),
        ("A1.1", "secretary", "Bí thư chi bộ", "", TODAY), ("Tỉnh", "head", "Lãnh đạo Ban", "", TODAY),
    }
    assert sorted(letter.to[0] for letter in letters.outbox) == ["a1@d.vn", "a@d.vn"]
    assert set(Invitation.objects.values_list("user__email", flat=True)) == {"a@d.vn", "a1@d.vn"}
    assert not any(user.has_usable_password() for user in User.objects.all())
    draft.refresh_from_db()
    assert (draft.rows, draft.confirmed_at) == ([], NOW)
    assert carried(draft) == done
    assert LedgerEntry.objects.get(event="accounts.list_carried_out").by_id == administrator.pk


def test_the_same_list_again_changes_nothing(tree: Tree) -> None:
    account_lists.confirm(draft=taken_in(tree, *good_rows(tree)), by=None, now=NOW)
    before = [list(model.objects.order_by("pk").values_list()) for model in (User, Office, Invitation)]
    letters.outbox.clear()
    assert {line.state for line in judged(tree, *good_rows(tree))} == {SAME}
    done = account_lists.confirm(draft=taken_in(tree, *good_rows(tree)), by=None, now=NOW)
    assert (done.made, done.mailed, done.same) == (0, 0, 6)
    assert [list(model.objects.order_by("pk").values_list()) for model in (User, Office, Invitation)] == before
    assert letters.outbox == []


def test_an_account_that_is_there_is_told_and_left_as_it_is(tree: Tree) -> None:
    user = make_office(tree["Xã A1"], username="a1", label="Văn thư Xã A1", email="cu@d.vn")
    (line,) = judged(tree, row(unit="xa a1", label="Phó bí thư", username="A1", email="moi@d.vn"))
    assert (line.state, line.username, "chức danh, thư điện tử" in line.note) == (SAME, "a1", True)
    account_lists.confirm(
        draft=taken_in(tree, row(unit="xa a1", label="Phó bí thư", username="A1", email="moi@d.vn")), by=None, now=NOW
    )
    user.refresh_from_db()
    assert (user.label, user.email) == ("Văn thư Xã A1", "cu@d.vn")
    offices.dismiss(office=user.offices.get(), on=TODAY, by=None, now=NOW)
    (line,) = judged(tree, row(unit="xa a1", username="A1"))
    assert line.state == WRONG  # the name is somebody's, and he holds no office there any more


def test_a_list_is_carried_out_once(tree: Tree) -> None:
    draft = taken_in(tree, *good_rows(tree))
    stale = ImportDraft.objects.get(pk=draft.pk)
    account_lists.confirm(draft=draft, by=None, now=NOW)
    people = User.objects.count()
    with pytest.raises(WrongState):
        account_lists.confirm(draft=stale, by=None, now=NOW)
    with pytest.raises(WrongState):
        account_lists.discard(draft=draft, by=None, now=NOW)
    assert User.objects.count() == people


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_make_one(tree: Tree) -> None:
    draft = taken_in(tree, *good_rows(tree))
    drafts = [ImportDraft.objects.select_related("unit").get(pk=draft.pk) for _ in range(3)]
    outcomes = at_once([
        lambda one=one: account_lists.confirm(draft=one, by=None, now=NOW) for one in drafts
    ])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Carried", "WrongState", "WrongState"]
    assert User.objects.count() == 6


def test_a_list_is_judged_by_the_day_it_is_confirmed(tree: Tree) -> None:
    draft = taken_in(tree, row(unit="xa a1"), row(3, unit="xa a2"))
    end(unit=tree["Xã A2"], heir=tree["Xã A1"], paper=Paper(TODAY), by=None, now=NOW)
    with pytest.raises(WrongState):
        account_lists.confirm(draft=draft, by=None, now=NOW)
    assert User.objects.count() == 0
    draft.refresh_from_db()
    assert draft.confirmed_at is None
    assert len(draft.rows) == 2


def test_only_the_administrator_of_that_part_of_the_tree(tree: Tree) -> None:
    draft = taken_in(tree, row(unit="xa a1"))
    for by in (make_office(tree["Huyện A"], "administrator"), make_office(tree["Tỉnh"], "head")):
        for attempt in (
            lambda by=by: account_lists.confirm(draft=draft, by=by, now=NOW),
            lambda by=by: account_lists.discard(draft=draft, by=by, now=NOW),
            lambda by=by: taken_in(tree, row(unit="xa a1"), by=by),
        ):
            with pytest.raises(Forbidden):
                attempt()
    account_lists.discard(draft=draft, by=make_office(tree["Tỉnh"], "administrator"), now=NOW)
    assert not ImportDraft.objects.exists()


@pytest.mark.parametrize("what", ["judge", "confirm"])
def test_the_number_of_queries_is_not_that_of_the_rows(tree: Tree, what: str) -> None:
    cells = [make_unit(f"Chi bộ {n}", "cell", tree["Xã A2"]) for n in range(33)]
    asked = []
    for part in (cells[:3], cells[3:]):
        rows = [
            row(n + 2, number=str(unit.pk), label=f"Bí thư {n}", email=f"c{unit.pk}@d.vn", username=f"c-{unit.pk}")
            for n, unit in enumerate(part)
        ]
        draft = taken_in(tree, *rows)
        with CaptureQueriesContext(connection) as queries:
            if what == "judge":
                account_lists.lines_of(draft, NOW)
            else:
                account_lists.confirm(draft=draft, by=None, now=NOW)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= (5 if what == "judge" else 20)


# ---- the form to fill ------------------------------------------------------------------------------------------------


def test_the_filled_form_holds_whom_it_should_and_can_be_taken_in_as_it_is(tree: Tree) -> None:
    make_office(tree["Huyện A"])
    make_office(tree["Huyện B"], is_active=False)
    rows = to_fill(tree["Tỉnh"], TODAY)
    lacking = ("Xã A1", "Xã A2", "Huyện B", "Đảng đoàn C", "An Phú Huyện A", "An Phú Huyện B")
    wanted = {tree[name].pk for name in lacking}
    assert {codes.unit_number(each[0]) for each in rows} == wanted
    file = xlsx([column.heading for column in COLUMNS], rows, sheet="Tài khoản")
    table = read(file, "mau.xlsx", COLUMNS)
    lines = judge([[each.number, [each.cells[key] for key in KEYS]] for each in table.rows], tree["Tỉnh"], TODAY)
    assert {line.state for line in lines} == {NEW}, [line.faults for line in lines]
    assert {line.unit.pk for line in lines if line.unit} == wanted


# ---- the pages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(tree: Tree, client: Client) -> Client:
    client.force_login(make_office(tree["Tỉnh"], "administrator"))
    return client


BAD_FILES = {
    "nothing": ("a.xlsx", b""), "a program": ("a.xlsx", b"MZ\x90"), "a damaged one": ("a.xlsx", b"PK\x03\x04xx"),
    "an old one": ("a.xls", b"\xd0\xcf\x11\xe0"), "a picture": ("a.png", b"\x89PNG"),
    "without its columns": ("a.csv", "Họ,Tên\nA,B\n".encode()), "without rows": ("a.csv", "Chức danh\n".encode()),
    "in an old encoding": ("a.csv", "Chức danh\n".encode() + b"\xe9\xe8\xb5\n"), "zero bytes": ("a.csv", b"C\0h\0"),
    "a formula": ("a.csv", "Chức danh\n=1+1\n".encode()), "too large": ("a.csv", b"x" * (11 << 20)),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(administrator: Client, what: str) -> None:
    file = SimpleUploadedFile(*BAD_FILES[what])
    page = administrator.post(reverse("account-list-add"), {"file": file})
    assert page.status_code == 422
    assert "errorlist" in page.content.decode()
    assert not ImportDraft.objects.exists()


def test_from_the_form_to_the_slips(tree: Tree, administrator: Client) -> None:
    today = timezone.localdate()
    template = administrator.get(reverse("account-list-template"), {"don-vi": tree["Tỉnh"].pk, "dien": 1})
    file = SimpleUploadedFile("tai-khoan.xlsx", template.content)
    preview = administrator.post(reverse("account-list-add"), {"file": file}, follow=True)
    page = preview.content.decode()
    count = len(to_fill(tree["Tỉnh"], today))
    assert f"Tạo {count} tài khoản" in page
    assert page.count(">Mới</span>") == count
    address = preview.redirect_chain[-1][0]
    done = administrator.post(address, {"viec": "xac-nhan"}, follow=True).content.decode()
    assert User.objects.count() == count + 1
    assert f"Cấp và in {count} phiếu" in done
    again = administrator.post(address, {"viec": "xac-nhan"}, follow=True).content.decode()
    assert "đã được nhập trước đó" in again
    assert User.objects.count() == count + 1
    waiting = list(Office.objects.filter(role="secretary").values_list("pk", flat=True))
    slips = administrator.post(reverse("readiness-invite"), {"viec": "phieu", "tai-khoan": waiting})
    assert slips.content.decode().count('<article class="slip">') == count
    assert "Cấp và in" not in administrator.get(address).content.decode()


def test_a_wrong_list_cannot_be_confirmed_but_thrown_away(tree: Tree, administrator: Client) -> None:
    text = "Tên tổ chức,Chức danh\nXã A1,Văn thư\nXã Lạ,Văn thư\n"
    file = SimpleUploadedFile("a.csv", text.encode("utf-8-sig"))
    preview = administrator.post(reverse("account-list-add"), {"file": file}, follow=True)
    page, address = preview.content.decode(), preview.redirect_chain[-1][0]
    assert "Xã Lạ" in page
    assert ("xac-nhan" in page, "còn 1 dòng sai" in page) == (False, True)
    assert "còn 1 dòng sai" in administrator.post(address, {"viec": "xac-nhan"}, follow=True).content.decode()
    assert administrator.post(address, {"viec": "bo"}).status_code == 302
    assert administrator.get(address).status_code == 404
    assert User.objects.count() == 1


def test_a_refused_list_names_row_and_column() -> None:
    with pytest.raises(Refused) as refused:
        read("Chức danh,Thư điện tử\nVăn thư,=A1\n".encode(), "a.csv", COLUMNS)
    assert "Dòng 2" in str(refused.value)
    assert "Thư điện tử" in str(refused.value)
