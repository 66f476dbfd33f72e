"""PostgreSQL and Redis of our own: a new folder, a free port, a random password, gone when closed.

The password is what makes a free port safe on a shared machine: a client can never talk to another's server.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg2
import redis

# As in docker-compose.yml, so that sorting and comparing are production's.
INITDB_ARGUMENTS = ["--encoding=UTF8", "--locale-provider=icu", "--icu-locale=vi-VN", "--locale=C.UTF-8"]


class NotInstalledError(Exception):
    """A program that some tests need is not on this machine."""


def find_program(*names: str, folders: str = "") -> str:
    """The first of these programs that exists, in the given folders (a glob) or on the PATH."""
    for folder in sorted(Path("/").glob(folders), reverse=True) if folders else []:
        if (folder / names[0]).exists():
            return str(folder / names[0])
    for name in names:
        if found := shutil.which(name):
            return found
    raise NotInstalledError(names[0])


def free_port() -> int:
    """A port that the kernel says is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Poll until `condition` holds; fail with `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def spawn(
    command: list[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, which the kernel ends should the tests be killed."""
    setpriv = shutil.which("setpriv")
    with log.open("ab") as output:
        return subprocess.Popen(
            [setpriv, "--pdeathsig", "KILL", *command] if setpriv else command,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            env=env, cwd=cwd, user=user, group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
        )


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, grace: float = 30) -> int:
    """Signal one process (0: it already was), wait, then kill what is left of its group; the exit code."""
    if process.returncode is not None:
        return process.returncode
    os.kill(process.pid, number)
    deadline = time.monotonic() + grace
    # Not polled, so not buried until its group is gone: the number cannot be another's by then.
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class Server(ABC):
    """A server with a folder, a port and a password; `kill` and `start` again is what fault tests do."""

    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rig-"))
        self.folder.chmod(0o711)
        self.log = self.folder / "log"
        self.password = secrets.token_hex(16)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it in the foreground."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it answers."""

    def user(self) -> str | None:
        return None

    def start(self) -> None:
        process = self.process = spawn(self.command(), self.log, cwd=self.folder, user=self.user())

        def ready_or_dead() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"{self.command()[0]} ended: {self.log.read_text()[-2000:]}")
            return self.ready()

        wait_until(ready_or_dead, 30, f"{self.command()[0]} answers")

    def kill(self) -> None:
        if self.process is not None:
            end(self.process, signal.SIGKILL)

    def close(self) -> None:
        if self.process is not None:
            end(self.process, self.stop_signal)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Server):
    """A PostgreSQL cluster; with `durable` it forces every commit to disk, as production does."""

    stop_signal = signal.SIGINT  # "fast": ends connections, then stops in order

    def __init__(self, *, durable: bool = False) -> None:
        self.postgres = find_program("postgres", folders="usr/lib/postgresql/*/bin")
        super().__init__()
        self.durable = durable
        self.data = self.folder / "data"
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if user := self.user():
            self.data.mkdir(mode=0o700)
            shutil.chown(self.data, user)
            shutil.chown(password_file, user)
        self._initdb(password_file)
        self.start()

    def user(self) -> str | None:
        return "postgres" if os.getuid() == 0 else None  # it refuses to run as root

    def _initdb(self, password_file: Path) -> None:
        initdb = str(Path(self.postgres).with_name("initdb"))
        options = [f"--pgdata={self.data}", "--username=portal", f"--pwfile={password_file}", "--no-sync"]
        command = [initdb, *options, "--auth=scram-sha-256", *INITDB_ARGUMENTS]
        process = spawn(command, self.log, cwd=self.folder, user=self.user())
        if process.wait():
            raise RuntimeError(self.log.read_text()[-2000:])
        password_file.unlink()

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "",
            "max_connections": 60, "shared_buffers": "64MB",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [self.postgres, "-D", str(self.data), *options]

    def ready(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgres://portal:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"portal_{secrets.token_hex(4)}"
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        return self.url(name)


class Redis(Server):
    """A Redis that keeps nothing on disk, as in docker-compose.yml it never evicts."""

    def __init__(self) -> None:
        self.redis = find_program("redis-server")
        super().__init__()
        self.start()

    def command(self) -> list[str]:
        return [
            self.redis, "--bind", "127.0.0.1", "--port", str(self.port), "--requirepass", self.password,
            "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir", str(self.folder),
        ]

    def ready(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url(0)).ping())
        except redis.ConnectionError:
            return False

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"
