"""Every address, every persona, every relation: what the table says, and nothing else."""

import pytest

from tests.access.matrix import MATRIX
from tests.access.scene import Scene
from tests.access.walk import differences, patterns

pytestmark = pytest.mark.django_db


def test_every_address_has_its_row_and_every_row_an_address() -> None:
    routes = dict(patterns())
    unlisted = [f'"{name}": Row(everyone("-")),  # {routes[name]}' for name in routes if name not in MATRIX]
    assert unlisted == []
    assert [name for name in MATRIX if name not in routes] == []


@pytest.mark.parametrize("name", MATRIX)
def test_each_person_gets_what_the_table_says(scene: Scene, name: str) -> None:
    assert differences(scene, name, MATRIX[name]) == []
