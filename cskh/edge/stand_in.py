"""A stand-in for Vietguys on this machine, for `cskh demo` and tests: strict where they are lax.

It speaks the same protocol on the loopback, remembers what it took, and can be told to misbehave:

    with StandIn() as vietguys:
        vietguys.next(moods.busy, moods.cut_read, moods.status(503))
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

PATH = "/api/index.php"
FORM = "application/x-www-form-urlencoded"
LONGEST_TEXT = 459
SAME_AGAIN = 60.0  # seconds in which the same text for the same number is refused
_LONGEST_BODY = 64 * 1024
_NEEDED = ("u", "pwd", "from", "phone", "sms", "bid", "type", "json")
_KNOWN = frozenset((*_NEEDED, "pid"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One message that was taken; `phone` as it came, `bid` is the sender's id."""

    id: str
    phone: str
    text: str
    bid: str
    type: str


class Wrong(Exception):
    """A request that doesn't speak the protocol at all: a status, and what is wrong."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class StandIn:
    """Vietguys on a free port of 127.0.0.1, while it is entered; `clock` counts seconds.

    Every request is treated by the next mood that was asked for, else by `mood`.
    """

    def __init__(
        self,
        *,
        account: str = "demo",
        passcode: str = "demo-passcode",
        brand: str = "MYBRAND",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account, self.passcode, self.brand = account, passcode, brand
        self.mood: Mood = answer
        self.accepted: list[Accepted] = []
        self.calls = 0
        self.closing = threading.Event()
        self._clock = clock
        self._moods: deque[Mood] = deque()
        self._last: dict[tuple[str, str, str], float] = {}
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    @property
    def url(self) -> str:
        """Return scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def connections(self) -> int:
        """Return how many connections were opened so far."""
        return self._server.opened

    def next(self, *moods: Mood) -> None:
        """Treat the next requests like this, one after the other."""
        self._moods.extend(moods)

    def take_mood(self) -> Mood:
        """Return the mood for a request that has just come."""
        with self._lock:
            self.calls += 1
            return self._moods.popleft() if self._moods else self.mood

    def judge(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a form as Vietguys would, and remember the message if it is taken."""
        with self._lock:
            code = self._code(form) or self._again(form)
            if code:
                return refusal(code)
            id_ = str(1_000_001 + len(self.accepted))
            self._last[form["phone"], form["from"], form["sms"]] = self._clock()
            self.accepted.append(
                Accepted(
                    id=id_,
                    phone=form["phone"],
                    text=form["sms"],
                    bid=form["bid"],
                    type=form["type"],
                )
            )
            return {"error": 0, "msgid": id_, "carrier": "VIETTEL", "log": ""}

    def _code(self, form: Mapping[str, str]) -> int:
        if not _complete(form):
            return -1
        if (form["u"], form["pwd"]) != (self.account, self.passcode):
            return -5
        if form["from"] != self.brand:
            return -8
        if not re.fullmatch(r"84[35789][0-9]{8}", form["phone"]):
            return -10
        return -14 if len(form["sms"]) > LONGEST_TEXT else 0

    def _again(self, form: Mapping[str, str]) -> int:
        last = self._last.get((form["phone"], form["from"], form["sms"]))
        return -16 if last is not None and self._clock() - last < SAME_AGAIN else 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


def _complete(form: Mapping[str, str]) -> bool:
    return (
        all(form.get(name) for name in _NEEDED)
        and form["json"] == "1"
        and len(form["bid"]) <= 50
        and form["type"] in ("0", "8")
        and (form["type"] == "8" or form["sms"].isascii())
    )


def refusal(code: int) -> dict[str, Any]:
    """Return the answer that refuses with one of the vendor's codes."""
    return {"error": 1, "error_code": code, "msgid": "", "log": f"refused with {code}"}


class Call(BaseHTTPRequestHandler):
    """One request as a mood sees it: read it, judge it, answer it, or hang up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer leaves in two writes, and would wait 40 ms
    server: _Server

    def do_POST(self) -> None:
        """Treat one request by the mood it meets."""
        try:
            self.server.stand_in.take_mood()(self)
        except Wrong as wrong:
            self.close_connection = True
            self.reply(str(wrong), status=wrong.status)
        except ConnectionError:  # the caller didn't wait for the answer
            self.close_connection = True

    def form(self) -> dict[str, str]:
        """Read the form; raises Wrong if the request isn't one, to the letter."""
        self._check_head()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            pairs = parse_qsl(
                body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict"
            )
        except ValueError as error:
            raise Wrong(HTTPStatus.BAD_REQUEST, f"not a form in UTF-8: {error}") from error
        form = dict(pairs)
        if len(form) < len(pairs) or not form.keys() <= _KNOWN:
            raise Wrong(HTTPStatus.BAD_REQUEST, "fields that are unknown or come twice")
        return form

    def _check_head(self) -> None:
        if self.path != PATH:
            raise Wrong(HTTPStatus.NOT_FOUND, f"not {PATH}")
        if self.headers.get("Content-Type") != FORM:
            raise Wrong(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"not {FORM}")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise Wrong(HTTPStatus.LENGTH_REQUIRED, "how long is it?")
        if int(length) > _LONGEST_BODY:
            raise Wrong(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"over {_LONGEST_BODY} bytes")

    def judge(self) -> dict[str, Any]:
        """Read the form and let the stand-in decide."""
        return self.server.stand_in.judge(self.form())

    def reply(
        self, body: str, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer, and keep the connection."""
        data = body.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hang_up(self) -> None:
        """Cut the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what came is in `accepted`."""


Mood = Callable[[Call], None]


def answer(call: Call) -> None:
    """Be in a good mood: judge the message and answer with a JSON object."""
    call.reply(json.dumps(call.judge()))


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that leaving the stand-in ends every thread."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.stand_in, self.opened = stand_in, 0
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.opened += 1
        self._open.add(connection)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about callers who are gone, whatever they were about to do."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):  # it may just have ended by itself
                connection.shutdown(socket.SHUT_RDWR)
