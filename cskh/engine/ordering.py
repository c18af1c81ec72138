"""Orders: what they are, and what they make of their customers' figures.

A customer's revenue, number of orders and last order are opening values plus the orders that
count. What orders change about customers goes through the customers' door, as one change each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.telling import instant
from cskh.errors import CskhError, NotFound
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.folding import fold
from cskh.store.selling import Order
from cskh.store.values import Edit, Happening, Stamp

# An order that came to nothing; the others count.
_CAME_TO_NOTHING = frozenset({"cancelled", "returned"})
# What the causes of changes begin with that orders make.
CAUSE = "order"
STATUS_CHANGED = "order_status_changed"
NEW = "new"
_FIGURES = ("revenue", "order_count", "last_order_at")


def counts(order: Order) -> bool:
    """Say whether an order is part of its customer's figures."""
    return fold(order.status) not in _CAME_TO_NOTHING


def is_same(order: Order, other: Order) -> bool:
    """Say whether two states of an order are one; a status in other letters is no change."""
    return order._replace(code="", status=fold(order.status)) == other._replace(
        code="", status=fold(other.status)
    )


def _is_alike(order: Order, other: Order) -> bool:
    """Say whether two states of an order differ at most in what it comes to."""
    both = order.customer == other.customer and order.ordered_at == other.ordered_at
    return both and counts(order) and counts(other)


@dataclass(slots=True)
class _Sum:
    """What orders add to and take from one customer's figures."""

    revenue: int = 0
    order_count: int = 0
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Ledger:
    """Orders that are to be written, and what that makes of their customers."""

    def __init__(self) -> None:
        self.latest: dict[str, Order] = {}
        self._sums: dict[int, _Sum] = {}
        self._happened: list[Happening] = []

    def note(self, old: Order | None, new: Order) -> None:
        """Note that an order is new, or other than it was."""
        self.latest[fold(new.code)] = new
        if old is not None and _is_alike(old, new):
            self._sum(new).revenue += new.amount - old.amount
        else:
            self._count(old, -1)
            self._count(new, 1)
        if old is None or fold(old.status) != fold(new.status):
            self._happened.append(_happening(old, new))

    def _count(self, order: Order | None, times: int) -> None:
        if order is not None and counts(order):
            sum_ = self._sum(order)
            sum_.revenue += times * order.amount
            sum_.order_count += times
            (sum_.gained if times > 0 else sum_.lost).append(order.ordered_at)

    def _sum(self, order: Order) -> _Sum:
        return self._sums.setdefault(order.customer, _Sum())

    def write(self, environment: Environment, stamp: Stamp) -> None:
        """Write the orders, what changes of their customers, and what happened."""
        store = environment.store
        with store.writing():
            store.orders.write(self.latest.values(), stamp.at)
            store.customers.change(list(self._edits(environment)), stamp)
            if stamp.fires:
                store.events.add(self._happened, stamp)

    def _edits(self, environment: Environment) -> Iterator[Edit]:
        for customer, sum_ in self._sums.items():
            have = environment.store.customers.read(customer, _FIGURES).values
            new = {
                "revenue": max(0, have["revenue"] + sum_.revenue),
                "order_count": max(0, have["order_count"] + sum_.order_count),
                "last_order_at": _last(environment, customer, have["last_order_at"], sum_),
            }
            changed = {n: (have[n], value) for n, value in new.items() if have[n] != value}
            if changed:
                yield Edit(customer, changed)


def _last(environment: Environment, customer: int, have: str | None, sum_: _Sum) -> str | None:
    """Return when a customer last ordered, once the orders are written.

    All of them are looked at only where one may be gone.
    """
    if not sum_.lost:
        return max((have or "", *sum_.gained)) or None
    orders = environment.store.orders
    opening = orders.opening(customer, have, CAUSE)
    counted = (order.ordered_at for order in orders.of(customer) if counts(order))
    return max((opening or "", *counted)) or None


def _happening(old: Order | None, new: Order) -> Happening:
    data = {
        "order_code": new.code,
        "status": new.status,
        "old_status": old.status if old else None,
        "amount": new.amount,
    }
    return Happening("customer", new.customer, STATUS_CHANGED, data)


def find(environment: Environment, code: str) -> Order:
    """Return the order with a code; raises NotFound."""
    found = environment.store.orders.find([fold(code.strip())])
    if not found:
        message = _("There is no order {code}.").format(code=code)
        raise NotFound(message, _("See all of them: cskh order list."))
    return found[0]


def add(environment: Environment, customer: int, values: Mapping[str, Any]) -> Order:
    """Add one order of a customer; what isn't said is a new one, of now and of nothing."""
    at = environment.clock.stamp
    said = {"status": NEW, "amount": 0, "ordered_at": at, **values}
    with environment.store.writing():
        if environment.store.orders.find([fold(said["code"])]):
            message = _("There is an order {code} already.").format(code=said["code"])
            hint = _("Change the order with: cskh order set {code} …")
            raise CskhError(message, hint.format(code=said["code"]))
        pid = _pid(environment, customer)
        _write(environment, None, Order(id=0, customer=customer, pid=pid, **said))
    return find(environment, said["code"])


def change(
    environment: Environment, code: str, customer: int | None, values: Mapping[str, Any]
) -> tuple[Order, Order]:
    """Write what really changes of an order, and return it as it was and as it is."""
    with environment.store.writing():
        old = find(environment, code)
        new = old._replace(**values)
        if customer is not None:
            new = new._replace(customer=customer, pid=_pid(environment, customer))
        if is_same(old, new):
            return old, old
        _write(environment, old, new)
    return old, find(environment, code)


def _pid(environment: Environment, customer: int) -> str:
    return str(environment.store.customers.read(customer, ["pid"]).values["pid"])


def _write(environment: Environment, old: Order | None, new: Order) -> None:
    ledger = Ledger()
    ledger.note(old, new)
    at = environment.clock.stamp
    ledger.write(environment, Stamp(cause=f"{CAUSE}:{new.code}", actor=environment.actor, at=at))


def listed(
    environment: Environment, customer: int | None = None, status: str | None = None
) -> Iterable[Order]:
    """Return the orders, the oldest first: all of them, a customer's, those of a status."""
    orders = environment.store.orders
    found = orders.every() if customer is None else orders.of(customer)
    return (each for each in found if status is None or fold(each.status) == fold(status))


def told(order: Order, clock: Clock) -> dict[str, Any]:
    """Return an order as JSON has it."""
    return {
        "code": order.code,
        "customer": order.pid,
        "status": order.status,
        "amount": order.amount,
        "ordered_at": instant(order.ordered_at, clock),
    }
