"""How well letters are read: precision and recall on the corpus, as it is and put through noise.

`./run reading-scores` prints the tables; tests/directives/test_reading_scores.py keeps the floors. How the answers
are written is said in tests/directives/corpus/README.md.
"""

import json
import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from directives.reading.letter import read
from directives.reading.text import fold

CORPUS = Path(__file__).parent / "directives" / "corpus"
SCALARS = ("number", "type", "issuer", "place", "issued_on", "title", "spread_to")
PARTICULARS = ("type", "issuer", "title", "explicit")
Answers = dict[str, Any]
Same = Callable[[Any, Any], bool]


@dataclass
class Score:
    """One kind of finding: how many a clerk finds, how many the reader does, and how many of these are right."""

    wanted: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def least(self) -> float:
        return min(self.precision, self.recall)

    def __iadd__(self, other: "Score") -> "Score":
        self.wanted, self.found, self.right = (
            self.wanted + other.wanted, self.found + other.found, self.right + other.right
        )  # fmt: skip
        return self


@dataclass
class Scores:
    """All kinds, what was misread (letter, kind, what), and the days and numbers that nothing accounts for."""

    by_kind: dict[str, Score] = field(default_factory=dict)
    misread: list[tuple[str, str, str]] = field(default_factory=list)
    invented: list[tuple[str, str]] = field(default_factory=list)

    def add(self, letter: str, kind: str, wanted: Sequence[Any], found: Sequence[Any], same: Same) -> None:
        """Pair off what a clerk finds and what the reader does, each once."""
        left = list(found)
        for one in wanted:
            match = next((index for index, other in enumerate(left) if same(one, other)), None)
            if match is None:
                self.misread.append((letter, kind, f"missed {one}"))
            else:
                del left[match]
        self.misread += [(letter, kind, f"wrong  {other}") for other in left]
        score = Score(len(wanted), len(found), len(found) - len(left))
        self.by_kind.setdefault(kind, Score()).__iadd__(score)


# ---- what counts as the same -----------------------------------------------------------------------------


def tidy(text: str | None) -> str:
    """Modulo white space, NFC, the first letter's case and final punctuation."""
    plain = " ".join(unicodedata.normalize("NFC", text or "").replace("Ð", "Đ").split()).strip(" .,;:/”\"")
    plain = re.sub("(?<=[0-9A-ZĐ][/-]) (?=[0-9A-ZĐ])", "", plain)  # a number broken over two lines
    plain = re.sub("(?<=[0-9]) (?=[0-9])", "", plain)  # or parted by a blank
    return plain[:1].lower() + plain[1:]


def same_text(one: str | None, other: str | None) -> bool:
    return tidy(one) == tidy(other)


def same_name(one: str | None, other: str | None) -> bool:
    """Of a body printed in capitals only custom tells which words keep theirs."""
    return tidy(one).casefold() == tidy(other).casefold()


def same_level(one: str | None, other: str | None) -> bool:
    """ "từng chi bộ" is "chi bộ"."""
    every = re.compile("^(?:toàn thể|tất cả|từng|mọi|các) ")
    return every.sub("", tidy(one)) == every.sub("", tidy(other))


def document_of(citation: Answers) -> str:
    """What tells a document from others: its number, or its name without the kind it begins with."""
    if citation["number"]:
        return "".join(fold(citation["number"]).split())
    name, kind = fold(tidy(citation["title"])), fold(citation["type"] or "")
    return name.removeprefix(f"{kind} ").removeprefix("ve ")


def same_citation(one: Answers, other: Answers) -> bool:
    return document_of(one) == document_of(other) and all(one[key] == other[key] for key in ("issued_on", "relation"))


def words_of(text: str) -> list[str]:
    return [word for word in (tidy(part) for part in text.split()) if word]


def same_provision(one: Answers, other: Answers) -> bool:
    """Begins and ends alike, however a number is parted: "12 / 02 / 2026" is "12/02/2026"."""
    told = one["begins"], one["ends"], other["text"]
    begins, ends, text = ("".join(tidy(each).casefold().split()) for each in told)
    return one["label"] == other["label"] and text.startswith(begins) and text.endswith(ends)


def same_deadline(one: Answers, other: Answers) -> bool:
    if any(_time(one.get(key)) != _time(other.get(key)) for key in ("on", "every", "within")):
        return False
    texts = fold(tidy(one["text"])), fold(tidy(other["text"]))
    return texts[0] in texts[1] or texts[1] in texts[0]


def _time(text: str | None) -> str:
    """05 ngày is 5 ngày, "trước ngày 25 hằng tháng" is the 25th of every month."""
    return re.sub("^0(?=[0-9])", "", re.sub("^(?:(?:trước|vào|ngày) )+", "", tidy(text)))


def same_duty(one: Answers, other: Answers) -> bool:
    does = re.sub("^(?:chủ trì|có trách nhiệm|chịu trách nhiệm),? ", "", tidy(other["text"]))
    return same_text(one["body"], other["body"]) and any(
        words_of(text)[:2] == words_of(one["begins"])[:2] for text in (does, other["text"])
    )


# ---- one letter ------------------------------------------------------------------------------------------


