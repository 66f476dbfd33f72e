"""Who is ready: the numbers of the page, counted another way, unit by unit in Python."""

import csv
from collections import Counter
from datetime import timedelta
from io import BytesIO, StringIO
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.factories import FOUNDED, NOW, TODAY, days, make_office, make_unit
from units.actions import accounts, offices
from units.data import readiness
from units.data.readiness import ACTIVE, INVITED, NONE, STATES, UNINVITED, Asked
from units.models import Invitation, Office, Unit, User

pytestmark = pytest.mark.django_db
KINDS = ("committee", "party_group", "grassroots", "grassroots_cell", "section", "cell")


def random_province(seed: int, moment: Any = NOW) -> Unit:
    """Units of every kind; accounts in every state, some several at a unit, some in office on other days."""
    rng = Random(seed)
    today = timezone.localdate(moment)
    root = make_unit("Tỉnh")
    parents = [root]
    for n in range(40):
        kind = rng.choice(KINDS)
        unit = make_unit(f"Đơn vị {n}", kind, rng.choice(parents))
        if kind not in Unit.KINDS_WITHOUT_SUBORDINATES:
            parents.append(unit)
        if rng.random() < 0.1 and not unit.children.exists() and unit not in parents:
            Unit.objects.filter(pk=unit.pk).update(closed_on=today - timedelta(days=rng.choice((0, 5, -5))))
        for m in range(rng.choice((0, 0, 1, 1, 2))):
            user = make_office(
                unit, rng.choice(("secretary", "secretary", "secretary", "administrator")), f"u{n}-{m}",
                from_on=rng.choice((FOUNDED, FOUNDED, today + timedelta(days=3))), is_active=rng.random() < 0.9,
                email=rng.choice(("", f"u{n}-{m}@d.vn")),
            )
            _bring_to_some_state(rng, user, unit, moment)
    return Unit.objects.get(pk=root.pk)


def _bring_to_some_state(rng: Random, user: User, unit: Unit, moment: Any) -> None:
    state = rng.choice(("password", "invited", "expired", "revoked", "nothing", "left"))
    if state == "password":
        User.objects.filter(pk=user.pk).update(password="md5$a$b")
    elif state == "left":
        Office.objects.filter(user=user, from_on=FOUNDED).update(to_on=timezone.localdate(moment))
    elif state != "nothing":
        made = moment - timedelta(days=40 if state == "expired" else 1)
        Invitation.objects.create(
            user=user, token_sha256=f"{user.pk}", created_at=made, expires_at=made + timedelta(days=30),
            revoked_at=moment if state == "revoked" else None,
        )


