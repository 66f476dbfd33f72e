"""A real SMTP server under the tests' control: keeps what it accepts, and answers as a test tells it to."""

import asyncio
import email.policy
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Accepted:
    """One message that the sink answered with 250."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class SmtpSink:
    """Listens on a port of the kernel's choice; whatever is answered 250 is in `accepted`.

    `answer` sees each envelope and gives the reply line: 421, 451, 550 or a sleep, as a test likes.
    """

    def __init__(self) -> None:
        self.accepted: list[Accepted] = []
        self.answer: Callable[[Envelope], str] = lambda _envelope: "250 OK"
        # A loop in its own thread: Playwright keeps one running in the tests'.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listening = self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Accepted]:
        return [one for one in self.accepted if address in one.recipients]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook. The answer is made in a thread, so that a slow one holds up nobody else."""
        reply = await self._loop.run_in_executor(None, self.answer, envelope)
        if reply.startswith("250"):
            parser = BytesParser(EmailMessage, policy=email.policy.default)
            message = parser.parsebytes(envelope.content or b"")
            self.accepted.append(Accepted(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return reply

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
