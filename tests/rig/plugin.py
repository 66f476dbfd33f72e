"""What must be settled before Django reads its settings; `./run test` loads it with `-p tests.rig.plugin`."""

import os
import shutil
import tempfile
from collections.abc import Generator

import pytest

from tests.rig.servers import NotInstalledError, Postgres


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on a private PostgreSQL instead of SQLite")


@pytest.hookimpl(wrapper=True)  # a wrapper comes before pytest-django, which reads the settings in this hook
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    folder = tempfile.mkdtemp(prefix="portal-tests-")
    os.environ["VAR_DIR"] = folder
    early_config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if early_config.known_args_namespace.postgres:
        try:
            server = Postgres()
        except NotInstalledError:
            os.environ["TESTS_LACK_POSTGRES"] = "1"  # tests/conftest.py says so, loudly
        else:
            early_config.add_cleanup(server.close)
            os.environ["DATABASE_URL"] = server.url("portal")
    return (yield)
