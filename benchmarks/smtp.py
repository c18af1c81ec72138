"""Mail: delivered from the outbox with every state durable, against aiosmtplib with nothing around.

The bare side does what its manual says: builds an EmailMessage for each customer and sends it, over
as many connections to the same server, a process of its own that takes everything.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from benchmarks._measuring import Result, in_turns, seconds
from benchmarks._sending import again, queued, send_all, server
from cskh.actions.send_email import SendEmail
from cskh.edge import mail_lines
from cskh.model.message import Channel
from cskh.model.settings import Account
from cskh.providers.smtp import Smtp

COUNT = 2000
WIDTH = 8
ROUNDS = 5
SUBJECT = "Cảm ơn anh chị {name}"
TEXT = "Kính gửi anh chị {name},\n\n" + "Cảm ơn anh chị đã mua hàng của chúng tôi.\n" * 8
HTML = "<p>Kính gửi anh chị {name},</p>" + "<p>Cảm ơn anh chị đã mua hàng.</p>" * 8


class _Sink(asyncio.Protocol):
    """A server that takes every mail, as quickly as it can."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.mail = transport, b""
        self.within = False
        transport.write(b"220 localhost ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        if self.within:
            self.mail += data
            if self.mail.endswith(b"\r\n.\r\n"):
                self.within, self.mail = False, b""
                self.transport.write(b"250 OK\r\n")
        elif data.startswith(b"DATA"):
            self.within = True
            self.transport.write(b"354 Go on\r\n")
        elif data.startswith(b"EHLO"):
            self.transport.write(b"250-localhost\r\n250-8BITMIME\r\n250 SIZE 99999999\r\n")
        else:
            self.transport.write(b"221 Bye\r\n" if data.startswith(b"QUIT") else b"250 OK\r\n")


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _account(port: int) -> Account:
    settings = Smtp(
        host="127.0.0.1", port=port, security="none", from_="Chăm sóc <cskh@example.com>"
    )
    return Account(id="mail", type="smtp", settings=settings, parallel=WIDTH)


def _action() -> SendEmail:
    name = "{{ customer.name }}"
    return SendEmail(
        subject=SUBJECT.format(name=name),
        content=TEXT.format(name=name),
        html=HTML.format(name=name),
    )


def _message(name: str, address: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Chăm sóc <cskh@example.com>"
    message["To"] = address
    message["Subject"] = SUBJECT.format(name=name)
    message.set_content(TEXT.format(name=name))
    message.add_alternative(HTML.format(name=name), subtype="html")
    return message


async def _bare(port: int) -> None:
    people = iter([(f"Ân {n}", f"kh{n}@example.com") for n in range(COUNT)])

    async def line() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            for name, address in people:
                await smtp.send_message(_message(name, address))

    await asyncio.gather(*(line() for _ in range(WIDTH)))


async def _bytes(port: int) -> None:
    """Send bytes that are there already: what no program that writes its mails can reach."""
    raw = _message("Ân", "kh@example.com").as_bytes()
    left = iter(range(COUNT))

    async def line() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as smtp:
            for number in left:
                await smtp.sendmail("cskh@example.com", [f"kh{number}@example.com"], raw)

    await asyncio.gather(*(line() for _ in range(WIDTH)))


def measure() -> Iterator[Result]:
    """Yield our speed as a part of bare aiosmtplib's."""
    with server("benchmarks.smtp") as port, tempfile.TemporaryDirectory() as folder:
        environment = queued(Path(folder), Channel.EMAIL, _account(port), _action(), COUNT)

        def bare() -> None:
            asyncio.run(_bare(port))
            again(environment)

        took, limit, ratio = in_turns(lambda: send_all(environment, COUNT), bare, ROUNDS)
        ready = min(seconds(lambda: asyncio.run(_bytes(port))) for _round in range(3))
        mail_lines.close()
    detail = (
        f"{COUNT / took:,.0f} mails/s and {COUNT / limit:,.0f} bare, {WIDTH} connections"
        f" ({COUNT / ready:,.0f} bare of one ready text)"
    )
    yield Result("smtp", 1 / ratio, 0.9, "× bare aiosmtplib", detail, more_is_better=True)


if __name__ == "__main__":
    asyncio.run(_serve())
