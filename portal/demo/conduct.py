"""What the units do with the letter and, later, with the second directive."""

from collections.abc import Sequence

from directives.models import Assignment, Occasion
from portal.demo.course import Course
from portal.demo.manners import Manner, Manners
from units.models import Unit

Form, Kind = Occasion.Form, Unit.Kind
# More time is asked for while the unit's own meeting is still to come.
WITHOUT_OWN = (Manner.EXTENDED, Manner.REFUSED, Manner.PENDING)
OWN_FORMS = (Form.CONFERENCE, Form.CONFERENCE, Form.CONFERENCE, Form.OWN_DOCUMENT, Form.CIRCULAR)


def carry_out_letter(course: Course, manners: Manners) -> None:
    """Plan sixteen weeks of the letter."""
    cast = course.stage.cast
    for number, committee in enumerate(cast.of_kind(Kind.COMMITTEE)):
        _committee(course, committee, late=number == 1)
        _small_cells(course, committee)
    groups = [unit for unit in cast.of_kind(Kind.PARTY_GROUP) if unit.pk in cast.clerks]
    for number, group in enumerate(groups):
        step = course.due_to_acknowledge + 4 if number == 2 else _step(course)
        course.acknowledges(group, step)
        if number != 4:  # one has received the letter and done nothing about it
            _own(course, group, group, step)
    for unit in cast.of_kind(Kind.GRASSROOTS):
        if unit.pk in manners.of:
            _base(course, unit, manners.of[unit.pk])
    _merged(course, manners)


def _step(course: Course, early: float = 0.86, late: float = 0.06) -> int:
    """The working day on which a unit acknowledges: most well before the date, some near it, a few after."""
    rng, due = course.stage.rng, course.due_to_acknowledge
    chance = rng.random()
    if chance < early:
        return rng.randrange(0, max(1, due - 3))
    if chance < 1 - late:
        return rng.randrange(max(0, due - 3), due + 1)
    return due + 1 + int(rng.expovariate(0.15))


def _own(course: Course, unit: Unit, by: Unit, step: int) -> int:
    """The unit's own meeting some days after it acknowledged; its step."""
    rng = course.stage.rng
    own = min(step + rng.randrange(2, 12), course.due_to_disseminate)
    course.records(by, [unit], own, own + rng.randrange(0, 4), rng.choice(OWN_FORMS))
    return own


def _committee(course: Course, committee: Unit, late: bool) -> None:
    step = course.due_to_acknowledge + 2 if late else course.stage.rng.randrange(0, 4)
    course.acknowledges(committee, step)
    _own(course, committee, committee, step)


