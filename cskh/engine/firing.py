"""Firing: workflows answer what happened, in sets, until nothing more happens.

Each workflow has its own place in the log of events, moved in the transaction that does what
the workflow does: an event is answered once, whatever is killed or run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cskh.engine.environment import Environment
from cskh.engine.planning import Plan, plan
from cskh.model.workflow import SCHEDULED, Workflow
from cskh.rules.query import heard

Attempt = Callable[[Plan], object]


def fire(environment: Environment, attempt: Attempt) -> None:
    """Attempt the plans of all that waits, again and again: what they change is answered too.

    A plan that makes no headway (a guard refuses it, it has a bug) is left for another time.
    """
    stuck: set[str] = set()
    while plans := [each for each in waiting_plans(environment) if each.workflow.id not in stuck]:
        for each in plans:
            attempt(each)
        places = environment.store.events.heard()
        stuck |= {each.workflow.id for each in plans if places[each.workflow.id] == _after(each)}


def _after(plan: Plan) -> int | None:
    return plan.query.heard.after if plan.query.heard else None


def waiting_plans(environment: Environment) -> list[Plan]:
    """Return a plan for each workflow that has events to answer; pass over those of no concern."""
    events, places = environment.store.events, environment.store.events.heard()
    last = events.last()
    found: list[Plan] = []
    idle: list[Plan] = []
    for workflow in _listening(environment):
        after = places.get(workflow.id, last)
        if after < last:
            whole = _plan(environment, workflow, after, last)
            upto = _until_twice(environment, whole)
            found += [_plan(environment, workflow, after, upto)] if upto else []
            idle += [] if upto else [whole]
    if idle:
        _pass_over(environment, idle)
    return found


def _pass_over(environment: Environment, plans: list[Plan]) -> None:
    with environment.store.writing():
        for each in plans:
            if asked := each.query.heard:
                environment.store.events.advance(each.workflow.id, asked.after, asked.upto)


def _until_twice(environment: Environment, plan: Plan) -> int | None:
    """Return how far a plan's events go before an object comes up again; None if none does.

    Were it there twice, it would be judged by what it was before the first time.
    """
    find, heard = environment.store.customers.matching, plan.query.heard
    seen: set[int] = set()
    with environment.store.snapshot():
        for customer in find(plan.statement, plan.query.fields, plan.readable):
            if customer.acted_on in seen:
                return (customer.event_id or 1) - 1
            seen.add(customer.acted_on)
    return heard.upto if heard and seen else None


def _listening(environment: Environment) -> Iterator[Workflow]:
    for workflow in environment.project.workflows.values():
        if workflow.enabled and workflow.trigger.moment not in SCHEDULED:
            yield workflow


def _plan(environment: Environment, workflow: Workflow, after: int, upto: int) -> Plan:
    occasion = f"event:{upto}" if upto == after + 1 else f"event:{after + 1}-{upto}"
    answers = heard(workflow, after, upto)
    clock, context = environment.clock, environment.context
    return plan(workflow, occasion, clock, context, environment.store.dialect, answers)
