"""Changing one customer from the command line: change, fire, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cskh.cli._console import out, print_json, say, shown
from cskh.cli._firing import change_and_fire
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _
from cskh.model.masking import masked

if TYPE_CHECKING:
    from cskh.engine.customers import Changes
    from cskh.engine.environment import Environment


def change_customer(
    session: Session,
    customer: str,
    change: Callable[[Environment, int], Changes],
    *,
    no_run: bool,
    no_deliver: bool,
) -> Exit:
    """Change one customer, let workflows answer, and print what came of it."""
    id_ = session.customer(customer)
    changed, fired = change_and_fire(
        session,
        lambda environment: change(environment, id_),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    if not changed:
        say(_("Nothing changes: it is so already."), "dim")
    if session.json:
        print_profile(session, id_)
    else:
        _print_changes(pid_of(session, id_), changed)
        fired.show()
    return fired.exit


def pid_of(session: Session, id_: int) -> str:
    """Return a customer's code by number."""
    return str(session.environment.store.customers.read(id_, ["pid"]).values["pid"])


def print_profile(session: Session, id_: int) -> None:
    """Print all that is known of a customer as JSON."""
    from cskh.engine.profiles import profile

    print_json(profile(session.environment, id_))


def print_line(text: str) -> None:
    """Print a line of data as it is."""
    out().print(text, markup=False, soft_wrap=True)


def _print_changes(pid: str, changed: Mapping[str, tuple[Any, Any]]) -> None:
    for name, (old, new) in changed.items():
        if name != "phone_kind":
            print_line(f"{pid} {name}: {_read(name, old)} → {_read(name, new)}")


def _read(name: str, value: Any) -> str:
    if value is None or value == ():
        return "–"
    return masked(value) if name in ("phone", "phone_2") else shown(value)
