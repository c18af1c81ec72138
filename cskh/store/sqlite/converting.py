"""Accounts of companies that contacts are linked to, made when the link is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from cskh.model.converting import Company
from cskh.model.folding import fold
from cskh.store.sqlite.queries import queries
from cskh.store.values import Edit, Stamp, Values

Create = Callable[[Iterable[Values], Stamp], Any]


def with_accounts(
    db: Database, edits: Iterable[Edit], stamp: Stamp, create: Create
) -> Iterator[Edit]:
    """Yield edits with the codes of accounts where companies stand; who has none gets one."""
    for edit in edits:
        old, new = edit.fields.get("account", (None, None))
        if isinstance(new, Company):
            own = replace(stamp, chain=edit.chain or stamp.chain)
            edit = edit._replace(
                fields={**edit.fields, "account": (old, _code(db, new, own, create))}
            )
        yield edit


def _code(db: Database, company: Company, stamp: Stamp, create: Create) -> str:
    """Return the code of a company's account, made if there is none."""
    execute = db.conn.execute
    found = execute(queries()["company_account"], {"key": fold(company)}).fetchone()
    if found:
        return str(found[0])
    pid = f"AUTO-{execute(queries()['last_automatic_pid']).fetchone()[0] + 1}"
    name = str(company)
    made = {"pid": pid, "automatic_pid": True, "kind": "account", "type": "business"}
    create([{**made, "name": name, "company": name}], stamp)
    return pid
