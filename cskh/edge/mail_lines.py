"""Lines to mail servers: connections that are opened, kept for the next mail, and taken leave of.

All of them live in one event loop in a thread of its own; whoever has a mail to send waits there
for what comes of it.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import socket
import ssl
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from aiosmtplib import SMTP, SMTPHeloError

from cskh.providers import Mail

log = logging.getLogger("cskh")

FAREWELL = 2.0  # seconds for saying goodbye to all servers at the end

T = TypeVar("T")
_Key = tuple[str, int, str, str | None, str]


@dataclass(slots=True)
class Line:
    """A connection; one that was refused something is `dirty` until it is reset."""

    smtp: SMTP
    dirty: bool = False


@dataclass(slots=True)
class Call:
    """One mail on its way: how far it came, and whether the server may have all of it."""

    mail: Mail
    message: bytes = b""
    at: str = "connect"
    left: bool = False


# The loop


@cache
def _started() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    # What breaks on a line that nobody speaks over is no news to people.
    loop.set_exception_handler(lambda _loop, told: log.info("mail", extra={"why": told["message"]}))
    threading.Thread(target=loop.run_forever, name="mail", daemon=True).start()
    atexit.register(close)
    return loop


_starting = threading.Lock()


def in_loop(work: Coroutine[Any, Any, T], timeout: float) -> T:
    """Do something in the loop and wait for its result; raises TimeoutError."""
    with _starting:
        loop = _started()
    return asyncio.run_coroutine_threadsafe(_in_time(work, timeout), loop).result()


async def _in_time(work: Coroutine[Any, Any, T], timeout: float) -> T:
    async with asyncio.timeout(timeout):
        return await work


# Connections, touched in the loop only

_kept: dict[_Key, list[Line]] = {}


def _key(mail: Mail) -> _Key:
    password = mail.password.reveal() if mail.password else ""
    return mail.host, mail.port, mail.security, mail.username, password


def taken(mail: Mail) -> Line | None:
    """Return a line that was kept and, as far as is known here, still stands."""
    lines = _kept.get(_key(mail), [])
    while lines:
        line = lines.pop()
        if line.smtp.is_connected:
            return line
    return None


def keep(line: Line, mail: Mail) -> None:
    """Keep a line for the next mail to the same server."""
    if line.smtp.is_connected:
        _kept.setdefault(_key(mail), []).append(line)


async def opened(call: Call) -> Line:
    """Connect, encrypt and log in, noting in the call how far that came."""
    mail = call.mail
    call.at = "connect"
    smtp = SMTP(
        hostname=mail.host,
        port=mail.port,
        local_hostname=_own_name(),
        timeout=None,  # the whole call has one
        use_tls=mail.security == "tls",
        start_tls=mail.security == "starttls",
        tls_context=None if mail.security == "none" else _trusted(*_certificates()),
    )
    try:
        await smtp.connect()
        if mail.username is not None:
            call.at = "auth"
            await smtp.login(mail.username, mail.password.reveal() if mail.password else "")
        await _greet(smtp)
    except BaseException:
        smtp.close()
        raise
    return Line(smtp)


async def _greet(smtp: SMTP) -> None:
    """Greet a server that hasn't been greeted since the line is encrypted."""
    if smtp.is_ehlo_or_helo_needed:
        with suppress(SMTPHeloError):
            await smtp.ehlo()
    if smtp.is_ehlo_or_helo_needed:
        await smtp.helo()


def _certificates() -> tuple[str | None, str | None]:
    return os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")


@cache
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Return what checks certificates by those of the system, or that the environment names."""
    return ssl.create_default_context()


@cache
def _own_name() -> str:
    """Return what this machine calls itself, or an address if that isn't a whole name."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() and name.isprintable() else "[127.0.0.1]"


def close() -> None:
    """Take leave of all servers; the next mail connects anew."""
    with suppress(TimeoutError):
        in_loop(_take_leave(), FAREWELL)


async def _take_leave() -> None:
    lines = [line for lines in _kept.values() for line in lines]
    _kept.clear()
    await asyncio.gather(*map(_part, lines), return_exceptions=True)


async def _part(line: Line) -> None:
    try:
        if line.smtp.is_connected:
            await line.smtp.quit()
    finally:
        line.smtp.close()
