"""Finding units as one types: by any name or code of any day, their own or of those they succeeded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, Value, When

from units.codes import organisation_digits, organisation_forms, unit_number
from units.data.succession import Steps, all_from, followed, heirs
from units.data.tree import Badge, badge
from units.models import Unit, UnitState
from units.models.unit import UnitQuerySet
from units.vietnamese import day_short, fold, search_words

MOST = 300  # units that are ranked; whoever finds more types another word
AT_ONCE = 50
_WORD = re.compile(r"[\w.]+")
_State = tuple[str, str, date, date | None]  # name, code, from, to


@dataclass(frozen=True)
class Found:
    """One unit that was found. `note` says by which other name or code, where it is not by today's.

    `heirs` go on for a unit that has ended, as far as one may see them; `heirs_elsewhere` whether there are more.
    """

    unit: Unit
    above: str
    badge: Badge | None
    note: str
    heirs: list[Unit]
    heirs_elsewhere: bool


@dataclass(frozen=True)
class Finding:
    """`more`: there are others besides the `MOST` that were ranked."""

    rows: list[Found]
    page: Page[Unit]
    more: bool

    @property
    def total(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True)
class _Called:
    """A name or code of some days; `own` is of the unit itself, not of one it succeeded."""

    word: str
    from_on: date
    to_on: date | None
    own: bool

    @property
    def folded(self) -> str:
        return _folded(self.word)

    def told(self, today: date) -> str:
        """Since or until when it was called so, in words."""
        if self.from_on > today:
            return f"sẽ là {self.word} từ {day_short(self.from_on)}" if self.own else ""
        if self.to_on is not None and self.to_on <= today:
            return f"trước đây: {self.word} (đến {day_short(self.to_on - timedelta(days=1))})"
        if self.own:
            return ""
        return f"sẽ kế thừa {self.word} từ {day_short(self.to_on)}" if self.to_on else f"tách từ {self.word}"


def find(units: UnitQuerySet, roots: Sequence[Unit], text: str, today: date, page: str | None = None) -> Finding:
    """Those of `units` that all words of `text` name, the best first (see _Rank).

    `roots` are the units whose subtrees one sees. A fixed number of queries, and one for each step of succession.
    """
    words = _words(text)
    candidates = list(matching(units, text).order_by(*_coarse(" ".join(words), today))[: MOST + 1])
    more, candidates = len(candidates) > MOST, candidates[:MOST]
    above = _above(candidates)
    ranks = {unit.pk: _ranked(unit, words, above, today) for unit in candidates}
    candidates.sort(key=lambda unit: ranks[unit.pk])
    ranked = Paginator(candidates, AT_ONCE).get_page(page)
    notes = _notes([unit for unit in ranked if ranks[unit.pk].name == 2], words, today)
    after = heirs([unit.pk for unit in ranked if _life(unit, today) == 2], today)
    rows = []
    for unit in ranked:
        ahead = after.get(unit.pk, [])
        seen = [each for each in ahead if _seen(each, roots)]
        rows.append(Found(
            unit=unit, above=_told_above(unit, above, roots), badge=badge(unit.opened_on, unit.closed_on, today),
            note=notes.get(unit.pk, ""), heirs=seen, heirs_elsewhere=len(seen) < len(ahead),
        ))
    return Finding(rows, ranked, more)


def matching(units: UnitQuerySet, text: str) -> UnitQuerySet:
    """Those whose names and codes of all days, and of those they succeeded, hold every word; or the one so numbered."""
    if digits := organisation_digits(text):
        dotless, dotted = organisation_forms(digits)
        return units.filter(Q(search_text__contains=dotless) | Q(search_text__contains=dotted))
    named = Q()
    for word in search_words(text):
        named &= Q(search_text__contains=word)
    number = unit_number(text)
    return units.filter(named | Q(pk=number) if number else named)


def _words(text: str) -> list[str]:
    """The folded words; a party organisation's code counts as one, without its dots."""
    digits = organisation_digits(text)
    return [digits] if digits else search_words(text)


def _folded(*called: str) -> str:
    """What is compared with the words: names and codes, these also without dots."""
    return fold(" ".join(f"{word} {organisation_digits(word)}" for word in called))


def _coarse(phrase: str, today: date) -> list[Case | str]:
    """What the database can tell of the order, so that the best are among those ranked."""
    begins, inside = Q(search_text__startswith=phrase), Q(search_text__contains=f" {phrase}")
    near = Case(When(begins | inside, then=Value(0)), default=Value(1))
    life = Case(When(closed_on__lte=today, then=Value(2)), When(opened_on__gt=today, then=Value(1)), default=Value(0))
    return [near, life, Case(When(begins, then=Value(0)), default=Value(1)), "path"]


