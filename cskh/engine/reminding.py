"""Reminding: people are told by email that a ticket's deadline comes, and that it has passed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from cskh.engine.environment import Environment
from cskh.language import N_, _
from cskh.model.clock import from_text, parse_span
from cskh.model.folding import fold
from cskh.model.message import Channel
from cskh.model.settings import Staff
from cskh.policy.working_time import working_time
from cskh.store.reminding import Reminder, ReminderKind

log = logging.getLogger("cskh")

_SUBJECTS: Mapping[ReminderKind, str] = {
    "respond_before": N_("Ticket {number}: to be answered by {time}"),
    "respond_after": N_("Ticket {number}: not answered by {time}"),
    "resolve_before": N_("Ticket {number}: to be resolved by {time}"),
    "resolve_after": N_("Ticket {number}: not resolved by {time}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """An email to somebody on the staff, on its way to the outbox."""

    recipient: str
    to_staff: str
    provider: str | None
    price: int
    subject: str
    content: str


def remind(environment: Environment) -> int:
    """Put the reminders whose time has come in the outbox, once each; return how many emails."""
    store, clock = environment.store, environment.clock
    at, until = clock.stamp, _horizons(environment)
    if not store.reminders.due(at, until):
        return 0
    written = 0
    with store.writing():
        # Asked again: somebody else may have told them, or answered the ticket, meanwhile.
        for reminder in store.reminders.due(at, until):
            mails = list(_mails(environment, reminder))
            store.reminders.add(reminder, map(asdict, mails), at)
            written += len(mails)
    log.info("reminded", extra={"count": written})
    return written


def _horizons(environment: Environment) -> dict[str, str]:
    """Return by SLA until when a deadline is near: `remind_before` of working time from now."""
    clock, settings = environment.clock, environment.project.settings
    horizons = {}
    for id_ in environment.store.reminders.slas():
        sla = settings.sla.get(id_)
        if sla is not None and sla.remind_before is not None:
            hours = working_time(sla, settings.holidays, clock.zone)
            near = hours.deadline(clock.now, parse_span(sla.remind_before))
            horizons[id_] = clock.stored(near)
    return horizons


def _mails(environment: Environment, reminder: Reminder) -> Iterator[Mail]:
    account = environment.context.account(Channel.EMAIL, None)
    subject, content = _words(environment, reminder)
    for address, person in _told(environment, reminder).items():
        yield Mail(
            recipient=address,
            to_staff=person.id,
            provider=account.id if account else None,
            price=account.price if account else 0,
            subject=subject,
            content=content,
        )


def _told(environment: Environment, reminder: Reminder) -> dict[str, Staff]:
    """Return who is told, by address: whoever is in charge, and the owners."""
    people = environment.project.settings.staff
    in_charge = [person for person in people if person.id == reminder.assignee]
    told: dict[str, tuple[str, Staff]] = {}
    for person in [*in_charge, *(each for each in people if each.role == "owner")]:
        if person.email:
            told.setdefault(fold(person.email), (person.email, person))
    return dict(told.values())


def _words(environment: Environment, reminder: Reminder) -> tuple[str, str]:
    time = f"{from_text(reminder.deadline, environment.clock.zone):%H:%M %d/%m/%Y}"
    subject = _(_SUBJECTS[reminder.kind]).format(number=reminder.ticket, time=time)
    lines = [
        " ".join(reminder.title.split()),
        _("Customer: {name}").format(name=_customer(reminder)),
        _in_charge(environment, reminder),
        _("Deadline: {time}").format(time=time),
        _("The ticket: cskh ticket show {number}").format(number=reminder.ticket),
    ]
    return subject, "\n".join(lines)


def _customer(reminder: Reminder) -> str:
    return f"{reminder.name} ({reminder.pid})" if reminder.name else reminder.pid


def _in_charge(environment: Environment, reminder: Reminder) -> str:
    if reminder.assignee is None:
        return _("Nobody is in charge.")
    person = environment.context.staff(reminder.assignee)
    return _("In charge: {name}").format(name=person.name if person else reminder.assignee)
