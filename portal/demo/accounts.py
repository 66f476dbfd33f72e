"""Who of the demo's clerks has a password yet, who was invited and waits, and one who stands in for another."""

from datetime import timedelta
from itertools import groupby
from secrets import token_urlsafe

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from directives.actions import acknowledge
from directives.models import Assignment, Rollout
from portal.demo.cast import label_of
from portal.demo.course import Stage
from portal.demo.people import people
from units.actions import accounts, offices
from units.data import readiness
from units.data.readiness import Asked
from units.models import Office, Unit, User

STOOD_IN_FOR = 7  # days
AGES = (4, None, 41)  # days since the invitation was printed, in turn; None: not invited yet


def settle(stage: Stage) -> None:
    """After the story: whoever did something had a password; of the units without an account some have one by now."""
    names = {one.username for one in people()}
    # A password nobody knows: only the demo's persons can be signed in as.
    User.objects.exclude(username__in=names).update(password=make_password(token_urlsafe(32)))
    _newcomers(stage)
    held = Office.objects.filter(role=Office.Role.SECRETARY, unit__closed_on=None).exclude(user__username__in=names)
    _stand_in(stage, list(held.select_related("user", "unit").order_by("pk")))


def _newcomers(stage: Stage) -> None:
    """Half of the units that lacked an account have got one, without an address; none has used it yet."""
    latest = stage.hours.latest
    lacking = list(readiness.listed(Unit.objects.under([stage.cast.root]), Asked(state="chua-co"), latest))
    for place, unit in enumerate(lacking[(len(lacking) + 1) // 2 :]):
        days = AGES[place % len(AGES)]
        then = latest - timedelta(days=days or 1)
        user = User.objects.create_user(f"dv-{unit.pk:06d}", label=label_of(unit), created_at=then)
        office = offices.appoint(
            user=user, unit=unit, role=Office.Role.SECRETARY, from_on=timezone.localdate(then), by=None, now=then
        )
        if days is not None:
            accounts.invite_many(offices=[office], printed=True, by=None, now=then)


def _stand_in(stage: Stage, active: list[Office]) -> None:
    """In one committee a base's clerk answers for the base beside it, whose own is away this week."""
    now, second = stage.hours.latest, Rollout.objects.latest("pk")
    today = timezone.localdate(now)
    bases = sorted(
        (each for each in active if each.unit.kind == Unit.Kind.GRASSROOTS), key=lambda each: each.unit.parent_id or 0
    )
    lines = Assignment.objects.live().answered_for(today).filter(
        rollout=second, acknowledge_by__isnull=False, acknowledged_at=None
    ).select_related("rollout__document", "answering_unit")
    for _, group in groupby(bases, key=lambda each: each.unit.parent_id):
        beside = list(group)
        line = lines.filter(unit__in=[each.unit_id for each in beside]).first()
        if line is None or len(beside) < 2:
            continue
        away = next(each for each in beside if each.unit_id == line.unit_id)
        helper = next(each for each in beside if each.unit_id != line.unit_id)
        offices.substitute(
            office=away, user=helper.user, from_on=today, to_on=today + timedelta(days=STOOD_IN_FOR),
            by=stage.cast.persons[Office.Role.ADMINISTRATOR], now=now,
        )
        acknowledge.acknowledge(assignment=line, by=helper.user, now=now)
        return
