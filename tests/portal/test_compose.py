"""docker-compose.yml is what docker compose would take, and names only what exists. No engine runs here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import get_commands

from portal.celery import app as celery_app
from tests.rig.portal import ROOT
from tests.rig.servers import INITDB_ARGUMENTS
from tests.rig.stack import OURS, read_compose, read_env_example

TEXT = {"type": "string", "minLength": 1}
WORDS = {"type": "array", "items": TEXT, "minItems": 1}
SECONDS = {"type": "string", "pattern": r"^[1-9]\d*s$"}
# A strict part of the compose specification: an unknown key, an untagged image or a wrong type is refused.
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart"],
    "properties": {
        "image": {"type": "string", "pattern": r"^[a-z]+:\d+(\.\d+)+(-[a-z]+)?$"},
        "build": TEXT,
        "command": WORDS,
        "env_file": TEXT,
        "environment": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z_]+$"},
            "additionalProperties": TEXT,
        },
        "ports": WORDS,
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+:/[\w/]+$"}},
        "restart": {"enum": ["no", "unless-stopped"]},
        "init": {"type": "boolean"},
        "security_opt": WORDS,
        "stop_grace_period": SECONDS,
        "shm_size": {"type": "string", "pattern": r"^\d+mb$"},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": {"enum": ["service_healthy", "service_completed_successfully"]}},
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test", "interval", "timeout", "retries"],
            "properties": {
                "test": {**WORDS, "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "minItems": 2},
                "interval": SECONDS, "timeout": SECONDS, "start_period": SECONDS,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "services", "volumes"],
    "properties": {
        "name": TEXT,
        "services": {
            "type": "object",
            "additionalProperties": False,
            "required": [*OURS, "migrate", "postgres", "redis"],
            "properties": dict.fromkeys((*OURS, "migrate", "postgres", "redis"), SERVICE),
        },
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
    "patternProperties": {"^x-": {}},
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return read_compose()


def test_the_file_follows_the_schema(compose: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(compose, SCHEMA)


@pytest.mark.parametrize(
    "spoilt", [{"imgae": "portal"}, {"image": "postgres"}, {"image": "redis:latest"}, {"ports": 80}]
)
def test_the_schema_refuses_what_is_wrong(compose: dict[str, Any], spoilt: dict[str, Any]) -> None:
    services = compose["services"] | {"web": compose["services"]["web"] | spoilt}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(compose | {"services": services}, SCHEMA)


def test_docker_compose_reads_it(tmp_path: Path) -> None:
    docker = shutil.which("docker") or "false"
    if subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        return  # the plugin is rare on build machines; the schema above is the gate that always runs
    for name in ("docker-compose.yml", ".env.example", "Dockerfile"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    subprocess.run([docker, "compose", "config", "--quiet"], cwd=tmp_path, check=True)


def test_every_variable_has_a_placeholder_and_no_secret_is_written() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    example = read_env_example()
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) <= set(example)
    secret = {name: value for name, value in example.items() if re.search("KEY|PASSWORD", name)}
    assert set(secret.values()) == {"change-me"}
    assert re.search(r"(password|secret)\w*[=:]\s*[\w-]{6,}", text, re.IGNORECASE) is None


def test_everything_named_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        mounted = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert mounted <= set(compose["volumes"])
        for needed, condition in service.get("depends_on", {}).items():
            assert condition["condition"] != "service_healthy" or "healthcheck" in services[needed]


@pytest.mark.parametrize("service", [*OURS, "migrate"])
def test_every_command_exists(compose: dict[str, Any], service: str) -> None:
    command = compose["services"][service]["command"]
    assert shutil.which(command[0], path=str(Path(sys.executable).parent))
    if command[0] == "python":
        assert (ROOT / command[1]).exists()
        assert command[2] in get_commands()
    if command[0] == "celery":
        assert command[1:3] == ["-A", celery_app.main]
    if service != "migrate":  # every option is one that the program knows
        program = [Path(sys.executable).parent / command[0]]
        program += command[1:4] if command[0] == "celery" else []
        asked = subprocess.run([*program, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
        for option in (word.partition("=")[0] for word in command if word.startswith("--")):
            assert option in asked.stdout


def test_postgres_sorts_here_as_it_does_there(compose: dict[str, Any]) -> None:
    there = compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert set(INITDB_ARGUMENTS) <= set(there.split())


def test_the_image_holds_what_the_portal_needs() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    packages = re.search(r'^for_all="python3-venv (.+)"$', (ROOT / "run").read_text(), re.MULTILINE)
    assert packages is not None
    assert packages[1] in dockerfile
    assert "--require-hashes -r requirements.txt" in dockerfile
    assert dockerfile.rindex("USER portal") < dockerfile.rindex("CMD")
    assert (ROOT / ".dockerignore").read_text().splitlines().count(".env") == 1
