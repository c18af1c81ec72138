"""Whether a workflow's `tests:` can be run, and speak of what there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.cases import NUMBERED, PERMISSIONS
from cskh.model.catalogues import family_of, own_fields
from cskh.model.clock import YEARS, parse_span, shift
from cskh.model.events import TELLS
from cskh.model.fields import Family, customer_fields
from cskh.model.folding import fold
from cskh.spec.checks.draft import Draft
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []
# A workflow of every day runs as often as there are days.
LONGEST = dt.timedelta(days=3660)
# Beside the fields: what an entry is, whose it is, and what only stores know.
_ENTRY_TOO = ("object", "customer")
_CUSTOMER_TOO = ("lunar_birthday", "phone_kind")
_EVENT_TOO = ("kind", "customer", *NUMBERED)


@dataclass(frozen=True)
class _Case:
    """One test as written, wrong parts left out."""

    path: Path
    data: Mapping[str, Any]
    given: tuple[tuple[Path, Mapping[str, Any]], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "given", tuple(_mappings(self.data, "given", self.path)))

    @cached_property
    def steps(self) -> tuple[tuple[str, Path, Any], ...]:
        """Return what happens: the word, where it stands, and what it says."""
        return tuple(
            (word, (*path, word), said)
            for path, step in _mappings(self.data, "when", self.path)
            for word, said in step.items()
        )

    @cached_property
    def things(self) -> tuple[tuple[Path, Mapping[str, Any]], ...]:
        """Return what is given or added, in this order."""
        added = ((path, said) for word, path, said in self.steps if word == "add")
        return self.given + tuple((path, said) for path, said in added if isinstance(said, dict))

    @cached_property
    def pids(self) -> Mapping[str, str]:
        """Return the codes of all customers, folded, and as they are written."""
        people = [thing for _path, thing in self.things if _family(thing) == "customer"]
        written = [str(one["pid"]) for one in people if one.get("pid") is not None]
        automatic = [f"AUTO-{n + 1}" for n in range(len(people) - len(written))]
        return {fold(pid): pid for pid in (*written, *automatic)}

    def count(self, family: str) -> int:
        """Count what is given or added of one family."""
        return sum(_family(thing) == family for _path, thing in self.things)

    def named(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Yield everything that names a customer or a number of something."""
        yield from ((path, thing) for path, thing in self.things if _family(thing) != "customer")
        yield from ((p, said) for w, p, said in self.steps if w in ("set", "event"))
        yield from _mappings(self.data, "expect", self.path)


def _cases(draft: Draft) -> Iterator[_Case]:
    for path, data in _mappings(draft.data, "tests", ()):
        yield _Case(path, data)


def _mappings(data: Mapping[str, Any], key: str, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the mappings in a list, and where they stand."""
    listed = data.get(key)
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            yield (*path, key, index), each


def _family(thing: Mapping[str, Any]) -> Family:
    return family_of(thing.get("object", "customer"))


@check("CK242", CHECKS)
def test_that_cannot_run(draft: Draft) -> Iterator[Finding]:
    """A test can't be run.

    Its time doesn't exist, or lets more than ten years go by; an expectation names nobody, or
    more than one action.
    """
    actions, who = draft.world.registries.actions, {"customer", *NUMBERED}
    for case in _cases(draft):
        yield from _bad_times(case)
        for path, entry in _mappings(case.data, "expect", case.path):
            named = [name for name in entry if name in actions]
            if len(named) > 1:
                message = _("There is more than one action here: {names}.")
                hint = _("Each action is an entry of its own.")
                yield Finding(path, message.format(names=", ".join(named)), hint)
            elif entry.keys() <= who or entry.keys() <= actions.keys():
                message = _("It takes somebody and one action.")
                yield Finding(path, message, _("Like {{customer: A1, update: {{}}}}.").format())


def _bad_times(case: _Case) -> Iterator[Finding]:
    now = case.data.get("now")
    if isinstance(now, str) and not _is_time(now):
        message = _("There is no such time: {time}.").format(time=quoted(now))
        yield Finding((*case.path, "now"), message, _("Write it like 2026-12-01T10:00."))
    for word, path, said in case.steps:
        if word == "advance" and isinstance(said, str) and not _is_short(said):
            message = _("A test may let ten years go by, not more.")
            yield Finding(path, message)


def _is_time(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).year in YEARS
    except ValueError:
        return False


def _is_short(text: str) -> bool:
    start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    try:
        return shift(start, parse_span(text)) - start <= LONGEST
    except (ValueError, OverflowError):
        return False


@check("CK305", CHECKS)
def unknown_field_in_test(draft: Draft) -> Iterator[Finding]:
    """Somebody or something in `tests:` has a field that there isn't, or an event tells one."""
    for case in _cases(draft) if draft.world.words.closed else ():
        for path, said, known in _described(draft, case):
            for name in said:
                if name not in known:
                    message = _("There is no field {name}.").format(name=quoted(name))
                    where = draft.document.place((*path, name), key=True)
                    yield Finding((*path, name), message, did_you_mean(name, known), where)


def _described(
    draft: Draft, case: _Case
) -> Iterator[tuple[Path, Mapping[str, Any], Collection[str]]]:
    """Yield everything that has fields in a test, and the names that these may have."""
    for path, thing in case.things:
        family = _family(thing)
        too = PERMISSIONS if family == "customer" else ()
        yield path, thing, (*_fields(draft, family), *_ENTRY_TOO, *too)
    for word, path, said in case.steps:
        if word == "set" and isinstance(said, dict):
            what: Family = next((name for name in NUMBERED if name in said), "customer")
            yield path, said, (*_fields(draft, what), "customer", *NUMBERED)
        elif word == "event" and isinstance(said, dict):
            told = next((names for kind, names in TELLS.items() if kind == said.get("kind")), None)
            if told is not None:
                yield path, said, (*told, *_EVENT_TOO)


def _fields(draft: Draft, family: Family) -> list[str]:
    settings = draft.world.settings
    if family == "customer":
        return [*customer_fields(settings), *_CUSTOMER_TOO]
    return [own.name for own in own_fields(settings, family)]


@check("CK313", CHECKS)
def nobody_in_test(draft: Draft) -> Iterator[Finding]:
    """A test speaks of a customer, or of the number of a task, that is not in it."""
    for case in _cases(draft):
        for path, said in case.named():
            if not isinstance(said, dict):
                continue
            pid = said.get("customer")
            if isinstance(pid, str | int) and fold(str(pid)) not in case.pids:
                message = _("There is no customer {pid} in this test.").format(pid=quoted(pid))
                hint = did_you_mean(str(pid), case.pids.values())
                yield Finding((*path, "customer"), message, hint)
            for name in NUMBERED:
                number = said.get(name)
                if isinstance(number, int) and not 1 <= number <= case.count(name):
                    message = _("There is no {object} {number} in this test.")
                    text = message.format(object=name, number=number)
                    yield Finding((*path, name), text)
