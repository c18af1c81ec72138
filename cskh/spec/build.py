"""Checked data becomes frozen values. Data that doesn't fit its schema must not come here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal, TypeVar, Union

from cskh.model.campaign import Audience, Campaign, canonical
from cskh.model.cases import Case, Expected
from cskh.model.clock import Span, parse_span
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.fields import Catalogue
from cskh.model.secret import Secret
from cskh.model.settings import Account, MessageTemplate, Settings
from cskh.model.shape import Keyed, Seconds
from cskh.model.workflow import Trigger, Workflow
from cskh.spec.annotations import Shape, keys_of, unlisted
from cskh.spec.paths import Path, dotted
from cskh.spec.vocabulary import OperatorRow, Registries

T = TypeVar("T")
Data = Mapping[str, Any]

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_IN_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


def secret_name(raw: Any) -> str | None:
    """Return the NAME of `${NAME}`; None if the value is something else."""
    found = _REFERENCE.fullmatch(raw) if isinstance(raw, str) else None
    return found[1] if found else None


def settings(data: Data, providers: Mapping[str, type[Any]], secrets: Data) -> Settings:
    """Make the settings of a project; a secret that isn't set is None."""
    accounts = {
        id_: account(id_, each, providers[each["type"]], secrets)
        for id_, each in (data.get("providers") or {}).items()
    }
    return _Maker(secrets).value(Settings, data, providers=accounts)


def account(id_: str, data: Data, provider: type[Any], secrets: Data) -> Account:
    """Make one account; without all of its secrets it has no settings, and can't send."""
    own = {key.name for key in keys_of(provider)}
    named = {name for key in own if (name := secret_name(data.get(key)))}
    lacking = tuple(sorted(name for name in named if not secrets.get(name)))
    maker = _Maker(secrets, fill=True)
    made = None if lacking else maker.value(provider, data)
    return maker.value(Account, data, id=id_, settings=made, lacking=lacking)


def template(data: Data) -> MessageTemplate:
    """Make a message template."""
    return _Maker({}).value(MessageTemplate, data)


def campaign(
    id_: str, file: str, data: Data, fields: Catalogue, registries: Registries
) -> Campaign:
    """Make a campaign; the conditions of its audience are parsed by the operators."""
    maker, conditions = _Maker({}), _Conditions(fields, registries.operators)
    raw, path = data["audience"], ("audience", "filter")
    filter_ = conditions.all_of(raw["filter"], path) if raw.get("filter") else None
    audience = maker.value(Audience, raw, filter=filter_)
    return maker.value(Campaign, data, id=id_, file=file, audience=audience, says=canonical(data))


def workflow(
    id_: str, file: str, data: Data, fields: Catalogue, registries: Registries
) -> Workflow:
    """Make a workflow; its conditions are parsed by the operators."""
    maker, conditions = _Maker({}), _Conditions(fields, registries.operators)
    when = data["trigger"]
    trigger = maker.value(
        Trigger,
        when,
        conditions=conditions.made(when.get("conditions") or [], ("trigger", "conditions")),
    )
    return maker.value(
        Workflow,
        data,
        id=id_,
        file=file,
        filter=conditions.all_of(data.get("filter") or [], ("filter",)),
        trigger=trigger,
        actions=tuple(_action(step, registries, maker) for step in data["actions"]),
        tests=tuple(_case(each, maker) for each in data.get("tests") or ()),
    )


def _action(step: Any, registries: Registries, maker: _Maker) -> Any:
    ((name, parameters),) = named(step).items()
    action = registries.actions[name]
    return maker.value(action, unlisted(action, parameters) or {})


def named(step: Any) -> Any:
    """Return an action as a mapping; `pin` alone is one without parameters."""
    return {step: None} if isinstance(step, str) else step


def _case(data: Data, maker: _Maker) -> Case:
    expected = tuple(_expected(each, maker) for each in data["expect"])
    return maker.value(Case, data, expect=expected)


def _expected(entry: Data, maker: _Maker) -> Expected:
    own = {key.name for key in keys_of(Expected)}
    action = next(name for name in entry if name not in own)
    return maker.value(Expected, entry, action=action, what=entry[action] or {})


