"""See the do-not-call list, put phones on it, take them off.

A phone on the list gets no SMS and no ZNS, whosever it is. Whole files come in
with cskh import do-not-call.

Example: cskh do-not-call list
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cskh.cli._changes import print_line
from cskh.cli._console import ROWS_SHOWN, print_json, print_table, say, shown
from cskh.cli._lists import LISTED, Limit, print_list
from cskh.cli._session import Session
from cskh.errors import Exit, NotFound
from cskh.language import _, ngettext
from cskh.model.masking import masked

FORMATS = LISTED
SETTLED = True

Phones = Annotated[
    list[str],
    typer.Argument(metavar="PHONE…", help=_("Phones, or codes of customers who have one")),
]
Source = Annotated[
    str | None, typer.Option(metavar="TEXT", help=_("How it is known, as a reply or a form"))
]


def list_(session: Session, limit: Limit = ROWS_SHOWN) -> Exit:
    """List the phones that get no messages, whose they are, and how they came there.

    Example: cskh do-not-call list --format csv

    Exit status: 0, also when there are none.
    """
    from cskh.engine.refusing import told_never_called

    found = told_never_called(session.environment)
    return print_list(session, "phones", lambda: {"phones": found}, lambda: _table(found, limit))


def add(session: Session, phones: Phones, source: Source = None) -> Exit:
    """Put phones on the do-not-call list: they get no SMS and no ZNS any more.

    Messages that are in the outbox already are skipped when they leave.

    Example: cskh do-not-call add 0912345678 --source "called on 2026-11-20"

    Exit status: 0 done, also when it was so already · 1 there is no such
    customer, or no phone.
    """
    from cskh.engine.refusing import never_call

    n = never_call(session.environment, [_phone(session, each) for each in phones], source)
    return _told(session, n, ngettext("{n} phone is added.", "{n} phones are added.", n))


def remove(session: Session, phones: Phones) -> Exit:
    """Take phones off the do-not-call list; who did it and when is remembered.

    All of them, or none if one isn't there. What a customer refuses himself
    stays refused.

    Example: cskh do-not-call remove 0912345678 --as lan

    Exit status: 0 done · 1 one of them isn't there · 4 nobody said yes.
    """
    from cskh.engine.refusing import call_again

    numbers = list(dict.fromkeys(_phone(session, each) for each in phones))
    question = _("Take {phones} off the do-not-call list?")
    session.confirm(question.format(phones=", ".join(map(masked, numbers))))
    call_again(session.environment, numbers)
    n = len(numbers)
    return _told(session, n, ngettext("{n} phone is taken off.", "{n} phones are taken off.", n))


COMMANDS = {"list": list_, "add": add, "remove": remove}


def _phone(session: Session, text: str) -> str:
    """Return a phone as the store has it: one as it was typed, or a customer's."""
    from cskh.cells.phones import read_phone

    try:
        found = read_phone(text).value
    except ValueError:
        found = None
    if found:
        return str(found.number)
    id_ = session.customer(text)
    number = session.environment.store.customers.read(id_, ["phone"]).values["phone"]
    if number is None:
        raise NotFound(_("{pid} has no phone.").format(pid=text))
    return str(number)


def _told(session: Session, n: int, text: str) -> Exit:
    from cskh.engine.refusing import told_never_called

    if session.json:
        print_json({"phones": told_never_called(session.environment)})
    elif n:
        print_line(text.format(n=shown(n)))
    else:
        say(_("Nothing changes: it is so already."), "dim")
    return Exit.OK


def _table(found: Sequence[Mapping[str, Any]], limit: int) -> None:
    from cskh.cli._cards import when

    if not found:
        say(_("The do-not-call list is empty."), "dim")
        return
    titles = (_("Phone"), _("Since"), _("Customer"), _("By"), _("Source"))
    rows = [
        (
            masked(each["phone"]),
            when(each["at"]),
            each["customers"],
            each["actor"],
            each["file"] or each["source"],
        )
        for each in found
    ]
    print_table(titles, rows, limit, whole=3)
