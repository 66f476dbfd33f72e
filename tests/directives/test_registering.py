"""Into the registry: for what purpose, in whose place, and which documents the citations mean from then on."""

from datetime import date
from typing import Any

import pytest

from directives.actions import documents
from directives.actions.content import Cited, Content
from directives.actions.documents import WrongState
from directives.data.force import standings
from directives.data.meant import candidates
from directives.models import Citation, Document
from tests.factories import NOW, TODAY, at_once, make_board, make_rollout, make_tree, make_unit
from units.models import LedgerEntry, Unit

pytestmark = pytest.mark.django_db
NUMBER, DAY = "85-QĐ/TW", date(2022, 10, 7)


@pytest.fixture
def root() -> Unit:
    return make_unit("Tỉnh")


def draft(root: Unit, **content: Any) -> Document:
    return documents.draft(content=Content(**({"title": "Trích yếu"} | content)), unit=root, by=None, now=NOW)


def register(document: Document, root: Unit, state: str = "to_know") -> Document:
    return documents.register(document=document, state=state, unit=root, by=None, now=NOW)


def letter(root: Unit, number: str, *cited: Cited, **content: Any) -> Document:
    return register(draft(root, number=number, citations=list(cited), **content), root)


def names(number: str = NUMBER, **more: Any) -> Cited:
    return Cited(**({"title": "", "number": number} | more))


def numbered(number: str = NUMBER) -> list[Document]:
    return list(Document.objects.filter(number=number).order_by("pk"))


def targets(document: Document) -> list[Document | None]:
    return [citation.target for citation in document.citations.order_by("pk")]


@pytest.mark.parametrize(
    ("state", "may_be_rolled_out"), [("directive", True), ("to_know", False), ("reference", False)]
)
def test_a_purpose(state: str, may_be_rolled_out: bool) -> None:
    root = make_tree()["Tỉnh"]
    document = register(draft(root, number="1-CV/TU", text="Toàn văn"), root, state)
    assert Document.objects.get().state == document.state == state
    entry = LedgerEntry.objects.get(event="document.registered")
    assert entry.data == {"state": state, "sha256": document.sha256}
    assert document.version == 1
    if may_be_rolled_out:
        assert make_rollout(root, document=document).issued_at
    else:
        with pytest.raises(WrongState):
            make_rollout(root, document=document)


# ---- in the place of an entry that only stood for it -----------------------------------------------------


def test_it_takes_the_place_of_what_stood_for_it(root: Unit) -> None:
    citing = [letter(root, f"{n}-CV/TU", names(issued_on=DAY)) for n in (1, 2)]
    (stub,) = numbered()
    pending = draft(root, number="3-CV/TU", citations=[names(relation="replaces")])
    document = register(draft(root, number=NUMBER, issued_on=DAY, text="Toàn văn", title="Trang thông tin"), root)
    assert numbered() == [document]
    assert not Document.objects.filter(pk=stub.pk).exists()
    assert [targets(one) for one in (*citing, pending)] == [[document]] * 3
    assert [c.relation for c in document.cited_by.order_by("pk")] == ["cites", "cites", "replaces"]
    assert (document.text, document.title) == ("Toàn văn", "Trang thông tin")


def test_what_was_noted_of_it_before_is_kept(root: Unit) -> None:
    """An entry made by hand of a paper not at hand: what it replaces, and since when, is known before its text."""
    old = letter(root, "47-QĐ/TW")
    noted = register(draft(
        root, number=NUMBER, in_force_on=date(2022, 11, 1), expires_on=date(2030, 1, 1),
        citations=[
            names("47-QĐ/TW", relation="replaces"), names("9-NQ/TW"),
            Cited(title="chủ trương", explicit=False, as_written="chủ trương của Đảng"),
        ],
    ), root, "reference")
    other = Document.objects.get(number="9-NQ/TW")
    allusion = Cited(title="pháp luật", explicit=False, as_written="pháp luật của Nhà nước")
    document = register(draft(
        root, number=NUMBER, issued_on=DAY, text="Toàn văn", citations=[names("9-NQ/TW"), allusion],
    ), root)
    assert not Document.objects.filter(pk=noted.pk).exists()
    said = [(c.relation, c.target, c.as_written) for c in document.citations.order_by("pk")]
    assert sorted(said, key=str) == sorted([
        ("replaces", old, "47-QĐ/TW"), ("cites", other, "9-NQ/TW"), ("cites", None, "chủ trương của Đảng"),
        ("cites", None, "pháp luật của Nhà nước"),
    ], key=str)
    assert (document.in_force_on, document.expires_on) == (date(2022, 11, 1), date(2030, 1, 1))
    assert standings([old], TODAY)[old.pk].by == document