def judge(scores: Scores, name: str, text: str, answers: Answers) -> None:
    """Read one letter and count."""
    draft = read(text).as_dict()
    for kind in SCALARS:
        same = {"issuer": same_name, "spread_to": same_level}.get(kind, same_text)
        scores.add(name, kind, _some(answers[kind]), _some(draft[kind]), same)
    for kind in ("addressees", "copies"):
        scores.add(name, kind, answers[kind], draft[kind], same_text)
    signed, printed = (list(filter(lambda part: part[1], whose["signatory"].items())) for whose in (answers, draft))
    scores.add(name, "signatory", signed, printed, _alike)
    for kind, same in (
        ("provisions", same_provision), ("citations", same_citation), ("deadlines", same_deadline),
        ("duties", same_duty),
    ):  # fmt: skip
        scores.add(name, kind, answers[kind], [_shown(row) for row in draft[kind]], same)
    for cited in answers["citations"]:
        match = next((row for row in draft["citations"] if document_of(row) == document_of(cited)), None)
        if match:
            said = [(key, cited[key]) for key in PARTICULARS]
            told = [(key, match[key]) for key in PARTICULARS]
            scores.add(name, "  particulars", said, told, _alike)
    scores.invented += [(name, what) for what in invented(draft, answers)]


def _some(value: str | None) -> list[str]:
    return [value] if value else []


def _shown(row: Answers) -> Answers:
    """A row without what only the portal needs."""
    return {key: value for key, value in row.items() if key not in ("span", "as_written", "mentions", "provision")}


def _alike(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    if one[0] != other[0]:
        return False
    if one[0] == "title":
        return fold(tidy(one[1])) in fold(tidy(other[1])) if one[1] else not other[1]
    return one[1] == other[1] if isinstance(one[1], bool) else same_text(one[1], other[1])


def invented(draft: Answers, answers: Answers) -> list[str]:
    """Days and numbers of the draft that neither the answers nor the text know."""
    days = [draft["issued_on"], *(row["issued_on"] for row in draft["citations"])]
    days += [row.get("on") for row in draft["deadlines"]]
    known = {answers["issued_on"], *(row["issued_on"] for row in answers["citations"])}
    known |= {row.get("on") for row in answers["deadlines"]}
    numbers = [draft["number"], *(row["number"] for row in draft["citations"])]
    compact = "".join(draft["text"].split())
    return [
        *(day for day in days if day and day not in known and not _written(day, draft["text"])),
        *(number for number in numbers if number and number not in compact),
    ]


def _written(iso: str, text: str) -> bool:
    """Whether a day, or the day after it ("before …"), stands in a text in figures or words."""
    day = date.fromisoformat(iso)
    return any(
        re.search(rf"(?<![0-9])0?{each.day}\D{{1,9}}0?{each.month}\D{{1,9}}{each.year}", fold(text))
        for each in (day, day + timedelta(days=1))
    )


# ---- noise -----------------------------------------------------------------------------------------------


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text.replace("Đ", "Ð")).replace("\n", "\r\n")


def rewrapped(text: str) -> str:
    lines = (
        [line] if len(line.strip()) <= 60 or "   " in line.strip() or "|" in line else textwrap.wrap(line.strip(), 60)
        for line in text.split("\n")
    )
    return "\n".join(chain.from_iterable(lines))


def emphasised(text: str) -> str:
    return re.sub(r"(^|\n\n)([^\W\d_]\S* \S+)(?= )", r"\1**\2**", text)


def paged(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"{line}\n\n- {at // 20 + 1} -\n" if at % 20 == 19 else line for at, line in enumerate(lines))


NOISES: dict[str, Callable[[str], str]] = {
    "as written": str, "NFD, look-alike Đ": decomposed, "wrapped at 60": rewrapped, "bold openings": emphasised,
    "page numbers": paged,
}  # fmt: skip


# ---- tables ----------------------------------------------------------------------------------------------


def letters() -> list[tuple[str, str, Answers]]:
    """(name, text, answers) of every letter of the corpus that has its answers."""
    found = []
    for path in sorted(CORPUS.iterdir()):
        answers = path.with_suffix(".json")
        if path.suffix in (".txt", ".md") and path.name != "README.md" and answers.exists():
            found.append((path.name, path.read_text("utf-8"), json.loads(answers.read_text("utf-8"))))
    return found


def scored(noise: Callable[[str], str] = str) -> Scores:
    scores = Scores()
    for name, text, answers in letters():
        judge(scores, name, noise(text), answers)
    return scores


def table(scores: Scores) -> Iterable[str]:
    yield f"{'':<14}{'wanted':>8}{'found':>8}{'right':>8}{'wrong':>8}{'missed':>8}{'precision':>11}{'recall':>9}"
    for kind, one in scores.by_kind.items():
        yield (
            f"{kind:<14}{one.wanted:>8}{one.found:>8}{one.right:>8}{one.found - one.right:>8}"
            f"{one.wanted - one.right:>8}{one.precision:>11.3f}{one.recall:>9.3f}"
        )
    yield f"{'invented':<14}{len(scores.invented):>8}"


def robustness(by_noise: dict[str, Scores]) -> Iterable[str]:
    """The lesser of precision and recall of every kind, noise by noise."""
    yield f"{'':<14}" + "".join(f"{name:>19}" for name in by_noise)
    for kind in by_noise["as written"].by_kind:
        yield f"{kind:<14}" + "".join(f"{scores.by_kind[kind].least:>19.3f}" for scores in by_noise.values())
    yield f"{'invented':<14}" + "".join(f"{len(scores.invented):>19}" for scores in by_noise.values())


def main() -> None:
    by_noise = {name: scored(noise) for name, noise in NOISES.items()}
    plain = by_noise["as written"]
    lines = [f"{len(letters())} letters", "", *table(plain), "", *robustness(by_noise)]
    if "-v" in sys.argv:
        shown = by_noise[sys.argv[2]] if len(sys.argv) > 2 else plain
        lines += ["", *(f"{letter} {kind}: {what}" for letter, kind, what in shown.misread)]
        lines += [f"{letter} invented {what}" for letter, what in shown.invented]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
