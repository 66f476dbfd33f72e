"""docker-compose.yml without an engine: its services' own commands and environment, as processes here.

PostgreSQL and Redis are private ones of the same settings; addresses, passwords and paths are put in their
place, nothing else is changed. `./run stack` is this module; tests/portal/test_stack.py walks the same code.
"""

import contextlib
import http.client
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.rig.portal import ROOT
from tests.rig.servers import Postgres, Redis, end, free_port, spawn, wait_until

OURS = ("web", "worker", "beat")
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::\?[^}]*)?\})")


def read_compose() -> dict[str, Any]:
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return compose


def read_env_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def interpolated(text: str, values: dict[str, str]) -> str:
    """`${NAME}`, `${NAME:?}` and `$$` as docker compose reads them; an unknown name is a KeyError."""
    return _VARIABLE.sub(lambda found: values[found[1]] if found[1] else "$", text)


class Stack:
    """The whole of docker-compose.yml, from empty databases to healthy services."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.services: dict[str, Any] = read_compose()["services"]
        self.postgres, self.redis, self.port = Postgres(durable=True), Redis(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        # What .env would hold. A first sweep within seconds, and mail to the worker's log.
        self.dotenv = read_env_example() | {
            "SECRET_KEY": secrets.token_urlsafe(50), "POSTGRES_PASSWORD": self.postgres.password,
            "REDIS_PASSWORD": self.redis.password, "EMAIL_URL": "console://", "SWEEP_SECONDS": "2",
        } | settings

    def here(self, text: str) -> str:
        """A line of the file with what is elsewhere on this machine put in its place."""
        places = {
            "@postgres:5432/portal": self.postgres.url("postgres").partition(self.postgres.password)[2],
            "@redis:6379": f"@127.0.0.1:{self.redis.port}",
            "0.0.0.0:8000": f"127.0.0.1:{self.port}",
            "127.0.0.1:8000": f"127.0.0.1:{self.port}",
            "/srv/portal/var": str(self.folder / "var"),
            "/tmp/beat-schedule": str(self.folder / "beat-schedule"),
        }
        text = interpolated(text, self.dotenv)
        for there, here in places.items():
            text = text.replace(there, here)
        return text

    def environment(self, service: str) -> dict[str, str]:
        """What the container would see: nothing of this shell but where programs and a home are."""
        shell = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(self.folder)}
        named = {name: self.here(str(value)) for name, value in self.services[service]["environment"].items()}
        return shell | self.dotenv | named | {"PYTHONUTF8": "1"}

    def command(self, service: str) -> list[str]:
        return [self.here(word) for word in self.services[service]["command"]]

    def once(self, service: str, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command inside the service, as `docker compose exec` would."""
        environment = self.environment(service)
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
        )

    def start(self) -> Iterator[str]:
        """Bring everything up in the file's order, telling of each service as it is ready."""
        yield f"postgres  127.0.0.1:{self.postgres.port}"
        yield f"redis     127.0.0.1:{self.redis.port}"
        self._finish("web", ["python", "manage.py", "collectstatic", "--noinput", "-v0"])  # the Dockerfile's
        yield "static    collected"
        self._finish("migrate", self.command("migrate"))
        yield "migrate   done"
        for service in OURS:
            log = self.folder / f"{service}.log"
            command, environment = self.command(service), self.environment(service)
            self.running[service] = spawn(command, log, env=environment, cwd=ROOT)
            yield f"{service:<9} {' '.join(command)}  > {log}"
        wait_until(self.all_healthy, 90, f"web is healthy\n{self.logs()}")
        yield f"healthy   http://127.0.0.1:{self.port}/healthz/ (with X-Forwarded-Proto: https)"

    def _finish(self, service: str, command: list[str]) -> None:
        done = self.once(service, command)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr[-3000:]}")

    def all_healthy(self) -> bool:
        for service, process in self.running.items():
            if process.poll() is not None:
                raise RuntimeError(f"{service} ended with {process.returncode}\n{self.logs()}")
        with contextlib.suppress(OSError):
            return self.get("/healthz/")[0] == 200
        return False

    def passes_healthcheck(self, service: str) -> bool:
        """The file's own health check, run once."""
        kind, *test = self.services[service]["healthcheck"]["test"]
        words = [self.here(word) for word in test]
        return self.once(service, words if kind == "CMD" else ["sh", "-c", *words]).returncode == 0

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """One request as the proxy that ends TLS passes it on."""
        host = self.dotenv["ALLOWED_HOSTS"].split(",")[0]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"} | headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in self.folder.glob("*.log"))

    def stop(self) -> dict[str, int]:
        """Stop our services as the engine does, then the servers; the services' exit codes."""
        for process in self.running.values():
            if process.returncode is None:
                os.kill(process.pid, signal.SIGTERM)
        codes = {service: end(process, 0) for service, process in self.running.items()}
        self.redis.close()
        self.postgres.close()
        return codes


def main() -> int:
    """Bring the stack up and keep it until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    folder = Path(tempfile.mkdtemp(prefix="portal-stack-"))
    stack = Stack(folder)
    try:
        for line in stack.start():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            if stop.is_set():
                return 0
        stop.wait()
    finally:
        codes = stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
        sys.stdout.write(f"stopped   {codes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
