"""What the registry's people do with a draft: bring in, correct, throw away; and note when a document holds."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from directives import uploads
from directives.actions import documents
from directives.actions.content import Cited, Content
from directives.actions.documents import WrongState
from directives.data import registry
from directives.models import Document, StoredFile
from directives.reading.files import UnreadableFile
from directives.reading.letter import NotALetter
from tests.factories import NOW, TODAY, at_once, days, make_board, make_document, make_office, make_tree, make_unit
from units.access import Forbidden
from units.models import LedgerEntry, Unit, User

pytestmark = pytest.mark.django_db
LETTER = """TỈNH ỦY HẢI ĐĂNG
*
Số 27-CV/TU
Về việc tham gia mạng xã hội

ĐẢNG CỘNG SẢN VIỆT NAM
Hải Đăng, ngày 28 tháng 4 năm 2025

Kính gửi: Các huyện ủy, thành ủy

Thực hiện Quy định số 85-QĐ/TW, ngày 07/10/2022 của Ban Bí thư, Tỉnh ủy yêu cầu:
1. Quán triệt đến chi bộ.
2. Báo cáo trước ngày 30/6/2025.

T/M BAN THƯỜNG VỤ
PHÓ BÍ THƯ
"""
DECISION = """ỦY BAN NHÂN DÂN TỈNH HẢI ĐĂNG
Số: 30/QĐ-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Hải Đăng, ngày 28 tháng 4 năm 2025

QUYẾT ĐỊNH
Về việc ban hành quy chế {}

Điều 1. Ban hành quy chế.
Điều 2. Quyết định có hiệu lực từ ngày ký.

