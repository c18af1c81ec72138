"""The audience of a campaign: who it is for as things stand, and who of them is frozen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cskh.actions.send_sms import SendSms
from cskh.cells.phones import read_phone
from cskh.engine.environment import Environment
from cskh.engine.permitting import permitted
from cskh.engine.planning import Plan, Tally, Watch, batches, plan
from cskh.errors import NotFound, did_you_mean
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.campaign import Campaign, digest
from cskh.model.conditions import AllOf, Test
from cskh.model.effects import Outcome, Send, Skip, Step
from cskh.model.folding import fold
from cskh.model.message import Channel, Purpose
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.policy.assignment import Turns
from cskh.rules.query import Members
from cskh.store.campaigning import Recipient


def frozen(environment: Environment, campaign: Campaign) -> dict[str, Any]:
    """Return everything that a campaign says: its file, its template's text, and what is added."""
    template = environment.project.templates.get(campaign.template or "")
    says = {"file": json.loads(campaign.says), "template": template.content if template else None}
    if campaign.purpose is Purpose.ADVERTISING:
        policy = environment.project.settings.policy
        says["added"] = {"label": policy.label.sms, "opt_out_text": policy.opt_out_text.sms}
    return says


def audience_plan(environment: Environment, campaign: Campaign) -> Plan:
    """Return the plan of everybody whom a campaign would go to; raises NotFound for a list."""
    audience = campaign.audience
    keys = tuple(fold(list_named(environment, name)) for name in audience.lists)
    members = Members(condition=audience.filter, lists=keys)
    excluded = AllOf(tuple(_excluded(audience.exclude)))
    return _plan(environment, campaign, campaign.send_at or "now", members, excluded)


def sending_plan(environment: Environment, campaign: Campaign) -> Plan:
    """Return the plan of what is yet to be sent to those who were frozen."""
    return _plan(environment, campaign, "now", Members(of=campaign.id), AllOf())


def _plan(
    environment: Environment, campaign: Campaign, send_at: str, members: Members, filter_: AllOf
) -> Plan:
    """Plan a campaign as the workflow that it is on one day: it sends an SMS to customers."""
    message: Any = SendSms(
        content=campaign.content,
        template=campaign.template,
        purpose=campaign.purpose,
        send_at=send_at,
    )
    workflow = Workflow(
        id=campaign.source,
        name=campaign.name,
        object="customer",
        filter=filter_,
        trigger=Trigger(moment=Moment.DAILY, at="00:00"),
        actions=(message,),
        file=campaign.file,
    )
    context, dialect = environment.context, environment.store.dialect
    made = plan(workflow, campaign.source, environment.clock, context, dialect, members)
    return replace(made, campaign=campaign.id)


def list_named(environment: Environment, name: str) -> str:
    """Return a list's name as it was first written; raises NotFound with the nearest one."""
    names = {fold(each): each for each in environment.store.lists.names()}
    if (known := names.get(fold(name.strip()))) is not None:
        return known
    message = _("There is no list {name}.").format(name=name)
    hint = did_you_mean(name, names.values())
    raise NotFound(message, hint or _("Import it: cskh import pids FILE --list NAME."))


def _excluded(entries: Iterable[str]) -> Iterator[Test]:
    """Yield the conditions that leave out codes and phones; an entry may be either."""
    pids = tuple(entry.strip() for entry in entries)
    if pids:
        yield Test("pid", "not_in", pids)
        yield Test("phone", "not_in", tuple(map(_phone, pids)))


def _phone(text: str) -> str:
    try:
        found = read_phone(text).value
    except ValueError:
        return text
    return found.number if found else text


def walk_audience(
    environment: Environment, plan: Plan, take: Callable[[Recipient], str | None]
) -> Iterator[Step]:
    """Yield what is done about each of the audience, inside `store.snapshot()`.

    `take` is asked about everybody who could be written to, and returns why he is not.
    Caps are left to the day on which the messages leave.
    """
    policy = environment.project.settings.policy
    settings = replace(environment.project.settings, policy=replace(policy, caps={}))
    uncapped = replace(environment, project=replace(environment.project, settings=settings))
    for step in permitted(uncapped, environment.clock, _steps(environment, plan)):
        yield _taken(step, take)


def _taken(step: Step, take: Callable[[Recipient], str | None]) -> Step:
    (outcome,) = step.outcomes
    send = outcome.what
    if not isinstance(send, Send):
        return step
    why = take(Recipient(step.customer, step.pid, send.recipient))
    return step if why is None else _without(step, outcome, send, why)


def _without(step: Step, outcome: Outcome, send: Send, why: str) -> Step:
    skip = Skip(reason=why, channel=Channel.SMS, purpose=send.purpose)
    return replace(step, outcomes=(replace(outcome, what=skip),))


def once() -> Callable[[Recipient], str | None]:
    """Return what takes a phone once, for those who only look."""
    seen: set[str] = set()

    def take(recipient: Recipient) -> str | None:
        if recipient.phone in seen:
            return "same_phone"
        seen.add(recipient.phone)
        return None

    return take


def freeze(environment: Environment, campaign: Campaign, watch: Watch) -> tuple[Tally, str]:
    """Freeze who a campaign goes to; return what that comes to, and its digest.

    Whoever has the message already stays, and gets it no second time. Inside `store.writing()`.
    """
    store, made = environment.store, audience_plan(environment, campaign)
    store.campaigns.free(campaign.id)
    had = {phone for _pid, phone in store.campaigns.recipients(campaign.id)}

    def take(recipient: Recipient) -> str | None:
        if recipient.phone in had:
            return "has_it_already"
        return None if store.campaigns.add(campaign.id, recipient) else "same_phone"

    tally = Tally()
    with store.snapshot():
        for batch in batches(tally.watch(walk_audience(environment, made, take))):
            watch(made, batch)
    return tally, digest_of(environment, campaign)


def digest_of(environment: Environment, campaign: Campaign) -> str:
    """Return the digest of a campaign with the recipients it has now."""
    says = frozen(environment, campaign)
    return digest(says, environment.store.campaigns.recipients(campaign.id))


def frozen_steps(environment: Environment, plan: Plan, campaign: str) -> Iterator[Step]:
    """Yield what is sent to those who were frozen; one with another phone now gets nothing."""
    for batch in batches(_steps(environment, plan)):
        customers = [step.customer for step in batch]
        phones = environment.store.campaigns.phones(campaign, customers)
        yield from permitted(
            environment, environment.clock, [_as_frozen(step, phones) for step in batch]
        )


def _as_frozen(step: Step, phones: Mapping[int, str]) -> Step:
    (outcome,) = step.outcomes
    send = outcome.what
    if isinstance(send, Send) and phones.get(step.customer) != send.recipient:
        return _without(step, outcome, send, "phone_changed")
    return step


def _steps(environment: Environment, plan: Plan) -> Iterator[Step]:
    found: Iterator[Customer] = environment.store.customers.matching(
        plan.statement, plan.query.fields, plan.readable
    )
    return plan.steps(found, Turns(environment.project.settings, {}))
