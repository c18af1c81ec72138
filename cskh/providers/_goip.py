"""The language of GoIP gateways (Hybertone), spoken with the device itself: its web form."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt
from cskh.providers._answers import rejected
from cskh.providers._base import (
    HELD,
    Alone,
    Errand,
    Failure,
    Flow,
    NotTaken,
    Request,
    Response,
    Wait,
)
from cskh.providers._box import Box, Port, no_port, numbered, unreadable
from cskh.providers._sms import fingerprint, told, unsure

FIRST = 1
_PAGE = "/default/en_US/"
_TAG = re.compile(r"<(smskey|status|error)(\d{1,3})>([^<]*)</", re.IGNORECASE)
# Seconds between looks at a line: some for each SMS, more often than not.
_PAUSES = (0.2, 0.4, 0.8, 1.6, *[2.0] * 60)
_UNSEEN = 3  # after so many looks without our key the line doesn't have the message
_PATIENCE = 30.0  # seconds for a line that somebody else is about to leave


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS by the first line in turn that nobody uses: it would lose one of the two.

    If all are in somebody's hands, one is waited for; one at work by itself is not.
    """
    for port in box.ports:
        if numbered(port, FIRST) is None:
            return no_port(port, FIRST)
    turns = box.turns(message)
    for place, port in enumerate((*turns, turns[0])):
        patience = 0 if place < len(turns) else _PATIENCE
        response = yield _alone(box, message, phone, port, patience)
        if response.status != HELD:
            key = _key(message, message.attempts)
            return rejected(response) or _told(box, key, response)
        yield NotTaken()
    return Receipt(outcome=Outcome.BUSY, error=_("All lines of the gateway are at work."))


def ask(box: Box, message: Message) -> Flow:
    """Look for our key among the lines; one that isn't there may have made room for the next."""
    response = yield _status(box)
    return _told(box, _key(message, message.attempts - 1), response)


def check(box: Box) -> Flow:
    """Look at the lines, which takes a login that works."""
    response = yield _status(box)
    if refusal := rejected(response):
        return refusal
    return Receipt(outcome=Outcome.ACCEPTED) if _lines(response) else unreadable()


def _alone(box: Box, message: Message, phone: str, port: Port, patience: float) -> Alone:
    line = numbered(port, FIRST) or FIRST
    return Alone(
        name=f"goip-{box.host.rstrip('/').rpartition('//')[2]}-{line}",
        errand=partial(_through, box, message, phone, line),
        patience=patience,
        delivers=True,
    )


def _through(box: Box, message: Message, phone: str, line: int) -> Errand:
    """Hand a message to a line that isn't at work, and stay with it until it is done.

    The form's answer is a page that says nothing. Whether it was taken, and what became of it,
    stands in the status of its line, until the line gets the next one.
    """
    before = yield _status(box)
    if isinstance(before, Failure):
        return replace(before, refused=True)
    if rejected(before):
        return before
    lines = _lines(before)
    if not lines:
        return Failure(refused=True, error=unreadable().error or "")
    if lines.get(line, {}).get("status", "").upper() == "STARTED":
        return Response(status=HELD)
    posted = yield _form(box, message, phone, line)
    if _is_certain(posted):
        return posted
    return (yield from _watched(box, message, posted))


def _is_certain(posted: Response | Failure) -> bool:
    """Say whether the form certainly wasn't taken."""
    if isinstance(posted, Failure):
        return posted.refused
    refusal = rejected(posted)
    return refusal is not None and refusal.outcome is not Outcome.UNKNOWN


def _watched(box: Box, message: Message, posted: Response | Failure) -> Errand:
    """Look at the lines until ours is done; return the last that they said, else the answer."""
    last, unseen = posted, 0
    for pause in _PAUSES:
        page = yield _status(box)
        said = {} if isinstance(page, Failure) else _ours(page, _key(message, message.attempts))
        if said:
            last = page
        if said.get("error") or said.get("status", "").upper() == "DONE":
            return last
        unseen = 0 if said else unseen + 1
        waited = yield Wait(seconds=pause)
        if unseen == _UNSEEN or isinstance(waited, Failure):
            return last
    return last


def _form(box: Box, message: Message, phone: str, line: int) -> Request:
    return Request(
        method="POST",
        url=box.url(_PAGE + "sms_info.html"),
        headers=box.basic,
        params={"type": "sms"},
        form={
            f"line{line}": "1",
            "smskey": _key(message, message.attempts),
            "action": "SMS",
            "telnum": phone,
            "smscontent": message.content,
            "send": "Send",
        },
    )


def _status(box: Box) -> Request:
    return Request(
        method="GET",
        url=box.url(_PAGE + "send_sms_status.xml"),
        headers=box.basic,
        params={"line": ""},
        delivers=False,
    )


def _key(message: Message, attempts: int) -> str:
    """Return our name for a try: a line may still show what became of the one before."""
    return f"{(int(fingerprint(message)[:8], 16) + attempts) % 2**32:08x}"


def _lines(response: Response) -> Mapping[int, Mapping[str, str]]:
    """Return what is said of each line: its key, its status and its error."""
    lines: dict[int, dict[str, str]] = {}
    for name, line, said in _TAG.findall(response.text):
        lines.setdefault(int(line), {})[name.lower()] = html.unescape(said).strip()
    return lines


def _ours(response: Response, key: str) -> Mapping[str, str]:
    """Return what is said of the line that has our key; empty if none has it."""
    if rejected(response):
        return {}
    for said in _lines(response).values():
        if said.get("smskey", "").lower() == key:
            return said
    return {}


def _told(box: Box, key: str, response: Response) -> Receipt:
    if refusal := rejected(response):
        return unsure(refusal.error or "")
    said = _ours(response, key)
    if not said:
        return unsure(_("The gateway doesn't know what became of it."))
    if said.get("error"):
        why = told(_("The gateway could not send it."), said["error"], box.password)
        return Receipt(outcome=Outcome.FAILED, provider_id=key, error=why)
    if said.get("status", "").upper() in ("STARTED", "DONE"):
        return Receipt(outcome=Outcome.ACCEPTED, provider_id=key)
    return unreadable()
