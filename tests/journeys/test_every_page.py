"""Every page that a person's menu leads to, on a phone of 360 px, without a script."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
PEOPLE = (
    "Cán bộ Ban Tuyên giáo", "Lãnh đạo Ban Tuyên giáo", "Văn thư Ban Tuyên giáo", "Văn thư Đảng ủy xã Bình Lạc",
    "Văn thư Huyện ủy Tân Khê", "Ủy viên Ban Thường vụ", "Quản trị cổng",
)
ALSO = (
    "a.stat", "main th a", "main .card a", "main .list a", "main .page-head a", "main .crumbs a",
    "main .tabs a:not([aria-current])",
)
FILE = re.compile(r"/tep/")


def test_what_the_menu_leads_to_fits_a_phone(visitor: Callable[..., Visitor]) -> None:
    person = visitor(phone=True, script=False)
    page = person.page
    for who in PEOPLE:
        person.sign_in(who)
        links = page.locator(".menu-sheet .nav a")
        places = [str(links.nth(number).get_attribute("href")) for number in range(links.count())]
        assert len(places) >= 2, who
        for place in places:
            person.goto(place)
            opens_one_of_each(person)
        person.goto("/")
        person.tick(page.get_by_text("Danh mục", exact=True))
        person.click(page.locator(".menu-sheet").get_by_role("button", name="Đăng xuất"))
    assert len(set(person.seen)) >= 30


def opens_one_of_each(person: Visitor) -> None:
    """One page below this one of every kind that it leads to."""
    found = [person.page.locator(f"{kind}:not([href*='.'])").first for kind in ALSO]
    hrefs = {str(link.evaluate("link => link.pathname + link.search")) for link in found if link.count()}
    for href in sorted(hrefs):
        if not FILE.search(href) and person.home + href not in person.seen:
            person.goto(href)
