"""`./run` as a person uses it: starts, answers, keeps what was entered, heals, stops cleanly."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from portal import processes
from tests.rig.portal import ROOT, clean_environment
from tests.rig.servers import end, free_port, spawn, wait_until

pytestmark = pytest.mark.processes


class Running:
    """One `./run` on a folder and a port."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.port, self.console = folder, port, folder / "console"
        self.console.write_bytes(b"")
        began = time.monotonic()
        self.process = spawn([str(ROOT / "run")], self.console, env=environment(folder, port))
        wait_until(lambda: f"http://127.0.0.1:{port}" in self.said(), 120, f"./run answers\n{self.said()}")
        self.seconds = time.monotonic() - began

    def said(self) -> str:
        return self.console.read_text()

    def parts(self) -> dict[str, int]:
        """The process ids of web, worker and beat."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        named: dict[str, int] = {}
        for pid in children:
            command = Path(f"/proc/{pid}/cmdline").read_text()  # empty when it is dead
            named |= {name: int(pid) for name in ("gunicorn", "worker", "beat") if f"\0{name}\0" in command}
        return named

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()

    def stop(self, number: int = signal.SIGINT) -> int:
        return end(self.process, number, grace=60)


def environment(folder: Path, port: int) -> dict[str, str]:
    return clean_environment(VAR_DIR=str(folder), PORT=str(port), DEMO="0", SWEEP_SECONDS="1")


def run_once(folder: Path, port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A `./run` that is expected to end by itself."""
    env = environment(folder, port)
    return subprocess.run(
        [ROOT / "run", *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    runs: list[Running] = []

    def start(name: str = "var", port: int | None = None) -> Running:
        runs.append(Running(tmp_path / name, port or free_port()))
        return runs[-1]

    yield start
    for run in runs:
        run.stop()


def group_is_empty(group: int) -> bool:
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_stops_with_nothing_left(started: Callable[..., Running], number: int) -> None:
    run = started()
    assert run.get("/healthz/")[0] in {200, 503}
    assert "./run manage first_administrator" in run.said()
    parts = run.parts()
    assert set(parts) == {"gunicorn", "worker", "beat"}
    assert run.stop(number) == 0
    assert all(group_is_empty(group) for group in parts.values())


def test_a_second_run_keeps_the_data_and_is_quick(started: Callable[..., Running]) -> None:
    first = started()
    key = (first.folder / "secret_key").read_text()
    made = run_once(first.folder, first.port, "manage", "first_administrator")
    assert f"http://127.0.0.1:{first.port}/" in made.stdout
    assert first.stop() == 0

    second = started(port=first.port)
    assert second.seconds < 20
    assert (second.folder / "secret_key").read_text() == key
    again = run_once(first.folder, first.port, "manage", "first_administrator")
    assert again.returncode == 1  # there is one already: what was entered is still there


def test_a_killed_part_comes_back(started: Callable[..., Running]) -> None:
    run = started()
    for name in ("worker", "beat", "gunicorn"):
        os.kill(run.parts()[name], signal.SIGKILL)
        wait_until(lambda name=name: name not in run.parts(), 5, f"{name} is dead")
        wait_until(lambda name=name: name in run.parts(), 20, f"{name} is back")
    wait_until(lambda: run.get("/healthz/")[0] == 200, 30, "all three work again")
    assert run.stop() == 0


def test_a_killed_supervisor_leaves_nothing(started: Callable[..., Running]) -> None:
    run = started()
    parts = run.parts()
    run.stop(signal.SIGKILL)
    wait_until(lambda: all(group_is_empty(group) for group in parts.values()), 30, "its parts stop")


def test_two_run_side_by_side_and_never_on_one_port_or_folder(
    started: Callable[..., Running], tmp_path: Path
) -> None:
    one, other = started("one"), started("other")
    assert one.get("/healthz/")[0] in {200, 503}
    assert other.get("/healthz/")[0] in {200, 503}
    for folder, port in ((tmp_path / "third", one.port), (one.folder, free_port())):
        refused = run_once(folder, port)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "third" / "portal.sqlite3").exists()  # refused before anything was done


def test_a_busy_port_is_refused_even_when_nothing_listens_on_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        refused = run_once(tmp_path, port)
    assert refused.returncode == 1
    assert str(port) in refused.stderr


def test_ctrl_c_while_it_prepares_leaves_nothing(tmp_path: Path) -> None:
    console = tmp_path / "console"
    process = spawn([str(ROOT / "run")], console, env=environment(tmp_path, free_port()))
    wait_until(lambda: "Đang chuẩn bị" in console.read_text(), 60, "it prepares")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert end(process, signal.SIGINT) == 0
    assert all(group_is_empty(int(pid)) for pid in children)
    assert console.read_text().splitlines()[-1] == "Đã dừng."


def test_a_part_that_cannot_run_stops_the_portal_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "log").mkdir()
    monkeypatch.setattr(processes, "DEATHS_A_MINUTE", 2)
    child = processes.Child("worker", ["sh", "-c", "echo no such broker; exit 3"])

    with pytest.raises(processes.StoppedError, match=r"(?s)no such broker.*worker.*3"):
        wait_until(child.tend, 10, "it gives up")
    assert len(child.deaths) == 3


def test_help_names_every_command() -> None:
    done = subprocess.run([ROOT / "run", "help"], capture_output=True, text=True, check=True)
    for command in ("test", "check", "manage", "stack", "bench", "lock"):
        assert f"./run {command}" in done.stdout
    wrong = subprocess.run([ROOT / "run", "frobnicate"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
