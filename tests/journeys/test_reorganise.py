"""Organisations change, and the work goes on: a merger and its duties, a list taken in, cells asked for, a slip."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
Meet = Callable[..., Visitor]
ADMINISTRATOR, BOARD, CLERK = "Quản trị cổng", "Cán bộ Ban Tuyên giáo", "Văn thư Đảng ủy xã Bình Lạc"
COMMITTEE, COMMUNE, NEIGHBOUR = "Đảng bộ huyện Tân Khê", "Đảng bộ xã Bình Lạc", "Đảng bộ xã Bích Nhị"
TITLE = "Kế hoạch số 58-KH/TU"
PASSWORD = "Mat khau rieng cua don vi 2026"
HEADINGS = "Mã trên cổng;Mã tổ chức đảng;Tên tổ chức;Loại tổ chức;Trực thuộc;Thứ tự;Số chi bộ"


# ---- a commune goes into its neighbour ------------------------------------------------------------------


def test_a_commune_goes_into_its_neighbour_and_its_duties_are_carried_on(visitor: Meet) -> None:
    administrator = visitor()
    administrator.sign_in(ADMINISTRATOR)
    finds_the_commune(administrator)
    merges_it(administrator)
    finds_it_by_its_old_name(administrator)
    decides_who_carries_on(visitor())
    clerk = visitor(phone=True)
    clerk.sign_in(CLERK)
    carries_on_for_both(clerk)


def finds_the_commune(administrator: Visitor) -> None:
    page = administrator.page
    administrator.click(page.locator("nav.wide").get_by_role("link", name="Tổ chức", exact=True))
    administrator.tick(page.get_by_role("link", name=f"Đơn vị trực thuộc {COMMITTEE}", exact=True))
    administrator.says(NEIGHBOUR)
    administrator.shot("cay-to-chuc")
    page.get_by_label("Tìm đơn vị").press_sequentially("bich nhi")
    administrator.says("Tìm thấy 1 đơn vị.")
    administrator.click(page.locator(".found").get_by_role("link", name=NEIGHBOUR))


def merges_it(administrator: Visitor) -> None:
    page = administrator.page
    administrator.tick(page.get_by_text("Sắp xếp tổ chức", exact=True).last)
    administrator.click(page.get_by_role("link", name="Sáp nhập"))
    administrator.type(to="Đảng bộ xã Không Có", number="672-QĐ/TU")
    administrator.click(page.get_by_role("button", name="Xem trước"), status=422)
    administrator.says("Không tìm thấy đơn vị “Đảng bộ xã Không Có”")
    administrator.type(to=COMMUNE)
    administrator.click(page.get_by_role("button", name="Xem trước"))
    administrator.says("Chưa có gì thay đổi cho đến khi xác nhận.")
    assert "2" in page.locator(".stat", has_text="Nhiệm vụ còn mở").inner_text()
    administrator.shot("sap-xep-xem-truoc", whole=True)
    administrator.click(page.get_by_role("button", name="Xác nhận"))
    administrator.says(f"Đã lưu: Sáp nhập {NEIGHBOUR} vào {COMMUNE}.")
    administrator.click(page.locator("main .list").get_by_role("link", name=NEIGHBOUR))
    administrator.click(page.locator(".page-sub", has_text="Nay là").get_by_role("link", name=COMMUNE))
    assert f"Kế thừa từ {NEIGHBOUR}" in administrator.text
    administrator.shot("trang-don-vi")


def finds_it_by_its_old_name(administrator: Visitor) -> None:
    page = administrator.page
    administrator.goto("/to-chuc/")
    page.get_by_label("Tìm đơn vị").press_sequentially("xa bich nhi")
    administrator.click(page.locator(".found", has_text="→ nay:").get_by_role("link", name=COMMUNE))
    administrator.says("Nhận sáp nhập")


def decides_who_carries_on(board: Visitor) -> None:
    """One ended unit is decided apart, the rest as it is proposed."""
    page = board.page
    board.sign_in(BOARD)
    board.click(page.get_by_role("link", name=re.compile("^Chờ quyết định do sắp xếp tổ chức")))
    assert board.clicks == 1
    rows = page.locator("tbody tr")
    assert COMMUNE in rows.filter(has_text=NEIGHBOUR).inner_text()
    board.shot("cho-quyet-dinh", whole=True)
    apart = rows.filter(has_not_text=NEIGHBOUR).first
    above = apart.locator("th .small").inner_text()
    board.tick(apart.get_by_role("checkbox"))
    board.type(nhan=above)
    board.click(page.get_by_role("button", name="Chuyển các đơn vị đã chọn"))
    board.says("nhiệm vụ chuyển đơn vị thực hiện.")
    board.click(page.get_by_role("button", name="Xác nhận tất cả theo đề xuất"))
    board.says("Đã lưu: 2 nhiệm vụ chuyển đơn vị thực hiện.")
    board.says("Không có nhiệm vụ nào chờ quyết định")
    board.goto("/")
    assert "Chờ quyết định do sắp xếp" not in board.text


def carries_on_for_both(clerk: Visitor) -> None:
    """What the neighbour still owed is acknowledged in its stead, and told of in one meeting with the unit's own."""
    page = clerk.page
    card = page.locator("article").filter(has_text=TITLE)
    clerk.click(card.get_by_role("button", name="Tiếp nhận", exact=True))
    clerk.goto("/")
    clerk.click(card.get_by_role("link", name=f"Tiếp nhận thay {NEIGHBOUR}"))
    clerk.says(f"Đơn vị đã được sắp xếp; {COMMUNE} thực hiện tiếp.")
    clerk.click(page.get_by_role("button", name="Tiếp nhận", exact=True))
    clerk.says("đã tiếp nhận")
    clerk.goto("/")
    clerk.click(card.get_by_role("link", name="Ghi nhận quán triệt"))
    assert page.locator("#pho-bien").get_by_label(NEIGHBOUR).is_checked()
    clerk.click(page.get_by_role("button", name="Lưu ghi nhận"))
    clerk.says("Đã lưu ghi nhận quán triệt, phổ biến.")
    assert NEIGHBOUR in clerk.text
    clerk.goto("/")
    assert NEIGHBOUR not in card.inner_text()


