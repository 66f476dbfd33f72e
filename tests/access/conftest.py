import logging
from collections.abc import Iterator

import pytest

from reports import pdf
from tests.access.scene import built, scene

__all__ = ["built", "scene"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No drawing of PDFs (tests/reports does that), no log of the many refusals."""
    monkeypatch.setattr(pdf, "render", lambda html, **options: f"%PDF-1.7 {html}".encode())
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
