"""A real Kannel with its own fake SMSC: what it takes, what it refuses, what comes out of it.

Debian and Ubuntu have both in the packages kannel and kannel-extras.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers.sms_gateway import SmsGateway
from tests.providers.wired import sms, talk

FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")
PROGRAMS = [shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("bearerbox", "smsbox")]

pytestmark = [
    pytest.mark.usefixtures("english"),
    pytest.mark.skipif(
        None in PROGRAMS or not FAKE_SMSC.exists(),
        reason="Kannel is not installed (apt-get install kannel kannel-extras)",
    ),
]

CONFIGURATION = """
group = core
admin-port = {admin}
admin-allow-ip = "127.0.0.1"
smsbox-port = {boxes}
admin-password = khong-dung
box-allow-ip = "127.0.0.1"
store-location = {folder}/store

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1
allowed-prefix = "8490"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}

group = sendsms-user
username = demo
password = "mật+khẩu"
user-allow-ip = "127.0.0.1"
max-messages = 10
concatenation = true

group = sms-service
keyword = default
text = "no"
"""


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def until(ready: Any) -> None:
    deadline = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < deadline, "Kannel didn't get ready"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with closing(socket.socket()) as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


class Kannel:
    """A Kannel on ports of its own; `came` is what reached the network."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        admin, boxes, self.smsc, self.http = free_ports(4)
        self.folder, self.running = folder, running
        configuration = folder / "kannel.conf"
        ports = {"admin": admin, "boxes": boxes, "smsc": self.smsc, "http": self.http}
        configuration.write_text(CONFIGURATION.format(folder=folder, **ports), encoding="utf-8")
        self.start("bearerbox", PROGRAMS[0], configuration)
        until(lambda: answers(boxes))
        self.start("smsbox", PROGRAMS[1], configuration)
        # It listens before it has found its other half.
        until(lambda: answers(self.http) and talk(account(self).check()).outcome == "accepted")

    def start(self, name: str, *words: object) -> subprocess.Popen[bytes]:
        log = self.running.enter_context((self.folder / f"{name}.log").open("wb"))
        command = [str(word) for word in words]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self.running.callback(process.wait, 10)
        self.running.callback(process.terminate)
        return process

    def connect(self) -> None:
        """Let an SMSC connect, which is a network that takes all there is."""
        words = ("-H", "127.0.0.1", "-r", self.smsc, "-m", 0, "-v", 0, "1 2 text x")
        self.start("smsc", FAKE_SMSC, *words)
        until(self.log)

    def log(self) -> bytes:
        return (self.folder / "smsc.log").read_bytes()

    def came(self, count: int) -> list[str]:
        until(lambda: self.log().count(b"Got message") >= count)
        lines = [line for line in self.log().decode().splitlines() if "Got message" in line]
        return [line.partition("<")[2].rpartition(">")[0] for line in lines]


@pytest.fixture
def kannel(tmp_path: Path) -> Iterator[Kannel]:
    with ExitStack() as running:
        yield Kannel(tmp_path, running)


def account(kannel: Kannel, **parts: Any) -> SmsGateway:
    keys = {"account": "demo", "password": Secret("mật+khẩu"), "sender": "CSKH"}
    host = f"http://127.0.0.1:{kannel.http}"
    return SmsGateway(**{"driver": "kannel", "host": host, **keys, **parts})


def test_what_a_real_kannel_makes_of_our_requests(kannel: Kannel) -> None:
    one = account(kannel)
    assert talk(one.check()) == Receipt(outcome=Outcome.ACCEPTED)
    queued = talk(one.flow(sms(1, content="Cam on & 20% {qua} = 1 + 1")))  # no network yet
    assert queued == Receipt(outcome=Outcome.ACCEPTED)
    kannel.connect()
    assert talk(one.flow(sms(2, content="Cảm ơn chị Đào"))).outcome is Outcome.ACCEPTED
    assert talk(one.flow(sms(3, content="100 € à la carte é"))).outcome is Outcome.ACCEPTED
    came = kannel.came(3)
    assert "CSKH 84900000001 text Cam on & 20% {qua} = 1 + 1" in came
    assert "CSKH 84900000003 text 100 € à la carte é" in came
    (coded,) = [each for each in came if each.startswith("CSKH 84900000002 ucs-2 ")]
    assert as_text(coded.rpartition(" ")[2]) == "Cảm ơn chị Đào"


def as_text(shown: str) -> str:
    """Return a text in UCS-2, as the fake SMSC shows its bytes."""
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(shown.replace("+", " ")).decode("utf-16-be")


def test_what_a_real_kannel_refuses(kannel: Kannel) -> None:
    kannel.connect()
    stranger = account(kannel, password=Secret("sai"))
    assert talk(stranger.flow(sms())).outcome is Outcome.STOPPED
    assert talk(stranger.check()).outcome is Outcome.STOPPED
    assert talk(account(kannel, sender=None).flow(sms())).outcome is Outcome.STOPPED
    unroutable = talk(account(kannel).flow(sms(recipient="0910000101")))
    assert unroutable.outcome is Outcome.FAILED
    assert unroutable.error == "No line goes there: Not routable. Do not try again."
    assert talk(account(kannel).flow(sms(recipient="0900000101"))).outcome is Outcome.ACCEPTED
    assert len(kannel.came(1)) == 1
