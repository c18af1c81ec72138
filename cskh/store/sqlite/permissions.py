"""Refusals, consents and the do-not-call list in SQLite."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from cskh.model.message import Channel, Purpose
from cskh.model.standing import Addressee, Scope, Sort, Standing, Window
from cskh.store.permitting import Consent, NeverCalled, OptOut
from cskh.store.sqlite.connection import writing
from cskh.store.sqlite.queries import queries


class SqlitePermissions:
    """Who may be written to."""

    def __init__(self, write: Database) -> None:
        self._db = write

    def standings(
        self, asked: Collection[Addressee], windows: Sequence[Window]
    ) -> Mapping[Addressee, Standing]:
        """Return what is known of some, without those of whom nothing is."""
        customers = json.dumps(list({each.customer for each in asked}))
        recipients = json.dumps(list({each.recipient for each in asked}))
        opted_out = _by_customer(self._rows("opt_outs_among", customers=customers))
        consents = _by_customer(self._rows("consents_among", customers=customers))
        uncalled = {phone for (phone,) in self._rows("uncalled_among", phones=recipients)}
        sent = self._sent(recipients, windows)
        return {
            each: Standing(
                opted_out=frozenset(opted_out.get(each.customer, ())),
                consents=frozenset(consents.get(each.customer, ())),
                do_not_contact=each.recipient in uncalled,
                sent_lately=sent.get(each.recipient, {}),
            )
            for each in asked
            if each.customer in opted_out
            or each.customer in consents
            or each.recipient in uncalled
            or each.recipient in sent
        }

    def _sent(self, recipients: str, windows: Sequence[Window]) -> Mapping[str, Mapping[Sort, int]]:
        if not windows:
            return {}
        asked = {"recipients": recipients, "windows": json.dumps(windows)}
        oldest = min(window.since for window in windows)
        sent: dict[str, dict[Sort, int]] = defaultdict(dict)
        for recipient, channel, purpose, n in self._rows("sent_lately", oldest=oldest, **asked):
            sent[recipient][Channel(channel), Purpose(purpose)] = n
        return dict(sent)

    def opt_outs(self, customer: int) -> list[OptOut]:
        """Return what a customer refuses, the oldest first."""
        return [
            OptOut(id_, _channel(channel), _purpose(purpose), *rest)
            for id_, channel, purpose, *rest in self._rows("opt_outs_of", customer=customer)
        ]

    def refuse(self, customer: int, added: Iterable[OptOut], lifted: Iterable[OptOut] = ()) -> None:
        """Add refusals and take others away."""
        new = [each._asdict() | {"customer": customer} for each in added]
        gone = [{"id": each.id} for each in lifted]
        with writing(self._db):
            self._db.conn.executemany(queries()["lift_opt_out"], gone)
            self._db.conn.executemany(queries()["add_opt_out"], new)

    def consents(self, customer: int) -> list[Consent]:
        """Return what a customer agreed to, the oldest first."""
        return [
            Consent(Channel(channel), Purpose(purpose), *rest)
            for channel, purpose, *rest in self._rows("consents_of", customer=customer)
        ]

    def agree(self, customer: int, consent: Consent) -> None:
        """Record a consent."""
        with writing(self._db):
            row = consent._asdict() | {"customer": customer}
            self._db.conn.execute(queries()["add_consent"], row)

    def decide(self, customer: int, what: str, scope: Scope, actor: str | None, at: str) -> None:
        """Remember for good that somebody recorded or lifted a refusal."""
        self._note(f"customer:{customer}", what, json.dumps(scope), actor, at)

    def uncalled(self, phones: Collection[str]) -> frozenset[str]:
        """Return those of some phones that are on the do-not-call list."""
        rows = self._rows("uncalled_among", phones=json.dumps(list(phones)))
        return frozenset(phone for (phone,) in rows)

    def never_call(self, phones: Iterable[str], source: str, at: str) -> None:
        """Put phones on the do-not-call list; those that are there stay as they are."""
        rows = [{"phone": phone, "source": source, "at": at} for phone in phones]
        with writing(self._db):
            self._db.conn.executemany(queries()["never_call"], rows)

    def never_called(self) -> list[NeverCalled]:
        """Return the do-not-call list, the oldest entry first."""
        return [
            NeverCalled(phone, source, file, actor, at, json.loads(pids))
            for phone, source, file, actor, at, pids in self._rows("never_called")
        ]

    def put_on_list(self, phone: str, source: str, actor: str | None, at: str) -> bool:
        """Let somebody put a phone on the do-not-call list; return whether it is new there."""
        row = {"phone": phone, "source": source, "at": at}
        with writing(self._db):
            is_new = self._db.conn.execute(queries()["never_call"], row).rowcount == 1
            if is_new:
                self._note(f"phone:{phone}", "never-call", None, actor, at)
        return is_new

    def take_off_list(self, phone: str, actor: str | None, at: str) -> bool:
        """Let somebody take a phone off the do-not-call list; return whether it was there."""
        with writing(self._db):
            was = self._db.conn.execute(queries()["call_again"], {"phone": phone}).rowcount == 1
            if was:
                self._note(f"phone:{phone}", "call-again", None, actor, at)
        return was

    def lifted(self, customer: int, phone: str | None) -> list[Mapping[str, Any]]:
        """Return what was lifted of a customer's refusals and off the list, the oldest first."""
        return [
            {"at": at, "actor": actor, "scope": json.loads(scope) if scope else None}
            for at, actor, scope in self._rows("lifted", customer=customer, phone=phone)
        ]

    def _note(self, about: str, what: str, new: str | None, actor: str | None, at: str) -> None:
        row = {"about": about, "what": what, "new": new, "actor": actor, "at": at}
        with writing(self._db):
            self._db.conn.execute(queries()["note_refusal"], row)

    def _rows(self, name: str, **asked: Any) -> list[tuple[Any, ...]]:
        return self._db.conn.execute(queries()[name], asked).fetchall()


def _by_customer(rows: Iterable[tuple[Any, ...]]) -> Mapping[int, set[Any]]:
    found: dict[int, set[Any]] = defaultdict(set)
    for customer, channel, purpose in rows:
        found[customer].add((_channel(channel), _purpose(purpose)))
    return found


def _channel(text: str | None) -> Channel | None:
    return None if text is None else Channel(text)


def _purpose(text: str | None) -> Purpose | None:
    return None if text is None else Purpose(text)