def _life(unit: Unit, today: date) -> int:
    """The living before those to come, those before the ended."""
    if unit.closed_on is not None and unit.closed_on <= today:
        return 2
    return 1 if unit.opened_on > today else 0


@dataclass(frozen=True, order=True)
class _Rank:
    """How well a unit fits; the smaller the better.

    `match`: 0 as whole words of one name (or as its beginning), 1 as beginnings of its words, 2 anywhere in it, 3 only
    in several names together. Then the living; then 0 where today's name begins so, 1 where it fits, 2 where only
    another name does; then the official order.
    """

    match: int
    life: int
    name: int
    place: tuple[tuple[int, int], ...]


def _ranked(unit: Unit, words: list[str], above: dict[int, Unit], today: date) -> _Rank:
    name, phrase = fold(unit.name), " ".join(words)
    keys = [int(pk) for pk in unit.path.strip("/").split("/")]
    place = tuple((above[pk].sort_order, pk) for pk in keys)
    if unit_number(phrase) == unit.pk or name.startswith(phrase):
        return _Rank(0, _life(unit, today), 0, place)
    now = min(_match(name, words), _match(_folded(unit.code), words))
    once = min(_match(_folded(called), words) for called in unit.search_text.split("; "))
    return _Rank(min(now, once), _life(unit, today), 1 if now <= once and now < 3 else 2, place)


def _match(name: str, words: list[str]) -> int:
    parts = _WORD.findall(name)
    if all(word in parts for word in words):
        return 0
    if all(any(part.startswith(word) for part in parts) for word in words):
        return 1
    return 2 if all(word in name for word in words) else 3


def _above(units: Iterable[Unit]) -> dict[int, Unit]:
    keys = {int(pk) for unit in units for pk in unit.path.strip("/").split("/")}
    return Unit.objects.only("pk", "name", "sort_order", "path").in_bulk(keys)


def _told_above(unit: Unit, above: dict[int, Unit], roots: Sequence[Unit]) -> str:
    """ "Đảng bộ xã X · Đảng bộ huyện Y": those above that one sees, the nearest first, without the province."""
    keys = [int(pk) for pk in unit.path.strip("/").split("/")[1:-1]]
    return " · ".join(above[pk].name for pk in reversed(keys) if _seen(above[pk], roots))


def _seen(unit: Unit, roots: Sequence[Unit]) -> bool:
    return any(root.holds(unit) for root in roots)


def _notes(units: list[Unit], words: list[str], today: date) -> dict[int, str]:
    """unit → by which other names it was found. One query, and one a step of succession."""
    asked = [unit.pk for unit in units]
    earlier = followed(asked, "successor", "predecessor")
    called = _called(set(asked).union(*earlier.values()))
    return {unit.pk: _note(unit, earlier, called, words, today) for unit in units}


def _called(units: set[int]) -> dict[int, list[_State]]:
    """unit → its states, the newest first."""
    found: dict[int, list[_State]] = {}
    states = UnitState.objects.filter(unit__in=units).order_by("unit", "-from_on")
    for unit, name, code, from_on, to_on in states.values_list("unit", "name", "code", "from_on", "to_on"):
        found.setdefault(unit, []).append((name, code, from_on, to_on))
    return found


def _note(unit: Unit, earlier: Steps, called: dict[int, list[_State]], words: list[str], today: date) -> str:
    """The names that hold all words; failing these, those that hold a word which today's name lacks."""
    lines = [unit.pk, *sorted(all_from(unit.pk, earlier) - {unit.pk})]
    every = [one for line in lines for one in _spans(called.get(line, []), own=line == unit.pk)]
    others = [one for one in every if one.word not in (unit.name, unit.code)]
    lacking = [word for word in words if word not in _folded(unit.name, unit.code)]
    whole = [one for one in others if all(word in one.folded for word in words)]
    chosen = whole or [one for one in others if any(word in one.folded for word in lacking)]
    told = dict.fromkeys(text for one in chosen if (text := one.told(today)))
    return "; ".join(list(told)[:3])


def _spans(states: list[_State], *, own: bool) -> list[_Called]:
    """Each name and code with the days it was borne, the newest first; states that only moved are one."""
    found: list[_Called] = []
    names = [(name, from_on, to_on) for name, _, from_on, to_on in states]
    codes = [(code, from_on, to_on) for _, code, from_on, to_on in states]
    for words in (names, codes):
        span: _Called | None = None
        for word, from_on, to_on in words:
            if span is not None and span.word == word and span.from_on == to_on:
                span = _Called(word, from_on, found.pop().to_on, own)
            else:
                span = _Called(word, from_on, to_on, own)
            found.append(span)
    return [one for one in found if one.word]
