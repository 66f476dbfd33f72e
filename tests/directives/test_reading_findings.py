"""Where what was read stands: every finding points at the words it was read from; slips are told and mended."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.reading.draft import Draft
from directives.reading.letter import read
from directives.reading.slips import mend
from tests.directives.letter_pieces import PIECES

FOLDERS = [Path(__file__).parent / name for name in ("letters", "corpus")]
LETTERS = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in (".txt", ".md")]


def printed(draft: Draft) -> dict[tuple[str, int | None], str]:
    """What is read word for word, by field and index."""
    one = {
        "number": draft.number, "place": draft.place, "title": draft.title, "authority": draft.signatory.authority,
        "position": draft.signatory.position, "name": draft.signatory.name, "spread_to": draft.spread_to,
    }  # fmt: skip
    many = {
        "addressee": draft.addressees, "copy": [copy.text for copy in draft.copies],
        "citation": [citation.as_written for citation in draft.citations],
        "deadline": [deadline.text for deadline in draft.deadlines],
    }  # fmt: skip
    return {(name, None): text for name, text in one.items() if text} | {
        (name, index): text for name, texts in many.items() for index, text in enumerate(texts)
    }


def pointed_at(draft: Draft) -> dict[tuple[str, int | None], str]:
    found = defaultdict(list)
    for one in draft.findings:
        found[one.field, one.index].append(draft.text[slice(*one.span)])
    return {key: "".join(parts) for key, parts in found.items()}


def bare(text: str) -> str:
    return "".join(text.split()).lower()


def assert_found(draft: Draft) -> None:
    spans = [one.span for one in draft.findings]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(draft.text) for start, end in spans)
    there = pointed_at(draft)
    for key, text in printed(draft).items():
        assert bare(there[key]) == bare(text), key
    for index, part in enumerate(draft.provisions):
        assert bare(there["provision", index]).endswith(bare(part.text))
    for index, duty in enumerate(draft.duties):
        assert bare(duty.text) in bare(there["duty", index])
    for name in ("type", "issuer", "superior", "issued_on"):
        assert getattr(draft, name) is None or (name, None) in there
    for slip in draft.slips:
        assert draft.text[slice(*slip.span)] == slip.text


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.name)
def test_findings_point_at_their_words(path: Path) -> None:
    assert_found(read(path.read_text("utf-8")))


@settings(max_examples=300)
@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_findings_of_any_text_point_at_their_words(text: str) -> None:
    assert_found(read(text))


def sure(draft: Draft, name: str) -> list[str]:
    return [one.sure for one in draft.findings if one.field == name]


def test_how_sure() -> None:
    draft = read(
        "ĐẢNG BỘ TỈNH X\nHUYỆN ỦY Y\nSố 12-QĐ/HU\nKính gửi: Các chi bộ\n\n1. Theo Chỉ thị 19/CT/TW, Chỉ thị 5-CT/TW"
        " và Điều lệ Đảng.\n\n3. Gửi Quy định này trước ngày 15/6.\n\nT/M BAN THƯỜNG VỤ\nBÍ THƯ\n\nNgười Ký Thay"
    )
    assert sure(draft, "citation") == ["doubtful", "certain", "likely"]
    assert sure(draft, "provision") == ["certain", "doubtful"]
    assert sure(draft, "deadline") == ["doubtful"]
    assert sure(draft, "type") == sure(draft, "issuer") == ["likely"]
    assert sure(draft, "superior") == ["certain"]
    there = pointed_at(draft)
    assert there["type", None] == "Quy định này"
    assert there["issuer", None] == "T/M BAN THƯỜNG VỤ"
    assert there["superior", None] == "HUYỆN ỦY Y"


def test_a_title_beside_another_column_has_a_finding_for_each_place() -> None:
    draft = read("TỈNH ỦY X\nSố 5-CV/TU   X, ngày 03 tháng 4 năm 2026\nvề mượn sách   KHẨN\nở chi bộ\nKính gửi: Ban A")
    assert draft.title == "về mượn sách ở chi bộ"
    spans = [one.span for one in draft.findings if one.field == "title"]
    assert [draft.text[slice(*span)] for span in spans] == ["về mượn sách", "ở chi bộ"]


def test_preamble_provisions_and_closing_hold_the_whole_body() -> None:
    head, foot = "Số 5-CV/TU\n\nKính gửi: Các chi bộ\n\n", "\n\nNơi nhận:\n- Như trên.\n"
    draft = read(f"{head}Vừa qua\nđã tốt.\n\nNay yêu cầu:\n\n1. Một.\n\nCông văn này phổ biến đến chi bộ.{foot}")
    assert draft.preamble == "Vừa qua đã tốt.\nNay yêu cầu:"
    assert [part.text for part in draft.provisions] == ["Một."]
    assert draft.closing == "Công văn này phổ biến đến chi bộ."
    whole = read(f"{head}Vừa qua đã tốt.\n\nXin cảm ơn.{foot}").as_dict()
    assert (whole["preamble"], whole["closing"]) == ("Vừa qua đã tốt.\nXin cảm ơn.", "")


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("- Công TTĐT Đảng bộ tỉnh,", "- Cổng TTĐT Đảng bộ tỉnh,"),
        ("Hạn chế; đưa ý ra kiến riêng.", "Hạn chế; đưa ra ý kiến riêng."),
        ("Phổ biến đến chi bộ. thuat", "Phổ biến đến chi bộ."),
        ("Phổ biến đến chi bộ. *thuat*\n\nNơi nhận:", "Phổ biến đến chi bộ.\n\nNơi nhận:"),
        ("Sách, báo, v.v. trong\nđó có sách cũ.", "Sách, báo, v.v. trong\nđó có sách cũ."),
        ("Việc thuc hi0n tốt.", "Việc thuc hi0n tốt."),
    ],
)
def test_mending_puts_right_what_is_certain(written: str, better: str) -> None:
    assert mend(written) == better
    assert mend(better) == better


def test_slips_are_told_with_what_is_better() -> None:
    found: list[dict[str, Any]] = read("Số 5-CV/TU\n\nThuc hi0n việc đưa ý ra kiến. thuat").as_dict()["slips"]
    assert [(row["text"], row["better"]) for row in found] == [
        ("đưa ý ra kiến", "đưa ra ý kiến"), ("thuat", ""), ("hi0n", None)
    ]  # fmt: skip
