"""Which customer a row of a file is, and what the row changes about him.

By code, else by phone and email. Rows apply in order: a later row sees what earlier ones made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Literal, NamedTuple

from cskh.cells.rows import CleanRow
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.folding import fold
from cskh.store.values import Keys

Verdict = Literal["created", "updated", "unchanged"]
# What is asked of customers that a row may be, beside the file's own fields.
KEYS = ("pid", "automatic_pid", "phone", "email")


_NOBODY = {"pid": None, "phone": None, "email": None}
_MOST_NAMED = 5
_Texts = Sequence[str | None]


class Whose(NamedTuple):
    """By what each of some rows names its customer: folded codes, phones, and folded emails."""

    pids: _Texts
    phones: _Texts
    emails: _Texts

    def keys(self) -> Keys:
        """Return what the store is asked for: each key once."""
        return Keys(*(set(filter(None, texts)) for texts in self))


def whose(rows: Iterable[CleanRow]) -> Whose:
    """Return by what rows name their customers."""
    values = [row.values for row in rows]
    return Whose(
        [(pid := each.get("pid")) and fold(pid) for each in values],
        [each.get("phone") for each in values],
        [(email := each.get("email")) and fold(email) for each in values],
    )


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
    """The customers that a batch of rows may be about, by their keys.

    A row whose keys nobody else has is a new customer's, and nothing more is asked about it. Where
    rows `only_adds` customers, those who are there stay as they are.
    """

    def __init__(
        self, stored: Iterable[Customer], asked: Whose, *, only_adds: bool = False
    ) -> None:
        self._only_adds = only_adds
        self.new: list[dict[str, Any]] = []
        self.stored = [Entry(dict(customer.values), customer) for customer in stored]
        self._pids: dict[str, Entry] = {}
        # Ordered sets: of the thousands who share a placeholder, each is found at once.
        self._phones: dict[str, dict[Entry, None]] = defaultdict(dict)
        self._emails: dict[str, dict[Entry, None]] = defaultdict(dict)
        for entry in self.stored:
            self._index(entry)
        self._shared = (
            _repeated(asked.pids) | self._pids.keys(),
            _repeated(asked.phones) | self._phones.keys(),
            _repeated(asked.emails) | self._emails.keys(),
        )

    def take(self, row: CleanRow, keys: Sequence[str | None]) -> tuple[Verdict, Any, bool]:
        """Apply a row; return what became of it, whose values, and whether he shares a phone.

        `keys` are the row's of what was asked. Raises TwoMatches.
        """
        (pid, phone, email), (pids, phones, emails) = keys, self._shared
        is_alone = pid not in pids and phone not in phones and email not in emails
        entry, shares = (None, False) if is_alone else self._find(pid, phone, email)
        if entry is not None:
            changed = not self._only_adds and self._apply(entry, row)
            return ("updated" if changed else "unchanged"), entry.values, False
        values = {**_NOBODY, **row.values, "tags": _tags((), row.tags)}
        self.new.append(values)
        if not is_alone:
            self._index(Entry(values))
        return "created", values, shares

    def _find(
        self, pid: str | None, phone: str | None, email: str | None
    ) -> tuple[Entry | None, bool]:
        """Return whose keys these are, and whether somebody has the phone."""
        same_phone: dict[Entry, None] = self._phones.get(phone, {}) if phone else {}
        same_email: dict[Entry, None] = self._emails.get(email, {}) if email else {}
        if pid is not None:
            # An automatic code was only a stand-in: whose phone it is takes the real one.
            only = next(iter(same_phone)) if len(same_phone) == 1 else None
            stand_in = only if only and only.has_stand_in else None
            return self._pids.get(pid, stand_in), bool(same_phone)
        if len(same_phone) > 1 or len(same_email) > 1 or len(both := same_phone | same_email) > 1:
            raise TwoMatches(chain(same_phone, same_email))
        return next(iter(both), None), bool(same_phone)

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


def _repeated(texts: _Texts) -> set[str | None]:
    counts = Counter(texts)
    del counts[None]
    return {text for text, count in counts.items() if count > 1}


@lru_cache(maxsize=10_000)
def _tags(have: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    if not more:
        return have
    by_key = {fold(tag): tag for tag in have}
    for tag in more:
        by_key.setdefault(fold(tag), tag)
    return tuple(sorted(by_key.values()))
