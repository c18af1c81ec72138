"""Planning: what a workflow does on one occasion, as a value, before anything happens."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from cskh.engine.handing import handed_out
from cskh.model.acting import Context, Customer
from cskh.model.catalogues import catalogue, event_fields, family_of
from cskh.model.catalogues import readable as catalogue_to_read
from cskh.model.clock import Clock, to_text
from cskh.model.effects import (
    DEEPEST_CHAIN,
    Add,
    Chain,
    Change,
    Effect,
    Outcome,
    Send,
    Skip,
    Step,
    firing,
)
from cskh.model.fields import Catalogue, Field, Kind
from cskh.model.workflow import Workflow
from cskh.policy.assignment import Turns
from cskh.rules.dialect import Dialect
from cskh.rules.query import Heard, Members, Query, query
from cskh.rules.sql import Statement, statement

SAMPLES = 3
_STEPS_AT_ONCE = 1000
# What an instant is stored in: it comes to another one each time.
_TIMES = ("_at", "_by", "_since")


@dataclass(frozen=True, slots=True)
class Plan:
    """One workflow on one occasion: who is asked for, and the world its actions see.

    dry-run prints the steps of the same plan that run commits. `readable` are the fields that
    are read, by name; `unknown` stands for what an event would tell that hasn't happened. Of a
    `campaign` the workflow is only a stand-in.
    """

    workflow: Workflow
    query: Query
    statement: Statement
    context: Context
    readable: Catalogue
    campaign: str | None = None
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def occasion(self) -> str:
        """Return the firing's name."""
        return self.query.occasion

    def steps(self, customers: Iterable[Customer], turns: Turns) -> Iterator[Step]:
        """Yield what is done about each object, in the order given; work is handed out by turns."""
        if self.query.family != "customer":
            return self._one_by_one(customers, turns)
        return (self.step(customer, turns) for customer in customers)

    def _one_by_one(self, customers: Iterable[Customer], turns: Turns) -> Iterator[Step]:
        """Yield steps of which each sees what those before it did about the same customer."""
        known: dict[int, dict[str, Any]] = defaultdict(dict)
        for customer in customers:
            now = replace(customer, values={**customer.values, **known[customer.id]})
            step = self.step(now, turns)
            yield step
            for outcome in step.outcomes:
                if not isinstance(outcome.what, Skip):
                    now = now.after(outcome.what)
            # What is the task's own is another one's next time; the rest is the customer's.
            own = (f"{self.query.family}.", "event.")
            still = ((name, new) for name, new in now.values.items() if not name.startswith(own))
            known[customer.id].update(still)

    def step(self, customer: Customer, turns: Turns) -> Step:
        """Let the actions follow each other: each sees what those before it changed."""
        pid, number, event = str(customer.values["pid"]), customer.object_id, customer.event_id
        outcomes = tuple(self._outcomes(customer, turns))
        return Step(customer.id, pid, outcomes, number, event, self._chain(customer))

    def _outcomes(self, customer: Customer, turns: Turns) -> Iterator[Outcome]:
        if len(customer.chain) >= DEEPEST_CHAIN:
            yield Outcome(0, self.workflow.actions[0].name, Skip(reason="too_deep"))
            return
        if self.unknown:
            customer = replace(customer, values={**customer.values, **self.unknown})
        for index, action in enumerate(self.workflow.actions):
            for what in action.effects(customer, self.context):
                if isinstance(what, Add):
                    what = self._given(what, f"{customer.event_id or ''}|{index}", customer, turns)
                yield Outcome(index, action.name, what)
                if isinstance(what, Change | Add):
                    customer = customer.after(what)

    def _given(self, add: Add, place: str, customer: Customer, turns: Turns) -> Add | Skip:
        """Give new work to whoever's turn it is, and its deadlines."""
        seed = f"{self.occasion}|{self.query.family}:{customer.acted_on}|{place}"
        return handed_out(add, turns, seed, self.context)

    def _chain(self, customer: Customer) -> Chain:
        """Return the firings that lead to what this one changes."""
        link = firing(self.workflow.id, self.query.family, customer.acted_on)
        return (*customer.chain, link)


def plan(
    workflow: Workflow,
    occasion: str,
    judged_at: Clock,
    context: Context,
    dialect: Dialect,
    about: Heard | Members | None = None,
) -> Plan:
    """Put together a workflow's plan; conditions are judged at one time, messages go by another.

    One that waits for something is planned as if it had just happened to every object, unless
    it is `about` events. A campaign is about its members.
    """
    family, event = family_of(workflow.object), workflow.trigger.event
    context = replace(context, family=family, event=event)
    named = catalogue(context.settings, family)
    tells = event_fields(event)
    read = frozenset[str]().union(*(action.reads(context) for action in workflow.actions))
    pages = workflow.trigger.pages or tuple(page.id for page in context.settings.pages)
    unheard = () if about else read & tells.keys()
    unknown = {name: _stand_in(tells[name], pages) for name in unheard}
    asked = query(workflow, occasion, read - unknown.keys(), judged_at, about)
    readable = catalogue_to_read(context.settings, family, event)
    made = statement(asked, {**named, **tells}, dialect, readable)
    return Plan(workflow, asked, made, context, readable, unknown=unknown)


