"""The embedded portal as one command: prepares the data, then runs web, worker and beat until told to stop.

`python -m portal.processes` is what `./run` ends in. A process that dies is started again; Ctrl-C, SIGTERM
and a closed terminal stop all three cleanly, and nothing is left running.
"""

import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from kombu.exceptions import OperationalError

from portal.celery import app as celery_app

GRACE_SECONDS = 30
DEATHS_A_MINUTE = 5
LOG_BYTES = 10_000_000


class StoppedError(Exception):
    """Why the portal did not start or go on, in words for the person who started it."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def commands(bind: str, folder: Path) -> dict[str, list[str]]:
    """What runs, by name. `bind` is gunicorn's: 127.0.0.1:8000, or fd://N for a port already ours."""
    gunicorn = ["gunicorn", "portal.wsgi:application", "--bind", bind, "--worker-class", "gthread"]
    celery = ["celery", "-A", "portal"]
    named = {
        # Loaded once for both workers; a control socket would be shared with other portals of this person.
        "web": [*gunicorn, "--workers", "2", "--threads", "8", "--preload", "--no-control-socket",
                "--log-level", "warning", "--graceful-timeout", str(GRACE_SECONDS - 5)],
        # Nobody reads the events that gossip, mingle and heartbeat would write into the broker's folder.
        "worker": [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO",
                   "--without-gossip", "--without-mingle", "--without-heartbeat"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile=",
                 "--schedule", str(folder / "beat-schedule")],
    }
    return {name: [sys.executable, "-m", *arguments] for name, arguments in named.items()}


# ---- one portal a port, one portal a folder -----------------------------------------------------------


def claim_port(port: int) -> socket.socket:
    """The portal's port, held from before the first migration until the end, web server restarts included."""
    try:
        with _bound(port) as probe:
            probe.listen()  # a bound port may be somebody's all the same; one that can listen is not
        return _bound(port)
    except OSError as error:
        raise StoppedError(f"Cổng {port} đang bận. Chọn cổng khác: PORT={port + 1} ./run") from error


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


def claim_folder(folder: Path) -> int:
    """A lock on the data folder for as long as this process lives."""
    lock = os.open(folder / "processes.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoppedError(f"Dữ liệu ở {folder} đang được dùng. Chọn nơi khác: VAR_DIR=… ./run") from error
    return lock


# ---- one process --------------------------------------------------------------------------------------


class Child:
    """A process in a session of its own, so that Ctrl-C in the terminal reaches only its supervisor."""

    def __init__(self, name: str, command: list[str], fds: tuple[int, ...] = ()) -> None:
        self.name = name
        self.fds = fds
        self.log: Path = settings.VAR_DIR / "log" / f"{name}.log"
        self.log.write_bytes(b"")
        self.deaths: list[float] = []
        self.start_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        setpriv = shutil.which("setpriv")  # Linux: should the supervisor be killed, its children stop too
        self.command = [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own commands
                self.command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, pass_fds=self.fds,
            )

    def tend(self) -> None:
        """Start it when it is due, bury it when it is dead; too many deaths stop the portal."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif self.is_dead():
            code = self.bury()
            self.deaths = [at for at in self.deaths if at > now - 60] + [now]
            if len(self.deaths) > DEATHS_A_MINUTE:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
                raise StoppedError(f"{tail}\n{self.name} không chạy được (mã {code}), xem {self.log}")
            self.start_at = now + 0.25 * 2 ** len(self.deaths)
            say(f"{self.name} đã dừng (mã {code}), đang chạy lại…")
        if self.log.stat().st_size > LOG_BYTES:
            os.truncate(self.log, 0)  # opened for appending, so its writers go on at the new end

    def is_dead(self) -> bool:
        """Whether it ended; it stays unburied, so that its number and its group's cannot be anyone else's."""
        if self.process is None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def bury(self) -> int:
        """End what is left of it and of the processes it started; the exit code."""
        if self.process is None:
            return 0
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        return code


def stop_all(children: list[Child]) -> None:
    """Ask each main process to stop, and it ends its own children; after the grace, kill what is left."""
    for child in children:
        if child.process is not None:
            os.kill(child.process.pid, signal.SIGTERM)  # not terminate(), which may bury it
    deadline = time.monotonic() + GRACE_SECONDS
    while not all(child.is_dead() for child in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    for child in children:
        child.bury()


# ---- the whole ----------------------------------------------------------------------------------------


def prepare() -> None:
    """Bring the data up to date and print the demo's logins as JSON; in a process that can be stopped."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if settings.DEMO:
        call_command("demo", stdout=sys.stderr)
        call_command("demo", "--list")
    with suppress(OperationalError):  # a broker that is down only means a first sweep one minute later
        celery_app.send_task("portal.sweep")


def prepared(stop: threading.Event) -> list[dict[str, str | None]]:
    """Run `prepare` until it ends or we are told to stop; the demo's logins."""
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.processes", "--prepare"],
        cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
    )
    while not stop.is_set():
        with suppress(subprocess.TimeoutExpired):
            output, _ = process.communicate(timeout=0.2)
            if process.returncode:
                raise StoppedError("Không chuẩn bị được dữ liệu (xem lỗi ở trên).")
            logins: list[dict[str, str | None]] = json.loads(output or b"[]")
            return logins
    process.terminate()
    process.communicate()
    return []


def answers(port: int) -> bool:
    """Whether the web server answers anything at all; what /healthz/ says is for monitoring."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def welcome(logins: list[dict[str, str | None]]) -> str:
    lines = [f"\nMở trình duyệt: http://127.0.0.1:{settings.PORT}    (dừng: Ctrl-C)"]
    if logins:
        lines.append("Tài khoản minh họa (tên / mật khẩu):")
        lines += [f"  {one['username']:<16} {one['password']:<20} {one['unit'] or ''}" for one in logins]
    else:
        names = [f"{name}={os.environ[name]} " for name in ("PORT", "VAR_DIR", "DEMO") if name in os.environ]
        lines.append(f"Tạo người quản trị đầu tiên: {''.join(names)}./run manage first_administrator")
    return "\n".join(lines)


def supervise(children: list[Child], logins: list[dict[str, str | None]], stop: threading.Event) -> None:
    welcomed = False
    while not stop.is_set():
        for child in children:
            child.tend()
        if not welcomed and answers(settings.PORT):
            say(welcome(logins))
            welcomed = True
        stop.wait(0.2)
    say("Đang dừng…")


def serve(stop: threading.Event) -> None:
    """Everything from the claim on the port to the last child's end."""
    with claim_port(settings.PORT) as listener:
        claim_folder(settings.VAR_DIR)
        say("Đang chuẩn bị dữ liệu…")
        logins = prepared(stop)
        (settings.VAR_DIR / "log").mkdir(exist_ok=True)
        children = [
            Child(name, command, fds=(listener.fileno(),) if name == "web" else ())
            for name, command in commands(f"fd://{listener.fileno()}", settings.VAR_DIR).items()
        ]
        try:
            supervise(children, logins, stop)
        finally:
            stop_all(children)
        say("Đã dừng.")


def main() -> int:
    if sys.argv[1:] == ["--prepare"]:
        prepare()
        return 0
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        serve(stop)
    except StoppedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
