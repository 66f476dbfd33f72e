"""Which documents one sees: what is for all to know, what was rolled out, what that cites; drafts never."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directives.actions import documents, remind
from directives.actions.content import Content
from directives.actions.documents import WrongState
from directives.data import figures
from directives.data.duties import duties
from directives.models import Assignment, Citation, Document, Reminder, Rollout
from outbox.models import Mail
from tests.directives.desk import signed_in
from tests.factories import (
    NOW,
    TODAY,
    Tree,
    at,
    days,
    make_document,
    make_office,
    make_rollout,
    make_tree,
    rolled_back,
)
from units.access import Verb, rights
from units.models import Office, User

pytestmark = pytest.mark.django_db
KEEPERS = {Office.Role.BOARD, Office.Role.HEAD, Office.Role.REGISTRY}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def seen(user: User) -> set[Document]:
    return set(Document.objects.visible_to(rights(user, TODAY)))


def draft(tree: Tree, **content: Any) -> Document:
    told = {"title": "Dự thảo"} | content
    return documents.draft(content=Content(**told), unit=tree["Tỉnh"], by=None, now=NOW)


# ---- for all to know -------------------------------------------------------------------------------------


def test_every_unit_sees_what_is_for_all_to_know(tree: Tree) -> None:
    notice = make_document(tree["Tỉnh"], "to_know", number="5-TB/TU", text="Thông báo")
    reference = make_document(tree["Tỉnh"], "reference", number="6-TB/TU", text="Tham chiếu")
    for unit in tree.values():
        assert seen(make_office(unit)) == {notice}
    for role in KEEPERS:
        assert seen(make_office(tree["Tỉnh"], role)) == {notice, reference}
    assert seen(make_office(tree["Tỉnh"], Office.Role.COMMITTEE)) == {notice, reference}
    assert seen(make_office(tree["Tỉnh"], Office.Role.ADMINISTRATOR)) == set()
    ended = make_office(tree["B1"], from_on=days(1))  # not in office yet
    assert seen(ended) == set()


def test_what_is_to_know_opens_no_more_than_itself(tree: Tree) -> None:
    """What a notice cites is named there; seeing the notice does not open it."""
    cited = make_document(tree["Tỉnh"], "reference", number="6-TB/TU", text="Tham chiếu")
    notice = make_document(tree["Tỉnh"], "to_know", number="5-TB/TU", text="Thông báo")
    Citation.objects.create(source=notice, target=cited, as_written="Thông báo số 6-TB/TU")
    assert seen(make_office(tree["Xã A1"])) == {notice}


def test_what_is_to_know_has_no_days_no_reminders_and_no_figures(tree: Tree) -> None:
    root = tree["Tỉnh"]
    clerk, board = make_office(tree["Xã A1"]), make_office(root, Office.Role.BOARD)
    told = {"deadlines": [{"text": "trước ngày 20/10/2026", "on": "2026-10-20", "provision": ""}]}
    notice = make_document(root, "to_know", number="5-TB/TU", text="Thông báo", **told)
    for issued in (True, False):
        with pytest.raises(WrongState):
            make_rollout(root, document=notice, issued=issued)
    assert (Rollout.objects.count(), Assignment.objects.count()) == (0, 0)
    for day in range(0, 60, 3):
        assert remind.remind_due(now=at(days(day), 10)) == 0
    assert (Reminder.objects.count(), Mail.objects.count(), len(mail.outbox)) == (0, 0, 0)
    assert duties(Rollout.objects.visible_to(rights(clerk, TODAY)), tree["Xã A1"], TODAY) == []
    for user in (clerk, board):
        assert figures.readable(list(Rollout.objects.visible_to(rights(user, TODAY))), rights(user, TODAY)) == {}


def test_the_figures_of_others_do_not_change_by_it(tree: Tree) -> None:
    rollout = make_rollout(tree["Tỉnh"])
    before = figures.wholes([rollout], TODAY)
    make_document(tree["Tỉnh"], "to_know", number="5-TB/TU", text="Thông báo")
    assert figures.wholes([rollout], TODAY) == before


@pytest.mark.parametrize("name", ["Xã A1", "A1.1", "Đảng đoàn C"])
def test_a_unit_opens_the_page_of_what_is_to_know_and_not_of_the_rest(tree: Tree, name: str) -> None:
    client = signed_in(make_office(tree[name]))
    shown = make_document(tree["Tỉnh"], "to_know", number="5-TB/TU", title="Lịch học tập", text="Thông báo")
    hidden = make_document(tree["Tỉnh"], "reference", number="6-TB/TU", title="Nội bộ khác", text="Tham chiếu")
    drafted = draft(tree, title="Chưa vào sổ")
    page = client.get(reverse("document-list")).content.decode()
    assert "Lịch học tập" in page
    assert "Nội bộ khác" not in page
    assert "Chưa vào sổ" not in page
    assert status(client, shown) == 200
    assert [status(client, one) for one in (hidden, drafted)] == [404, 404]
    home = client.get("/").content.decode()
    assert "Lịch học tập" in home
    assert "Chưa vào sổ" not in home


def status(client: Client, document: Document) -> int:
    return client.get(reverse("document-detail", args=[document.pk])).status_code


# ---- drafts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Office.Role.values)
def test_a_draft_is_seen_by_the_registrys_people_alone(tree: Tree, role: str) -> None:
    """Though it cites, revises and is named like documents that one sees."""
    root = tree["Tỉnh"]
    letter = make_document(root, number="1-CV/TU", text="Toàn văn")
    make_rollout(root, document=letter)
    drafted = draft(tree, number="2-CV/TU", revises=letter, revision="correction", text="Bản sửa")
    Citation.objects.create(source=drafted, target=letter, as_written="1-CV/TU")
    assert (drafted in seen(make_office(root, role))) == (role in KEEPERS)
    others = [seen(make_office(tree[name])) for name in ("Huyện A", "Xã A1", "A1.1", "B1")]
    assert [drafted in each for each in others] == [False] * 4
    assert [letter in each for each in others] == [True] * 4
    client = signed_in(make_office(root, role))
    expected = 200 if role in KEEPERS else 404
    assert status(client, drafted) == expected
    corrected, file = (client.get(reverse(name, args=[drafted.pk])) for name in ("document-correct", "document-file"))
    assert (corrected.status_code == 200, file.status_code) == (role in KEEPERS, 404)
    text = client.get(f"{reverse('document-list')}?tim=ban+sua").content.decode()
    assert ("2-CV/TU" in text) == (role in KEEPERS)


# ---- all of it, counted by hand --------------------------------------------------------------------------

UNITS = ("Tỉnh", "Huyện A", "Xã A1", "A1.1", "B1", "Đảng đoàn C")
some = st.lists(
    st.tuples(
        st.sampled_from(["draft", "directive", "to_know", "reference"]),
        st.sampled_from([None, {"grassroots": "act"}, {"cell": "act"}, {"party_group": "inform", "committee": "act"}]),
        st.booleans(),
    ),
    min_size=1, max_size=5,
)
edges = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5)


@given(told=some, cites=edges)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_unit_sees_what_reaches_it_and_what_that_cites(told: list[tuple[str, Any, bool]], cites: Any) -> None:
    with rolled_back():
        tree = make_tree()
        kept, reached = [], []
        for index, (state, audience, issued) in enumerate(told):
            number = f"{index + 1}-CV/TU"
            document = draft(tree, number=number) if state == "draft" else make_document(
                tree["Tỉnh"], state, number=number, text=number
            )
            reach: set[str] = set()
            if state == "directive" and audience:
                rollout = make_rollout(tree["Tỉnh"], document=document, audience=audience, issued=issued)
                reach = set(rollout.assignments.values_list("unit_name", flat=True)) if issued else set()
            kept.append(document)
            reached.append(reach)
        pairs = {(a, b) for a, b in cites if a != b and max(a, b) < len(kept)}
        Citation.objects.bulk_create(Citation(source=kept[a], target=kept[b], as_written="x") for a, b in pairs)
        for name in UNITS:
            user = make_office(tree[name])
            below = {unit.name for unit in tree.values() if tree[name].holds(unit)}
            own = {index for index, reach in enumerate(reached) if reach & below}
            cited = {b for a, b in pairs if a in own}
            known = {index for index, (state, _, _) in enumerate(told) if state == "to_know"}
            expected = {index for index in own | cited | known if told[index][0] != "draft"}
            assert seen(user) == {kept[index] for index in expected}
            assert rights(user, TODAY).holds(Verb.VIEW)


def test_who_holds_two_offices_sees_what_either_shows(tree: Tree) -> None:
    root = tree["Tỉnh"]
    first, second = make_document(root, number="1-CV/TU"), make_document(root, number="2-CV/TU")
    make_rollout(root, document=first, audience={"grassroots": "act"})
    make_rollout(root, document=second, audience={"party_group": "act"})
    user = make_office(tree["Xã A1"])
    assert seen(user) == {first}
    Office.objects.create(user=user, unit=tree["Đảng đoàn C"], role=Office.Role.SECRETARY, from_on=TODAY)
    assert seen(user) == {first, second}
