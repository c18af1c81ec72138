"""Routing: which provider a message goes through, and what keeps that one from sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cskh.engine.environment import Environment
from cskh.engine.stopping import stopped_pages
from cskh.language import _
from cskh.model.message import Channel, State
from cskh.model.settings import Account, Settings

Row = Mapping[str, Any]


class Hindrance(NamedTuple):
    """What keeps messages from leaving until somebody repairs it: a stable word, and a sentence."""

    reason: str
    why: str


def hindrance(
    settings: Settings,
    stops: Mapping[str, str],
    channel: Channel,
    provider: str | None,
    page: str | None = None,
) -> Hindrance | None:
    """Return what is in the way of messages of a provider, or of the channel's active one.

    `stops` says why providers are stopped, and pages of theirs.
    """
    account = settings.account(channel, provider)
    if account is None:
        return Hindrance("no_provider", _without(channel, provider))
    if (why := lacking(account)) is not None:
        return Hindrance("missing_secret", why)
    stop = stops.get(account.id) or stopped_pages(account.id, stops).get(page or "")
    return Hindrance("provider_stopped", stop) if stop else None


def lacking(account: Account) -> str | None:
    """Return which secrets an account lacks, as a sentence; None if it has all."""
    if account.settings is not None:
        return None
    return _("{names} is not set.").format(names=", ".join(account.lacking))


def _without(channel: Channel, provider: str | None) -> str:
    if provider:
        message = _("{provider} is no longer in cskh.yaml (cskh provider use ID --move-waiting).")
        return message.format(provider=provider)
    return _("{channel} has no active provider (active: in cskh.yaml).").format(channel=channel)


def with_reasons(environment: Environment, rows: Iterable[Row]) -> list[Row]:
    """Return outbox rows; those that wait for a provider to be repaired say so as `skip_reason`.

    It is judged when somebody looks: once the provider is repaired nothing of it is left.
    """
    settings, stops = environment.project.settings, environment.store.outbox.stops()

    def told(row: Row) -> Row:
        if row["state"] != State.QUEUED or row["skip_reason"] or row["error"]:
            return row
        found = hindrance(settings, stops, row["channel"], row["provider"], row["page"])
        return {**row, "skip_reason": found.reason} if found else row

    return [told(row) for row in rows]
