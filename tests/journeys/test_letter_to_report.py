"""The main job end to end: a letter comes in, is rolled out, is acknowledged, and is reported on."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
Meet = Callable[..., Visitor]
LETTER = """TỈNH ỦY BIÊN LỢI\t\tĐẢNG CỘNG SẢN VIỆT NAM
*\t\tBiên Lợi, ngày 03 tháng 11 năm 2026
Số 1234-CV/TU
V/v chăm sóc vườn cây của cơ quan

Kính gửi:\t- Các huyện, thành ủy, đảng ủy trực thuộc,
\t- Các đảng đoàn, ban cán sự đảng.

Thực hiện Kế hoạch số 58-KH/TU của Ban Thường vụ Tỉnh ủy, Ban Thường vụ Tỉnh ủy đề nghị các đơn vị thực hiện:
1. Mỗi cơ quan dành một buổi trong tháng để trồng và chăm sóc cây.
2. Chi bộ đưa nội dung này vào buổi sinh hoạt gần nhất.
3. Ban Tuyên giáo Tỉnh ủy theo dõi, tổng hợp báo cáo Ban Thường vụ Tỉnh ủy.

Nơi nhận:\t\tT/M BAN THƯỜNG VỤ
- Như trên,\t\tPHÓ BÍ THƯ
- Lưu Văn phòng Tỉnh ủy.
"""
NAME = "Công văn số 1235-CV/TU"
NUMBER = 77


def test_from_letter_to_report(visitor: Meet) -> None:
    board, secretary = visitor(), visitor(phone=True)
    board.sign_in("Cán bộ Ban Tuyên giáo")
    registers_the_letter(board)
    rolls_it_out(board)
    acknowledges_it(secretary)
    where = writes_the_report(board)
    head, registry = visitor(), visitor()
    head.sign_in("Lãnh đạo Ban Tuyên giáo")
    head.goto(where)
    head.shot("lanh-dao-soat")
    head.click(head.page.get_by_role("button", name="Đã soát"))
    head.says("Đã soát; chờ văn thư vào số.")
    assert head.page.get_by_role("button", name="Lưu", exact=True).count() == 0
    issues_it(registry, where)
    reads_it(visitor())


def registers_the_letter(board: Visitor) -> None:
    page = board.page
    board.click(page.get_by_role("link", name="Nhập văn bản mới"))
    board.type(text=LETTER)
    page.locator("[name=text]").evaluate("box => { box.scrollTop = 0; }")
    page.get_by_label("Đây là văn bản thường").check()
    board.shot("ban-nhap-van-ban")
    board.click(page.get_by_role("button", name="Đọc văn bản"))
    board.says("Đối chiếu với bản gốc")
    checks_it_beside_its_source(board)
    board.shot("ban-doi-chieu")
    board.click(page.get_by_role("button", name="Lưu", exact=True).last)
    board.says("Đã lưu dự thảo lúc")
    assert NAME in page.locator("h1").inner_text()
    assert page.locator(".paper-part").count() == 3
    assert "ngày 03 tháng 11 năm 2026" in page.locator(".paper-place").inner_text()
    board.shot("ban-vao-so", whole=True)
    board.click(page.get_by_role("button", name="Vào sổ"))
    board.says("Văn bản đã vào sổ.")


def checks_it_beside_its_source(board: Visitor) -> None:
    """What was found is marked; a link beside a box leads to it; what is wrong is put right."""
    page = board.page
    source = page.get_by_role("region", name="Toàn văn bản gốc")
    assert source.locator(".find-number").inner_text() == "1234-CV/TU"
    assert page.get_by_label("Ngày ban hành").input_value() == "2026-11-03"
    assert source.locator(".find-citation").first.inner_text().startswith("Kế hoạch số 58-KH/TU")
    assert page.get_by_role("textbox", name="Các mục").input_value().startswith("[1] Mỗi cơ quan")
    page.get_by_role("link", name=re.compile(r"^xem trong bản gốc \(Số, ký hiệu\)$")).click()
    assert page.locator("#thay-number").evaluate("at => at.matches(':target')")
    board.type(number="1235-CV/TU")


def rolls_it_out(board: Visitor) -> None:
    page = board.page
    board.click(page.get_by_role("link", name="Giao triển khai"))
    asked = page.locator("[name=disseminate_by]")
    proposed = date.fromisoformat(asked.input_value())
    board.shot("ban-giao-trien-khai", whole=True)
    asked.fill((proposed - timedelta(days=365)).isoformat())
    board.click(page.get_by_role("button", name="Xem trước"), status=422)
    board.says("Hạn phổ biến không thể sớm hơn hạn tiếp nhận.")
    asked.fill(proposed.isoformat())
    board.click(page.get_by_role("button", name="Xem trước"))
    board.says("Chưa giao; các đơn vị chưa thấy gì")
    board.shot("ban-xem-truoc")
    board.click(page.get_by_role("button", name="Giao triển khai"))
    board.says("Đã giao triển khai.")
    board.says("do Ban đặt")


def acknowledges_it(secretary: Visitor) -> None:
    secretary.sign_in("Văn thư Đảng ủy xã Bình Lạc")
    card = secretary.page.locator("article").filter(has_text=NAME)
    secretary.click(card.get_by_role("button", name="Tiếp nhận"))
    secretary.says(f"đã tiếp nhận {NAME}")
    secretary.click(secretary.page.get_by_role("link", name="Đọc văn bản"))
    assert "Mỗi cơ quan dành một buổi trong tháng" in secretary.text


def writes_the_report(board: Visitor) -> str:
    """Open a period, freeze the figures, write every part; the report's address."""
    page, today = board.page, date.today()  # noqa: DTZ011  # the machine's day is near enough for a period
    board.click(page.locator("nav.wide").get_by_role("link", name="Báo cáo"))
    board.click(page.get_by_role("link", name="Mở kỳ báo cáo"))
    page.get_by_label("Đợt triển khai").select_option(index=1)
    assert "1235-CV/TU" in page.get_by_label("Đợt triển khai").locator("option:checked").inner_text()
    board.type(
        label=f"tháng {today:%m/%Y}", start_on=today.replace(day=1).isoformat(), end_on=today.isoformat(),
        cut_off_on=today.isoformat(), submit_by=(today + timedelta(days=3)).isoformat(),
    )
    board.click(page.get_by_role("button", name="Mở kỳ và soạn dự thảo"))
    board.says("Chưa chốt số liệu")
    board.click(page.get_by_role("button", name="Chốt số liệu"))
    board.says("Đã chốt số liệu.")
    for number, box in enumerate(page.locator("main textarea").all(), start=1):
        box.fill(f"Phần thứ {number} do cán bộ viết trong cuộc chạy thử.")
    board.click(page.get_by_role("button", name="Lưu", exact=True))
    board.says("Đã lưu lúc")
    board.shot("ban-soan-bao-cao")
    draft = board.fetch(page.get_by_role("link", name="Xem dự thảo PDF"))
    assert "DỰ THẢO" in PdfReader(BytesIO(draft)).pages[0].extract_text()
    return page.url


def issues_it(registry: Visitor, where: str) -> None:
    page = registry.page
    registry.sign_in("Văn thư Ban Tuyên giáo")
    registry.goto(where)
    registry.type(number=str(NUMBER))
    registry.shot("van-thu-ban-phat-hanh")
    registry.click(page.get_by_role("button", name="Phát hành"))
    registry.says("Đã phát hành; số liệu và bản PDF từ nay không thay đổi.")


def reads_it(reader: Visitor) -> None:
    reader.sign_in("Ủy viên Ban Thường vụ")
    card = reader.page.locator("article").first
    assert f"Báo cáo số {NUMBER}-BC/BTGTU" in card.inner_text()
    pdf = PdfReader(BytesIO(reader.fetch(card.get_by_role("link", name="Mở bản PDF"))))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert re.search(rf"Số\s+{NUMBER}-BC/BTGTU", text)
    assert "1235-CV/TU" in text
    assert "DỰ THẢO" not in text
    for number in range(1, 9):
        assert f"Phần thứ {number} do cán bộ viết" in " ".join(text.split()), number
