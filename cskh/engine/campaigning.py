"""Campaigning: approved campaigns begin when their time has come, go on, and end.

Nothing is sent of one that says something else than what was approved, or whose approval is not
signed where it has to be: it goes back to whoever approves, and people are told.
"""

from __future__ import annotations

import logging
import os
from dataclasses import replace

from cskh.engine.audience import digest_of, frozen_steps, sending_plan
from cskh.engine.campaigns import differs, find
from cskh.engine.environment import Environment
from cskh.engine.moving import has_begun
from cskh.engine.moving import log as log_move
from cskh.engine.notifying import notify
from cskh.engine.planning import Tally, Watch, batches
from cskh.engine.project import load
from cskh.engine.routing import Hindrance, hindrance
from cskh.engine.running import Walked
from cskh.engine.signing import is_approved
from cskh.errors import Refused
from cskh.language import _
from cskh.model.campaign import APPROVALS, CampaignState, move
from cskh.model.clock import from_text
from cskh.model.message import Channel
from cskh.rules.moments import catch_up_span, is_late
from cskh.store.campaigning import Submitted
from cskh.store.values import RunKey

log = logging.getLogger("cskh")


class Waiting(Exception):
    """A campaign whose time has come waits for something: a sentence says why."""

    def __init__(self, id_: str, why: str) -> None:
        super().__init__(_("The campaign {id} waits: {why}").format(id=id_, why=why))


_GUARDED = (CampaignState.APPROVED, CampaignState.SENDING)


def guard(environment: Environment) -> None:
    """Take back every campaign that is approved or being sent and isn't what was approved."""
    guarded = [each for each in environment.store.campaigns.all() if each.state in _GUARDED]
    if guarded:
        environment = _reread(environment)
        for submitted in guarded:
            _judge(environment, submitted)


def _judge(environment: Environment, submitted: Submitted) -> None:
    try:
        is_sound = _is_as_approved(environment, submitted)
    except Refused:  # nobody here can verify a signature: what is being sent waits
        _moved(environment, "hold", submitted)
        return
    if not is_sound:
        _moved(environment, "return", submitted)


def _is_as_approved(environment: Environment, submitted: Submitted) -> bool:
    """Say whether a campaign is what was approved; raises Refused if nobody here can verify it.

    That nobody was added to a store that isn't trusted takes a look at every recipient.
    """
    entry = find(environment, submitted.id)
    if entry.campaign is None or differs(environment, entry):
        return False
    if environment.project.settings.approvals != "signed":
        return True
    # Of one that is yet to begin its beginning asks that.
    is_sending = submitted.state is CampaignState.SENDING
    if is_sending and digest_of(environment, entry.campaign) != submitted.digest:
        return False
    return is_approved(environment, submitted)


def _reread(environment: Environment) -> Environment:
    """Return the environment with the files as they are now: it may have waited for its turn."""
    project = environment.project
    now = load(project.root, os.environ)
    project = replace(project, campaigns=now.campaigns, templates=now.templates, files=now.files)
    return replace(environment, project=project)


def _moved(environment: Environment, name: str, submitted: Submitted) -> bool:
    """Let the tool make a move, unless the table has none or somebody was faster."""
    store, rule = environment.store, move(name, submitted.state)
    if rule is None or rule.target is None:
        return False
    with store.writing():
        if not store.campaigns.move(submitted, rule.target, environment.clock.stamp):
            return False
        log_move(environment, name, submitted.state, replace(submitted, state=rule.target))
    log.info("campaign", extra={"campaign": submitted.id, "move": name})
    return True


def due(environment: Environment) -> list[Submitted]:
    """Return the approved campaigns whose time has come; one that is too late waits for a new one.

    Of that people are told.
    """
    guard(environment)
    return [
        submitted
        for submitted in environment.store.campaigns.all()
        if submitted.state is CampaignState.APPROVED and _may_begin(environment, submitted)
    ]


