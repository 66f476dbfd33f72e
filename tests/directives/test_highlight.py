"""A text cut at its findings: nothing of it is lost or said twice, and each finding begins in one place."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directives.reading.draft import Finding
from directives.reading.highlight import Piece, pieces
from directives.reading.letter import read
from tests.directives.letter_pieces import PIECES

FIELDS = ("number", "title", "citation", "deadline", "duty", "provision")
LETTERS = sorted((Path(__file__).parent / "letters").glob("party_*.*"))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    """A text and findings close together, so that they nest, overlap and touch; some lie outside or are empty."""
    text = draw(st.text("aă1 \n", max_size=12))
    at = st.integers(0, len(text) + 1)
    findings = st.builds(Finding, st.sampled_from(FIELDS), st.tuples(at, at), st.just("certain"), st.integers(0, 3))
    return text, draw(st.lists(findings, max_size=7))


def there(text: str, findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.span[0] < one.span[1] <= len(text)]


def by_letter(text: str, cut: list[Piece]) -> list[Piece]:
    """The piece that each letter of the text is in."""
    found = [piece for piece in cut for _ in piece.text]
    assert len(found) == len(text)
    return found


@given(drawn=marked())
@example(drawn=("", []))
@example(drawn=("ab", [Finding("title", (0, 2), "certain"), Finding("title", (0, 2), "certain")]))
@example(drawn=("abc", [Finding("provision", (0, 3), "certain", 0), Finding("duty", (0, 3), "certain", 0)]))
@settings(max_examples=400, deadline=None)
def test_the_pieces_are_the_text_and_every_finding_begins_once(drawn: tuple[str, list[Finding]]) -> None:
    text, findings = drawn
    cut = pieces(text, findings)
    assert "".join(piece.text for piece in cut) == text
    assert all(piece.text for piece in cut)
    begun = [(start, one) for start, piece in zip(starts(cut), cut, strict=True) for one in piece.begins]
    assert sorted(begun, key=repr) == sorted(((one.span[0], one) for one in there(text, findings)), key=repr)


@given(drawn=marked())
@settings(max_examples=400, deadline=None)
def test_each_letter_is_marked_by_the_innermost_finding_over_it(drawn: tuple[str, list[Finding]]) -> None:
    text, findings = drawn
    shown = [one for one in there(text, findings) if one.field != "provision"]
    for at, piece in enumerate(by_letter(text, pieces(text, findings))):
        over = [one for one in shown if one.span[0] <= at < one.span[1]]
        if not over:
            assert piece.finding is None
            continue
        shortest = min(end - start for start, end in (one.span for one in over))
        assert piece.finding in over
        assert piece.finding.span[1] - piece.finding.span[0] == shortest


def starts(cut: list[Piece]) -> list[int]:
    found = [0]
    for piece in cut:
        found.append(found[-1] + len(piece.text))
    return found[:-1]


@given(text=st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_can_be_shown(text: str) -> None:
    source = read(text)
    cut = pieces(source.text, source.findings)
    assert "".join(piece.text for piece in cut) == source.text
    begun = [one for piece in cut for one in piece.begins]
    assert sorted(map(repr, begun)) == sorted(map(repr, there(source.text, list(source.findings))))


@pytest.mark.parametrize("path", LETTERS, ids=[path.stem for path in LETTERS])
def test_a_letter_keeps_every_finding(path: Path) -> None:
    source = read(path.read_text("utf-8"))
    cut = pieces(source.text, source.findings)
    assert "".join(piece.text for piece in cut) == source.text
    assert sum(len(piece.begins) for piece in cut) == len(source.findings) > 10
    shown = [one for one in source.findings if one.field != "provision"]
    alone = [one for one in shown if not any(other is not one and overlap(one, other) for other in shown)]
    assert len(alone) > 5
    for one in alone:
        assert [piece.text for piece in cut if piece.finding is one] == whole(source.text, one, cut)


def overlap(one: Finding, other: Finding) -> bool:
    return one.span[0] < other.span[1] and other.span[0] < one.span[1]


def whole(text: str, one: Finding, cut: list[Piece]) -> list[str]:
    """The words of a finding, parted only where a provision opens within."""
    opens = [at for at, piece in zip(starts(cut), cut, strict=True) if one.span[0] < at < one.span[1] and piece.begins]
    return [text[start:end] for start, end in pairwise([one.span[0], *opens, one.span[1]])]


def test_a_mark_within_a_mark_gives_way_and_comes_back() -> None:
    outer, inner = Finding("duty", (0, 10), "certain", 0), Finding("deadline", (3, 6), "likely", 0)
    part = Finding("provision", (0, 12), "certain", 0)
    cut = pieces("0123456789ab", [part, outer, inner])
    assert [(piece.text, piece.finding) for piece in cut] == [
        ("012", outer), ("345", inner), ("6789", outer), ("ab", None),
    ]
    assert [piece.begins for piece in cut] == [(part, outer), (inner,), (), ()]


def test_the_price_grows_with_the_text_and_not_with_its_square() -> None:
    many = [Finding("citation", (n * 10, n * 10 + 8), "certain", n) for n in range(20_000)]
    cut = pieces("0123456789" * 20_000, many)
    assert len(cut) == 40_000
    assert [piece.begins for piece in cut[::2]] == [(one,) for one in many]
