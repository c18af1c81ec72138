"""The change log and the events: what every change of the store leaves, written in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from sqlite_utils import Database

from cskh.model.effects import Chain
from cskh.model.fields import Family
from cskh.rules.query import CREATED, UPDATED
from cskh.store.sqlite.adding import insert, json_of
from cskh.store.sqlite.queries import queries
from cskh.store.values import Edit, Happening, Stamp

_CHANGES = ("object", "object_id", "event_id", "field", "old", "new", "cause", "actor", "at")
_EVENTS = ("id", "object", "object_id", "kind", "data", "chain", "at")


def log_created(
    db: Database,
    family: Family,
    ids: range,
    stamp: Stamp,
    chains: Sequence[Chain] | None = None,
) -> None:
    """Note that objects are new; each may have a chain of its own that led to it."""
    events = _numbers(db, len(ids), stamp)
    if stamp.fires:
        texts = map(json_of, chains) if chains else repeat(json_of(stamp.chain), len(ids))
        made = [
            (event, family, id_, CREATED, "{}", chain, stamp.at)
            for event, id_, chain in zip(events, ids, texts, strict=True)
        ]
        insert(db.conn, "events", _EVENTS, made)
    said = {"object": family, "cause": stamp.cause, "actor": stamp.actor, "at": stamp.at}
    numbers = {"first": ids.start, "last": ids.stop - 1, "first_event": next(iter(events), None)}
    db.conn.execute(queries()["log_new"], said | numbers)


def log_changed(db: Database, family: Family, edits: Sequence[Edit], stamp: Stamp) -> None:
    """Note which fields of objects changed, and from what to what."""
    events = _numbers(db, len(edits), stamp)
    if stamp.fires:
        pairs = zip(events, edits, strict=True)
        made = [
            (event, family, edit.id, UPDATED, "{}", json_of(edit.chain or stamp.chain), stamp.at)
            for event, edit in pairs
        ]
        insert(db.conn, "events", _EVENTS, made)
    rows = _changed(family, zip(events, edits, strict=True), stamp)
    insert(db.conn, "changes", _CHANGES, list(rows))


def log_happened(db: Database, happenings: Sequence[Happening], stamp: Stamp) -> list[int]:
    """Note what happened outside, and return the numbers of the events."""
    numbers = list(_from(db, len(happenings)))
    made = [
        (number, each.family, each.id, each.kind, json_of(each.data), json_of(chain), stamp.at)
        for number, each in zip(numbers, happenings, strict=True)
        for chain in (each.chain or stamp.chain,)
    ]
    insert(db.conn, "events", _EVENTS, made)
    return numbers


def _numbers(db: Database, count: int, stamp: Stamp) -> Sequence[int | None]:
    """Return the numbers of new events; what fires nothing is none."""
    return _from(db, count) if stamp.fires else list(repeat(None, count))


def _from(db: Database, count: int) -> range:
    first = db.conn.execute(queries()["last_event"]).fetchone()[0] + 1
    return range(first, first + count)


def _changed(
    family: Family, edits: Iterable[tuple[int | None, Edit]], stamp: Stamp
) -> Iterator[tuple[Any, ...]]:
    same = (stamp.cause, stamp.actor, stamp.at)
    for event, edit in edits:
        for name, (old, new) in edit.fields.items():
            yield (family, edit.id, event, name, _json(old), _json(new), *same)


def _json(value: Any) -> str | None:
    return None if value is None else json_of(value)


def net(edits: Iterable[tuple[Any, ...]]) -> list[Edit]:
    """Return what edits come to, object by object; what ends as it was is left out."""
    by_id: dict[int, dict[str, tuple[Any, Any]]] = {}
    chains: dict[int, Chain] = {}
    for edit in (Edit(*each) for each in edits):
        pairs = by_id.setdefault(edit.id, {})
        chains.setdefault(edit.id, edit.chain)
        for name, (old, new) in edit.fields.items():
            first, _between = pairs.get(name, (old, None))
            pairs[name] = (first, new)
    kept = ((id_, {n: p for n, p in pairs.items() if p[0] != p[1]}) for id_, pairs in by_id.items())
    return [Edit(id_, pairs, chains[id_]) for id_, pairs in kept if pairs]
