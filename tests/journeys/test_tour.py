"""The strip "Xem nhanh 5 phút" of the demo's front page, walked exactly as it is offered."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
STEPS = (
    "Xem đơn vị quá hạn", "Nhắc ba đơn vị", "Ghi nhận 17/20 chi bộ", "Xem số liệu thay đổi", "Mở bản in báo cáo",
)
FIGURE = re.compile(r"([\d.]+)/[\d.]+ chi bộ")


def test_the_five_steps_as_they_are_offered(visitor: Callable[..., Visitor]) -> None:
    guest = visitor()
    page = guest.page
    guest.goto("/")
    guest.shot("dang-nhap")
    guest.sign_in("Cán bộ Ban Tuyên giáo")
    assert tuple(page.locator(".tour a").all_inner_texts()) == STEPS
    before = disseminated(guest)
    step(guest, 1)
    guest.says("chậm nhất ở trên")
    assert page.locator("tbody tr").count() > 3
    step(guest, 2)
    rows = page.locator("tbody tr").filter(has_not_text="chưa có người nhận thư")
    for number in range(3):
        guest.tick(rows.nth(number).get_by_role("checkbox"))
    guest.click(page.get_by_role("button", name="Nhắc đơn vị đã chọn"))
    newest = page.locator("tbody tr").filter(has_text="Đôn đốc")
    guest.until(lambda: newest.get_by_text("Đã gửi").count() >= 3, "the worker has sent three mails")
    step(guest, 3)
    for number in range(3):
        guest.tick(page.locator(".tick").nth(number))
    guest.click(page.get_by_role("button", name="Ghi nhận"))
    guest.says("Đã lưu 17 chi bộ; đã ghi nhận 17/20.")
    step(guest, 4)
    assert disseminated(guest) == before + 17
    pdf = opens_the_report(guest)
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "BÁO CÁO" in text
    assert "DỰ THẢO" in text


def step(guest: Visitor, number: int) -> None:
    """Back to the front page, the step's link, and the person it proposes."""
    guest.click(guest.page.locator("a.brand"))
    guest.click(guest.page.locator(".tour").get_by_role("link", name=STEPS[number - 1], exact=True))
    guest.click(guest.page.locator("button.button-primary"))


def opens_the_report(guest: Visitor) -> bytes:
    """The last step's person leads straight to the file, which a browser shows or saves."""
    guest.click(guest.page.locator("a.brand"))
    guest.click(guest.page.locator(".tour").get_by_role("link", name=STEPS[-1]))
    answers: list[str] = []
    guest.page.on("response", lambda answer: answers.append(answer.url))
    guest.page.locator("button.button-primary").click()
    guest.until(lambda: any(url.endswith(".pdf") for url in answers), "the report's file is asked for")
    body = guest.page.context.request.get(next(url for url in answers if url.endswith(".pdf"))).body()
    assert body.startswith(b"%PDF")
    return body


def disseminated(guest: Visitor) -> int:
    """How many cells have carried the second directive on, as the front page or the directive's page says."""
    card = guest.page.locator("article, .stat").filter(has_text="Đã phổ biến" if "/trien-khai/" not in guest.page.url
                                                      else "Chi bộ đã phổ biến").first
    found = FIGURE.search(" ".join(card.inner_text().split()))
    assert found, card.inner_text()
    return int(found[1].replace(".", ""))
