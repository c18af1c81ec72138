"""Whether the names in a file are known: staff, groups, providers, templates, statuses …"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cskh.errors import did_you_mean
from cskh.language import N_, _
from cskh.model.fields import CUSTOMER_KINDS, Field, Kind
from cskh.model.shape import Names
from cskh.model.work import is_called
from cskh.spec.checks.draft import Draft, Step
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.document import Document
from cskh.spec.paths import Path, quoted
from cskh.spec.vocabulary import Vocabulary
from cskh.spec.walking import Part

CHECKS: Checks = []

_UNKNOWN: Mapping[str, str] = {
    "staff": N_("There is nobody called {name} under staff: in cskh.yaml."),
    "groups": N_("There is no group {name} in cskh.yaml."),
    "workflow_groups": N_("There is no workflow group {name} in cskh.yaml."),
    "templates": N_("There is no file {name} in templates/."),
    "providers": N_("There is no provider {name} in cskh.yaml."),
    "pages": N_("There is no page {name} in cskh.yaml."),
    "fields": N_("There is no custom field {name} in cskh.yaml."),
    "pipelines": N_("There is no pipeline {name} in cskh.yaml."),
    "telesales": N_("There is no telesales campaign {name} in cskh.yaml."),
    "sla": N_("There is no SLA {name} in cskh.yaml."),
    "statuses": N_("There is no status {name} in cskh.yaml."),
    "sources": N_("There is no source {name} in cskh.yaml."),
    "industries": N_("There is no industry {name} in cskh.yaml."),
}


@check("CK210", CHECKS)
def unknown_name(draft: Draft) -> Iterator[Finding]:
    """A name is not known: of staff, a group, a provider, a template, a page, a status …

    Statuses, sources, industries and workflow groups may be anything while cskh.yaml lists none.
    """
    return unknown_names(draft.parts, draft.document, draft.world.words)


def unknown_names(
    found: Iterable[Part], document: Document, words: Vocabulary
) -> Iterator[Finding]:
    """Yield the names among annotated values that the vocabulary doesn't have."""
    for part in found:
        mark = part.shape.mark(Names)
        known = words.names.get(mark.kind) if mark else None
        if mark is None or known is None:
            continue
        for name, path in _named(part):
            if name not in known:
                message = _(_UNKNOWN[mark.kind]).format(name=quoted(name))
                where = document.place(path, key=path != part.path)
                yield Finding(path, message, did_you_mean(name, known), where)


def _named(part: Part) -> Iterator[tuple[str, Path]]:
    """Yield the names in a value: itself, or the keys of a mapping."""
    if isinstance(part.value, str):
        yield part.value, part.path
    elif isinstance(part.value, dict):
        yield from ((name, (*part.path, name)) for name in part.value)


@check("CK211", CHECKS)
def wrong_channel(draft: Draft) -> Iterator[Finding]:
    """A provider or a template is for another channel than the action sends on."""
    for step in draft.steps:
        if step.channel is None:
            continue
        for key, channels in (*_provider_channels(draft, step), *_template_channels(draft, step)):
            if step.channel not in channels:
                message = _("{name} is for {channels}, this action sends {channel}.").format(
                    name=quoted(step.data[key]),
                    channels=", ".join(sorted(channels)),
                    channel=step.channel,
                )
                yield Finding((*step.path, key), message)


def _provider_channels(draft: Draft, step: Step) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the key that names a provider, and what that one sends."""
    key, name = step.provider or ("", "")
    if account := draft.world.settings.providers.get(name):
        yield key, draft.world.registries.providers[account.type].channels


def _template_channels(draft: Draft, step: Step) -> Iterator[tuple[str, frozenset[str]]]:
    name = step.data.get("template")
    if isinstance(name, str) and (template := draft.world.templates.get(name)):
        yield "template", frozenset({template.channel})


@check("CK214", CHECKS)
def unknown_stage(draft: Draft) -> Iterator[Finding]:
    """An action names a stage that its pipeline doesn't have."""
    pipelines = draft.world.settings.pipelines
    for step in draft.steps:
        pipeline, stage = step.data.get("pipeline"), step.data.get("stage")
        rule = pipelines.get(pipeline) if isinstance(pipeline, str) else None
        if rule and isinstance(stage, str) and stage not in rule.stages:
            message = _("The pipeline {pipeline} has no stage {stage}.")
            text = message.format(pipeline=quoted(str(pipeline)), stage=quoted(stage))
            yield Finding((*step.path, "stage"), text, did_you_mean(stage, rule.stages))


@check("CK215", CHECKS)
def empty_group(draft: Draft) -> Iterator[Finding]:
    """Work is handed to a group that has no members: nobody would get it."""
    groups = draft.world.settings.groups
    for step in draft.steps:
        name = step.data.get("group")
        rule = groups.get(name) if isinstance(name, str) else None
        if rule and not rule.members:
            message = _("The group {name} has no members.").format(name=quoted(str(name)))
            yield Finding((*step.path, "group"), message)


@check("CK216", CHECKS)
def wrong_audience(draft: Draft) -> Iterator[Finding]:
    """Leads are put on a call list for customers, or customers on one for leads.

    `audience` in cskh.yaml is `lead`, `customer` (contacts and accounts) or `any`.
    """
    about = draft.data.get("object")
    kinds = [kind for kind in CUSTOMER_KINDS if about in (kind, "customer")]
    for step in draft.steps:
        name = step.data.get("campaign")
        rule = draft.world.settings.telesales.get(name) if isinstance(name, str) else None
        if rule and kinds and not any(is_called(rule.audience, kind) for kind in kinds):
            message = _("The call list {name} is for {audience}.")
            text = message.format(name=quoted(str(name)), audience=quoted(rule.audience))
            yield Finding((*step.path, "campaign"), text)


@check("CK212", CHECKS)
def custom_value(draft: Draft) -> Iterator[Finding]:
    """An action sets a custom field to a value that it can't have.

    A choice takes one of its choices, a number a number without quotes, a date 2026-12-31.
    """
    for part in draft.parts:
        mark = part.shape.mark(Names)
        if mark is None or mark.kind != "fields" or not isinstance(part.value, dict):
            continue
        for name, value in part.value.items():
            field = draft.world.words.fields.get(name)
            if (
                field
                and field.custom
                and value is not None
                and (why := _misfit(draft, field, value))
            ):
                yield Finding((*part.path, name), *why)


def _misfit(draft: Draft, field: Field, value: Any) -> tuple[str, str | None] | None:
    """Return why a field can't have a value, and a hint."""
    if field.kind is Kind.CHOICE and field.choices and value not in field.choices:
        message = _("{field} is never {value}.")
        text = message.format(field=quoted(field.name), value=quoted(value))
        return text, did_you_mean(str(value), field.choices)
    try:
        if field.kind in (Kind.DATE, Kind.DATETIME):
            return None if _is_instant(value) else (_("It takes a date like 2026-12-31."), None)
        draft.world.registries.operators["is"].parse(field.kind, value)
    except ValueError as error:
        return str(error), None
    return None


def _is_instant(value: Any) -> bool:
    try:
        return bool(dt.datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False
