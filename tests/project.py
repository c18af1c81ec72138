"""Small projects in temporary folders, and the command line called in this process.

All people are invented; their phones are from the run 0900 00x xxx.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cskh.edge.stand_in import StandIn
from cskh.engine.environment import Environment, open_environment
from cskh.engine.project import open_project
from cskh.model.clock import Clock
from tests.sample import at, lead, stamp

PASSCODE = "s3cret-passcode"
SETTINGS = """\
version: 1
language: en
timezone: Asia/Ho_Chi_Minh
staff:
  - {id: lan, name: Lan, role: owner, phone: "0900009001"}
statuses: [Mới, Lost]
providers:
  thu: {type: sandbox, file: sent.jsonl, price: 100}
active: {sms: thu}
"""
HELLO = """\
name: Hello
object: customer
trigger: {moment: daily, at: "10:00"}
repeat: always
actions:
  - send_sms: {content: "Hello {{ customer.name }}"}
"""
MORNING = "2026-12-01T10:00"


@dataclass(frozen=True)
class Result:
    """What a command left: its exit code, what it said, and the JSON among it."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Result]


@dataclass(frozen=True)
class Project:
    """A project's folder, and the environment its commands run in."""

    root: Path
    environ: dict[str, str]

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def settle(self, more: str = "", **replaced: str) -> None:
        """Write cskh.yaml anew, with lines replaced by their key and more of them behind."""
        lines = SETTINGS.splitlines(keepends=True)
        kept = [line for line in lines if line.partition(":")[0] not in replaced]
        own = [f"{key}: {value}\n" for key, value in replaced.items()]
        self.write("cskh.yaml", "".join(kept + own) + more)

    def through(self, vietguys: StandIn, *, keys: str = "", more: str = "") -> None:
        """Send text messages through a stand-in."""
        account = (
            f"{{type: vietguys, account: {vietguys.account}, service_id: {vietguys.brand}, "
            f'passcode: "${{PASSCODE}}", url: "{vietguys.url}", price: 350, timeout: 5{keys}}}'
        )
        self.settle(more, providers=f"{{chinh: {account}}}", active="{sms: chinh}")

    @contextmanager
    def opened(self, now: str | Clock = MORNING) -> Iterator[Environment]:
        clock = at(now) if isinstance(now, str) else now
        with open_environment(open_project(self.root, self.environ), clock) as environment:
            yield environment

    def add(self, *people: dict[str, Any]) -> None:
        with self.opened() as environment:
            environment.store.customers.create(people, stamp())

    def crowd(self, size: int, first: int = 1) -> None:
        self.add(*(person(number) for number in range(first, first + size)))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.root / "cskh.db")) as db:
            return db.execute(sql).fetchall()

    def states(self) -> dict[str, int]:
        """Count the messages by state."""
        return dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Return what the sandbox wrote down."""
        path = self.root / "sent.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def person(number: int, **values: Any) -> dict[str, Any]:
    """Return the invented customer with a number, from 1 to 8999."""
    known = {"name": f"An {number}", "phone": f"090000{number:04}", "phone_kind": "mobile"}
    return lead(f"KH{number:04}", **(known | values))


def make_project(folder: Path, **workflows: str) -> Project:
    """Make a project in an empty folder; a workflow's id has dashes for underscores."""
    project = Project(folder, {**os.environ, "PASSCODE": PASSCODE})
    project.settle()
    for name, text in workflows.items():
        project.write(f"{name.replace('_', '-')}.yaml", text)
    return project
