"""`python -m tests.rig.story N`: N communes, each with a clerk, all late to acknowledge one directive.

Runs as a process of its own on the database its environment names, before or beside the portal's processes.
"""

import sys
from datetime import date, timedelta

import django
from django.utils import timezone

django.setup()

from directives.actions import documents, rollouts  # noqa: E402
from directives.actions.content import Content  # noqa: E402
from directives.actions.rollouts import Dates  # noqa: E402
from directives.models import Document  # noqa: E402
from units.actions import offices  # noqa: E402
from units.actions.carry_out import Paper  # noqa: E402
from units.actions.reorganise import found  # noqa: E402
from units.models import Unit, User  # noqa: E402


def tell(count: int) -> None:
    now = timezone.now()
    then, today = now - timedelta(days=40), timezone.localdate(now)
    opened = date(2020, 1, 1)
    root = found(name="Đảng bộ tỉnh", kind=Unit.Kind.PROVINCE, parent=None, paper=Paper(opened), by=None, now=then)
    for number in range(count):
        unit = found(
            name=f"Đảng bộ xã {number}", kind=Unit.Kind.GRASSROOTS, parent=root, paper=Paper(opened), by=None, now=then
        )
        clerk = User.objects.create_user(
            f"xa-{number}", label=f"Văn thư xã {number}", email=f"xa-{number}@don-vi.example"
        )
        offices.appoint(user=clerk, unit=unit, role="secretary", from_on=opened, by=None, now=then)
    document = documents.draft(
        content=Content(title="Văn bản thử", number="01-CV/TU", text="x"), unit=root, by=None, now=then
    )
    documents.register(document=document, state=Document.State.DIRECTIVE, unit=root, by=None, now=then)
    rollout = rollouts.compose(
        document=document, root=root, audience={Unit.Kind.GRASSROOTS: "act"}, outside=[],
        dates=Dates(today - timedelta(days=1), today + timedelta(days=30)), by=None, now=then,
    )
    rollouts.issue(rollout=rollout, by=None, now=then)


if __name__ == "__main__":
    tell(int(sys.argv[1]))
