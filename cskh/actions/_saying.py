"""What the sentences of actions share: whom a message is for, when it goes, long lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from cskh.actions._messages import To, ToGroup, ToStaff
from cskh.language import _
from cskh.model.clock import parse_span
from cskh.model.message import Purpose
from cskh.model.wording import span_words

_MOST_LISTED = 3


def addressed(what: Mapping[str, str], to: To) -> str:
    """Return the sentence for whom a message is for: customer, assignee, staff or group."""
    match to:
        case ToStaff():
            return what["staff"].format(name=to.staff)
        case ToGroup():
            return what["group"].format(name=to.group)
        case _:
            return what[to]


def with_details(sentence: str, send_at: str = "now", purpose: Purpose = Purpose.CARE) -> str:
    """Add to a sentence when the message goes, and that it is advertising."""
    parts = [sentence]
    if send_at != "now":
        parts.append(_sent_at(send_at))
    if purpose is Purpose.ADVERTISING:
        parts.append(_("as advertising"))
    return ", ".join(parts)


def _sent_at(send_at: str) -> str:
    if send_at.startswith("+"):
        return _("{span} later").format(span=span_words(parse_span(send_at[1:])))
    if len(send_at) > len("09:00"):
        moment = dt.datetime.fromisoformat(send_at)
        return _("at {time}").format(time=f"{moment:%d/%m/%Y %H:%M}")
    return _("at {time}").format(time=send_at)


def listed(names: Sequence[str]) -> str:
    """Return names in one line, the first three of many."""
    return ", ".join(names[:_MOST_LISTED]) + (" …" if len(names) > _MOST_LISTED else "")


def spoken_value(value: Any) -> str:
    """Return a value as people say it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
