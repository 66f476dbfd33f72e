"""The commands that others rely on (DESIGN.md §9): what they print, and how they refuse."""

import json
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from directives.data import figures
from directives.models import Document, Rollout, StoredFile
from portal.demo import briefs, world
from portal.demo.cast import Cast
from portal.demo.people import PASSWORD, people
from portal.demo.story import tell
from portal.management.commands import demo as demo_command
from tests.factories import make_unit
from tests.portal.conftest import SMALL
from units.models import Unit, User

LETTER = """
**Số 31-CV/TU**

*Chuẩn bị hội nghị sơ kết công tác văn thư*

*Kính gửi:* - Các huyện, thành ủy

Thực hiện Kế hoạch số 12-KH/TU, ngày 05/3/2024 của Ban Thường vụ Tỉnh ủy, yêu cầu:

1. Các đơn vị báo cáo kết quả trước ngày 20/4/2024.

2. Văn phòng Tỉnh ủy tổng hợp.

**Nơi nhận:**

- Như trên,
- Lưu Văn phòng Tỉnh ủy.

**T/M BAN THƯỜNG VỤ**
**PHÓ BÍ THƯ**
"""
KEYS = {
    "number", "type", "issuer", "place", "issued_on", "title", "addressees", "copies", "signatory", "provisions",
    "citations", "deadlines",
}


def run(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "31-CV-TU.md"
    path.write_text(LETTER, "utf-8")
    return path


@pytest.fixture
def a_small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(briefs.paper, "drawn", lambda *_, **__: b"%PDF-1.7\n%%EOF\n")
    monkeypatch.setattr(demo_command, "tell", partial(tell, size=SMALL))


# ---- demo, make_world ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_demo_is_loaded_once(a_small_demo: None) -> None:
    assert "Đã nạp" in run("demo")
    before = (Unit.objects.count(), User.objects.count(), Document.objects.count())

    assert "không nạp lại" in run("demo")

    assert (Unit.objects.count(), User.objects.count(), Document.objects.count()) == before


@pytest.mark.django_db
def test_the_demo_is_not_loaded_beside_real_units() -> None:
    make_unit("Đảng bộ tỉnh")
    run("demo")
    assert Unit.objects.count() == 1


def test_the_list_is_json_with_every_role() -> None:
    listed = json.loads(run("demo", list=True))

    assert {one["role"] for one in listed} == {
        "board", "head", "registry", "secretary", "committee", "administrator",
    }
    assert {frozenset(one) for one in listed} == {frozenset(("role", "username", "password", "unit"))}
    assert {one["password"] for one in listed} == {PASSWORD}
    assert len(listed) == len(people())


@pytest.mark.parametrize("asked", [{}, {"list": True}])
def test_outside_the_demo_there_is_none(settings: Any, asked: dict[str, bool]) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="minh họa"):
        run("demo", **asked)


@pytest.mark.django_db
def test_a_world_is_built_only_in_an_empty_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.SIZES, "M", world.SIZES["M"].scaled(0.02))

    assert "văn bản 1/1" in run("make_world", size="M", seed=3)
    assert Rollout.objects.issued().count() == 1
    with pytest.raises(CommandError, match="còn trống"):
        run("make_world", size="M", seed=3)


# ---- read_letter --------------------------------------------------------------------------------------------


def test_a_letter_is_printed_as_json(letter: Path) -> None:
    printed = json.loads(run("read_letter", letter, json=True))

    assert set(printed) >= KEYS
    assert printed["number"] == "31-CV/TU"
    assert printed["issued_on"] is None
    assert set(printed["signatory"]) == {"authority", "position", "name"}
    assert [one["label"] for one in printed["provisions"]] == ["1", "2"]
    assert [one["number"] for one in printed["citations"]] == ["12-KH/TU"]
    assert set(printed["citations"][0]) >= {"number", "type", "issuer", "issued_on", "title", "relation", "explicit"}


def test_a_letter_is_printed_for_a_person(letter: Path) -> None:
    printed = run("read_letter", letter)

    assert "31-CV/TU" in printed
    assert "Ngày ban hành:    chưa rõ" in printed
    assert "Các mục (2):" in printed


