"""Campaigns in SQLite: where they stand, their moves, and whom they go to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.model.campaign import CampaignState
from cskh.store.campaigning import Moved, Recipient, Submitted
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqliteCampaigns:
    """Campaigns since they were submitted."""

    def __init__(self, read: Database, write: Database) -> None:
        self._read = read
        self._db = write

    def find(self, id_: str) -> Submitted | None:
        """Return a campaign, None if it was never submitted."""
        return next(iter(self._found(id_)), None)

    def all(self) -> list[Submitted]:
        """Return every campaign that was ever submitted, the one moved last at the end."""
        return self._found(None)

    def _found(self, id_: str | None) -> list[Submitted]:
        return [_submitted(row) for row in self._rows("campaign", id=id_)]

    def freeze(self, to: Submitted, was: Submitted | None) -> bool:
        """Write what a campaign is from now on, if it still is what it `was`."""
        row = {
            "id": to.id,
            "name": to.name,
            "created_by": to.created_by,
            "to": to.state,
            "send_at": to.send_at,
            "digest": to.digest,
            "frozen": json.dumps(to.frozen, ensure_ascii=False),
            "left_out": json.dumps(to.left_out),
            "accepted": to.accepted,
            "at": to.at,
        }
        return self._done("freeze_campaign", **row, **_was(was)) == 1

    def move(self, was: Submitted, to: CampaignState, at: str) -> bool:
        """Put a campaign into another state, if it still is what it `was`."""
        return self._done("move_campaign", id=was.id, to=to, at=at, **_was(was)) == 1

    def log(self, id_: str, moved: Moved) -> int:
        """Add a move to the history, and return its number; that of `moved` doesn't count."""
        _id, move, from_, *rest = moved
        names = ("to", "actor", "at", "note", "digest", "signature")
        row = {"id": id_, "move": move, "from": from_, **dict(zip(names, rest, strict=True))}
        return int(self._db.conn.execute(queries()["add_move"], row).lastrowid or 0)

    def history(self, id_: str) -> list[Moved]:
        """Return the moves of a campaign, the oldest first."""
        return [Moved(*row) for row in self._rows("moves", id=id_)]

    def free(self, id_: str) -> None:
        """Let go of the recipients whose message certainly did not go out."""
        self._done("free_recipients", id=id_)
        self._done("set_skips_aside", id=id_)

    def add(self, id_: str, recipient: Recipient) -> bool:
        """Add a recipient, unless he or the phone is there; return whether that was done."""
        return self._done("add_recipient", campaign=id_, **recipient._asdict()) == 1

    def recipients(self, id_: str) -> Iterator[tuple[str, str]]:
        """Yield code and phone of each recipient, by phone."""
        yield from self._db.conn.execute(queries()["recipients"], {"id": id_})

    def phones(self, id_: str, customers: Sequence[int]) -> Mapping[int, str]:
        """Return the frozen phones of some customers by their numbers."""
        return dict(self._rows("recipient_phones", id=id_, customers=json.dumps(customers)))

    def people(self, id_: str) -> Iterator[tuple[int, str, str | None, str, str | None]]:
        """Yield number, code, name, phone of each recipient, and the state of the message."""
        yield from self._read.conn.execute(queries()["campaign_people"], {"id": id_})

    def take_back(self, id_: str) -> None:
        """Take back what certainly did not go out of an approved campaign."""
        with writing(self._db):
            self._done("take_back", id=id_)

    def cancel(self, id_: str) -> None:
        """Let nothing more of a campaign be sent."""
        self._done("cancel_campaign", id=id_)

    def unsettled(self, id_: str, asked: Sequence[str]) -> int:
        """Count the messages that may yet be sent, or that one of the `asked` is yet to tell of."""
        return int(self._rows("unsettled", id=id_, asked=json.dumps(asked))[0][0])

    def providers(self, id_: str) -> list[str | None]:
        """Return the providers that messages of a campaign wait for; None is the active one."""
        return [provider for (provider,) in self._rows("campaign_providers", id=id_)]

    def tried(self, id_: str) -> int:
        """Count the messages that left, or may have."""
        return int(self._rows("tried", id=id_)[0][0])

    def _rows(self, name: str, **asked: Any) -> list[tuple[Any, ...]]:
        return self._db.conn.execute(queries()[name], asked).fetchall()

    def _done(self, name: str, /, **row: Any) -> int:
        return int(self._db.conn.execute(queries()[name], row).rowcount)


def _was(was: Submitted | None) -> dict[str, Any]:
    return {"from": was.state if was else None, "was": was.digest if was else None}


def _submitted(row: Sequence[Any]) -> Submitted:
    id_, name, created_by, state, send_at, digest, frozen, left_out, accepted, at, count = row
    return Submitted(
        id=id_,
        name=name,
        created_by=created_by,
        state=CampaignState(state),
        send_at=send_at,
        digest=digest,
        frozen=json.loads(frozen),
        left_out=json.loads(left_out),
        accepted=bool(accepted),
        at=at,
        recipients=count,
    )
