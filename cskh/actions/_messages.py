"""What the actions that send messages share: whom to, when, and with which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock, from_text, is_stored, parse_span, shift
from cskh.model.people import given_name, salutation
from cskh.model.settings import Staff
from cskh.model.shape import SPAN, Names, Pattern
from cskh.spec.templates import Compiled, Missing, compiled, compiled_html

TIME = r"([01]\d|2[0-3]):[0-5]\d"
SendAt = Annotated[
    str, Pattern(rf"now|\+{SPAN}|{TIME}|20\d\d-\d\d-\d\d[ T]{TIME}(:[0-5]\d)?", "09:00")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToStaff:
    """One staff member, by id."""

    staff: Annotated[str, Names("staff")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToGroup:
    """Every member of a group."""

    group: Annotated[str, Names("groups")]


To = Literal["customer", "assignee"] | ToStaff | ToGroup


def staff_meant(to: To, customer: Customer, context: Context) -> Iterator[Staff]:
    """Yield the staff members a message is for; none when it is for the customer."""
    if isinstance(to, ToGroup):
        ids: tuple[str | None, ...] = context.settings.groups[to.group].members
    elif isinstance(to, ToStaff):
        ids = (to.staff,)
    else:
        ids = (_in_charge(customer, context),) if to == "assignee" else ()
    found = (context.staff(id_) for id_ in ids)
    return (person for person in found if person is not None)


def _in_charge(customer: Customer, context: Context) -> str | None:
    """Return whose a task or a ticket is; the customer's assignee if it is nobody's own."""
    own: str | None = customer.values.get(f"{context.family}.assignee")
    return own or customer.values["assignee"]


def who_is_in_charge(context: Context) -> frozenset[str]:
    """Return the fields that tell who is in charge."""
    own = {f"{context.family}.assignee"} if context.family in ("task", "ticket") else set()
    return frozenset({"assignee", *own})


def send_time(send_at: str, clock: Clock) -> dt.datetime | None:
    """Return when a message shall go, None for at once; `09:00` is the next one."""
    if send_at == "now":
        return None
    if send_at.startswith("+"):
        return shift(clock.now, parse_span(send_at[1:]))
    if len(send_at) > len("09:00"):
        return dt.datetime.fromisoformat(send_at).replace(tzinfo=clock.zone)
    time = dt.time.fromisoformat(send_at)
    today = dt.datetime.combine(clock.today, time, clock.zone)
    return today if today > clock.now else today + dt.timedelta(days=1)


def words(text: str, customer: Customer, context: Context, staff: Staff | None = None) -> str:
    """Render a text about a customer; raises Missing when a variable has no value.

    `staff` is the colleague it is for; what is for the customer means the one in charge.
    """
    return _rendered(compiled(text), customer, context, staff)


def html_words(text: str, customer: Customer, context: Context, staff: Staff | None = None) -> str:
    """Render HTML about a customer, whose values are escaped; raises Missing."""
    return _rendered(compiled_html(text), customer, context, staff)


def _rendered(template: Compiled, customer: Customer, context: Context, staff: Staff | None) -> str:
    values = {
        name: _lookup(name, root, field, customer, context, staff)
        for name, root, field in template.parts
    }
    return template.render(values)


def _lookup(
    name: str, root: str, field: str, customer: Customer, context: Context, staff: Staff | None
) -> Any:
    if root == "staff":
        return getattr(staff or context.staff(_in_charge(customer, context)), field, None)
    if root != "customer":
        value = customer.values.get(name)  # of the event, or of the task that it is about
    elif field in DERIVED:
        return DERIVED[field](customer.values)
    else:
        value = customer.values.get(field)
    # People read the time on their wall.
    return from_text(value, context.clock.zone).isoformat() if is_stored(value) else value


def _salutation(values: Mapping[str, Any]) -> str:
    return salutation(values["gender"], values["name"], values["type"])


def _given_name(values: Mapping[str, Any]) -> str | None:
    return given_name(values["name"]) if values["name"] else None


DERIVED = {"salutation": _salutation, "given_name": _given_name}
DERIVED_FROM = frozenset({"gender", "name", "type"})


def fields_named(text: str, context: Context) -> frozenset[str]:
    """Return the fields that a text is made from: the customer's, and `event.…` or `task.…`."""
    return _named(compiled(text), context)


def html_fields_named(text: str, context: Context) -> frozenset[str]:
    """Return the fields that HTML is made from."""
    return _named(compiled_html(text), context)


def _named(template: Compiled, context: Context) -> frozenset[str]:
    named: set[str] = set()
    for variable, root, field in template.parts:
        if root == "staff":
            named |= who_is_in_charge(context)
        elif root == "customer":
            named |= DERIVED_FROM if field in DERIVED else {field}
        else:
            named.add(variable)
    return frozenset(named)


__all__ = [
    "Missing",
    "SendAt",
    "To",
    "fields_named",
    "html_fields_named",
    "html_words",
    "send_time",
    "staff_meant",
    "who_is_in_charge",
    "words",
]
