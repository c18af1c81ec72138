"""Expecting: what a workflow has done against what a test says that it must do."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

from cskh.model.cases import NUMBERED, Expected
from cskh.model.clock import Clock, is_stored, local, to_text
from cskh.model.effects import Change, Effect, Outcome, Send, Skip, Step
from cskh.model.folding import fold
from cskh.model.workflow import Action


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done, or skipped: by which action of the workflow, and when."""

    step: Step
    outcome: Outcome
    action: Action
    clock: Clock

    @property
    def what(self) -> Effect | Skip:
        """Return the effect."""
        return self.outcome.what


@dataclass(frozen=True, slots=True)
class Unlike:
    """One thing that an expectation says and that is otherwise."""

    name: str
    wanted: Any
    have: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was expected and not done, what was done and not expected, and what was skipped."""

    missing: tuple[Expected, ...]
    surplus: tuple[Done, ...]
    skipped: tuple[Done, ...]

    @property
    def is_right(self) -> bool:
        """Say whether just what was expected was done."""
        return not self.missing and not self.surplus


def compare(expected: Sequence[Expected], outcomes: Sequence[Done]) -> Compared:
    """Give each expectation an effect of its own, as many of them as can have one."""
    done = [each for each in outcomes if not isinstance(each.what, Skip)]
    fitting = [
        [n for n, each in enumerate(done) if concerns(entry, each) and not unlike(entry, each)]
        for entry in expected
    ]
    pairs = matched(fitting)
    taken = set(pairs.values())
    return Compared(
        missing=tuple(entry for n, entry in enumerate(expected) if n not in pairs),
        surplus=tuple(each for n, each in enumerate(done) if n not in taken),
        skipped=tuple(each for each in outcomes if isinstance(each.what, Skip)),
    )


def matched(fitting: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return a largest matching: which of the things that fit it each entry gets."""
    owner: dict[int, int] = {}
    for start in range(len(fitting)):
        came_from: dict[int, int] = {}
        queue = [start]
        while queue:
            entry = queue.pop()
            new = [thing for thing in fitting[entry] if thing not in came_from]
            came_from |= dict.fromkeys(new, entry)
            if (free := next((thing for thing in new if thing not in owner), None)) is not None:
                _hand_over(free, start, came_from, owner)
                break
            queue += [owner[thing] for thing in new]
    return {entry: thing for thing, entry in owner.items()}


def _hand_over(thing: int, start: int, came_from: dict[int, int], owner: dict[int, int]) -> None:
    """Give a free thing to who wanted it, what he had to who wanted that, and so on."""
    has = {entry: taken for taken, entry in owner.items()}
    while True:
        entry = came_from[thing]
        owner[thing] = entry
        if entry == start:
            return
        thing = has[entry]


def concerns(expected: Expected, done: Done) -> bool:
    """Say whether an expectation is about the one for whom something was done, and the action."""
    number = number_of(expected)
    return (
        expected.action == done.outcome.action
        and (expected.customer is None or fold(str(expected.customer)) == fold(done.step.pid))
        and (number is None or number == done.step.object_id)
    )


def number_of(expected: Expected) -> int | None:
    """Return the number of the task, ticket or opportunity that is meant, if one is named."""
    return next((number for name in NUMBERED if (number := getattr(expected, name))), None)


def unlike(expected: Expected, done: Done) -> list[Unlike]:
    """Return in what an effect differs from all that is expected of it."""
    return list(_unlike(expected.what, done))


def _unlike(what: Mapping[str, Any], done: Done) -> Iterator[Unlike]:
    for name, wanted in what.items():
        if isinstance(done.what, Send):
            yield from _unlike_send(name, wanted, done.what, done)
        elif done.outcome.action == "update" and isinstance(done.what, Change):
            yield from _unlike_change(name, wanted, done.what, done.clock)
        elif not _is_said(name, wanted, done):
            yield Unlike(name, wanted, {**_said(done), **_values(done.what)}.get(name))


def _unlike_send(name: str, wanted: Any, send: Send, done: Done) -> Iterator[Unlike]:
    have: Any
    if name == "to":
        said = getattr(done.action, "to", None)
        fits, have = _is_to(wanted, said, send), send.to_staff or "customer"
    elif name == "send_at":
        have = f"{send.send_at:%Y-%m-%d %H:%M}" if send.send_at else "now"
        fits = _is_at(wanted, send, done.clock)
    else:
        sent = _sent(send, done)
        have = sent.get(name)
        fits = name in sent and same(wanted, have)
    if not fits:
        yield Unlike(name, wanted, have)


