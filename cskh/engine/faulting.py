"""Faulting: why a test fails, in words that a person can act on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.expecting import Compared, Done, Unlike, concerns, number_of, unlike, without
from cskh.engine.explaining import Explained, explain
from cskh.engine.giving import customer_number, record_number
from cskh.engine.valuing import Unfit
from cskh.language import _
from cskh.model.cases import Expected
from cskh.model.catalogues import family_of
from cskh.model.effects import Change, Effect, Send, Skip
from cskh.model.reasons import sentence
from cskh.model.workflow import SCHEDULED, Workflow
from cskh.rules.wording import said

# What says nothing about a test: all workflows are enabled there, and policy doesn't count.
_SILENT_GATES = ("enabled", "policy", "occasion")


def fault(environment: Environment, workflow: Workflow, compared: Compared, ran: int) -> str:
    """Return what was expected and not done, and why; and what was done and not expected."""
    near = _nearest(compared)
    lines: list[str] = []
    for n, entry in enumerate(compared.missing):
        if n in near:
            lines += _otherwise(entry, near[n])
        else:
            text = _("{who}: {action} was expected and not done.")
            lines.append(text.format(who=_who(entry), action=_shown(entry.action, entry.what)))
            if not ran and workflow.trigger.moment in SCHEDULED:
                lines.append(
                    "  " + _("The workflow's time did not come: let time go by (advance).")
                )
                continue
            lines += [f"  {reason}" for reason in _reasons(environment, workflow, compared, entry)]
    taken = {id(done) for done in near.values()}
    for done in compared.surplus:
        if id(done) not in taken:
            text = _("{who}: {action} was done and not expected.")
            lines.append(text.format(who=_of(done, workflow), action=_told(done)))
    return "\n".join(lines)


def _nearest(compared: Compared) -> dict[int, Done]:
    """Return for expectations the effect that was probably meant: the one with the least unlike."""
    pairs = sorted(
        (len(unlike(entry, done)), n, m)
        for n, entry in enumerate(compared.missing)
        for m, done in enumerate(compared.surplus)
        if concerns(entry, done)
    )
    near: dict[int, Done] = {}
    taken: set[int] = set()
    for _count, n, m in pairs:
        if n not in near and m not in taken:
            near[n] = compared.surplus[m]
            taken.add(m)
    return near


def _otherwise(entry: Expected, done: Done) -> Iterator[str]:
    text = _("{who}: {action} is otherwise than expected (- expected, + done):")
    yield text.format(who=_who(entry), action=entry.action)
    for each in unlike(entry, done):
        yield from _difference(each)


def _difference(each: Unlike) -> Iterator[str]:
    yield f"  {each.name}"
    for mark, value in (("-", each.wanted), ("+", each.have)):
        first, *more = _value(value).split("\n")
        yield f"    {mark} {first}"
        yield from (f"      {line}" for line in more)


def _reasons(
    environment: Environment, workflow: Workflow, compared: Compared, entry: Expected
) -> Iterator[str]:
    skips = [done.what for done in compared.skipped if concerns(entry, done)]
    if skips:
        for skip in skips:
            if isinstance(skip, Skip):
                yield _("It was skipped: {reason}.").format(reason=sentence(skip.reason))
        return
    try:
        explained = _explained(environment, workflow, entry)
    except Unfit as unfit:
        yield str(unfit)
        return
    yield from _explanation(explained, workflow)


def _explained(environment: Environment, workflow: Workflow, entry: Expected) -> Explained:
    """Explain the workflow for the one who is meant, as things stand when the test ends."""
    family, number = family_of(workflow.object), number_of(entry)
    if family == "customer":
        return explain(environment, workflow, customer_number(environment, entry.customer))
    if entry.customer is None:
        return explain(environment, workflow, 0, record_number(environment, family, number))
    id_ = customer_number(environment, entry.customer)
    owned = environment.store.records.of(id_, family)
    if number not in (owned if number is not None else (None,)) or not owned:
        text = (
            _("{customer} has no {object} of that number.")
            if number
            else _("{customer} has no {object}.")
        )
        raise Unfit(text.format(customer=entry.customer, object=family))
    return explain(environment, workflow, id_, number or owned[0])


def _explanation(explained: Explained, workflow: Workflow) -> Iterator[str]:
    """Say which conditions don't hold and what stops it; else that nothing set it off."""
    found = False
    for judged in explained.conditions if not explained.matches else ():
        if not judged.holds:
            found = True
            is_set = judged.actual not in (None, ())
            text = _("{condition}: it is {value}") if is_set else _("{condition}: it is not set")
            yield "✗ " + text.format(condition=judged.text, value=_read(judged.actual))
    for gate in explained.gates:
        if not gate.passes and gate.gate not in _SILENT_GATES:
            found = True
            yield f"✗ {gate.gate}: {gate.why}"
    if not found:
        yield (
            _("The conditions hold: the action had nothing to do, or it was done already.")
            if (workflow.trigger.moment in SCHEDULED)
            else _("The conditions hold: nothing happened that the workflow waits for.")
        )


def _read(actual: Any) -> str:
    """Return a customer's value as people read it; times as they are written in a test."""
    if isinstance(actual, str) and len(actual) > len("2026-12-31T10:00"):
        with suppress(ValueError):
            return f"{dt.datetime.fromisoformat(actual):%Y-%m-%d %H:%M}"
    return said(actual)


def _who(entry: Expected) -> str:
    named = {"task": entry.task, "ticket": entry.ticket, "opportunity": entry.opportunity}
    words = [f"{name} {number}" for name, number in named.items() if number is not None]
    return " ".join([str(entry.customer), *words] if entry.customer is not None else words)


def _of(done: Done, workflow: Workflow) -> str:
    number = done.step.object_id
    return done.step.pid if number is None else f"{done.step.pid} {workflow.object} {number}"


def _told(done: Done) -> str:
    """Return an effect as an expectation would be written."""
    return _shown(done.outcome.action, _effect(done.what))


def _effect(effect: Effect | Skip) -> Mapping[str, Any]:
    match effect:
        case Send():
            staff = {"to": {"staff": effect.to_staff}} if effect.to_staff else {}
            subject = {"subject": effect.subject} if effect.subject else {}
            return {**staff, **subject, "content": effect.content}
        case Change():
            return dict(_changes(effect))
        case _:
            made: Mapping[str, Any] = getattr(effect, "values", {})
            shown = {name: value for name, value in made.items() if name != "customer_id"}
            return {name: value for name, value in shown.items() if value is not None}


def _changes(change: Change) -> Iterator[tuple[str, Any]]:
    for name, (old, new) in change.fields.items():
        if name != "tags":
            yield name, new
            continue
        for word, tags in (("add_tags", without(new, old)), ("remove_tags", without(old, new))):
            if tags:
                yield word, tags


def _shown(action: str, what: Mapping[str, Any]) -> str:
    inner = ", ".join(f"{name}: {_value(value)}" for name, value in what.items())
    return f"{action} {{{inner}}}" if inner else action


def _value(value: Any) -> str:
    """Return a value as YAML people would write it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
