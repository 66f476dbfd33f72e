"""Without a mouse: sign in, skip to the content, find the late units, tick and remind."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
# Whether the element in focus has a ring, is in sight, and is not hidden behind the save bar.
SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const ring = getComputedStyle(at.closest('.tick') ?? at), tall = box.height > innerHeight / 2;
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    ring: ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2,
    inSight: tall ? box.top < innerHeight && box.bottom > 0 : box.top >= 0 && box.bottom <= innerHeight,
    onTop: tall || top === at || at.contains(top) || top?.contains(at),
    name: at.ariaLabel ?? at.innerText ?? at.name, tag: at.tagName,
  };
}"""


def test_signed_in_and_reminded_with_the_keyboard_alone(visitor: Callable[..., Visitor]) -> None:
    board = visitor()
    page = board.page
    board.goto("/")
    press(page, "Tab")
    assert focused(page)["name"] == "Bỏ qua, đến nội dung chính"
    press(page, "Enter")
    assert page.evaluate("() => document.activeElement.id") == "noi-dung"
    reaches(page, "Cán bộ Ban Tuyên giáo")
    leaves(board, "Enter")
    press(page, "Tab")
    press(page, "Enter")
    reaches(page, "Đơn vị quá hạn – 729-CV/TU")
    leaves(board, "Enter")
    board.says("chậm nhất ở trên")
    for _ in range(3):
        reaches(page, "Chọn Đảng bộ")
        page.keyboard.press("Space")
    assert page.locator("tbody :checked").count() == 3
    reaches(page, "Nhắc đơn vị đã chọn")
    leaves(board, "Enter")
    board.says("người phụ trách; thư đang được gửi")


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)


def focused(page: Page) -> dict[str, object]:
    """What has the focus; it must be seen to have it."""
    found: dict[str, object] = page.evaluate(SEEN)
    assert found["ring"], found
    assert found["inSight"], found
    assert found["onTop"], found
    return found


def reaches(page: Page, name: str) -> None:
    """Tab on until something with this name has the focus."""
    for _ in range(80):
        press(page, "Tab")
        if str(focused(page)["name"]).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def leaves(board: Visitor, key: str) -> None:
    with board.page.expect_event("domcontentloaded"):
        press(board.page, key)
    board.look()
