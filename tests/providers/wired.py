"""Providers of SMS on the real wire: messages, and what is said about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from cskh.edge.wire import perform
from cskh.model.message import Channel, Message, Receipt
from cskh.providers import Failure, Flow, Request, Response, Step, converse

NOW = dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)


def sms(number: int = 41, content: str = "Cam on anh An & gia dinh", **parts: Any) -> Message:
    """Return an SMS to a person of its own."""
    common = {"channel": Channel.SMS, "recipient": f"0900000{number:03}", "content": content}
    return Message(id=number, **{**common, **parts})


def talk(flow: Flow, timeout: float = 5) -> Receipt:
    """Have a conversation over real sockets."""

    def over_the_wire(step: Step) -> Response | Failure:
        assert isinstance(step, Request)
        return perform(step, timeout=timeout, now=NOW, folder=Path())

    return converse(flow, over_the_wire)


def hear(flow: Flow, *answers: Response | Failure) -> Receipt:
    """Have a conversation in which these are the answers."""
    left = iter(answers)
    return converse(flow, lambda step: next(left))


def said(body: str, status: int = 200) -> Response:
    return Response(status=status, body=body.encode())


def asked(flow: Flow) -> Request:
    """Return the first thing that is asked."""
    step = next(flow)
    assert isinstance(step, Request)
    return step
