"""Mail: delivered from the outbox with every state durable, against aiosmtplib with nothing around.

The bare side does what its manual says: builds an EmailMessage for each customer and sends it, over
as many connections to the same server, a process of its own that takes everything.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from benchmarks._customers import CLOCK, FIELDS, SETTINGS
from benchmarks._measuring import Result, in_turns, seconds
from benchmarks.plan import UNGUARDED
from cskh.actions.send_email import SendEmail
from cskh.edge import mail_lines
from cskh.engine.delivering import deliver
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import commit, nobody, shown_plans
from cskh.model.message import Channel
from cskh.model.settings import Account
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.providers.smtp import Smtp
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Stamp

COUNT = 2000
WIDTH = 8
ROUNDS = 5
SUBJECT = "Cảm ơn anh chị {name}"
TEXT = "Kính gửi anh chị {name},\n\n" + "Cảm ơn anh chị đã mua hàng của chúng tôi.\n" * 8
HTML = "<p>Kính gửi anh chị {name},</p>" + "<p>Cảm ơn anh chị đã mua hàng.</p>" * 8
_STAMP = Stamp(cause="benchmark", actor=None, at="2026-11-01T00:00:00Z")


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


@contextmanager
def _sink() -> Iterator[int]:
    argv = [sys.executable, "-m", "benchmarks.smtp"]
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _account(port: int) -> Account:
    settings = Smtp(
        host="127.0.0.1", port=port, security="none", from_="Chăm sóc <cskh@example.com>"
    )
    return Account(id="mail", type="smtp", settings=settings, parallel=WIDTH)


def _environment(store: SqliteStore, root: Path, port: int) -> Environment:
    settings = replace(
        SETTINGS,
        policy=UNGUARDED,
        providers={"mail": _account(port)},
        active={Channel.EMAIL: "mail"},
    )
    project = Project(root=root, settings=settings, templates={}, workflows={}, words=None)
    return Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)


def _queue(environment: Environment) -> None:
    """Put an email to each customer in the outbox."""
    name = "{{ customer.name }}"
    action = SendEmail(
        subject=SUBJECT.format(name=name), content=TEXT.format(name=name),
        html=HTML.format(name=name),
    )  # fmt: skip
    trigger = Trigger(moment=Moment.DAILY, at="10:00")
    workflow = Workflow(id="mail", name="mail", object="customer", trigger=trigger,
                        actions=(action,))  # fmt: skip
    (plan,) = shown_plans(environment, [workflow])
    commit(environment, plan, nobody)


def _customers(store: SqliteStore) -> None:
    people = (
        {
            "pid": f"KH{n}",
            "kind": "contact",
            "type": "individual",
            "name": f"Ân {n}",
            "email": f"kh{n}@example.com",
        }
        for n in range(COUNT)
    )
    store.customers.create(list(people), _STAMP)


def _again(store: SqliteStore) -> None:
    store._write.conn.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, sent_at = NULL, provider_id = NULL"
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
    with _sink() as port, tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "smtp.db", FIELDS, "benchmark:0:0")
        _customers(store)
        environment = _environment(store, Path(folder), port)
        _queue(environment)

        def ours() -> None:
            delivered = deliver(environment, lambda _settled: None)
            if delivered.counts["accepted"] != COUNT:
                raise AssertionError(delivered)

        def bare() -> None:
            asyncio.run(_bare(port))
            _again(store)

        took, limit, ratio = in_turns(ours, bare, ROUNDS)
        ready = min(seconds(lambda: asyncio.run(_bytes(port))) for _round in range(3))
        mail_lines.close()
        store.close()
    detail = (
        f"{COUNT / took:,.0f} mails/s and {COUNT / limit:,.0f} bare, {WIDTH} connections"
        f" ({COUNT / ready:,.0f} bare of one ready text)"
    )
    yield Result("smtp", 1 / ratio, 0.9, "× bare aiosmtplib", detail, more_is_better=True)


if __name__ == "__main__":
    asyncio.run(_serve())
