"""Moving: what every move of a campaign goes through, whoever makes it: table, roles, history."""

from __future__ import annotations

from cskh.engine.campaigns import Entry
from cskh.engine.environment import Environment
from cskh.engine.notifying import TOOL, notify_of_move
from cskh.engine.roles import owners_named, somebody, takes_an_owner
from cskh.errors import Refused
from cskh.language import _
from cskh.model.campaign import MOVES, CampaignState, Move, may_move, move
from cskh.store.campaigning import Moved, Submitted


def allowed(environment: Environment, name: str, entry: Entry) -> Move:
    """Return the row of the table for a move; raises Refused if the table or a role says no."""
    somebody(environment)
    rule = move(name, entry.state)
    # Who may never do it is told that first: the state is somebody else's matter.
    for row in [rule] if rule else MOVES[name]:
        check_may(environment, row, entry)
    if rule is None:
        message = _("{id} is {state}: it can't be moved so ({move}).")
        stands = _(entry.state.label) if entry.state else _("not submitted")
        raise Refused(message.format(id=entry.id, state=stands, move=name), _possible(entry.state))
    return rule


def _possible(state: CampaignState | None) -> str | None:
    names = [
        name
        for name, rows in MOVES.items()
        if any(state in row.sources and row.who != "tool" for row in rows)
    ]
    return _("Possible now: {moves}.").format(moves=", ".join(names)) if names else None


def check_may(environment: Environment, rule: Move, entry: Entry) -> None:
    """Raise Refused unless whoever is acting may make a move with a campaign."""
    actor = somebody(environment)
    if may_move(rule, actor, entry.makers):
        return
    if rule.who == "maker" and actor.role == "admin":
        message = _("{id} is somebody else's campaign.").format(id=entry.id)
        raise Refused(message, owners_named(environment))
    raise Refused(takes_an_owner(actor), owners_named(environment))


def check_swap(id_: str, *, done: bool) -> None:
    """Raise Refused if a compare-and-swap was not done, which ends its transaction."""
    if not done:
        message = _("Somebody else has moved the campaign {id} meanwhile: nothing was changed.")
        raise Refused(message.format(id=id_), f"cskh campaign show {id_}")


def has_begun(history: list[Moved]) -> bool:
    """Say whether a campaign has begun since it was submitted: then it only goes on."""
    names = [each.move for each in history]
    last = max((at for at, name in enumerate(names) if name == "submit"), default=0)
    return "start" in names[last:]


def log(
    environment: Environment,
    name: str,
    was: CampaignState | None,
    now: Submitted,
    note: str | None = None,
    signature: str | None = None,
) -> None:
    """Write a move into the history, and tell of it; in the transaction that makes it."""
    actor = TOOL if MOVES[name][0].who == "tool" else environment.actor or TOOL
    at = environment.clock.stamp
    goes_on = name == "start" and has_begun(environment.store.campaigns.history(now.id))
    moved = Moved(0, name, was, now.state, actor, at, note, now.digest, signature)
    number = environment.store.campaigns.log(now.id, moved)
    if not goes_on:
        notify_of_move(environment, name, number, now, note)
