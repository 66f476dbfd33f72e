"""docker-compose.yml end to end, as processes: what would run in containers does its work here."""

import json
from pathlib import Path

import pytest

from tests.rig.servers import NotInstalledError
from tests.rig.stack import Stack

pytestmark = pytest.mark.processes


def test_the_stack_comes_up_works_and_stops(tmp_path: Path) -> None:
    try:
        stack = Stack(tmp_path)
    except NotInstalledError as lacking:
        pytest.skip(f"{lacking} is not installed")
    try:
        said = list(stack.start())
        assert said[-1].startswith("healthy")

        status, body = stack.get("/healthz/")
        health = json.loads(body)
        assert status == 200
        # Only the worker writes this, and only Redis could have told it to: beat, broker and worker all work.
        assert health["sweep_age_s"] is not None

        assert stack.get("/")[0] == 302
        status, page = stack.get("/tai-khoan/login/")
        assert status == 200
        assert "<form" in page
        assert stack.get("/tai-khoan/login/", **{"X-Forwarded-Proto": "http"})[0] == 301

        for service in ("web", "worker", "beat"):
            assert stack.passes_healthcheck(service), stack.logs()
        # No demo in production, whatever the environment says.
        assert stack.once("web", ["python", "manage.py", "demo"]).returncode != 0
    finally:
        codes = stack.stop()
    assert codes == {"web": 0, "worker": 0, "beat": 0}
