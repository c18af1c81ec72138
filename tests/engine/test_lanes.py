from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from cskh.engine.lanes import Lane, count, judge, settlement
from cskh.language import spoken
from cskh.model.clock import Clock
from cskh.model.message import Channel, Message, Outcome, Purpose, Receipt, State
from cskh.model.settings import Account, Policy, QuietHours
from cskh.model.standing import NOTHING_KNOWN
from cskh.policy.rates import Bucket, bucket
from cskh.store.values import Claimed, Queue
from tests.sample import at

NOON = at("2026-12-01T12:00")
QUEUE = Queue(provider="a", channel=Channel.SMS, is_active=True)


def message(attempts: int = 0, purpose: Purpose = Purpose.CARE) -> Message:
    return Message(
        id=7,
        channel=Channel.SMS,
        recipient="0900000101",
        content="Hello",
        attempts=attempts,
        purpose=purpose,
    )


def lane(*, parallel: int = 4, rate: Bucket | None = None, was_stopped: bool = False) -> Lane:
    account = Account(id="a", type="sandbox", settings=None, parallel=parallel)
    return Lane(account, (QUEUE,), ThreadPoolExecutor(parallel), rate, was_stopped=was_stopped)


def meet(lane: Lane, *outcomes: Outcome) -> list[Outcome]:
    """Let messages meet these outcomes one after the other, and return what is made of them."""
    made = []
    for outcome in outcomes:
        receipt = Receipt(outcome=outcome, error="it is down")
        lane.start(message(), lambda _account, _message, receipt=receipt: receipt)
        (future,) = lane.on_the_way
        future.result()
        made += [receipt.outcome for _message, receipt in lane.arrived()]
    return made


@pytest.mark.parametrize(
    ("outcome", "attempts", "state", "after", "wait"),
    [
        (Outcome.ACCEPTED, 0, State.ACCEPTED, 1, 0),
        (Outcome.FAILED, 0, State.FAILED, 1, 0),
        (Outcome.UNKNOWN, 0, State.UNKNOWN, 1, 0),
        (Outcome.DUPLICATE, 0, State.FAILED, 1, 0),
        (Outcome.DUPLICATE, 1, State.ACCEPTED, 2, 0),
        (Outcome.STOPPED, 0, State.QUEUED, 0, 0),
        (Outcome.STOPPED, 3, State.QUEUED, 3, 0),
        (Outcome.RETRY, 0, State.QUEUED, 1, 1),
        (Outcome.RETRY, 1, State.QUEUED, 2, 4),
        (Outcome.RETRY, 2, State.QUEUED, 3, 15),
        (Outcome.RETRY, 3, State.QUEUED, 4, 60),
        (Outcome.RETRY, 4, State.FAILED, 5, 0),
        (Outcome.LATER, 0, State.QUEUED, 1, 1),
        (Outcome.MISSING, 7, State.QUEUED, 7, 0),
    ],
)
def test_what_a_receipt_makes_of_a_message(
    outcome: Outcome, attempts: int, state: State, after: int, wait: int
) -> None:
    settled = settlement(message(attempts), Receipt(outcome=outcome, error="why"), NOON)
    latest = NOON.stored(NOON.now + dt.timedelta(minutes=wait))
    earliest = NOON.stored(NOON.now + dt.timedelta(minutes=wait * 3 / 4))
    assert (settled.state, settled.attempts) == (state, after)
    assert earliest <= settled.due_at <= latest
    was_ours = state is State.ACCEPTED and outcome is Outcome.DUPLICATE
    assert settled.error == (None if was_ours else "why")


def test_a_provider_can_only_ask_for_a_longer_wait() -> None:
    waits = [
        settlement(message(), Receipt(outcome=Outcome.RETRY, retry_after=seconds), NOON).due_at
        for seconds in (None, 5, 300)
    ]
    assert waits == ["2026-12-01T05:01:00Z", "2026-12-01T05:01:00Z", "2026-12-01T05:05:00Z"]


@pytest.mark.parametrize(
    ("purpose", "to_staff", "now", "state", "due", "reason"),
    [
        (Purpose.CARE, None, "2026-12-01T22:00", State.QUEUED, "2026-12-01T23:00:00Z", "quiet"),
        (Purpose.CARE, None, "2026-12-02T05:59", State.QUEUED, "2026-12-01T23:00:00Z", "quiet"),
        (Purpose.ADVERTISING, None, "2026-12-01T12:00", State.SKIPPED, "", "no_consent"),
    ],
)
def test_what_policy_holds_back(
    purpose: Purpose, to_staff: str | None, now: str, state: State, due: str, reason: str
) -> None:
    claimed = Claimed(message=message(2, purpose), to_staff=to_staff)
    held = judge(claimed, NOTHING_KNOWN, Policy(), at(now))
    assert held is not None
    assert held.state is state
    assert held.attempts == 2
    assert held.skip_reason is not None
    assert held.skip_reason.startswith(reason)
    assert not due or held.due_at == due


