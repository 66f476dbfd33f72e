"""The slip, the page where its code is typed, and signing in by the code of a unit."""

import re
from datetime import timedelta
from typing import Any

import pytest
import segno
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.access.scene import Scene, state
from tests.access.walk import body_of
from units import codes, mail
from units.actions import accounts, offices
from units.actions.carry_out import Paper
from units.actions.reorganise import end
from units.models import Invitation, Office, Unit, User
from units.templatetags.slip import QUIET, qr

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "mot-cau-that-dai-729", "mot-cau-khac-cung-dai-730"
CODE = "38.168.053.000.001"


# ---- slips -----------------------------------------------------------------------------------------------------------


def test_a_slip_says_all_that_is_needed_and_its_code_opens(scene: Scene) -> None:
    office = scene.owned["own"].office
    answer = scene.client("administrator").post(reverse("invitation-renew", args=[office.pk]), {"phieu": "1"})
    page = body_of(answer)
    assert "no-store" in answer["Cache-Control"]
    (grouped,) = re.findall(r'class="slip-code">([\w-]+)<', page)
    code = codes.plain(grouped)
    until = timezone.localtime(Invitation.objects.get(user=office.user, revoked_at=None).expires_at)
    for told in (office.unit.name, office.user.label, office.user.username, codes.portal_code(office.unit_id),
                 f"{settings.SITE_URL}{reverse('activate')}", f"{until:%d/%m/%Y %H:%M}", "Phiếu chỉ in một lần"):
        assert told in page, told
    assert page.count("<li>", page.index('class="slip"')) == 4
    assert str(qr(mail.link(code))) in page
    assert accounts.open_invitation(code, timezone.now()) is not None
    assert code not in body_of(scene.client("administrator").get(reverse("unit-detail", args=[office.unit_id])))


def test_the_picture_is_the_qr_code_of_the_link() -> None:
    """Read back module by module and compared with the code made anew."""
    link = mail.link(codes.new_code())
    picture = str(qr(link))
    dark = {(int(x) - QUIET, int(y) - QUIET) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture)}
    made = segno.make(link, error="m", micro=False)
    assert dark == {(x, y) for y, row in enumerate(made.matrix) for x, each in enumerate(row) if each}
    side = len(made.matrix) + 2 * QUIET
    assert f'viewBox="0 0 {side} {side}"' in picture
    assert min(min(point) for point in dark) == 0


def test_the_officially_coded_unit_is_named_by_that_code(scene: Scene) -> None:
    office = scene.owned["own"].office
    Unit.objects.filter(pk=office.unit_id).update(code=CODE)
    answer = scene.client("administrator").post(reverse("invitation-renew", args=[office.pk]), {"phieu": "1"})
    assert f'class="slip-name">{CODE}<' in body_of(answer)


def test_with_an_address_no_code_is_shown(scene: Scene) -> None:
    office = scene.owned["own"].office
    page = body_of(scene.client("administrator").post(reverse("invitation-renew", args=[office.pk]), follow=True))
    assert f"Đã gửi thư mời đến {office.user.email}" in page
    assert "loi-moi" not in page
    assert "slip-code" not in page


# ---- the code is typed -----------------------------------------------------------------------------------------------


def typed(scene: Scene, code: str, client: Client | None = None) -> Any:
    return (client or scene.client("anonymous")).post(reverse("activate"), {"code": code})


def invited(scene: Scene, persona: str = "cell") -> tuple[User, str]:
    user = scene.users[persona]
    unit = user.offices.get().unit
    return user, accounts.renew_invitation(user=user, unit=unit, printed=True, by=None, now=timezone.now())


def test_a_typed_code_leads_to_the_password_and_into_the_portal(scene: Scene) -> None:
    user, code = invited(scene)
    for way in (codes.grouped(code), code.lower(), f" {codes.grouped(code).lower().replace('-', ' ')} "):
        answer = typed(scene, way)
        assert (answer.status_code, answer["Location"]) == (302, reverse("invitation-accept", args=[code]))
    visitor = scene.client("anonymous")
    assert visitor.post(answer["Location"], {"password": NEW, "again": NEW}).status_code == 302
    signed = visitor.post(reverse("account_login"), {"login": user.username, "password": NEW})
    assert signed.status_code == 302


def test_a_code_that_opens_nothing_is_answered_alike_whatever_it_is(scene: Scene) -> None:
    now, told = timezone.now(), {}
    user, replaced = invited(scene)
    _, used = invited(scene)
    invitation = accounts.open_invitation(used, now)
    assert invitation is not None
    accounts.accept_invitation(invitation=invitation, password=NEW, by=user, now=now)
    other, revoked = invited(scene, "branch")
    accounts.revoke_invitation(user=other, unit=scene.units["B"], by=None, now=now)
    sibling, expired = invited(scene, "sibling")
    Invitation.objects.filter(user=sibling).update(created_at=now - timedelta(days=31), expires_at=now)
    parent, ended = invited(scene, "parent")
    offices.dismiss(office=parent.offices.get(), on=scene.today, by=None, now=now)
    for what, code in (("wrong", codes.new_code()), ("nonsense", "abc"), ("replaced", replaced), ("used", used),
                       ("revoked", revoked), ("expired", expired), ("no office", ended)):
        page = typed(scene, code)
        assert page.status_code == 422, what
        told[what] = "".join(re.findall(r'class="errorlist.*?</ul>', body_of(page), re.DOTALL))
        assert scene.client("anonymous").get(reverse("invitation-accept", args=[code])).status_code == 404
    assert len(set(told.values())) == 1
    assert "liên hệ quản trị" in told["wrong"]


