"""Which customer a row of a file is, and what the row changes about him.

By code, else by phone and email. Rows apply in order: a later row sees what earlier ones made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cskh.cells.rows import CleanRow
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.folding import fold

Verdict = Literal["created", "updated", "unchanged"]
# What is asked of customers that a row may be, beside the file's own fields.
KEYS = ("pid", "automatic_pid", "phone", "email")


_NOBODY = {"pid": None, "phone": None, "email": None}


class TwoMatches(Exception):
    """A row's phone and email belong to more than one customer."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        names = ", ".join(str(entry.values["pid"] or _("a new one")) for entry in entries)
        super().__init__(_("Phone and email belong to {pids}.").format(pids=names))


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
        self._phones: dict[str, list[Entry]] = defaultdict(list)
        self._emails: dict[str, list[Entry]] = defaultdict(list)
        for customer in stored:
            self._file(Entry(dict(customer.values), customer))

    def take(self, row: CleanRow) -> tuple[Verdict, Entry, bool]:
        """Apply a row; return what became of it, whose it is, and whether he shares a phone.

        Raises TwoMatches.
        """
        entry = self._find(row.values)
        if entry is None:
            shares = bool(self._with_phone(row.values.get("phone")))
            entry = Entry({**_NOBODY, **row.values, "tags": _tags((), row.tags)})
            self._file(entry)
            return "created", entry, shares
        changed = self._apply(entry, row)
        return ("updated" if changed else "unchanged"), entry, False

    def _find(self, values: Mapping[str, Any]) -> Entry | None:
        pid = values.get("pid")
        same_phone = self._with_phone(values.get("phone"))
        if pid is not None:
            if (entry := self._pids.get(fold(pid))) is not None:
                return entry
            # An automatic code was only a stand-in: whose phone it is takes the real one.
            is_his = len(same_phone) == 1 and same_phone[0].has_stand_in
            return same_phone[0] if is_his else None
        same_email = self._with_email(values.get("email"))
        matches = same_phone + [entry for entry in same_email if entry not in same_phone]
        if len(matches) > 1:
            raise TwoMatches(matches)
        return matches[0] if matches else None

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
        entry.values |= new
        entry.changed |= new.keys()
        if new.keys() & {"pid", "phone", "email"}:
            self._index(entry)
        return bool(new)

    def _file(self, entry: Entry) -> None:
        self.entries.append(entry)
        self._index(entry)

    def _index(self, entry: Entry) -> None:
        values = entry.values
        if values["pid"] is not None:
            self._pids[fold(values["pid"])] = entry
        if values["phone"] is not None:
            self._phones[values["phone"]].append(entry)
        if values["email"] is not None:
            self._emails[fold(values["email"])].append(entry)

    def _with_phone(self, phone: str | None) -> list[Entry]:
        if phone is None or not (found := self._phones.get(phone)):
            return []
        return _once(entry for entry in found if entry.values["phone"] == phone)

    def _with_email(self, email: str | None) -> list[Entry]:
        if email is None or not (found := self._emails.get(key := fold(email))):
            return []
        return _once(entry for entry in found if fold(entry.values["email"] or "") == key)


def _once(entries: Iterable[Entry]) -> list[Entry]:
    return list({id(entry): entry for entry in entries}.values())


def _tags(have: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    if not more:
        return tuple(have)
    by_key = {fold(tag): tag for tag in have}
    for tag in more:
        by_key.setdefault(fold(tag), tag)
    return tuple(sorted(by_key.values()))
