"""SMTP against real servers: what arrives is what was written, and every break is told apart."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.message import Message

import pytest
from django.core.mail import EmailMessage

from outbox import transport
from outbox.transport import Console, InDoubt, Refused, Smtp, TryLater
from tests.rig.servers import free_port
from tests.rig.smtp import SmtpSink

TEXT = "Kính gửi đồng chí,\n.\n..hai chấm\n.một chấm\nĐơn vị chưa tiếp nhận: Ờ Ữ ợ ậ ẵ\n\n" + "dài " * 400 + "\n"


def letter(text: str = TEXT, to: str = "xa@don-vi.example") -> Message:
    message = EmailMessage("Đôn đốc: 3 nhiệm vụ", text, "Cổng theo dõi <cong@tinh.example>", [to])
    return message.message()


def smtp(port: int, timeout: float = 5) -> Smtp:
    return Smtp("smtp", "127.0.0.1", port, "", "", timeout)


def nothing() -> None:
    return None


@pytest.fixture
def dropping() -> Iterator[Callable[[str], int]]:
    """`dropping("dot")` is the port of a server that hangs up at that point: greeting, rcpt, data or dot."""
    listening: list[socket.socket] = []

    def serve(server: socket.socket, point: str) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, client.makefile("rwb", buffering=0) as stream:
                converse(stream, point)

    def started(point: str) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)
        threading.Thread(target=serve, args=(server, point), daemon=True).start()
        return int(server.getsockname()[1])

    yield started
    for server in listening:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def converse(stream: "socket.SocketIO", point: str) -> None:
    if point == "greeting":
        return
    stream.write(b"220 here\r\n")
    in_data = False
    for line in stream:
        verb = line.strip().lower()
        if in_data:
            if verb == b".":
                return  # the message is whole; no answer ever comes
        elif verb.startswith(point.encode()):
            return
        elif verb == b"data":
            in_data = True
            stream.write(b"354 go on\r\n")
        else:
            stream.write(b"250 ok\r\n")


def test_what_arrives_is_what_was_written(smtp_sink: SmtpSink) -> None:
    hooks: list[int] = []

    def hook() -> None:
        time.sleep(0.3)  # had the dot gone out, the server would have accepted it by now
        hooks.append(len(smtp_sink.accepted))

    with smtp(smtp_sink.port) as way_out:
        way_out.send(letter(), hook)
    (mail,) = smtp_sink.accepted
    assert mail.message.get_content().replace("\r\n", "\n") == TEXT
    assert mail.message["Subject"] == "Đôn đốc: 3 nhiệm vụ"
    assert (mail.sender, mail.recipients) == ("cong@tinh.example", ("xa@don-vi.example",))
    assert hooks == [0]  # once, before the server had accepted it


def test_many_messages_go_over_one_connection(smtp_sink: SmtpSink) -> None:
    with smtp(smtp_sink.port) as way_out:
        clients = set()
        for number in range(3):
            way_out.send(letter(to=f"n{number}@don-vi.example"), nothing)
            clients.add(id(way_out.client))
    assert [mail.recipients for mail in smtp_sink.accepted] == [(f"n{n}@don-vi.example",) for n in range(3)]
    assert len(clients) == 1
    assert way_out.client is None


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("451 later", TryLater), ("421 closing", TryLater), ("550 no such box", Refused), ("554 refused", Refused)],
)
def test_a_reply_after_the_dot_is_an_answer_and_no_doubt(
    smtp_sink: SmtpSink, reply: str, expected: type[Exception]
) -> None:
    smtp_sink.answer = lambda _envelope: reply
    with smtp(smtp_sink.port) as way_out:
        with pytest.raises(expected, match=reply):
            way_out.send(letter(), nothing)
        smtp_sink.answer = lambda _envelope: "250 OK"
        way_out.send(letter(), nothing)  # the next message goes out all the same
    assert len(smtp_sink.accepted) == 1


@pytest.mark.parametrize("point", ["greeting", "ehlo", "mail", "rcpt", "data"])
def test_a_break_before_the_dot_is_certainly_not_accepted(dropping: Callable[[str], int], point: str) -> None:
    hooks: list[str] = []
    with smtp(dropping(point)) as way_out, pytest.raises(TryLater):
        way_out.send(letter(), lambda: hooks.append("handed"))
    assert hooks == []


def test_a_break_after_the_dot_is_in_doubt(dropping: Callable[[str], int]) -> None:
    hooks: list[str] = []
    with smtp(dropping("dot")) as way_out, pytest.raises(InDoubt):
        way_out.send(letter(), lambda: hooks.append("handed"))
    assert hooks == ["handed"]


def test_silence_after_the_dot_is_in_doubt(smtp_sink: SmtpSink) -> None:
    def slow(_envelope: object) -> str:
        time.sleep(1.5)
        return "250 OK"

    smtp_sink.answer = slow
    with smtp(smtp_sink.port, timeout=0.5) as way_out, pytest.raises(InDoubt):
        way_out.send(letter(), nothing)


def test_no_server_at_all_is_tried_again() -> None:
    with smtp(free_port()) as way_out, pytest.raises(TryLater):
        way_out.send(letter(), nothing)


def test_a_hook_that_refuses_stops_the_message_and_not_the_next_one(smtp_sink: SmtpSink) -> None:
    class Lost(Exception):
        pass

    def lost() -> None:
        raise Lost

    with smtp(smtp_sink.port) as way_out:
        with pytest.raises(Lost):
            way_out.send(letter(to="mot@don-vi.example"), lost)
        began = time.monotonic()
        way_out.send(letter(to="hai@don-vi.example"), nothing)
        assert time.monotonic() - began < 2
    assert [mail.recipients for mail in smtp_sink.accepted] == [("hai@don-vi.example",)]


def test_the_console_prints_and_calls_the_hook_first(capsys: pytest.CaptureFixture[str]) -> None:
    hooks: list[str] = []
    with Console() as way_out:
        way_out.send(letter("Chưa tiếp nhận"), lambda: hooks.append(capsys.readouterr().out))
    assert hooks == [""]
    assert "To: xa@don-vi.example" in capsys.readouterr().out


@pytest.mark.parametrize("scheme", ["smtp", "smtp+tls", "smtps"])
def test_the_address_names_the_transport(scheme: str) -> None:
    opened = transport.opened(scheme, "mail.example", 25, "u", "p", 5)
    assert opened == Smtp(scheme, "mail.example", 25, "u", "p", 5)
    assert isinstance(transport.opened("console", "", 0, "", "", 5), Console)
    with pytest.raises(ValueError, match="pigeon"):
        transport.opened("pigeon", "", 0, "", "", 5)
