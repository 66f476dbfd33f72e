"""Finding an organisation: down the tree, by typing, by a name of the past; and on a phone without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
Meet = Callable[..., Visitor]
COMMITTEE, COMMUNE = "Đảng bộ huyện Tân Khê", "Đảng bộ xã Bình Lạc"


def toggle(visitor: Visitor, unit: str) -> Any:
    return visitor.page.get_by_role("link", name=f"Đơn vị trực thuộc {unit}", exact=True)


def ended(visitor: Visitor) -> tuple[dict[str, Any], dict[str, Any]]:
    """A unit of the demo that has gone into another, and that other; by the API."""
    read = visitor.page.context.request
    rows = read.get(f"{visitor.home}/api/units/?tim=xa&limit=200").json()["results"]
    rows += read.get(f"{visitor.home}/api/units/?tim=xa&limit=200&offset=200").json()["results"]
    for row in rows:
        told = read.get(f"{visitor.home}/api/units/{row['id']}/").json() if row["closed_on"] else {"successors": []}
        if told["successors"]:
            return told, told["successors"][0]
    raise AssertionError("no unit of the demo has gone into another")


def test_the_tree_opens_in_place_and_a_search_answers_as_one_types(visitor: Meet) -> None:
    staff = visitor()
    staff.sign_in("Cán bộ Ban Tuyên giáo")
    page = staff.page
    staff.click(page.locator("nav.wide").get_by_role("link", name="Tổ chức", exact=True))
    assert toggle(staff, COMMITTEE).get_attribute("aria-expanded") == "false"
    reached = len(staff.seen)
    staff.tick(toggle(staff, COMMITTEE))
    staff.says(COMMUNE)
    assert re.search(r"\?mo=\d+", page.url)
    assert (toggle(staff, COMMITTEE).get_attribute("aria-expanded"), len(staff.seen)) == ("true", reached)
    assert page.evaluate("() => document.activeElement.textContent") == f"Đơn vị trực thuộc {COMMITTEE}"
    page.keyboard.press("Enter")
    page.get_by_role("link", name=COMMUNE, exact=True).wait_for(state="detached")
    page.get_by_label("Tìm đơn vị").press_sequentially("binh lac")
    staff.says("Tìm thấy 3 đơn vị.")
    staff.until(lambda: page.locator("[data-live-said]").inner_text() == "Tìm thấy 3 đơn vị.", "said to be heard")
    assert page.url.endswith("?tim=binh+lac")
    assert page.locator(".found a").first.inner_text() == COMMUNE
    staff.click(page.locator(".found a").first)
    for told in ("Người phụ trách", "Chi bộ trực thuộc", "Kết quả thực hiện các văn bản", "Quá trình"):
        staff.says(told)
    page.go_back()
    staff.says("Tìm thấy 3 đơn vị.")
    page.get_by_label("Tìm đơn vị").fill("")
    staff.says(COMMITTEE)


def test_a_name_of_the_past_leads_to_the_unit_of_today(visitor: Meet) -> None:
    staff = visitor()
    staff.sign_in("Cán bộ Ban Tuyên giáo")
    page = staff.page
    staff.goto("/to-chuc/")
    old, new = ended(staff)
    page.get_by_label("Tìm đơn vị").press_sequentially(old["name"])
    page.locator(".found", has_text="trước đây:").get_by_role("link", name=new["name"]).wait_for()
    staff.click(page.locator(".found", has_text="→ nay:").get_by_role("link", name=new["name"]))
    staff.says("Nhận sáp nhập")
    assert "Kế thừa từ" in staff.text
    staff.goto("/to-chuc/")
    page.get_by_label("Cây tổ chức ngày").fill(old["opened_on"])
    staff.click(page.get_by_role("button", name="Xem", exact=True))
    staff.says("Đang xem cây tổ chức như đã có ngày")
    staff.goto(f"{page.url}&mo={old['id']}")
    assert old["name"] in staff.text
    staff.click(page.get_by_role("link", name="Về cây hôm nay"))
    assert "Đang xem cây" not in staff.text


def test_on_a_phone_without_a_script_links_and_the_button_do(visitor: Meet) -> None:
    clerk = visitor(phone=True, script=False)
    clerk.sign_in("Văn thư Huyện ủy Tân Khê")
    page = clerk.page
    clerk.goto("/to-chuc/")
    clerk.says(COMMUNE)
    clerk.click(toggle(clerk, COMMUNE))
    cells = page.locator(".tree-row", has_text="Chi bộ ấp")
    assert cells.count() >= 10
    assert toggle(clerk, COMMUNE).get_attribute("aria-expanded") == "true"
    clerk.click(toggle(clerk, COMMUNE))
    assert cells.count() == 0
    clerk.type(tim="BÌNH LẠC")
    clerk.click(page.get_by_role("button", name="Tìm", exact=True))
    clerk.says("Tìm thấy 3 đơn vị.")
    clerk.click(page.locator(".found a").first)
    clerk.says("Quá trình")
