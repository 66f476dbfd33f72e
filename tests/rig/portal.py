"""The portal's own processes on a data folder, port and database of their own, each to be killed at will."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal.processes import commands
from tests.rig.servers import end, free_port, spawn, wait_until

ROOT = Path(__file__).resolve().parents[2]
# What a developer's shell may hold must not reach the processes under test.
OURS = (
    "PORTAL_MODE", "PORT", "VAR_DIR", "DEMO", "DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL",
    "SITE_URL", "MEDIA_ROOT", "DJANGO_ALLOW_ASYNC_UNSAFE",
)


def clean_environment(**ours: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {"PYTHONUTF8": "1"} | ours


class Portal:
    """Web, worker and beat as `./run` starts them, a sweep every second, no demo unless asked for."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        defaults = {"VAR_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", "SWEEP_SECONDS": "1"}
        self.environment = clean_environment(**(defaults | environment))
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "log").mkdir(parents=True, exist_ok=True)

    def manage(self, *arguments: str) -> str:
        """Run one management command to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self) -> None:
        self.manage("migrate", "-v0")
        self.manage("createcachetable")

    def start(self, *names: str) -> None:
        """Start these of web, worker and beat (all without a name); a web server is waited for."""
        named = commands(f"127.0.0.1:{self.port}", self.folder)
        for name in names or named:
            self.running[name] = spawn(named[name], self._log(name), env=self.environment, cwd=ROOT)
        if "web" in (names or named):
            wait_until(self.answers, 30, f"the web server answers\n{self.log('web')}")

    def kill(self, name: str) -> None:
        end(self.running.pop(name), signal.SIGKILL)

    def stop(self) -> dict[str, int]:
        """Stop what runs as the supervisor would; the exit codes."""
        for process in self.running.values():
            os.kill(process.pid, signal.SIGTERM)
        codes = {name: end(process, 0) for name, process in self.running.items()}
        self.running.clear()
        return codes

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """One request as a browser would send it; status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def health(self) -> dict[str, Any]:
        _, body = self.get("/healthz/")
        found: dict[str, Any] = json.loads(body)
        return found

    def answers(self) -> bool:
        try:
            self.get("/healthz/")
        except OSError:
            return False
        return True

    def log(self, name: str) -> str:
        return self._log(name).read_text(errors="replace") if self._log(name).exists() else ""

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"
