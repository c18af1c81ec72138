"""Explaining: why a workflow does or does not act on one customer, condition by condition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.permitting import standing_of
from cskh.engine.planning import Plan
from cskh.engine.routing import hindrance
from cskh.engine.running import nobody, shown_plans, walk
from cskh.engine.telling import shown_value
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.catalogues import catalogue
from cskh.model.clock import Clock
from cskh.model.conditions import Condition, is_of_event, tests
from cskh.model.effects import DEEPEST_CHAIN, Outcome, Send, Skip, firing
from cskh.model.fields import Catalogue, Field, Kind
from cskh.model.reasons import sentence as reason_sentence
from cskh.model.standing import Addressee
from cskh.model.workflow import SCHEDULED, Workflow
from cskh.policy.assignment import Turns
from cskh.policy.leaving import Defer, Drop, leave
from cskh.rules.change_operators import presumed
from cskh.rules.meaning import holds, looked_at, value_of
from cskh.rules.needs import needs
from cskh.rules.operators import sentence

# Beside the customer's fields, for anniversaries by the lunar calendar.
_LUNAR = Field(name="customer.lunar_birthday", kind=Kind.DATE, label="", key="lunar_birthday")


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition: where it stands, what it says, the customer's value, and whether it holds."""

    where: str
    text: str
    actual: Any
    holds: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that may stop a workflow though its conditions hold.

    One of a single message says which action it is `of`, and `to_staff` for whom if that is one of
    the staff.
    """

    gate: str
    passes: bool
    why: str
    of: str | None = None
    to_staff: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a workflow does or does not act on a customer, as things stand.

    `needs` says which conditions would have to hold and don't; `acts` whether nothing stops the
    workflow as a whole and one of its actions at least finds a way.
    """

    workflow: str
    customer: str
    matches: bool
    conditions: tuple[Judged, ...]
    gates: tuple[Gate, ...]
    needs: tuple[str, ...]
    acts: bool


def explain(
    environment: Environment, workflow: Workflow, customer: int, object_id: int | None = None
) -> Explained:
    """Explain one workflow for one customer, or one task of his, as if its time had come."""
    (plan,) = shown_plans(environment, [workflow])
    fields = catalogue(environment.project.settings, plan.query.family)
    values = _read(environment, plan, customer, object_id, _named(workflow), fields).values
    subject = _read(environment, plan, customer, object_id, _acted_on(plan), plan.readable)
    conditions = (
        *_judged(plan, "filter", workflow.filter, values, fields),
        *_judged(plan, "trigger", workflow.trigger.conditions, values, fields),
    )
    asked = (plan.query.condition, values, fields, plan.query.clock)
    gates, ways = list(_gates(environment, plan, subject)), list(_ways(environment, plan, subject))
    acts = holds(*asked) and all(gate.passes for gate in gates) and _finds_a_way(ways)
    gates += [gate for way in ways for gate in way]
    pid, lacking = str(subject.values["pid"]), tuple(needs(*asked))
    return Explained(workflow.id, pid, holds(*asked), conditions, tuple(gates), lacking, acts)


def _read(
    environment: Environment,
    plan: Plan,
    customer: int,
    object_id: int | None,
    names: Sequence[str],
    fields: Catalogue,
) -> Customer:
    if object_id is None:
        return environment.store.customers.read(customer, names)
    known = {**fields, _LUNAR.name: _LUNAR}
    found = environment.store.records.read(plan.query.family, object_id, names, known)
    return found or Customer(customer, {})


def _named(workflow: Workflow) -> list[str]:
    """Return the fields that are tested, as the store has them."""
    named = (test for test in tests(workflow.condition) if not is_of_event(test))
    return sorted({name for test in named for name in looked_at(test)})


def _acted_on(plan: Plan) -> list[str]:
    return sorted({*plan.query.fields, "kind"})


def _judged(
    plan: Plan, where: str, condition: Condition, values: Mapping[str, Any], fields: Catalogue
) -> Iterator[Judged]:
    clock = plan.query.clock
    for test in tests(condition):
        if test.field not in fields:
            yield Judged(where, test.field, None, True)
            continue
        field = fields[test.field]
        if presumed(test) != test:  # it is taken to hold, whatever the value is by now
            have, held = values.get(test.field), True
        else:
            have, held = value_of(test, values, clock), holds(test, values, fields, clock)
        yield Judged(where, sentence(test, field), shown_value(have, field.kind, clock), held)


