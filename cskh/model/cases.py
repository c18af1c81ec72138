"""A workflow's own tests as values: what is given, what happens then, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from cskh.model.clock import Span
from cskh.model.shape import Pattern, Says, Size, Text

INSTANT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?([+-][0-9]{2}:[0-9]{2}|Z)?"
)
Number = Annotated[int, Size(least=1)]
# Who or what is meant when it is no customer: its number, in the order in which it appears.
NUMBERED: tuple[Literal["task", "ticket", "opportunity"], ...] = ("task", "ticket", "opportunity")
# What may be given of a customer beside the fields: what he agreed to, and what he refuses.
PERMISSIONS = ("consents", "opt_outs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happens:
    """One thing that happens in a test: exactly one of these."""

    add: Annotated[
        Mapping[str, Any] | None, Says("Somebody new, or with object: a task, a ticket, …")
    ] = None
    set: Annotated[Mapping[str, Any] | None, Says("Whom or what, and the fields that change")] = (
        None
    )
    event: Annotated[
        Mapping[str, Any] | None, Says("Something outside: its kind, whose it is, what it tells")
    ] = None
    advance: Annotated[Span | None, Says("How much time goes by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One action that must be done for somebody, and any part of what it does."""

    customer: Annotated[str | int | None, Says("The customer's code")] = None
    task: Annotated[Number | None, Says("The task's number in this test")] = None
    ticket: Annotated[Number | None, Says("The ticket's number in this test")] = None
    opportunity: Annotated[Number | None, Says("The opportunity's number in this test")] = None
    action: str
    what: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test: with these customers at this time, just what is expected must be done."""

    name: Annotated[Text, Says("What must be so, in a few words")]
    now: Annotated[
        Annotated[str, Pattern(INSTANT, "2026-12-01T10:00")] | None,
        Says("The time on the wall when the test begins"),
    ] = None
    given: Annotated[
        tuple[Mapping[str, Any], ...], Says("Customers; with object: tasks, tickets, …")
    ] = ()
    when: Annotated[
        tuple[Happens, ...],
        Says("What happens then, step by step; without it the workflow's time has just come"),
    ] = ()
    expect: Annotated[
        tuple[Expected, ...], Says("All that must be done; anything else fails the test")
    ]
