"""The inbox of whoever is acting: what she was told, and what of it she has read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.roles import person, somebody
from cskh.engine.telling import instant
from cskh.errors import NotFound
from cskh.language import _


def inbox(environment: Environment) -> list[dict[str, Any]]:
    """Return the actor's notifications as JSON has them, the newest first.

    Who is nobody in particular is told nothing; raises Refused for a name that nobody has.
    """
    if environment.actor is None:
        return []
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "campaign": row["campaign"],
            "to": row["to"],
            "text": row["text"],
            "created_at": instant(row["created_at"], environment.clock),
            "read": row["read_at"] is not None,
        }
        for row in environment.store.notifications.of(somebody(environment).id)
    ]


def read(environment: Environment, ids: Sequence[int] | None) -> int:
    """Note some of the actor's notifications as read, or all; return how many were unread.

    Raises NotFound for a number that is none of hers.
    """
    actor = somebody(environment)
    known = {row["id"] for row in environment.store.notifications.of(actor.id)}
    for id_ in ids or ():
        if id_ not in known:
            raise NotFound(_("There is no notification {id}.").format(id=id_), "cskh inbox")
    return environment.store.notifications.read(actor.id, ids, environment.clock.stamp)


def unread(environment: Environment) -> int:
    """Count what the actor has not read; nobody known has nothing to read."""
    actor = person(environment)
    return environment.store.notifications.unread(actor.id) if actor else 0
