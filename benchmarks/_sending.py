"""What measurements of delivery share: customers, one message each in the outbox, and a server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._customers import CLOCK, FIELDS, SETTINGS
from benchmarks.plan import UNGUARDED
from cskh.engine.delivering import deliver
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import commit, nobody, shown_plans
from cskh.model.message import Channel
from cskh.model.settings import Account
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Stamp

_STAMP = Stamp(cause="benchmark", actor=None, at="2026-11-01T00:00:00Z")


@contextmanager
def server(module: str) -> Iterator[int]:
    """Run a module that prints its port and serves until it is told to end."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def queued(root: Path, channel: Channel, account: Account, action: Any, count: int) -> Environment:
    """Make a store in which so many customers have a message each in the outbox."""
    store = SqliteStore(root / "outbox.db", FIELDS, "benchmark:0:0")
    store.customers.create([_person(number) for number in range(count)], _STAMP)
    settings = replace(
        SETTINGS, policy=UNGUARDED, providers={account.id: account}, active={channel: account.id}
    )
    project = Project(root=root, settings=settings, templates={}, workflows={}, words=None)
    environment = Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)
    trigger = Trigger(moment=Moment.DAILY, at="10:00")
    workflow = Workflow(
        id="hello", name="hello", object="customer", trigger=trigger, actions=(action,)
    )
    (plan,) = shown_plans(environment, [workflow])
    commit(environment, plan, nobody)
    return environment


def _person(number: int) -> dict[str, Any]:
    return {
        "pid": f"KH{number}",
        "kind": "contact",
        "type": "individual",
        "name": f"Ân {number}",
        "phone": f"09{number:08}",
        "phone_kind": "mobile",
        "email": f"kh{number}@example.com",
    }


def send_all(environment: Environment, count: int) -> None:
    """Deliver everything, which all has to be taken."""
    delivered = deliver(environment, lambda _settled: None)
    if delivered.counts["accepted"] != count:
        raise AssertionError(delivered)


def again(environment: Environment) -> None:
    """Queue what was sent as if it had not been."""
    environment.store._write.conn.execute(
        "UPDATE outbox SET state = 'queued', attempts = 0, sent_at = NULL, provider_id = NULL"
    )
