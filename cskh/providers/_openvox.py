"""The language of OpenVox' gateways (SWG, VoxStack): one GET, answered by a report in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt
from cskh.providers._answers import identifier, rejected
from cskh.providers._base import Flow, Request, Response
from cskh.providers._box import Box, unreadable

FIRST = 1
_RESULTS: Mapping[str, Outcome] = MappingProxyType(
    {"sending": Outcome.ACCEPTED, "success": Outcome.ACCEPTED, "fail": Outcome.FAILED}
)


def flow(box: Box, message: Message, phone: str) -> Flow:
    """Send one SMS."""
    response = yield Request(
        method="GET",
        url=box.url("/sendsms"),
        params={
            "username": box.account,
            "password": box.password,
            "phonenumber": phone,
            "message": message.content,
            "port": str(box.port(message)),
            "report": "JSON",
            "id": str(message.id),
        },
    )
    return rejected(response) or _receipt(list(_reports(response)))


def _receipt(reports: list[Mapping[str, Any]]) -> Receipt:
    outcome = _RESULTS.get(str(reports[0].get("result")).lower()) if len(reports) == 1 else None
    if outcome is None:
        return unreadable()
    why = _("The gateway could not send it.") if outcome is Outcome.FAILED else None
    return Receipt(outcome=outcome, provider_id=identifier(reports[0].get("id")), error=why)


def _reports(response: Response) -> Iterator[Mapping[str, Any]]:
    """Yield the reports in an answer; they stand in lists, by a number that differs."""
    try:
        answer = response.json()
    except ValueError:
        return
    listed = answer.get("report") if isinstance(answer, dict) else None
    for numbered in listed if isinstance(listed, list) else ():
        for reports in numbered.values() if isinstance(numbered, dict) else ():
            for each in reports if isinstance(reports, list) else ():
                if isinstance(each, dict):
                    yield each
