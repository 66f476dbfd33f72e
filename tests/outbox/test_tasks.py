"""Delivery as the worker does it, Django's own mail going the same way, and a broker that is gone."""

from typing import Any

import pytest
from django.core.mail import send_mail
from django.utils import timezone
from kombu.exceptions import OperationalError

from outbox import actions, tasks
from outbox.models import Mail
from portal import settings as portal_settings
from tests.rig.smtp import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(smtp_sink: SmtpSink, settings: Any) -> SmtpSink:
    settings.EMAIL_BACKEND = portal_settings.EMAIL_BACKEND  # Django's test runner puts its own in place
    settings.OUTBOX_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp", "127.0.0.1", smtp_sink.port
    return smtp_sink


def write(count: int) -> None:
    for number in range(count):
        send_mail(f"Thư {number}", "Nội dung", None, [f"n{number}@don-vi.example"])


def test_everything_due_is_delivered_once(sink: SmtpSink) -> None:
    write(3)
    assert [tasks.deliver(), tasks.deliver()] == [3, 0]
    assert [mail.message["Subject"] for mail in sink.accepted] == ["Thư 0", "Thư 1", "Thư 2"]
    ids = {mail.message["Message-ID"] for mail in sink.accepted}
    assert ids == set(Mail.objects.values_list("message_id", flat=True))
    assert set(Mail.objects.values_list("state", flat=True)) == {"sent"}


def test_a_task_takes_its_share_and_leaves_the_rest_to_the_next(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    write(3)
    assert [tasks.deliver(), tasks.deliver()] == [2, 1]


def test_one_refused_message_does_not_hold_up_the_others(sink: SmtpSink) -> None:
    sink.answer = lambda envelope: "550 no" if "n1@don-vi.example" in envelope.rcpt_tos else "250 OK"
    write(3)
    assert tasks.deliver() == 3
    assert dict(Mail.objects.values_list("to", "state")) == {
        "n0@don-vi.example": "sent", "n1@don-vi.example": "failed", "n2@don-vi.example": "sent",
    }


def test_a_server_that_is_down_puts_mail_back(sink: SmtpSink, settings: Any) -> None:
    sink.answer = lambda _envelope: "421 closing"
    write(2)
    assert tasks.deliver() == 2
    assert set(Mail.objects.values_list("state", "attempts")) == {("waiting", 1)}
    assert sink.accepted == []


@pytest.mark.django_db(transaction=True)
def test_djangos_own_mail_is_a_row_that_nobody_sees_and_that_loses_its_body(sink: SmtpSink) -> None:
    assert send_mail("Đặt lại mật khẩu", "bí mật", None, ["a@don-vi.example", "b@don-vi.example"]) == 2
    assert set(Mail.objects.values_list("security", "state", "text")) == {(True, "waiting", "bí mật")}
    assert tasks.deliver() == 2
    assert set(Mail.objects.values_list("state", "text")) == {("sent", "")}
    assert [mail.message.get_content().strip() for mail in sink.accepted] == ["bí mật"] * 2


def test_dead_workers_mail_is_found_by_the_next_delivery(sink: SmtpSink, settings: Any) -> None:
    settings.OUTBOX_LEASE_SECONDS = -1  # a lease that has run out as it is taken
    write(1)
    assert actions.claim(now=timezone.now()) is not None
    assert tasks.deliver() == 1
    assert Mail.objects.get().state == "sent"


def test_without_a_broker_waking_the_worker_is_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone() -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.deliver, "delay", gone)
    tasks.wake(tasks.deliver)
    assert "left to the sweep" in caplog.text
