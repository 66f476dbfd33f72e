"""What every test gets: a fast hasher, no real broker, strict templates, lifted guards, and real servers on request.

`./run test` runs everything on SQLite, then once more on PostgreSQL. A test whose server or browser is not
on the machine is skipped with one loud line; with CI=true a skip fails the run.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from playwright.sync_api import Browser, Page, sync_playwright

from portal.celery import app as celery_app
from tests.rig.portal import Portal
from tests.rig.servers import NotInstalledError, Postgres, Redis, find_program
from tests.rig.smtp import SmtpSink
from units import guards

Found = TypeVar("Found")
IN_CI = os.environ.get("CI") == "true"
# These start their own database or walk the pages once: a second round on PostgreSQL would show nothing new.
ONCE_ONLY = ("journey", "processes")
CHROMIUM_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]

# ---- the session ----------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="portal-media-"))
    config.add_cleanup(lambda: shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True))
    # A plain `pytest` reads ./var's settings; what tests enqueue must not wake a developer's worker.
    celery_app.conf.update(broker_url="memory://localhost/", broker_transport="memory")
    os.environ["FAIL_INVALID_TEMPLATE_VARS"] = "true"  # pytest-django's: a template's unknown name fails its test
    if not config.option.liveserver:
        config.option.liveserver = "127.0.0.1"  # "localhost" may not resolve


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = os.environ.get("TESTS_LACK_POSTGRES")
    if not lacking and connection.vendor == "sqlite":
        return
    left_out = [one for one in items if lacking or any(one.get_closest_marker(mark) for mark in ONCE_ONLY)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [one for one in items if one not in set(left_out)]


def _lacking(config: pytest.Config) -> list[str]:
    """Why tests were skipped, each reason once."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    reasons = {str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
               for report in reporter.stats.get("skipped", [])}
    if os.environ.get("TESTS_LACK_POSTGRES"):
        reasons.add("postgres is not installed: the whole second round")
    return sorted(reasons)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("TESTS_LACK_POSTGRES"):
        session.exitstatus = pytest.ExitCode.OK
    if IN_CI and _lacking(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if lacking := _lacking(config):
        verdict = "A FAILURE IN CI" if IN_CI else "NOT TESTED HERE"
        terminalreporter.write_line(f"SKIPPED, {verdict}: {'; '.join(lacking)}", red=True, bold=True)


# ---- the database ---------------------------------------------------------------------------------------


@contextmanager
def lifted_guards() -> Iterator[None]:
    """Without the triggers that keep history append-only: only for emptying tables between tests."""
    tables = frozenset(connection.introspection.table_names())
    _execute(guards.drop_sql(connection.vendor, tables))
    yield
    _execute(guards.create_sql(connection.vendor, tables))


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(autouse=True, scope="session")
def _flush_without_guards() -> Iterator[None]:
    flush = TransactionTestCase._fixture_teardown

    def lifted_flush(self: TransactionTestCase) -> None:
        with lifted_guards():
            flush(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifted_flush)
        yield


# ---- servers and processes ------------------------------------------------------------------------------


def _or_skip(start: Callable[[], Found]) -> Found:
    try:
        return start()
    except NotInstalledError as lacking:
        pytest.skip(f"{lacking} is not installed")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A private PostgreSQL; `.new_database()` is the URL of an empty database."""
    server = _or_skip(Postgres)
    yield server
    server.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A private Redis; `.url(0)` for a broker, `.url(1)` for a cache."""
    server = _or_skip(Redis)
    yield server
    server.close()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server: EMAIL_URL=smtp_sink.url, then look at smtp_sink.accepted."""
    sink = SmtpSink()
    yield sink
    sink.close()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Callable[..., Portal]]:
    """`processes(EMAIL_URL=…, DATABASE_URL=…)` is a migrated Portal of its own, not yet started."""
    portals: list[Portal] = []

    def prepared(**environment: str) -> Portal:
        portals.append(Portal(tmp_path / f"portal{len(portals)}", **environment))
        portals[-1].prepare()
        return portals[-1]

    yield prepared
    for portal in portals:
        portal.stop()


# ---- the browser ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = _or_skip(lambda: find_program("chromium", "chromium-browser", "google-chrome"))
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(viewport=…, java_script_enabled=False)` is a person's browser; a script error fails."""
    contexts = []
    errors: list[str] = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """One person at a desk."""
    return new_page(viewport={"width": 1280, "height": 800})