def _small_cells(course: Course, committee: Unit) -> None:
    """Chi bộ cơ sở: those with an account for themselves, the others by the committee in three meetings."""
    cast, rng = course.stage.cast, course.stage.rng
    cells = cast.cells(committee)
    for unit in cells:
        if unit.pk in cast.clerks:
            step = _step(course)
            course.acknowledges(unit, step)
            _own(course, unit, unit, step + 6)
    others = [unit for unit in cells if unit.pk not in cast.clerks]
    rng.shuffle(others)
    left = len(others) // 12
    third = max(1, (len(others) - left) // 3)
    steps = (12, 30, course.due_to_disseminate - 3)
    for part, step in enumerate(steps):
        chosen = others[left + part * third : left + (part + 1) * third if part < 2 else None]
        course.records(committee, chosen, min(step, course.due_to_disseminate), step + 2)


def _base(course: Course, unit: Unit, manner: Manner) -> None:
    """One đảng bộ cơ sở: acknowledged, carried on at the unit, then in its cells."""
    if manner is Manner.UNREACHABLE:
        return
    if manner is Manner.SILENT:
        course.opens(unit, course.due_to_acknowledge + 3)
        return
    if manner is Manner.BY_PAPER:
        _by_paper(course, unit)
        return
    if manner is Manner.CLERKS:
        _clerks(course, unit)
        return
    step = _step(course)
    course.acknowledges(unit, step)
    own = step + 8
    if manner is Manner.EXTENDED_PAST:
        course.records(unit, [unit], course.due_to_disseminate + 4, 0, Form.CONFERENCE)
    elif manner not in WITHOUT_OWN:
        own = _own(course, unit, unit, step)
    if manner is not Manner.OWN_ONLY:
        _cells(course, unit, manner, own)


def _cells(course: Course, unit: Unit, manner: Manner, own: int) -> None:
    """The monthly meetings of a unit's cells: most in the first month, the rest in the next, or late, or not."""
    rng, due = course.stage.rng, course.due_to_disseminate
    cells = course.stage.cast.cells(unit)
    first = min(own + rng.randrange(2, 13), due - 10)
    second = min(first + rng.randrange(18, 23), due - 1)
    by, lag = unit, rng.randrange(0, 5)
    share = 1.0 if len(cells) < 4 or rng.random() < 0.5 else 0.85
    late: int | None = second
    if manner is Manner.ENTERED and unit.parent is not None:
        by = unit.parent
    elif manner is Manner.TARDY:
        lag = 13
    elif manner is Manner.HALF_LATE:
        share, late = 0.5, due + rng.randrange(1, 10)
    elif manner is Manner.EXTENDED_PAST:
        share, late = 0.6, due + 6
    elif manner in (Manner.PARTLY, Manner.EXTENDED, Manner.REFUSED, Manner.PENDING):
        share, late = rng.choice((0.5, 0.6, 0.75)), None
    done = max(1, round(len(cells) * share))
    course.records(by, cells[:done], first, first + lag)
    if late is not None:
        course.records(by, cells[done:], late, late + rng.randrange(0, 3))


def _by_paper(course: Course, unit: Unit) -> None:
    """Nobody holds an office there: the committee above notes the receipt and records for it."""
    rng, above = course.stage.rng, unit.parent
    if above is None:
        return
    channels = (Assignment.Channel.PAPER, Assignment.Channel.MEETING, Assignment.Channel.PHONE)
    step = rng.randrange(2, course.due_to_acknowledge + 4)
    course.is_recorded_outside(unit, step, rng.choice(channels))
    own = _own(course, unit, above, step + 2)
    course.records(above, course.stage.cast.cells(unit), min(own + 12, course.due_to_disseminate), own + 14)


def _clerks(course: Course, unit: Unit) -> None:
    """The unit of the demo's clerk: all but three of its cells."""
    cells = course.stage.cast.cells(unit)
    course.acknowledges(unit, 2)
    course.records(unit, [unit], 5, 6, Form.CONFERENCE)
    course.records(unit, cells[:12], 14, 15)
    course.records(unit, cells[12:-3], 35, 35)


def _merged(course: Course, manners: Manners) -> None:
    """Before the merger: one of the two had everything done, the other only a part of its cells."""
    merger, cast = manners.merger, course.stage.cast
    course.acknowledges(merger.done, 3)
    course.records(merger.done, [merger.done, *cast.cells(merger.done)], 9, 10, Form.CONFERENCE)
    behind = cast.cells(merger.behind)
    course.records(merger.behind, behind[: len(behind) // 2], 12, 12)
    # What was left is recorded by the successor, under which these cells now stand.
    course.records(merger.successor, behind[len(behind) // 2 : -1], course.due_to_disseminate - 1, 0)


def carry_out_second(course: Course, apart: Sequence[Unit]) -> None:
    """Three weeks of the second directive: most have acknowledged, the first cells have met."""
    cast, rng = course.stage.cast, course.stage.rng
    waiting = {unit.pk for unit in apart}
    for unit in cast.units:
        if unit.pk not in course.lines or unit.pk not in cast.clerks or unit.pk in waiting:
            continue
        if unit.kind == Kind.COMMITTEE:
            course.acknowledges(unit, rng.randrange(0, 3))
            continue
        chance = rng.random()
        if chance < 0.08:
            if chance < 0.03:
                course.opens(unit, course.due_to_acknowledge)
            continue
        step = _step(course, early=0.84, late=0.05)
        course.acknowledges(unit, step)
        if chance > 0.75:
            own = step + rng.randrange(1, 5)
            course.records(unit, [unit], own, own + 1, rng.choice(OWN_FORMS))
            if chance > 0.85 and unit.kind == Kind.GRASSROOTS:
                cells = cast.cells(unit)
                course.records(unit, cells[: rng.randrange(1, len(cells) + 1)], own + 2, own + 3)
