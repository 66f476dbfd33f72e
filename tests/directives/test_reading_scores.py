"""The floors of reading on the corpus, as written and through noise; `./run reading-scores` prints the tables."""

from functools import cache

import pytest

from tests.reading_scores import NOISES, Scores, scored

FLOORS = {
    "number": 0.99, "issued_on": 0.99, "signatory": 0.99, "citations": 0.97, "provisions": 0.97, "deadlines": 0.95,
}  # fmt: skip


@cache
def scores(noise: str) -> Scores:
    return scored(NOISES[noise])


@pytest.mark.parametrize("kind", FLOORS)
def test_the_floor_of_each_kind(kind: str) -> None:
    found = scores("as written")
    assert found.by_kind[kind].least >= FLOORS[kind], [line for line in found.misread if line[1] == kind]


@pytest.mark.parametrize("noise", [name for name in NOISES if name != "as written"])
def test_noise_costs_little(noise: str) -> None:
    found = scores(noise)
    assert {kind: one.least for kind, one in found.by_kind.items() if kind in FLOORS and one.least < 0.95} == {}


@pytest.mark.parametrize("noise", NOISES)
def test_nothing_is_invented(noise: str) -> None:
    assert scores(noise).invented == []
