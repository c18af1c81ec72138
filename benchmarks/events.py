"""Events: 10,000 new customers answered by twenty workflows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, PROVINCES, SETTINGS, customers
from benchmarks._measuring import Result, seconds
from benchmarks.plan import UNGUARDED
from cskh.actions.send_sms import SendSms
from cskh.actions.update import Update
from cskh.engine.environment import Environment
from cskh.engine.firing import fire
from cskh.engine.project import Project
from cskh.engine.running import commit, nobody, remember
from cskh.model.conditions import AllOf, Test
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.rules.operators import OPERATORS
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Stamp

COUNT = 10_000
TEXT = "Chào {{ customer.salutation }} {{ customer.given_name }}!"


def _test(field: str, operator: str, raw: object) -> Test:
    return Test(field, operator, OPERATORS[operator].parse(FIELDS[field].kind, raw))


def _workflows() -> list[Workflow]:
    """Return five workflows for new customers and fifteen for what those change, or others."""
    news = [
        _workflow(f"new-{n}", Moment.CREATED, [_test("province", "is", province)], n)
        for n, province in enumerate(PROVINCES)
    ]
    changed = [
        _workflow(f"then-{n}", Moment.CREATED_OR_UPDATED, [_test("revenue", "gt", n * 600_000)], n)
        for n in range(15)
    ]
    return news + changed


def _workflow(id_: str, moment: Moment, tests: list[Test], number: int) -> Workflow:
    action = SendSms(content=TEXT) if number % 5 == 0 else Update(add_tags=(f"Nhóm {number}",))
    trigger = Trigger(moment=moment, conditions=AllOf(tuple(tests)))
    return Workflow(id=id_, name=id_, object="customer", trigger=trigger, actions=(action,))


def measure() -> Iterator[Result]:
    """Yield how many events a second are answered, by all workflows together."""
    settings = replace(SETTINGS, policy=UNGUARDED)
    workflows = {each.id: each for each in _workflows()}
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "events.db", FIELDS, "benchmark:0:0")
        project = Project(
            root=Path(folder), settings=settings, templates={}, workflows=workflows, words=None
        )
        environment = Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)
        remember(environment)
        stamp = Stamp(cause="benchmark", actor=None, at=CLOCK.stamp)
        rows = list(islice(customers(COUNT), COUNT))
        added = seconds(lambda: store.customers.create(rows, stamp))
        took = seconds(lambda: fire(environment, lambda plan: commit(environment, plan, nobody)))
        done = store._read.conn.execute("SELECT count(*) FROM executions").fetchone()[0]
        events = store.events.last()
        store.close()
    detail = f"{events:,} events in all, {done:,} firings, {took:.1f} s; adding took {added:.1f} s"
    yield Result("events", COUNT / took, 1_000, "events/s", detail, more_is_better=True)
