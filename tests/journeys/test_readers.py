"""The Standing Committee reads the signed page; the administrator lets a new person in."""

import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.journeys.visitor import SHOTS, Visitor

pytestmark = pytest.mark.journey
Meet = Callable[..., Visitor]
PASSWORD = "Mat khau rieng cua don vi 2026"


def test_the_newest_issued_report_is_one_click_away_and_nothing_live_is_seen(visitor: Meet, tmp_path: Path) -> None:
    reader = visitor()
    reader.sign_in("Ủy viên Ban Thường vụ")
    page = reader.page
    reader.shot("ban-thuong-vu")
    number = re.findall(r"Báo cáo số (\d+)-BC/BTGTU", reader.text)[0]
    pdf = reader.fetch(page.get_by_role("link", name="Mở bản PDF").first)
    assert reader.clicks == 1
    assert pdf.startswith(b"%PDF")
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    assert "BÁO CÁO" in text
    assert re.search(rf"Số\s+{number}-BC/BTGTU", text)
    assert "DỰ THẢO" not in text
    if reader.shots:
        prints(pdf, tmp_path)
    for hidden in ("/trien-khai/1/", "/trien-khai/1/xuat.csv", "/trien-khai/1/qua-han/", "/nhiem-vu/1/", "/bao-cao/2/",
                   "/bao-cao/2/bao-cao.pdf", "/api/rollouts/1/", "/api/assignments/1/"):
        assert reader.status_of(hidden) == 404, hidden
    for name in ("Báo cáo", "Văn bản", "Trang chính"):
        reader.click(page.locator("nav.wide").get_by_role("link", name=name, exact=True))
    the_same_on_a_phone(visitor(phone=True))


def prints(pdf: bytes, folder: Path) -> None:
    """The first pages as pictures for the user guide."""
    (folder / "printed.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-png", "-r", "70", "-l", "3", str(folder / "printed.pdf"), str(folder / "page")]
    subprocess.run(command, check=True, timeout=60)
    for number, page in enumerate(sorted(folder.glob("page-*.png")), start=1):
        shutil.copy(page, SHOTS / f"bao-cao-trang-{number}.png")


def the_same_on_a_phone(reader: Visitor) -> None:
    reader.sign_in("Ủy viên Ban Thường vụ")
    reader.shot("ban-thuong-vu-360")
    assert reader.fetch(reader.page.get_by_role("link", name="Mở bản PDF").first).startswith(b"%PDF")
    reader.click(reader.page.get_by_role("heading", name=re.compile("Báo cáo số")).get_by_role("link").first)
    reader.says("Mã SHA-256 bản PDF")


def test_a_unit_without_anybody_gets_an_account_by_a_slip_that_works_once(visitor: Meet) -> None:
    administrator = visitor()
    administrator.sign_in("Quản trị cổng")
    page = administrator.page
    administrator.until(lambda: sees_the_sweep(administrator), "the sweep has run")
    administrator.shot("quan-tri")
    administrator.click(page.get_by_role("link", name=re.compile("^Cấp ủy đã kích hoạt")))
    administrator.click(page.get_by_role("link", name=re.compile("^Chưa có tài khoản")))
    administrator.shot("quan-tri-chua-co-nguoi", whole=True)
    unit = page.locator("main .list a").filter(has_text="Đảng bộ xã").first.inner_text()
    administrator.click(page.get_by_role("link", name=unit, exact=True))
    administrator.says("chưa có người phụ trách")
    administrator.click(page.get_by_role("link", name="Mời người phụ trách"))
    administrator.type(username="van-thu-moi", label="Văn thư Đảng ủy xã")
    administrator.shot("quan-tri-moi")
    administrator.type(username="can-bo")
    administrator.click(page.get_by_role("button", name="Tạo tài khoản và mời"), status=422)
    administrator.says("Tên đăng nhập đã có người dùng.")
    administrator.type(username="van-thu-moi")
    administrator.click(page.get_by_role("button", name="Tạo tài khoản và mời"))
    code = page.locator(".slip-code").inner_text().strip()
    administrator.shot("quan-tri-phieu")
    sets_a_password(visitor(phone=True), code.lower(), unit)
    late = visitor()
    types_the_code(late, code, status=422)
    late.says("đã được dùng")
    late.sign_in("Quản trị cổng")
    late.goto("/to-chuc/san-sang/?nhom=chua-co")
    assert unit not in late.text


def sees_the_sweep(administrator: Visitor) -> bool:
    administrator.goto("/")
    return "Đang chạy bình thường" in administrator.text


def types_the_code(reader: Visitor, code: str, status: int = 200) -> None:
    reader.goto("/tai-khoan/login/")
    reader.click(reader.page.get_by_role("link", name="Nhập mã kích hoạt"))
    reader.type(code=code)
    reader.click(reader.page.get_by_role("button", name="Tiếp tục"), status=status)


def sets_a_password(secretary: Visitor, code: str, unit: str) -> None:
    page = secretary.page
    types_the_code(secretary, code)
    secretary.shot("dat-mat-khau-360")
    secretary.type(password=PASSWORD, again="khac hoan toan 123")
    secretary.click(page.get_by_role("button", name="Đặt mật khẩu"), status=422)
    secretary.says("Hai mật khẩu không giống nhau.")
    secretary.type(password=PASSWORD, again=PASSWORD)
    secretary.click(page.get_by_role("button", name="Đặt mật khẩu"))
    secretary.says("Đã đặt mật khẩu.")
    secretary.type(login="van-thu-moi", password=PASSWORD)
    secretary.click(page.get_by_role("button", name="Đăng nhập", exact=True))
    secretary.says("Thông tin đơn vị")  # at the first sign-in
    assert unit in secretary.text
    secretary.click(page.get_by_role("link", name="Xem nhiệm vụ của đơn vị"))
    secretary.says("Nhiệm vụ của đơn vị")
    assert "729-CV/TU" in secretary.text
    secretary.click(page.get_by_role("button", name="Tiếp nhận").first)
    secretary.says("đã tiếp nhận")
