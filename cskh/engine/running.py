"""Running: what is due is planned and committed, one workflow on one occasion at a time."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cskh.edge.processes import uncollected
from cskh.engine.audience import once, walk_audience
from cskh.engine.environment import Environment
from cskh.engine.permitting import permitted
from cskh.engine.planning import Plan, Tally, Watch, batches, plan
from cskh.errors import Refused
from cskh.language import _
from cskh.model.clock import Clock, Span, from_text
from cskh.model.effects import Step
from cskh.model.workflow import SCHEDULED, Moment, Workflow
from cskh.policy.assignment import Turns
from cskh.policy.guards import refusal
from cskh.rules.moments import Slot, as_if_due, catch_up_span, is_due, latest_slot
from cskh.store.values import Stamp

log = logging.getLogger("cskh")


@dataclass(frozen=True, slots=True)
class Walked:
    """A plan that has been walked to its end: committed, only looked at, or refused and why.

    The same refusal comes up again and again while its events wait: only once `is_news`.
    """

    plan: Plan
    digest: str
    tally: Tally
    refused: str | None = None
    is_news: bool = True


class Overtaken(Exception):
    """Somebody else has dealt with the events that a plan answers."""


class _TooFar(Exception):
    """A guard refuses the plan whose transaction this ends."""

    def __init__(self, walked: Walked) -> None:
        self.walked = walked


def due_plans(environment: Environment, moments: Container[Moment]) -> list[Plan]:
    """Return the plans of the scheduled workflows whose slot has come and is not done yet."""
    seen = environment.store.runs.seen()
    plans = []
    for workflow in environment.project.workflows.values():
        if not workflow.enabled or workflow.trigger.moment not in moments:
            continue
        slot = latest_slot(workflow.trigger, environment.clock)
        if _is_open(environment, workflow, slot, seen.get(workflow.id)):
            judged_at = Clock.at(slot.at, environment.clock.zone)
            plans.append(_plan(environment, workflow, slot, judged_at))
    return plans


def _is_open(environment: Environment, workflow: Workflow, slot: Slot, since: str | None) -> bool:
    """Say whether a slot may still run, and has not."""
    seen_since = from_text(since) if since else None
    if not is_due(slot, environment.clock, _catch_up(environment, workflow), seen_since):
        return False
    return not environment.store.runs.is_done(workflow.id, slot.occasion)


def shown_plans(environment: Environment, workflows: Iterable[Workflow]) -> list[Plan]:
    """Return the plans of workflows as if their time had come, or what they wait for happened."""
    return [_shown(environment, workflow) for workflow in workflows]


def _shown(environment: Environment, workflow: Workflow) -> Plan:
    if workflow.trigger.moment not in SCHEDULED:
        clock = environment.clock
        return plan(workflow, "event:*", clock, environment.context, environment.store.dialect)
    slot, judged_at = as_if_due(workflow.trigger, environment.clock)
    return _plan(environment, workflow, slot, judged_at)


def remember(environment: Environment) -> None:
    """Note which workflows a run has now seen; one that was disabled is new when it is back."""
    workflows = environment.project.workflows.values()
    enabled = [workflow.id for workflow in workflows if workflow.enabled]
    known = environment.store.runs.seen()
    gone = [id_ for id_ in known if id_ not in enabled]
    at = environment.clock.stamp
    environment.store.runs.see(enabled, gone, at)


def walk(environment: Environment, plan: Plan, watch: Watch) -> Walked:
    """Look at everything that a plan does, without doing any of it."""
    tally = Tally()
    with environment.store.snapshot(), uncollected():
        for batch in batches(tally.watch(_steps(environment, plan, _turns(environment)))):
            watch(plan, batch)
    return Walked(plan, tally.digest(plan), tally, _refusal(environment, plan, tally))


def commit(
    environment: Environment, plan: Plan, watch: Watch, accepted: Sequence[str] = ()
) -> Walked:
    """Do everything that a plan does, in one transaction, or nothing if a guard refuses it.

    With digests in `accepted`, guards are lifted and the plan must be one of them. Raises
    Overtaken if somebody else answered the plan's events meanwhile.
    """
    store = environment.store
    at = environment.clock.stamp
    stamp = Stamp(cause=f"workflow:{plan.workflow.id}", actor=environment.actor, at=at)
    tally = Tally()
    try:
        with store.writing():
            _answer(environment, plan)
            due = plan.query.clock
            slot_at = due.stamp
            turns = _turns(environment)
            run = store.runs.start(plan.workflow.id, plan.occasion, at, slot_at)
            # The snapshot is taken while nobody else can write: it is what the plan changes.
            with store.snapshot(), uncollected():
                for batch in batches(tally.watch(_steps(environment, plan, turns))):
                    store.runs.add(run, batch, stamp)
                    watch(plan, batch)
            store.turns.take(turns.taken)
            walked = Walked(plan, tally.digest(plan), tally)
            _judge(environment, walked, accepted)
            store.runs.finish(run, walked.digest, tally.matched, tally.acted)
    except _TooFar as too_far:
        told = (plan.workflow.id, plan.occasion, too_far.walked.digest, tally.matched, at)
        walked = replace(too_far.walked, is_news=store.runs.refused(*told))
    _log(walked)
    return walked


def _answer(environment: Environment, plan: Plan) -> None:
    """Note that a workflow has dealt with its events, in the transaction that does so."""
    heard = plan.query.heard
    events = environment.store.events
    if heard and not events.advance(plan.workflow.id, heard.after, heard.upto):
        raise Overtaken(plan.workflow.id)


def _log(walked: Walked) -> None:
    extra = {
        "workflow": walked.plan.workflow.id,
        "occasion": walked.plan.occasion,
        "digest": walked.digest,
        "matched": walked.tally.matched,
        "acted": walked.tally.acted,
    }
    if walked.refused:
        log.warning("refused", extra=extra | {"acted": 0, "why": walked.refused})
    else:
        log.info("done", extra=extra)


def check_accepted(
    environment: Environment, plans: Sequence[Plan], accepted: Sequence[str]
) -> list[Plan]:
    """Return the plans that were accepted; raises Refused if one would no longer be done so."""
    by_digest = {walk(environment, plan, nobody).digest: plan for plan in plans}
    if stale := [digest for digest in accepted if digest not in by_digest]:
        message = _("{digest} is not what would be done now: nothing was done.")
        hint = _("Look at the plan again with cskh dry-run, or wait until it is due.")
        raise Refused(message.format(digest=", ".join(stale)), hint)
    return [by_digest[digest] for digest in dict.fromkeys(accepted)]


def nobody(_plan: Plan, _steps: Sequence[Step]) -> None:
    """Watch nothing."""


def _judge(environment: Environment, walked: Walked, accepted: Sequence[str]) -> None:
    if accepted:
        why = None if walked.digest in accepted else _("The plan has changed.")
    else:
        why = _refusal(environment, walked.plan, walked.tally)
    if why is not None:
        raise _TooFar(Walked(walked.plan, walked.digest, walked.tally, why))


def _refusal(environment: Environment, plan: Plan, tally: Tally) -> str | None:
    guard = environment.project.settings.policy.guard
    base = environment.store.customers.count(plan.query.kinds) if guard.max_percent else 0
    return refusal(tally.people, base, guard)


def _steps(environment: Environment, plan: Plan, turns: Turns) -> Iterator[Step]:
    if plan.campaign is not None:
        return walk_audience(environment, plan, once())
    find = environment.store.customers.matching
    steps = plan.steps(find(plan.statement, plan.query.fields, plan.readable), turns)
    return permitted(environment, plan.context.clock, steps)


def _turns(environment: Environment) -> Turns:
    """Return whose turn it is now; who writes holds the store meanwhile."""
    return Turns(environment.project.settings, environment.store.turns.last())


def _catch_up(environment: Environment, workflow: Workflow) -> Span:
    return catch_up_span(workflow.catch_up or environment.project.settings.catch_up)


def _plan(environment: Environment, workflow: Workflow, slot: Slot, judged_at: Clock) -> Plan:
    """Plan a slot; what is shown before its time goes out as if the time had come."""
    has_come = environment.clock.has_come(judged_at.now)
    acting_at = environment.clock if has_come else judged_at
    context = replace(environment.context, clock=acting_at)
    return plan(workflow, slot.occasion, judged_at, context, environment.store.dialect)
