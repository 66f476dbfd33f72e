import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

import pytest

from tests.rig.portal import ROOT, Portal, clean_environment
from tests.rig.race import OURS, STOCK, connect, race, race_to_bind
from tests.rig.servers import wait_until


def test_celery_really_uses_it(tmp_path: Path) -> None:
    program = "from portal.celery import app; print(type(app.connection().channel()))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=clean_environment(VAR_DIR=str(tmp_path)),
        capture_output=True, text=True, check=True,
    )
    assert done.stdout.strip() == "<class 'portal.fsbroker.Channel'>"


@pytest.mark.processes
def test_every_message_arrives_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {"producers": 3, "consumers": 2, "small": 1000, "big": 50}
    ours = race(OURS, tmp_path / "ours", **sizes)
    stock = race(STOCK, tmp_path / "stock", **sizes)
    with capsys.disabled():
        sys.stdout.write(f"\nfolder broker: {ours}\nstock kombu, the floor: {stock}\n")
    assert (ours.sent, ours.lost, ours.twice, ours.errors) == (3150, 0, 0, {})


@pytest.mark.processes
def test_bindings_survive_writers_at_once(tmp_path: Path) -> None:
    bound = race_to_bind(OURS, tmp_path / "race", processes=3, queues=40)
    assert bound == {f"bind{process}-{number}" for process in range(3) for number in range(0, 40, 2)}


@pytest.fixture
def channel(tmp_path: Path) -> Any:
    (tmp_path / "messages").mkdir()
    (tmp_path / "control").mkdir()
    return connect(OURS, tmp_path).channel()


@pytest.mark.parametrize("garbage", [b"", b"{", b"null", b"[]", b'{"properties": {}}', b"\xff\xfe"])
def test_an_unreadable_message_is_put_aside(channel: Any, tmp_path: Path, garbage: bytes) -> None:
    folder = tmp_path / "messages"
    (folder / "0_first.celery.msg").write_bytes(garbage)
    message = {"body": "đồng chí", "properties": {"delivery_tag": "1"}}
    channel._put("celery", message)
    assert channel._get("celery") == message
    with pytest.raises(Empty):
        channel._get("celery")
    assert [path.name for path in folder.iterdir()] == ["0_first.celery.claimed"]


def test_messages_keep_their_order_and_their_queue(channel: Any) -> None:
    for tag in ("1", "2", "3"):
        channel._put("celery", {"properties": {"delivery_tag": tag}})
        channel._put("other.celery", {"properties": {"delivery_tag": f"other {tag}"}})
    taken = [channel._get("celery")["properties"]["delivery_tag"] for _ in range(3)]
    assert taken == ["1", "2", "3"]
    assert channel._size("celery") == 0
    assert channel._size("other.celery") == 3


def test_a_half_written_table_counts_as_none_and_is_replaced(channel: Any, tmp_path: Path) -> None:
    (tmp_path / "control" / "celery.exchange").write_text('[["celery", "", "cel')
    assert channel.get_table("celery") == []
    channel._queue_bind("celery", "celery", "", "celery")
    assert [row.queue for row in channel.get_table("celery")] == ["celery"]


@pytest.mark.processes
def test_a_worker_survives_an_empty_message(processes: Callable[..., Portal]) -> None:
    portal = processes()
    garbage = portal.folder / "queue" / "messages" / "0_empty.celery.msg"
    garbage.touch()
    portal.start()
    wait_until(lambda: portal.health()["sweep_age_s"] is not None, 30, "the worker sweeps")
    assert not garbage.exists()
    assert "put aside" in portal.log("worker")
    assert portal.stop() == {"web": 0, "worker": 0, "beat": 0}
