"""The migrations, in order; all of them together make schema.sql."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlite_utils import Database, Migrations

from cskh.store.sqlite.connection import writing

migrations = Migrations("cskh")


@migrations()
def m001_start(db: Database) -> None:
    """Everything that the first version has."""
    _run(db, "m001_start.sql")


@migrations()
def m002_events(db: Database) -> None:
    """Workflows about tasks, tickets and opportunities, and workflows that answer events."""
    _run(db, "m002_events.sql")


@migrations()
def m003_work(db: Database) -> None:
    """Work that is handed out: telesales, orders, turns of groups, reminders of deadlines."""
    _run(db, "m003_work.sql")


@migrations()
def m004_channels(db: Database) -> None:
    """Refusals and consents, tokens, rates that hold for all processes, decisions of people."""
    _run(db, "m004_channels.sql")


@migrations()
def m005_outbox(db: Database) -> None:
    """Workflows take turns in the outbox; providers are asked what became of messages."""
    _run(db, "m005_outbox.sql")


@migrations()
def m006_lists(db: Database) -> None:
    """Named lists of customers."""
    _run(db, "m006_lists.sql")


@migrations()
def m007_campaigns(db: Database) -> None:
    """SMS campaigns, their recipients and moves, and what staff is told of them."""
    _run(db, "m007_campaigns.sql")


@migrations()
def m008_resending(db: Database) -> None:
    """What may have arrived is sent again only while its provider still knows it."""
    _run(db, "m008_resending.sql")


@migrations()
def m009_windows(db: Database) -> None:
    """Answers have an hour to leave by; a stopped provider may have one before which it rests."""
    _run(db, "m009_windows.sql")


@migrations()
def m010_failures(db: Database) -> None:
    """Failures of a provider count on from one delivery to the next."""
    _run(db, "m010_failures.sql")


@migrations()
def m011_counts(db: Database) -> None:
    """Campaigns know how many recipients they have."""
    _run(db, "m011_counts.sql")


def _run(db: Database, name: str) -> None:
    _execute(db, files(__package__) / "migrations" / name)


def _execute(db: Database, script: Traversable) -> None:
    # executescript() would commit what is open, and a migration is all or nothing.
    text = script.read_text(encoding="utf-8")
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""


def migrate(db: Database) -> None:
    """Bring the store up to this version, once even if several programs open it together."""
    if migrations.pending(db):
        with writing(db):
            if not db.table_names():
                _make(db)
            migrations.apply(db)


def _make(db: Database) -> None:
    """Make a new store at once as all migrations together would, in a seventh of the time."""
    _execute(db, files(__package__) / "schema.sql")
    made = Migrations(migrations.name)
    for each in migrations.pending(db):
        made(name=each.name)(lambda _db: None)
    made.apply(db)