def test_guessing_codes_is_stopped_and_a_hall_of_clerks_is_not(scene: Scene) -> None:
    _, code = invited(scene)
    for _ in range(40):
        assert typed(scene, code).status_code == 302
    for _ in range(20):
        assert typed(scene, codes.new_code()).status_code == 422
    before = state()
    for guess in (codes.new_code(), code):
        stopped = typed(scene, guess)
        assert stopped.status_code == 429
        assert "quá nhiều lần" in body_of(stopped)
    assert state() == before
    cache.clear()
    assert typed(scene, code).status_code == 302


# ---- signing in by the code of a unit -------------------------------------------------------------------------------


@pytest.fixture
def coded(scene: Scene) -> Unit:
    unit = scene.units["A1"]
    Unit.objects.filter(pk=unit.pk).update(code=CODE)
    return unit


def signs_in(scene: Scene, login: str, password: str = PASSWORD) -> str:
    """Who is signed in then; empty: nobody."""
    client = scene.client("anonymous")
    client.post(reverse("account_login"), {"login": login, "password": password})
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else ""


def test_a_unit_signs_in_by_either_of_its_codes(scene: Scene, coded: Unit) -> None:
    ways = (CODE, CODE.replace(".", ""), f"DV-{coded.pk}", f"dv 00{coded.pk}", f"ĐV{coded.pk}", f" dv-{coded.pk:06d} ")
    for way in ways:
        cache.clear()
        assert signs_in(scene, way) == "secretary", way
        assert signs_in(scene, way, "khong-phai-mat-khau") == "", way
    page = body_of(scene.client("anonymous").get(reverse("account_login")))
    assert "mã đơn vị" in page
    assert "DV-123" in page


def test_the_session_is_the_accounts_own_and_ends_with_it(scene: Scene, coded: Unit) -> None:
    client = scene.client("anonymous")
    client.post(reverse("account_login"), {"login": f"DV-{coded.pk}", "password": PASSWORD})
    assert client.get(reverse("home")).status_code == 200
    User.objects.filter(username="secretary").update(is_active=False)
    assert client.get(reverse("home")).status_code == 302


def another(scene: Scene, unit: Unit, name: str, password: str, **more: Any) -> User:
    user = User.objects.create_user(name, label=name, **more)
    user.set_password(password)
    user.save()
    offices.appoint(user=user, unit=unit, role="secretary", from_on=scene.today, by=None, now=timezone.now())
    return user


def test_of_several_accounts_the_password_decides_and_the_same_one_lets_nobody_in(scene: Scene, coded: Unit) -> None:
    another(scene, coded, "pho", NEW)
    assert signs_in(scene, CODE) == "secretary"
    assert signs_in(scene, CODE, NEW) == "pho"
    another(scene, coded, "thu-ba", NEW)
    assert signs_in(scene, CODE, NEW) == ""
    assert signs_in(scene, "thu-ba", NEW) == "thu-ba"


def test_five_accounts_are_tried_and_no_more(scene: Scene, coded: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(User, "check_password", lambda self, raw: tried.append(self.username) and False)
    for n in range(8):
        another(scene, coded, f"them-{n}", f"{NEW}-{n}")
    assert authenticate(None, username=CODE, password="khong") is None
    assert len(tried) == 5


def test_a_code_without_an_account_takes_as_long_as_a_wrong_password(
    scene: Scene, coded: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))
    monkeypatch.setattr(User, "check_password", lambda self, raw: hashed.append(raw) and False)
    counts = []
    for login in (CODE, f"DV-{scene.units['A12'].pk}", "DV-987654321", "99.999.999.999.999"):
        hashed.clear()
        assert authenticate(None, username=login, password="khong") is None
        counts.append(len(hashed))
    assert len(set(counts)) == 1


def test_a_code_opens_only_for_who_holds_the_office_today(scene: Scene, coded: Unit) -> None:
    assert signs_in(scene, f"DV-{scene.units['P'].pk}") == ""  # offices of the province are no secretary's
    assert signs_in(scene, f"DV-{scene.units['A12'].pk}") == ""  # nobody's
    office = Office.objects.get(user=scene.users["secretary"])
    stand_in = scene.users["sibling"]
    stand_in.set_password(NEW)
    stand_in.save()
    assert signs_in(scene, CODE, NEW) == ""
    offices.substitute(
        office=office, user=stand_in, from_on=scene.today, to_on=scene.today + timedelta(days=1), by=None,
        now=timezone.now(),
    )
    assert signs_in(scene, CODE, NEW) == "sibling"
    offices.dismiss(office=office, on=scene.today, by=None, now=timezone.now())
    cache.clear()
    assert signs_in(scene, CODE) == ""
    assert signs_in(scene, "secretary") == "secretary"  # the account itself is still one


