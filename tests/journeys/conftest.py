"""Journeys: the demo's people at a running portal — web, worker and beat — each doing what they come for.

SCREENSHOTS=1 also writes the pictures of docs/huong-dan/; with Debian's chromium-l10n the browser's own words in them
(dates, file boxes) are Vietnamese too.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.visitor import TOUCHING, Visitor
from tests.rig.portal import Portal

SHOTS = os.environ.get("SCREENSHOTS") == "1"
if SHOTS:
    os.environ["LANGUAGE"] = "vi"  # the browser's own language, as far as it is installed
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as `./run` loads it the first time; each journey works on a copy."""
    portal = Portal(tmp_path_factory.mktemp("demo"), DEMO="1")
    portal.prepare()
    portal.manage("demo")
    return portal.folder


@pytest.fixture
def portal(demo_folder: Path, tmp_path: Path) -> Iterator[Portal]:
    """Web, worker and beat on a fresh copy of the demo; mail leaves whatever the hour."""
    folder = tmp_path / "var"
    shutil.copytree(demo_folder, folder)
    running = Portal(folder, DEMO="1", SWEEP_SECONDS="2", REMIND_IN_WORKING_HOURS_ONLY="0")
    running.start()
    yield running
    for name in list(running.running):
        running.kill(name)  # nothing is kept of this copy; a clean stop takes longer than the journey


@pytest.fixture
def visitor(portal: Portal, new_page: Callable[..., Page]) -> Iterator[Callable[..., Visitor]]:
    """`visitor()` is somebody at a desk, `visitor(phone=True)` on a phone, each with a browser of their own."""
    met: list[Visitor] = []

    def arrives(*, phone: bool = False, script: bool = True, **options: Any) -> Visitor:
        options |= {"viewport": PHONE} | TOUCHING if phone else {"viewport": DESK}
        page = new_page(java_script_enabled=script, color_scheme="light", **options)
        home = f"http://127.0.0.1:{portal.port}"
        met.append(Visitor(page, home, touch=phone, script=script, shots=SHOTS))
        return met[-1]

    yield arrives
    for one in met:
        assert one.complaints == []
