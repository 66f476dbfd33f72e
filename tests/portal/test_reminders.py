"""Real workers and beats send real reminders, with nobody calling them by hand; killed ones send them once."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.processes import commands
from tests.rig.portal import ROOT, Portal
from tests.rig.servers import Postgres, Redis, spawn, wait_until
from tests.rig.smtp import SmtpSink

pytestmark = pytest.mark.processes


@dataclass
class Scene:
    """A portal whose communes are all late, and the mail server that its worker speaks to."""

    portal: Portal
    sink: SmtpSink
    addresses: list[str]

    def copies(self) -> Counter[str]:
        return Counter(address for mail in self.sink.accepted for address in mail.recipients)

    def everyone_has_one(self) -> bool:
        return set(self.copies()) == set(self.addresses)


def scene(processes: Callable[..., Portal], sink: SmtpSink, count: int, **environment: str) -> Scene:
    portal = processes(EMAIL_URL=sink.url, REMIND_IN_WORKING_HOURS_ONLY="0", **environment)
    subprocess.run(
        [sys.executable, "-m", "tests.rig.story", str(count)], cwd=ROOT, check=True, timeout=120,
        env=portal.environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
    )
    return Scene(portal, sink, [f"xa-{number}@don-vi.example" for number in range(count)])


def some_sweeps() -> None:
    time.sleep(4)


def test_beat_and_worker_remind_with_nobody_calling_them(processes: Any, smtp_sink: SmtpSink) -> None:
    told = scene(processes, smtp_sink, 2)
    told.portal.start("worker", "beat")
    wait_until(told.everyone_has_one, 60, "both clerks are reminded")
    some_sweeps()
    assert told.copies() == Counter(told.addresses)
    assert "Chưa tiếp nhận" in smtp_sink.accepted[0].message.get_content()


def test_two_beats_at_once_remind_once(processes: Any, smtp_sink: SmtpSink) -> None:
    told = scene(processes, smtp_sink, 3)
    second = told.portal.folder / "second"
    second.mkdir()
    told.portal.start("worker", "beat")
    beat = commands("", second)["beat"]
    told.portal.running["second beat"] = spawn(beat, second / "beat.log", env=told.portal.environment, cwd=ROOT)
    wait_until(told.everyone_has_one, 60, "all clerks are reminded")
    some_sweeps()
    assert told.copies() == Counter(told.addresses)


def test_a_worker_killed_in_the_middle_leaves_nothing_lost_and_nothing_twice(
    processes: Any, smtp_sink: SmtpSink
) -> None:
    killed_in_the_middle(
        scene(processes, smtp_sink, 30, OUTBOX_LEASE_SECONDS="2", OUTBOX_AMBIGUOUS_RESEND_SECONDS="3")
    )


def test_the_same_on_postgresql_and_redis(
    processes: Any, smtp_sink: SmtpSink, postgres_server: Postgres, redis_server: Redis
) -> None:
    killed_in_the_middle(
        scene(
            processes, smtp_sink, 30, OUTBOX_LEASE_SECONDS="2", OUTBOX_AMBIGUOUS_RESEND_SECONDS="3",
            DATABASE_URL=postgres_server.new_database(), CELERY_BROKER_URL=redis_server.url(0),
        )
    )


def killed_in_the_middle(told: Scene) -> None:
    def slowly(_envelope: object) -> str:
        time.sleep(0.1)
        return "250 OK"

    told.sink.answer = slowly
    told.portal.start("worker", "beat")
    wait_until(lambda: len(told.sink.accepted) >= 8, 60, "some mails have left")
    told.portal.kill("worker")
    so_far = len(told.sink.accepted)
    assert so_far < 30, "the worker was not killed in the middle"
    told.portal.start("worker")
    wait_until(told.everyone_has_one, 90, "every clerk is reminded after the restart")
    some_sweeps()
    # The declared window: what was interrupted between the final dot and its reply is resent once, marked as such.
    twice = [address for address, count in told.copies().items() if count > 1]
    assert len(twice) <= 2  # two threads, each with at most one message between dot and reply
    assert all(count <= 2 for count in told.copies().values())
    for address in twice:
        assert len({mail.message["Message-ID"] for mail in told.sink.to(address)}) == 1
    query = "Mail.objects.filter(resent_in_doubt=True).values_list('to', flat=True)"
    resent = told.portal.manage("shell", "-v0", "-c", f"from outbox.models import Mail; print(*{query})")
    assert set(twice) <= set(resent.split())