def naive(root: Unit, moment: Any = NOW) -> dict[int, int]:
    """unit → state, asked of every row by itself."""
    today, found = timezone.localdate(moment), {}
    for unit in Unit.objects.all():
        alive = unit.opened_on <= today and (unit.closed_on is None or unit.closed_on > today)
        if not alive or unit.kind not in Unit.EXPECTED_ACCOUNT_KINDS or not unit.path.startswith(root.path):
            continue
        users = [
            office.user for office in unit.offices.all()
            if office.role == "secretary" and office.user.is_active and office.from_on <= today
            and (office.to_on is None or office.to_on > today)
        ]
        if any(user.has_usable_password() for user in users):
            found[unit.pk] = ACTIVE
        elif any(each.open_at(moment) for user in users for each in user.invitations.all()):
            found[unit.pk] = INVITED
        else:
            found[unit.pk] = UNINVITED if users else NONE
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_are_those_counted_one_by_one(seed: int) -> None:
    root = random_province(seed)
    for top in (root, *root.children.filter(kind="committee")[:2]):
        truth, reach = naive(top), Unit.objects.under([top])
        tally = readiness.tally(reach, NOW)
        assert (tally.ready, tally.total) == (sum(state == ACTIVE for state in truth.values()), len(truth))
        assert tally.states == dict.fromkeys((NONE, UNINVITED, INVITED, ACTIVE), 0) | Counter(truth.values())
        kinds = dict(Unit.objects.values_list("pk", "kind"))
        assert {each.kind: (each.ready, each.total) for each in tally.kinds} == {
            kind: (sum(state == ACTIVE for pk, state in truth.items() if kinds[pk] == kind), total)
            for kind, total in Counter(kinds[pk] for pk in truth).items()
        }
        for name, (state, _) in STATES.items():
            listed = readiness.listed(reach, Asked(state=name), NOW)
            assert {unit.pk for unit in listed} == {pk for pk, each in truth.items() if each == state}
        rest = readiness.listed(reach, Asked(), NOW)
        assert [unit.ready_state for unit in rest] == sorted(state for state in truth.values() if state != ACTIVE)
        rows = readiness.rows(list(rest), NOW)
        assert {row.unit.pk: row.state for row in rows} == {pk: s for pk, s in truth.items() if s != ACTIVE}
        for row in rows:
            states = {account.state for account in row.accounts}
            expected = {NONE: [set()], INVITED: [{"invited"}, {"invited", "expired"}, {"invited", "uninvited"}],
                        UNINVITED: [{"uninvited"}, {"expired"}, {"expired", "uninvited"}]}[row.state]
            assert states in expected


def test_filters_narrow_the_list() -> None:
    root = random_province(3)
    reach = Unit.objects.under([root])
    everything = readiness.all_rows(readiness.listed(reach, Asked(), NOW), NOW)
    for kind in Unit.EXPECTED_ACCOUNT_KINDS:
        found = readiness.listed(reach, Asked(kind=kind), NOW)
        assert [unit.pk for unit in found] == [row.unit.pk for row in everything if row.unit.kind == kind]
    for mail in ("co", "khong"):
        found = readiness.listed(reach, Asked(mail=mail), NOW)
        assert [unit.pk for unit in found] == [
            row.unit.pk for row in everything
            if row.accounts and any(account.office.user.email for account in row.accounts) == (mail == "co")
        ]


def test_what_is_stood_in_for_and_what_has_just_ended() -> None:
    root = make_unit("Tỉnh")
    unit, other = make_unit("Xã A", "grassroots", root), make_unit("Xã B", "grassroots", root)
    user = make_office(other)
    User.objects.filter(pk=user.pk).update(password="md5$a$b")
    away = make_office(unit).offices.get()
    reach = Unit.objects.under([root])
    assert readiness.tally(reach, NOW).ready == 1
    offices.substitute(office=away, user=user, from_on=TODAY, to_on=days(3), by=None, now=NOW)
    assert readiness.tally(reach, NOW).ready == 2  # somebody can be reached there now
    assert readiness.tally(reach, NOW + timedelta(days=3)).ready == 1
    offices.dismiss(office=user.offices.get(unit=other), on=TODAY, by=None, now=NOW)
    assert readiness.tally(reach, NOW).states == {NONE: 1, UNINVITED: 0, INVITED: 0, ACTIVE: 1}


# ---- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def root() -> Unit:
    return random_province(5, timezone.now())


def as_(client: Client, unit: Unit, role: str) -> Client:
    client.force_login(make_office(unit, role))
    return client


def test_the_headline_and_the_names(root: Unit, client: Client) -> None:
    truth = naive(root, timezone.now())
    ready = sum(state == ACTIVE for state in truth.values())
    page = as_(client, root, "head").get(reverse("readiness")).content.decode()
    assert f"<h1>{ready}/{len(truth)} cấp ủy đã kích hoạt</h1>" in page
    names = dict(Unit.objects.values_list("pk", "name"))
    for pk, state in truth.items():
        assert (f">{names[pk]}</a>" in page) == (state != ACTIVE), names[pk]
    assert "name=\"tai-khoan\"" not in page  # the board looks, the administrator acts


