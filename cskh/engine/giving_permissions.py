"""Giving, further: what the customers of a test refuse and agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.refusing import agree, opt_out
from cskh.engine.valuing import Unfit, check_names, unfit
from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.cases import PERMISSIONS
from cskh.model.message import Channel, Purpose
from cskh.model.standing import Scope

_HOW = "test"


def give_permissions(environment: Environment, customer: int, said: Mapping[str, Any]) -> None:
    """Record what is said of a customer; raises Unfit."""
    refused, agreed = (list(_scopes(name, said.get(name))) for name in reversed(PERMISSIONS))
    for scope in refused:
        opt_out(environment, customer, scope, _HOW)
    for channel, purpose in agreed:
        if channel is None or purpose is None:
            raise Unfit(_("A consent names a channel and a purpose."))
        agree(environment, customer, channel, purpose, _HOW)


def _scopes(name: str, said: Any) -> Iterator[Scope]:
    if said is not None and not isinstance(said, list):
        raise unfit(name, said, _("It is a list, like [{{channel: sms}}].").format())
    for each in said or ():
        if not isinstance(each, dict):
            raise unfit(name, each, _("It is a list, like [{{channel: sms}}].").format())
        check_names(each, ("channel", "purpose"))
        channel = _known("channel", each.get("channel"), list(Channel))
        purpose = _known("purpose", each.get("purpose"), list(Purpose))
        yield Channel(channel) if channel else None, Purpose(purpose) if purpose else None


def _known(name: str, raw: Any, known: list[str]) -> str | None:
    if raw is None:
        return None
    if raw not in known:
        raise unfit(name, raw, did_you_mean(str(raw), known) or "")
    return str(raw)
