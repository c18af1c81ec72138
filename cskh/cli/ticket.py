"""Look at tickets, open, answer and resolve them; workflows answer at once.

Example: cskh ticket add title="Đổi hàng" customer=A1 group=cskh sla=gap
"""

from __future__ import annotations

from cskh.cli import _work
from cskh.cli._console import ROWS_SHOWN
from cskh.cli._firing import NoDeliver, NoRun
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit
from cskh.cli._session import Session
from cskh.cli._work import (
    Assignee,
    DueWhen,
    Filters,
    Number,
    OfCustomer,
    OfGroup,
    OfStatus,
    Overdue,
    Words,
)
from cskh.errors import Exit

FORMATS = LISTED
SETTLED = ONLY_LOOKED_AT


def add(
    session: Session, words: Words, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Open a ticket for a customer; workflows that wait for new ones act at once.

    With group= and without assignee= whoever's turn it is in the group gets it.
    The deadlines of sla= are counted in working hours from now.
    The fields: title customer brief group assignee priority sla.

    Example: cskh ticket add title="Đổi hàng" customer=0912345678 sla=gap

    Exit status: 0 done · 1 there is no such customer · 2 a field or value can't
    be · 3 some messages failed or wait · 4 nobody of the group is there; or a
    guard refused what a workflow would do, and the ticket is there.
    """
    return _work.add_work(session, "ticket", words, no_run=no_run, no_deliver=no_deliver)


def set_(
    session: Session,
    number: Number,
    words: Words,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Change a ticket's fields; workflows that wait for it act at once.

    Another group= without assignee= hands it to whoever's turn it is there.
    Another sla= counts anew from when the ticket was opened. status=open opens
    it again, to be answered anew.

    Example: cskh ticket set 7 priority=urgent assignee=lan

    Exit status: 0 done, also when all was so already · 1 there is no such
    ticket · 2 a field or value can't be · 3 some messages failed or wait · 4
    nobody of the group is there; or a guard refused what a workflow would do,
    and the change is made.
    """
    return _work.set_work(session, "ticket", number, words, no_run=no_run, no_deliver=no_deliver)


def respond(
    session: Session, number: Number, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Note that a ticket is answered now; workflows that wait for it act at once.

    Example: cskh ticket respond 7

    Exit status: 0 done, also when it was before · 1 there is no such ticket · 3
    some messages failed or wait · 4 it is cancelled; or a guard refused what a
    workflow would do, and the answer is noted.
    """
    from cskh.engine.work import respond as respond_to

    return _work.change_work(
        session,
        "ticket",
        number,
        lambda environment: respond_to(environment, number),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def resolve(
    session: Session, number: Number, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Note that a ticket is resolved now, on time if both deadlines were kept.

    One that nobody has answered yet is answered by that.

    Example: cskh ticket resolve 7

    Exit status: 0 done · 1 there is no such ticket · 3 some messages failed or
    wait · 4 it is resolved or cancelled already; or a guard refused what a
    workflow would do, and the ticket is resolved.
    """
    from cskh.engine.work import resolve as resolve_one

    return _work.change_work(
        session,
        "ticket",
        number,
        lambda environment: resolve_one(environment, number),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def show(session: Session, number: Number) -> Exit:
    """Show a ticket with its deadlines and every change.

    Example: cskh ticket show 7

    Exit status: 0 · 1 there is no such ticket.
    """
    return _work.show_work(session, "ticket", number)


def list_(
    session: Session,
    words: Filters = None,
    assignee: Assignee = None,
    group: OfGroup = None,
    due: DueWhen = None,
    overdue: Overdue = False,
    status: OfStatus = None,
    customer: OfCustomer = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """List tickets: open ones first, by the next deadline, then by priority.

    With --due only those that aren't resolved, unless a status is asked for; a
    ticket is due when it is to be answered, and when it is to be resolved. A
    week is this one, from Monday to Sunday. Words ask for any field of the
    ticket, or of its customer: customer.tags=VIP.

    Example: cskh ticket list --group cskh --overdue

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    asked = {"assignee": assignee, "group": group, "status": status, "customer": customer}
    return _work.list_work(session, "ticket", words, asked, limit, due=due, overdue=overdue)


COMMANDS = {
    "add": add,
    "list": list_,
    "resolve": resolve,
    "respond": respond,
    "set": set_,
    "show": show,
}
