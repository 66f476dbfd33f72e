"""A small demo world, built once for each module that asks for it; what a test changes is undone after it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from portal.demo.cast import Cast
from portal.demo.story import tell
from portal.demo.world import SIZES
from tests.factories import at
from units import ledger

SMALL = SIZES["S"].scaled(0.12)
STARTED = at(date(2026, 10, 14), 10, 20)  # a Wednesday, no holiday near


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    with django_db_blocker.unblock(), transaction.atomic():
        cast = tell(now=STARTED, size=SMALL)
        ledger.seal()
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def demo(built: Cast, db: None) -> Cast:
    """The demo as it was on a Wednesday morning."""
    return built
