"""Customers' figures are the opening ones and the orders that count, whatever is done to orders."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cskh.engine.ordering import Ledger, add, change, counts
from cskh.language import speak
from cskh.store.selling import Order
from tests.project import make_project, person
from tests.sample import stamp

DAYS = st.integers(1, 9).map(lambda day: f"2026-11-{day:02}T03:00:00Z")
STATUSES = st.sampled_from(["new", "delivered", "cancelled", "Returned", "hủy"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={"status": STATUSES, "amount": st.integers(0, 1000), "ordered_at": DAYS},
)
# What is done to which order of which customer.
DONE = st.tuples(st.integers(1, 4), st.integers(1, 2), FIELDS)
OPENING = st.fixed_dictionaries(
    {},
    optional={
        "revenue": st.integers(0, 1000),
        "order_count": st.integers(0, 3),
        "last_order_at": DAYS,
    },
)


def expected(opening: dict[str, Any], orders: list[Order]) -> dict[str, Any]:
    counted = [each for each in orders if counts(each)]
    dates = [opening.get("last_order_at"), *(each.ordered_at for each in counted)]
    return {
        "revenue": opening.get("revenue", 0) + sum(each.amount for each in counted),
        "order_count": opening.get("order_count", 0) + len(counted),
        "last_order_at": max((date for date in dates if date), default=None),
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(opening=OPENING, done=st.lists(DONE, max_size=12), at_once=st.booleans())
def test_figures_are_the_opening_ones_and_the_orders_that_count(
    tmp_path_factory: Any, opening: dict[str, Any], done: list[Any], at_once: bool
) -> None:
    speak("en")
    project = make_project(tmp_path_factory.mktemp("orders"))
    project.add(person(1, **opening), person(2))
    with project.opened() as environment:
        orders: dict[str, Order] = {}
        ledger = Ledger()
        for number, customer, fields in done:
            code = f"DH{number}"
            old = orders.get(code)
            if at_once:
                first = Order(0, code, customer, "", "new", 0, "2026-11-05T03:00:00Z")
                orders[code] = (old or first)._replace(customer=customer, **fields)
                ledger.note(old, orders[code])
            elif old is None:
                said = {"ordered_at": "2026-11-05T03:00:00Z", **fields}
                orders[code] = add(environment, customer, {"code": code, **said})
            else:
                _was, orders[code] = change(environment, code, customer, fields)
        if at_once:
            ledger.write(environment, stamp(cause="orders:1"))
        for customer, own in ((1, opening), (2, {})):
            its = [each for each in orders.values() if each.customer == customer]
            names = ("revenue", "order_count", "last_order_at")
            have = environment.store.customers.read(customer, names).values
            assert dict(have) == expected(own, its)
