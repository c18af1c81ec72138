"""How a flow is driven to its receipt, and how providers are found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.providers import (
    REGISTRY,
    Failure,
    Flow,
    NotTaken,
    Request,
    Response,
    Step,
    converse,
    discover,
    provider,
)

TOKEN = Request(method="POST", url="http://192.0.2.1/token", delivers=False)
SEND = Request(method="POST", url="http://192.0.2.1/send")
TAKEN = Receipt(outcome=Outcome.ACCEPTED, provider_id="1")


def two_steps() -> Flow:
    yield TOKEN
    yield SEND
    return TAKEN


def scripted(*turns: Response | Failure) -> Callable[[Step], Response | Failure]:
    left = iter(turns)
    return lambda step: next(left)


OK = Response(status=200)
LOST = Failure(refused=False, error="no answer")
REFUSED = Failure(refused=True, error="no such host")


@pytest.mark.parametrize(
    ("turns", "receipt"),
    [
        ([OK, OK], TAKEN),
        ([OK, LOST], Receipt(outcome=Outcome.UNKNOWN, error="no answer")),
        ([OK, REFUSED], Receipt(outcome=Outcome.RETRY, error="no such host")),
        ([LOST], Receipt(outcome=Outcome.RETRY, error="no answer")),
        ([REFUSED], Receipt(outcome=Outcome.RETRY, error="no such host")),
    ],
    ids=["taken", "message lost", "message refused", "token lost", "token refused"],
)
def test_only_a_lost_message_is_unknown(turns: list[Response | Failure], receipt: Receipt) -> None:
    assert converse(two_steps(), scripted(*turns)) == receipt


def asks_afterwards() -> Flow:
    yield SEND
    yield TOKEN
    return TAKEN


def sends_once_more() -> Flow:
    yield SEND
    yield NotTaken()
    yield TOKEN
    yield SEND
    return TAKEN


@pytest.mark.parametrize("failure", [LOST, REFUSED], ids=["lost", "refused"])
def test_a_message_that_was_handed_over_is_unknown_whatever_fails_then(failure: Failure) -> None:
    unknown = Receipt(outcome=Outcome.UNKNOWN, error=failure.error)
    assert converse(asks_afterwards(), scripted(OK, failure)) == unknown


@pytest.mark.parametrize(
    ("turns", "outcome"),
    [
        ([OK, OK, OK], Outcome.ACCEPTED),
        ([OK, LOST], Outcome.RETRY),
        ([OK, REFUSED], Outcome.RETRY),
        ([OK, OK, REFUSED], Outcome.RETRY),
        ([OK, OK, LOST], Outcome.UNKNOWN),
    ],
)
def test_what_was_certainly_refused_may_be_handed_over_once_more(
    turns: list[Response | Failure], outcome: Outcome
) -> None:
    assert converse(sends_once_more(), scripted(*turns)).outcome is outcome


def test_a_flow_that_ends_without_asking_sends_nothing() -> None:
    def flow() -> Flow:
        return Receipt(outcome=Outcome.FAILED)
        yield SEND

    assert converse(flow(), scripted()) == Receipt(outcome=Outcome.FAILED)


def test_a_slip_in_a_provider_is_raised() -> None:
    def flow() -> Flow:
        answer = yield SEND
        return Receipt(outcome=Outcome.ACCEPTED, provider_id=answer.headers["id"])

    with pytest.raises(KeyError, match="id"):
        converse(flow(), scripted(OK))


def test_a_lost_answer_closes_the_flow() -> None:
    closed = []

    def flow() -> Flow:
        try:
            yield SEND
        finally:
            closed.append(True)
        return TAKEN

    running = flow()
    converse(running, scripted(LOST))
    assert closed == [True]


def test_a_body_nests_as_deep_as_it_likes() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        Response(status=200, body=b"[" * 60_000).json()


def test_a_byte_order_mark_is_no_part_of_a_text() -> None:
    assert Response(status=200, body=b"\xef\xbb\xbf{}").json() == {}


def test_a_file_beside_the_others_is_a_provider() -> None:
    assert discover() is REGISTRY
    assert {"vietguys", "sandbox"} <= REGISTRY.keys()


def test_two_providers_cant_share_a_name() -> None:
    discover()
    with pytest.raises(ValueError, match="two providers are called sandbox"):

        @provider("sandbox", Channel.SMS)
        class Another:
            def flow(self, message: Message) -> Flow:
                return two_steps()
