"""What is no letter is refused in plain words, nothing of it is kept, and what was typed stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.journey
RECIPE = "Nấu cơm: vo gạo, đổ nước, đun nhỏ lửa hai mươi phút."
FILES = [
    ("so-lieu.xlsx", b"PK\x03\x04" + b"\x00" * 60, "bảng tính"),
    ("trong.txt", b"", "không có nội dung"),
    ("cong-van.pdf", b"MZ\x90\x00" + b"\x00" * 600, "chương trình"),
    ("lon.txt", b"a" * (30 * 1024 * 1024), "quá 20 MB"),
]


def test_what_is_no_letter_is_refused_and_what_was_typed_stays(
    visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    board = visitor()
    page = board.page
    board.sign_in("Văn thư Ban Tuyên giáo")
    board.goto("/van-ban/?loai=draft")
    before = page.locator("tbody tr").count()
    board.goto("/van-ban/them/")
    read, plain = page.get_by_role("button", name="Đọc văn bản"), page.get_by_label("Đây là văn bản thường")
    board.type(text=RECIPE)
    plain.check()
    board.click(read, status=422)
    board.says("Không nhận ra đây là văn bản chỉ đạo")
    assert page.locator("[name=text]").input_value() == RECIPE
    assert plain.is_checked()
    board.type(text="")
    for name, data, words in FILES:
        (tmp_path / name).write_bytes(data)
        page.locator("[type=file]").set_input_files(tmp_path / name)
        board.click(read, status=422)
        said = page.get_by_role("alert").all_inner_texts() + page.locator(".errorlist").all_inner_texts()
        assert words in " ".join(said), (name, said)
    board.goto("/van-ban/?loai=draft")
    assert page.locator("tbody tr").count() == before