def _gates(environment: Environment, plan: Plan, customer: Customer) -> Iterator[Gate]:
    workflow = plan.workflow
    kind = customer.values["kind"]
    yield Gate("object", kind in plan.query.kinds, _("the customer is a {kind}").format(kind=kind))
    said = _("the workflow is enabled") if workflow.enabled else _("the workflow is disabled")
    yield Gate("enabled", workflow.enabled, said)
    number = customer.acted_on
    acted = environment.store.runs.acted(workflow.id, number)
    if workflow.trigger.moment in SCHEDULED:
        yield _occasion(plan, acted)
    else:
        yield _loop(environment, plan, number)
    yield _repeat(plan, acted)
    if workflow.enabled and workflow.trigger.moment in SCHEDULED:
        why = walk(environment, plan, nobody).refused
        yield Gate("guard", why is None, why or _("the plan is not refused as a whole"))


def _loop(environment: Environment, plan: Plan, number: int) -> Gate:
    """Tell where the last change came from; as if it had just happened, nothing is in the way."""
    chain = environment.store.events.chain(plan.query.family, number)
    if firing(plan.workflow.id, plan.query.family, number) in chain:
        return Gate("loop", True, _("the last change was its own, which it doesn't answer again"))
    if len(chain) >= DEEPEST_CHAIN:
        return Gate("loop", True, _("the last change ended a chain of {n}").format(n=len(chain)))
    return Gate("loop", True, _("it did not cause the last change itself"))


def _occasion(plan: Plan, acted: Sequence[tuple[str, str]]) -> Gate:
    now = plan.occasion in dict(acted)
    why = _("it acted on {occasion} already") if now else _("it has not acted on {occasion} yet")
    return Gate("occasion", not now, why.format(occasion=plan.occasion))


def _repeat(plan: Plan, acted: Sequence[tuple[str, str]]) -> Gate:
    since, repeat = plan.query.acted_since, plan.workflow.repeat
    before = [name for name, at in acted if since is not None and at >= since]
    if before and plan.occasion not in dict(acted):
        text = _("repeat is {repeat}, and it acted on {occasion}")
        return Gate("repeat", False, text.format(repeat=repeat, occasion=before[-1]))
    return Gate("repeat", True, _("repeat is {repeat}").format(repeat=repeat))


def _finds_a_way(ways: Sequence[Sequence[Gate]]) -> bool:
    """Say whether something would be done; what is all so already is in nobody's way."""
    return not ways or any(all(gate.passes for gate in way) for way in ways)


def _ways(environment: Environment, plan: Plan, customer: Customer) -> Iterator[list[Gate]]:
    """Yield what stands in the way of each thing that the workflow would do."""
    turns = Turns(environment.project.settings, environment.store.turns.last())
    for outcome in plan.step(customer, turns).outcomes:
        yield list(_way(environment, plan.context.clock, customer.id, outcome))


def _way(environment: Environment, clock: Clock, customer: int, outcome: Outcome) -> Iterator[Gate]:
    """Say whether an action finds a way, and whether its message may leave and has a provider."""
    gate = f"{outcome.action} {outcome.index}"
    what = outcome.what
    to_staff = what.to_staff if isinstance(what, Send | Skip) else None
    if isinstance(what, Skip):
        yield Gate(gate, False, reason_sentence(what.reason), to_staff=to_staff)
        return
    yield Gate(gate, True, _("nothing is in its way"), to_staff=to_staff)
    if not isinstance(what, Send):
        return
    if to_staff is None:
        passes, why = _policy(environment, clock, Addressee(customer, what.recipient), what)
        yield Gate("policy", passes, why, of=gate)
    passes, why = _provider(environment, what)
    yield Gate("provider", passes, why, of=gate, to_staff=to_staff)


def _policy(
    environment: Environment, clock: Clock, addressee: Addressee, send: Send
) -> tuple[bool, str]:
    """Say whether policy would let a message leave at its time; one put off is not stopped."""
    sort, then = (send.channel, send.purpose), clock.by(send.send_at)
    standing = standing_of(environment, environment.clock, addressee, sort)
    policy = environment.project.settings.policy
    leave_by = clock.stored(send.leave_by) if send.leave_by else None
    decision = leave(sort, send.to_staff, standing, policy, then, leave_by=leave_by)
    if isinstance(decision, Drop):
        return False, reason_sentence(decision.reason)
    if isinstance(decision, Defer):
        text = _("{reason}, until {time}")
        return True, text.format(reason=reason_sentence(decision.reason), time=_at(decision.until))
    if then.now == environment.clock.now:
        return True, _("it may leave now")
    return True, _("it may leave at its time, {time}").format(time=_at(then.now))


def _at(moment: dt.datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"


def _provider(environment: Environment, send: Send) -> tuple[bool, str]:
    """Say whether the provider of a message can send it."""
    settings, stops = environment.project.settings, environment.store.outbox.stops()
    found = hindrance(settings, stops, send.channel, send.provider, send.page)
    account = settings.account(send.channel, send.provider)
    if found is None:
        return True, _("it goes through {provider}").format(provider=account.id if account else "")
    if account is None:
        return False, found.why
    return False, _("{provider} is stopped: {why}").format(provider=account.id, why=found.why)
