"""Call lists: who is on them, who calls whom, and what the calls came to.

Example: cskh telesales show tri-an
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cskh.cli._changes import pid_of
from cskh.cli._console import ROWS_SHOWN, out, print_json, print_table, say, shown
from cskh.cli._firing import NoDeliver, NoRun, change_and_fire
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit, print_list
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import N_, _, ngettext
from cskh.model.masking import masked
from cskh.model.wording import word

FORMATS = LISTED
SETTLED = ONLY_LOOKED_AT

Id = Annotated[str, typer.Argument(metavar="LIST", help=_("As cskh.yaml calls it"))]
Whom = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("By code or phone"))]
_AUDIENCES = {"lead": N_("leads"), "customer": N_("contacts and accounts"), "any": N_("anybody")}


def list_(session: Session, limit: Limit = ROWS_SHOWN) -> Exit:
    """List the call lists of cskh.yaml, and how far each has come.

    Example: cskh telesales list

    Exit status: 0, also when there are none.
    """
    from cskh.engine.calling import listed

    campaigns = listed(session.environment)
    return print_list(
        session, "campaigns", lambda: {"campaigns": campaigns}, lambda: _table(campaigns, limit)
    )


def _table(campaigns: list[dict[str, Any]], limit: int) -> None:
    if not campaigns:
        say(_("cskh.yaml lists none under telesales."), "dim")
        return
    columns = (_("Call list"), _("Name"), _("For"), _("Group"), _("Members"), _("Distributed"))
    print_table((*columns, _("Results")), list(map(_row, campaigns)), limit, whole=1)


def _row(campaign: dict[str, Any]) -> tuple[Any, ...]:
    results = [f"{word('call', name)} {shown(n)}" for name, n in campaign["results"].items()]
    counts = (campaign["members"], campaign["distributed"])
    audience = _(_AUDIENCES[campaign["audience"]])
    return (campaign["id"], campaign["name"], audience, campaign["group"], *counts, results)


def show(session: Session, id_: Id, limit: Limit = ROWS_SHOWN) -> Exit:
    """Show who is on a call list, who calls, and what came of it.

    Example: cskh telesales show tri-an

    Exit status: 0 · 2 there is no such call list.
    """
    from cskh.engine.calling import campaign_of

    campaign = campaign_of(session.environment, id_)
    if session.json:
        return _print_told(session, id_)
    rows = session.environment.store.calls.members(id_)
    out().print(f"{shown(id_)} · {shown(campaign.name)}", style="bold", markup=False)
    if rows:
        columns = (_("Customer"), _("Name"), _("Phone"), _("Agent"), _("Status"), _("Result"))
        print_table((*columns, _("Note")), list(map(_member, rows)), limit, whole=1)
    text = ngettext("{n} customer", "{n} customers", len(rows))
    out().print(text.format(n=shown(len(rows))), markup=False)
    return Exit.OK


def _member(row: Any) -> tuple[Any, ...]:
    result = row["result"] and word("call", row["result"])
    whom = (row["customer"], row["name"], masked(row["phone"]), row["agent"])
    return (*whom, word("call", row["status"]), result, row["note"])


def add(
    session: Session,
    id_: Id,
    customers: Annotated[
        list[str], typer.Argument(metavar="CUSTOMER", help=_("By code or phone; one or more"))
    ],
) -> Exit:
    """Put customers on a call list; who is on it already stays as he is.

    If cskh.yaml distributes the list by itself, each gets an agent at once by
    the group's rule. If one customer doesn't belong on it, nobody is put on it.

    Example: cskh telesales add tri-an KH0001 KH0002

    Exit status: 0 done, also when all are on it · 1 there is no such customer ·
    2 there is no such call list · 4 it is for others than one of them, or
    nobody of the group is there.
    """
    from cskh.engine.calling import add as add_all
    from cskh.engine.calling import campaign_of

    campaign_of(session.environment, id_)
    new, known = add_all(session.environment, id_, map(session.customer, customers))
    if known:
        say(_("On the call list already: {pids}.").format(pids=", ".join(known)), "dim")
    if session.json:
        return _print_told(session, id_)
    text = ngettext("{n} customer is put on {id}.", "{n} customers are put on {id}.", len(new))
    out().print(text.format(n=shown(len(new)), id=id_), markup=False)
    return Exit.OK


def distribute(session: Session, id_: Id) -> Exit:
    """Give an agent to everybody on a call list who has none, by the group's rule.

    Example: cskh telesales distribute tri-an

    Exit status: 0 done, also when all have one · 2 there is no such call list ·
    4 the list has no group, or nobody of it is there.
    """
    from cskh.engine.calling import distribute as distribute_all

    given = distribute_all(session.environment, id_)
    if not given:
        say(_("Everybody on {id} has an agent already.").format(id=id_), "dim")
    if session.json:
        return _print_told(session, id_)
    for agent, n in sorted(given.items()):
        text = ngettext("{agent} calls {n} more customer.", "{agent} calls {n} more customers.", n)
        out().print(text.format(agent=agent, n=shown(n)), markup=False)
    return Exit.OK


def result(
    session: Session,
    id_: Id,
    customer: Whom,
    result: Annotated[
        str,
        typer.Argument(
            metavar="RESULT", help=_("answered, no_answer, callback, refused or bought")
        ),
    ],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="note=TEXT", help=_("What was said"))
    ] = None,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Note what a call came to; workflows that wait for it act at once.

    Whoever was reached has been contacted: last_contacted_at is now.

    Example: cskh telesales result tri-an KH0001 bought note="hai hộp"

    Exit status: 0 done · 1 the customer is not on the call list · 2 there is no
    such call list or result · 3 some messages failed or wait · 4 a guard
    refused what a workflow would do; the result is noted.
    """
    from cskh.engine.calling import campaign_of, record
    from cskh.engine.words import assignments, check_names

    said = assignments(words or ())
    check_names(said, ("note",))
    campaign_of(session.environment, id_)
    whom = session.customer(customer)
    _done, fired = change_and_fire(
        session,
        lambda environment: record(environment, id_, whom, result, said.get("note")),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    if session.json:
        _print_told(session, id_)
    else:
        text = _("{customer} on {id}: {result}")
        names = {"customer": pid_of(session, whom), "id": id_, "result": word("call", result)}
        out().print(text.format(**names), markup=False)
        fired.show()
    return fired.exit


COMMANDS = {
    "add": add,
    "distribute": distribute,
    "list": list_,
    "result": result,
    "show": show,
}


def _print_told(session: Session, id_: str) -> Exit:
    from cskh.engine.calling import shown as told

    print_json(told(session.environment, id_))
    return Exit.OK
