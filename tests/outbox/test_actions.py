"""The life of a message: leaves if its transaction committed, once, and never disappears."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction

from outbox import actions
from outbox.models import Heartbeat, Mail
from outbox.transport import InDoubt, Refused, TryLater
from tests.factories import NOW, at_once, make_office, make_tree, make_user
from units import access
from units.access import Forbidden
from units.models import LedgerEntry, Office

pytestmark = pytest.mark.django_db
LEASE, RESEND = 120, 900  # settings.OUTBOX_…


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def put(to: str = "a@don-vi.example", **more: Any) -> Mail:
    (mail,) = actions.enqueue(EmailMessage("Nhắc việc", "Chưa tiếp nhận", to=[to]), **({"now": NOW} | more))
    return mail


def claimed(now: datetime = NOW) -> Mail:
    mail = actions.claim(now=now)
    assert mail is not None
    return mail


class FakeTransport:
    """Answers as told: `breaks` is raised before the hook, `after` once the message has been handed over."""

    def __init__(
        self, breaks: Exception | None = None, after: Exception | None = None, during: Callable[[], Any] | None = None
    ) -> None:
        self.breaks, self.after, self.during = breaks, after, during
        self.handed: list[Message] = []

    def __enter__(self) -> "FakeTransport":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send(self, message: Message, before_dot: Callable[[], None]) -> None:
        if self.breaks:
            raise self.breaks
        before_dot()
        self.handed.append(message)
        if self.during:
            self.during()
        if self.after:
            raise self.after


def state(mail: Mail) -> tuple[Any, ...]:
    mail.refresh_from_db()
    return (mail.state, mail.attempts, mail.lease_until, mail.handed_at, mail.sent_at, mail.error)


# ---- writing ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_leaves_no_mail() -> None:
    def cause() -> None:
        with transaction.atomic():
            put()
            raise ConnectionError

    with pytest.raises(ConnectionError):
        cause()
    assert Mail.objects.count() == 0
    with transaction.atomic():
        put()
    assert Mail.objects.get().state == "waiting"


def test_one_row_an_address_with_a_message_id_of_its_own() -> None:
    message = EmailMultiAlternatives("Hai\r\ndòng", "Chữ", to=["a@don-vi.example", "b@don-vi.example"])
    message.attach_alternative("<p>Chữ</p>", "text/html")
    first, second = actions.enqueue(message, now=NOW)
    assert (first.to, second.to, first.subject, first.html) == (
        "a@don-vi.example", "b@don-vi.example", "Hai dòng", "<p>Chữ</p>",
    )
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@127.0.0.1>")


# ---- claiming --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_two_workers_take_the_same_message() -> None:
    for number in range(3):
        put(f"n{number}@don-vi.example")
    outcomes = at_once([lambda: actions.claim(now=NOW)] * 8)
    taken = [mail.to for mail in outcomes if mail is not None]
    assert sorted(taken) == [f"n{number}@don-vi.example" for number in range(3)]
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}


def test_the_oldest_due_message_is_taken_first_and_none_before_its_time() -> None:
    young, old = put("young@don-vi.example", now=later(-5)), put("old@don-vi.example", now=later(-9))
    future = put("future@don-vi.example", now=later(1))
    assert [claimed().pk, claimed().pk, actions.claim(now=NOW)] == [old.pk, young.pk, None]
    assert claimed(later(1)).pk == future.pk
    assert old.refresh_from_db() is None and old.lease_until == later(LEASE)  # noqa: PT018


# ---- sending ---------------------------------------------------------------------------------------------


def test_a_message_that_was_accepted_is_sent_and_never_again() -> None:
    put()
    mail, way_out = claimed(), FakeTransport()
    actions.send(mail, way_out, now=later(1))
    assert state(mail) == ("sent", 1, None, later(1), later(1), "")
    (message,) = way_out.handed
    assert (message["Message-ID"], message["To"]) == (mail.message_id, "a@don-vi.example")
    assert actions.recover(now=later(10**6)) == 0
    assert actions.claim(now=later(10**6)) is None


def test_a_passing_error_is_tried_again_later_and_later_and_then_counts_as_failed() -> None:
    mail, now = put(), NOW
    waits = []
    for _ in range(5):
        actions.send(claimed(now), FakeTransport(breaks=TryLater("421 bận")), now=now)
        mail.refresh_from_db()
        assert (mail.state, mail.lease_until, mail.handed_at, mail.error) == ("waiting", None, None, "421 bận")
        waits.append((mail.not_before - now).total_seconds())
        assert actions.claim(now=mail.not_before - timedelta(seconds=1)) is None
        now = mail.not_before
    assert waits == [60, 300, 900, 3600, 14400]
    actions.send(claimed(now), FakeTransport(breaks=TryLater("421 bận")), now=now)
    assert state(mail) == ("failed", 6, None, None, None, "421 bận")


def test_a_refusal_is_final() -> None:
    put()
    mail = claimed()
    actions.send(mail, FakeTransport(after=Refused("550 không có hộp thư")), now=NOW)
    assert state(mail) == ("failed", 1, None, None, None, "550 không có hộp thư")
    assert actions.claim(now=later(10**6)) is None


def test_killed_before_handing_over_it_is_sent_again() -> None:
    mail = put()
    claimed()  # … and the worker dies
    assert actions.recover(now=later(LEASE)) == 0  # its lease still holds
    assert actions.claim(now=later(LEASE)) is None
    assert actions.recover(now=later(LEASE + 1)) == 1
    again = claimed(later(LEASE + 1))
    actions.send(again, FakeTransport(), now=later(LEASE + 2))
    assert (state(mail)[:2], mail.resent_in_doubt) == (("sent", 2), False)


def test_a_message_that_kills_every_worker_counts_as_failed_in_the_end() -> None:
    mail, now = put(), NOW
    for _ in range(6):
        claimed(now)
        now += timedelta(seconds=LEASE + 1)
        actions.recover(now=now)
    assert (mail.refresh_from_db(), mail.state, mail.attempts) == (None, "failed", 6)


def test_in_doubt_it_is_resent_once_under_the_same_message_id_and_marked() -> None:
    mail = put()
    way_out = FakeTransport(after=InDoubt("mất kết nối"))
    actions.send(claimed(), way_out, now=NOW)
    assert state(mail) == ("sending", 1, later(LEASE), NOW, None, "mất kết nối")
    assert actions.recover(now=later(RESEND)) == 0
    assert actions.claim(now=later(RESEND)) is None
    assert actions.recover(now=later(RESEND + 1)) == 1
    again = claimed(later(RESEND + 1))
    assert again.resent_in_doubt is True
    actions.send(again, way_out, now=later(RESEND + 1))
    assert len({message["Message-ID"] for message in way_out.handed}) == 1
    assert len(way_out.handed) == 2
    assert actions.recover(now=later(10**6)) == 0  # in doubt a second time
    assert state(mail)[0] == "failed"
    assert mail.error == "Không rõ máy chủ thư đã nhận hay chưa."


def test_killed_after_handing_over_it_is_in_doubt_too() -> None:
    mail = put()
    with pytest.raises(SystemExit):
        actions.send(claimed(), FakeTransport(after=SystemExit()), now=NOW)  # type: ignore[arg-type]
    assert state(mail)[0] == "sending"
    assert actions.recover(now=later(LEASE + 1)) == 0
    assert actions.recover(now=later(RESEND + 1)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.resent_in_doubt, mail.handed_at) == ("waiting", True, None)


def test_a_worker_frozen_before_the_dot_sends_nothing_once_another_has_taken_over() -> None:
    mail = put()
    frozen = claimed()
    actions.recover(now=later(LEASE + 1))
    other = claimed(later(LEASE + 1))
    way_out = FakeTransport()
    actions.send(frozen, way_out, now=later(LEASE + 2))
    assert way_out.handed == []
    assert state(mail) == ("sending", 2, later(2 * LEASE + 1), None, None, "")
    actions.send(other, way_out, now=later(LEASE + 3))
    assert len(way_out.handed) == 1


@pytest.mark.parametrize("wakes", [None, TryLater("muộn"), Refused("muộn"), InDoubt("muộn")])
def test_a_frozen_workers_late_write_is_ignored(wakes: Exception | None) -> None:
    mail = put()

    def another_takes_over() -> None:
        actions.recover(now=later(RESEND + 1))
        actions.send(claimed(later(RESEND + 1)), FakeTransport(), now=later(RESEND + 2))

    actions.send(claimed(), FakeTransport(after=wakes, during=another_takes_over), now=NOW)
    assert state(mail) == ("sent", 2, None, later(RESEND + 2), later(RESEND + 2), "")


# ---- people ----------------------------------------------------------------------------------------------


def test_security_mail_is_erased_once_sent_and_never_shown_to_anybody() -> None:
    tree = make_tree("province Tỉnh")
    user = make_office(tree["Tỉnh"], Office.Role.ADMINISTRATOR)
    put(recipient=user, security=True)
    mail = claimed()
    for rights in (access.rights(user, NOW.date()), access.rights(make_user("khac"), NOW.date())):
        assert list(Mail.objects.visible_to(rights)) == []
    actions.send(mail, FakeTransport(), now=NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")
    assert list(Mail.objects.visible_to(access.rights(user, NOW.date()))) == []


def test_one_sees_ones_own_mail_and_with_read_mail_everybodys() -> None:
    tree = make_tree()
    clerk, other = make_office(tree["Xã A1"]), make_office(tree["Xã A2"])
    own, foreign = put(recipient=clerk), put(recipient=other)
    for role, expected in (("board", [own, foreign]), ("administrator", [own, foreign]), ("committee", [])):
        user = make_office(tree["Tỉnh"], role)
        assert list(Mail.objects.visible_to(access.rights(user, NOW.date())).order_by("pk")) == expected
    assert list(Mail.objects.visible_to(access.rights(clerk, NOW.date()))) == [own]


def test_a_failed_message_is_sent_anew_by_who_may_and_only_a_failed_one() -> None:
    tree = make_tree()
    board, clerk = make_office(tree["Tỉnh"], "board"), make_office(tree["Xã A1"])
    mail = put(recipient=clerk)
    actions.send(claimed(), FakeTransport(after=Refused("550")), now=NOW)
    with pytest.raises(Forbidden):
        actions.retry(mail=mail, by=clerk, now=later(5))
    actions.retry(mail=mail, by=board, now=later(5))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.not_before, mail.error) == ("waiting", 0, later(5), "")
    actions.retry(mail=mail, by=board, now=later(9))  # nothing to do any more
    assert (mail.refresh_from_db(), mail.not_before) == (None, later(5))
    assert LedgerEntry.objects.get(event="mail.retried").data == {"to": "a@don-vi.example"}


def test_a_heartbeat_is_one_row_a_job() -> None:
    for seconds in (0, 60):
        actions.beat("sweep", now=later(seconds))
    assert list(Heartbeat.objects.values_list("name", "at")) == [("sweep", later(60))]
