"""What answers mean whoever gives them: HTTP statuses, numbers, ids, and texts fit for people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, quote_plus

from cskh.language import N_, _
from cskh.model.message import Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers._base import Response

HOUR = 3600
_LONGEST = 200
# What may be a phone; an IP address is none: whoever reads it has to have it allowed.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_NUMBERS = re.compile(
    rf"(?<!\d)(?P<address>{_OCTET}(?:\.{_OCTET}){{3}})(?![ .-]?\d)|\d(?:[ .-]?\d){{6,}}"
)

# By what is certain. Only statuses of a server that can't have taken the request let it be tried
# again (RFC 9110, RFC 6585); 302 and 303 also follow a POST that was worked, 408 and 409 come from
# gateways in front of a server that may be working still. What isn't listed is unknown.
_OUTCOMES: Mapping[int, Outcome] = MappingProxyType(
    dict.fromkeys((429, 503), Outcome.RETRY)
    | dict.fromkeys((301, 307, 308, 401, 402, 403, 404, 405, 407, 410, 421), Outcome.STOPPED)
    | dict.fromkeys((400, 411, 413, 414, 415, 422, 431), Outcome.FAILED)
)
_SENTENCES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.RETRY: N_("The provider is too busy (HTTP {status})."),
        Outcome.STOPPED: N_("The provider refuses the account or the address (HTTP {status})."),
        Outcome.FAILED: N_("The provider rejects the request as wrong (HTTP {status})."),
        Outcome.UNKNOWN: N_("The provider didn't say whether it took the message (HTTP {status})."),
    }
)


def rejected(response: Response) -> Receipt | None:
    """Return what a status outside 200 to 299 means; None if the body has to say it."""
    if 200 <= response.status <= 299:
        return None
    outcome = _OUTCOMES.get(response.status, Outcome.UNKNOWN)
    return Receipt(
        outcome=outcome,
        error=_(_SENTENCES[outcome]).format(status=response.status),
        retry_after=_retry_after(response.headers) if outcome is Outcome.RETRY else None,
    )


def unsettled(response: Response) -> Receipt | None:
    """Return what an answer means whose status leaves it open what happened, whatever it says.

    Of others the body counts that a provider itself has written: see providers that do so.
    """
    receipt = rejected(response)
    return receipt if receipt and receipt.outcome is Outcome.UNKNOWN else None


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Return the seconds a server asks to wait, 1 to one hour; a date counts from its own clock."""
    asked = headers.get("retry-after", "").strip()
    seconds = whole(asked)
    if seconds is None:
        then, now = _instant(asked), _instant(headers.get("date", ""))
        if then is None or now is None:
            return None
        seconds = int((then - now).total_seconds())
    return max(1, min(seconds, HOUR))


def _instant(text: str) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(text).replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def as_object(response: Response) -> Mapping[str, Any]:
    """Return an answer as an object; empty if it isn't one."""
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def whole(value: object) -> int | None:
    """Return a whole number of at most 20 digits, whether it came as a number or as a text."""
    if not isinstance(value, str | int):
        return None
    digits = re.fullmatch(r"-?[0-9]{1,20}", str(value).strip())
    return int(digits[0]) if digits else None


def identifier(value: object) -> str | None:
    """Return a provider's id of a message as text, at most 100 characters; None if it isn't one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return _one_line(str(value))[:100] or None


def quoted(said: object, *secrets: Secret) -> str:
    """Return what a provider said as one short line, its numbers masked and our secrets out."""
    text = str(said)
    for shown in {form for secret in secrets for form in _forms(secret)}:
        text = text.replace(shown, "•••")
    return _one_line(_NUMBERS.sub(_masked, text))[:_LONGEST]


def _masked(run: re.Match[str]) -> str:
    return run[0] if run["address"] else f"{run[0][:4]}•••{run[0][-3:]}"


def _forms(secret: Secret) -> set[str]:
    bare = secret.reveal()
    return {bare, quote_plus(bare), quote(bare, safe="")} - {""}


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
