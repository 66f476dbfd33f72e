"""The reorganisation desk as a person uses it: forms, previews, duties that wait, what committees ask for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directives.data.handover import waiting
from directives.models import Assignment
from tests.access.scene import state
from tests.directives.desk import at, carried_out, signed_in, upload
from tests.factories import FOUNDED, Tree, line_of, make_office, make_rollout, make_tree
from units.data import decision_list
from units.models import (
    Change,
    ImportDraft,
    LedgerEntry,
    Office,
    Proposal,
    Reorganisation,
    Succession,
    Unit,
    UnitState,
)
from units.sheets.writer import xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def board(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.BOARD))


# ---- one unit at a time -------------------------------------------------------------------------------------

ACTS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    # slug: unit, what is typed, the names below the province afterwards
    "doi-ten": ("Xã A2", {"name": "Xã A2 mới"}, {"Xã A1", "Xã A2 mới"}),
    "hop-nhat": ("Xã A1", {"others": "xa a2", "name": "Xã A", "kind": "grassroots"}, {"Xã A"}),
    "sap-nhap": ("Xã A2", {"to": "Xã A1"}, {"Xã A1"}),
    "chia-tach": ("Xã A1", {"names": "Xã A3\nXã A4"}, {"Xã A2", "Xã A3", "Xã A4"}),
    "chuyen": ("Xã A2", {"to": "Huyện B"}, {"Xã A1"}),
    "doi-loai": ("Xã A2", {"kind": "section"}, {"Xã A1", "Xã A2"}),
    "ket-thuc": ("Xã A2", {"to": "Xã A1"}, {"Xã A1"}),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_kind_of_decision_is_shown_before_it_is_done(tree: Tree, admin: Client, today: date, act: str) -> None:
    name, told, left = ACTS[act]
    paper = {"effective_on": today.isoformat(), "number": "05-QĐ/TU", "decided_on": today.isoformat()}
    decision = carried_out(admin, act, tree[name], **told, **paper)
    assert (decision.number, decision.effective_on, decision.applied_at is not None) == ("05-QĐ/TU", today, True)
    living = Unit.objects.alive_on(today).filter(parent=tree["Huyện A"])
    assert set(living.values_list("name", flat=True)) == left
    page = admin.get(reverse("reorganisation-detail", args=[decision.pk]))
    assert decision.title in page.content.decode()
    assert "05-QĐ/TU" in admin.get(reverse("reorganisation-list")).content.decode()


def test_the_preview_counts_units_people_and_open_duties(tree: Tree, admin: Client, today: date) -> None:
    make_office(tree["Xã A2"])
    make_rollout(tree["Tỉnh"], now=timezone.now(), acknowledge=400, disseminate=500)
    told = {"to": "", "effective_on": today.isoformat(), "buoc": "xem"}
    shown = admin.post(at("ket-thuc", tree["Xã A2"]), told)
    seen = shown.context["seen"]
    assert (len(seen.ended), seen.offices, shown.context["duties"]) == (2, 1, 2)
    assert Unit.objects.filter(closed_on__isnull=False).count() == 0


def test_what_changed_since_the_preview_is_shown_again(tree: Tree, admin: Client, today: date) -> None:
    told = {"to": "Xã A1", "effective_on": today.isoformat()}
    shown = admin.post(at("sap-nhap", tree["Xã A2"]), told | {"buoc": "xem"})
    carried_out(admin, "chuyen", tree["A2.1"], to="Xã A1", effective_on=today.isoformat())
    sent = {"buoc": "xac-nhan", "ban-xem": shown.context["seen"].digest}
    late = admin.post(at("sap-nhap", tree["Xã A2"]), told | sent)
    assert late.status_code == 422
    assert "đã thay đổi từ lúc xem trước" in late.content.decode()
    assert 'value="Xã A1"' in late.content.decode()  # what was typed stays
    assert not Succession.objects.exists()


@pytest.mark.parametrize(
    ("act", "told", "reason"),
    [
        ("sap-nhap", {"to": "Xã Không Có"}, "Không tìm thấy"), ("sap-nhap", {"to": "A1.1"}, "không có đơn vị cấp dưới"),
        ("sap-nhap", {"to": "Xã A1"}, "chính mình"), ("chuyen", {"to": "A1.1"}, "không có đơn vị cấp dưới"),
        ("chuyen", {"to": "Xã A1"}, "trực thuộc chính mình"),
        ("hop-nhat", {"others": "Xã A1", "name": "X", "kind": "grassroots"}, "ít nhất hai"),
        ("chia-tach", {"names": "Một"}, "hai"), ("doi-loai", {"kind": "cell"}, "không có đơn vị cấp dưới"),
    ],
)
def test_an_impossible_decision_says_why_and_keeps_what_was_typed(
    tree: Tree, admin: Client, today: date, act: str, told: dict[str, str], reason: str
) -> None:
    before = state()
    page = admin.post(at(act, tree["Xã A1"]), told | {"effective_on": today.isoformat(), "buoc": "xac-nhan"})
    assert page.status_code == 422
    assert reason in page.content.decode()
    assert next(iter(told.values())).split("\n")[0] in page.content.decode()
    assert state() == before


def test_subordinates_go_where_the_form_says(tree: Tree, admin: Client, today: date) -> None:
    told = {"names": "Xã A3\nXã A4", "effective_on": today.isoformat(), f"con-{tree['A1.2'].pk}": "2"}
    carried_out(admin, "chia-tach", tree["Xã A1"], **told)
    above = dict(Unit.objects.filter(kind="cell", closed_on=None).values_list("name", "parent__name"))
    assert (above["A1.1"], above["A1.2"], above["A1.3"]) == ("Xã A3", "Xã A4", "Xã A3")


# ---- duties that wait for a decision --------------------------------------------------------------------------


def test_duties_are_decided_apart_and_the_rest_at_once(tree: Tree, admin: Client, board: Client, today: date) -> None:
    rollout = make_rollout(tree["Tỉnh"], now=timezone.now(), acknowledge=400, disseminate=500)
    heads = [column.heading for column in decision_list.COLUMNS]
    rows = [
        ["Sáp nhập", "", "Xã A2", "", "Xã A1", "", "", ""], ["Kết thúc", "", "B1", "", "", "", "", ""],
        ["Kết thúc", "", "A1.1", "", "", "", "", ""],
    ]
    page = admin.get(upload(admin, "sap-xep", xlsx(heads, rows, sheet="Sắp xếp"), "sx.xlsx", today)["Location"])
    draft = ImportDraft.objects.get()
    admin.post(reverse("import-confirm", args=[draft.pk]), {"ban-xem": page.context["intake"].digest})
    lines = Assignment.objects.awaiting_decision(today)
    assert {(row.unit.name, row.heir.name if row.heir else None) for row in waiting(lines, today)} == {
        ("Xã A2", "Xã A1"), ("B1", None), ("A1.1", None),
    }
    board.post(reverse("handover-settle"), {"don-vi": [tree["B1"].pk], "nhan": "Huyện B", "viec": "chuyen"})
    assert line_of(rollout, tree["B1"]).answering_unit == tree["Huyện B"]
    stale = board.post(reverse("handover-settle"), {"viec": "tat-ca", "ban-xem": "khac"})
    assert (stale.status_code, lines.count()) == (422, 2)
    shown = board.get(reverse("handover-list"))
    board.post(reverse("handover-settle"), {"viec": "tat-ca", "ban-xem": shown.context["digest"]})
    assert lines.count() == 0
    assert line_of(rollout, tree["Xã A2"]).answering_unit == tree["Xã A1"]
    assert line_of(rollout, tree["A1.1"]).closed_reason == "kết thúc do sắp xếp tổ chức"
    assert "Không có nhiệm vụ nào chờ quyết định" in board.get(reverse("handover-list")).content.decode()


def test_the_administrator_sees_how_many_duties_wait(tree: Tree, admin: Client, today: date) -> None:
    make_rollout(tree["Tỉnh"], now=timezone.now(), acknowledge=400, disseminate=500)
    decision = carried_out(admin, "sap-nhap", tree["Xã A2"], to="Xã A1", effective_on=today.isoformat(), number="5")
    for address in (reverse("reorganisation-list"), reverse("reorganisation-detail", args=[decision.pk])):
        assert admin.get(address).context["awaiting"] == 1
    clerk = signed_in(make_office(tree["Xã A1"]))
    shown = clerk.get(reverse("unit-detail", args=[tree["Xã A1"].pk])).content.decode()
    assert reverse("unit-confirm", args=[tree["Xã A1"].pk]) in shown


# ---- the first sign-in and what committees ask for ----------------------------------------------------------------


def test_a_committee_checks_its_cells_and_the_administrator_agrees(tree: Tree, admin: Client, today: date) -> None:
    user = make_office(tree["Xã A1"], label="Cũ")
    clerk = signed_in(user)
    address = reverse("unit-confirm", args=[tree["Xã A1"].pk])
    assert address in clerk.get(reverse("home")).content.decode()
    clerk.post(reverse("unit-confirm-later"))
    assert address not in clerk.get(reverse("home")).content.decode()
    told = {
        "label": "Văn thư Đảng ủy xã A1", "email": "a1@don-vi.example", "added": "Chi bộ mới\n\n  Chi bộ khác ",
        f"ten-{tree['A1.1'].pk}": "Chi bộ ấp Một", f"ten-{tree['A1.2'].pk}": "A1.2", f"het-{tree['A1.3'].pk}": "1",
    }
    assert clerk.post(address, told).status_code == 302
    user.refresh_from_db()
    assert (user.label, user.email) == ("Văn thư Đảng ủy xã A1", "a1@don-vi.example")
    assert Unit.objects.get(pk=tree["A1.1"].pk).name == "A1.1"  # nothing before the administrator agrees
    again = clerk.post(address, told)
    assert (again.status_code, "Chi bộ khác" in again.content.decode()) == (422, True)
    chosen = [str(each.pk) for each in Proposal.objects.waiting()]
    assert len(chosen) == 4
    admin.post(reverse("proposal-decide"), {
        "chon": chosen, "quyet-dinh": "dong-y", "effective_on": today.isoformat(), "number": "07-QĐ/ĐU",
    })
    cells = Unit.objects.filter(parent=tree["Xã A1"]).alive_on(today).values_list("name", flat=True)
    assert set(cells) == {"Chi bộ ấp Một", "A1.2", "Chi bộ mới", "Chi bộ khác"}
    assert set(Proposal.objects.values_list("decision", "reorganisation__number")) == {("agreed", "07-QĐ/ĐU")}


def test_a_refusal_needs_its_reason(tree: Tree, admin: Client) -> None:
    clerk = signed_in(make_office(tree["Xã A1"]))
    clerk.post(reverse("unit-confirm", args=[tree["Xã A1"].pk]), {"label": "Văn thư", "added": "Chi bộ mới"})
    chosen = {"chon": [Proposal.objects.get().pk], "quyet-dinh": "khong"}
    assert admin.post(reverse("proposal-decide"), chosen).status_code == 422
    admin.post(reverse("proposal-decide"), chosen | {"ly-do": "Chưa đủ điều kiện thành lập"})
    assert Proposal.objects.get().reason == "Chưa đủ điều kiện thành lập"
    shown = clerk.get(reverse("unit-confirm", args=[tree["Xã A1"].pk])).content.decode()
    assert "Chưa đủ điều kiện thành lập" in shown


def test_a_decision_ahead_of_its_day_is_told_and_changes_nothing_yet(tree: Tree, admin: Client, today: date) -> None:
    later = today + timedelta(days=30)
    carried_out(admin, "doi-ten", tree["Xã A2"], name="Xã A2 mới", effective_on=later.isoformat(), number="9")
    assert Unit.objects.get(pk=tree["Xã A2"].pk).name == "Xã A2"
    assert "sắp có hiệu lực" in admin.get(reverse("reorganisation-list")).content.decode()
    assert tree["Xã A2"].opened_on == FOUNDED


# ---- a decision recorded by mistake ---------------------------------------------------------------------------


def rows() -> dict[str, list[Any]]:
    """What organisations are and were, apart from the ledger."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
        for model in (Unit, UnitState, Change, Succession, Reorganisation)
    }