def is_stand_in(text: str) -> bool:
    """Say whether a text stands for something that only the event will tell."""
    return text.startswith("<") and text.endswith(">")


def _stand_in(field: Field, pages: Sequence[str]) -> Any:
    """Return what stands for something that an event would tell: a page is one that may be."""
    if field.own_name == "page" and pages:
        return pages[0]
    return 0 if field.kind is Kind.MONEY else f"<{field.own_name}>"


Watch = Callable[[Plan, Sequence[Step]], None]


def batches(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield steps in batches that memory holds."""
    reading = iter(steps)
    while batch := list(islice(reading, _STEPS_AT_ONCE)):
        yield batch


@dataclass(slots=True)
class Tally:
    """What a plan adds up to, counted while its steps go by.

    `skipped` counts by reason, `of_staff` those among them that were for a staff member, by reason
    and id.
    """

    matched: int = 0
    acted: int = 0
    people: int = 0
    messages: int = 0
    parts: int = 0
    price: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    of_staff: Counter[tuple[str, str]] = field(default_factory=Counter)
    samples: list[tuple[str, Send]] = field(default_factory=list)
    _hash: Any = field(default_factory=hashlib.sha256)

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Pass steps on and count them."""
        for step in steps:
            self._count(step)
            yield step

    def skips(self) -> Iterator[tuple[str, str | None, int]]:
        """Yield each reason, the staff member whom the messages were for (None: not), how many."""
        for reason, n in sorted(self.skipped.items()):
            staff = {who: k for (why, who), k in sorted(self.of_staff.items()) if why == reason}
            if others := n - sum(staff.values()):
                yield reason, None, others
            yield from ((reason, who, k) for who, k in staff.items())

    def digest(self, plan: Plan) -> str:
        """Return the name of exactly this plan: 16 hexadecimal digits."""
        whole = self._hash.copy()
        # Of events only those that are answered count, not how far the log went meanwhile.
        occasion = "event" if plan.query.heard else plan.occasion
        whole.update(json.dumps([plan.workflow.id, occasion]).encode())
        return str(whole.hexdigest()[:16])

    def _count(self, step: Step) -> None:
        self.matched += 1
        acts = reaches = False
        for outcome in step.outcomes:
            what = outcome.what
            if isinstance(what, Skip):
                self.skipped[what.reason] += 1
                if what.to_staff is not None:
                    self.of_staff[what.reason, what.to_staff] += 1
                continue
            acts = True
            self.actions[outcome.action] += 1
            if isinstance(what, Send):
                self._count_message(step.pid, what)
                reaches = reaches or what.to_staff is None
        self.acted += acts
        self.people += reaches
        self._hash.update(repr(essence(step)).encode())

    def _count_message(self, pid: str, send: Send) -> None:
        self.messages += 1
        self.parts += send.parts
        self.price += send.price
        if len(self.samples) < SAMPLES:
            self.samples.append((pid, send))


def essence(step: Step) -> list[Any]:
    """Return what makes a step itself: whom it is about, and what each action comes to."""
    return [*_whom(step), *((outcome.index, *_told(outcome.what)) for outcome in step.outcomes)]


def _whom(step: Step) -> list[Any]:
    named = (step.pid, step.object_id, step.event_id)
    return [each for each in named if each is not None]


def _told(what: Effect | Skip) -> tuple[Any, ...]:
    """Return what makes an effect itself; `+2h` is the same whenever it is planned."""
    match what:
        case Send():
            fixed = None if what.when.startswith("+") else what.send_at
            at = to_text(fixed) if fixed else what.when
            to = (what.channel.value, what.provider, what.recipient, what.to_staff, what.page)
            data = json.dumps(what.data, sort_keys=True) if what.data else ""
            said = (what.subject, what.content, data)
            return (*to, what.purpose.value, *said, what.parts, what.price, at)
        case Change():
            return tuple(sorted((name, repr(pair)) for name, pair in what.fields.items()))
        case Add():
            timeless = (pair for pair in what.values.items() if not pair[0].endswith(_TIMES))
            return (what.family, what.group, what.when, *timeless)
        case Skip():
            return (what.reason, what.to_staff)
