"""From a draft to the registry: bound to its text, linked to what it cites, found with or without marks."""

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from directives.actions import documents
from directives.actions.content import Cited, Content
from directives.actions.documents import WrongState
from directives.data.force import standings
from directives.models import Citation, Document
from tests.factories import (
    INFORM,
    NOW,
    TODAY,
    at_once,
    make_board,
    make_document,
    make_file,
    make_office,
    make_rollout,
    make_tree,
    make_unit,
)
from units.access import Forbidden, rights
from units.models import LedgerEntry, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Unit:
    return make_unit("Tỉnh")


def draft(root: Unit, **content: Any) -> Document:
    return documents.draft(content=Content(**({"title": "Trích yếu"} | content)), unit=root, by=None, now=NOW)


def register(document: Document, root: Unit, state: str = "directive", **more: Any) -> Document:
    return documents.register(document=document, state=state, unit=root, **({"by": None, "now": NOW} | more))


def correct(document: Document, root: Unit, *, by: Any = None, seen: int | None = None, **content: Any) -> Document:
    told = Content(**({"title": "Trích yếu"} | content))
    at = document.version if seen is None else seen
    return documents.correct(document=document, content=told, seen=at, unit=root, by=by, now=NOW)


def test_a_draft_keeps_what_was_read_and_leaves_the_unknown_empty(root: Unit) -> None:
    document = draft(
        root, number="729-CV/TU", title="  Về  quản lý\u00a0mạng ", provisions=[("4", "a"), ("4.1", "b"), ("4.1", "c")],
        addressees=["Các huyện ủy"], text="Toàn văn",
    )
    assert (document.number, document.num, document.title, document.state) == (
        "729-CV/TU", 729, "Về quản lý mạng", "draft",
    )
    assert (document.issued_on, document.series, document.sha256, document.issuer) == (None, "", "", "")
    parts = [(p.label, p.text, p.parent.label if p.parent else None) for p in document.provisions.order_by("order")]
    assert parts == [("4", "a", None), ("4.1", "b", "4")]  # a label read twice is a slip; the first stands
    assert LedgerEntry.objects.get(event="document.drafted").subject_id == document.pk


def test_registering_binds_it_to_its_text_or_to_its_file(root: Unit) -> None:
    document = register(draft(root, text="Toàn văn"), root)
    assert document.sha256 == sha256("Toàn văn".encode()).hexdigest()
    kept = make_file()
    with_file = documents.draft(content=Content(title="a"), unit=root, by=None, now=NOW, file=kept)
    assert register(with_file, root).sha256 == kept.sha256
    assert Document.objects.get(pk=document.pk).state == "directive"