def test_the_export_is_what_is_seen(root: Unit, client: Client) -> None:
    as_(client, root, "administrator")
    both = {"nhom": "da-moi", "loai": "committee"}
    for query in ({}, {"nhom": "xong"}, {"loai": "grassroots"}, {"thu": "khong"}, both):
        page = client.get(reverse("readiness"), query).content.decode()
        text = client.get(reverse("readiness-export", args=["csv"]), query).content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text)))
        book = load_workbook(BytesIO(client.get(reverse("readiness-export", args=["xlsx"]), query).content))
        sheet = book.worksheets[0].iter_rows(values_only=True)
        assert rows == [["" if cell is None else str(cell) for cell in row] for row in sheet]
        seen = {unit.name for unit in Unit.objects.all() if f">{unit.name}</a> <span" in page}
        assert {row[2] for row in rows[1:]} == seen, query
        assert "@" not in text
    assert client.get(reverse("readiness-export", args=["exe"])).status_code == 404


def test_ticked_accounts_get_slips_or_letters(root: Unit, client: Client, settings: Any) -> None:
    as_(client, root, "administrator")
    now = timezone.now()
    rows = readiness.all_rows(readiness.listed(Unit.objects.under([root]), Asked(), now), now)
    waiting = [account.office for row in rows for account in row.accounts]
    addressed = [office for office in waiting if office.user.email]
    assert addressed
    assert len(addressed) < len(waiting)
    address = reverse("readiness-invite")
    answer = client.post(address, {"viec": "phieu", "tai-khoan": [office.pk for office in waiting]})
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert page.count('<article class="slip">') == len({office.user_id for office in waiting})
    assert Invitation.objects.open_at(now).count() >= len({office.user_id for office in waiting})
    refused = client.post(address, {"viec": "thu", "tai-khoan": [office.pk for office in waiting]}, follow=True)
    assert "chưa có thư điện tử" in refused.content.decode()
    sent = client.post(f"{address}?nhom=da-moi", {"viec": "thu", "tai-khoan": [o.pk for o in addressed]}, follow=True)
    assert sent.redirect_chain[-1][0].endswith("?nhom=da-moi")
    assert f"Đã gửi {len({o.user_id for o in addressed})} thư mời" in sent.content.decode()
    for body in ({"viec": "phieu"}, {"viec": "phieu", "tai-khoan": ["x", "9" * 30, "0"]},
                 {"viec": "khac", "tai-khoan": [waiting[0].pk]},
                 {"viec": "phieu", "tai-khoan": list(range(1, 202))}):
        assert "notice-error" in client.post(address, body, follow=True).content.decode()


def test_a_local_administrator_reaches_only_his_own(root: Unit, client: Client) -> None:
    committee = root.children.filter(kind="committee", closed_on=None).first()
    assert committee is not None
    as_(client, committee, "administrator")
    truth = naive(committee, timezone.now())
    page = client.get(reverse("readiness")).content.decode()
    assert f"/{len(truth)} cấp ủy đã kích hoạt" in page
    elsewhere = make_office(make_unit("Xã xa", "grassroots", root)).offices.get()
    answer = client.post(reverse("readiness-invite"), {"viec": "phieu", "tai-khoan": [elsewhere.pk]}, follow=True)
    assert "Chưa chọn tài khoản nào" in answer.content.decode()
    assert not Invitation.objects.filter(user=elsewhere.user).exists()


def test_the_page_asks_the_same_for_few_and_for_many(client: Client) -> None:
    root = make_unit("Tỉnh")
    as_(client, root, "administrator")
    asked = []
    for count in (3, 30):
        for n in range(count):
            unit = make_unit(f"Xã {count}-{n}", "grassroots", root)
            user = make_office(unit)
            accounts.renew_invitation(user=user, unit=unit, printed=True, by=None, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("readiness")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 15