CHỦ TỊCH
"""
SCAN = b"%PDF-1.7 ban quet"


@pytest.fixture
def root() -> Unit:
    return make_unit("Tỉnh")


def bring_in(root: Unit, text: str = "", data: bytes = b"", name: str = "", by: User | None = None) -> Document:
    return documents.bring_in(text=text, data=data, name=name, unit=root, by=by, now=NOW)


def draft(root: Unit, **content: Any) -> Document:
    return documents.draft(content=Content(**({"title": "Trích yếu"} | content)), unit=root, by=None, now=NOW)


def correct(document: Document, root: Unit, *, seen: int, by: User | None = None, **content: Any) -> Document:
    told = Content(**({"title": "Trích yếu"} | content))
    return documents.correct(document=document, content=told, seen=seen, unit=root, by=by, now=NOW)


def stored() -> dict[str, int]:
    """Everything there is: rows by kind, and files on disk."""
    counts = {model.__name__: model._default_manager.count() for app in ("directives", "units")
              for model in apps.get_app_config(app).get_models()}
    return counts | {"on disk": sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))}


def told(event: str, document: Document) -> LedgerEntry:
    return LedgerEntry.objects.get(event=event, subject="document", subject_id=document.pk)


# ---- bringing in -----------------------------------------------------------------------------------------


def test_a_text_is_read_and_kept_word_for_word(root: Unit) -> None:
    board = make_board(root)
    document = Document.objects.get(pk=bring_in(root, LETTER, by=board).pk)
    assert (document.state, document.number, document.num, document.text) == ("draft", "27-CV/TU", 27, LETTER)
    assert (document.issued_on, document.file, document.sha256) == (date(2025, 4, 28), None, "")
    assert list(document.provisions.order_by("order").values_list("label", flat=True)) == ["1", "2"]
    cited = document.citations.get()
    assert (cited.number, cited.issued_on, cited.target) == ("85-QĐ/TW", date(2022, 10, 7), None)
    entry = told("document.drafted", document)
    assert (entry.by_id, entry.unit_id, entry.at, entry.data) == (board.pk, root.pk, NOW, {"number": "27-CV/TU"})


def test_a_text_file_is_read_and_kept_as_the_original(root: Unit) -> None:
    data = LETTER.encode()
    document = bring_in(root, data=data, name="cong-van.txt")
    assert (document.number, document.text) == ("27-CV/TU", LETTER)
    assert document.file is not None
    assert (document.file.path.read_bytes(), document.file.name) == (data, "cong-van.txt")
    assert Document.objects.get(pk=document.pk).file == document.file


def test_a_scan_is_kept_and_its_words_typed_off_are_read(root: Unit) -> None:
    document = bring_in(root, LETTER, SCAN, "ban-quet.pdf")
    assert (document.number, document.text) == ("27-CV/TU", LETTER)
    assert document.file is not None
    assert (document.file.path.read_bytes(), document.file.content_type) == (SCAN, "application/pdf")
    registered = documents.register(document=document, state="to_know", unit=root, by=None, now=NOW)
    assert registered.sha256 == document.file.sha256  # bound to the original, not to what was typed


SECRET = LETTER.replace("*\n", "*\nTỐI MẬT\n", 1)


@pytest.mark.parametrize(
    ("text", "data", "name", "refused"),
    [
        ("", b"", "", UnreadableFile), (" \n ", b"", "", UnreadableFile), ("Chào đồng chí.", b"", "", NotALetter),
        ("Chào đồng chí.", SCAN, "a.pdf", NotALetter), (SECRET, b"", "", WrongState),
        (SECRET, SCAN, "a.pdf", WrongState),
        ("", SECRET.encode(), "a.txt", WrongState), (LETTER, SECRET.encode(), "a.txt", uploads.Refused),
        ("", SCAN, "a.pdf", UnreadableFile), ("", b"\x89PNG\r\n\x1a\n", "a.png", UnreadableFile),
        ("", LETTER.encode() + b"\0", "a.txt", UnreadableFile), (LETTER, SCAN, "a.exe", uploads.Refused),
        (LETTER, b"MZ", "a.pdf", uploads.Refused), (LETTER, SCAN, "", uploads.Refused),
        ("", LETTER.encode(), "a.docx", uploads.Refused), ("", LETTER.encode("utf-16"), "a.txt", uploads.Refused),
    ],
)
def test_what_is_refused_leaves_nothing_behind(root: Unit, text: str, data: bytes, name: str, refused: Any) -> None:
    before = stored()
    with pytest.raises(refused) as error:
        bring_in(root, text, data, name)
    assert stored() == before
    assert str(error.value)[0].isupper()  # a sentence for the screen


def test_the_same_letter_is_not_brought_in_twice(root: Unit) -> None:
    bring_in(root, LETTER)
    before = stored()
    for text, data, name in ((LETTER, b"", ""), (LETTER, SCAN, "a.pdf"), ("", LETTER.encode(), "a.txt")):
        with pytest.raises(WrongState, match="27-CV/TU"):
            bring_in(root, text, data, name)
    assert stored() == before


def test_a_number_known_in_its_year_is_refused_before_its_file_is_written(root: Unit) -> None:
    document = bring_in(root, DECISION.format("tiếp dân"))
    assert (document.number, document.series) == ("30/QĐ-UBND", "2025")
    before = stored()
    with pytest.raises(WrongState, match="đã có trong sổ"):
        bring_in(root, DECISION.format("văn thư"), SCAN + b" khac", "khac.pdf")
    assert stored() == before


def test_who_brings_in(root: Unit) -> None:
    before = stored()
    clerk = make_office(root, "secretary")
    with pytest.raises(Forbidden):
        bring_in(root, LETTER, SCAN, "a.pdf", by=clerk)
    assert Document.objects.count() + StoredFile.objects.count() == 0
    assert stored()["on disk"] == before["on disk"]
    assert bring_in(root, LETTER, by=make_office(root, "registry")).is_draft


# ---- correcting ------------------------------------------------------------------------------------------

WHOLE: dict[str, Any] = {
    "title": "Về việc khác", "number": "28-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy", "series": "2025-2030",
    "place": "Hải Đăng", "issued_on": date(2025, 4, 29), "in_force_on": date(2025, 5, 1),
    "expires_on": date(2026, 5, 1), "addressees": ["Các huyện ủy"], "copies": ["Như trên"], "authority": "T/M",
    "position": "BÍ THƯ", "preamble": "Mở đầu", "closing": "Kết", "deadlines": [{"text": "a", "on": "2025-06-30"}],
    "duties": [{"body": "Ban", "text": "việc", "provision": "1"}], "spread_to": "chi bộ", "unsure": ["số"],
}


def test_a_correction_takes_the_place_of_everything_but_the_text(root: Unit) -> None:
    document = bring_in(root, LETTER)
    before = {name: getattr(document, name) for name in WHOLE}
    parts = [("I", "a"), ("I.1", "b")]
    corrected = correct(
        document, root, seen=0, provisions=parts, **WHOLE,
        citations=[Cited(title="x", number="9-NQ/TW", provision="I.1")],
    )
    kept = Document.objects.get(pk=corrected.pk)
    assert {name: getattr(kept, name) for name in WHOLE} == WHOLE
    assert (kept.num, kept.version, kept.text, kept.state) == (28, 1, LETTER, "draft")
    assert list(kept.provisions.order_by("order").values_list("label", "text")) == parts
    assert [(c.number, c.provision and c.provision.label) for c in kept.citations.all()] == [("9-NQ/TW", "I.1")]
    changed = sorted(name for name in WHOLE if before[name] != WHOLE[name])
    assert (told("document.corrected", kept).data["fields"], len(changed) > 10) == (changed, True)
    emptied = correct(kept, root, seen=1)
    assert (emptied.number, emptied.num, emptied.addressees, emptied.unsure) == ("", None, [], [])
    assert (emptied.provisions.count(), emptied.citations.count(), emptied.text) == (0, 0, LETTER)


def test_a_correction_of_an_older_page_is_refused_and_nothing_of_the_newer_is_lost(root: Unit) -> None:
    document = draft(root, number="1-CV/TU", provisions=[("1", "a")])
    cited = [Cited(title="", number="3-NQ/TW")]
    correct(document, root, seen=0, title="Bản mới", provisions=[("2", "b")], citations=cited)
    before = stored()
    for seen in (0, 2):
        with pytest.raises(WrongState, match="người khác sửa"):
            correct(Document.objects.get(), root, seen=seen, title="Bản cũ", provisions=[("3", "c")])
    kept = Document.objects.get()
    assert (kept.title, kept.version, stored()) == ("Bản mới", 1, before)
    assert (kept.provisions.get().label, kept.citations.get().number) == ("2", "3-NQ/TW")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_once_one_is_told_and_no_parts_are_mixed() -> None:
    root = make_unit("Tỉnh")
    draft(root, provisions=[("1", "cũ")])

    def correction(name: str) -> Any:
        parts = [(f"{label}", name) for label in range(1, 6)]
        return lambda: correct(
            Document.objects.get(), root, seen=0, title=name, provisions=parts, citations=[Cited(title=name)]
        )

    outcomes = at_once([correction(name) for name in ("Một", "Hai", "Ba")])
    assert sorted(type(each).__name__ for each in outcomes) == ["Document", "WrongState", "WrongState"]
    kept = Document.objects.get()
    assert (kept.version, kept.title) == (1, next(each.title for each in outcomes if isinstance(each, Document)))
    assert list(kept.provisions.order_by("order").values_list("text", flat=True)) == [kept.title] * 5
    assert kept.citations.get().title == kept.title
    assert LedgerEntry.objects.filter(event="document.corrected").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["register", "discard"])
def test_a_correction_and_another_act_at_once_never_do_half(what: str) -> None:
    root = make_unit("Tỉnh")
    draft(root, title="Một", provisions=[("1", "Một")])
    document = Document.objects.get()
    acts = {
        "register": lambda: documents.register(document=document, state="to_know", unit=root, by=None, now=NOW),
        "discard": lambda: documents.discard(document=document, unit=root, by=None, now=NOW),
    }
    corrected, other = at_once([
        lambda: correct(Document.objects.get(), root, seen=0, title="Hai", provisions=[("1", "Hai")]), acts[what],
    ])
    kept = Document.objects.first()
    if what == "discard" and kept is None:
        assert other is None
    else:
        assert kept is not None
        assert isinstance(corrected, Document) != isinstance(other, Document)
        title = "Hai" if isinstance(corrected, Document) else "Một"
        assert (kept.title, kept.provisions.get().text) == (title, title)
    for each in (corrected, other):
        assert each is None or isinstance(each, (Document, WrongState, Document.DoesNotExist))


def test_a_refused_correction_keeps_the_version(root: Unit) -> None:
    same: dict[str, Any] = {"number": "5-CV/TU", "series": "XVI"}
    make_document(root, issuer="", type="", **same)
    document = draft(root, number="6-CV/TU", provisions=[("1", "a")])
    with pytest.raises(WrongState, match="đã có trong sổ"):
        correct(document, root, seen=0, **same)
    kept = Document.objects.get(pk=document.pk)
    assert (kept.number, kept.version, kept.provisions.count()) == ("6-CV/TU", 0, 1)
    assert correct(kept, root, seen=0, number="7-CV/TU").version == 1


# ---- throwing away ---------------------------------------------------------------------------------------


def test_a_draft_is_thrown_away_and_its_file_stays(root: Unit) -> None:
    board = make_board(root)
    document = bring_in(root, LETTER, SCAN, "a.pdf")
    documents.discard(document=document, unit=root, by=board, now=NOW)
    now_stored = stored()
    assert [now_stored[name] for name in ("Document", "Provision", "Citation", "StoredFile")] == [0, 0, 0, 1]
    entry = LedgerEntry.objects.get(event="document.discarded")
    assert (entry.by_id, entry.data) == (board.pk, {"number": "27-CV/TU"})
    assert bring_in(root, LETTER).is_draft  # and may be brought in again


def test_what_is_registered_is_never_thrown_away(root: Unit) -> None:
    document = make_document(root)
    with pytest.raises(WrongState):
        documents.discard(document=document, unit=root, by=None, now=NOW)
    stale = draft(root, number="2-CV/TU")
    documents.register(document=Document.objects.get(pk=stale.pk), state="to_know", unit=root, by=None, now=NOW)
    with pytest.raises(WrongState):
        documents.discard(document=stale, unit=root, by=None, now=NOW)
    other = draft(root, number="3-CV/TU")
    with pytest.raises(Forbidden):
        documents.discard(document=other, unit=root, by=make_office(root, "committee"), now=NOW)
    assert Document.objects.count() == 3
    assert not LedgerEntry.objects.filter(event="document.discarded").exists()


# ---- from when, until when -------------------------------------------------------------------------------


def force(document: Document, root: Unit, begins: date | None, ends: date | None, by: User | None = None) -> Document:
    return documents.set_force(
        document=document, in_force_on=begins, expires_on=ends, unit=root, by=by, now=NOW
    )


def test_when_a_document_holds_is_noted_and_told(root: Unit) -> None:
    document = make_document(root, issued_on=days(-30))
    before = Document.objects.values().get(pk=document.pk)
    force(document, root, days(-30), days(1))
    after = Document.objects.values().get(pk=document.pk)
    assert after == before | {"in_force_on": days(-30), "expires_on": days(1)}
    assert told("document.force_noted", document).data == {
        "in_force_on": days(-30).isoformat(), "expires_on": days(1).isoformat(),
    }
    assert force(document, root, None, None).effective_on == days(-30)


@pytest.mark.parametrize(("begins", "ends"), [(-31, None), (0, 0), (1, -1), (None, -30), (None, -31), (-31, 5)])
def test_days_that_cannot_be_are_refused(root: Unit, begins: int | None, ends: int | None) -> None:
    document = make_document(root, issued_on=days(-30))
    with pytest.raises(WrongState):
        force(document, root, *(None if day is None else days(day) for day in (begins, ends)))
    kept = Document.objects.get()
    assert (kept.in_force_on, kept.expires_on) == (None, None)
    assert not LedgerEntry.objects.filter(event="document.force_noted").exists()


def test_a_draft_says_itself_when_it_holds_and_only_the_registry_notes(root: Unit) -> None:
    with pytest.raises(WrongState):
        force(draft(root), root, TODAY, None)
    with pytest.raises(Forbidden):
        force(make_document(root), root, TODAY, None, by=make_office(root, "secretary"))
    assert not Document.objects.exclude(in_force_on=None).exists()


# ---- numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["31/QĐ-TW", "0-CV/TU", "007-CV/TU", "12-XYZ/TU", "abc", "số 5", "1234567-CV/TU", "V/v"]
)
def test_an_odd_number_is_warned_of_and_never_refused(root: Unit, number: str) -> None:
    document = documents.register(document=draft(root, number=number), state="to_know", unit=root, by=None, now=NOW)
    assert (document.number, document.state) == (number, "to_know")
    assert document.number_warnings


def test_by_number_as_integers(root: Unit) -> None:
    for number in ("729-CV/TU", "9-CV/TU", "85-QĐ/TW", "10/2020/NĐ-CP", "", "100-KH/TU", "Không số"):
        draft(root, number=number, issued_on=TODAY)
    listed = registry.chosen(Document.objects.all(), TODAY, {"thu_tu": "so"}).values_list("number", flat=True)
    assert list(listed)[:5] == ["9-CV/TU", "10/2020/NĐ-CP", "85-QĐ/TW", "100-KH/TU", "729-CV/TU"]
    assert set(listed[5:]) == {"", "Không số"}


def test_units_without_the_verb_have_no_registry() -> None:
    tree = make_tree()
    other = make_board(tree["Huyện A"])
    document = draft(tree["Tỉnh"])
    with pytest.raises(Forbidden):
        correct(document, tree["Tỉnh"], seen=0, by=other)
