"""How one message leaves: to the console, or over SMTP with a hook just before the final dot.

SMTP cannot promise exactly once: a server may accept a message and the reply may be lost. The hook lets the caller
commit "handed over" at the last possible instant, so that only a break after it is in doubt (RFC 1047).
"""

import smtplib
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from types import TracebackType
from typing import Any, Protocol, Self

Hook = Callable[[], None]


class InDoubt(Exception):
    """The connection broke after the final dot: the server may have accepted the message."""


class TryLater(Exception):
    """Certainly not accepted, for a reason that may pass (no connection, a 4xx reply)."""


class Refused(Exception):
    """Certainly not accepted, and trying again will not help (a 5xx reply)."""


class Transport(Protocol):
    """An open way out for many messages; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: Message, before_dot: Hook) -> None:
        """Deliver or raise InDoubt, TryLater or Refused; `before_dot` is called once, right before delivery."""


@dataclass
class Console:
    """The embedded installation's way out: messages appear in the worker's log."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stdout.flush()

    def send(self, message: Message, before_dot: Hook) -> None:
        before_dot()
        sys.stdout.write(f"{message.as_string()}\n{'-' * 79}\n")


class _Client(smtplib.SMTP):
    """smtplib's client with the hook between a message's last line and the dot that ends it."""

    before_dot: Hook

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        raw = msg.encode("ascii") if isinstance(msg, str) else bytes(msg)
        lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        self.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        self.before_dot()
        self.send(b".\r\n")
        return self.getreply()


class _ClientTLS(_Client, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


@dataclass
class Smtp:
    """One connection, opened with the first message and kept for the next ones."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    timeout: float
    client: _Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _open(self) -> _Client:
        if self.client is None:
            kind = _ClientTLS if self.scheme == "smtps" else _Client
            self.client = kind(self.host, self.port, timeout=self.timeout)
            if self.scheme == "smtp+tls":
                self.client.starttls()
            if self.user:
                self.client.login(self.user, self.password)
        return self.client

    def _close(self) -> None:
        if self.client is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.client.quit()
            self.client = None

    def _drop(self) -> None:
        if self.client is not None:
            self.client.close()
            self.client = None

    def send(self, message: Message, before_dot: Hook) -> None:
        handed = False

        def handing_over() -> None:
            nonlocal handed
            before_dot()
            handed = True

        try:
            client = self._open()
            client.before_dot = handing_over
            client.send_message(message, parseaddr(message["From"])[1], [parseaddr(message["To"])[1]])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            # A reply came, so the server's answer is known even after the dot.
            self._close()
            code, reply = _reply(error)
            if code == -1 and handed:
                raise InDoubt(reply) from error
            raise (Refused if 500 <= code < 600 else TryLater)(f"{code} {reply}") from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise (InDoubt if handed else TryLater)(str(error) or type(error).__name__) from error
        except Exception:
            # The hook refused in the middle of a message: on this connection the next one would be read as its rest.
            self._drop()
            raise


def _reply(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> tuple[int, str]:
    code: int
    reply: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    else:
        code, reply = error.smtp_code, error.smtp_error
    return code, reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)


def opened(scheme: str, host: str, port: int, user: str, password: str, timeout: float) -> Transport:
    """The transport that EMAIL_URL names: console, smtp, smtp+tls (STARTTLS) or smtps."""
    if scheme == "console":
        return Console()
    if scheme in ("smtp", "smtp+tls", "smtps"):
        return Smtp(scheme, host, port, user, password, timeout)
    raise ValueError(f"EMAIL_URL: unknown scheme {scheme!r}")
