"""Slips of a scan: told with their place, and mended for reading where only one reading is possible."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directives.reading.draft import Slip
from directives.reading.text import Page


@dataclass(frozen=True, slots=True)
class _Kind:
    """`better` is what to write instead, as a template of the match; None when a person must judge."""

    pattern: re.Pattern[str]
    better: str | None
    reason: str


_KINDS = (
    _Kind(
        re.compile(r"\bCông(?P<rest> (?:TTĐT|[Tt]hông tin điện tử)\b)"),
        r"Cổng\g<rest>",
        "Có thể do lỗi quét: “Công” là “Cổng”.",
    ),
    _Kind(
        re.compile(r"\b(?P<first>[Đđ])ưa ý ra kiến\b"), r"\g<first>ưa ra ý kiến", "Có thể do lỗi quét: “đưa ra ý kiến”."
    ),
    _Kind(
        # The next line, where lines are still wrapped, must not go on with the sentence.
        re.compile(r"(?<=\.) {1,3}[*_]{0,3}(?P<word>[a-z]{2,12})[*_]{0,3}(?= {0,3}(?:\Z|\n\s{0,9}(?![\sa-zà-ỹđ])))"),
        "",
        "Từ thừa sau dấu hết câu, có thể do lỗi quét.",
    ),
    _Kind(re.compile(r"\b[a-zà-ỹ]{1,7}[01568][a-zà-ỹ]{1,7}\b"), None, "Chữ số lẫn trong từ, có thể do lỗi quét."),
    _Kind(re.compile("\ufffd"), None, "Ký tự không đọc được."),
)
_MOST = 50  # of one kind: past that the text is no letter


def slips_in(page: Page) -> Iterator[Slip]:
    """The slips of a letter, kind by kind."""
    for kind in _KINDS:
        for _, found in zip(range(_MOST), kind.pattern.finditer(page.flow), strict=False):
            group = "word" if "word" in kind.pattern.groupindex else 0
            better = None if kind.better is None else found.expand(kind.better)
            yield Slip(found.span(group), found[group], better, kind.reason)


def mend(text: str) -> str:
    """The reading copy of a text as written: with every slip that can be put right put right."""
    for kind in _KINDS:
        if kind.better is not None:
            text = kind.pattern.sub(kind.better, text)
    return text
