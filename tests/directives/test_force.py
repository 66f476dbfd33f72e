"""Whether a document is still in force: counted once more by hand over random registries, and what leans on it."""

from dataclasses import dataclass
from datetime import date
from itertools import count, pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from directives.actions import rollouts
from directives.data import force, registry
from directives.data.force import Standing, leans, readable, shaken_by, standings
from directives.models import Citation, Document, Provision
from tests.factories import (
    INFORM,
    NOW,
    TODAY,
    days,
    make_board,
    make_document,
    make_office,
    make_rollout,
    make_tree,
    rolled_back,
)
from units.access import rights

pytestmark = pytest.mark.django_db
numbers = count(1)
YESTERDAY, TOMORROW = days(-1), days(1)


def unsaved(issued: int | None = -100, state: str = "reference", **fields: Any) -> Document:
    """A document issued so many days from TODAY; None when nobody knows the day."""
    told = {"issued_on": None if issued is None else days(issued), "number": f"{next(numbers)}-QĐ/TW"} | fields
    return Document(title="Quy định", created_at=NOW, state=state, sha256="0" * 64, **told)


def paper(issued: int | None = -100, state: str = "reference", **fields: Any) -> Document:
    document = unsaved(issued, state, **fields)
    document.save()
    return document


def says(source: Document, relation: str, target: Document, **fields: Any) -> Citation:
    return Citation.objects.create(source=source, target=target, relation=relation, as_written=target.number, **fields)


def replaces(newer: Document, older: Document) -> Citation:
    return says(newer, "replaces", older)


def amends(newer: Document, older: Document) -> Citation:
    return says(newer, "amends", older)


def standing(document: Document, today: date = TODAY) -> Standing:
    return standings([document], today)[document.pk]


# ---- random registries, counted by hand ------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """One random document; days count from TODAY."""

    issued: int | None
    in_force: int | None
    expires: int | None
    state: str


offset = st.one_of(st.none(), st.integers(-2, 2))
papers = st.builds(
    Paper, issued=offset, in_force=offset, expires=st.one_of(st.none(), offset),
    state=st.sampled_from(["reference", "reference", "directive", "to_know", "draft"]),
)
relations = st.sampled_from(["replaces", "replaces", "amends", "amends", "cites", "based_on"])
registries = st.integers(6, 8).flatmap(
    lambda size: st.tuples(
        st.lists(papers, min_size=size, max_size=size),
        st.lists(
            st.tuples(st.integers(0, size - 1), relations, st.integers(0, size - 1)).filter(lambda e: e[0] != e[2]),
            min_size=2, max_size=14,
        ),
    )
)
KNOWN = Paper(-2, None, None, "reference")
Edges = list[tuple[int, str, int]]


def day(offset_: int | None) -> date | None:
    return None if offset_ is None else days(offset_)


@dataclass
class Registry:
    """The same registry in the database and as plain lists."""

    told: list[Paper]
    edges: Edges
    rows: list[Document]

    def since(self, one: int) -> int | None:
        at = self.told[one].in_force
        return self.told[one].issued if at is None else at

    def order(self, one: int) -> tuple[int, int]:
        at = self.since(one)
        return (-999 if at is None else at, one)

    def sources(self, relation: str, of: int, *, coming: bool = False) -> list[int]:
        """Who, registered, says so of a document; `coming` are those whose day is still ahead."""
        return [
            source for source, how, target in self.edges
            if (how, target) == (relation, of) and self.told[source].state != "draft"
            and ((self.since(source) or 0) > 0) == coming
        ]

    def expected(self, one: int) -> dict[str, Any]:
        own, by = self.told[one], None
        replaced, amended = self.sources("replaces", one), self.sources("amends", one)
        if replaced:
            word, by = "replaced", max(replaced, key=self.order)
        elif own.expires is not None and own.expires <= 0:
            word = "expired"
        elif own.in_force is not None and own.in_force > 0:
            word = "pending"
        elif amended:
            word, by = "amended", max(amended, key=self.order)
        else:
            word = "unchanged"
        on = own.expires if word == "expired" else own.in_force if word == "pending" else None
        if by is not None:
            on = self.since(by)
        coming = min(self.sources("replaces", one, coming=True), key=self.order, default=None)
        return {
            "force": word, "by": by, "on": day(on), "coming": coming,
            "latest": self.end_of(by) if word == "replaced" and by is not None else None,
        }

    def end_of(self, one: int) -> int | None:
        """The end of the replacements that begin with one; None without a further one, or when they run in a ring."""
        way = [one]
        while replaced := self.sources("replaces", way[-1]):
            way.append(max(replaced, key=self.order))
            if way[-1] in way[:-1]:
                return None
        return way[-1] if len(way) > 1 else None

    def found(self, known: Standing) -> dict[str, Any]:
        places = {row.pk: index for index, row in enumerate(self.rows)}
        named = {name: getattr(known, name) for name in ("by", "coming", "latest")}
        return {"force": known.force, "on": known.on} | {
            name: places[one.pk] if one else None for name, one in named.items()
        }


