"""The language of Yeastar's TG gateways: one GET, answered by lines of text."""

from __future__ import annotations

import re
from urllib.parse import quote

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt
from cskh.providers._answers import rejected
from cskh.providers._base import Flow, Request, Response
from cskh.providers._box import Box, no_port, numbered, unreadable
from cskh.providers._sms import told

FIRST = 1


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS."""
    port = numbered(box.port(message), FIRST)
    if port is None:
        return no_port(box.port(message), FIRST)
    # The first word of the query has two signs of equality, and the gateway wants them bare.
    first = "/cgi/WebCGI?1500101=account=" + quote(box.account, safe="")
    response = yield Request(
        method="GET",
        url=box.url(first),
        params={
            "password": box.password,
            "port": str(port),
            "destination": phone,
            "content": message.content,
        },
    )
    return rejected(response) or _receipt(box, response)


def _receipt(box: Box, response: Response) -> Receipt:
    """Return what an answer means; it took the message only if it says both words for that.

    Which refusals there are nobody has written down, but what isn't committed hasn't left.
    """
    text = response.text
    said = re.search(r"^\s*Response:[ \t]*(\S[^\r\n]*)", text, re.MULTILINE)
    why = re.search(r"^\s*Message:[ \t]*(\S[^\r\n]*)", text, re.MULTILINE)
    if said is None or why is None:
        return unreadable()
    succeeded = said[1].strip() == "Success"
    if succeeded and "Commit successfully" in why[1]:
        return Receipt(outcome=Outcome.ACCEPTED)
    if succeeded:
        return unreadable()
    error = told(_("The gateway rejects the message."), why[1], box.password)
    return Receipt(outcome=Outcome.RETRY, error=error)
