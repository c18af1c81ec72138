"""What an opt-out covers, and what is left of it when a part is lifted."""

from __future__ import annotations

from collections.abc import Collection

from cskh.model.message import Channel, Purpose
from cskh.model.standing import Scope


def covers(refused: Scope, asked: Scope) -> bool:
    """Say whether one opt-out has all of another scope in it."""
    return all(mine in (None, other) for mine, other in zip(refused, asked, strict=True))


def is_refused(opted_out: Collection[Scope], asked: Scope) -> bool:
    """Say whether an opt-out covers a scope."""
    return any(covers(refused, asked) for refused in opted_out)


def remaining(refused: Scope, lifted: Scope) -> tuple[Scope, ...]:
    """Return what is still refused of an opt-out when a scope is lifted from it.

    Of an opt-out of everything, lifting SMS leaves the other channels.
    """
    (channel, purpose), (free_channel, free_purpose) = refused, lifted
    if _apart(channel, free_channel) or _apart(purpose, free_purpose):
        return (refused,)
    left: list[Scope] = []
    if channel is None and free_channel is not None:
        left += [(each, purpose) for each in Channel if each is not free_channel]
    if purpose is None and free_purpose is not None:
        within = free_channel if channel is None else channel
        left += [(within, each) for each in Purpose if each is not free_purpose]
    return tuple(left)


def _apart(one: Channel | Purpose | None, other: Channel | Purpose | None) -> bool:
    return None not in (one, other) and one != other