@pytest.mark.parametrize(
    ("purpose", "to_staff", "clock"),
    [
        (Purpose.CARE, None, at("2026-12-01T21:59")),
        (Purpose.CARE, None, at("2026-12-01T06:00")),
        (Purpose.CARE, "lan", at("2026-12-01T03:00")),
        (Purpose.ADVERTISING, "lan", at("2026-12-01T03:00")),
    ],
)
def test_what_policy_lets_leave(purpose: Purpose, to_staff: str | None, clock: Clock) -> None:
    claimed = Claimed(message=message(0, purpose), to_staff=to_staff)
    assert judge(claimed, NOTHING_KNOWN, Policy(quiet_hours=QuietHours()), clock) is None


def test_a_lane_has_room_for_as_many_as_its_account_may_have_on_the_way() -> None:
    assert lane(parallel=3).room(0) == 3


def test_a_lane_keeps_to_its_rate() -> None:
    slow = lane(parallel=8, rate=bucket("2/s", 0.0))
    assert slow.room(0) == 2
    meet(slow, Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert slow.room(0) == 0
    assert slow.pause() == pytest.approx(0.5)
    assert slow.room(0.5) == 1


def test_a_full_lane_waits_for_answers_not_for_its_rate() -> None:
    full = lane(parallel=1, rate=bucket("100/s", 0.0))
    with full.pool:
        full.start(message(), lambda _account, _message: Receipt(outcome=Outcome.ACCEPTED))
        assert full.pause() is None


def test_a_provider_that_refuses_its_account_gets_nothing_more() -> None:
    down = lane()
    assert meet(down, Outcome.STOPPED) == [Outcome.STOPPED]
    assert (down.stopped, down.room(0)) == ("it is down", 0)


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN])
def test_twenty_failures_in_a_row_stop_a_provider(outcome: Outcome) -> None:
    down = lane()
    meet(down, *[outcome] * 19)
    assert down.stopped is None
    meet(down, outcome)
    assert down.stopped == "it is down"


@pytest.mark.parametrize(
    "outcome", [Outcome.ACCEPTED, Outcome.FAILED, Outcome.LATER, Outcome.DUPLICATE]
)
def test_what_is_the_messages_own_ends_a_row_of_failures(outcome: Outcome) -> None:
    up = lane()
    meet(up, *[Outcome.RETRY] * 19, outcome, *[Outcome.RETRY] * 19)
    assert up.stopped is None
    meet(up, *[outcome] * 40)
    assert up.stopped is None


def test_a_file_that_is_missing_says_nothing_of_the_provider() -> None:
    back = lane(was_stopped=True)
    meet(back, Outcome.MISSING)
    assert (back.on_trial, back.stopped, back.room(0)) == (True, None, 1)
    failing = lane()
    meet(failing, *[Outcome.RETRY] * 19, Outcome.MISSING, Outcome.RETRY)
    assert failing.stopped == "it is down"


def test_a_provider_on_trial_gets_one_message_and_then_all_its_room() -> None:
    back = lane(was_stopped=True)
    assert (back.on_trial, back.room(0)) == (True, 1)
    meet(back, Outcome.FAILED)
    assert (back.on_trial, back.room(0)) == (False, 4)


@pytest.mark.parametrize(
    ("outcome", "made"),
    [
        (Outcome.RETRY, Outcome.STOPPED),
        (Outcome.UNKNOWN, Outcome.UNKNOWN),
        (Outcome.STOPPED, Outcome.STOPPED),
    ],
)
def test_a_failure_on_trial_is_the_providers_and_uses_up_no_attempt(
    outcome: Outcome, made: Outcome
) -> None:
    still = lane(was_stopped=True)
    assert meet(still, outcome) == [made]
    assert (still.stopped, still.room(0)) == ("it is down", 0)


def test_a_slip_in_a_providers_code_leaves_its_message_unknown() -> None:
    slipped = lane()

    def slip(_account: Account, _message: Message) -> Receipt:
        raise ZeroDivisionError

    slipped.start(message(), slip)
    (future,) = slipped.on_the_way
    future.exception()
    assert [receipt for _message, receipt in slipped.arrived()] == [
        Receipt(outcome=Outcome.UNKNOWN, error="ZeroDivisionError")
    ]


def test_providers_speak_the_language_of_the_command(english: None) -> None:
    told: list[str] = []

    def tell(_account: Account, _message: Message) -> Receipt:
        told.append(spoken())
        return Receipt(outcome=Outcome.ACCEPTED)

    talking = lane()
    with talking.pool:
        talking.start(message(), tell)
    assert told == ["en"]


def test_what_waits_is_counted_by_why_it_waits() -> None:
    counts: Counter[str] = Counter()
    count(settlement(message(), Receipt(outcome=Outcome.RETRY), NOON), counts)
    held = judge(
        Claimed(message=message(), to_staff=None), NOTHING_KNOWN, Policy(), at("2026-12-01T23:00")
    )
    assert held is not None
    count(held, counts)
    assert counts == {"retried": 1, "deferred": 1}