def test_it_is_registered_once_and_never_changed_afterwards(root: Unit) -> None:
    document = register(draft(root), root)
    stale = Document.objects.get(pk=document.pk)
    with pytest.raises(WrongState):
        register(stale, root, "to_know")
    with pytest.raises(WrongState, match="đã vào sổ"):
        correct(Document.objects.get(), root, title="Khác")
    kept = Document.objects.get()
    assert (kept.state, kept.title) == ("directive", "Trích yếu")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_at_the_same_moment_one_wins() -> None:
    root = make_unit("Tỉnh")
    draft(root)
    outcomes = at_once([lambda: register(Document.objects.get(), root)] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Document", "WrongState", "WrongState"]
    assert LedgerEntry.objects.filter(event="document.registered").count() == 1


def test_a_number_stands_once_in_its_issuers_term(root: Unit) -> None:
    told: dict[str, Any] = {"number": "729-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy", "series": "XVI"}
    register(draft(root, **told), root)
    with pytest.raises(WrongState, match="đã có trong sổ"):
        draft(root, **told)
    second = register(draft(root, **(told | {"series": "XVII"})), root)
    third = draft(root, **(told | {"series": ""}))  # without a term a number says nothing yet
    with pytest.raises(WrongState, match="đã có trong sổ"):
        correct(third, root, **(told | {"series": "XVI"}))
    assert set(Document.objects.values_list("series", flat=True)) == {"XVI", second.series, ""}


def test_what_cannot_be_drafted_or_registered(root: Unit) -> None:
    with pytest.raises(WrongState):
        draft(root, title="", number="")
    document = draft(root)
    for state in ("draft", "khac"):
        with pytest.raises(WrongState):
            register(document, root, state)
    assert Document.objects.get().state == "draft"


def test_a_correction_follows_through_to_number_and_search(root: Unit) -> None:
    document = draft(root, number="72-CV/TU")
    correct(document, root, number="729-CV/TU", title="Đảng ủy")
    kept = Document.objects.get()
    assert (kept.num, kept.number) == (729, "729-CV/TU")
    assert [list(Document.objects.search(words)) for words in ("dang uy", "ĐẢNG 729", "dang khac")] == [
        [kept], [kept], [],
    ]


@pytest.mark.parametrize(
    ("role", "may"), [("registry", True), ("board", True), ("committee", False), ("secretary", False)]
)
def test_who_keeps_the_registry(root: Unit, role: str, may: bool) -> None:
    user = make_office(root, role)
    if may:
        drafted = documents.draft(content=Content(title="a"), unit=root, by=user, now=NOW)
        assert register(drafted, root, by=user).state == "directive"
        return
    drafted = draft(root)
    with pytest.raises(Forbidden):
        documents.draft(content=Content(title="a"), unit=root, by=user, now=NOW)
    with pytest.raises(Forbidden):
        register(drafted, root, by=user)
    with pytest.raises(Forbidden):
        correct(drafted, root, title="b", by=user)
    assert Document.objects.get().state == "draft"


# ---- citations -------------------------------------------------------------------------------------------

LAW = Cited(title="An ninh mạng", number="24/2018/QH14", type="Luật", issuer="Quốc hội", issued_on=date(2018, 6, 12))


def test_a_cited_document_enters_the_registry_once_to_refer_to(root: Unit) -> None:
    first, second = (register(draft(root, number=f"{n}-CV/TU", citations=[LAW]), root) for n in (1, 2))
    law = Document.objects.get(number="24/2018/QH14")
    assert (law.state, law.issued_on, law.title) == ("reference", date(2018, 6, 12), "An ninh mạng")
    assert {citation.target for document in (first, second) for citation in document.citations.all()} == {law}


def test_a_number_without_a_term_is_told_apart_by_its_date(root: Unit) -> None:
    told: dict[str, Any] = {"title": "", "number": "01-CT/TU"}
    register(draft(root, number="9-CV/TU", citations=[Cited(**told, issued_on=date(2020, 1, 1))]), root)
    register(draft(root, number="8-CV/TU", citations=[Cited(**told, issued_on=date(2025, 1, 1))]), root)
    assert set(Document.objects.filter(number="01-CT/TU").values_list("issued_on", flat=True)) == {
        date(2020, 1, 1), date(2025, 1, 1),
    }


def test_a_mere_allusion_is_kept_and_not_linked(root: Unit) -> None:
    document = draft(
        root, provisions=[("4.1", "a")],
        citations=[Cited(title="Luật An ninh mạng", explicit=False, as_written="pháp luật về mạng", provision="4.1")],
    )
    citation = document.citations.get()
    assert (citation.target, citation.explicit, citation.as_written) == (None, False, "pháp luật về mạng")
    assert citation.provision is not None
    assert (citation.provision.label, Document.objects.count()) == ("4.1", 1)


def test_what_replaced_a_document_counts_once_it_is_registered(root: Unit) -> None:
    register(draft(root, number="1-CV/TU", citations=[LAW]), root)
    law = Document.objects.get(number=LAW.number)
    newer = draft(root, number="116/2025/QH15", citations=[Cited(title="", number=LAW.number, relation="replaces")])
    assert Citation.objects.filter(target=law).count() == 2
    assert standings([law], TODAY)[law.pk].force == "unchanged"
    register(newer, root, "reference")
    known = standings([law, newer], TODAY)
    assert (known[law.pk].force, known[law.pk].by, known[newer.pk].force) == ("replaced", newer, "unchanged")


# ---- who sees which --------------------------------------------------------------------------------------


def test_one_sees_what_was_rolled_out_to_one_and_what_that_cites() -> None:
    tree = make_tree()
    root = tree["Tỉnh"]
    letter = make_document(root, number="1-CV/TU", citations=[LAW])
    law = Document.objects.get(number=LAW.number)
    elsewhere = make_document(root, number="2-CV/TU")
    unissued = make_document(root, number="3-CV/TU")
    drafted = draft(root, number="4-CV/TU")
    make_rollout(root, document=letter, audience={"grassroots": "act"})
    make_rollout(root, document=elsewhere, audience={"party_group": INFORM, "grassroots_cell": "act"})
    make_rollout(root, document=unissued, issued=False)
    everything = {letter, law, elsewhere, unissued, drafted}
    registered = everything - {drafted}

    def seen(name: str, role: str = "secretary") -> set[Document]:
        return set(Document.objects.visible_to(rights(make_office(tree[name], role), TODAY)))

    assert seen("Xã A1") == {letter, law}
    assert seen("Huyện A") == {letter, law}
    assert seen("Đảng đoàn C") == seen("B1") == {elsewhere}
    assert seen("A1.1") == set()
    assert seen("Tỉnh", "committee") == registered
    assert set(Document.objects.visible_to(rights(make_board(root), TODAY))) == everything
    assert seen("Tỉnh", "administrator") == set()
