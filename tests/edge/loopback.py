"""Calls by the wire, and a server on the loopback that says what no HTTP library would say."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cskh.edge.stand_in import StandIn
from cskh.edge.wire import perform
from cskh.model.message import Channel, Message, Receipt
from cskh.model.secret import Secret
from cskh.providers import Failure, Request, Response, Step, converse
from cskh.providers.vietguys import Vietguys

NOW = dt.datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
OK = b"HTTP/1.1 200 OK\r\n"
EMPTY = OK + b"Connection: close\r\nContent-Length: 0\r\n\r\n"


def do(step: Step, timeout: float = 5, folder: Path = Path()) -> Response | Failure:
    return perform(step, timeout=timeout, now=NOW, folder=folder)


def post(url: str, timeout: float = 5, **parts: Any) -> Response | Failure:
    return do(Request(method="POST", url=url, **{"form": {"a": "1"}, **parts}), timeout)


@dataclass
class Listener:
    """Where it listens, what was said to it, and a signal for each connection that ended."""

    port: int
    said: list[bytes] = field(default_factory=list)
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def secure_url(self) -> str:
        return f"https://localhost:{self.port}/"


def send(stand_in: StandIn, number: int = 1, timeout: float = 5) -> Receipt:
    account = Vietguys(
        account=stand_in.account,
        service_id=stand_in.brand,
        passcode=Secret(stand_in.passcode),
        url=stand_in.url,
    )
    message = Message(
        id=number,
        channel=Channel.SMS,
        recipient=f"0900000{number:03}",
        content="Chào anh Ân & chị Đào, ưu đãi 20% + quà",
    )
    return converse(account.flow(message), lambda step: do(step, timeout))


Serve = Callable[[socket.socket, "Listener"], None]


@contextmanager
def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Serve connections one after the other, each until `serve` returns."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])

        def work() -> None:
            with suppress(OSError):  # the last accept ends when the test does
                while True:
                    connection = server.accept()[0]
                    connection.settimeout(10)
                    with connection, suppress(OSError):
                        _greet(connection, listener, serve, tls)
                    listener.ended.release()

        thread = threading.Thread(target=work)
        thread.start()
        yield listener
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _greet(
    connection: socket.socket, listener: Listener, serve: Serve, tls: ssl.SSLContext | None
) -> None:
    if tls is None:
        serve(connection, listener)
        return
    with tls.wrap_socket(connection, server_side=True) as secure:
        serve(secure, listener)


def read_request(connection: socket.socket, listener: Listener) -> None:
    """Read one whole request and keep it in `said`."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = request.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-len")),
        0,
    )
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    listener.said.append(head + b"\r\n\r\n" + body)


def answering(*parts: bytes, endless: bytes = b"") -> Serve:
    """Read a request, say the parts, and then the endless one until nobody listens."""

    def serve(connection: socket.socket, listener: Listener) -> None:
        read_request(connection, listener)
        for part in parts:
            connection.sendall(part)
        while endless:
            connection.sendall(endless)

    return serve
