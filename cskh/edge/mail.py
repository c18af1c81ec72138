"""The only code that speaks SMTP: hands an email to its server, and says what came of it.

Nothing is sent a second time once the server may have it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import cast

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from cskh.edge.mail_lines import Call, Line, in_loop, keep, opened, taken
from cskh.language import _
from cskh.providers import Failure, Mail, Response, written

LARGE = 64 * 1024  # bytes of a mail whose end waits until the rest is out
ATTACHED = 25  # MiB of all attachments together: what most servers take at all
_HEAVY = 1 << 20  # bytes of attachments
# Mails with that much go one after the other, in one thread: each thread keeps the memory it had.
_HEAVY_ONES = ThreadPoolExecutor(1)
_AT_ONCE = 1 << 20  # bytes of it that are written at once
_PAUSE = 0.01  # seconds between two looks whether they are out


class _Unreadable(Exception):
    """A file that can't be attached, and why."""


def send(mail: Mail, *, timeout: float, now: dt.datetime, folder: Path) -> Response | Failure:
    """Hand one mail to its server; return the server's last reply, or why there is none.

    `timeout` (seconds) bounds everything from the first look for the server to its last word.
    `now` (aware) is the mail's date; attachments are looked for in `folder`.
    """
    if _size(folder, mail.attachments) < _HEAVY:
        return _sent(mail, timeout, now, folder)
    # The language is the context's, and threads don't inherit it.
    run = copy_context().run
    return _HEAVY_ONES.submit(run, _sent, mail, timeout, now, folder).result()


def _sent(mail: Mail, timeout: float, now: dt.datetime, folder: Path) -> Response | Failure:
    try:
        files = [_read(folder, name) for name in mail.attachments]
        _check_sizes(files)
    except _Unreadable as unreadable:
        return _response(0, str(unreadable), "file")
    call = Call(mail, written(mail, now, files) if mail.delivers else b"")
    del files
    try:
        return in_loop(_delivered(call) if mail.delivers else _knocked(call), timeout)
    except SMTPResponseException as reply:
        return _judged(call, reply)
    except (SMTPException, OSError, ValueError) as error:
        return _failed(call, error)


# Files


def _size(folder: Path, names: Sequence[str]) -> int:
    """Return the bytes of attachments; those that aren't there have none."""
    paths = [folder / name for name in names]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _read(folder: Path, name: str) -> tuple[str, bytes]:
    try:
        path, root = (folder / name).resolve(), folder.resolve()
        if path.is_relative_to(root):
            if any(part.startswith(".") for part in path.relative_to(root).parts):
                raise _Unreadable(_("{file} is hidden, and never sent.").format(file=name))
            with path.open("rb") as file:
                return path.name, file.read((ATTACHED << 20) + 1)
        raise _Unreadable(_("{file} isn't in the project.").format(file=name))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _Unreadable(_("{file} can't be read: {why}.").format(file=name, why=why)) from error


def _check_sizes(files: Sequence[tuple[str, bytes]]) -> None:
    if sum(len(content) for _name, content in files) > ATTACHED << 20:
        message = _("The attachments have more than {size} MB together.")
        raise _Unreadable(message.format(size=ATTACHED))


# A conversation


async def _knocked(call: Call) -> Response:
    line = await opened(call)
    try:
        reply = await line.smtp.execute_command(b"NOOP")
        await line.smtp.execute_command(b"QUIT")
    finally:
        line.smtp.close()
    return _response(reply.code, reply.message, "knock")


async def _delivered(call: Call) -> Response:
    """Hand a mail over a line that was kept; over a new one if the server has given those up."""
    while line := taken(call.mail):
        try:
            answer = await _spoken(line, call)
        except SMTPServerDisconnected:
            if call.left:
                raise
        else:
            if answer.status != 421 or call.at != "mail":
                return answer
    return await _spoken(await opened(call), call)