# ---- a list of organisations ----------------------------------------------------------------------------


def test_a_list_with_a_wrong_row_is_told_the_right_one_is_taken_in_once(visitor: Meet, tmp_path: Path) -> None:
    administrator = visitor()
    administrator.sign_in(ADMINISTRATOR)
    page = administrator.page
    administrator.click(page.get_by_role("link", name="Nhập danh sách tổ chức"))
    uploads(administrator, tmp_path, "Chi hội")
    administrator.says("Tệp còn 1 dòng sai, chưa xác nhận được.")
    wrong = page.locator("tbody tr")
    assert wrong.count() == 1
    assert re.search(r"5\s+Chi bộ Chợ Bình Lạc\s+Sai\s.*Chi hội", wrong.inner_text(), re.DOTALL)
    assert page.get_by_role("button", name="Xác nhận toàn bộ").count() == 0
    administrator.click(page.get_by_role("link", name=re.compile("^Tất cả")))
    administrator.shot("nhap-danh-sach-loi")
    administrator.click(page.get_by_role("button", name="Bỏ tệp này"))
    administrator.says("Đã bỏ tệp; không có gì thay đổi.")
    uploads(administrator, tmp_path, "Chi bộ")
    administrator.click(page.get_by_role("button", name="Xác nhận toàn bộ"))
    administrator.says("Đã lưu:")
    assert page.locator("main .list li", has_text="thành lập").count() == 3
    administrator.goto("/nhap/to-chuc/")
    uploads(administrator, tmp_path, "Chi bộ")
    administrator.says("Tệp không thay đổi gì so với hiện nay.")
    assert page.get_by_role("button", name="Xác nhận toàn bộ").count() == 0


def uploads(administrator: Visitor, folder: Path, kind: str) -> None:
    """Four rows: a commune that is there, and three cells to come; `kind` is what the last of them is called."""
    rows = [
        f";;{COMMUNE};Đảng bộ cơ sở;{COMMITTEE};;", f";;Chi bộ Khu dân cư Bình Lạc Mới;Chi bộ;{COMMUNE};;",
        f";;Chi bộ Trường Mầm non Bình Lạc;Chi bộ;{COMMUNE};;", f";;Chi bộ Chợ Bình Lạc;{kind};{COMMUNE};;",
    ]
    (folder / "danh-sach.csv").write_text("\n".join([HEADINGS, *rows]), encoding="utf-8-sig")
    administrator.type(number="15-QĐ/HU")
    administrator.page.locator("[type=file]").set_input_files(folder / "danh-sach.csv")
    administrator.click(administrator.page.get_by_role("button", name="Tải lên và xem trước"))


# ---- a committee's own cells ----------------------------------------------------------------------------


