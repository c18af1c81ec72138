"""Approving: an owner's moves of a campaign, and its deletion; each by compare and swap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cskh.edge.files import remove_file
from cskh.engine.campaigns import Entry, differs, find
from cskh.engine.environment import Environment
from cskh.engine.moving import allowed, check_may, check_swap, log
from cskh.engine.roles import somebody
from cskh.engine.signing import check
from cskh.errors import Refused
from cskh.language import _
from cskh.model.campaign import MOVES, SIGNED, CampaignState
from cskh.store.campaigning import Submitted

# What signs for a move: given its name, the campaign and the digest.
Sign = Callable[[str, str, str], str]


def change(
    environment: Environment, name: str, id_: str, note: str | None, sign: Sign | None = None
) -> Submitted:
    """Approve, reject, pause or resume a campaign; raises Refused for whoever may not.

    What is approved is what was frozen: not while the file says something else.
    """
    entry = find(environment, id_)
    rule = allowed(environment, name, entry)
    submitted = _known(entry)
    if name in ("approve", "resume") and differs(environment, entry):
        message = _("The file says something else than was submitted.")
        raise Refused(message, f"cskh campaign edit {id_}")
    signature = _signature(environment, name, submitted, sign)
    store, target = environment.store, rule.target or submitted.state
    with store.writing():
        swapped = store.campaigns.move(submitted, target, environment.clock.stamp)
        check_swap(id_, done=swapped)
        moved = replace(submitted, state=target)
        log(environment, name, entry.state, moved, note, signature)
    return moved


def delete(environment: Environment, id_: str, note: str | None) -> Entry:
    """Delete a campaign with its file; what happened to it stays in the history.

    Raises Refused for whoever may not, and once something of it was sent.
    """
    entry = check_deletable(environment, id_)
    if entry.submitted is not None and entry.state is not CampaignState.DELETED:
        _delete_submitted(environment, entry, entry.submitted, note)
    if entry.file is not None:
        try:
            remove_file(Path(environment.project.root) / entry.file)
        except FileNotFoundError:
            check_swap(id_, done=False)
    return entry


def _delete_submitted(
    environment: Environment, entry: Entry, submitted: Submitted, note: str | None
) -> None:
    store = environment.store
    with store.writing():
        deleted = CampaignState.DELETED
        swapped = store.campaigns.move(submitted, deleted, environment.clock.stamp)
        check_swap(entry.id, done=swapped)
        store.campaigns.cancel(entry.id)
        log(environment, "delete", entry.state, replace(submitted, state=deleted), note)


def check_deletable(environment: Environment, id_: str) -> Entry:
    """Return a campaign that may be deleted; raises as `delete` does."""
    entry = find(environment, id_)
    if entry.submitted is None or entry.state is CampaignState.DELETED:
        check_may(environment, MOVES["delete"][0], entry)
        return entry
    allowed(environment, "delete", entry)
    if environment.store.campaigns.tried(id_):
        raise Refused(_("Messages of this campaign have been sent: it stays."))
    return entry


def _known(entry: Entry) -> Submitted:
    if entry.submitted is None:
        raise Refused(_("{id} was never submitted.").format(id=entry.id))
    return entry.submitted


def _signature(
    environment: Environment, name: str, submitted: Submitted, sign: Sign | None
) -> str | None:
    """Return what the actor signs, checked as it will be again; None where nobody signs."""
    if environment.project.settings.approvals != "signed" or name not in SIGNED:
        return None
    if sign is None:
        raise Refused(_("Approvals are signed here."), _("Name your SSH key: --key FILE"))
    signature = sign(name, submitted.id, submitted.digest)
    check(environment, name, submitted, somebody(environment).id, signature)
    return signature
