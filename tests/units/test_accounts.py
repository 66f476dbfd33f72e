"""How an account is invited, revoked, and passed on: every earlier way in ends, and nothing of what was done."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as letters
from django.test import Client
from django.urls import reverse

from outbox.models import Mail
from tests.factories import NOW, TODAY, Tree, days, make_office, make_tree, make_user
from units import codes, mail
from units.access import Forbidden
from units.actions import accounts, offices
from units.actions.carry_out import WrongState
from units.models import Invitation, LedgerEntry, Office, User

pytestmark = pytest.mark.django_db
GOOD = "mot-mat-khau-rat-dai-2026"


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def activated(user: User, password: str = GOOD) -> User:
    user.set_password(password)
    user.save()
    return user


def open_for(user: User) -> int:
    return Invitation.objects.open_at(NOW).filter(user=user).count()


# ---- codes ---------------------------------------------------------------------------------------------------


def test_a_code_opens_however_it_is_typed_and_a_longer_token_as_it_is(tree: Tree) -> None:
    user = make_office(tree["Xã A1"])
    code = accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    for typed in (code, code.lower(), codes.grouped(code), f" {codes.grouped(code).lower()} "):
        found = accounts.open_invitation(typed, NOW)
        assert found is not None, typed
        assert found.user == user
    stored = Invitation.objects.get(pk=found.pk)
    assert code not in str(vars(stored))
    token = "Ab-_" * 11  # as links were made before
    Invitation.objects.filter(pk=stored.pk).update(token_sha256=accounts._hashed(token))
    assert accounts.open_invitation(token, NOW) is not None
    assert accounts.open_invitation(token.lower(), NOW) is None


def test_a_renewed_or_revoked_code_is_kept_as_revoked(tree: Tree) -> None:
    user, unit = make_office(tree["Xã A1"]), tree["Xã A1"]
    first = accounts.renew_invitation(user=user, unit=unit, by=None, now=NOW)
    second = accounts.renew_invitation(user=user, unit=unit, by=None, now=NOW + timedelta(hours=1))
    assert [each.revoked_at for each in user.invitations.order_by("pk")] == [NOW + timedelta(hours=1), None]
    assert accounts.open_invitation(first, NOW) is None
    assert accounts.revoke_invitation(user=user, unit=unit, by=None, now=NOW) == 1
    assert accounts.open_invitation(second, NOW) is None
    with pytest.raises(WrongState):
        accounts.revoke_invitation(user=user, unit=unit, by=None, now=NOW)
    assert Invitation.objects.filter(user=user).count() == 2
    assert LedgerEntry.objects.filter(event="account.invitation_revoked").count() == 1


def test_a_code_revoked_under_the_form_sets_no_password(tree: Tree) -> None:
    user, unit = make_office(tree["Xã A1"]), tree["Xã A1"]
    code = accounts.renew_invitation(user=user, unit=unit, by=None, now=NOW)
    invitation = accounts.open_invitation(code, NOW)
    assert invitation is not None
    accounts.revoke_invitation(user=user, unit=unit, by=None, now=NOW)
    with pytest.raises(WrongState):
        accounts.accept_invitation(invitation=invitation, password=GOOD, by=user, now=NOW)
    assert not User.objects.get(pk=user.pk).has_usable_password()


@pytest.mark.parametrize("ended", [True, False])
def test_only_who_holds_an_office_today_or_will_is_let_in(tree: Tree, ended: bool) -> None:
    user = make_office(tree["Xã A1"], from_on=days(-5 if ended else 5))
    code = accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    invitation = accounts.open_invitation(code, NOW)
    assert invitation is not None
    if ended:
        offices.dismiss(office=user.offices.get(), on=TODAY, by=None, now=NOW)
        assert accounts.open_invitation(code, NOW) is None
        with pytest.raises(WrongState):
            accounts.accept_invitation(invitation=invitation, password=GOOD, by=user, now=NOW)
        with pytest.raises(WrongState):
            accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    else:
        accounts.accept_invitation(invitation=invitation, password=GOOD, by=user, now=NOW)


# ---- mail or paper -------------------------------------------------------------------------------------------------


def test_an_account_with_an_address_is_written_to_and_the_letter_holds_one_secret(tree: Tree) -> None:
    user = make_office(tree["Xã A1"])
    code = accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    (letter,) = letters.outbox
    assert letter.to == [user.email]
    assert mail.link(code) in letter.body
    assert letter.body.replace(mail.link(code), "").count(code) == 0
    assert (user.username in letter.body, "Xã A1" in letter.body, letter.body.count("http")) == (True, True, 1)
    assert code not in letter.subject


def test_the_letter_is_security_mail_of_the_same_transaction(tree: Tree, settings: Any) -> None:
    settings.EMAIL_BACKEND = "outbox.backend.OutboxBackend"
    user = make_office(tree["Xã A1"])
    code = accounts.renew_invitation(user=user, unit=tree["Xã A1"], by=None, now=NOW)
    row = Mail.objects.get()
    assert (row.to, row.security, row.state) == (user.email, True, "waiting")
    assert mail.link(code) in row.text
    assert code not in str(list(LedgerEntry.objects.values_list("data", flat=True)))


def test_without_an_address_or_for_paper_nothing_is_sent(tree: Tree) -> None:
    accounts.renew_invitation(user=make_office(tree["Xã A1"], email=""), unit=tree["Xã A1"], by=None, now=NOW)
    accounts.renew_invitation(user=make_office(tree["Xã A2"]), unit=tree["Xã A2"], printed=True, by=None, now=NOW)
    assert letters.outbox == []


def test_many_are_invited_at_once_each_account_once(tree: Tree, django_assert_max_num_queries: Any) -> None:
    users = [make_office(tree["Xã A1"], email="" if n % 2 else f"so-{n}@don-vi.example") for n in range(8)]
    offices.appoint(user=users[0], unit=tree["Xã A2"], role="secretary", from_on=TODAY, by=None, now=NOW)
    administrator = make_office(tree["Huyện A"], "administrator")
    chosen = list(Office.objects.filter(user__in=users).select_related("user", "unit"))
    with pytest.raises(WrongState):
        accounts.invite_many(offices=chosen, printed=False, by=administrator, now=NOW)
    assert Invitation.objects.count() == 0
    with django_assert_max_num_queries(8):
        coded = accounts.invite_many(offices=chosen, printed=True, by=administrator, now=NOW)
    assert sorted(office.user_id for office, _ in coded) == sorted(user.pk for user in users)
    assert len({code for _, code in coded}) == 8
    for office, code in coded:
        found = accounts.open_invitation(code, NOW)
        assert found is not None
        assert found.user == office.user
    with_mail = [office for office in chosen if office.user.email]
    accounts.invite_many(offices=with_mail, printed=False, by=administrator, now=NOW)
    assert sorted(to for letter in letters.outbox for to in letter.to) == sorted(
        {office.user.email for office in with_mail}
    )
    with pytest.raises(WrongState):
        accounts.invite_many(offices=[], printed=True, by=administrator, now=NOW)


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_nobody_gives_a_password_to_an_account_that_reaches_further_than_he(tree: Tree) -> None:
    """Else the administrator of a committee could take over an account of the province that also serves there."""
    local = make_office(tree["Huyện A"], "administrator")
    clerk = make_office(tree["Xã A1"])
    board = make_office(tree["Tỉnh"], "board")
    office = offices.appoint(user=board, unit=tree["Xã A1"], role="secretary", from_on=TODAY, by=local, now=NOW)
    told: dict[str, Any] = {"by": local, "now": NOW}
    accounts.renew_invitation(user=clerk, unit=tree["Xã A1"], **told)
    for attempt in (
        lambda: accounts.renew_invitation(user=board, unit=tree["Xã A1"], **told),
        lambda: accounts.revoke_invitation(user=board, unit=tree["Xã A1"], **told),
        lambda: accounts.hand_over_account(user=board, label="Mới", email="", **told),
        lambda: accounts.invite_many(offices=[clerk.offices.get(), office], printed=True, **told),
        lambda: accounts.renew_invitation(user=clerk, unit=tree["Huyện B"], **told),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert open_for(board) == 0
    accounts.renew_invitation(
        user=board, unit=tree["Xã A1"], by=make_office(tree["Tỉnh"], "administrator"), now=NOW
    )


# ---- handed over -----------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(tree: Tree) -> User:
    return activated(make_office(tree["Xã A1"], label="Văn thư Xã A1", email="truoc@don-vi.example"))


def hand_over(user: User, **more: Any) -> str:
    told = {"label": "Phó bí thư Xã A1", "email": "Sau@don-vi.example", "by": None, "now": NOW} | more
    return accounts.hand_over_account(user=user, **told)


def test_an_account_passes_on_with_its_offices_and_its_past(tree: Tree, clerk: User) -> None:
    before = LedgerEntry.objects.count()
    code = hand_over(clerk)
    clerk.refresh_from_db()
    assert (clerk.label, clerk.email, clerk.has_usable_password()) == ("Phó bí thư Xã A1", "sau@don-vi.example", False)
    assert clerk.offices.get().to_on is None
    line = LedgerEntry.objects.get(event="account.handed_over")
    assert (line.subject_id, line.data) == (
        clerk.pk, {"old_label": "Văn thư Xã A1", "new_label": "Phó bí thư Xã A1"},
    )
    assert "@" not in str(list(LedgerEntry.objects.values_list("data", "by_label")))
    assert LedgerEntry.objects.count() == before + 2
    found = accounts.open_invitation(code, NOW)
    assert found is not None
    assert found.user == clerk
    assert [letter.to for letter in letters.outbox] == [["sau@don-vi.example"]]


def test_every_earlier_way_in_ends_with_the_hand_over(tree: Tree, clerk: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        assert client.login(username=clerk.username, password=GOOD)
        assert client.get(reverse("home")).status_code == 200
    EmailAddress.objects.create(user=clerk, email="truoc@don-vi.example", verified=True, primary=True)
    old = accounts.renew_invitation(user=clerk, unit=tree["Xã A1"], printed=True, by=None, now=NOW)
    Client().post(reverse("account_reset_password"), {"email": "truoc@don-vi.example"})
    reset = re.search(r"https?://[^/\s]+(/\S+/reset/key/\S+)", letters.outbox[-1].body)
    assert reset
    letters.outbox.clear()

    hand_over(clerk)

    for client in (here, there):
        assert client.get(reverse("home")).status_code == 302
    assert not Client().login(username=clerk.username, password=GOOD)
    assert accounts.open_invitation(old, NOW) is None
    assert open_for(clerk) == 1
    assert "không còn hiệu lực" in Client().get(reset[1], follow=True).content.decode()
    letters.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": "truoc@don-vi.example"})
    assert not [letter for letter in letters.outbox if "/reset/key/" in letter.body]  # "no such account" at the most


def test_what_cannot_be_handed_over(tree: Tree, clerk: User) -> None:
    other = make_office(tree["Xã A2"])
    for user, email in ((clerk, other.email.upper()), (make_user("khong-vai-tro"), ""),
                        (make_office(tree["Xã A2"], is_active=False), "")):
        with pytest.raises(WrongState):
            hand_over(user, email=email)
    for by in (clerk, make_office(tree["Tỉnh"], "head"), make_office(tree["Huyện B"], "administrator")):
        with pytest.raises(Forbidden):
            hand_over(clerk, by=by)
    clerk.refresh_from_db()
    assert clerk.check_password(GOOD)
    hand_over(clerk, email=clerk.email.upper())  # the same address stays the account's own