@pytest.mark.parametrize("act", ACTS)
def test_a_decision_is_taken_back_as_if_it_had_never_been(tree: Tree, admin: Client, today: date, act: str) -> None:
    name, told, _ = ACTS[act]
    before = {key: [{k: v for k, v in row.items() if k != "id"} for row in found] for key, found in rows().items()}
    decision = carried_out(admin, act, tree[name], **told, effective_on=today.isoformat(), number="5")
    address = reverse("reorganisation-withdraw", args=[decision.pk])
    assert admin.post(address, {"ly-do": " "}).status_code == 302
    assert Reorganisation.objects.filter(pk=decision.pk).exists()  # not without a reason
    assert admin.post(address, {"ly-do": "Ghi nhầm đơn vị"}).status_code == 302
    after = {key: [{k: v for k, v in row.items() if k != "id"} for row in found] for key, found in rows().items()}
    for key in before:
        assert sorted(map(str, after[key])) == sorted(map(str, before[key])), key
    entry = LedgerEntry.objects.get(event="reorganisation.withdrawn")
    assert (entry.data["reason"], entry.data["title"]) == ("Ghi nhầm đơn vị", decision.title)
    assert admin.post(address, {"ly-do": "Lần nữa"}).status_code == 404


def test_what_others_rest_on_is_not_taken_back(tree: Tree, admin: Client, today: date) -> None:
    merged = carried_out(
        admin, "hop-nhat", tree["Xã A1"], others="Xã A2", name="Xã A", kind="grassroots",
        effective_on=today.isoformat(), number="1",
    )
    carried_out(admin, "chuyen", tree["B1"], to="Xã A", effective_on=today.isoformat(), number="2")
    before = state()
    page = admin.post(reverse("reorganisation-withdraw", args=[merged.pk]), {"ly-do": "Nhầm"}, follow=True)
    assert "Không hủy được" in page.content.decode()
    assert Unit.objects.get(name="Xã A").closed_on is None
    second = Reorganisation.objects.get(number="2")
    admin.post(reverse("reorganisation-withdraw", args=[second.pk]), {"ly-do": "Nhầm"})
    make_office(Unit.objects.get(name="Xã A"))
    page = admin.post(reverse("reorganisation-withdraw", args=[merged.pk]), {"ly-do": "Nhầm"}, follow=True)
    assert "đã có người phụ trách" in page.content.decode()
    assert state() != before
    assert Succession.objects.filter(reorganisation=merged).count() == 2
