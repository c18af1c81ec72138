"""The only code that opens sockets: performs what providers ask for, one step at a time.

Connections are kept, a pool for each thread. Nothing is retried, no redirect is followed, no cookie
is kept, and no proxy or password is taken from the environment.
"""

from __future__ import annotations

import datetime as dt
import errno
import http.client
import io
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    HTTPError,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from cskh.edge.login import logged_in
from cskh.language import _
from cskh.model.secret import Secret
from cskh.providers import Append, Failure, Request, Response, Words

BODY = 64 * 1024  # bytes kept of a body: many times what providers say
ANSWER = 4 * BODY  # bytes read of an answer, headers and all, whatever it says of its own length
CONNECT = 10.0  # seconds at most until an address answers
IDLE = 4.0  # seconds a connection is kept unused: servers hang up after five and more

logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it tells whole addresses, keys and all


def perform(
    step: Request | Append, *, timeout: float, now: dt.datetime, folder: Path
) -> Response | Failure:
    """Perform one step; return its response, or why there is none.

    `timeout` (seconds) bounds everything between the first byte that leaves and the last that
    comes. `now` (aware) is written into files; their relative paths start from `folder`.
    """
    if isinstance(step, Append):
        record = {"at": now.isoformat(), **step.record} if step.delivers else None
        return _append(folder / step.file, record)
    if step.login is None:
        return _call(step, timeout)
    return logged_in(step, _prepared(step).url or "", lambda request: _call(request, timeout))


def _call(request: Request, timeout: float) -> Response | Failure:
    _here.start(timeout)
    connecting = min(timeout, CONNECT)
    try:
        with _here.adapter.send(_prepared(request), stream=True, timeout=connecting) as response:
            return Response(
                status=response.status_code,
                body=_body(response.raw),
                headers={name.lower(): value for name, value in response.headers.items()},
            )
    except (requests.exceptions.InvalidHeader, UnicodeError):
        # http.client writes Latin-1, and all headers before the first byte leaves.
        why = _(
            "A secret has characters that can't be sent in a header, such as “ or a line break."
        )
        return Failure(refused=not _here.left, error=why, of_account=True)
    except (requests.RequestException, HTTPError, ValueError) as error:
        host = _host(request.url)
        why = _why_lost(error, host) if _here.left else _why_refused(error, host)
        return Failure(refused=not _here.left, error=why)
    finally:
        _here.used = time.monotonic()


def _body(raw: BaseHTTPResponse) -> bytes:
    try:
        body: bytes = raw.read(BODY, decode_content=False)
        if len(body) < BODY:
            raw.read(1, decode_content=False)  # only now is a body that was cut short an error
    except ValueError as negative:  # the size of a chunk, which http.client believes
        raise ProtocolError(negative) from negative
    return body


def _prepared(request: Request) -> requests.PreparedRequest:
    headers = {"User-Agent": "cskh"} | _revealed(request.headers)
    body: str | bytes | dict[str, str] = _revealed(request.form)
    if request.text is not None:
        body = _bare(request.text).encode("utf-8", "replace")
    elif request.json is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(request.json, default=Secret.reveal)
    # A space as %20: a + is one only to who reads the address as a form.
    params = urlencode(_revealed(request.params), quote_via=quote, errors="replace")
    made = requests.Request(request.method, request.url, headers, data=body, params=params)
    return made.prepare()


def _revealed(words: Words) -> dict[str, str]:
    return {name: _bare(value) for name, value in words.items()}


def _bare(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _host(url: str) -> str:
    """Return the host and port of an address, never the password that may stand before them."""
    return re.sub(r"^\w+://|[/?#].*", "", url.rpartition("@")[2], flags=re.DOTALL)


def _why_refused(error: Exception, host: str) -> str:
    reason = getattr(error.args[0], "reason", error) if error.args else error
    if isinstance(reason, NameResolutionError):
        return _("The address of {host} can't be found.").format(host=host)
    if isinstance(reason, SSLError):
        return _("There is no secure connection to {host}.").format(host=host)
    return _("{host} can't be reached.").format(host=host)


def _why_lost(error: Exception, host: str) -> str:
    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return _("{host} didn't answer in time.").format(host=host)
    return _("{host} cut the connection before it answered.").format(host=host)


class _Here(threading.local):
    """What one thread holds: its connections, and how far its call has come."""

    def __init__(self) -> None:
        self.adapter = _Adapter()
        self.used = 0.0
        self.timeout = 0.0
        self.deadline: float | None = None

    def start(self, timeout: float) -> None:
        """Begin a call; connections that a server may be about to close are given up."""
        if time.monotonic() - self.used > IDLE:
            self.adapter.close()
        self.timeout, self.deadline = timeout, None

    @property
    def left(self) -> bool:
        """Say whether a byte of the call may have left this machine."""
        return self.deadline is not None

    def remaining(self) -> float:
        """Return the seconds the call still has, counted from when it left; raises TimeoutError."""
        now = time.monotonic()
        if self.deadline is None:
            self.deadline = now + self.timeout
        if self.deadline <= now:
            raise TimeoutError
        return self.deadline - now


class _Timed(io.RawIOBase):
    """What comes in from a socket, within the time that the call still has and up to a limit.

    A socket's own time-out is for one read: who answers a byte a second never meets it.
    """

    def __init__(self, sock: socket.socket, incoming: io.RawIOBase) -> None:
        self._sock, self._incoming, self._room = sock, incoming, ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_here.remaining())
        count = self._incoming.readinto(memoryview(buffer)[: self._room])
        self._room -= count or 0
        return count

    def close(self) -> None:
        self._incoming.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    """Knows the moment before which nothing has left; errors alone don't tell."""

    response_class = _Answer

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(_here.remaining())
        super().send(data)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


_here = _Here()
_appending = threading.Lock()


def _append(path: Path, record: Mapping[str, Any] | None) -> Response | Failure:
    opened = False
    try:
        with open(path, "a+b", buffering=0, opener=_private) as file:
            opened = True
            if record is not None:
                line = json.dumps(record, ensure_ascii=False, default=str) + "\n"
                _add(line.encode("utf-8", "backslashreplace"), file)
    except OSError as error:
        why = _("{file} can't be written: {why}.").format(file=path, why=error.strerror)
        return Failure(refused=not opened, error=why)
    return Response(status=200)


def _add(line: bytes, file: io.FileIO) -> None:
    """Add a line that survives a power cut; one that a crash has torn is ended first."""
    with _appending:
        whole = b"\n" + line if _torn(file) else line
        if file.write(whole) < len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _torn(file: io.FileIO) -> bool:
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(-1, os.SEEK_END)
    return size > 0 and file.read(1) != b"\n"
