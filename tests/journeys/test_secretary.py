"""A unit's clerk on a phone of 360 px: acknowledge, the cells' sheet, the unit's own occasion, a file."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
Meet = Callable[..., Visitor]
CLERK = "Văn thư Đảng ủy xã Bình Lạc"
TITLE = "Kế hoạch số 58-KH/TU"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_acknowledge_in_one_tap_and_record_17_of_20_cells_in_at_most_eight(visitor: Meet, script: bool) -> None:
    clerk = visitor(phone=True, script=script)
    clerk.sign_in(CLERK)
    page = clerk.page
    clerk.shot("don-vi-trang-chinh-360", whole=True)
    card = page.locator("article").filter(has_text=TITLE)
    clerk.click(card.get_by_role("button", name="Tiếp nhận"))
    assert clerk.clicks == 1
    clerk.says("đã tiếp nhận Kế hoạch số 58-KH/TU")
    assert re.search(r"Biên nhận số \d+, gắn với văn bản [0-9a-f]{12}", page.locator(".timeline").inner_text())
    clerk.shot("don-vi-da-tiep-nhan-360")

    clerk.goto("/")
    clerk.clicks = 0
    clerk.click(card.get_by_role("link", name="Bảng chi bộ"))
    for number in (3, 8, 15):
        clerk.tick(page.locator(".tick").nth(number))
    if script:
        assert page.locator("[data-tick-count]").inner_text() == "Ghi nhận 17/20"
        clerk.shot("don-vi-bang-chi-bo-360")
    clerk.click(page.get_by_role("button", name="Ghi nhận"))
    assert clerk.clicks <= 5 <= 8
    clerk.says("Đã lưu 17 chi bộ; đã ghi nhận 17/20.")
    clerk.shot("don-vi-da-ghi-nhan-360")
    clerk.goto("/")
    assert "17/20" in card.inner_text()
    records_the_other_three(clerk)


def records_the_other_three(clerk: Visitor) -> None:
    page = clerk.page
    card = page.locator("article").filter(has_text=TITLE)
    clerk.click(card.get_by_role("link", name="Bảng chi bộ"))
    assert page.locator(".tick").count() == 3
    clerk.click(page.get_by_role("button", name="Ghi nhận"))
    clerk.says("Đã lưu 3 chi bộ; đã ghi nhận 20/20.")
    clerk.goto("/")
    assert "20/20" in card.inner_text()
    assert card.get_by_role("link", name="Bảng chi bộ").count() == 0


def test_the_unit_s_own_meeting_and_a_file_that_is_not_what_it_says(visitor: Meet) -> None:
    clerk = visitor(phone=True)
    clerk.sign_in(CLERK)
    page = clerk.page
    card = page.locator("article").filter(has_text=TITLE)
    clerk.click(card.get_by_role("button", name="Tiếp nhận"))
    clerk.goto("/")
    clerk.click(card.get_by_role("link", name="Ghi nhận quán triệt"))
    own = page.locator("#pho-bien")
    clerk.shot("don-vi-quan-triet-360")
    own.get_by_label("Số người dự").fill("40")
    own.get_by_label("Số người phải dự").fill("38")
    clerk.click(own.get_by_role("button", name="Lưu ghi nhận"), status=422)
    clerk.says("Số người dự không thể lớn hơn số người phải dự.")
    assert own.get_by_label("Số người dự").input_value() == "40"
    own.get_by_label("Số người phải dự").fill("42")
    clerk.click(own.get_by_role("button", name="Lưu ghi nhận"))
    clerk.says("Đã lưu ghi nhận quán triệt, phổ biến.")
    clerk.says("40/42")
    adds_evidence(clerk)
    clerk.goto("/")
    assert "còn chi bộ chưa ghi nhận" in card.inner_text()


def adds_evidence(clerk: Visitor) -> None:
    """Saved already; a file is a later step, and only when it is what its name says."""
    page = clerk.page
    clerk.tick(page.get_by_text("Bổ sung tài liệu"))
    clerk.says("Không tải danh sách, ý kiến đảng viên.")
    program = {"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + b"\x00" * 600}
    page.locator("[type=file]").set_input_files(files=[program])  # type: ignore[list-item]
    clerk.click(page.get_by_role("button", name="Tải lên"), status=422)
    clerk.says("Nội dung tệp không phải là .pdf như tên tệp ghi.")
    clerk.says("Chưa có tài liệu nào")
    paper = program | {"buffer": b"%PDF-1.4\n%%EOF\n"}
    page.locator("[type=file]").set_input_files(files=[paper])  # type: ignore[list-item]
    clerk.click(page.get_by_role("button", name="Tải lên"))
    clerk.says("Đã lưu tài liệu.")
    clerk.shot("don-vi-tai-lieu-360")
    downloaded = clerk.take(page.get_by_role("link", name="bien-ban.pdf"))
    assert downloaded.suggested_filename == "bien-ban.pdf"
