"""Whether conditions can be asked at all: their fields, operators and values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.fields import Kind
from cskh.model.folding import fold
from cskh.model.workflow import MOST_CONDITIONS
from cskh.spec.checks.draft import Draft, Leaf
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []
_CHOOSING = ("is", "is_not", "in", "not_in")


@check("CK201", CHECKS)
def unknown_field(draft: Draft) -> Iterator[Finding]:
    """A condition is about a field that there isn't.

    The fields are the built-in ones and those under `fields:` in cskh.yaml; `event.…` only in
    workflows with `moment: event`.
    """
    for leaf in draft.leaves:
        if leaf.name not in draft.fields and draft.world.words.closed:
            message = _("There is no field {name}.").format(name=quoted(leaf.name))
            where = draft.document.place(leaf.path, key=True)
            yield Finding(leaf.path, message, did_you_mean(leaf.name, draft.fields), where)


@check("CK202", CHECKS)
def operator_of_other_fields(draft: Draft) -> Iterator[Finding]:
    """An operator doesn't apply to this kind of field, such as `contains` to a number.

    A plain value behind a field is the operator `is`.
    """
    for leaf in draft.leaves:
        field, row = draft.fields.get(leaf.name), draft.operator(leaf)
        if field is None or row is None or field.kind in row.kinds:
            continue
        message = _("The operator {operator} doesn't go with {field}, which is {kind}.")
        known = [
            each.name
            for each in draft.world.registries.operators.values()
            if field.kind in each.kinds
        ]
        text = message.format(
            operator=quoted(leaf.operator), field=quoted(leaf.name), kind=kind_name(field.kind)
        )
        where = draft.document.place(leaf.value_path, key=True)
        yield Finding(leaf.value_path, text, did_you_mean("", known), where)


@check("CK203", CHECKS)
def value_of_other_kind(draft: Draft) -> Iterator[Finding]:
    """A condition compares with a value that its operator can't take.

    Such as a date that doesn't exist, a number in quotes, or `15` where `15 days` is needed.
    """
    for leaf in draft.leaves:
        field, row = draft.fields.get(leaf.name), draft.operator(leaf)
        if field is None or row is None or field.kind not in row.kinds:
            continue
        try:
            row.parse(field.kind, leaf.wanted)
        except ValueError as error:
            yield Finding(leaf.value_path, str(error))


@check("CK204", CHECKS)
def unknown_choice(draft: Draft) -> Iterator[Finding]:
    """A condition compares with a value that the field never has.

    The statuses, sources, industries and channels are those of cskh.yaml, if it lists any.
    """
    for leaf in draft.leaves:
        field = draft.fields.get(leaf.name)
        if field is None or not field.choices or leaf.operator not in _CHOOSING:
            continue
        known = {fold(choice) for choice in field.choices}
        for wanted, path in _texts(leaf):
            if fold(wanted) not in known:
                message = _("{field} is never {value}.").format(
                    field=quoted(leaf.name), value=quoted(wanted)
                )
                yield Finding(path, message, did_you_mean(wanted, field.choices))


@check("CK208", CHECKS)
def group_of_nothing(draft: Draft) -> Iterator[Finding]:
    """An `all:` or `any:` has nothing under it."""
    for part, raw in (
        (("filter",), draft.data.get("filter")),
        (("trigger", "conditions"), draft.trigger.get("conditions")),
    ):
        for path in _empty_groups(raw, part):
            yield Finding(path, _("There are no conditions in this group."))


def _empty_groups(raw: Any, path: Path) -> Iterator[Path]:
    if isinstance(raw, list):
        for index, each in enumerate(raw):
            yield from _empty_groups(each, (*path, index))
    elif isinstance(raw, dict):
        for name in ("all", "any"):
            if name in raw and raw[name] is None:
                yield (*path, name)
            yield from _empty_groups(raw.get(name), (*path, name))


@check("CK206", CHECKS)
def too_many_conditions(draft: Draft) -> Iterator[Finding]:
    """A trigger has more than 10 conditions, counted through all its groups."""
    if len(draft.conditions) > MOST_CONDITIONS:
        message = _("There are {n} conditions here, {most} are possible.").format(
            n=len(draft.conditions), most=MOST_CONDITIONS
        )
        hint = _("Some of them may go into filter:, or be joined with in:.")
        yield Finding(("trigger", "conditions"), message, hint)


def _texts(leaf: Leaf) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield the texts that a condition compares with, and where each stands."""
    if isinstance(leaf.wanted, list):
        for index, each in enumerate(leaf.wanted):
            if isinstance(each, str):
                yield each, (*leaf.value_path, index)
    elif isinstance(leaf.wanted, str):
        yield leaf.wanted, leaf.value_path


def kind_name(kind: Kind) -> str:
    """Return what people call a kind of field."""
    return {
        Kind.TEXT: _("a text"),
        Kind.CHOICE: _("a choice"),
        Kind.NUMBER: _("a number"),
        Kind.MONEY: _("an amount of money"),
        Kind.DATE: _("a date"),
        Kind.DATETIME: _("a point in time"),
        Kind.BOOLEAN: _("yes or no"),
        Kind.TAGS: _("a set of tags"),
    }[kind]
