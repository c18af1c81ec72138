"""Submitting: a campaign's text, time and recipients are frozen for an owner to approve."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from cskh.engine.audience import freeze, frozen
from cskh.engine.campaigns import find, stored_time, written
from cskh.engine.environment import Environment
from cskh.engine.moving import allowed, check_swap, has_begun, log
from cskh.engine.planning import Tally, Watch
from cskh.engine.provisioning import channels
from cskh.errors import CskhError, Refused
from cskh.language import _
from cskh.model.campaign import Campaign, CampaignState
from cskh.model.clock import from_text, shift
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.message import Channel
from cskh.model.reasons import sentence
from cskh.policy.guards import refusal
from cskh.rules.moments import catch_up_span
from cskh.store.campaigning import Submitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A campaign that was just submitted or edited: what it comes to, and how it stands.

    If its time has passed it is sent `late`, until then; that may have passed, too.
    """

    submitted: Submitted
    tally: Tally
    late: dt.datetime | None


def submit(
    environment: Environment, id_: str, note: str | None, accepted: str | None, watch: Watch
) -> Frozen:
    """Hand a campaign in for approval: its text, time and recipients are frozen.

    Raises Refused without an active SMS provider, beyond its limits or the project's guard, and
    for whoever may not.
    """
    return _frozen(environment, "submit", id_, note, accepted, watch)


def edit(
    environment: Environment, id_: str, note: str | None, accepted: str | None, watch: Watch
) -> Frozen:
    """Read a campaign's file again and freeze what it says now; as `submit`."""
    return _frozen(environment, "edit", id_, note, accepted, watch)


def _frozen(
    environment: Environment,
    name: str,
    id_: str,
    note: str | None,
    accepted: str | None,
    watch: Watch,
) -> Frozen:
    entry = find(environment, id_)
    campaign = written(environment, entry)
    rule = allowed(environment, name, entry)
    check_provider(environment)
    late = None if name == "edit" and _goes_on(environment, id_) else _late(environment, campaign)
    store, at = environment.store, environment.clock.stamp
    with store.writing():
        # The row first: its recipients belong to it.
        made = _submitted(environment, campaign, rule.target or entry.state, at)
        check_swap(id_, done=store.campaigns.freeze(made, entry.submitted))
        tally, digest = freeze(environment, campaign, watch)
        lifted = accepted is not None
        made = replace(made, digest=digest, left_out=dict(tally.skipped), accepted=lifted)
        store.campaigns.freeze(made, replace(made, digest=""))
        _check_size(environment, campaign, tally, digest, accepted)
        log(environment, name, entry.state, made, note)
    return Frozen(submitted=store.campaigns.find(id_) or made, tally=tally, late=late)


def _goes_on(environment: Environment, id_: str) -> bool:
    """Say whether a campaign has begun: then its time is no matter any more."""
    return has_begun(environment.store.campaigns.history(id_))


def _late(environment: Environment, campaign: Campaign) -> dt.datetime | None:
    """Return until when a campaign is sent whose time has passed, None while it hasn't."""
    clock, at = environment.clock, stored_time(campaign, environment.clock)
    begins = from_text(at, clock.zone) if at else None
    if begins is None or begins >= clock.now:
        return None
    return shift(begins, catch_up_span(environment.project.settings.catch_up))


def _submitted(
    environment: Environment, campaign: Campaign, state: CampaignState | None, at: str
) -> Submitted:
    return Submitted(
        id=campaign.id,
        name=campaign.name,
        created_by=campaign.created_by,
        state=state or CampaignState.PENDING,
        send_at=stored_time(campaign, environment.clock),
        digest="",
        frozen=frozen(environment, campaign),
        left_out={},
        accepted=False,
        at=at,
    )


def check_provider(environment: Environment) -> None:
    """Raise Refused if no SMS could be sent, with the command that helps."""
    account = environment.context.account(Channel.SMS, None)
    if account is not None and account.settings is not None:
        return
    known = [
        each.id
        for each in environment.project.settings.providers.values()
        if Channel.SMS in channels(each)
    ]
    hint = _("Set one up under providers: in cskh.yaml, then: cskh provider use ID")
    if account is not None:
        hint = _("Try it: cskh provider check {id}").format(id=account.id)
    elif known:
        hint = f"cskh provider use {' | '.join(known)}"
    raise Refused(_("There is no active SMS provider that could send the campaign."), hint)


def _check_size(
    environment: Environment,
    campaign: Campaign,
    tally: Tally,
    digest: str,
    accepted: str | None,
) -> None:
    """Raise Refused for a campaign that is too large, or not the one that was accepted."""
    if tally.people == 0 and environment.store.campaigns.tried(campaign.id) == 0:
        raise CskhError(_("The campaign would go to nobody."), _left_out(tally))
    if accepted is not None:
        if digest != accepted:
            message = _("{digest} is not what would be submitted now.").format(digest=accepted)
            raise Refused(message, _("Now it is {digest}.").format(digest=digest))
        return
    if (why := _too_large(environment, campaign)) is not None:
        hint = _("Exactly this passes with: --accept {digest}").format(digest=digest)
        raise Refused(why, hint)


def _left_out(tally: Tally) -> str | None:
    told = (f"{n} · {sentence(reason)}" for reason, n in sorted(tally.skipped.items()))
    return "\n".join(told) or None


def _too_large(environment: Environment, campaign: Campaign) -> str | None:
    """Return why a campaign is too large, those counted who have their message already."""
    made = environment.store.campaigns.find(campaign.id)
    people, most = made.recipients if made else 0, campaign.limits.max_recipients
    if most is not None and people > most:
        message = _("It would reach {people} people; limits.max_recipients is {most}.")
        return message.format(people=people, most=most)
    guard = environment.project.settings.policy.guard
    base = environment.store.customers.count(CUSTOMER_KINDS) if guard.max_percent else 0
    return refusal(people, base, guard)