def test_the_code_of_a_unit_that_has_ended_opens_nothing(scene: Scene, coded: Unit) -> None:
    unit = scene.units["B1"]
    another(scene, unit, "b1", NEW)
    assert signs_in(scene, f"DV-{unit.pk}", NEW) == "b1"
    end(unit=unit, heir=None, paper=Paper(scene.today), by=None, now=timezone.now())
    assert signs_in(scene, f"DV-{unit.pk}", NEW) == ""


def test_guesses_at_a_unit_are_counted_together_however_its_code_is_spelt(scene: Scene, coded: Unit) -> None:
    for login in (f"DV-{coded.pk}", f"dv {coded.pk}", f"dv-00{coded.pk}", f"ĐV.{coded.pk}", f"dv-{coded.pk:06d}"):
        assert signs_in(scene, login, "khong-phai-mat-khau") == ""
    client = scene.client("anonymous")
    stopped = client.post(reverse("account_login"), {"login": f"dv_{coded.pk}", "password": PASSWORD})
    assert "Đăng nhập sai quá nhiều lần" in body_of(stopped)


def test_an_unknown_code_and_a_wrong_password_are_answered_alike(scene: Scene, coded: Unit) -> None:
    told = []
    for login in (CODE, "99.999.999.999.999", "khong-co-nguoi-nay"):
        page = scene.client("anonymous").post(reverse("account_login"), {"login": login, "password": "khong-dung"})
        told.append(re.findall(r'class="errorlist.*?</ul>', body_of(page), re.DOTALL))
    assert told[0] == told[1] == told[2] != []


# ---- the people of a unit --------------------------------------------------------------------------------------------


def test_the_unit_page_leads_to_all_that_is_done_with_its_people(scene: Scene) -> None:
    office = scene.owned["own"].office
    page = body_of(scene.client("administrator").get(reverse("unit-detail", args=[office.unit_id])))
    for name, pk in (("invitation-add", office.unit_id), ("appointment-add", office.unit_id),
                     ("substitute-add", office.pk), ("account-hand-over", office.pk), ("office-end", office.pk),
                     ("invitation-renew", office.pk)):
        assert reverse(name, args=[pk]) in page, name
    seen = body_of(scene.client("secretary").get(reverse("unit-detail", args=[office.unit_id])))
    assert "chuc-vu/" not in seen
    assert office.user.label in seen


def test_a_stand_in_is_named_on_the_unit_the_line_and_the_occasion(scene: Scene) -> None:
    now = timezone.now()
    office, stand_in = scene.owned["own"].office, scene.users["sibling"]
    offices.substitute(
        office=office, user=stand_in, from_on=scene.today, to_on=scene.today + timedelta(days=2), by=None, now=now
    )
    client = scene.client("sibling")
    line = scene.owned["own"].line
    assert client.post(reverse("assignment-acknowledge", args=[line.pk])).status_code == 302
    both = f"{stand_in.label} (thay {office.user.label})"
    assert both in body_of(scene.client("parent").get(reverse("assignment-detail", args=[line.pk])))
    body = {"held_on": scene.today.isoformat(), "form": "conference"}
    client.post(reverse("assignment-disseminate", args=[line.pk]), body)
    occasion = line.disseminations.get().occasion
    assert both in body_of(scene.client("parent").get(reverse("occasion-detail", args=[occasion.pk])))
    page = body_of(scene.client("parent").get(reverse("unit-detail", args=[office.unit_id])))
    assert f"Làm thay {office.user.label}" in page


def test_the_forms_say_what_stands_against_them(scene: Scene) -> None:
    client, own = scene.client("administrator"), scene.owned["own"].office
    today = scene.today
    cases = (
        ("appointment-add", own.unit_id, {"account": "la", "role": "secretary", "from_on": today}, "Không có tài"),
        ("appointment-add", own.unit_id, {"account": "secretary", "role": "secretary", "from_on": today}, "đang giữ"),
        ("appointment-add", own.unit_id, {"account": "sibling", "role": "board", "from_on": today}, "errorlist"),
        ("substitute-add", own.pk, {"account": "sibling", "from_on": today, "last_on": today - timedelta(days=1)},
         "Ngày cuối"),
        ("substitute-add", own.pk, {"account": "sibling", "from_on": today - timedelta(days=2), "last_on": today},
         "đã qua"),
        ("substitute-add", own.pk, {"account": "secretary", "from_on": today, "last_on": today}, "chính vai trò đó"),
        ("office-end", own.pk, {"on": today - timedelta(days=1)}, "trước hôm nay"),
        ("account-hand-over", own.pk, {"label": "Mới", "email": scene.users["sibling"].email}, "tài khoản khác"),
        ("account-hand-over", own.pk, {"label": "", "email": ""}, "Tên hiển thị"),
    )
    before = state()
    for name, pk, body, told in cases:
        answer = client.post(reverse(name, args=[pk]), body)
        assert answer.status_code == 422, name
        assert told in body_of(answer), (name, told)
    assert state() == before