def test_its_own_days_stand_before_those_noted(root: Unit) -> None:
    register(draft(root, number=NUMBER, in_force_on=date(2022, 11, 1), expires_on=date(2030, 1, 1)), root, "reference")
    own = {"in_force_on": date(2022, 12, 1), "expires_on": date(2031, 1, 1)}
    document = register(draft(root, number=NUMBER, text="Toàn văn", **own), root)
    assert {name: getattr(document, name) for name in own} == own
    assert len(numbered()) == 1


@pytest.mark.parametrize(
    ("stub", "own"),
    [
        ({"issued_on": DAY}, {"issued_on": date(2012, 10, 7)}),
        ({"issuer": "Ban Bí thư"}, {"issuer": "Bộ Chính trị"}),
        ({"issuer": "Ban Bí thư", "issued_on": DAY}, {"issuer": "Bộ Chính trị", "issued_on": DAY}),
    ],
)
def test_another_paper_of_the_same_number_is_left(root: Unit, stub: dict[str, Any], own: dict[str, Any]) -> None:
    """A number comes back each term, and every issuer counts its own."""
    entry = register(draft(root, number=NUMBER, **stub), root, "reference")
    citing = letter(root, "1-CV/TU", names())
    document = register(draft(root, number=NUMBER, text="Toàn văn", **own), root)
    assert numbered() == [entry, document]
    assert targets(citing) == [entry]


@pytest.mark.parametrize("told", [{"text": "Đã có toàn văn"}, {"provisions": [("1", "Đã gõ")]}, {"preamble": "Đã gõ"}])
def test_an_entry_that_says_something_itself_is_left(root: Unit, told: dict[str, Any]) -> None:
    entry = register(draft(root, number=NUMBER, **told), root, "reference")
    document = register(draft(root, number=NUMBER, text="Toàn văn"), root)
    assert numbered() == [entry, document]
    assert (entry.provisions.count(), document.provisions.count()) == (len(told.get("provisions", [])), 0)


def test_of_two_entries_of_other_days_an_undated_paper_takes_neither_place(root: Unit) -> None:
    first, second = (letter(root, f"{n}-CV/TU", names(issued_on=date(2000 + n, 1, 1))) for n in (12, 22))
    entries = numbered()
    document = register(draft(root, number=NUMBER, text="Toàn văn"), root)
    assert numbered() == [*entries, document]
    assert [targets(first), targets(second)] == [[entry] for entry in entries]


def test_a_dated_paper_takes_the_place_of_its_own_day_and_of_none(root: Unit) -> None:
    for n, day in ((1, DAY), (2, date(2012, 1, 1))):
        letter(root, f"{n}-CV/TU", names(issued_on=day))
    register(draft(root, number=NUMBER), root, "reference")
    document = register(draft(root, number=NUMBER, issued_on=DAY, text="Toàn văn"), root)
    assert [one.issued_on for one in numbered()] == [date(2012, 1, 1), DAY]
    assert targets(Document.objects.get(number="1-CV/TU")) == [document]


def test_a_paper_that_names_itself_makes_no_entry_of_itself(root: Unit) -> None:
    """ "Ban hành kèm theo Quy định số 85-QĐ/TW", in that very regulation, whether an entry stood for it or not."""
    alone = letter(root, "1-CV/TU", names("1-CV/TU"))
    assert (numbered("1-CV/TU"), targets(alone)) == ([alone], [None])
    letter(root, "2-CV/TU", names())
    own = [names(), names(issued_on=DAY), names(issued_on=date(2012, 1, 1))]
    document = register(draft(root, number=NUMBER, issued_on=DAY, text="Toàn văn", citations=own), root)
    other = Document.objects.get(number=NUMBER, issued_on=date(2012, 1, 1))
    assert numbered() == [document, other]
    assert targets(document) == [None, None, other]
    later = letter(root, "3-CV/TU", names(issued_on=DAY))
    assert targets(later) == [document]


