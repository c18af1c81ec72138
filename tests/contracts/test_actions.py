"""What holds for every action, whatever it does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError, fields
from typing import Any, get_args

import pytest
import yaml

from cskh.actions import REGISTRY, discover
from cskh.model.acting import Customer
from cskh.model.effects import Add, Change, Effect, Skip
from cskh.spec import build
from cskh.spec.vocabulary import Registries
from tests.actions.worlds import VALUES, context
from tests.sample import FIELDS

ACTIONS = discover()
every_action = pytest.mark.parametrize("name", sorted(ACTIONS))

HIDDEN = ("company_account", "pipeline.ban-moi", "card.ban-moi", "telesales.tri-an",
          "telesales.khach-moi")  # fmt: skip
EMPTY: Mapping[str, Any] = {**dict.fromkeys((*FIELDS, *HIDDEN)), "pid": "A", "phone_kind": None,
                            "pinned": False, "tags": (), "kind": "lead"}  # fmt: skip
FULL: Mapping[str, Any] = {**EMPTY, **VALUES}
CONTEXT = context()
everybody = pytest.mark.parametrize("values", [FULL, EMPTY], ids=["full", "empty"])


def example(name: str) -> Any:
    """Build the action in the docstring, as a workflow's file would have it."""
    text = inspect.cleandoc(ACTIONS[name].__doc__ or "")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    data = {
        "name": "Example",
        "object": "customer",
        "trigger": {"moment": "daily", "at": "10:00"},
        **yaml.safe_load(block),
    }
    registries = Registries(actions=ACTIONS, providers={}, operators={})
    workflow = build.workflow("example", "example.yaml", data, FIELDS, registries)
    (action,) = workflow.actions
    assert action.name == name
    return action


class Read(Mapping[str, Any]):
    """A customer's values of which only those that were asked for are there."""

    def __init__(self, values: Mapping[str, Any], asked: frozenset[str]) -> None:
        self._values = {name: values[name] for name in asked}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]  # an absent field is a slip, also where None would do

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def effects(action: Any, values: Mapping[str, Any]) -> list[Effect | Skip]:
    return list(action.effects(Customer(1, values), CONTEXT))


@every_action
@everybody
def test_an_action_reads_no_field_but_those_it_names(name: str, values: Mapping[str, Any]) -> None:
    action = example(name)
    asked = action.reads(CONTEXT)
    assert asked <= EMPTY.keys()
    assert effects(action, Read(values, asked)) == effects(action, values)


@every_action
@everybody
def test_effects_are_values_and_the_same_each_time(name: str, values: Mapping[str, Any]) -> None:
    once = effects(example(name), values)
    again = effects(example(name), dict(values))
    assert once == again
    assert all(isinstance(what, (*get_args(Effect), Skip)) for what in once)


@every_action
def test_what_an_action_changes_is_so_after_it(name: str) -> None:
    customer = Customer(1, FULL)
    for what in example(name).effects(customer, CONTEXT):
        if not isinstance(what, Skip):
            customer = customer.after(what)
    later = effects(example(name), {**customer.values, "note": FULL["note"]})
    changes = [what.fields for what in later if isinstance(what, Change)]
    assert all(changed.keys() <= {"note"} for changed in changes)
    # Who is in a pipeline or on a list is not put there twice; tasks may be many.
    again = {what.family for what in later if isinstance(what, Add)}
    assert again.isdisjoint({"opportunity", "telesales"})


@every_action
def test_an_action_says_what_it_does(name: str, english: None) -> None:
    said = example(name).says()
    assert said == said.strip()
    assert len(said) > 3
    assert not said[0].isupper()


@every_action
def test_parameters_are_fixed_once_they_are_read(name: str) -> None:
    action = example(name)
    parameter = fields(action)[0].name if fields(action) else "name"
    with pytest.raises(FrozenInstanceError):
        setattr(action, parameter, None)


def test_actions_are_found_and_filed_by_name() -> None:
    assert ACTIONS is REGISTRY
    assert {"send_sms", "update", "create_task", "pin"} <= ACTIONS.keys()
    assert all(made.name == name for name, made in ACTIONS.items())
