"""Which customer a row of a file is, and what the row changes about him.

By code, else by phone and email. Rows apply in order: a later row sees what earlier ones made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Literal

from cskh.cells.rows import CleanRow
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.folding import fold

Verdict = Literal["created", "updated", "unchanged"]
# What is asked of customers that a row may be, beside the file's own fields.
KEYS = ("pid", "automatic_pid", "phone", "email")


_NOBODY = {"pid": None, "phone": None, "email": None}


_MOST_NAMED = 5


class TwoMatches(Exception):
    """A row's phone and email belong to more than one customer."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        # Thousands may share a phone, and who has it may have the email too.
        named = list(dict.fromkeys(islice(entries, 2 * _MOST_NAMED)))
        names = [str(entry.values["pid"] or _("a new one")) for entry in named[:_MOST_NAMED]]
        names += ["…"] * (len(named) > _MOST_NAMED)
        super().__init__(_("Phone and email belong to {pids}.").format(pids=", ".join(names)))


@dataclass(slots=True, eq=False)
class Entry:
    """A customer as the rows so far have made him; `stored` is None for a new one."""

    values: dict[str, Any]
    stored: Customer | None = None
    changed: set[str] = field(default_factory=set)

    @property
    def has_stand_in(self) -> bool:
        """Say whether his code is automatic, or will be."""
        return self.values["pid"] is None or bool(self.values.get("automatic_pid"))

    def changes(self) -> Mapping[str, tuple[Any, Any]]:
        """Return what is to be written of a stored customer: name -> old, new."""
        old = self.stored.values if self.stored else {}
        return {name: (old[name], self.values[name]) for name in sorted(self.changed)}


class Known:
    """The customers that a batch of rows may be about, by their keys."""

    def __init__(self, stored: Iterable[Customer]) -> None:
        self.entries: list[Entry] = []
        self._pids: dict[str, Entry] = {}
        # Ordered sets: of the thousands who share a placeholder, each is found at once.
        self._phones: dict[str, dict[Entry, None]] = defaultdict(dict)
        self._emails: dict[str, dict[Entry, None]] = defaultdict(dict)
        for customer in stored:
            self._file(Entry(dict(customer.values), customer))

    def take(self, row: CleanRow) -> tuple[Verdict, Entry, bool]:
        """Apply a row; return what became of it, whose it is, and whether he shares a phone.

        Raises TwoMatches.
        """
        entry = self._find(row.values)
        if entry is None:
            shares = bool(self._sharing(row.values)[0])
            entry = Entry({**_NOBODY, **row.values, "tags": _tags((), row.tags)})
            self._file(entry)
            return "created", entry, shares
        changed = self._apply(entry, row)
        return ("updated" if changed else "unchanged"), entry, False

    def _find(self, values: Mapping[str, Any]) -> Entry | None:
        pid = values.get("pid")
        same_phone, same_email = self._sharing(values)
        if pid is not None:
            if (entry := self._pids.get(fold(pid))) is not None:
                return entry
            # An automatic code was only a stand-in: whose phone it is takes the real one.
            only = next(iter(same_phone)) if len(same_phone) == 1 else None
            return only if only and only.has_stand_in else None
        if len(same_phone) > 1 or len(same_email) > 1 or len(both := same_phone | same_email) > 1:
            raise TwoMatches(chain(same_phone, same_email))
        return next(iter(both), None)

    def _sharing(self, values: Mapping[str, Any]) -> tuple[dict[Entry, None], dict[Entry, None]]:
        """Return who has a row's phone, and who has its email."""
        phone, email = values.get("phone"), values.get("email")
        return (
            self._phones.get(phone, {}) if phone else {},
            self._emails.get(fold(email), {}) if email else {},
        )

    def _apply(self, entry: Entry, row: CleanRow) -> bool:
        wanted = dict(row.values)
        pid = wanted.get("pid")
        if pid is not None and fold(pid) == fold(entry.values["pid"] or ""):
            del wanted["pid"]  # a code keeps its first spelling
        elif pid is not None:
            wanted["automatic_pid"] = False
        if row.tags:
            wanted["tags"] = _tags(entry.values.get("tags") or (), row.tags)
        new = {name: value for name, value in wanted.items() if entry.values.get(name) != value}
        if moves := new.keys() & _NOBODY.keys():
            self._forget(entry)
        entry.values |= new
        entry.changed |= new.keys()
        if moves:
            self._index(entry)
        return bool(new)

    def _file(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._index(entry)

    def _index(self, entry: Entry) -> None:
        pid, phone, email = (entry.values[key] for key in _NOBODY)
        if pid is not None:
            self._pids[fold(pid)] = entry
        if phone is not None:
            self._phones[phone][entry] = None
        if email is not None:
            self._emails[fold(email)][entry] = None

    def _forget(self, entry: Entry) -> None:
        pid, phone, email = (entry.values[key] for key in _NOBODY)
        self._pids.pop(fold(pid or ""), None)
        self._phones[phone or ""].pop(entry, None)
        self._emails[fold(email or "")].pop(entry, None)


def _tags(have: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    if not more:
        return tuple(have)
    by_key = {fold(tag): tag for tag in have}
    for tag in more:
        by_key.setdefault(fold(tag), tag)
    return tuple(sorted(by_key.values()))
