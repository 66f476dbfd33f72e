"""A Word file brought in, checked and filed "để biết" on a phone of 360 px without a script; a secretary sees it.

And the registry: narrowed by its filters, what cites what as a drawing and as a list."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
LINES = (
    "TỈNH ỦY BIÊN LỢI\tĐẢNG CỘNG SẢN VIỆT NAM", "*\tBiên Lợi, ngày 05 tháng 11 năm 2026", "Số 455-TB/TU", "THÔNG BÁO",
    "về lịch tiếp công dân tháng 12 năm 2026", "Thực hiện Quy định số 11-QĐi/TW, ngày 18/02/2019 của Bộ Chính trị"
    " về trách nhiệm của người đứng đầu cấp ủy trong việc tiếp dân, Tỉnh ủy thông báo:",
    "1. Lịch tiếp công dân vào ngày 15 hằng tháng.", "2. Văn phòng Tỉnh ủy chuẩn bị nơi tiếp.",
    "Nơi nhận:\tT/M BAN THƯỜNG VỤ", "- Các huyện, thành ủy,\tPHÓ BÍ THƯ", "- Lưu Văn phòng Tỉnh ủy.",
)


def test_a_word_file_is_checked_on_a_phone_and_seen_by_a_unit(visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    paper = Document()
    for line in LINES:
        paper.add_paragraph(line)
    paper.save(str(tmp_path / "thong-bao.docx"))
    clerk = visitor(phone=True, script=False)
    page = clerk.page
    clerk.sign_in("Văn thư Ban Tuyên giáo")
    clerk.goto("/van-ban/them/")
    page.locator("[type=file]").set_input_files(tmp_path / "thong-bao.docx")
    page.get_by_label("Đây là văn bản thường").check()
    clerk.click(page.get_by_role("button", name="Đọc văn bản"))
    clerk.says("Đối chiếu với bản gốc")
    assert page.locator("[name=number]").input_value() == "455-TB/TU"
    clerk.shot("doi-chieu-360")
    corrects_it(clerk)
    clerk.click(page.get_by_role("button", name="Lưu", exact=True).last)
    clerk.says("Đã lưu dự thảo lúc")
    assert "Tiếp vào ngày 20." in page.locator("#muc-1").inner_text()
    clerk.tick(page.get_by_label("Để biết"))
    clerk.click(page.get_by_role("button", name="Vào sổ"))
    clerk.says("Văn bản đã vào sổ.")
    cited = page.get_by_role("region", name="Viện dẫn", exact=True).inner_text()
    assert "11-QĐi/TW" in cited
    assert "99-HD/VPTW" in cited
    sees_it(visitor(phone=True, script=False))


def test_the_registry_is_searched_and_shows_what_no_longer_holds(visitor: Callable[..., Visitor]) -> None:
    board = visitor()
    page = board.page
    board.sign_in("Cán bộ Ban Tuyên giáo")
    board.goto("/van-ban/")
    page.get_by_label("Hiệu lực").select_option(label="Đã được thay thế")
    board.click(page.get_by_role("button", name="Lọc"))
    rows = page.locator("tbody tr")
    assert rows.count() > 0
    assert rows.filter(has_text="Đã được thay thế").count() == rows.count()
    board.shot("ban-so-van-ban")
    board.type(tim="mang xa hoi")
    page.get_by_label("Hiệu lực").select_option(label="Tất cả")
    board.click(page.get_by_role("button", name="Lọc"))
    board.click(page.get_by_role("link", name="729-CV/TU", exact=True))
    drawing = page.get_by_role("region", name="Sơ đồ viện dẫn")
    replaced = drawing.get_by_role("link").filter(has_text="24/2018/QH14")
    assert "nay là 116/2025/QH15" in str(replaced.text_content())
    cited = page.locator("#vien-dan ~ .columns li").filter(has_text="24/2018/QH14")
    assert "Đã được thay thế bởi Luật số 116/2025/QH15" in " ".join(cited.inner_text().split())
    page.locator("#vien-dan").evaluate("at => at.scrollIntoView()")
    board.shot("ban-vien-dan")
    board.click(replaced)
    assert "24/2018/QH14" in page.locator("h1").inner_text()


def corrects_it(clerk: Visitor) -> None:
    """A date that cannot be is told, what was typed stays; a row is added and another dropped."""
    page = clerk.page
    page.locator("[name=issued_on]").fill("")
    parts = page.locator("[name=provisions]")
    right = parts.input_value().replace("Lịch tiếp công dân vào ngày 15 hằng tháng.", "Tiếp vào ngày 20.")
    parts.fill(f"{right}\n[1] Lại")
    clerk.click(page.get_by_role("button", name="Lưu", exact=True).last, status=422)
    clerk.says("Nhãn ghi hai lần: 1.")
    assert "Tiếp vào ngày 20." in parts.input_value()
    parts.fill(right)
    page.locator("[name=issued_on]").fill("2026-11-06")
    rows = page.locator("#vien-dan details")
    before = rows.count()
    clerk.click(page.get_by_role("button", name="Thêm văn bản viện dẫn"))
    assert rows.count() == before + 1
    assert page.locator("[name=issued_on]").input_value() == "2026-11-06"
    page.locator(f"[name=vien-dan-{before}-number]").fill("99-HD/VPTW")
    page.locator(f"[name=vien-dan-{before}-type]").fill("Hướng dẫn")


def sees_it(secretary: Visitor) -> None:
    secretary.sign_in("Văn thư Đảng ủy xã Bình Lạc")
    secretary.goto("/van-ban/?tim=tiep+cong+dan")
    secretary.click(secretary.page.get_by_role("link", name="455-TB/TU"))
    assert "Tiếp vào ngày 20." in secretary.text
    secretary.says("Để biết")
    assert secretary.page.get_by_role("button", name="Vào sổ").count() == 0