def kept(told: list[Paper], edges: Edges) -> Registry:
    rows = Document.objects.bulk_create(
        [unsaved(one.issued, one.state, in_force_on=day(one.in_force), expires_on=day(one.expires)) for one in told]
    )
    Citation.objects.bulk_create([
        Citation(source=rows[source], relation=relation, target=rows[target]) for source, relation, target in edges
    ])
    return Registry(told, edges, rows)


@given(drawn=registries)
@example(drawn=([KNOWN] * 6, [(1, "replaces", 0), (0, "replaces", 1)]))
@example(drawn=([KNOWN] * 6, [(1, "replaces", 0), (2, "replaces", 1), (0, "replaces", 2)]))
@example(drawn=([KNOWN] * 6, [(1, "replaces", 0), (2, "replaces", 1), (3, "replaces", 2), (2, "replaces", 3)]))
@example(drawn=([*[KNOWN] * 3, Paper(-1, None, None, "to_know"), KNOWN, KNOWN], [
    (1, "replaces", 0), (3, "replaces", 1), (2, "replaces", 1),
]))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_standings_are_what_a_clerk_would_find_leaf_by_leaf(drawn: tuple[list[Paper], Edges]) -> None:
    with rolled_back():
        registry_ = kept(*drawn)
        known = standings(registry_.rows, TODAY)
        assert set(known) == {row.pk for row in registry_.rows}
        for index, row in enumerate(registry_.rows):
            expected = registry_.expected(index)
            assert registry_.found(known[row.pk]) == expected
            alone = standing(Document.objects.get(pk=row.pk))  # asked alone or with others: the same
            assert registry_.found(alone) == expected
            assert known[row.pk].ended == (expected["force"] in ("replaced", "expired"))


@given(drawn=registries)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_lists_filters_say_what_the_standings_say(drawn: tuple[list[Paper], Edges]) -> None:
    with rolled_back():
        kept(*drawn)
        every = list(Document.objects.all())
        for today in (days(-2), TODAY, TOMORROW):
            known = standings(every, today)

            def which(word: str, today: date = today) -> set[int]:
                return {one.pk for one in registry.chosen(Document.objects.all(), today, {"hieu_luc": word})}

            assert which("thay-the") == {pk for pk, one in known.items() if one.force == "replaced"}
            assert which("con") == {pk for pk, one in known.items() if not one.ended}
            passed = {one.pk for one in every if one.expires_on and one.expires_on <= today}
            assert which("het") == passed
            assert {pk for pk, one in known.items() if one.force == "expired"} == passed - which("thay-the")


@given(drawn=registries)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_leans_is_what_is_cited_and_ended_and_not_replaced_by_it(drawn: tuple[list[Paper], Edges]) -> None:
    with rolled_back():
        registry_ = kept(*drawn)
        for index, row in enumerate(registry_.rows):
            own = {target for source, how, target in registry_.edges if (source, how) == (index, "replaces")}
            expected = [
                (target, how) for source, how, target in registry_.edges if source == index and target not in own
                and registry_.expected(target)["force"] in ("replaced", "expired")
            ]
            found = leans(row, TODAY)
            places = {one.pk: at for at, one in enumerate(registry_.rows)}
            assert [(places[one.citation.target_id or 0], one.citation.relation) for one in found] == expected
            assert all(one.standing.ended and one.citation.target in one.named for one in found)