@pytest.mark.django_db
def test_a_letter_is_kept_as_a_draft(letter: Path) -> None:
    make_unit("Đảng bộ tỉnh")

    printed = json.loads(run("read_letter", letter, json=True, register=True))

    kept = Document.objects.get(pk=printed["document"])
    assert (kept.number, kept.state, kept.provisions.count()) == ("31-CV/TU", "draft", 2)
    assert printed["url"].endswith(f"/{kept.pk}/")
    assert f"dự thảo số {kept.pk + 1}" not in run("read_letter", letter)  # without --register nothing is kept


@pytest.mark.django_db
def test_without_a_unit_nothing_is_registered(letter: Path) -> None:
    with pytest.raises(CommandError, match="chưa có đơn vị"):
        run("read_letter", letter, register=True)
    assert not Document.objects.exists()


NO_LETTERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "missing": ("Không mở được tệp", Path.exists),
    "a folder": ("Không mở được tệp", lambda path: path.mkdir()),
    "empty": ("Tệp rỗng", lambda path: path.write_bytes(b"")),
    "binary": ("không phải văn bản", lambda path: path.write_bytes(b"\x00\x01\x02" * 50)),
    "a program": ("chương trình", lambda path: path.write_bytes(b"MZ\x90\x00" + b"\x00" * 99)),
    "a spreadsheet": ("bảng tính", lambda path: path.write_bytes(b"PK\x03\x04 xl/workbook.xml")),
    "too large": ("20 MB", lambda path: path.write_bytes(b"a" * (20 * 1024 * 1024 + 1))),
    "no letter": ("Không nhận ra", lambda path: path.write_text("Hôm nay trời đẹp.", "utf-8")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", NO_LETTERS)
def test_what_is_no_letter_is_refused_and_nothing_is_kept(kind: str, tmp_path: Path) -> None:
    make_unit("Đảng bộ tỉnh")
    said, write = NO_LETTERS[kind]
    write(tmp_path / "tep.md")

    with pytest.raises(CommandError, match=said) as refused:
        run("read_letter", tmp_path / "tep.md", register=True)

    assert refused.value.returncode == 1
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()


# ---- figures: last, because the demo stays loaded from here to the module's end ---------------------------


def test_figures_are_those_of_the_page(demo: Cast) -> None:
    rollout, today = Rollout.objects.earliest("pk"), timezone.localdate()
    root = rollout.assignments.get(position=0)

    printed = json.loads(run("figures", rollout=rollout.pk, json=True))

    assert printed == figures.report(rollout, None, figures.level(rollout, root, today), today)
    assert set(printed) == {"rollout", "unit", "as_of", "units"}
    assert {one["unit"] for one in printed["units"]} >= {unit.pk for unit in demo.of_kind(Unit.Kind.COMMITTEE)}


def test_figures_one_level_down(demo: Cast) -> None:
    rollout, committee = Rollout.objects.earliest("pk"), demo.of_kind(Unit.Kind.COMMITTEE)[0]

    printed = json.loads(run("figures", rollout=rollout.pk, unit=committee.pk, json=True))

    assert printed["unit"] == committee.pk
    assert {one["unit"] for one in printed["units"]} == {unit.pk for unit in demo.below[committee.pk]}


def test_figures_as_a_table(demo: Cast) -> None:
    rollout = Rollout.objects.earliest("pk")
    cell = demo.of_kind(Unit.Kind.CELL)[0]

    assert demo.of_kind(Unit.Kind.COMMITTEE)[0].name in run("figures", rollout=rollout.pk)
    assert cell.name in run("figures", rollout=rollout.pk, unit=cell.pk)  # nothing below it: itself


def test_figures_that_cannot_be_had_are_refused_in_words(demo: Cast) -> None:
    rollout = Rollout.objects.earliest("pk")
    with pytest.raises(CommandError, match="Không có đợt triển khai số 0"):
        run("figures", rollout=0)
    with pytest.raises(CommandError, match="Đơn vị số 0 không có trong đợt"):
        run("figures", rollout=rollout.pk, unit=0)
    composed = Rollout.objects.create(
        document=rollout.document, root=rollout.root, acknowledge_by=rollout.acknowledge_by,
        disseminate_by=rollout.disseminate_by, created_at=rollout.created_at,
    )
    with pytest.raises(CommandError, match="chưa giao"):
        run("figures", rollout=composed.pk)
