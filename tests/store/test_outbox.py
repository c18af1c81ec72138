"""The outbox: claimed once, settled by whoever has it, and nothing lost when he is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cskh.model.message import Channel, Message, State
from cskh.store.sending import Decision
from cskh.store.sqlite import SqliteStore, open_store
from cskh.store.values import Claimed, Queue, Settlement
from tests.sample import FIELDS, lead, stamp
from tests.store.worlds import CHINH, LATER, NOW, rows, sms, step

BEFORE = "2026-12-01T02:59:59Z"


@pytest.fixture
def path(store: SqliteStore, tmp_path: Path) -> Path:
    store.customers.create([lead(f"KH{n}") for n in range(1, 10)], stamp())
    return tmp_path / "cskh.db"


@pytest.fixture
def other(path: Path) -> Iterator[SqliteStore]:
    """The same store, opened by another process."""
    with open_store(path, FIELDS, "there:2:2") as opened:
        yield opened


def queue(store: SqliteStore, *messages: Any, at: str = NOW, workflow: str = "w") -> None:
    """Put messages into the outbox, one a customer; their numbers are 1, 2, 3, …"""
    with store.writing():
        run = store.runs.start(workflow, "daily:2026-12-01", at, at)
        store.runs.add(run, [step(n, sent) for n, sent in enumerate(messages, 1)], stamp())


def claim(store: SqliteStore, limit: int = 9, now: str = NOW, of: Queue = CHINH) -> list[int]:
    return [each.message.id for each in store.outbox.claim(of, limit, now, LATER)]


def settled(id_: int, state: State = State.ACCEPTED, **parts: Any) -> Settlement:
    return Settlement(**{"id": id_, "state": state, "attempts": 1, "due_at": NOW, **parts})


def states(path: Path) -> list[str]:
    return [state for (state,) in rows(path, "SELECT state FROM outbox ORDER BY id")]


def test_a_claimed_message_is_all_that_a_provider_needs(store: SqliteStore, path: Path) -> None:
    queue(store, sms(subject="S", data={"a": "ế"}, to_staff="lan"))
    assert store.outbox.claim(CHINH, 9, NOW, LATER) == [
        Claimed(
            message=Message(
                id=1,
                channel=Channel.SMS,
                recipient="0900000103",
                content="Hi",
                subject="S",
                data={"a": "ế"},
            ),
            to_staff="lan",
            customer=1,
        )
    ]
    held = rows(path, "SELECT state, claimed_by, claimed_until FROM outbox")
    assert held == [("claimed", "here:1:1", LATER)]


def test_a_message_is_claimed_once(store: SqliteStore, other: SqliteStore) -> None:
    queue(store, sms(), sms(), sms())
    assert claim(store, limit=2) == [1, 2]
    assert claim(other) == [3]
    assert claim(store) == claim(other) == []


def test_only_what_is_due_is_claimed_the_oldest_promise_first(
    store: SqliteStore, path: Path
) -> None:
    queue(store, sms(), sms())
    queue(store, sms(), at=BEFORE, workflow="v")
    assert claim(store, now=BEFORE) == [3]
    store.outbox.release()
    assert claim(store, limit=2) == [3, 1]
    assert claim(store) == [2]


def test_a_small_workflow_does_not_wait_for_a_big_one(store: SqliteStore, path: Path) -> None:
    queue(store, *[sms()] * 8, at=BEFORE, workflow="big")
    queue(store, sms(), workflow="birthday")
    assert claim(store, limit=4) == [1, 2, 9]
    assert claim(store, limit=4) == [3, 4, 5, 6]


def test_workflows_take_turns_even_if_there_are_more_of_them_than_are_claimed(
    store: SqliteStore, path: Path
) -> None:
    for workflow in "abcde":
        queue(store, sms(), sms(), workflow=workflow)
    firsts, seconds = [1, 3, 5, 7, 9], [2, 4, 6, 8, 10]
    claimed = [claim(store, limit=2) for _time in range(5)]
    assert set(firsts) <= set(sum(claimed[:3], []))
    assert sorted(sum(claimed, [])) == sorted(firsts + seconds)


def test_the_turn_goes_on_after_the_one_who_had_it_last(store: SqliteStore, path: Path) -> None:
    queue(store, sms(), sms(), sms(), workflow="a")
    queue(store, sms(), workflow="b")
    assert [claim(store, limit=1) for _time in range(4)] == [[1], [4], [2], [3]]


def test_workflows_with_nothing_due_take_no_turn(store: SqliteStore, path: Path) -> None:
    queue(store, sms(), sms(), at=LATER, workflow="a")
    queue(store, sms(), sms(), workflow="b")
    assert claim(store, limit=2) == [3, 4]


def test_a_retry_must_have_been_due_when_the_delivery_began(store: SqliteStore, path: Path) -> None:
    queue(store, sms(), sms())
    claim(store, limit=1)
    store.outbox.settle([settled(1, State.QUEUED)], [], NOW)
    taken = store.outbox.claim(CHINH, 9, NOW, LATER, BEFORE)
    assert [each.message.id for each in taken] == [2]
    assert claim(store) == [1]


def test_the_tokens_of_a_rate_are_the_same_for_all_processes(
    store: SqliteStore, other: SqliteStore
) -> None:
    assert store.outbox.bucket("chinh") is None
    store.outbox.keep_bucket("chinh", 3.5, 1000.25)
    other.outbox.keep_bucket("chinh", 2.5, 1000.5)
    assert store.outbox.bucket("chinh") == (2.5, 1000.5)
    assert store.outbox.bucket("phu") is None


def to_ask(store: SqliteStore, state: State = State.ACCEPTED, limit: int = 9) -> list[int]:
    found = store.outbox.to_ask("chinh", state, NOW, NOW, limit)
    return [question.message.id for question in found]


def test_a_provider_is_asked_about_its_own_messages_that_wait_longest_first(
    store: SqliteStore, path: Path
) -> None:
    queue(store, *[sms()] * 5, sms(provider="phu"))
    phu = Queue(provider="phu", channel=Channel.SMS, is_active=False)
    claim(store), claim(store, of=phu)
    store.outbox.settle([], [1, 2, 3, 4, 5, 6], NOW)
    asked = [(1, NOW), (2, BEFORE), (3, LATER), (4, None), (6, BEFORE)]
    unknown = settled(5, State.UNKNOWN, ask_at=BEFORE)
    store.outbox.settle([settled(id_, ask_at=at) for id_, at in asked] + [unknown], [], NOW)
    assert to_ask(store) == [2, 1]
    assert to_ask(store, limit=1) == [2]
    assert to_ask(store, State.UNKNOWN) == [5]


def test_an_answer_is_written_once(store: SqliteStore, other: SqliteStore, path: Path) -> None:
    queue(store, sms())
    claim(store)
    store.outbox.settle([], [1], NOW)
    store.outbox.settle([settled(1, ask_at=BEFORE, provider_id="P1")], [], NOW)
    (question,) = store.outbox.to_ask("chinh", State.ACCEPTED, NOW, NOW, 9)
    delivered, failed = settled(1, State.DELIVERED), settled(1, State.FAILED, error="gone")
    assert other.outbox.answered([(question, delivered)], LATER) == [delivered]
    assert store.outbox.answered([(question, failed)], LATER) == []
    columns = "state, provider_id, error, delivered_at, asked_at, ask_at"
    assert rows(path, f"SELECT {columns} FROM outbox") == [
        ("delivered", "P1", None, LATER, LATER, None)
    ]


def test_what_a_person_decides_is_done_once_and_remembered(store: SqliteStore, path: Path) -> None:
    queue(store, sms())
    cancel = Decision("cancel", "queued", "cancelled", "lan", NOW)
    assert store.outbox.decide(1, cancel)
    assert not store.outbox.decide(1, cancel)
    assert states(path) == ["cancelled"]
    assert store.outbox.decisions("message:1") == [cancel]
    assert store.outbox.decisions("message:2") == []


def test_each_provider_has_its_own_messages(store: SqliteStore, path: Path) -> None:
    queue(store, sms(), sms(provider="phu"), sms(channel=Channel.EMAIL), sms(provider=None))
    other = Queue(provider="phu", channel=Channel.SMS, is_active=False)
    assert claim(store, of=other) == [2]
    assert claim(store, of=CHINH) == [1, 4]
    assert rows(path, "SELECT provider FROM outbox WHERE id = 4") == [("chinh",)]
    assert claim(store, of=Queue(provider="chinh", channel=Channel.EMAIL, is_active=True)) == [3]


def test_a_message_without_a_provider_is_not_taken_before_its_time(
    store: SqliteStore, path: Path
) -> None:
    queue(store, sms(provider=None))
    assert claim(store, now=BEFORE) == []
    assert rows(path, "SELECT provider FROM outbox") == [(None,)]


def test_sending_is_written_before_anything_leaves(store: SqliteStore, path: Path) -> None:
    queue(store, sms(), sms())
    claim(store)
    assert store.outbox.settle([], [1, 2], NOW) == [1, 2]
    assert rows(path, "SELECT state, sent_at FROM outbox") == [("sending", NOW)] * 2
    assert store.outbox.settle([], [1], NOW) == []


def test_only_what_is_still_ours_may_leave(store: SqliteStore, other: SqliteStore) -> None:
    queue(store, sms(), sms(), sms())
    claim(store, limit=1)
    claim(other, limit=1)
    assert store.outbox.settle([], [1, 2, 3, 99], NOW) == [1]


@pytest.mark.parametrize(
    ("settlement", "row"),
    [
        (settled(1, provider_id="P1"), ("accepted", 1, "P1", None, None, NOW, NOW)),
        (settled(1, State.FAILED, error="bad"), ("failed", 1, None, "bad", None, NOW, NOW)),
        (settled(1, State.UNKNOWN, error="?"), ("unknown", 1, None, "?", None, NOW, NOW)),
        (
            settled(1, State.QUEUED, due_at=LATER, error="busy"),
            ("queued", 1, None, "busy", None, LATER, None),
        ),
        (
            settled(1, State.SKIPPED, attempts=0, skip_reason="no_consent"),
            ("skipped", 0, None, None, "no_consent", NOW, None),
        ),
    ],
    ids=lambda value: value.state if isinstance(value, Settlement) else "",
)
def test_what_became_of_a_message_is_written_and_it_is_let_go(
    settlement: Settlement, row: tuple[Any, ...], store: SqliteStore, path: Path
) -> None:
    queue(store, sms())
    claim(store)
    store.outbox.settle([], [1], NOW)
    store.outbox.settle([settlement], [], LATER)
    columns = "state, attempts, provider_id, error, skip_reason, due_at, sent_at"
    assert rows(path, f"SELECT {columns} FROM outbox") == [row]
    assert rows(path, "SELECT claimed_by, claimed_until FROM outbox") == [(None, None)]


def test_what_others_have_is_not_ours_to_settle(
    store: SqliteStore, other: SqliteStore, path: Path
) -> None:
    queue(store, sms(), sms())
    claim(store, limit=1)
    other.outbox.settle([settled(1), settled(2)], [], NOW)
    assert states(path) == ["claimed", "queued"]
    store.outbox.settle([settled(1)], [], NOW)
    store.outbox.settle([settled(1, State.FAILED)], [], NOW)
    assert states(path) == ["accepted", "queued"]


def test_a_message_that_waits_for_another_try_is_claimed_when_it_is_due(
    store: SqliteStore, path: Path
) -> None:
    queue(store, sms())
    claim(store)
    store.outbox.settle([settled(1, State.QUEUED, due_at=LATER)], [], NOW)
    assert claim(store) == []
    (claimed,) = store.outbox.claim(CHINH, 9, LATER, LATER)
    assert claimed.message.attempts == 1


def test_what_we_did_not_send_is_given_back_and_nothing_else(
    store: SqliteStore, other: SqliteStore, path: Path
) -> None:
    queue(store, sms(), sms(), sms())
    claim(store, limit=2)
    store.outbox.settle([], [1], NOW)
    claim(other)
    store.outbox.release()
    assert states(path) == ["sending", "queued", "claimed"]


def test_what_a_process_that_is_gone_had_is_queued_again_or_unknown(
    store: SqliteStore, other: SqliteStore, path: Path
) -> None:
    queue(store, sms(), sms(), sms(), sms())
    claim(other, limit=2)
    other.outbox.settle([], [1], NOW)
    claim(store, limit=1)
    asked: list[tuple[str, str]] = []

    def is_gone(holder: str, until: str) -> bool:
        asked.append((holder, until))
        return holder == "there:2:2"

    assert store.outbox.recover(is_gone, "gone") == 1
    assert sorted(asked) == [("here:1:1", LATER), ("there:2:2", LATER)]
    assert states(path) == ["unknown", "queued", "claimed", "queued"]
    row = rows(path, "SELECT error, attempts, claimed_by, sent_at FROM outbox WHERE id = 1")
    assert row == [("gone", 1, None, NOW)]
    assert store.outbox.recover(is_gone, "gone") == 0


def test_one_who_comes_back_after_he_was_given_up_settles_nothing(
    store: SqliteStore, other: SqliteStore, path: Path
) -> None:
    queue(store, sms())
    claim(other)
    store.outbox.recover(lambda _holder, _until: True, "gone")
    assert other.outbox.settle([settled(1)], [1], NOW) == []
    assert states(path) == ["queued"]


def test_what_waits_is_counted_by_channel_and_provider(store: SqliteStore, path: Path) -> None:
    not_active = Queue(provider="chinh", channel=Channel.SMS, is_active=False)
    queue(store, sms(), sms(), sms(), sms(provider="phu"), sms(provider=None))
    queue(store, sms(), at=LATER, workflow="v")
    assert claim(store, limit=2, of=not_active) == [1, 2]
    store.outbox.settle([settled(1)], [], NOW)
    waiting = store.outbox.waiting(NOW)
    assert sorted((row["channel"], row["provider"], row["n"], row["due"]) for row in waiting) == [
        ("sms", "", 1, 1),
        ("sms", "chinh", 3, 2),  # one is in our hands, one is due, one later
        ("sms", "phu", 1, 1),
    ]


def test_a_stopped_provider_is_remembered_until_it_works_again(
    store: SqliteStore, other: SqliteStore
) -> None:
    store.outbox.stop("chinh", "no credit", NOW)
    store.outbox.stop("chinh", "bad password", LATER)
    assert other.outbox.stops() == {"chinh": "bad password"}
    other.outbox.resume("chinh")
    other.outbox.resume("phu")
    assert store.outbox.stops() == {}
