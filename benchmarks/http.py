"""SMS to a provider that answers in 50 ms, 32 calls at once, against a bare pool of requests.

Every state is durable on our side. The bare side posts the same forms from as many threads, each
with a session of its own, to the same server, a process of its own.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks._measuring import Result, in_turns
from benchmarks._sending import again, queued, send_all, server
from cskh.actions.send_sms import SendSms
from cskh.model.message import Channel
from cskh.model.secret import Secret
from cskh.model.settings import Account
from cskh.providers.vietguys import Vietguys

COUNT = 3200
WIDTH = 32
ROUNDS = 5
SECONDS = 0.05
TEXT = "Cam on anh chi {name} da mua hang"
_SAID = b'{"error": 0, "msgid": "1", "carrier": "VIETTEL", "log": ""}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_SAID), _SAID)


class _Vietguys(asyncio.Protocol):
    """Takes every message 50 ms after it has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.heard = transport, b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, end, body = self.heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if end and len(body) >= length:
            self.heard = b""
            asyncio.get_running_loop().call_later(SECONDS, self.transport.write, _ANSWER)


async def _serve() -> None:
    made = await asyncio.get_running_loop().create_server(_Vietguys, "127.0.0.1", 0)
    print(made.sockets[0].getsockname()[1], flush=True)
    await made.serve_forever()


def _account(url: str) -> Account:
    settings = Vietguys(account="demo", service_id="MYBRAND", passcode=Secret("secret"), url=url)
    return Account(id="sms", type="vietguys", settings=settings, parallel=WIDTH)


def _bare(url: str) -> None:
    here = threading.local()

    def post(number: int) -> str:
        if not hasattr(here, "session"):
            here.session = requests.Session()
        form = {"u": "demo", "pwd": "secret", "from": "MYBRAND", "phone": f"849{number:08}",
                "sms": TEXT.format(name=number), "bid": str(number), "type": "0", "json": "1",
                "pid": ""}  # fmt: skip
        answer = here.session.post(f"{url}/api/index.php", data=form, timeout=30).json()
        assert answer["error"] == 0
        return str(answer["msgid"])

    with ThreadPoolExecutor(WIDTH) as pool:
        list(pool.map(post, range(COUNT)))


def measure() -> Iterator[Result]:
    """Yield our speed as a part of the bare pool's."""
    with server("benchmarks.http") as port, tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{port}"
        action = SendSms(content=TEXT.format(name="{{ customer.name }}"))
        environment = queued(Path(folder), Channel.SMS, _account(url), action, COUNT)

        def bare() -> None:
            _bare(url)
            again(environment)

        took, limit, ratio = in_turns(lambda: send_all(environment, COUNT), bare, ROUNDS)
    ideal = COUNT / (WIDTH / SECONDS)
    detail = (
        f"{COUNT / took:,.0f} messages/s and {COUNT / limit:,.0f} bare, {WIDTH} calls at once, "
        f"{WIDTH / SECONDS:,.0f} at most ({ideal:.1f} s)"
    )
    yield Result("http", 1 / ratio, 0.9, "× a bare pool of requests", detail, more_is_better=True)


if __name__ == "__main__":
    asyncio.run(_serve())
