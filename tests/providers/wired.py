"""Providers of SMS on the real wire: messages, and what is said about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cskh.edge.wire import perform
from cskh.model.message import Channel, Message, Receipt
from cskh.providers import Alone, Failure, Flow, Request, Response, Step, Wait, converse, do

OVER = Failure(refused=True, error="no more time")
NOW = dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)


def sms(number: int = 41, content: str = "Cam on anh An & gia dinh", **parts: Any) -> Message:
    """Return an SMS to a person of its own."""
    common = {"channel": Channel.SMS, "recipient": f"0900000{number:03}", "content": content}
    return Message(id=number, **{**common, **parts})


def talk(flow: Flow, timeout: float = 5, waits: int = 5) -> Receipt:
    """Have a conversation over real sockets, in which so many waits take no time."""
    left = iter(range(waits))

    def over_the_wire(step: Step) -> Response | Failure:
        if isinstance(step, Wait):
            return OVER if next(left, None) is None else Response(status=200)
        if isinstance(step, Alone):
            return do(step.errand(), over_the_wire)
        assert isinstance(step, Request)
        return perform(step, timeout=timeout, now=NOW, folder=Path())

    return converse(flow, over_the_wire)


def hear(flow: Flow, *answers: Response | Failure) -> Receipt:
    """Have a conversation in which these are the answers."""
    left = iter(answers)

    def perform(step: Step) -> Response | Failure:
        if isinstance(step, Alone):
            return do(step.errand(), perform)
        return OVER if isinstance(step, Wait) else next(left)

    return converse(flow, perform)


def said(body: str, status: int = 200) -> Response:
    return Response(status=status, body=body.encode())


def asked(flow: Flow) -> Request:
    """Return the first thing that is asked."""
    step = next(flow)
    if isinstance(step, Alone):
        step = next(step.errand())
    assert isinstance(step, Request)
    return step
