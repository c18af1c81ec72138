"""Small projects in temporary folders, and the command line called in this process.

All people are invented; their phones are from the run 0900 00x xxx.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cskh.edge.stand_in import StandIn
from cskh.engine.delivering import Delivered, deliver
from cskh.engine.environment import Environment, open_environment, store_path
from cskh.engine.project import open_project
from cskh.engine.running import Walked, commit, due_plans, nobody, remember
from cskh.model.clock import Clock
from cskh.model.workflow import SCHEDULED
from tests.sample import at, lead, stamp
from tests.store.blank import lay

PASSCODE = "s3cret-passcode"
_SETTINGS = {
    "version": "1",
    "language": "en",
    "timezone": "Asia/Ho_Chi_Minh",
    "staff": '[{id: lan, name: Lan, role: owner, phone: "0900009001"}]',
    "statuses": "[Mới, Lost]",
    "providers": "{thu: {type: sandbox, file: sent.jsonl, price: 100}}",
    "active": "{sms: thu}",
}
_HELLO = {
    "name": "Hello",
    "object": "customer",
    "trigger": '{moment: daily, at: "10:00"}',
    "repeat": "always",
    "actions": '[{send_sms: {content: "Hello {{ customer.name }}"}}]',
}
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

    def settle(self, **replaced: str) -> None:
        """Write cskh.yaml anew, with top-level lines replaced."""
        self.write("cskh.yaml", _yaml(_SETTINGS | replaced))

    def through(self, vietguys: StandIn, keys: str = "", **replaced: str) -> None:
        """Send text messages through a stand-in."""
        account = (
            f"type: vietguys, account: {vietguys.account}, service_id: {vietguys.brand}, "
            f'passcode: "${{PASSCODE}}", url: "{vietguys.url}", price: 350, timeout: 5{keys}'
        )
        both = f"{{chinh: {{{account}}}, thu: {{type: sandbox, file: sent.jsonl}}}}"
        self.settle(**({"providers": both, "active": "{sms: chinh}"} | replaced))

    def workflow(self, id_: str, **replaced: str) -> None:
        """Write the greeting as a workflow of its own, with top-level lines replaced."""
        self.write(f"{id_}.yaml", _yaml(_HELLO | replaced))

    @contextmanager
    def opened(self, now: str | Clock = MORNING) -> Iterator[Environment]:
        clock = at(now) if isinstance(now, str) else now
        project = open_project(self.root, self.environ)
        lay(store_path(project))
        with open_environment(project, clock) as environment:
            yield environment

    def add(self, *people: dict[str, Any]) -> None:
        with self.opened() as environment:
            environment.store.customers.create(people, stamp())

    def crowd(self, size: int, first: int = 1) -> None:
        self.add(*(person(number) for number in range(first, first + size)))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.root / "cskh.db")) as db:
            return db.execute(sql).fetchall()

    def execute(self, *statements: str) -> None:
        """Write into the store behind everybody's back."""
        with closing(sqlite3.connect(self.root / "cskh.db")) as db, db:
            for statement in statements:
                db.execute(statement)

    def states(self) -> dict[str, int]:
        """Count the messages by state."""
        return dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Return what the sandbox wrote down."""
        path = self.root / "sent.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _yaml(parts: dict[str, str]) -> str:
    return "".join(f"{key}: {text}\n" for key, text in parts.items())


def person(number: int, **values: Any) -> dict[str, Any]:
    """Return the invented customer with a number, from 1 to 8999."""
    known = {"name": f"An {number}", "phone": f"090000{number:04}", "phone_kind": "mobile"}
    return lead(f"KH{number:04}", **(known | values))


def make_project(folder: Path) -> Project:
    """Make a project with one workflow, which greets everybody at ten, through the sandbox."""
    project = Project(folder, {**os.environ, "PASSCODE": PASSCODE})
    project.settle()
    project.workflow("hello")
    return project


def moved(environment: Environment, now: str) -> Environment:
    """Return the same environment at another time."""
    clock = at(now)
    return replace(environment, clock=clock, time=lambda: clock)


def run(environment: Environment, now: str | None = None) -> list[Walked]:
    """Do what is due, as `cskh run due --no-deliver` does."""
    here = moved(environment, now) if now else environment
    plans = due_plans(here, SCHEDULED)
    remember(here)
    return [commit(here, plan, nobody) for plan in plans]


def occasions(walked: Iterable[Walked]) -> list[str]:
    return [each.plan.occasion for each in walked]


def send(environment: Environment, now: str | None = None) -> Delivered:
    """Deliver what is due."""
    return deliver(moved(environment, now) if now else environment, lambda _settled: None)
