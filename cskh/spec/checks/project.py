"""Whether cskh.yaml can work: names that must exist, days, hours, time zone, custom fields."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from cskh.language import _
from cskh.model.fields import built_in_names
from cskh.model.message import Channel
from cskh.model.settings import Settings
from cskh.model.workflow import WEEKDAYS
from cskh.spec.build import seconds, secret_name
from cskh.spec.checks.draft import World
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.checks.names import unknown_names
from cskh.spec.document import Document
from cskh.spec.paths import quoted
from cskh.spec.walking import walk

CHECKS: Checks = []
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("all", "any", "marks", "salutation", "given_name", "fields")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)
_LONGEST_TIMEOUT = 600


@dataclass(frozen=True)
class ProjectDraft:
    """cskh.yaml on its way to a value; `secrets` are those that are set."""

    document: Document
    world: World
    secrets: Mapping[str, str]

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the settings as written."""
        return self.document.data if isinstance(self.document.data, dict) else {}

    def part(self, name: str) -> Mapping[str, Any]:
        """Return a part that is a mapping; its entries that aren't mappings are left out."""
        part = self.data.get(name)
        entries = part.items() if isinstance(part, dict) else ()
        return {key: each for key, each in entries if isinstance(each, dict)}


@check("CK250", CHECKS)
def unknown_time_zone(draft: ProjectDraft) -> Iterator[Finding]:
    """The time zone is not known; in Vietnam it is Asia/Ho_Chi_Minh."""
    name = draft.data.get("timezone")
    if not isinstance(name, str):
        return
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        message = _("There is no time zone {name}.").format(name=quoted(name))
        yield Finding(("timezone",), message, _("In Vietnam it is Asia/Ho_Chi_Minh."))


@check("CK251", CHECKS)
def active_on_other_channel(draft: ProjectDraft) -> Iterator[Finding]:
    """`active:` names a provider for a channel that it doesn't serve."""
    active = draft.data.get("active")
    for channel, name in active.items() if isinstance(active, dict) else ():
        type_ = draft.part("providers").get(str(name), {}).get("type")
        serves = next(
            (
                each.channels
                for key, each in draft.world.registries.providers.items()
                if key == type_
            ),
            frozenset(Channel),
        )
        if channel in tuple(Channel) and channel not in serves:
            message = _("The provider {name} doesn't send {channel}.")
            yield Finding(("active", channel), message.format(name=quoted(name), channel=channel))


@check("CK252", CHECKS)
def bad_custom_field(draft: ProjectDraft) -> Iterator[Finding]:
    """A custom field can't be used as it is.

    Its name has small letters, digits and _, and is not one of the built-in fields; a choice
    has choices, nothing else has.
    """
    for name, field in draft.part("fields").items():
        path = ("fields", name)
        where = draft.document.place(path, key=True)
        if not _FIELD_NAME.fullmatch(name):
            hint = _("What people read goes into label:.")
            message = _("A field's name has only small letters a to z, digits and _.")
            yield Finding(path, message, hint, where)
        elif name in built_in_names() or name in _RESERVED:
            message = _("The name {name} is taken.").format(name=quoted(name))
            yield Finding(path, message, where=where)
        if (field.get("type") == "choice") != bool(field.get("choices")):
            message = _("A choice needs choices:, other fields have none.")
            yield Finding((*path, "choices"), message)


@check("CK253", CHECKS)
def same_id_twice(draft: ProjectDraft) -> Iterator[Finding]:
    """Two people or two pages have the same id."""
    for part in ("staff", "pages"):
        entries = draft.data.get(part)
        listed = entries if isinstance(entries, list) else []
        ids = [each.get("id") if isinstance(each, dict) else None for each in listed]
        seen: Counter[str] = Counter()
        for index, id_ in enumerate(ids):
            if isinstance(id_, str):
                seen[id_] += 1
                if seen[id_] > 1:
                    message = _("The id {id} is taken.").format(id=quoted(id_))
                    yield Finding((part, index, "id"), message)


@check("CK254", CHECKS)
def bad_calendar(draft: ProjectDraft) -> Iterator[Finding]:
    """Working hours, working days or holidays can't be read.

    Hours are `08:00-12:00,13:00-17:30`, days `mon-sat` or `mon,wed`, holidays `2026-12-31`.
    """
    for name, sla in draft.part("sla").items():
        for key, is_good in (("hours", _are_hours), ("days", _are_days)):
            text = sla.get(key)
            if isinstance(text, str) and not is_good(text):
                message = _("{text} can't be read.").format(text=quoted(text))
                hint = _("Write it like 08:00-12:00,13:00-17:30 and mon-sat.")
                yield Finding(("sla", name, key), message, hint)
    holidays = draft.data.get("holidays")
    for key, days in holidays.items() if isinstance(holidays, dict) else ():
        for index, day in enumerate(days if isinstance(days, list) else ()):
            if isinstance(day, str) and not _is_day(day):
                message = _("There is no such day: {day}.").format(day=quoted(day))
                hint = _("Write it like 2026-12-31.")
                yield Finding(("holidays", key, index), message, hint)


