"""The language of Kannel's sendsms, and of the gateways that imitate it."""

from __future__ import annotations

import re
from dataclasses import replace

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt, is_gsm
from cskh.providers._answers import rejected
from cskh.providers._base import Flow, Request, Response, Words
from cskh.providers._box import Box, unreadable
from cskh.providers._sms import told

PATH = "/cgi-bin/sendsms"
_TAKEN = re.compile(r"\s*[03]:")  # accepted, or queued until there is a line


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS; a form in the body Kannel refuses, so all of it stands in the address."""
    sender: Words = {"from": box.sender} if box.sender else {}
    response = yield Request(
        method="GET",
        url=box.url(PATH),
        params={
            **_login(box),
            **sender,
            "to": phone,
            "text": message.content,
            "charset": "UTF-8",
            "coding": "0" if is_gsm(message.content) else "2",
        },
    )
    refusal = rejected(response)
    if refusal is not None:
        return _refused(box, response, refusal)
    if _TAKEN.match(response.text):
        return Receipt(outcome=Outcome.ACCEPTED)
    return unreadable()


def check(box: Box) -> Flow:
    """Send nothing to nobody: who may not send hears that first."""
    response = yield Request(method="GET", url=box.url(PATH), params=_login(box), delivers=False)
    if response.status == 400 and "receiver" in response.text:
        return Receipt(outcome=Outcome.ACCEPTED)
    refusal = rejected(response)
    return unreadable() if refusal is None else _refused(box, response, refusal)


def _login(box: Box) -> Words:
    return {"username": box.account, "password": box.password}


def _refused(box: Box, response: Response, refusal: Receipt) -> Receipt:
    """Return what a refusal means, with Kannel's words; two of them say more than the status."""
    text = response.text
    why = told(refusal.error or "", text, box.password)
    if "Not routable" in text:
        return Receipt(outcome=Outcome.FAILED, error=told(_("No line goes there."), text))
    if "Sender missing" in text:
        why = told(_("Kannel wants to know who sends (sender:)."), text)
        return Receipt(outcome=Outcome.STOPPED, error=why)
    return replace(refusal, error=why)
