from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cskh.model.effects import Skip
from cskh.model.message import Channel, Purpose, State
from cskh.store.sqlite import SqliteStore
from cskh.store.values import Asked, Settlement
from tests.sample import lead, stamp
from tests.store.worlds import CHINH, LATER, NOW, sms, step

NO_PHONE = Skip(reason="no_phone", channel=Channel.SMS, purpose=Purpose.CARE)
NEXT_DAY = "2026-12-02T03:00:00Z"


@pytest.fixture(autouse=True)
def filled(store: SqliteStore, tmp_path: Path) -> None:
    """Two workflows on two days: five messages, one of them accepted and one failed."""
    store.customers.create([lead(f"KH{n}") for n in (1, 2, 3)], stamp())
    hole = Skip(reason="missing customer.name")
    run(store, "a", NOW, step(1, sms(price=350)), step(2, sms(price=350)), step(3, NO_PHONE, hole))
    run(store, "b", NEXT_DAY, step(1, sms(provider="phu", price=100)))
    store.outbox.claim(CHINH, 9, NOW, LATER)
    ends = ((1, State.ACCEPTED), (2, State.FAILED))
    made = (Settlement(id=id_, state=state, attempts=1, due_at=NOW) for id_, state in ends)
    store.outbox.settle(made, [], NOW)


def run(store: SqliteStore, workflow: str, at: str, *steps: Any) -> None:
    with store.writing():
        key = store.runs.start(workflow, f"daily:{at[:10]}", at, at)
        store.runs.add(key, steps, stamp(at))
        store.runs.finish(key, "d1d2", len(steps), sum(each.acts for each in steps))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [("a", "KH1", "accepted"), ("a", "KH2", "failed"), ("a", "KH3", "skipped"),
              ("b", "KH1", "queued")]),
        ({"workflow": "b"}, [("b", "KH1", "queued")]),
        ({"provider": "phu"}, [("b", "KH1", "queued")]),
        ({"state": "skipped"}, [("a", "KH3", "skipped")]),
        ({"customer": 1}, [("a", "KH1", "accepted"), ("b", "KH1", "queued")]),
        ({"channel": "email"}, []),
        ({"since": NEXT_DAY}, [("b", "KH1", "queued")]),
        ({"before": NOW}, []),
        ({"since": NOW, "before": NEXT_DAY, "customer": 1}, [("a", "KH1", "accepted")]),
    ],
)  # fmt: skip
def test_messages_are_those_that_were_asked_for(
    asked: dict[str, Any], found: list[tuple[str, str, str]], store: SqliteStore
) -> None:
    rows = store.reports.messages(Asked(**asked))
    assert sorted((row["workflow"], row["customer"], row["state"]) for row in rows) == found
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_a_workflow_is_told_by_what_it_did_and_what_it_did_not(store: SqliteStore) -> None:
    assert store.reports.workflows(Asked()) == [
        {"workflow": "a", "runs": 1, "matched": 3, "acted": 2, "messages": 2, "failed": 1,
         "price": 350, "skipped": {"missing customer.name": 1, "no_phone": 1}},
        {"workflow": "b", "runs": 1, "matched": 1, "acted": 1, "messages": 1, "failed": 0,
         "price": 0, "skipped": {}},
    ]  # fmt: skip
    assert [row["workflow"] for row in store.reports.workflows(Asked(since=NEXT_DAY))] == ["b"]
    assert store.reports.workflows(Asked(before=NOW)) == []