class _Conditions:
    """Makes conditions, with the fields and the operators there are."""

    def __init__(self, fields: Catalogue, operators: Mapping[str, OperatorRow]) -> None:
        self.fields = fields
        self.operators = operators

    def made(self, raw: Any, path: Path) -> Condition:
        """Make what `conditions:` says; a bare list means all of it."""
        if isinstance(raw, list):
            return self.all_of(raw, path)
        ((name, inner),) = raw.items()
        if name == "all":
            return self.all_of(inner, (*path, name))
        if name == "any":
            return AnyOf(self._members(inner, (*path, name)))
        return self._test(name, inner, (*path, name))

    def all_of(self, raw: list[Any], path: Path) -> AllOf:
        """Make a list of conditions that must all hold."""
        return AllOf(self._members(raw, path))

    def _members(self, raw: list[Any], path: Path) -> tuple[Condition, ...]:
        return tuple(self.made(each, (*path, index)) for index, each in enumerate(raw))

    def _test(self, name: str, raw: Any, path: Path) -> Test:
        operator, wanted, marks = asked(raw)
        parsed = self.operators[operator].parse(self.fields[name].kind, wanted)
        return Test(name, operator, parsed, marks, dotted(path))


def asked(raw: Any) -> tuple[str, Any, bool]:
    """Return the operator behind a field, what it compares with, and whether marks count."""
    if not isinstance(raw, dict):
        return "is", raw, True
    operator, wanted = next((name, each) for name, each in raw.items() if name != "marks")
    return operator, wanted, raw.get("marks") != "ignore"


class _Maker:
    """Makes values of dataclasses, with the secrets there are."""

    def __init__(self, secrets: Data, *, fill: bool = False) -> None:
        self.secrets = secrets
        self.fill = fill  # whether ${NAME} also fills in plain texts

    def value(self, record: type[T], data: Data, **known: Any) -> T:
        """Make a value; a key with nothing behind it is left out, `known` aren't in the data."""
        given = {
            key.field: self._made(key.shape, data[key.name])
            for key in keys_of(record)
            if data.get(key.name) is not None and key.name not in known
        }
        return record(**given, **known)

    def _made(self, shape: Shape, raw: Any) -> Any:
        if shape.type is Union:
            fitting = [one for one in shape.of if _takes(one, raw)]
            # A word that is meant as such looks like any other text.
            fitting.sort(key=lambda one: one.type is not Literal)
            return self._made(fitting[0], raw)
        if shape.type is tuple:
            return tuple(self._made(shape.of[0], item) for item in raw)
        if shape.type is Mapping:
            key, item = shape.of
            return {self._made(key, name): self._made(item, each) for name, each in raw.items()}
        if shape.is_record:
            return self.value(shape.type, raw)
        return self._plain(shape, raw)

    def _plain(self, shape: Shape, raw: Any) -> Any:
        if shape.type is Secret:
            found = self.secrets.get(secret_name(raw) or "")
            return Secret(found) if found else None
        if shape.type is Span:
            keyed = shape.mark(Keyed)
            return parse_span(raw[keyed.key] if keyed else raw)
        if shape.mark(Seconds) is not None:
            return seconds(raw)
        if isinstance(shape.type, type) and issubclass(shape.type, StrEnum):
            return shape.type(raw)
        if shape.type is str and self.fill and (name := secret_name(raw)):
            return self.secrets[name]
        return int(raw) if shape.type is int else raw


def _takes(shape: Shape, raw: Any) -> bool:
    """Say whether a member of a union is what `raw` is meant as."""
    if shape.type is Literal:
        return raw in shape.of
    if isinstance(raw, dict):
        if shape.is_record:
            return raw.keys() <= {key.name for key in keys_of(shape.type)}
        return shape.mark(Keyed) is not None
    if isinstance(raw, str):
        return shape.type in (str, Span) and shape.mark(Keyed) is None
    return shape.type in (int, float)


def seconds(raw: int | str) -> int:
    """Return a number of seconds, which may be written as a length of time."""
    if not isinstance(raw, str):
        return int(raw)
    span = parse_span(raw)
    return span.amount * _IN_SECONDS.get(span.unit, 86_400)
