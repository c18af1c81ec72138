"""Mail servers on the loopback: a real one that minds every rule, and ones that break them."""

from __future__ import annotations

import email
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from cskh.edge import mail_lines
from tests.edge.loopback import Listener, Serve

TLS = Path(__file__).parents[2] / "fixtures" / "wire" / "tls"
USER, PASSWORD = "cskh@example.com", "mat-khau-demo"


@dataclass
class Mailbox:
    """What a real server took, who logged in, and how many connections there were.

    `replies` has what it says instead of taking something, by the first word of a command, or of a
    recipient by the address.
    """

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    encrypted: set[bool] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    begun: int = 0
    most: int = 0  # mails that had begun and not ended, at most

    @property
    def mails(self) -> list[EmailMessage]:
        return [read(envelope) for envelope in self.envelopes]

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        self.begun += 1
        self.most = max(self.most, self.begun)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        self.begun -= len(envelope.rcpt_tos)
        self.peers.add(session.peer)
        self.encrypted.add(server.transport.get_extra_info("cipher") is not None)
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.envelopes.append(envelope)
        return f"250 2.0.0 Ok: queued as Q{len(self.envelopes)}"

    def login(self, *call: Any) -> AuthResult:
        data = call[-1]
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)


def read(envelope: Envelope) -> EmailMessage:
    """Read a mail as strictly as can be."""
    raw = envelope.content
    assert isinstance(raw, bytes)
    raw.decode("ascii")
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    found = email.message_from_bytes(raw, policy=SMTP.clone(raise_on_defect=True))
    assert isinstance(found, EmailMessage)
    return found


def tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def mail_server(security: str = "none", **options: Any) -> Iterator[Mailbox]:
    """Run a real server that has the account of `USER`."""
    mailbox = Mailbox(port=free_port())
    if security == "starttls":
        options |= {"tls_context": tls_context(), "require_starttls": True}
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=mailbox.port,
        ssl_context=tls_context() if security == "tls" else None,
        authenticator=mailbox.login,
        auth_require_tls=security == "starttls",
        **options,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        mail_lines.close()
        controller.stop()


HANG_UP = b""
GOOD: Mapping[str, bytes] = {
    "HELLO": b"220 localhost ESMTP\r\n",
    "EHLO": b"250-localhost\r\n250 SIZE 1000000\r\n",
    "MAIL": b"250 OK\r\n",
    "RCPT": b"250 OK\r\n",
    "DATA": b"354 Go on\r\n",
    ".": b"250 Ok: queued as Q1\r\n",
    "RSET": b"250 OK\r\n",
    "NOOP": b"250 OK\r\n",
    "QUIT": b"221 Bye\r\n",
}
Reply = bytes | threading.Event | Callable[[socket.socket], None]


def saying(*scripts: Mapping[str, Reply]) -> Serve:
    """Serve each connection by the next script, the last one again and again.

    A script has what to say to a command instead of what is good: bytes (none hang up), an event
    (be silent until then), or what to do with the connection.
    """
    left = list(scripts) or [{}]

    def serve(connection: socket.socket, listener: Listener) -> None:
        script = {**GOOD, **(left.pop(0) if len(left) > 1 else left[0])}
        with connection.makefile("rb") as incoming:
            _converse(script, incoming, connection, listener)

    return serve


def _converse(
    script: Mapping[str, Reply], incoming: Any, connection: socket.socket, listener: Listener
) -> None:
    word = "HELLO"
    while _said(script.get(word, b"500 What?\r\n"), connection):
        if word == "QUIT":
            return
        line, is_mail = incoming.readline(), word == "DATA" and script[word] == GOOD[word]
        while is_mail and line not in (b".\r\n", b""):
            line = incoming.readline()
        listener.said.append(line)
        if not line:
            return
        word = "." if is_mail else line[:4].decode("latin-1").strip().upper()


def _said(reply: Reply, connection: socket.socket) -> bool:
    if isinstance(reply, threading.Event):
        reply.wait(10)
        return False
    if not isinstance(reply, bytes):
        reply(connection)
        return False
    if reply:
        connection.sendall(reply)
    return bool(reply)
