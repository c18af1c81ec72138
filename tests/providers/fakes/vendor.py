"""A server on the loopback that is strict where vendors are, and misbehaves when it is told to.

A vendor is one function from a request to a reply. What doesn't fit the vendor's protocol is kept
in `slips`, as an answer alone would not tell a test from a refusal that it asked for.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def words(self, raw: str | None = None) -> dict[str, str]:
        """Return the query, or another urlencoded text; a name that comes twice is a slip."""
        text = self.query if raw is None else raw
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
        assert len(dict(pairs)) == len(pairs), "a field comes twice"
        return dict(pairs)

    def form(self) -> dict[str, str]:
        """Return the form in the body."""
        assert self.headers.get("content-type") == "application/x-www-form-urlencoded", "type"
        return self.words(self.body.decode("ascii"))

    def json(self) -> Any:
        """Return the JSON in the body."""
        assert self.headers.get("content-type") == "application/json", "type"
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class HangUp(Exception):
    """Cut the connection instead of answering."""


Answer = Callable[[Asked], Reply]
Mood = Callable[["_Call", Answer], None]


class Vendor:
    """Answers on a free port of 127.0.0.1 while it is entered.

    The next moods come one each, and `mood` when there are none.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.slips: list[str] = []
        self.moods: deque[Mood] = deque()
        self.mood: Mood = content
        self.closing = threading.Event()
        self._open()

    def _open(self) -> None:
        self._server: _Server | None = _Server(self)
        self._place = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._place}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self.go()

    def go(self) -> None:
        """Listen no more: who comes now is refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def come_back(self) -> None:
        """Listen again, perhaps elsewhere."""
        if self._server is None:
            self._open()
            self._thread.start()

    def judged(self, asked: Asked) -> Reply:
        """Answer a request; one that the vendor would not understand is a 400 and a slip."""
        self.asked.append(asked)
        try:
            return self.answer(asked)
        except (AssertionError, ValueError, KeyError, AttributeError, TypeError) as slip:
            self.slips.append(f"{asked.method} {asked.path}: {slip!r}")
            return Reply(status=400)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, vendor: Vendor) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.vendor = vendor

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about callers who are gone."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer leaves in two writes, and would wait 40 ms
    server: _Server

    def do_GET(self) -> None:
        vendor = self.server.vendor
        mood = vendor.moods.popleft() if vendor.moods else vendor.mood
        try:
            mood(self, vendor.judged)
        except HangUp:
            self.hang_up()

    do_POST = do_GET

    def read(self) -> Asked:
        parts = urlsplit(self.path)
        return Asked(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )

    def reply(self, reply: Reply) -> None:
        data = reply.body.encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def content(call: _Call, answer: Answer) -> None:
    """Answer as the vendor does."""
    call.reply(answer(call.read()))


def cut_unread(call: _Call, answer: Answer) -> None:
    """Cut the connection before the request is read."""
    call.hang_up()


def cut_read(call: _Call, answer: Answer) -> None:
    """Take the request, then cut the connection instead of answering."""
    answer(call.read())
    call.hang_up()


def last_words(body: str | None = None) -> Mood:
    """Answer as the vendor does, or with something else and take nothing, and be gone."""

    def mood(call: _Call, answer: Answer) -> None:
        asked = call.read()
        call.server.vendor.go()
        reply = answer(asked) if body is None else Reply(body)
        call.reply(Reply(reply.body, reply.status, {**reply.headers, "Connection": "close"}))

    return mood


def taken_then(status: int) -> Mood:
    """Take the request, and answer with an error all the same."""

    def mood(call: _Call, answer: Answer) -> None:
        answer(call.read())
        call.reply(Reply(status=status))

    return mood


def silent(call: _Call, answer: Answer) -> None:
    """Take the request, and say nothing until the caller or the test has enough of it."""
    answer(call.read())
    call.server.vendor.closing.wait(10)
    call.hang_up()


def says(body: str, status: int = 200, **headers: str) -> Mood:
    """Read the request and answer with something else."""

    def mood(call: _Call, answer: Answer) -> None:
        call.read()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        call.reply(Reply(body, status, named))

    return mood