# ---- refused ---------------------------------------------------------------------------------------------


def test_a_twin_of_the_same_term_is_refused_and_the_draft_stays_as_it_was(root: Unit) -> None:
    told: dict[str, Any] = {"number": "729-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy", "series": "XVI"}
    letter(root, "1-CV/TU", names("729-CV/TU"))
    entry = Document.objects.get(number="729-CV/TU")
    second = draft(root, **told, text="Hai", citations=[names()])
    Document.objects.filter(pk=second.pk).update(series="")  # drafted before anybody knew the term
    first = register(draft(root, **told, text="Một"), root)
    assert not Document.objects.filter(pk=entry.pk).exists()
    Document.objects.filter(pk=second.pk).update(series="XVI")
    before = Document.objects.values().get(pk=second.pk)
    drafted = Document.objects.get(pk=second.pk)
    with pytest.raises(WrongState, match="đã có trong sổ"):
        register(drafted, root)
    assert Document.objects.values().get(pk=second.pk) == before
    assert (targets(second), Document.objects.filter(number=NUMBER).count()) == ([None], 0)
    assert targets(Document.objects.get(number="1-CV/TU")) == [first]
    assert LedgerEntry.objects.filter(event="document.registered", subject_id=second.pk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_twins_registered_at_once_one_is_refused() -> None:
    root = make_unit("Tỉnh")
    told: dict[str, Any] = {"number": "729-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy"}
    letter(root, "1-CV/TU", names("729-CV/TU"))
    twins = [draft(root, text=text, **told) for text in ("Một", "Hai", "Ba")]
    Document.objects.filter(state="draft").update(series="XVI")
    outcomes = at_once([lambda pk=one.pk: register(Document.objects.get(pk=pk), root) for one in twins])
    assert sorted(type(each).__name__ for each in outcomes) == ["Document", "WrongState", "WrongState"]
    won = Document.objects.get(number="729-CV/TU", state="to_know")
    assert targets(Document.objects.get(number="1-CV/TU")) == [won]
    assert Document.objects.filter(state="draft").count() == 2


def test_what_was_corrected_meanwhile_is_not_registered_unseen(root: Unit) -> None:
    stale = draft(root, number="1-CV/TU")
    documents.correct(
        document=Document.objects.get(), content=Content(title="Khác", number="2-CV/TU"), seen=0, unit=root, by=None,
        now=NOW,
    )
    with pytest.raises(WrongState, match="người khác sửa"):
        register(stale, root)
    assert (Document.objects.get().state, Document.objects.get().number) == ("draft", "2-CV/TU")


def test_only_a_directive_is_revised(root: Unit) -> None:
    known = register(draft(root, number="1-CV/TU"), root, "to_know")
    changing = draft(root, number="2-CV/TU", revises=known, revision="replacement")
    with pytest.raises(WrongState):
        register(changing, root, "directive")
    assert Document.objects.get(pk=changing.pk).is_draft


# ---- which document is meant -----------------------------------------------------------------------------

LAW = "An ninh mạng"


def law(root: Unit, year: int, number: str, in_force: date | None = None) -> Document:
    told: dict[str, Any] = {"title": LAW, "type": "Luật", "issuer": "Quốc hội", "series": str(year)}
    drafted = draft(root, number=number, issued_on=date(year, 6, 12), in_force_on=in_force, **told)
    return register(drafted, root, "reference")


def by_name(title: str = LAW, **more: Any) -> Cited:
    return Cited(**({"title": title, "type": "Luật", "as_written": "Luật An ninh mạng"} | more))


def test_everything_unknown_enters_once_and_allusions_never(root: Unit) -> None:
    cited = [
        names("9-NQ/TW", issued_on=DAY), names("9-NQ/TW", issued_on=DAY, relation="guides"), names("9-NQ/TW"),
        by_name(), by_name("Luật an ninh mạng"), Cited(title="pháp luật", explicit=False, as_written="pháp luật"),
        Cited(title="", explicit=True, as_written="văn bản trên"),
        Cited(title="Điều lệ Đảng", number="1-ĐL/TW", explicit=False),
    ]
    first = letter(root, "1-CV/TU", *cited)
    entered = list(Document.objects.exclude(pk=first.pk).order_by("pk"))
    assert [(one.number, one.title, one.state) for one in entered] == [
        ("9-NQ/TW", "9-NQ/TW", "reference"), ("", LAW, "reference"), ("1-ĐL/TW", "Điều lệ Đảng", "reference"),
    ]
    resolution, named, charter = entered
    expected = [resolution] * 3 + [named] * 2 + [None] * 2 + [charter]
    assert targets(first) == expected
    assert targets(letter(root, "2-CV/TU", *cited)) == expected
    assert Document.objects.count() == 5


def test_nothing_enters_while_a_letter_is_only_a_draft(root: Unit) -> None:
    drafted = draft(root, number="1-CV/TU", citations=[names(), by_name()])
    assert (Document.objects.count(), targets(drafted)) == (1, [None, None])


@pytest.mark.parametrize(
    ("on", "meant"),
    [
        (date(2018, 12, 31), 0), (date(2019, 1, 1), 1), (date(2026, 6, 30), 1), (date(2026, 7, 1), 2),
        (date(2026, 10, 1), 2), (None, 0),
    ],
)
def test_a_law_by_name_is_the_one_in_force_on_the_letters_day(root: Unit, on: date | None, meant: int) -> None:
    """0: none; two laws bear the name, and which is meant a person must say by its number."""
    laws = [law(root, 2018, "24/2018/QH14", date(2019, 1, 1)), law(root, 2025, "116/2025/QH15", date(2026, 7, 1))]
    entered = letter(root, "1-CV/TU", by_name(), issued_on=on)
    if on == date(2018, 12, 31):  # only one had been passed by then
        assert targets(entered) == [laws[0]]
    else:
        assert targets(entered) == [[None, *laws][meant]]
    assert Document.objects.filter(type="Luật").count() == 2
    passed = laws[:1] if on and on < date(2025, 6, 12) else laws
    assert candidates(entered.citations.get(), entered) == passed
    by_number = letter(root, "2-CV/TU", by_name(number="24/2018/QH14"), issued_on=on)
    assert targets(by_number) == [laws[0]]


def test_the_day_a_citation_gives_tells_laws_of_one_name_apart(root: Unit) -> None:
    older, newer = law(root, 2018, "24/2018/QH14"), law(root, 2025, "116/2025/QH15")
    told = {"issued_on": date(2026, 10, 1)}
    dated = letter(root, "1-CV/TU", by_name(issued_on=older.issued_on), by_name(issued_on=newer.issued_on), **told)
    assert targets(dated) == [older, newer]


def test_a_letter_does_not_mean_what_came_after_it(root: Unit) -> None:
    later_law = law(root, 2025, "116/2025/QH15")
    later = letter(root, NUMBER, issued_on=date(2025, 1, 1))
    old = letter(root, "1-CV/TU", by_name(), names(), issued_on=date(2020, 5, 1))
    assert later_law not in targets(old)
    assert later not in targets(old)
    assert all(one and (one.text, one.issued_on, one.state) == ("", None, "reference") for one in targets(old))
    dated = letter(root, "2-CV/TU", names(issued_on=date(2025, 1, 1)), issued_on=date(2020, 5, 1))
    assert targets(dated) == [later]  # the day it gives is believed before its own


def test_a_number_borne_twice_is_linked_only_by_its_day(root: Unit) -> None:
    older, newer = (letter(root, NUMBER, issued_on=date(year, 1, 1), text=f"{year}") for year in (2012, 2022))
    told = [names(), names(issued_on=date(2012, 1, 1)), names(issued_on=date(2022, 1, 1))]
    assert targets(letter(root, "1-CV/TU", *told)) == [None, older, newer]
    assert len(numbered()) == 2


def test_what_a_draft_is_named_by_is_no_document_yet(root: Unit) -> None:
    drafted = draft(root, number=NUMBER)
    citing = letter(root, "1-CV/TU", names())
    assert targets(citing) != [drafted]
    registered = register(drafted, root)
    assert targets(citing) == [registered]
    assert Citation.objects.get().number == NUMBER


def test_registering_asks_for_the_verb_first(root: Unit) -> None:
    tree_board = make_board(make_unit("Khác", "committee", root))
    drafted = draft(root, number="1-CV/TU", citations=[names()])
    with pytest.raises(documents.access.Forbidden):
        documents.register(document=drafted, state="to_know", unit=root, by=tree_board, now=NOW)
    assert (Document.objects.count(), Document.objects.get().state) == (1, "draft")
