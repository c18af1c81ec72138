"""Orders: they keep their customers' revenue true, and workflows answer them.

Example: cskh order add code=DH1 customer=KH0001 amount=500000
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cskh.cli._changes import print_line
from cskh.cli._console import ROWS_SHOWN, day_and_time, out, print_json, print_table, shown
from cskh.cli._console import say as tell
from cskh.cli._firing import Fired, NoDeliver, NoRun, change_and_fire
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit, print_list
from cskh.cli._order_imports import import_
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _, ngettext
from cskh.model.clock import from_text

if TYPE_CHECKING:
    from cskh.store.selling import Order

FORMATS = LISTED
SETTLED = ONLY_LOOKED_AT

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("The order's code"))]
Words = Annotated[
    list[str],
    typer.Argument(metavar="FIELD=VALUE", help=_("code, customer, amount, status, ordered_at")),
]
Filters = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=VALUE", help=_("Only these: customer=KH0001 status=new")),
]


def add(
    session: Session, words: Words, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Add an order; workflows that wait for one act at once.

    It counts for its customer's revenue, number of orders and last order,
    unless it is cancelled or returned. What isn't said: status new, amount 0,
    ordered now.

    Example: cskh order add code=DH1 customer=KH0001 amount=500000 status=new

    Exit status: 0 done · 1 the code is taken, or there is no such customer · 2
    a field or value can't be · 3 some messages failed or wait · 4 a guard
    refused what a workflow would do; the order is added.
    """
    from cskh.engine.ordering import add as add_one

    values = _assigned(session, words)
    for name in ("code", "customer"):
        if name not in values:
            message = _("{name} is missing.").format(name=f"{name}=")
            raise UsageProblem(message, _("An order has a code and a customer."))
    customer = session.customer(values.pop("customer"))
    order, fired = change_and_fire(
        session,
        lambda environment: add_one(environment, customer, values),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    return _tell(session, order, [_("The order {code} is added.").format(code=order.code)], fired)


def set_(
    session: Session,
    code: Code,
    words: Words,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Change an order; workflows that wait for a new status act at once.

    Only what really changes is written, and only a new status fires. The
    customer's revenue, number of orders and last order go along.

    Example: cskh order set DH1 status=delivered

    Exit status: 0 done, also when all was so already · 1 there is no such order
    or customer · 2 a field or value can't be · 3 some messages failed or wait ·
    4 a guard refused what a workflow would do; the order is changed.
    """
    from cskh.engine.ordering import change, find

    values = _assigned(session, words)
    if "code" in values:
        raise UsageProblem(_("{field} can't be set.").format(field="code"))
    find(session.environment, code)
    customer = session.customer(values.pop("customer")) if "customer" in values else None
    (old, new), fired = change_and_fire(
        session,
        lambda environment: change(environment, code, customer, values),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    if old == new:
        tell(_("Nothing changes: it is so already."), "dim")
    return _tell(session, new, _changes(session, old, new), fired)


def show(session: Session, code: Code) -> Exit:
    """Show one order.

    Example: cskh order show DH1

    Exit status: 0 · 1 there is no such order.
    """
    from cskh.engine.ordering import find, told

    order = find(session.environment, code)
    if session.json:
        print_json(told(order, session.clock))
    else:
        print_table(_titles(), [_row(session, order)], whole=1)
    return Exit.OK


def list_(session: Session, words: Filters = None, limit: Limit = ROWS_SHOWN) -> Exit:
    """List orders, the oldest first: all, or a customer's, or those of a status.

    Example: cskh order list customer=KH0001 status=delivered

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    from cskh.engine.ordering import listed, told
    from cskh.engine.words import assignments, check_names

    said = assignments(words or ())
    check_names(said, ("customer", "status"))
    customer = session.customer(said["customer"]) if "customer" in said else None
    found = list(listed(session.environment, customer, said.get("status")))

    def table() -> None:
        if found:
            print_table(_titles(), [_row(session, each) for each in found], limit, whole=1)
        text = ngettext("{n} order", "{n} orders", len(found))
        out().print(text.format(n=shown(len(found))), markup=False)

    orders = {"orders": [told(each, session.clock) for each in found]}
    return print_list(session, "orders", lambda: orders, table)


COMMANDS = {"add": add, "import": import_, "list": list_, "set": set_, "show": show}


def _assigned(session: Session, words: list[str]) -> dict[str, Any]:
    from cskh.engine.order_words import assigned
    from cskh.engine.words import assignments

    return assigned(assignments(words), session.clock)


def _titles() -> tuple[str, ...]:
    return (_("Order"), _("Customer"), _("Status"), _("Amount"), _("Ordered"))


def _row(session: Session, order: Order) -> tuple[Any, ...]:
    ordered = day_and_time(from_text(order.ordered_at, session.clock.zone))
    return (order.code, order.pid, order.status, order.amount, ordered)


def _changes(session: Session, old: Order, new: Order) -> list[str]:
    names = ("code", "customer", "status", "amount", "ordered_at")
    pairs = zip(names, _row(session, old), _row(session, new), strict=True)
    return [
        f"{new.code} {name}: {shown(before)} → {shown(after)}"
        for name, before, after in pairs
        if before != after
    ]


def _tell(session: Session, order: Order, lines: list[str], fired: Fired) -> Exit:
    from cskh.engine.ordering import told

    if session.json:
        print_json(told(order, session.clock))
        return fired.exit
    for line in lines:
        print_line(line)
    fired.show()
    return fired.exit
