"""The language of GoIP gateways (Hybertone), spoken with the device itself: its web form."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt
from cskh.providers._answers import rejected
from cskh.providers._base import Flow, Request, Response
from cskh.providers._box import Box, no_port, numbered, unreadable
from cskh.providers._sms import fingerprint, told, unsure

FIRST = 1
_PAGE = "/default/en_US/"
_TAG = re.compile(r"<(smskey|status|error)(\d{1,3})>([^<]*)</", re.IGNORECASE)


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS by the first line in turn that isn't at work: it would lose one of the two.

    The form's answer is a page that says nothing. Whether it was taken, and what became of it,
    stands in the status of its line, until the line gets the next one.
    """
    for port in box.ports:
        if numbered(port, FIRST) is None:
            return no_port(port, FIRST)
    response = yield _status(box)
    if refusal := rejected(response):
        return refusal
    lines = _lines(response)
    if not lines:
        return Receipt(outcome=Outcome.RETRY, error=unreadable().error)
    free = [port for port in box.turns(message) if not _is_busy(lines, numbered(port, FIRST))]
    if not free:
        return Receipt(outcome=Outcome.STOPPED, error=_busy())
    response = yield Request(
        method="POST",
        url=box.url(_PAGE + "sms_info.html"),
        headers=box.basic,
        params={"type": "sms"},
        form={
            f"line{numbered(free[0], FIRST)}": "1",
            "smskey": _key(message),
            "action": "SMS",
            "telnum": phone,
            "smscontent": message.content,
            "send": "Send",
        },
    )
    if refusal := rejected(response):
        return refusal
    # Lost, this question leaves the message uncertain: it has been handed over.
    response = yield _status(box, delivers=True)
    return _told(box, message, response)


def ask(box: Box, message: Message) -> Flow:
    """Look for our key among the lines; one that isn't there may have made room for the next."""
    response = yield _status(box)
    return _told(box, message, response)


def _told(box: Box, message: Message, response: Response) -> Receipt:
    refusal, key = rejected(response), _key(message)
    if refusal is not None:
        return unsure(refusal.error or "")
    for said in _lines(response).values():
        if said.get("smskey", "").lower() == key:
            return _fate(box, said, key)
    return unsure(_("The gateway doesn't know what became of it."))


def check(box: Box) -> Flow:
    """Look at the lines, which takes a login that works."""
    response = yield _status(box)
    if refusal := rejected(response):
        return refusal
    return Receipt(outcome=Outcome.ACCEPTED) if _lines(response) else unreadable()


def _key(message: Message) -> str:
    return fingerprint(message)[:8]


def _status(box: Box, *, delivers: bool = False) -> Request:
    return Request(
        method="GET",
        url=box.url(_PAGE + "send_sms_status.xml"),
        headers=box.basic,
        params={"line": ""},
        delivers=delivers,
    )


def _is_busy(lines: Mapping[int, Mapping[str, str]], line: int | None) -> bool:
    return lines.get(line or 0, {}).get("status", "").upper() == "STARTED"


def _busy() -> str:
    return _("All lines of the gateway are at work; a lower rate: gives each its time.")


def _lines(response: Response) -> Mapping[int, Mapping[str, str]]:
    """Return what is said of each line: its key, its status and its error."""
    lines: dict[int, dict[str, str]] = {}
    for name, line, said in _TAG.findall(response.text):
        lines.setdefault(int(line), {})[name.lower()] = html.unescape(said).strip()
    return lines


def _fate(box: Box, said: Mapping[str, str], key: str) -> Receipt:
    if said.get("error"):
        why = told(_("The gateway could not send it."), said["error"], box.password)
        return Receipt(outcome=Outcome.FAILED, provider_id=key, error=why)
    if said.get("status", "").upper() in ("STARTED", "DONE"):
        return Receipt(outcome=Outcome.ACCEPTED, provider_id=key)
    return unreadable()
