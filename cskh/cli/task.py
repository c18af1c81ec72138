"""Look at tasks, add them and get them done; workflows answer at once.

Example: cskh task add content="Gọi lại" customer=A1 due="3 days"
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
    """Add a task about a customer; workflows that wait for new ones act at once.

    With group= and without assignee= whoever's turn it is in the group gets it.
    due= takes a length of time from now, or a date; a date alone means its end.
    The fields: content customer group assignee priority due category.

    Example: cskh task add content="Gọi lại" customer=A1 assignee=lan due=today

    Exit status: 0 done · 1 there is no such customer · 2 a field or value can't
    be · 3 some messages failed or wait · 4 nobody of the group is there; or a
    guard refused what a workflow would do, and the task is added.
    """
    return _work.add_work(session, "task", words, no_run=no_run, no_deliver=no_deliver)


def set_(
    session: Session,
    number: Number,
    words: Words,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Change a task's fields; workflows that wait for it act at once.

    Another group= without assignee= hands it to whoever's turn it is there.
    status=open opens it again.

    Example: cskh task set 7 priority=urgent due="2026-12-04 17:00"

    Exit status: 0 done, also when all was so already · 1 there is no such task ·
    2 a field or value can't be · 3 some messages failed or wait · 4 nobody of
    the group is there; or a guard refused what a workflow would do, and the
    change is made.
    """
    return _work.set_work(session, "task", number, words, no_run=no_run, no_deliver=no_deliver)


def done(
    session: Session, number: Number, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Note that a task is done now; workflows that wait for it act at once.

    Example: cskh task done 7

    Exit status: 0 done, also when it was before · 1 there is no such task · 3
    some messages failed or wait · 4 it is cancelled; or a guard refused what a
    workflow would do, and the task is done.
    """
    from cskh.engine.work import finish

    return _work.change_work(
        session,
        "task",
        number,
        lambda environment: finish(environment, "task", number, "done"),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def show(session: Session, number: Number) -> Exit:
    """Show a task with every change.

    Example: cskh task show 7

    Exit status: 0 · 1 there is no such task.
    """
    return _work.show_work(session, "task", number)


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
    """List tasks: open ones first, by deadline, then by priority.

    With --due only those that aren't done, unless a status is asked for; a week
    is this one, from Monday to Sunday. Words ask for any field of the task, or
    of its customer: customer.tags=VIP.

    Example: cskh task list --assignee lan --due overdue

    Exit status: 0, also when there are none · 1 there is no such customer.
    """
    asked = {"assignee": assignee, "group": group, "status": status, "customer": customer}
    return _work.list_work(session, "task", words, asked, limit, due=due, overdue=overdue)


COMMANDS = {"add": add, "done": done, "list": list_, "set": set_, "show": show}
