"""Look at customers, add and change them; workflows answer at once.

Example: cskh customer add pid=KH0001 name="Nguyễn An" phone=0912345678 status=Mới
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cskh.cli._changes import change_customer, pid_of, print_line, print_profile
from cskh.cli._consents import COMMANDS as _CONSENTS
from cskh.cli._console import ROWS_SHOWN, print_json, say
from cskh.cli._firing import NoDeliver, NoRun, change_and_fire
from cskh.cli._lists import LISTED, ONLY_LOOKED_AT, Limit, print_list
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.assigning import Assigned

FORMATS = LISTED
# Nobody's refusal waits for a workflow to be mended.
SETTLED = {**ONLY_LOOKED_AT, "opt_out": True, "opt_in": True, "consent": True}

Words = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE", help=_("As status=Mới; field= clears it"))
]
Filters = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=VALUE", help=_("Only these, as status=Mới tags=VIP")),
]
Whom = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("By code or phone"))]
Tags = Annotated[list[str], typer.Argument(metavar="TAG", help=_("One or more tags"))]


def add(
    session: Session, words: Words, no_run: NoRun = False, no_deliver: NoDeliver = False
) -> Exit:
    """Add a customer; workflows that wait for new ones act at once.

    Without a code the customer gets an automatic one, without a kind it is a
    contact. Fields are written field=value, a list like a CSV line:
    tags=VIP,"a,b". Phones are repaired as in imports.

    Example: cskh customer add pid=A1 kind=lead name="Nguyễn An" tags=VIP,Mới

    Exit status: 0 done · 1 the code is taken · 2 a field or value can't be · 3
    some messages failed or wait · 4 a guard refused what a workflow would do;
    the customer is added.
    """
    from cskh.engine.customers import add as add_one
    from cskh.engine.customers import sharing_phone

    assigned = _assigned(session, words)
    sharing = sharing_phone(session.environment, assigned.values)
    id_, fired = change_and_fire(
        session,
        lambda environment: add_one(environment, assigned.values),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    _remark(assigned)
    if sharing:
        text = _("This phone is also that of {pids}.")
        say(text.format(pids=", ".join(sharing[:5]) + (" …" if len(sharing) > 5 else "")), "yellow")
    if session.json:
        print_profile(session, id_)
    else:
        print_line(_("{pid} is added.").format(pid=pid_of(session, id_)))
        fired.show()
    return fired.exit


def set_(
    session: Session,
    customer: Whom,
    words: Words,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Change a customer's fields; workflows that wait for it act at once.

    Only what really changes is written, and only that fires. field= clears a
    field.

    Example: cskh customer set A1 status=Lost assignee=

    Exit status: 0 done, also when all was so already · 1 there is no such
    customer, or the code is taken · 2 a field or value can't be · 3 some
    messages failed or wait · 4 a guard refused what a workflow would do; the
    change is made.
    """
    from cskh.engine.customers import change

    assigned = _assigned(session, words)
    exit_ = change_customer(
        session,
        customer,
        lambda environment, id_: change(environment, id_, assigned.values),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    _remark(assigned)
    return exit_


def tag(
    session: Session,
    customer: Whom,
    tags: Tags,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Give a customer tags; workflows that wait for it act at once.

    A tag that he has already, in whatever letters, stays as it was first
    written.

    Example: cskh customer tag A1 VIP "Chăm sóc lại"

    Exit status: as for cskh customer set.
    """
    from cskh.engine.customers import retag

    named = _tags(tags)
    return change_customer(
        session,
        customer,
        lambda environment, id_: retag(environment, id_, added=named),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def untag(
    session: Session,
    customer: Whom,
    tags: Tags,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Take tags from a customer; workflows that wait for it act at once.

    Example: cskh customer untag A1 VIP

    Exit status: as for cskh customer set.
    """
    from cskh.engine.customers import retag

    named = _tags(tags)
    return change_customer(
        session,
        customer,
        lambda environment, id_: retag(environment, id_, removed=named),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def convert(
    session: Session,
    customer: Whom,
    account: Annotated[
        bool, typer.Option("--account", help=_("Also link the company's account, or make it"))
    ] = False,
    no_run: NoRun = False,
    no_deliver: NoDeliver = False,
) -> Exit:
    """Make a lead a contact; workflows that wait for it act at once.

    The code stays, and so does all that belonged to the lead. With --account
    the account that is called like the lead's company is linked; if there is
    none, it is made.

    Example: cskh customer convert A1 --account

    Exit status: 0 done · 1 there is no such customer · 3 some messages failed
    or wait · 4 it is no lead, or a guard refused what a workflow would do; then
    the lead is converted.
    """
    from cskh.engine.converting import convert as convert_one

    exit_ = change_customer(
        session,
        customer,
        lambda environment, id_: convert_one(environment, id_, account=account),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    known = session.environment.store.customers.read(session.customer(customer), ["account"])
    if account and known.values["account"] is None:
        say(_("No company is known, so no account is linked: company=… says it."), "yellow")
    return exit_


def show(session: Session, customer: Whom) -> Exit:
    """Show all that is known of a customer, every change included.

    Example: cskh customer show 0912345678

    Exit status: 0 · 1 there is no such customer, or several have the phone.
    """
    from cskh.cli._cards import print_card
    from cskh.engine.profiles import profile

    known = profile(session.environment, session.customer(customer))
    if session.json:
        print_json(known)
    else:
        print_card(known, session.environment.fields)
    return Exit.OK


def list_(session: Session, words: Filters = None, limit: Limit = ROWS_SHOWN) -> Exit:
    """List customers, pinned ones first: all, or those for whom every word holds.

    Example: cskh customer list kind=lead status=Mới tags=VIP

    Exit status: 0, also when there are none.
    """
    from cskh.cli._cards import print_customers
    from cskh.engine.assigning import Assigner
    from cskh.engine.customers import listed, total
    from cskh.engine.filtering import condition
    from cskh.engine.profiles import told_customer
    from cskh.engine.words import assignments

    assigner = Assigner(session.project.settings, session.clock)
    asked = condition(assignments(words or ()), assigner, session.clock)
    environment = session.environment

    def told() -> dict[str, Any]:
        every = [told_customer(each.values, environment.fields, session.clock) for each in found]
        return {"total": len(every), "customers": every}

    def table() -> None:
        print_customers((each.values for each in found), total(environment, asked), limit)

    with environment.store.snapshot():
        found = listed(environment, asked)
        return print_list(session, "customers", told, table)


COMMANDS = {
    "add": add,
    "convert": convert,
    "list": list_,
    "set": set_,
    "show": show,
    "tag": tag,
    "untag": untag,
    **_CONSENTS,
}


def _assigned(session: Session, words: list[str]) -> Assigned:
    from cskh.engine.assigning import Assigner
    from cskh.engine.words import assignments

    return Assigner(session.project.settings, session.clock).assigned(assignments(words))


def _tags(texts: list[str]) -> tuple[str, ...]:
    from cskh.engine.words import check_text, distinct

    for text in texts:
        check_text(text)
    if not (tags := distinct(texts)):
        raise UsageProblem(_("{name} is missing.").format(name="TAG"))
    return tags


def _remark(assigned: Assigned) -> None:
    for remark in assigned.remarks:
        say(remark, "yellow")
