"""The desk's people, for the tests that ask for them; `tree` is each file's own."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tests.directives.desk import signed_in
from tests.factories import Tree, make_office
from units.models import Office


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def admin(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.ADMINISTRATOR))


@pytest.fixture
def registry(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.REGISTRY))


@pytest.fixture
def board(tree: Tree) -> Client:
    return signed_in(make_office(tree["Tỉnh"], Office.Role.BOARD))


@pytest.fixture
def secretary(tree: Tree) -> Client:
    return signed_in(make_office(tree["Xã A1"]))