async def _spoken(line: Line, call: Call) -> Response:
    try:
        if line.dirty:
            await line.smtp.execute_command(b"RSET")
        answer = await _handed_over(line.smtp, call)
    except BaseException:
        line.smtp.close()
        raise
    line.dirty = answer.status // 100 != 2
    keep(line, call.mail)
    return answer


async def _handed_over(smtp: SMTP, call: Call) -> Response:
    """Name the sender and the recipients and hand over the mail, as far as the server goes along.

    Without the one whom it is for nobody gets a copy: tried again, they would get another one.
    """
    mail, refused = call.mail, {}
    size = [b"SIZE=%d" % len(call.message)] if smtp.supports_extension("size") else []
    call.at = "mail"
    reply = await smtp.execute_command(b"MAIL", b"FROM:<%s>" % mail.sender.encode(), *size)
    if reply.code != 250:
        return _response(*reply, call.at)
    call.at = "rcpt"
    for address in mail.recipients:
        reply = await smtp.execute_command(b"RCPT", b"TO:<%s>" % address.encode())
        if reply.code in (250, 251):
            continue
        if address == mail.recipients[0]:
            return _response(*reply, call.at)
        refused[address] = reply
    call.at = "data"
    reply = await smtp.execute_command(b"DATA")
    if reply.code != 354:
        return _response(*reply, call.at)
    return _response(*await _poured(smtp, call), "end", refused)


async def _poured(smtp: SMTP, call: Call) -> SMTPResponse:
    """Write the mail and its end; before the end has left, the server can't have taken it."""
    protocol = smtp.protocol
    if protocol is None:
        raise SMTPServerDisconnected("")
    message = call.message.replace(b"\r\n.", b"\r\n..")
    if len(message) > LARGE:
        transport = cast(asyncio.WriteTransport, protocol.transport)
        for at in range(0, len(message), _AT_ONCE):
            protocol.write(message[at : at + _AT_ONCE])
            while protocol.is_connected and transport.get_write_buffer_size():
                await asyncio.sleep(_PAUSE)
        message = b""
    call.left = protocol.is_connected
    protocol.write(message + b".\r\n")
    return await protocol.read_response()


# What it comes to


def _response(
    code: int, said: str, at: str, refused: Mapping[str, SMTPResponse] | None = None
) -> Response:
    copies = [f"{to}: {reply.code} {reply.message}" for to, reply in (refused or {}).items()]
    return Response(
        status=code,
        body=said.encode("utf-8", "replace"),
        headers={"at": at, "refused": ", ".join(copies)} if copies else {"at": at},
    )


def _judged(call: Call, reply: SMTPResponseException) -> Response | Failure:
    """Return a reply that the library takes for an error; one that can't be read has code -1."""
    if reply.code > 0 and not call.left:
        return _response(reply.code, reply.message, call.at)
    why = _("What {host} answers can't be read.").format(host=_host(call.mail))
    return Failure(refused=not call.left, error=why)


def _failed(call: Call, error: Exception) -> Response | Failure:
    cause, host = error.__cause__ or error, _host(call.mail)
    if call.at == "connect" and isinstance(cause, ssl.SSLError):
        return _response(0, cause.reason or "", "tls")
    if call.at in ("connect", "auth") and type(error) is SMTPException:
        return _response(0, error.message, "auth" if call.at == "auth" else "tls")
    return Failure(refused=not call.left, error=_why(call, error, cause).format(host=host))


def _why(call: Call, error: Exception, cause: BaseException) -> str:
    if isinstance(cause, socket.gaierror | UnicodeError):
        return _("The address of {host} can't be found.")
    if call.at == "connect":
        return _("{host} can't be reached.")
    if isinstance(error, TimeoutError):
        return _("{host} didn't answer in time.")
    return _("{host} cut the connection before it answered.")


def _host(mail: Mail) -> str:
    return f"{mail.host}:{mail.port}"