def _are_hours(text: str) -> bool:
    spans = [span.strip() for span in text.split(",")]
    if not all(_HOURS.fullmatch(span) for span in spans):
        return False
    times = [time for span in spans for time in span.split("-")]
    return all(one < next_ for one, next_ in zip(times, times[1:], strict=False))


def _are_days(text: str) -> bool:
    runs = [[day.strip() for day in run.split("-")] for run in text.split(",")]
    return all(len(run) <= 2 and all(day in WEEKDAYS for day in run) for run in runs)


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


@check("CK255", CHECKS)
def timeout_too_long(draft: ProjectDraft) -> Iterator[Finding]:
    """A provider's `timeout` is longer than 10 minutes."""
    for name, provider in draft.part("providers").items():
        timeout = provider.get("timeout")
        try:
            too_long = isinstance(timeout, str) and not 0 < seconds(timeout) <= _LONGEST_TIMEOUT
        except ValueError:
            continue
        if too_long:
            message = _("It takes 1 second to 10 minutes.")
            yield Finding(("providers", name, "timeout"), message)


@check("CK256", CHECKS)
def no_such_port(draft: ProjectDraft) -> Iterator[Finding]:
    """A port can't be one of such a gateway, or stands there twice.

    Dinstar counts its ports from 0 to 31, GoIP, OpenVox and Yeastar from 1.
    """
    for name, provider in draft.part("providers").items():
        known = draft.world.registries.providers.get(str(provider.get("type")))
        vendor = getattr(known, "PORTS", {}).get(str(provider.get("driver")))
        ports = provider.get("ports")
        seen: set[str] = set()
        for index, port in enumerate(ports if isinstance(ports, list) else ()):
            path = ("providers", name, "ports", index)
            if vendor is not None and not vendor.can_be(port):
                message = _("There is no port {port} on such a gateway: it has {first} to {last}.")
                span = {"first": vendor.first, "last": vendor.last}
                yield Finding(path, message.format(port=port, **span))
            elif str(port) in seen:
                message = _("The port {port} stands here a second time.")
                yield Finding(path, message.format(port=port))
            seen.add(str(port))


def _names(draft: ProjectDraft) -> Iterator[Finding]:
    return unknown_names(walk(Settings, draft.data), draft.document, draft.world.words)


CHECKS.append(("CK210", _names))


@check("CK301", CHECKS)
def secret_not_set(draft: ProjectDraft) -> Iterator[Finding]:
    """A secret is neither in the environment nor in .env.

    What needs it doesn't work: a provider without its password sends nothing.
    """
    for path, text in _strings(draft.data, ()):
        name = secret_name(text)
        if name is not None and not draft.secrets.get(name):
            message = _("The secret {name} is not set.").format(name=name)
            yield Finding(path, message, _("Put it into .env as {name}=…").format(name=name))


@check("CK316", CHECKS)
def secret_pasted(draft: ProjectDraft) -> Iterator[Finding]:
    """A secret has quotes, spaces or invisible characters around or in it, as pasted ones have.

    Then the provider refuses it, and some of them can't even be sent.
    """
    for path, text in _strings(draft.data, ()):
        secret = draft.secrets.get(secret_name(text) or "") or ""
        if secret != secret.strip() or any(map(_is_odd, secret)):
            message = _("The secret {name} has quotes or invisible characters in it.")
            hint = _("Write it into .env once more, by hand.")
            yield Finding(path, message.format(name=secret_name(text)), hint)


def _is_odd(char: str) -> bool:
    return char in "“”„‘’‚«»" or not char.isprintable()


def _strings(data: Any, path: tuple[str | int, ...]) -> Iterator[tuple[Any, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for step, each in items:
            yield from _strings(each, (*path, step))


@check("CK306", CHECKS)
def nobody_in_group(draft: ProjectDraft) -> Iterator[Finding]:
    """A group of staff has no members, so that nobody gets its messages and its work."""
    for name, group in draft.part("groups").items():
        if not group.get("members"):
            path = ("groups", name)
            where = draft.document.place(path, key=True)
            message = _("The group {name} has no members.").format(name=quoted(name))
            yield Finding(path, message, None, where)
