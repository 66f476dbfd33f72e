"""Producers and consumers of one folder broker in tight loops, as processes: who gets what, and what breaks.

A process of the race: python -m tests.rig.race produce|consume|bind TRANSPORT FOLDER NAME [NUMBER...]
"""

import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from kombu import Connection

from tests.rig.portal import ROOT, clean_environment
from tests.rig.servers import end, spawn

STOCK = "kombu.transport.filesystem:Transport"
OURS = "portal.fsbroker:Transport"
BIG = "x" * 200_000


@dataclass(frozen=True)
class Outcome:
    """What a race came to."""

    sent: int
    received: Counter[str]
    errors: Counter[str]
    seconds: float

    @property
    def lost(self) -> int:
        return self.sent - len(self.received)

    @property
    def twice(self) -> int:
        return sum(count - 1 for count in self.received.values())

    def __str__(self) -> str:
        return (
            f"{self.sent} sent in {self.seconds:.1f} s, {self.lost} lost, {self.twice} twice,"
            f" errors: {dict(self.errors) or 'none'}"
        )


def race(transport: str, folder: Path, *, producers: int, consumers: int, small: int, big: int) -> Outcome:
    """Run the race to its end: every producer sends `small` short and `big` 200 KB messages."""
    _lay_out(folder)
    began = time.monotonic()
    eating = [_start("consume", transport, folder, n) for n in range(consumers)]
    making = [_start("produce", transport, folder, n, small, big) for n in range(producers)]
    _finish(making, folder)
    (folder / "done").touch()
    _finish(eating, folder)
    lines = [line for path in (folder / "received").iterdir() for line in path.read_text().splitlines()]
    return Outcome(
        sent=producers * (small + big),
        received=Counter(line for line in lines if not line.startswith("!")),
        errors=Counter(line[1:] for line in lines if line.startswith("!")),
        seconds=time.monotonic() - began,
    )


def race_to_bind(transport: str, folder: Path, *, processes: int, queues: int) -> set[str]:
    """Processes bind and unbind queues of their own on one exchange; the queues still bound at the end."""
    _lay_out(folder)
    _finish([_start("bind", transport, folder, n, queues) for n in range(processes)], folder)
    with connect(transport, folder) as connection:
        return {row.queue for row in connection.default_channel.get_table("race")}


def _lay_out(folder: Path) -> None:
    for name in ("messages", "control", "received"):
        (folder / name).mkdir(parents=True)


def _start(role: str, transport: str, folder: Path, number: int, *sizes: int) -> subprocess.Popen[bytes]:
    arguments = [role, transport, str(folder), f"{role}{number}", *(str(size) for size in sizes)]
    env = clean_environment(VAR_DIR=str(folder / "var"), DJANGO_SETTINGS_MODULE="portal.settings")
    return spawn([sys.executable, "-m", "tests.rig.race", *arguments], folder / "log", env=env, cwd=ROOT)


def _finish(processes: list[subprocess.Popen[bytes]], folder: Path) -> None:
    codes = [end(process, 0, grace=60) for process in processes]
    if any(codes):
        raise RuntimeError((folder / "log").read_text()[-3000:])


def connect(transport: str, folder: Path) -> Connection:
    messages = str(folder / "messages")
    options = {"data_folder_in": messages, "data_folder_out": messages}
    options["control_folder"] = str(folder / "control")
    return Connection("filesystem://", transport=transport, transport_options=options)


def produce(transport: str, folder: Path, name: str, small: int, big: int) -> None:
    with connect(transport, folder) as connection:
        queue = connection.SimpleQueue("race")
        every = (small + big) // big if big else 0
        for number in range(small + big):
            pad = BIG if every and number % every == 0 else ""
            queue.put({"id": f"{name}-{number}", "pad": pad})


def consume(transport: str, folder: Path, name: str) -> None:
    """Take until the producers are done and the folder is empty; an error costs a message and is noted."""
    with connect(transport, folder) as connection, (folder / "received" / name).open("w") as received:
        queue = connection.SimpleQueue("race")
        while True:
            done = (folder / "done").exists()  # asked before the queue is, or a last message could be missed
            try:
                message = queue.get_nowait()
                received.write(f"{message.payload['id']}\n")
                message.ack()
            except Empty:
                if done:
                    return
            except Exception as error:  # noqa: BLE001  # whatever breaks is the finding
                received.write(f"!{type(error).__name__}\n")


def bind(transport: str, folder: Path, name: str, queues: int) -> None:
    """Bind each queue, see that it is bound, and unbind every second one."""
    with connect(transport, folder) as connection:
        channel = connection.default_channel
        for number in range(queues):
            queue = f"{name}-{number}"
            channel._queue_bind("race", "", "", queue)
            assert queue in {row.queue for row in channel.get_table("race")}
            if number % 2:
                channel._delete(queue, "race", "", "")


if __name__ == "__main__":
    _role, _transport, _folder, _name, *_sizes = sys.argv[1:]
    _roles = {"produce": produce, "consume": consume, "bind": bind}
    _roles[_role](_transport, Path(_folder), _name, *(int(size) for size in _sizes))
