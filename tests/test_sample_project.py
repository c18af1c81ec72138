"""The sample project in workflows/: it lints clean, and its workflows do what their tests say."""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cskh.engine.project import load
from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition
from cskh.model.effects import Change, Send
from cskh.model.fields import Kind, customer_fields
from cskh.model.workflow import Workflow
from cskh.rules.operators import OPERATORS, asked

ROOT = Path(__file__).parent.parent / "workflows"
PROJECT = load(ROOT, {})
CASES = [
    pytest.param(workflow, case, id=f"{workflow.id}: {case['name']}")
    for workflow in PROJECT.workflows.values()
    for case in workflow.tests
]


def test_the_sample_project_has_no_problems() -> None:
    assert PROJECT.problems == ()
    assert len(PROJECT.workflows) >= 5


@pytest.mark.parametrize("workflow, case", CASES)
def test_the_sample_workflows_do_what_they_say(workflow: Workflow, case: dict[str, Any]) -> None:
    now = dt.datetime.fromisoformat(case["now"])
    clock = Clock.at(now, ZoneInfo(PROJECT.settings.timezone))
    done = [
        (given["pid"], effect)
        for given in case["given"]
        for effect in _effects(workflow, _customer(given, clock), clock)
    ]
    assert len(done) == len(case["expect"])
    for (pid, effect), expected in zip(done, case["expect"], strict=True):
        assert expected["customer"] == pid
        if isinstance(effect, Send):
            assert expected["send_sms"].items() <= {"content": effect.content}.items()
        else:
            assert isinstance(effect, Change) and _fits(expected["update"], effect)


def _fits(expected: dict[str, Any], change: Change) -> bool:
    new = {name: pair[1] for name, pair in change.fields.items()}
    wanted = expected | expected.get("fields", {})
    tags = wanted.pop("add_tags", [])
    wanted.pop("fields", None)
    return set(tags) <= set(new.get("tags", ())) and wanted.items() <= new.items()


def _effects(workflow: Workflow, customer: Customer, clock: Clock) -> list[Any]:
    kinds = {"customer": ("lead", "contact", "account")}.get(workflow.object, (workflow.object,))
    if customer.values["kind"] not in kinds or not _holds(workflow.condition, customer, clock):
        return []
    context = Context(settings=PROJECT.settings, clock=clock, templates=PROJECT.templates)
    return [each for action in workflow.actions for each in action.effects(customer, context)]


def _holds(condition: Condition, customer: Customer, clock: Clock) -> bool:
    if isinstance(condition, AllOf | AnyOf):
        inner = (_holds(member, customer, clock) for member in condition.members)
        return all(inner) if isinstance(condition, AllOf) else any(inner)
    question = asked(condition, FIELDS, clock)
    return OPERATORS[condition.operator].holds(customer.values[condition.field], question)


FIELDS = customer_fields(PROJECT.settings)


def _customer(given: dict[str, Any], clock: Clock) -> Customer:
    values: dict[str, Any] = dict.fromkeys(FIELDS) | {"tags": (), "phone_kind": "mobile"}
    for name, value in given.items():
        is_instant = FIELDS[name].kind is Kind.DATETIME
        values[name] = clock.stored(dt.datetime.fromisoformat(value)) if is_instant else value
    values["tags"] = tuple(sorted(values["tags"]))
    return Customer(1, values)
