"""Lists at the desk: bad files and wrong rows lose nothing and never break, good ones do what the preview said."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.scene import state
from tests.directives.desk import listed, upload
from tests.factories import Tree, make_tree
from tests.units import bad_sheets
from units.data import decision_list, unit_list
from units.models import ImportDraft, Unit
from units.sheets.reader import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_tree()


BAD = {id_: rest for id_, *rest in bad_sheets.files(unit_list.COLUMNS)}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_refused_with_its_reason_and_nothing_is_stored(
    tree: Tree, admin: Client, today: date, bad: str
) -> None:
    data, name, row, reason = BAD[bad]
    before = state()
    page = upload(admin, "to-chuc", data, name, today, number="05-QĐ/TU")
    text = page.content.decode()
    assert page.status_code == 422
    assert row is None or f"dòng {row}" in text.lower()
    assert reason.lower() in text.lower().replace("&quot;", '"')
    assert 'value="05-QĐ/TU"' in text
    assert state() == before


WRONG: dict[str, tuple[list[list[str | int]], int, str]] = {
    "unknown superior": ([["", "", "Xã Mới", "Đảng bộ cơ sở", "Huyện Không Có", "", ""]], 2, "Không tìm thấy"),
    "cycle": (
        [["", "", "X", "Đảng bộ cơ sở", "Y", "", ""], ["", "", "Y", "Đảng bộ cơ sở", "X", "", ""]], 2, "Vòng lặp",
    ),
    "doubled code": (
        [["", "38168053000001", "X", "Chi bộ", "Xã A1", "", ""],
         ["", "38.168.053.000.001", "Y", "Chi bộ", "Xã A1", "", ""]],
        3, "đã ghi ở dòng khác",
    ),
    "doubled row": ([["", "", "X", "Chi bộ", "Xã A1", "", ""], ["", "", "x", "Chi bộ", "Xã A1", "", ""]], 3, "Trùng"),
    "code of nine digits": ([["", "123456789", "X", "Chi bộ", "Xã A1", "", ""]], 2, "14 chữ số"),
    "no kind": ([["", "", "X", "", "Xã A1", "", ""]], 2, "Chưa ghi loại"),
    "unknown kind": ([["", "", "X", "Phòng", "Xã A1", "", ""]], 2, "không có trong danh mục"),
    "under a cell": ([["", "", "X", "Chi bộ", "A1.1", "", ""]], 2, "không có đơn vị cấp dưới"),
    "unknown number": ([["DV-999999", "", "X", "Chi bộ", "Xã A1", "", ""]], 2, "mã DV-999999"),
    "negative cells": ([["", "", "X", "Đảng bộ cơ sở", "Huyện A", "", "-3"]], 2, "số âm"),
    "too many cells": ([["", "", "X", "Đảng bộ cơ sở", "Huyện A", "", 9999]], 2, "lớn quá"),
    "cells of a cell": ([["", "", "X", "Chi bộ", "Xã A1", "", 3]], 2, "không có chi bộ"),
    "a second province": ([["", "", "X", "Đảng bộ tỉnh", "", "", ""]], 2, "cấp tỉnh"),
    "no name": ([["", "", "", "Chi bộ", "Xã A1", "", ""]], 2, "Chưa ghi tên"),
    "a date for a number": ([["", "", "X", "Chi bộ", "Xã A1", "01/7/2025", ""]], 2, "Thứ tự"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_row_is_shown_with_its_reason_and_cannot_be_confirmed(
    tree: Tree, admin: Client, today: date, wrong: str
) -> None:
    rows, row, reason = WRONG[wrong]
    units = Unit.objects.count()
    response = upload(admin, "to-chuc", listed(rows), "to-chuc.xlsx", today)
    assert response.status_code == 302
    page = admin.get(response["Location"])
    line = next(line for line in page.context["intake"].lines if line.number == row)
    assert (line.verdict, reason in line.text) == ("wrong", True), line
    assert reason in page.content.decode()
    draft = ImportDraft.objects.get()
    digest = page.context["intake"].digest
    refused = admin.post(reverse("import-confirm", args=[draft.pk]), {"ban-xem": digest})
    assert (refused.status_code, Unit.objects.count()) == (422, units)


def test_a_list_is_previewed_confirmed_and_changes_nothing_the_second_time(
    tree: Tree, admin: Client, today: date
) -> None:
    rows: list[list[str | int]] = [
        ["", "", "Xã A5", "Đảng bộ cơ sở", "huyen a", "", 4], ["", "", "A5.x", "Chi bộ", "Xã A5", "", ""],
        [f"DV-{tree['Xã A2'].pk}", "", "Xã A2 mới", "Đảng bộ cơ sở", "Huyện A", "", 3],
        ["", "", "Xã A1", "Đảng bộ cơ sở", "Huyện A", "", 3],
    ]
    for turn, counts in enumerate(((2, 1, 1, 0), (0, 0, 4, 0))):
        address = upload(admin, "to-chuc", listed(rows), "to-chuc.xlsx", today)["Location"]
        page = admin.get(address)
        assert tuple(page.context["intake"].counts.values()) == counts
        draft = ImportDraft.objects.latest("pk")
        sent = {"ban-xem": page.context["intake"].digest}
        done = admin.post(reverse("import-confirm", args=[draft.pk]), sent)
        assert done.status_code == (302 if turn == 0 else 422)
        if turn == 0:
            assert admin.post(reverse("import-confirm", args=[draft.pk]), sent).status_code == 404  # sent twice
    below = Unit.objects.filter(parent__name="Xã A5").order_by("sort_order").values_list("name", flat=True)
    assert list(below) == ["A5.x", "Chi bộ 1", "Chi bộ 2", "Chi bộ 3"]
    assert Unit.objects.filter(parent=tree["Xã A2"], kind="cell").count() == 3
    discarded = admin.post(reverse("import-discard", args=[ImportDraft.objects.latest("pk").pk]))
    assert discarded.status_code == 302
    assert not ImportDraft.objects.waiting().exists()


def test_a_list_that_only_founds_leads_to_its_decision(tree: Tree, admin: Client, today: date) -> None:
    rows: list[list[str | int]] = [["", "", "Xã A5", "Đảng bộ cơ sở", "Huyện A", "", ""]]
    page = admin.get(upload(admin, "to-chuc", listed(rows), "to-chuc.xlsx", today)["Location"])
    sent = {"ban-xem": page.context["intake"].digest}
    done = admin.post(reverse("import-confirm", args=[ImportDraft.objects.get().pk]), sent, follow=True)
    assert (done.status_code, "Xã A5" in done.content.decode()) == (200, True)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_unchanged(tree: Tree, admin: Client, today: date, ending: str) -> None:
    data = admin.get(reverse("unit-export", args=[ending])).content
    assert len(read(data, f"x.{ending}", unit_list.COLUMNS).rows) == Unit.objects.count()
    page = admin.get(upload(admin, "to-chuc", data, f"x.{ending}", today)["Location"])
    assert page.context["intake"].counts == {"new": 0, "changed": 0, "unchanged": len(tree), "wrong": 0}


@pytest.mark.parametrize(("sort", "columns"), [("to-chuc", unit_list.COLUMNS), ("sap-xep", decision_list.COLUMNS)])
def test_the_template_has_its_headings_and_says_how(admin: Client, today: date, sort: str, columns: Any) -> None:
    data = admin.get(reverse("import-template", args=[sort])).content
    refused = upload(admin, sort, data, "mau.xlsx", today)
    assert (refused.status_code, "không có dòng nào" in refused.content.decode().lower()) == (422, True)
