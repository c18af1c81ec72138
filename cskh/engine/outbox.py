"""People's view of the outbox: one message with all its facts, and what somebody decides about it.

A decision is made of a message that stands where people think it does, and remembered for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from cskh.engine.campaigning import reopen
from cskh.engine.campaigns import Entry, differs, find, hidden, is_visible
from cskh.engine.environment import Environment
from cskh.engine.roles import owners_named, somebody
from cskh.engine.routing import with_reasons
from cskh.engine.telling import instant
from cskh.errors import NotFound, Refused
from cskh.language import _
from cskh.model.campaign import CampaignState
from cskh.model.message import State
from cskh.reports.messages import STATES, messages
from cskh.store.sending import Decision

Resolution = Literal["sent", "failed", "retry"]
_RESOLVED: Mapping[Resolution, State] = {
    "sent": State.ACCEPTED,
    "failed": State.FAILED,
    "retry": State.QUEUED,
}
_MORE = ("occasion", "index", "purpose", "subject", "data", "attempts")
_INSTANTS = ("send_at", "due_at", "asked_at")


def facts(environment: Environment, id_: int) -> dict[str, Any]:
    """Return one message as JSON has it, with what people decided; raises NotFound."""
    (row,) = with_reasons(environment, hidden(environment, [_found(environment, id_)]))
    clock = environment.clock
    (listed,) = messages([row], clock).data["messages"]
    return {
        **listed,
        **{name: row[name] for name in _MORE},
        **{name: instant(row[name], clock) for name in _INSTANTS},
        "decisions": [
            decision._asdict() | {"at": instant(decision.at, clock)}
            for decision in environment.store.outbox.decisions(f"message:{id_}")
        ],
    }


def check_unknown(environment: Environment, ids: Iterable[int]) -> None:
    """Raise NotFound for a message that isn't there, Refused for one that isn't unknown."""
    for id_ in ids:
        state = State(_found(environment, id_)["state"])
        if state is not State.UNKNOWN:
            message = _("Message {id} is not unknown but: {state}.")
            raise Refused(message.format(id=id_, state=_(STATES[state])), _see(id_))


def resolve(environment: Environment, ids: Sequence[int], how: Resolution) -> None:
    """Let a person say what became of unknown messages; raises as `check_unknown` does."""
    with environment.store.writing():
        check_unknown(environment, ids)
        resolve_found(environment, ids, how)


def resolve_found(environment: Environment, ids: Iterable[int], how: Resolution) -> int:
    """Say what became of those messages that are unknown; return how many were."""
    with environment.store.writing():
        resolved = [id_ for id_ in ids if _resolved(environment, id_, how)]
        if how == "retry":
            campaigns = {_found(environment, id_)["campaign"] for id_ in resolved} - {None}
            for campaign in sorted(campaigns):
                reopen(environment, campaign)
    return len(resolved)


def _resolved(environment: Environment, id_: int, how: Resolution) -> bool:
    return _decide(environment, id_, how, State.UNKNOWN, _RESOLVED[how])


def cancel(environment: Environment, ids: Sequence[int]) -> None:
    """Keep messages that wait from leaving: all of them, or none if one is already on its way.

    Raises NotFound for one that isn't there, Refused for one that doesn't wait.
    """
    with environment.store.writing():
        for id_ in dict.fromkeys(ids):
            state = State(_found(environment, id_)["state"])
            if state is not State.QUEUED:
                message = _("Message {id} doesn't wait any more: {state}.")
                shown = _("on its way") if state is State.CLAIMED else _(STATES[state])
                raise Refused(message.format(id=id_, state=shown), _("Nothing was cancelled."))
        cancel_found(environment, ids)


def cancel_found(environment: Environment, ids: Iterable[int]) -> int:
    """Keep those messages from leaving that wait; return how many did."""
    with environment.store.writing():
        return sum(
            _decide(environment, id_, "cancel", State.QUEUED, State.CANCELLED)
            for id_ in dict.fromkeys(ids)
        )


def _decide(environment: Environment, id_: int, what: str, was: State, new: State) -> bool:
    """Settle one message; those of a campaign are for its maker and for owners."""
    if (campaign := _found(environment, id_)["campaign"]) is not None:
        entry = find(environment, campaign)
        _check_visible(environment, id_, entry)
        if what == "retry":
            _check_unchanged(environment, id_, entry)
    at = environment.clock.stamp
    return environment.store.outbox.decide(id_, Decision(what, was, new, environment.actor, at))


def _check_visible(environment: Environment, id_: int, entry: Entry) -> None:
    """Raise Refused, without a name, for a message of a campaign that whoever acts may not see."""
    if not is_visible(environment, entry):
        somebody(environment)
        message = _("Message {id} belongs to somebody else's campaign.")
        raise Refused(message.format(id=id_), owners_named(environment))


def _check_unchanged(environment: Environment, id_: int, entry: Entry) -> None:
    """Raise Refused for a message of a campaign that has ended and says something else now.

    One message is no reason to have all of it approved again.
    """
    if entry.state is CampaignState.SENT and differs(environment, entry):
        message = _("The file of the campaign {id} says something else than was sent.")
        hint = _("Put it back as it was, or settle it: cskh outbox resolve {id} sent|failed")
        raise Refused(message.format(id=entry.id), hint.format(id=id_))


def _found(environment: Environment, id_: int) -> Mapping[str, Any]:
    row = environment.store.outbox.message(id_)
    if row is None:
        raise NotFound(
            _("There is no message {id}.").format(id=id_),
            _("See them all: {command}").format(command="cskh outbox list"),
        )
    return dict(row) | {"data": json.loads(row["data"])}


def _see(id_: int) -> str:
    return _("See it: {command}").format(command=f"cskh outbox show {id_}")
