"""A broker in a folder whose messages exist whole or not at all.

kombu's filesystem transport creates a message under its final name and then writes it, and rewrites the
table of bindings in place. Whoever looks in between reads half a file: a message is lost, and a worker
that meets one dies of a JSONDecodeError (kombu issue 1551). Here every file is written under another name
and then renamed, a message is claimed by a rename in its own folder, and a file that cannot be read is put
aside, not died of.
"""

# mypy: allow-untyped-calls
# kombu says that it is typed, but most of its functions are not.

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


def _write(final: Path, content: object) -> None:
    """Put `content` on disk as JSON, visible under its final name only once all of it is there."""
    half = final.with_name(f"{uuid.uuid4()}.tmp")  # neither .msg nor .exchange: nobody reads it
    try:
        with half.open("wb") as file:
            file.write(dumps(content).encode())
            file.flush()
            os.fsync(file.fileno())
        half.rename(final)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {final}") from error


def _read_message(path: Path) -> dict[str, Any] | None:
    """The message in a claimed file; None when it is not one, and then the file stays to be looked at."""
    try:
        message: dict[str, Any] = loads(path.read_bytes().decode())
        message["properties"]["delivery_tag"]  # what kombu will ask of it first
    except (OSError, ValueError, KeyError, TypeError):
        logger.warning("an unreadable message was put aside: %s", path)
        return None
    return message


class Channel(filesystem.Channel):
    """kombu's folder channel with atomic file operations; naming, purging and counting stay kombu's."""

    # ---- messages: written by _put, each claimed by exactly one _get -------------------------------------

    def _put(  # type: ignore[override]  # kombu's own classes disagree about the second name
        self, queue: str, payload: dict[str, Any], **_: object
    ) -> None:
        """Write one message; its name sorts by time, across restarts of the machine too."""
        _write(Path(self.data_folder_out) / f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # kombu's shape
        """Claim and read the oldest message, or raise Empty."""
        folder = Path(self.data_folder_in)
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
        for name in sorted(name for name in names if name.partition(".")[2] == f"{queue}.msg"):
            claimed = (folder / name).with_suffix(".claimed")
            try:
                # One winner, and on one disk: kombu moves to the system's temporary folder.
                (folder / name).rename(claimed)
            except FileNotFoundError:
                continue  # another worker was first
            message = _read_message(claimed)
            if message is not None:
                claimed.unlink(missing_ok=True)
                return message
        raise Empty

    # ---- bindings: which queue hears which exchange, one small table a file ------------------------------

    def get_table(self, exchange: str) -> list[Any]:
        """The bindings of an exchange; a table that stock kombu's crash left half-written counts as none."""
        try:
            return [exchange_queue_t(*row) for row in loads(self._exchange_file(exchange).read_text())]
        except FileNotFoundError:
            return []
        except ValueError:
            logger.warning("an unreadable table of bindings was ignored: %s", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda table: table if binding in table else [binding, *table])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *_: object, **__: object
    ) -> None:
        self._purge(queue)
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self._change_table(exchange, lambda table: [row for row in table if row != binding])

    def _change_table(self, exchange: str, change: Callable[[list[Any]], list[Any]]) -> None:
        with self._one_at_a_time():
            before = self.get_table(exchange)
            after = change(before)
            if after != before:
                _write(self._exchange_file(exchange), after)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold a lock that other processes see; tables are replaced, so they cannot carry it themselves."""
        with (self.control_folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield  # closing the file releases the lock, whatever happened


class Transport(filesystem.Transport):
    """Named in settings as CELERY_BROKER_TRANSPORT."""

    Channel = Channel
