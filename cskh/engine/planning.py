"""Planning: what a workflow does on one occasion, as a value, before anything happens."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock, to_text
from cskh.model.effects import Change, Effect, Outcome, Send, Skip, Step
from cskh.model.fields import Catalogue
from cskh.model.workflow import Workflow
from cskh.policy.leaving import Drop, leave
from cskh.rules.dialect import Dialect
from cskh.rules.moments import Slot
from cskh.rules.query import Query, query
from cskh.rules.sql import Statement, statement

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """One workflow on one occasion: who is asked for, and the world its actions see.

    dry-run prints the steps of the same plan that run commits.
    """

    workflow: Workflow
    query: Query
    statement: Statement
    context: Context

    @property
    def occasion(self) -> str:
        """Return the firing's name."""
        return self.query.occasion

    def steps(self, customers: Iterable[Customer]) -> Iterator[Step]:
        """Yield what is done about each customer, in the order given."""
        return map(self.step, customers)

    def step(self, customer: Customer) -> Step:
        """Let the actions follow each other: each sees what those before it changed."""
        id_, pid = customer.id, str(customer.values["pid"])
        outcomes: list[Outcome] = []
        for index, action in enumerate(self.workflow.actions):
            for wanted in action.effects(customer, self.context):
                what = self._allowed(wanted)
                outcomes.append(Outcome(index, action.name, what))
                if isinstance(what, Change):
                    customer = customer.after(what)
        return Step(id_, pid, tuple(outcomes))

    def _allowed(self, wanted: Effect | Skip) -> Effect | Skip:
        """Return a message that policy would never let leave as a skip; it is judged again then."""
        if not isinstance(wanted, Send):
            return wanted
        policy = self.context.settings.policy
        decision = leave(wanted.purpose, wanted.to_staff, policy, self.context.clock)
        if not isinstance(decision, Drop):
            return wanted
        return Skip(
            reason=decision.reason,
            channel=wanted.channel,
            purpose=wanted.purpose,
            to_staff=wanted.to_staff,
        )


def plan(
    workflow: Workflow,
    slot: Slot,
    judged_at: Clock,
    context: Context,
    fields: Catalogue,
    dialect: Dialect,
) -> Plan:
    """Put together a workflow's plan; conditions are judged at one time, messages go by another."""
    read = frozenset().union(*(action.reads(context) for action in workflow.actions))
    asked = query(workflow, slot.occasion, read, judged_at)
    return Plan(workflow, asked, statement(asked, fields, dialect), context)


@dataclass(slots=True)
class Tally:
    """What a plan adds up to, counted while its steps go by."""

    matched: int = 0
    acted: int = 0
    people: int = 0
    messages: int = 0
    parts: int = 0
    price: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    samples: list[tuple[str, Send]] = field(default_factory=list)
    _hash: Any = field(default_factory=hashlib.sha256)

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Pass steps on and count them."""
        for step in steps:
            self._count(step)
            yield step

    def digest(self, plan: Plan) -> str:
        """Return the name of exactly this plan: 16 hexadecimal digits."""
        whole = self._hash.copy()
        whole.update(json.dumps([plan.workflow.id, plan.occasion]).encode())
        return str(whole.hexdigest()[:16])

    def _count(self, step: Step) -> None:
        self.matched += 1
        self.acted += step.acts
        sends = [outcome.what for outcome in step.outcomes if isinstance(outcome.what, Send)]
        self.people += any(send.to_staff is None for send in sends)
        for send in sends:
            self.messages += 1
            self.parts += send.parts
            self.price += send.price
        if len(self.samples) < SAMPLES:
            self.samples += [(step.pid, send) for send in sends][: SAMPLES - len(self.samples)]
        for outcome in step.outcomes:
            if isinstance(outcome.what, Skip):
                self.skipped[outcome.what.reason] += 1
            else:
                self.actions[outcome.action] += 1
        self._hash.update(repr(_essence(step)).encode())


def _essence(step: Step) -> list[Any]:
    return [step.pid, *((outcome.index, *_told(outcome.what)) for outcome in step.outcomes)]


def _told(what: Send | Change | Skip) -> tuple[Any, ...]:
    """Return what makes an effect itself; `+2h` is the same whenever it is planned."""
    match what:
        case Send():
            fixed = None if what.when.startswith("+") else what.send_at
            at = to_text(fixed) if fixed else what.when
            to = (what.channel.value, what.provider, what.recipient, what.to_staff)
            data = json.dumps(what.data, sort_keys=True) if what.data else ""
            said = (what.subject, what.content, data)
            return (*to, what.purpose.value, *said, what.parts, what.price, at)
        case Change():
            return tuple(sorted((name, repr(pair)) for name, pair in what.fields.items()))
        case Skip():
            return (what.reason, what.to_staff)
