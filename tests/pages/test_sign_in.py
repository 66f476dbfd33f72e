"""Nobody signs up, an invitation opens once, a reset works once and leaves no trace, a wrong guess is slowed down."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outbox import actions as outbox
from outbox.models import Mail
from outbox.transport import Console
from tests.access.matrix import MATRIX
from tests.access.scene import Scene, state
from tests.access.walk import body_of, plain
from units import codes
from units.actions import accounts
from units.models import Invitation, User

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "mot-cau-that-dai-729", "mot-cau-khac-cung-dai-730"


@pytest.fixture(autouse=True)
def _real_outbox(settings: Any) -> None:
    """Django's tests divert mail; here it must go where it goes in earnest."""
    settings.EMAIL_BACKEND = "outbox.backend.OutboxBackend"


def sign_in(client: Client, username: str = "secretary", password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": username, "password": password} | more)


def signed_in(client: Client) -> bool:
    return bool(client.get(reverse("account_change_password")).status_code == 200)


# ---- no way in but by invitation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["signup", "email", "confirm-email", "confirm-email/abc", "password/set",
                                  "login/code/confirm", "social/signup", "2fa"])
def test_there_is_no_signing_up(scene: Scene, page: str) -> None:
    people = User.objects.count()
    body = {"username": "ke-la", "email": "ke-la@xau.example", "password1": NEW, "password2": NEW}
    for persona in ("anonymous", "secretary", "administrator"):
        client = scene.client(persona)
        assert client.get(f"/tai-khoan/{page}/").status_code == 404
        assert client.post(f"/tai-khoan/{page}/", body).status_code == 404
    assert User.objects.count() == people


def test_signing_in_is_asked_for_everywhere_but_where_one_signs_in(scene: Scene) -> None:
    """A new address is closed until it says otherwise; these are the ones that do."""
    opened = {name for name, row in MATRIX.items() if "anonymous" in row.get}
    assert {name for name in opened if not name.startswith(("account_", "/^tai-khoan"))} == {
        "health", "demo-people", "demo-sign-in", "invitation-accept", "activate",
    }
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE


def test_an_invitation_opens_once(scene: Scene) -> None:
    address = reverse("invitation-add", args=[scene.units["A12"].pk])
    body = {"username": "chi-bo-12", "label": "Bí thư chi bộ", "role": "secretary"}
    page = body_of(scene.client("administrator").post(address, body))
    code = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", page)
    assert code
    user, visitor = User.objects.get(username="chi-bo-12"), scene.client("anonymous")
    assert not user.has_usable_password()
    link = [visitor.post(reverse("activate"), {"code": code[0].lower()})["Location"]]
    assert codes.plain(code[0]) not in str(list(Invitation.objects.values_list()))
    assert visitor.get(link[0]).status_code == 200
    for weak in ("ngan", "chi-bo-12abcde", "12345678901234567890"):
        assert visitor.post(link[0], {"password": weak, "again": weak}).status_code == 422, weak
    assert not User.objects.get(pk=user.pk).has_usable_password()
    differing = visitor.post(link[0], {"password": NEW, "again": NEW + "x"})
    assert "Hai mật khẩu không giống nhau." in body_of(differing)
    assert visitor.post(link[0], {"password": NEW, "again": NEW}).status_code == 302
    assert visitor.get(link[0]).status_code == 404
    assert sign_in(scene.client("anonymous"), "chi-bo-12", NEW).status_code == 302


def _token(scene: Scene, user: User) -> str:
    unit = scene.units["A1"]
    token = accounts.renew_invitation(user=user, unit=unit, by=None, now=timezone.now())
    return reverse("invitation-accept", args=[token])


def test_a_used_an_expired_and_a_replaced_invitation_are_gone(scene: Scene) -> None:
    user, visitor = scene.users["cell"], scene.client("anonymous")
    replaced = _token(scene, user)
    link, body = _token(scene, user), {"password": NEW, "again": NEW}
    assert visitor.get(replaced).status_code == 404
    Invitation.objects.update(expires_at=timezone.now(), created_at=timezone.now() - timedelta(days=30))
    assert [visitor.get(link).status_code, visitor.post(link, body).status_code] == [404, 404]
    link = _token(scene, user)
    assert visitor.post(link, body).status_code == 302
    before = state()
    assert [visitor.get(link).status_code, visitor.post(link, body | {"again": PASSWORD}).status_code] == [404, 404]
    assert state() == before
    assert sign_in(scene.client("anonymous"), "cell", NEW).status_code == 302


def test_an_invitation_to_a_disabled_account_lets_nobody_in(scene: Scene) -> None:
    accounts_ = User.objects.filter(username="disabled")
    accounts_.update(is_active=True)
    link, visitor = _token(scene, accounts_.get()), scene.client("anonymous")
    accounts_.update(is_active=False)
    assert visitor.post(link, {"password": NEW, "again": NEW}).status_code == 404
    assert not accounts_.get().has_usable_password() or not accounts_.get().check_password(NEW)
    sign_in(visitor, "disabled", NEW)
    assert not signed_in(visitor)


# ---- in and out -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["secretary", "SECRETARY", "canary-A1-secretary@don-vi.example"])
def test_one_signs_in_by_name_or_address(scene: Scene, name: str) -> None:
    client = scene.client("anonymous")
    assert sign_in(client, name).status_code == 302
    assert signed_in(client)


def test_a_session_found_before_signing_in_is_worth_nothing_after(scene: Scene) -> None:
    client = scene.client("anonymous")
    client.get(reverse("account_login"))
    planted = client.session
    planted["planted"] = "by a stranger"
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    stranger = scene.client("anonymous")
    stranger.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert signed_in(client)
    assert not signed_in(stranger)


