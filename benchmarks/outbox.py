"""The outbox with 1,000,000 messages waiting: the first one out, and the memory that it takes."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, SETTINGS
from benchmarks._measuring import Result
from cskh.engine.delivering import deliver
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.model.message import Message, Outcome, Receipt
from cskh.model.settings import Account, Guard, Policy
from cskh.providers import Flow
from cskh.store.sqlite import open_store

COUNT = 1_000_000
SENT = 50_000  # enough for memory to show whether it grows
WORKFLOWS = 40
_AT = CLOCK.stamp
# One big campaign, which was queued first, and the others' share; a birthday comes last.
_FILL = f"""
INSERT INTO customers (id, pid, pid_key, kind, type, phone, created_at, updated_at)
VALUES (1, 'KH1', 'kh1', 'contact', 'individual', '0900000001', '{_AT}', '{_AT}');
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {COUNT})
INSERT INTO outbox (workflow, occasion, object_id, customer_id, pid, action, channel, provider,
                    purpose, recipient, content, parts, price, state, due_at, created_at)
SELECT CASE WHEN n = {COUNT} THEN 'z-birthday' WHEN n % 2 THEN 'campaign'
            ELSE 'workflow-' || (n % {WORKFLOWS}) END,
       'daily:2026-12-01', n, 1, 'KH1', 0, 'sms', 'sms', 'care', '09' || printf('%08d', n),
       'Chao anh An, chuc mot ngay vui ve!', 1, 350, 'queued', '{_AT}', '{_AT}'
FROM n;
"""


class Instant:
    """A provider that takes every message at once, and notes when the birthday went."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.taken = 0
        self.first: float | None = None
        self.birthday: int | None = None

    def flow(self, message: Message) -> Flow:
        """Take one message."""
        self.taken += 1
        if self.first is None:
            self.first = time.perf_counter() - self.started
        if message.id == COUNT:
            self.birthday = self.taken
        return Receipt(outcome=Outcome.ACCEPTED, provider_id=str(message.id))
        yield


class _EnoughError(Exception):
    pass


def _child(path: Path) -> None:
    """Deliver the first messages in a process of its own, and print what that took."""
    sms = Instant()
    account = Account(id="sms", type="sandbox", settings=sms, price=350)
    policy = Policy(guard=Guard(max_recipients=10 * COUNT))
    settings = dataclasses.replace(SETTINGS, policy=policy, providers={"sms": account})
    project = Project(root=path.parent, settings=settings, templates={}, workflows={}, words=None)
    settled = 0

    def watch(n: int) -> None:
        nonlocal settled
        settled += n
        if settled >= SENT:
            raise _EnoughError

    with open_store(path, FIELDS, "here:1:1") as store:
        environment = Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)
        sms.started = time.perf_counter()
        with suppress(_EnoughError):
            deliver(environment, watch)
    took = time.perf_counter() - sms.started
    told = {"first": sms.first, "birthday": sms.birthday, "sent": sms.taken, "took": took}
    print(json.dumps(told | {"peak": _peak()}))


def _peak() -> float:
    """Return the most memory that this process held, in MB; getrusage counts its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measure() -> Iterator[Result]:
    """Yield the seconds until the first message leaves, and the peak memory of a delivery."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.db"
        with open_store(path, FIELDS, "here:1:1"):
            pass
        with closing(sqlite3.connect(path)) as db:
            db.executescript(_FILL)
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.outbox", str(path)],
            check=True,
            capture_output=True,
        )
    told = json.loads(ran.stdout)
    of = f"{COUNT:,} queued by {WORKFLOWS // 2 + 2} workflows"
    turn = f"the birthday queued last is the {told['birthday']}. to leave"
    yield Result("first message out", told["first"], 1.0, "s", f"{of}; {turn}")
    speed = f"{told['sent'] / told['took']:,.0f} messages/s to a provider that takes no time"
    yield Result("memory of deliver", told["peak"], 200, "MB", f"{of}; {speed}")


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