def _sent(send: Send, done: Done) -> Mapping[str, Any]:
    """Return what a message has, by the names that its action gives it."""
    return {**_said(done), **_fields(send), "from": send.provider, **send.data}


def _said(done: Done) -> Mapping[str, Any]:
    return _fields(done.action)


def _fields(thing: Any) -> Mapping[str, Any]:
    return {each.name: getattr(thing, each.name) for each in fields(thing)}


def _is_said(name: str, wanted: Any, done: Done) -> bool:
    """Say whether something is so of what was made or changed, or of what the action says."""
    values = _values(done.what)
    if name in values:
        have = values[name]
        return same(wanted, have) or (is_stored(have) and _is_instant(wanted, have, done.clock))
    said = _said(done)
    return name in said and (same(wanted, said[name]) or same(wanted, str(said[name])))


def _values(effect: Effect | Skip) -> Mapping[str, Any]:
    """Return what is new: the fields of something that was made, or of the customer."""
    if isinstance(effect, Change):
        return {name: pair[1] for name, pair in effect.fields.items()}
    made: Mapping[str, Any] = getattr(effect, "values", {})
    return made


def _is_to(wanted: Any, said: Any, send: Send) -> bool:
    if isinstance(wanted, dict) and "group" in wanted:
        return bool(getattr(said, "group", None) == wanted["group"])
    if isinstance(wanted, dict):
        return send.to_staff == wanted.get("staff")
    return send.to_staff is None if wanted == "customer" else wanted == said


def _is_at(wanted: Any, send: Send, clock: Clock) -> bool:
    if wanted == send.when or send.send_at is None:
        return bool(wanted == send.when)
    if wanted == f"{send.send_at:%H:%M}":
        return True
    with suppress(ValueError):
        return to_text(local(dt.datetime.fromisoformat(str(wanted)), clock.zone)) == to_text(
            send.send_at
        )
    return False


def _unlike_change(name: str, wanted: Any, change: Change, clock: Clock) -> Iterator[Unlike]:
    old, new = change.fields.get("tags", ((), ()))
    if name in ("add_tags", "remove_tags"):
        moved = without(new, old) if name == "add_tags" else without(old, new)
        if without(wanted if isinstance(wanted, list) else [wanted], moved):
            yield Unlike(name, wanted, moved)
    elif name == "fields" and isinstance(wanted, dict):
        for each, value in wanted.items():
            yield from _unlike_value(each, value, change, clock)
    elif name == "note" and isinstance(wanted, dict):
        yield from _unlike_note(wanted, change)
    else:
        yield from _unlike_value(name, wanted, change, clock)


def _unlike_value(name: str, wanted: Any, change: Change, clock: Clock) -> Iterator[Unlike]:
    if name not in change.fields:
        yield Unlike(name, wanted, None)
        return
    have = change.fields[name][1]
    if name == "tags":
        fits = isinstance(wanted, list) and not (without(wanted, have) or without(have, wanted))
    else:
        fits = same(wanted, have) or (is_stored(have) and _is_instant(wanted, have, clock))
    if not fits:
        yield Unlike(name, wanted, have)


def _is_instant(wanted: Any, have: str, clock: Clock) -> bool:
    with suppress(ValueError):
        return clock.stored(dt.datetime.fromisoformat(str(wanted))) == have
    return False


def _unlike_note(wanted: Mapping[str, Any], change: Change) -> Iterator[Unlike]:
    old, new = change.fields.get("note", (None, None))
    for how, text in wanted.items():
        whole = f"{old}\n{text}" if how == "append" and old else text
        if not same(whole, new):
            added = (new or "").removeprefix(f"{old}\n") if how == "append" else new
            yield Unlike("note", text, added or None)


def without(tags: Sequence[Any], others: Sequence[Any]) -> tuple[str, ...]:
    """Return the tags that aren't among others, whatever their case."""
    known = {fold(str(tag)) for tag in others}
    return tuple(str(tag) for tag in tags if fold(str(tag)) not in known)


def same(wanted: Any, have: Any) -> bool:
    """Say whether a value is the one that is expected, whatever the Unicode form of a text."""
    if isinstance(wanted, bool) or isinstance(have, bool):
        return wanted is have
    if isinstance(have, str):
        return unicodedata.normalize("NFC", str(wanted)) == unicodedata.normalize("NFC", have)
    return bool(wanted == have or (wanted == "" and have is None))