def _may_begin(environment: Environment, submitted: Submitted) -> bool:
    clock = environment.clock
    begins = from_text(submitted.send_at, clock.zone) if submitted.send_at else None
    if begins is not None and not clock.has_come(begins):
        return False
    history = environment.store.campaigns.history(submitted.id)
    catch_up = catch_up_span(environment.project.settings.catch_up)
    if begins and is_late(begins, clock, catch_up) and not has_begun(history):
        _tell(environment, "too_late", submitted)
        return False
    return True


def _tell(environment: Environment, kind: str, submitted: Submitted) -> bool:
    """Tell once for each approval and each start what keeps a campaign from being sent.

    Returns whether that is news.
    """
    history = environment.store.campaigns.history(submitted.id)
    since = APPROVALS | {"start"}
    number = next((each.id for each in reversed(history) if each.move in since), 0)
    with environment.store.writing():
        return notify(environment, kind, f"move:{number}", submitted) > 0


def _hindrance(environment: Environment, provider: str | None) -> Hindrance | None:
    """Return what of the settings keeps text messages of a provider, or of the active one."""
    return hindrance(environment.project.settings, {}, Channel.SMS, provider)


def _is_signed(environment: Environment, submitted: Submitted) -> bool:
    """Say whether the approval is signed; raises Waiting if nobody here can verify it."""
    try:
        return is_approved(environment, submitted)
    except Refused as why:
        raise Waiting(submitted.id, why.message) from why


def _check_provider(environment: Environment, submitted: Submitted) -> None:
    """Raise Waiting, and tell people, while no provider could send a campaign."""
    if (found := _hindrance(environment, None)) is not None:
        _tell(environment, "no_provider", submitted)
        raise Waiting(submitted.id, found.why)


def begin(environment: Environment, submitted: Submitted, watch: Watch) -> Walked | None:
    """Put a campaign's messages in the outbox, in the transaction in which it begins.

    Whoever has one already gets none. None if it isn't what was approved, or somebody else was
    faster. Raises Waiting while no provider could send it, or nobody here can verify the approval.
    """
    environment = _reread(environment)
    campaign = find(environment, submitted.id).campaign
    if (
        campaign is None
        or digest_of(environment, campaign) != submitted.digest
        or not _is_signed(environment, submitted)
    ):
        _moved(environment, "return", submitted)
        return None
    _check_provider(environment, submitted)
    store, at = environment.store, environment.clock.stamp
    plan, tally = sending_plan(environment, campaign), Tally()
    run = RunKey(id=None, workflow=campaign.source, occasion=campaign.source, at=at, slot_at=at)
    # Beforehand, as the plan reads what is committed; until it has begun nothing of it can leave.
    store.campaigns.take_back(campaign.id)
    with store.writing():
        if not _moved(environment, "start", submitted):
            return None
        with store.snapshot():
            steps = frozen_steps(environment, plan, campaign.id)
            for batch in batches(tally.watch(steps)):
                store.runs.queue(run, batch)
                watch(plan, batch)
    return Walked(plan, submitted.digest[:16], tally)


def finish(environment: Environment) -> bool:
    """End the campaigns of which nothing is left to be settled; tell if one lost its provider.

    Returns whether people are told of something, which is to be sent, too.
    """
    campaigns, is_told = environment.store.campaigns, False
    accounts = environment.project.settings.providers.values()
    answering = [each.id for each in accounts if hasattr(each.settings, "ask")]
    for submitted in campaigns.all():
        if submitted.state is not CampaignState.SENDING:
            continue
        if campaigns.unsettled(submitted.id, answering) == 0:
            is_told |= _moved(environment, "finish", submitted)
        elif any(_hindrance(environment, each) for each in campaigns.providers(submitted.id)):
            is_told |= _tell(environment, "no_provider", submitted)
    return is_told


def reopen(environment: Environment, id_: str) -> None:
    """Let a message that is to be sent once more be sent, though its campaign has ended."""
    submitted = environment.store.campaigns.find(id_)
    if submitted is not None:
        _moved(environment, "reopen", submitted)
