"""The language of Dinstar's gateways (UC2000, DWG): JSON, with HTTP Digest or Basic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cskh.language import N_, _
from cskh.model.message import Message, Outcome, Receipt, is_gsm
from cskh.providers._answers import as_object, identifier, rejected, whole
from cskh.providers._base import Flow, Request
from cskh.providers._box import Box, no_port, numbered, our_number, unreadable
from cskh.providers._sms import is_fresh, national, unsure

FIRST, LAST = 0, 31  # the ports of the vendor's document
_PLACE = "#param#"  # stands in a text for what `text_param` has

# 550 is known from one client only.
CODES: Mapping[int, tuple[Outcome, str]] = MappingProxyType(
    {
        400: (Outcome.FAILED, N_("The gateway doesn't understand the request.")),
        413: (Outcome.FAILED, N_("The text is too long for the gateway.")),
        500: (Outcome.UNKNOWN, N_("The gateway didn't say whether it took the message.")),
        550: (Outcome.RETRY, N_("No port of the gateway can send now.")),
    }
)
_FATES: Mapping[str, Outcome] = MappingProxyType(
    {
        "SENDING": Outcome.ACCEPTED,
        "SENT_OK": Outcome.ACCEPTED,
        "DELIVERED": Outcome.DELIVERED,
        "FAILED": Outcome.FAILED,
    }
)


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS."""
    port = numbered(box.port(message), FIRST, LAST)
    if port is None:
        return no_port(box.port(message), FIRST)
    whom: dict[str, Any] = {"number": phone, "user_id": our_number(message)}
    text = message.content
    if _PLACE in text:
        text, whom["text_param"] = _PLACE, [text]
    body = {
        "text": text,
        "port": [port],
        "param": [whom],
        "encoding": "gsm-7bit" if is_gsm(message.content) else "unicode",
        "request_status_report": True,
    }
    response = yield _call(box, "/api/send_sms", body)
    return rejected(response) or _receipt(as_object(response), 202, 200)


def ask(box: Box, message: Message) -> Flow:
    """Ask by our number; what the gateway doesn't know a little later never came to it."""
    response = yield _query(box, our_number(message))
    answer = as_object(response)
    receipt = rejected(response) or _receipt(answer, 200)
    if receipt.outcome is not Outcome.ACCEPTED:
        return unsure(receipt.error or "")
    listed = answer.get("result")
    if not isinstance(listed, list):
        return unreadable()
    fates = list(_fates(listed, message))
    if not fates and is_fresh(message):
        return Receipt(outcome=Outcome.RETRY)
    if len(fates) != 1 or fates[0] is Outcome.UNKNOWN:
        return unsure(_("The gateway doesn't know what became of it."))
    why = _("The gateway could not send it.") if fates[0] is Outcome.FAILED else None
    return Receipt(outcome=fates[0], provider_id=message.provider_id, error=why)


def check(box: Box) -> Flow:
    """Ask about a message that there isn't, which takes a login that works."""
    response = yield _query(box, 0)
    return rejected(response) or _receipt(as_object(response), 200)


def _query(box: Box, number: int) -> Request:
    return _call(box, "/api/query_sms_result", {"user_id": [number]}, delivers=False)


def _call(box: Box, path: str, body: Mapping[str, Any], delivers: bool = True) -> Request:
    login = (box.account, box.password)
    return Request(method="POST", url=box.url(path), json=body, login=login, delivers=delivers)


def _receipt(answer: Mapping[str, Any], *good: int) -> Receipt:
    code = whole(answer.get("error_code"))
    if code in good:
        return Receipt(outcome=Outcome.ACCEPTED, provider_id=identifier(answer.get("task_id")))
    if code is None:
        return unreadable()
    outcome, why = CODES.get(code, CODES[500])
    return Receipt(outcome=outcome, error=f"{_(why)} (Dinstar {code})")


def _fates(listed: list[Any], message: Message) -> Iterator[Outcome]:
    """Yield what became of the messages with our number to the message's recipient."""
    digits = national(message.recipient) or "-"
    for each in listed:
        if not isinstance(each, dict) or whole(each.get("user_id")) != our_number(message):
            continue
        if str(each.get("number")).endswith(digits):
            yield _FATES.get(str(each.get("status")), Outcome.UNKNOWN)
