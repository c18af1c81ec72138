"""Adding and changing customers by hand: everything through the store's one door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from cskh.engine.assigning import changes
from cskh.engine.environment import Environment
from cskh.engine.importing import complete
from cskh.engine.profiles import stored_names
from cskh.errors import CskhError, NotFound, UsageProblem
from cskh.language import _
from cskh.model.acting import Customer
from cskh.model.conditions import AllOf, Test
from cskh.model.fields import CUSTOMER_KINDS
from cskh.model.folding import fold
from cskh.rules.query import Query
from cskh.rules.sql import Statement, statement
from cskh.store.values import Edit, Stamp

Changes = Mapping[str, tuple[Any, Any]]
CAUSE = "cli"
# Whether the code is one that we made up.
_STAND_IN = "automatic_pid"


def add(environment: Environment, values: Mapping[str, Any]) -> int:
    """Add one customer and return his number; without a code he gets an automatic one."""
    given = {name: value for name, value in values.items() if value is not None}
    if given.keys().isdisjoint(("pid", "phone", "email")):
        raise UsageProblem(_("A customer needs a code, a phone or an email."))
    store = environment.store
    with store.writing():
        if "pid" not in given:
            number = store.imports.last_automatic_pid() + 1
            given |= {"pid": f"AUTO-{number}", _STAND_IN: True}
        elif _numbered(environment, given["pid"]) is not None:
            message = _("There is a customer {pid} already.").format(pid=given["pid"])
            hint = _("Change the customer with: cskh customer set {pid} …")
            raise CskhError(message, hint.format(pid=given["pid"]))
        _check_account(environment, given)
        row = complete(given, "contact")
        (id_,) = store.customers.create([row], stamp(environment))
    return id_


def change(environment: Environment, id_: int, wanted: Mapping[str, Any]) -> Changes:
    """Write what really changes of one customer, and return it: name -> old, new."""
    with environment.store.writing():
        names = sorted({"pid", "kind", _STAND_IN, *wanted})
        have = environment.store.customers.read(id_, names).values
        _check_change(environment, have, wanted)
        changed = changes(have, wanted, environment.fields)
        if "pid" in changed and have[_STAND_IN]:
            changed[_STAND_IN] = (True, False)
        if changed:
            environment.store.customers.change([Edit(id_, changed)], stamp(environment))
    return {name: pair for name, pair in changed.items() if name != _STAND_IN}


def retag(
    environment: Environment, id_: int, added: Iterable[str] = (), removed: Iterable[str] = ()
) -> Changes:
    """Add tags to a customer and take others away; those he has keep their spelling."""
    with environment.store.writing():
        have = environment.store.customers.read(id_, ["tags"]).values["tags"]
        by_key = {fold(tag): tag for tag in (*reversed(tuple(added)), *have)}
        for tag in removed:
            by_key.pop(fold(tag), None)
        changed = changes({"tags": have}, {"tags": tuple(sorted(by_key.values()))}, {})
        if changed:
            environment.store.customers.change([Edit(id_, changed)], stamp(environment))
    return changed


def stamp(environment: Environment) -> Stamp:
    """Return who changes something by hand, and when."""
    at = environment.clock.stamp
    return Stamp(cause=CAUSE, actor=environment.actor, at=at)


def sharing_phone(environment: Environment, values: Mapping[str, Any]) -> list[str]:
    """Return the codes of those who have a new customer's phone already."""
    phone = values.get("phone")
    found = environment.store.customers.find(phone) if phone else []
    return [pid for _id, pid in found]


def listed(environment: Environment, condition: AllOf) -> Iterator[Customer]:
    """Yield the customers for whom a condition holds, pinned ones first, else in order."""
    pinned = (AllOf((Test("pinned", "is", first), condition)) for first in (True, False))
    return chain.from_iterable(_matching(environment, each) for each in pinned)


def total(environment: Environment, condition: AllOf) -> int:
    """Count the customers for whom a condition holds."""
    return environment.store.customers.total(_statement(environment, condition))


def _matching(environment: Environment, condition: AllOf) -> Iterator[Customer]:
    names = stored_names(environment.fields)
    return environment.store.customers.matching(_statement(environment, condition), names)


def _statement(environment: Environment, condition: AllOf) -> Statement:
    asked = Query(
        workflow="cskh customer list",
        occasion="",
        kinds=CUSTOMER_KINDS,
        condition=condition,
        fields=stored_names(environment.fields),
        clock=environment.clock,
    )
    return statement(asked, environment.fields, environment.store.dialect)


def _numbered(environment: Environment, pid: str) -> int | None:
    """Return the number of the customer with exactly this code."""
    found = environment.store.customers.find(pid)
    return next((id_ for id_, known in found if fold(known) == fold(pid)), None)


def _check_change(
    environment: Environment, have: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    pid, new = have["pid"], wanted.get("pid")
    if wanted.get("kind") not in (None, have["kind"]):
        message = _("A {kind} stays one: kind can't be set.").format(kind=have["kind"])
        hint = _("A lead becomes a contact with: cskh customer convert {pid}.")
        raise UsageProblem(message, hint.format(pid=pid) if have["kind"] == "lead" else None)
    taken = new is not None and fold(new) != fold(pid) and _numbered(environment, new) is not None
    if taken:
        message = _("There is a customer {pid} already.").format(pid=new)
        raise CskhError(message, _("Choose another code."))
    _check_account(environment, wanted)


def _check_account(environment: Environment, wanted: Mapping[str, Any]) -> None:
    """Refuse an account that isn't there, or is none."""
    pid = wanted.get("account")
    if pid is None:
        return
    id_ = _numbered(environment, pid)
    if id_ is None:
        raise NotFound(_("There is no customer {id}.").format(id=pid))
    if environment.store.customers.read(id_, ["kind"]).values["kind"] != "account":
        message = _("{pid} is no account.").format(pid=pid)
        raise UsageProblem(message, _("account= names a customer whose kind is account."))