def test_one_signs_out_by_a_button_and_the_session_is_gone(scene: Scene) -> None:
    client = scene.client("anonymous")
    sign_in(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.get(reverse("account_logout"))
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)
    assert not Session.objects.filter(pk=key).exists()


def test_a_disabled_account_is_out_at_once_and_stays_out(scene: Scene) -> None:
    client = scene.client("anonymous")
    sign_in(client)
    User.objects.filter(username="secretary").update(is_active=False)
    assert not signed_in(client)
    refused = sign_in(scene.client("anonymous"))
    assert refused.status_code == 302
    assert refused["Location"] == reverse("account_inactive")
    wrong = sign_in(scene.client("anonymous"), "disabled", "khong-phai-mat-khau")
    assert wrong.status_code == 200  # who does not know the password is not told that the account exists


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(scene: Scene) -> None:
    told = []
    for name in ("secretary", "khong-co-nguoi-nay"):
        page = sign_in(scene.client("anonymous"), name, "khong-phai-mat-khau")
        told.append(re.findall(r'class="errorlist.*?</ul>', body_of(page), re.DOTALL))
    assert told[0] == told[1] != []


def test_guessing_is_stopped_in_words_and_not_for_everybody(scene: Scene) -> None:
    for _ in range(5):
        sign_in(scene.client("anonymous"), "secretary", "khong-phai-mat-khau")
    stopped = sign_in(scene.client("anonymous"))
    assert "Đăng nhập sai quá nhiều lần" in body_of(stopped)
    assert "value=\"secretary\"" in body_of(stopped)
    other = scene.client("anonymous")
    assert sign_in(other, "parent").status_code == 302
    for _ in range(30):
        page = sign_in(scene.client("anonymous"), "parent", "khong-phai-mat-khau")
    assert page.status_code in (200, 429)
    assert re.search("Đăng nhập sai quá nhiều lần|Thao tác quá nhanh|chờ ít phút", body_of(page))


# ---- forgotten, changed ----------------------------------------------------------------------------------------------


def asked_reset(scene: Scene, address: str) -> Any:
    return scene.client("anonymous").post(reverse("account_reset_password"), {"email": address}, follow=True)


def test_a_reset_works_once_from_the_letter_to_the_new_password(scene: Scene) -> None:
    old = scene.client("anonymous")
    sign_in(old)
    asked_reset(scene, "CANARY-A1-secretary@don-vi.example")
    letter = Mail.objects.get(security=True)
    link = re.search(r"https?://[^/\s]+(/tai-khoan/password/reset/key/\S+)", letter.text)
    assert link
    assert letter.text.count("http") == 1
    assert link[0].startswith(settings.SITE_URL) or "testserver" in link[0]
    visitor = scene.client("anonymous")
    form = visitor.get(link[1], follow=True)
    where = form.redirect_chain[-1][0]
    assert visitor.post(where, {"password1": NEW, "password2": NEW}).status_code == 302
    assert not signed_in(old)
    assert "không còn hiệu lực" in body_of(scene.client("anonymous").get(link[1], follow=True))
    assert sign_in(scene.client("anonymous")).status_code == 200
    assert sign_in(scene.client("anonymous"), password=NEW).status_code == 302


def test_the_letter_is_seen_by_nobody_and_its_words_are_gone_once_sent(scene: Scene) -> None:
    asked_reset(scene, "CANARY-A1-secretary@don-vi.example")
    letter = Mail.objects.get(security=True)
    for persona in ("board", "head", "administrator", "secretary"):
        client = scene.client(persona)
        assert client.get(reverse("mail-detail", args=[letter.pk])).status_code == 404
        assert client.post(reverse("mail-retry", args=[letter.pk])).status_code == 404
        page = body_of(client.get(reverse("mail-list")))
        assert letter.subject not in page
        assert "password/reset" not in page
    now = timezone.now()
    while (claimed := outbox.claim(now=now)) is not None:
        outbox.send(claimed, Console(), now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.text, letter.html) == ("sent", "", "")


def test_who_asks_for_a_reset_learns_nothing_of_who_is_here(scene: Scene) -> None:
    known, unknown = (asked_reset(scene, each) for each in ("CANARY-A1-secretary@don-vi.example", "la@ngoai.example"))
    assert known.redirect_chain == unknown.redirect_chain
    assert plain(body_of(known)) == plain(body_of(unknown))


def test_a_forged_host_is_not_what_the_letter_leads_to(scene: Scene) -> None:
    client = scene.client("anonymous")
    for forged in ({"HTTP_HOST": "xau.example"}, {"HTTP_X_FORWARDED_HOST": "xau.example"}):
        client.post(reverse("account_reset_password"), {"email": "CANARY-A1-secretary@don-vi.example"}, **forged)
    assert not Mail.objects.filter(text__contains="xau.example").exists()


def test_changing_the_password_ends_other_sessions(scene: Scene) -> None:
    here, there = scene.client("anonymous"), scene.client("anonymous")
    sign_in(here)
    sign_in(there)
    body = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    changed = here.post(reverse("account_change_password"), body)
    assert changed.status_code == 302
    assert signed_in(here)
    assert not signed_in(there)


def test_asking_again_and_again_for_a_reset_is_stopped(scene: Scene) -> None:
    for _ in range(25):
        page = asked_reset(scene, "CANARY-A1-secretary@don-vi.example")
    assert page.status_code == 429
    assert "chờ ít phút" in body_of(page) or "quá nhanh" in body_of(page)
    assert Mail.objects.filter(security=True).count() < 25