# ---- one case each, to be read ---------------------------------------------------------------------------


def test_the_day_itself_counts() -> None:
    older, newer = paper(), paper(-30, in_force_on=TODAY)
    replaces(newer, older)
    assert [standing(older, on).force for on in (YESTERDAY, TODAY)] == ["unchanged", "replaced"]
    assert (standing(older, YESTERDAY).coming, standing(older).coming, standing(older).on) == (newer, None, TODAY)
    ending = paper(expires_on=TODAY)
    assert [standing(ending, on).force for on in (YESTERDAY, TODAY)] == ["unchanged", "expired"]
    beginning = paper(in_force_on=TODAY)
    assert [standing(beginning, on).force for on in (YESTERDAY, TODAY)] == ["pending", "unchanged"]


def test_what_a_draft_says_changes_nothing() -> None:
    older, drafted = paper(), paper(state="draft")
    replaces(drafted, older)
    amends(drafted, older)
    assert standing(older) == Standing("unchanged")
    Document.objects.filter(pk=drafted.pk).update(state="to_know")
    assert (standing(older).force, standing(older).by) == ("replaced", drafted)


def test_a_replacement_of_which_nobody_knows_the_day_counts_but_a_dated_one_is_named_first() -> None:
    older, undated = paper(), paper(None)
    replaces(undated, older)
    assert (standing(older).by, standing(older).on) == (undated, None)
    dated = paper(-5)
    replaces(dated, older)
    assert (standing(older).by, standing(older).on) == (dated, days(-5))


def test_a_chain_tells_its_first_and_its_last() -> None:
    chain = [paper(-100 + n) for n in range(6)]
    for older, newer in pairwise(chain):
        replaces(newer, older)
    known = standings(chain, TODAY)
    assert [known[one.pk].by for one in chain] == [*chain[1:], None]
    assert [known[one.pk].latest for one in chain] == [*[chain[-1]] * 4, None, None]
    assert known[chain[0].pk].named == [chain[1], chain[-1]]


@pytest.mark.parametrize("size", [2, 3, 5])
def test_replacements_that_run_in_a_ring_end(size: int) -> None:
    """A slip of the registry; each is replaced by the next, and none holds in the end."""
    ring = [paper() for _ in range(size)]
    for one, older in enumerate(ring):
        replaces(ring[(one + 1) % size], older)
    with CaptureQueriesContext(connection) as queries:
        known = standings(ring, TODAY)
    assert [known[one.pk].by for one in ring] == [*ring[1:], ring[0]]
    assert {known[one.pk].latest for one in ring} == {None}
    assert len(queries) <= size + 2


def test_a_very_long_chain_ends_too() -> None:
    chain = [paper(-300 + n) for n in range(60)]
    for older, newer in pairwise(chain):
        replaces(newer, older)
    with CaptureQueriesContext(connection) as queries:
        found = standing(chain[0])
    assert found.by == chain[1]
    assert found.latest in chain[force._DEEPEST:]
    assert len(queries) <= force._DEEPEST + 2


def test_the_sooner_of_two_that_are_coming_is_named() -> None:
    older, later, sooner = paper(), paper(20), paper(10)
    replaces(later, older)
    replaces(sooner, older)
    assert standing(older).coming == sooner


def test_the_price_is_the_same_for_one_and_for_ten() -> None:
    def price(some: list[Document]) -> int:
        with CaptureQueriesContext(connection) as queries:
            standings(some, TODAY)
        return len(queries)

    untouched, touched = [paper() for _ in range(10)], [paper() for _ in range(10)]
    for one in touched:
        replaces(paper(-3), one)
        amends(paper(-2), one)
    assert price(untouched[:1]) == price(untouched) == 1
    assert price(touched[:1]) == price(touched) <= 3
    assert price([]) <= 1


