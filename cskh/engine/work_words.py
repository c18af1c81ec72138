"""What `field=value` words say of tasks, tickets and cards: pure, given settings and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from cskh.cells.choices import Words, read_choice, words_of
from cskh.cells.dates import read_moment
from cskh.cells.numbers import read_boolean, read_money
from cskh.cells.recipes import recipe_for
from cskh.cells.texts import tidy
from cskh.engine.assigning import Assigner, lines
from cskh.engine.words import check_names
from cskh.errors import UsageProblem, did_you_mean
from cskh.language import N_, _
from cskh.model.catalogues import catalogue, own_fields
from cskh.model.clock import Clock, parse_span, shift
from cskh.model.fields import Family, Kind
from cskh.model.folding import fold
from cskh.model.settings import Group, Pipeline, Settings, Sla
from cskh.rules.values import RelativeDay, parse_day

_CUSTOMER = "customer."
# What people write for a field, and what it is called.
ALIASES: Mapping[str, str] = {"due": "due_at"}
SETTABLE: Mapping[Family, tuple[str, ...]] = {
    "task": ("content", "status", "priority", "category", "group", "assignee", "due_at"),
    "ticket": ("title", "brief", "status", "priority", "group", "assignee", "sla"),
    "opportunity": ("pipeline", "stage", "amount", "status"),
}
REQUIRED: Mapping[Family, str] = {"task": "content", "ticket": "title", "opportunity": "pipeline"}
_NEVER_CLEARED = frozenset({"content", "title", "status", "priority", "pipeline", "stage"})
# Texts that may have several lines.
_LONG = frozenset({"content", "brief"})
_NOTED = N_("It is noted by itself.")
_UNSETTABLE: Mapping[str, str] = {
    "respond_by": N_("It follows from the SLA: sla=…"),
    "resolve_by": N_("It follows from the SLA: sla=…"),
    "responded_at": N_("It is noted by: cskh ticket respond N."),
    "resolved_at": N_("It is noted by: cskh ticket resolve N."),
    "on_time": N_("It is noted by: cskh ticket resolve N."),
    "done_at": N_("It is noted by: cskh task done N."),
}
# What stays as it was when the work was new.
_FIXED: Mapping[str, str] = {
    "customer": N_("It stays with its customer: add a new one to the other."),
    "pipeline": N_("A card stays in its pipeline: add a new one to the other."),
}
# Where cskh.yaml lists the values of a field.
_PARTS = {"group": "groups", "assignee": "staff", "sla": "sla", "pipeline": "pipelines"}


class WorkAssigner:
    """Reads the words about tasks, tickets or cards of one project."""

    def __init__(self, settings: Settings, clock: Clock, family: Family) -> None:
        self.fields = catalogue(settings, family)
        self._family = family
        self._clock = clock
        self._words = _words(settings, family, clock)
        self._customers = Assigner(settings, clock)

    def assigned(self, said: Mapping[str, str]) -> dict[str, Any]:
        """Return what assignments set, as the store keeps it, None where a field is cleared.

        A stage stays as it was written: which ones there are depends on the card's pipeline.
        """
        named = self.named(said)
        self._check(named)
        return {name: self._set(name, text) for name, text in named.items()}

    def reassigned(self, said: Mapping[str, str]) -> dict[str, Any]:
        """Return what assignments change of what is there already."""
        for name in said:
            if name in _FIXED and (name == "customer" or name in self.fields):
                raise UsageProblem(_("{field} can't be set.").format(field=name), _(_FIXED[name]))
        return self.assigned(said)

    def named(self, said: Mapping[str, str]) -> dict[str, str]:
        """Return assignments by the names of the fields."""
        return {self._name(name): text for name, text in said.items()}

    def value(self, name: str, text: str) -> tuple[str, Any]:
        """Return a field and the value that a text is for it; raises UsageProblem."""
        if name.startswith(_CUSTOMER):
            own, value = self._customers.value(name.removeprefix(_CUSTOMER), text)
            return f"{_CUSTOMER}{own}", value
        if name in self._words:
            return name, self._choice(name, text)
        match self.fields[name].kind:
            case Kind.DATETIME:
                return name, read_due(name, text, self._clock)
            case Kind.MONEY:
                return name, _amount(name, text)
            case Kind.BOOLEAN:
                return name, _yes_or_no(name, text)
        return name, lines(text) if name in _LONG else tidy(text) or None

    def _name(self, name: str) -> str:
        alias = ALIASES.get(name, name)
        return alias if alias in self.fields else name

    def _check(self, named: Mapping[str, str]) -> None:
        settable = SETTABLE[self._family]
        for name in named:
            if name in self.fields and name not in settable and not name.startswith(_CUSTOMER):
                hint = _(_UNSETTABLE.get(name, _NOTED))
                raise UsageProblem(_("{field} can't be set.").format(field=name), hint)
        check_names(
            named, {*settable, *(also for also, name in ALIASES.items() if name in settable)}
        )

    def _set(self, name: str, text: str) -> Any:
        value = None
        if text:
            value = tidy(text) if name == "stage" else self.value(name, text)[1]
        if value is None and name in _NEVER_CLEARED:
            raise UsageProblem(_("{field} can't be cleared.").format(field=name))
        return value

    def _choice(self, name: str, text: str) -> str:
        words = self._words[name]
        reading = read_choice(text, words)
        if reading.value is None:
            raise wrong(name, text, _known(name, text, self.fields[name].choices))
        return str(reading.value)


def _words(settings: Settings, family: Family, clock: Clock) -> dict[str, Words]:
    """Return the words that mean each value of the fields that have only a few."""
    named: Mapping[str, Words] = {
        "assignee": recipe_for((), (), settings, clock).words["assignee"],
        "group": _by_name(settings.groups),
        "sla": _by_name(settings.sla),
        "pipeline": _by_name(settings.pipelines),
    }
    return {
        field.name: named.get(field.name) or words_of(field.choices)
        for field in own_fields(settings, family)
        if field.kind is Kind.CHOICE and field.name != "category"
    }


def _by_name(parts: Mapping[str, Group] | Mapping[str, Sla] | Mapping[str, Pipeline]) -> Words:
    """Return the words that mean a part of cskh.yaml: its id, or its name."""
    words = {fold(part.name): id_ for id_, part in parts.items()}
    return words | {fold(id_): id_ for id_ in parts}


def _known(name: str, text: str, choices: Iterable[str]) -> str | None:
    known = tuple(choices)
    if not known and name in _PARTS:
        return _("cskh.yaml lists none under {part}.").format(part=_PARTS[name])
    return did_you_mean(text, known)


def stage_of(pipeline: str, text: str, settings: Settings) -> str:
    """Return a stage of a pipeline as cskh.yaml writes it; raises UsageProblem."""
    known = settings.pipelines.get(pipeline)
    stages = known.stages if known else ()
    reading = read_choice(text, words_of(stages))
    if reading.value is None:
        raise wrong("stage", text, did_you_mean(text, stages))
    return str(reading.value)


def read_due(name: str, text: str, clock: Clock) -> str:
    """Read `3 days` from now, a date or a date and time; a date alone means its end."""
    with suppress(ValueError):
        return clock.stored(shift(clock.now, parse_span(fold(text))))
    with suppress(ValueError):
        day = parse_day(fold(text))
        if isinstance(day, dt.datetime):
            return clock.stored(day)
        if isinstance(day, RelativeDay):
            day = clock.today + dt.timedelta(days=day.days)
        return _end_of(day, clock)
    reading = read_moment(text, "dmy", clock)
    if reading.value is None:
        hint = _("It takes a length of time like 3 days, or a date like 2026-12-31 17:00.")
        raise wrong(name, text, hint)
    moment = dt.datetime.fromisoformat(reading.value).astimezone(clock.zone)
    return _end_of(moment.date(), clock) if moment.time() == dt.time() else str(reading.value)


def _end_of(day: dt.date, clock: Clock) -> str:
    return clock.stored(dt.datetime.combine(day, dt.time(23, 59, 59)))


def _amount(name: str, text: str) -> int:
    reading = read_money(text)
    if reading.value is None or reading.value < 0:
        raise wrong(name, text, reading.problem)
    return int(reading.value)


def _yes_or_no(name: str, text: str) -> bool:
    reading = read_boolean(text)
    if reading.value is None:
        raise wrong(name, text, reading.problem)
    return bool(reading.value)


def wrong(name: str, text: str, hint: str | None) -> UsageProblem:
    """Return that a field can't have a value, and the next step."""
    return UsageProblem(_("{field} can't be {value}.").format(field=name, value=text), hint)
