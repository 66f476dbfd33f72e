"""Small builders for the tests: organisations and role accounts, through the same actions as the pages.

Every builder acts as the installation itself (`by=None`) at a fixed moment, so that a test names only what it is about.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from directives.actions import documents, files, rollouts
from directives.actions.content import Content
from directives.actions.rollouts import Dates
from directives.models import Assignment, Document, Rollout, StoredFile
from units.actions import offices
from units.actions.carry_out import Paper
from units.actions.reorganise import Founding, found, found_all
from units.models import Office, Unit, User

TODAY = date(2026, 10, 15)  # a Thursday; every Monday to Friday around it is worked, until 24/11
FOUNDED = date(2020, 1, 1)
ACT, INFORM = Assignment.Role.ACT, Assignment.Role.INFORM
EVERYBODY = dict.fromkeys(("committee", "party_group", "grassroots", "grassroots_cell", "cell"), ACT)
PROVINCE = """
province Tỉnh
  committee Huyện A
    grassroots Xã A1
      cell A1.1
      cell A1.2
      cell A1.3
    grassroots Xã A2
      cell A2.1
  committee Huyện B
    grassroots_cell B1
  party_group Đảng đoàn C
"""
Tree = dict[str, Unit]


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """That local moment."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


NOW = at(TODAY)


def days(count: int) -> date:
    """So many days after TODAY."""
    return TODAY + timedelta(days=count)


def make_unit(name: str, kind: str = Unit.Kind.PROVINCE, parent: Unit | None = None, opened_on: date = FOUNDED) -> Unit:
    return found(name=name, kind=kind, parent=parent, paper=Paper(opened_on), by=None, now=NOW)


def make_tree(text: str = PROVINCE) -> Tree:
    """Units by name, from one line a unit: two blanks a level, the kind, the name."""
    foundings: list[Founding] = []
    above: list[int] = []
    for line in text.strip("\n").splitlines():
        level = (len(line) - len(line.lstrip())) // 2
        kind, _, name = line.strip().partition(" ")
        superior = above[level - 1] if level else None
        order = sum(each.above == superior for each in foundings) + 1
        above[level:] = [len(foundings)]
        foundings.append(Founding(name, kind, superior, order))
    return {unit.name: unit for unit in found_all(foundings=foundings, opened_on=FOUNDED, by=None, now=NOW)}


def make_user(username: str, **fields: Any) -> User:
    """An account without any office; its address is that of its name."""
    return User.objects.create_user(username, **({"label": username, "email": f"{username}@don-vi.example"} | fields))


def make_office(
    unit: Unit, role: str = Office.Role.SECRETARY, username: str = "", from_on: date = FOUNDED, **fields: Any
) -> User:
    """A new role account holding an office at `unit`."""
    user = make_user(username or f"{role}-{unit.pk}-{User.objects.count()}", **fields)
    offices.appoint(user=user, unit=unit, role=role, from_on=from_on, by=None, now=NOW)
    return user


def make_board(root: Unit) -> User:
    return make_office(root, Office.Role.BOARD)


def make_document(root: Unit, state: str = Document.State.DIRECTIVE, **content: Any) -> Document:
    """A registered document; by default a letter of the Standing Committee of a month ago."""
    told = {
        "title": "Tăng cường quản lý thông tin", "number": "729-CV/TU", "type": "Công văn", "issuer": "Tỉnh ủy",
        "issued_on": days(-30), "text": "Toàn văn của công văn.",
    } | content
    document = documents.draft(content=Content(**told), unit=root, by=None, now=NOW)
    return documents.register(document=document, state=state, unit=root, by=None, now=NOW)


def make_file(data: bytes = b"%PDF-1.7 bien ban", name: str = "bien-ban.pdf") -> StoredFile:
    return files.store(data=data, name=name, by=None, now=NOW)


def make_rollout(
    root: Unit, *, document: Document | None = None, audience: Mapping[str, str] = EVERYBODY,
    acknowledge: int = 10, disseminate: int = 45, issued: bool = True, now: datetime = NOW,
) -> Rollout:
    """To be acknowledged and disseminated within so many days of TODAY."""
    rollout = rollouts.compose(
        document=document or make_document(root), root=root, audience=audience, outside=[],
        dates=Dates(days(acknowledge), days(disseminate)), by=None, now=now,
    )
    return rollouts.issue(rollout=rollout, by=None, now=now) if issued else rollout


def line_of(rollout: Rollout, unit: Unit) -> Assignment:
    """The unit's line as it is in the database now."""
    lines = Assignment.objects.select_related("rollout__document", "rollout__root", "answering_unit", "unit")
    return lines.get(rollout=rollout, unit=unit)


@contextmanager
def rolled_back() -> Iterator[None]:
    """What happens inside leaves nothing behind: for the examples of one property."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run these at the same moment, each on a thread and connection of its own; what each returned or raised."""
    start = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(20)
            outcomes[index] = call()
        except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