def test_the_clerk_asks_for_changes_of_cells_and_the_sheet_follows(visitor: Meet) -> None:
    clerk = visitor(phone=True, script=False)
    clerk.sign_in(CLERK)
    where = clerk.page.context.request.get(f"{clerk.home}/api/units/?tim=xa+binh+lac").json()["results"][0]["id"]
    clerk.goto(f"/to-chuc/{where}/thong-tin/")
    renamed, ended = asks_for_changes(clerk)
    administrator = visitor()
    administrator.sign_in(ADMINISTRATOR)
    agrees(administrator)
    clerk.goto(f"/to-chuc/{where}/thong-tin/")
    names = [box.input_value() for box in clerk.page.locator("[name^=ten-]").all()]
    assert {f"{renamed} Trung tâm", "Chi bộ Khu dân cư Mới", "Chi bộ Hợp tác xã Bình Lạc"} <= set(names)
    assert ended not in names
    assert len(names) == 21
    clerk.goto("/bang-chi-bo/")
    clerk.click(clerk.page.locator("main").get_by_role("link", name=TITLE).first)
    assert ended not in clerk.page.locator(".ticks").inner_text()


def asks_for_changes(clerk: Visitor) -> tuple[str, str]:
    """The names of the cell that is called otherwise and of the one that is no more."""
    page = clerk.page
    boxes = page.locator("[name^=ten-]")
    assert boxes.count() == 20
    renamed, ended = boxes.nth(0).input_value(), boxes.nth(3).input_value()
    boxes.nth(0).fill(f"{renamed} Trung tâm")
    clerk.tick(page.locator("[name^=het-]").nth(3))
    page.locator("#chi-bo").evaluate("heading => heading.scrollIntoView()")
    clerk.shot("thong-tin-don-vi-360")
    clerk.type(added="Chi bộ Khu dân cư Mới\n\nChi bộ Hợp tác xã Bình Lạc\n")
    clerk.click(page.get_by_role("button", name="Xác nhận"))
    clerk.says("Đã lưu thông tin đơn vị; đã gửi 4 đề nghị về chi bộ đến quản trị cổng.")
    return renamed, ended


def agrees(administrator: Visitor) -> None:
    page = administrator.page
    administrator.click(page.get_by_role("link", name=re.compile(r"^Đề nghị về chi bộ\s*\d")))
    assert page.locator("tbody tr", has_text=COMMUNE).count() == 4
    administrator.tick(page.get_by_label("Chọn tất cả trong trang"))
    administrator.shot("de-nghi-chi-bo", whole=True)
    administrator.click(page.get_by_role("button", name="Đồng ý các đề nghị đã chọn"))
    administrator.says("Đã đồng ý 6 đề nghị")
    administrator.says("Không có đề nghị nào")


# ---- from the front page to a slip, and from the slip to work -------------------------------------------


def test_a_slip_is_three_clicks_away_and_lets_the_holder_in_by_the_unit_s_code(visitor: Meet) -> None:
    administrator = visitor()
    administrator.sign_in(ADMINISTRATOR)
    page = administrator.page
    administrator.click(page.get_by_role("link", name=re.compile("^Cấp ủy đã kích hoạt")))
    administrator.tick(page.locator("[name=tai-khoan]").first)
    administrator.shot("san-sang", whole=True)
    administrator.click(page.get_by_role("button", name="Cấp và in phiếu"))
    assert administrator.clicks == 3
    slip = page.locator(".slip")
    assert slip.count() == 1
    administrator.says("Mã chỉ hiện một lần.")
    comes_in(visitor(phone=True), told_by(slip, "Mã kích hoạt"), told_by(slip, "Mã đơn vị"), told_by(slip, "Đơn vị"))


def told_by(slip: Any, what: str) -> str:
    term = slip.page.locator("dt").get_by_text(what, exact=True)
    return str(slip.locator("dl > div").filter(has=term).locator("dd").inner_text()).strip()


def comes_in(holder: Visitor, code: str, unit_code: str, unit: str) -> None:
    page = holder.page
    holder.goto("/to-chuc/kich-hoat/")
    holder.type(code="ABCD EFGH JKMN PQRS")
    holder.shot("kich-hoat-360")
    holder.click(page.get_by_role("button", name="Tiếp tục"), status=422)
    holder.says("Mã không đúng")
    holder.type(code=code)
    holder.click(page.get_by_role("button", name="Tiếp tục"))
    holder.type(password=PASSWORD, again=PASSWORD)
    holder.click(page.get_by_role("button", name="Đặt mật khẩu"))
    holder.type(login=unit_code, password=PASSWORD)
    holder.click(page.get_by_role("button", name="Đăng nhập", exact=True))
    holder.says("lần đăng nhập đầu: kiểm tra người phụ trách và danh sách chi bộ")
    holder.click(page.get_by_role("button", name="Xác nhận"))
    holder.says("Nhiệm vụ của đơn vị")
    assert unit in holder.text
