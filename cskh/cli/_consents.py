"""What a customer refuses and agrees to: commands of `cskh customer`."""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli._changes import pid_of, print_line, print_profile
from cskh.cli._console import say
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _
from cskh.model.message import Channel, Purpose
from cskh.model.wording import scope_words

Whom = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("By code or phone"))]
OnChannel = Annotated[Channel | None, typer.Option("--channel", help=_("Only on this channel"))]
ForPurpose = Annotated[Purpose | None, typer.Option("--purpose", help=_("Only for this purpose"))]
Source = Annotated[
    str | None, typer.Option(metavar="TEXT", help=_("How it is known, as a reply or a form"))
]


def opt_out(
    session: Session,
    customer: Whom,
    channel: OnChannel = None,
    purpose: ForPurpose = None,
    source: Source = None,
) -> Exit:
    """Record that a customer refuses messages: all, or those of a channel or a purpose.

    It holds at once, also for messages that are in the outbox already: they are
    skipped when they leave. It is no change of the customer: no workflow
    answers it, and no import undoes it.

    Example: cskh customer opt-out A1 --channel sms --purpose advertising

    Exit status: 0 done, also when it was so already · 1 there is no such
    customer · 2 there is no such channel or purpose.
    """
    from cskh.engine.refusing import opt_out as refuse

    id_ = session.customer(customer)
    is_new = refuse(session.environment, id_, (channel, purpose), source)
    text = _("{pid} gets no more messages: {which}.")
    return _told(session, id_, is_new, text, which=_which(channel, purpose))


def opt_in(
    session: Session, customer: Whom, channel: OnChannel = None, purpose: ForPurpose = None
) -> Exit:
    """Lift what a customer refused: all of it, or that of a channel or a purpose.

    Of somebody who refuses everything, --channel sms lifts the SMS and leaves the
    rest refused. It is no consent: advertising needs that too. It takes no phone
    off the do-not-call list.

    Example: cskh customer opt-in A1 --channel sms

    Exit status: as for cskh customer opt-out.
    """
    from cskh.engine.refusing import opt_in as lift

    id_ = session.customer(customer)
    was_refused = lift(session.environment, id_, (channel, purpose))
    _tell_uncalled(session, id_)
    text = _("{pid} no longer refuses messages: {which}.")
    return _told(session, id_, was_refused, text, which=_which(channel, purpose))


def consent(
    session: Session,
    customer: Whom,
    channel: Annotated[Channel, typer.Option(help=_("On which channel"))],
    purpose: Annotated[Purpose, typer.Option(help=_("To what"))],
    source: Annotated[
        str, typer.Option(metavar="TEXT", help=_("How it is known, as a reply or a form"))
    ],
) -> Exit:
    """Record that a customer agreed to messages, as advertising needs it beforehand.

    Decree 91/2020/ND-CP, article 13, wants it provable: say in --source where it
    can be looked up. What the customer refuses stays refused until cskh customer
    opt-in.

    Example: cskh customer consent A1 --channel sms --purpose advertising
    --source "form 2026-11-20"

    Exit status: as for cskh customer opt-out.
    """
    from cskh.engine.refusing import agree

    if not source.strip():
        raise UsageProblem(_("{name} is missing.").format(name="--source"))
    id_ = session.customer(customer)
    if agree(session.environment, id_, channel, purpose, source.strip()):
        say(
            _("The customer still refuses such messages: cskh customer opt-in lifts that."),
            "yellow",
        )
    text = _("{pid} agreed to messages: {which}.")
    return _told(session, id_, True, text, which=_which(channel, purpose))


COMMANDS = {"opt-out": opt_out, "opt-in": opt_in, "consent": consent}


def _which(channel: Channel | None, purpose: Purpose | None) -> str:
    """Return what an opt-out is about, as people read it."""
    return ", ".join(scope_words(channel, purpose))


def _tell_uncalled(session: Session, id_: int) -> None:
    """Say that a phone on the do-not-call list gets no messages, whatever its owner allows."""
    from cskh.engine.refusing import is_uncalled

    phone = session.environment.store.customers.read(id_, ["phone"]).values["phone"]
    if is_uncalled(session.environment, phone):
        text = _("The phone is on the do-not-call list, which this doesn't lift: {command}")
        command = f"cskh do-not-call remove {pid_of(session, id_)}"
        say(text.format(command=command), "yellow")


def _told(session: Session, id_: int, is_new: bool, text: str, which: str) -> Exit:
    if not is_new:
        say(_("Nothing changes: it is so already."), "dim")
    if session.json:
        print_profile(session, id_)
    elif is_new:
        print_line(text.format(pid=pid_of(session, id_), which=which))
    return Exit.OK
