"""Staff of the board: who is late, remind them, see the mails leave, see the figures move, take them along."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
LATE = "Đơn vị quá hạn – 729-CV/TU"
Meet = Callable[..., Visitor]
# Words of the directive's provisions; none of them may travel by mail.
CONTENT = ("mạng xã hội", "nêu gương", "bí mật", "quy chế")


def test_late_units_are_reminded_in_two_clicks_and_the_mails_are_seen_to_leave(visitor: Meet) -> None:
    board = visitor()
    board.sign_in("Cán bộ Ban Tuyên giáo")
    board.shot("ban-trang-chinh")
    page = board.page
    board.click(page.get_by_role("link", name=LATE))
    assert board.clicks == 1
    rows = page.locator("tbody tr").filter(has_not_text="chưa có người nhận thư").filter(has_text="Chưa tiếp nhận")
    units = [name.strip() for name in rows.locator("th a").all_inner_texts()[:3]]
    for number in range(3):
        board.tick(rows.nth(number).get_by_role("checkbox"))
    assert page.locator("[data-tick-count]").inner_text().startswith("Đã chọn 3/")
    board.shot("ban-qua-han")
    board.click(page.get_by_role("button", name="Nhắc đơn vị đã chọn"))
    assert board.clicks - 3 == 2
    board.says("Đã nhắc 3 người phụ trách")
    newest = page.locator("tbody tr").filter(has_text="Đôn đốc")
    board.until(lambda: newest.get_by_text("Đã gửi").count() >= 3, "three mails have left")
    assert page.get_by_text("Đang gửi. ").count() == 0
    board.shot("ban-thu-di")
    reads_the_mail(board, units)
    sees_the_reminder_at_the_unit(board, units[0])


def reads_the_mail(board: Visitor, units: list[str]) -> None:
    newest = board.page.locator("tbody tr").filter(has_text="Đôn đốc")
    board.click(newest.first.get_by_role("link"))
    letter = board.page.get_by_label("Nội dung thư").inner_text()
    assert "Công văn số 729-CV/TU" in letter
    assert any(unit in letter for unit in units)
    assert "đề nghị" in letter
    assert f"{board.home}/nhiem-vu/" in letter
    assert [words for words in CONTENT if words in letter] == []
    board.shot("ban-thu-nhac")


def sees_the_reminder_at_the_unit(board: Visitor, unit: str) -> None:
    board.goto("/")
    board.click(board.page.get_by_role("link", name=LATE))
    board.click(board.page.get_by_role("link", name=unit, exact=True))
    assert "Đôn đốc: Đã gửi" in board.page.locator("aside").filter(has_text="Nhắc việc").inner_text()
    board.shot("ban-mot-don-vi")


def test_a_second_reminder_on_one_day_is_refused_and_nothing_chosen_is_said(visitor: Meet) -> None:
    board = visitor(phone=True, script=False)
    board.sign_in("Cán bộ Ban Tuyên giáo")
    page = board.page
    board.click(page.get_by_role("link", name=LATE))
    board.click(page.get_by_role("button", name="Nhắc đơn vị đã chọn"))
    board.says("không còn nhiệm vụ nào cần nhắc")
    for _ in range(2):
        board.goto("/trien-khai/1/qua-han/")
        board.tick(page.get_by_role("checkbox").first)
        board.click(page.get_by_role("button", name="Nhắc đơn vị đã chọn"))
    board.says("Hôm nay đã nhắc các đơn vị này")


def test_the_figures_are_followed_down_to_the_cells_and_taken_along_as_csv(visitor: Meet) -> None:
    clerk = visitor(phone=True)
    clerk.sign_in("Văn thư Đảng ủy xã Bình Lạc")
    records_seventeen_of_twenty(clerk)
    board = visitor()
    board.sign_in("Cán bộ Ban Tuyên giáo")
    page = board.page
    board.click(page.get_by_role("link", name="Kế hoạch số 58-KH/TU").first)
    board.shot("ban-dot-trien-khai")
    equals_the_table(board, "Số chi bộ", "Chi bộ đã phổ biến", "Chi bộ đã phổ biến")
    equals_the_table(board, "Phải tiếp nhận", "Đã tiếp nhận", "Đã tiếp nhận (cả cấp dưới)")
    board.click(page.get_by_role("row").get_by_role("link", name="Đảng bộ huyện Tân Khê"))
    commune = page.get_by_role("row").filter(has_text="Đảng bộ xã Bình Lạc")
    assert "17/20" in commune.inner_text()
    equals_the_table(board, "Số chi bộ", "Chi bộ đã phổ biến", "Chi bộ đã phổ biến")
    board.click(page.get_by_role("link", name="Có việc quá hạn"))
    late = page.locator("tbody tr")
    assert late.count() > 0
    assert all(int(text) > 0 for text in late.locator("td:last-child").all_inner_texts())
    board.click(commune.get_by_role("link", name="Đảng bộ xã Bình Lạc"))
    cells = page.locator("tbody tr").filter(has_text="Chi bộ")
    done = cells.filter(has_text="Đã phổ biến")
    board.click(page.get_by_role("link", name="Tất cả", exact=True))
    assert (done.count(), cells.count()) == (17, 20)
    board.shot("ban-chi-bo")


def records_seventeen_of_twenty(clerk: Visitor) -> None:
    card = clerk.page.locator("article").filter(has_text="58-KH/TU")
    clerk.click(card.get_by_role("link", name="Bảng chi bộ"))
    for number in range(3):
        clerk.tick(clerk.page.locator(".tick").nth(number))
    clerk.click(clerk.page.get_by_role("button", name="Ghi nhận"))


def equals_the_table(board: Visitor, of: str, done: str, label: str) -> None:
    """The CSV's figures, unit by unit, are those on the page."""
    downloaded = board.take(board.page.get_by_role("link", name="Tải bảng (CSV)"))
    lines = Path(downloaded.path()).read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "Dữ liệu minh họa"
    taken = {row["Đơn vị"]: row for row in csv.DictReader(StringIO("\n".join(lines[1:])))}
    rows = board.page.locator("tbody tr").all()
    assert rows
    for row in rows:
        name = row.locator("th a").first.inner_text()
        shown = row.locator(f"td[data-label='{label}']").inner_text().strip().replace(".", "")
        written = f"{taken[name][done]}/{taken[name][of]}"
        assert shown == (written if taken[name][of] != "0" else "–"), name