def test_its_own_target_does_not_lean_however_often_it_is_named() -> None:
    older, expired, newer = paper(), paper(expires_on=YESTERDAY), paper(-3)
    says(newer, "cites", older)
    says(newer, "replaces", older)
    says(newer, "based_on", expired)
    says(newer, "amends", paper())
    assert [(one.citation.target, one.citation.relation) for one in leans(newer, TODAY)] == [(expired, "based_on")]


# ---- what an entry touches -------------------------------------------------------------------------------


def test_what_an_entry_touches_is_told_to_those_who_may_see_it() -> None:
    tree = make_tree()
    root = tree["Tỉnh"]
    old, kept_ = paper(number="1-QĐ/TW"), paper(number="2-QĐ/TW")
    letter = make_document(root, number="10-CV/TU")
    part = Provision.objects.create(document=letter, label="4", text="a", order=1)
    quiet, drafted = paper(state="to_know"), paper(state="draft")
    named = says(letter, "based_on", old, provision=part)
    also = says(quiet, "cites", old)
    says(drafted, "cites", old)
    says(letter, "cites", kept_)
    newer = paper(-3, number="3-QĐ/TW")
    change = replaces(newer, old)
    says(newer, "cites", kept_)
    says(newer, "guides", paper())
    running = make_rollout(root, document=letter, audience={"grassroots": "act"})
    ended = make_rollout(root, document=letter, audience={"cell": "act"})
    rollouts.close(rollout=ended, by=None, now=NOW)
    make_rollout(root, document=letter, issued=False)
    make_rollout(root, document=make_document(root, number="11-CV/TU"), audience={"party_group": INFORM, "cell": "act"})

    found = shaken_by(newer, rights(make_board(root), TODAY))
    assert [(one.citation, one.document) for one in found] == [(change, old)]
    assert (found[0].cited_by, found[0].rollouts) == ([named, also], [running])
    assert found[0].cited_by[0].provision == part

    below = rights(make_office(tree["Xã A1"]), TODAY)
    assert [(one.cited_by, one.rollouts) for one in shaken_by(newer, below)] == [([named, also], [running])]
    beside = rights(make_office(tree["Đảng đoàn C"]), TODAY)
    assert [(one.cited_by, one.rollouts) for one in shaken_by(newer, beside)] == [([also], [])]
    nobody = rights(make_office(root, "administrator"), TODAY)
    assert [(one.cited_by, one.rollouts) for one in shaken_by(newer, nobody)] == [([], [])]


def test_each_of_several_that_an_entry_touches_has_its_own() -> None:
    tree = make_tree()
    root, board = tree["Tỉnh"], make_board(tree["Tỉnh"])
    first, second = make_document(root, number="1-CV/TU"), make_document(root, number="2-CV/TU")
    of_first, of_second = (make_rollout(root, document=one, audience={"cell": "act"}) for one in (first, second))
    leaning = says(paper(), "cites", second)
    successor = replaces(paper(-9), second)  # another replacement does not lean on what it replaces
    newer = paper(-3)
    replaces(newer, first)
    amends(newer, second)
    found = shaken_by(newer, rights(board, TODAY))
    assert [(one.document, one.cited_by, one.rollouts) for one in found] == [
        (first, [], [of_first]), (second, [leaning], [of_second]),
    ]
    assert successor not in found[1].cited_by
    assert shaken_by(paper(), rights(board, TODAY)) == []


def test_what_one_may_not_open_is_named_and_not_linked() -> None:
    tree = make_tree()
    hidden, shown, drafted = paper(), paper(state="to_know"), paper(state="draft")
    clerk = rights(make_office(tree["Xã A1"]), TODAY)
    assert readable([hidden, shown, drafted], clerk) == {shown.pk}
    board = rights(make_board(tree["Tỉnh"]), TODAY)
    assert readable([hidden, shown, drafted], board) == {hidden.pk, shown.pk, drafted.pk}
