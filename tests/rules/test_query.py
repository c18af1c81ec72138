from typing import Any

import pytest

from cskh.model.clock import Clock, Span
from cskh.model.conditions import AllOf
from cskh.model.conditions import Test as Leaf
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.rules.query import query
from tests.sample import at

NAMED, CALLED = Leaf("name", "empty", False), Leaf("phone", "empty", False)


def workflow(**parts: Any) -> Workflow:
    trigger = Trigger(moment=Moment.DAILY, at="10:00", conditions=CALLED)
    made = {"id": "w", "name": "W", "object": "customer", "actions": (), "trigger": trigger}
    return Workflow(**{**made, **parts})


def test_filter_and_conditions_are_asked_together(clock: Clock) -> None:
    asked = query(workflow(filter=AllOf((NAMED,))), "daily:2026-12-01", ["name"], clock)
    assert asked.condition == AllOf((AllOf((NAMED,)), CALLED))
    assert asked.fields == ("name", "pid")
    assert (asked.workflow, asked.occasion, asked.clock) == ("w", "daily:2026-12-01", clock)


@pytest.mark.parametrize(
    ("object_", "kinds"),
    [("customer", ("lead", "contact", "account")), ("lead", ("lead",)), ("account", ("account",))],
)
def test_a_customer_is_any_of_the_three_kinds(
    object_: str, kinds: tuple[str, ...], clock: Clock
) -> None:
    assert query(workflow(object=object_), "o", [], clock).kinds == kinds


@pytest.mark.parametrize(
    ("repeat", "now", "since"),
    [
        ("always", "2026-12-31T10:00", None),
        ("once", "2026-12-31T10:00", ""),
        # Acted on the 1st, free again on the 31st: what happened before the 2nd began is over.
        (Span(30, "days"), "2026-12-31T00:00", "2026-12-01T17:00:00Z"),
        (Span(30, "days"), "2026-12-31T23:59", "2026-12-01T17:00:00Z"),
        (Span(1, "months"), "2026-03-31T10:00", "2026-02-28T17:00:00Z"),
        # Acted at ten, free again at ten.
        (Span(24, "hours"), "2026-12-31T10:00", "2026-12-30T03:00:01Z"),
    ],
)
def test_repeat_says_which_earlier_actions_stand_in_the_way(
    repeat: Any, now: str, since: str | None
) -> None:
    assert query(workflow(repeat=repeat), "o", [], at(now)).acted_since == since
