"""Whether actions can do anything: what they need, what excludes each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from cskh.language import _
from cskh.model.folding import fold
from cskh.model.message import Channel, Purpose
from cskh.model.workflow import SCHEDULED
from cskh.spec.annotations import bare_key, keys_of
from cskh.spec.checks.draft import Draft, Step
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []

_NAMED_TWICE = ("add_tags", "remove_tags")


@check("CK230", CHECKS)
def one_of_several(draft: Draft) -> Iterator[Finding]:
    """An action needs exactly one of several keys, such as `content` or `template`."""
    for step in draft.steps:
        alone = bare_key(step.action)
        if step.action.one_of and not (alone and alone.name in step.data):
            yield from exactly_one(step.data, step.action.one_of, step.path, step.action.unless)
        if isinstance(note := step.data.get("note"), dict):
            yield from exactly_one(note, ("append", "replace"), (*step.path, "note"))


def exactly_one(
    data: Any, keys: tuple[str, ...], path: Path, unless: str | None = None
) -> Iterator[Finding]:
    """Yield what is wrong unless exactly one of the keys is given, or the one that excuses them."""
    given = [key for key in keys if data.get(key) is not None]
    if not given and (unless is None or data.get(unless) is None):
        names = _listed((*keys, unless) if unless else keys)
        yield Finding(path, _("One of these is needed: {names}.").format(names=names))
    elif len(given) > 1:
        message = _("Only one of these is possible: {names}.").format(names=_listed(keys))
        yield Finding((*path, given[1]), message)


def _listed(keys: tuple[str, ...]) -> str:
    return _(" or ").join(map(quoted, keys))


@check("CK231", CHECKS)
def does_nothing(draft: Draft) -> Iterator[Finding]:
    """An action does nothing: `update` without anything to change, a tag both added and removed."""
    for step in draft.steps:
        if _says_nothing(step) and not any(each is not None for each in step.data.values()):
            yield Finding(step.path, _("Nothing stands here that would be changed."))
        added, removed = (_folded(step.data.get(key)) for key in _NAMED_TWICE)
        for tag in sorted(added & removed):
            message = _("The tag {tag} is both added and removed.").format(tag=quoted(tag))
            yield Finding((*step.path, "remove_tags"), message)


def _says_nothing(step: Step) -> bool:
    """Say whether an action has parameters, and none of them is anything by itself."""
    fields = [key.field for key in keys_of(step.action)]
    return bool(fields) and all(getattr(step.action, name, None) is None for name in fields)


def _folded(tags: Any) -> set[str]:
    listed = tags if isinstance(tags, list) else []
    return {fold(tag) for tag in listed if isinstance(tag, str)}


@check("CK236", CHECKS)
def converts_nobody(draft: Draft) -> Iterator[Finding]:
    """A workflow about contacts or accounts converts leads: there are none among them."""
    for step in draft.steps:
        if step.action.name == "convert_lead" and draft.data.get("object") in (
            "contact",
            "account",
        ):
            message = _("Only leads are converted, and none of these is one.")
            yield Finding(step.path, message)


@check("CK232", CHECKS)
def no_such_day(draft: Draft) -> Iterator[Finding]:
    """A message is to be sent on a day that doesn't exist, such as 30 February."""
    for step in draft.steps:
        send_at = step.data.get("send_at")
        if not isinstance(send_at, str) or not send_at[:4].isdecimal() or len(send_at) < 16:
            continue
        try:
            dt.datetime.fromisoformat(send_at)
        except ValueError:
            message = _("There is no such day: {day}.").format(day=quoted(send_at[:10]))
            yield Finding((*step.path, "send_at"), message)


@check("CK233", CHECKS)
def advertising_without_way_out(draft: Draft) -> Iterator[Finding]:
    """An advertising message needs `policy.opt_out_text` for its channel in cskh.yaml.

    The law wants every advertising SMS and email to say how to refuse further ones; the text is
    added to each message.
    """
    text = draft.world.settings.policy.opt_out_text
    for step in draft.steps:
        if step.data.get("purpose") != Purpose.ADVERTISING or step.channel is None:
            continue
        if getattr(text, step.channel, "-") is None:
            message = _("Advertising needs policy: opt_out_text: {channel}: in cskh.yaml.")
            yield Finding((*step.path, "purpose"), message.format(channel=step.channel))


@check("CK234", CHECKS)
def no_subject(draft: Draft) -> Iterator[Finding]:
    """An email has no subject: it needs its own, or a template that has one."""
    for step in draft.steps:
        if step.channel is not Channel.EMAIL or step.data.get("subject") is not None:
            continue
        name = step.data.get("template")
        template = draft.world.templates.get(name) if isinstance(name, str) else None
        # An unknown template, or one for another channel, is told as such.
        if name is None or (template and template.channel == "email" and not template.subject):
            yield Finding(step.path, _("The email needs a subject: subject:"))


@check("CK235", CHECKS)
def attachment_outside(draft: Draft) -> Iterator[Finding]:
    """An attachment is outside of the project: its path begins at the project's folder."""
    for path, file in _attachments(draft):
        if not is_within(file):
            message = _("{file} is not in the project.").format(file=quoted(file))
            hint = _("Write its path from the project's folder, as files/gia.pdf.")
            yield Finding(path, message, hint)


@check("CK243", CHECKS)
def attachment_hidden(draft: Draft) -> Iterator[Finding]:
    """An attachment is hidden, such as .env with its secrets: it is never sent."""
    for path, file in _attachments(draft):
        if is_within(file) and _is_hidden(file):
            message = _("{file} is hidden, and never sent.").format(file=quoted(file))
            yield Finding(path, message)


@check("CK244", CHECKS)
def attachment_absent(draft: Draft) -> Iterator[Finding]:
    """An attachment is not there, or is a folder: the email could not be sent."""
    for path, file in _attachments(draft):
        if file in draft.world.absent and not _is_hidden(file):
            message = _("There is no file {file} in the project.").format(file=quoted(file))
            yield Finding(path, message)


def attached(data: Any) -> Iterator[str]:
    """Yield the files that a workflow names as attachments, whatever else is wrong with it."""
    actions = data.get("actions") if isinstance(data, dict) else None
    for action in actions if isinstance(actions, list) else ():
        for given in action.values() if isinstance(action, dict) else ():
            files = given.get("attachments") if isinstance(given, dict) else None
            yield from (file for file in files or () if isinstance(file, str))


def _attachments(draft: Draft) -> Iterator[tuple[Path, str]]:
    for step in draft.steps:
        files = step.data.get("attachments") if step.channel is Channel.EMAIL else None
        for index, file in enumerate(files if isinstance(files, list) else ()):
            if isinstance(file, str):
                yield (*step.path, "attachments", index), file


def _is_hidden(file: str) -> bool:
    parts = PurePosixPath(file.replace("\\", "/")).parts
    return any(part.startswith(".") for part in parts)


def is_within(file: str) -> bool:
    """Say whether a path stays in the project."""
    path = PurePosixPath(file.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and file[1:2] != ":"


@check("CK240", CHECKS)
def repeat_not_said(draft: Draft) -> Iterator[Finding]:
    """A scheduled workflow that sends messages must say how often: `repeat:`.

    `always` each time, `once` in a lifetime, or `{after: 30 days}`.
    """
    sends = any(step.channel for step in draft.steps)
    if sends and draft.moment in SCHEDULED and draft.data.get("repeat") is None:
        message = _("This workflow sends messages on a schedule: say how often, with repeat:.")
        hint = _("repeat: always, repeat: once, or repeat: {{after: 30 days}}").format()
        yield Finding(("repeat",), message, hint)
