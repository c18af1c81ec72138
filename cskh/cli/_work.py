"""What the commands about tasks, tickets and cards share: their words, their lists, their cards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import print_json, say
from cskh.cli._firing import change_and_fire
from cskh.cli._lists import print_list
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem, did_you_mean
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.customers import Changes
    from cskh.engine.environment import Environment
    from cskh.engine.work_filters import Due
    from cskh.engine.work_words import WorkAssigner
    from cskh.model.conditions import Condition
    from cskh.model.fields import Family


Words = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE", help=_("As priority=high; field= clears it"))
]
Filters = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=VALUE", help=_("Only these, as priority=high assignee=lan")),
]
Number = Annotated[int, typer.Argument(metavar="N", min=1, help=_("Its number"))]
Assignee = Annotated[str | None, typer.Option(metavar="ID", help=_("Only this person's"))]
OfGroup = Annotated[str | None, typer.Option("--group", metavar="ID", help=_("Only this group's"))]
OfStatus = Annotated[
    str | None, typer.Option("--status", metavar="STATUS", help=_("Only those with this status"))
]
OfCustomer = Annotated[
    str | None,
    typer.Option(
        "--customer", metavar="CUSTOMER", help=_("Only this customer's, by code or phone")
    ),
]
DueWhen = Annotated[
    str | None,
    typer.Option(
        "--due", metavar="WHEN", help=_("today, overdue or week: open ones that are due then")
    ),
]
Overdue = Annotated[bool, typer.Option("--overdue", help=_("The same as --due overdue"))]

_DUE: tuple[Due, ...] = ("today", "overdue", "week")


def add_work(
    session: Session, family: Family, words: Sequence[str], *, no_run: bool, no_deliver: bool
) -> Exit:
    """Add one, let workflows answer, and print it."""
    from cskh.cli._work_cards import print_added
    from cskh.engine.words import assignments
    from cskh.engine.work import add, check_required
    from cskh.engine.worklists import find

    said = assignments(words)
    customer = said.pop("customer", "")
    values = _assigner(session, family).assigned(said)
    check_required(family, values)
    if not customer:
        raise UsageProblem(_("{name} is missing.").format(name="customer="))
    whose = session.customer(customer)
    id_, fired = change_and_fire(
        session,
        lambda environment: add(environment, family, whose, values),
        no_run=no_run,
        no_deliver=no_deliver,
    )
    if session.json:
        _print_json(session, family, id_)
    else:
        print_added(family, find(session.environment, family, id_))
        fired.show()
    return fired.exit


def set_work(
    session: Session,
    family: Family,
    number: int,
    words: Sequence[str],
    *,
    no_run: bool,
    no_deliver: bool,
) -> Exit:
    """Set fields of one of them, let workflows answer, and print what changed."""
    from cskh.engine.words import assignments
    from cskh.engine.work import change

    values = _assigner(session, family).reassigned(assignments(words))
    return change_work(
        session,
        family,
        number,
        lambda environment: change(environment, family, number, values),
        no_run=no_run,
        no_deliver=no_deliver,
    )


def change_work(
    session: Session,
    family: Family,
    number: int,
    change: Callable[[Environment], Changes],
    *,
    no_run: bool,
    no_deliver: bool,
) -> Exit:
    """Change one of them, let workflows answer, and print what came of it."""
    from cskh.cli._work_cards import print_changes
    from cskh.engine.worklists import find

    find(session.environment, family, number)
    changed, fired = change_and_fire(session, change, no_run=no_run, no_deliver=no_deliver)
    if not changed:
        say(_("Nothing changes: it is so already."), "dim")
    if session.json:
        _print_json(session, family, number)
    else:
        work = find(session.environment, family, number)
        print_changes(family, work, changed, session.clock)
        fired.show()
    return fired.exit


def show_work(session: Session, family: Family, number: int) -> Exit:
    """Print one of them with its history."""
    from cskh.cli._work_cards import print_work
    from cskh.engine.worklists import fields_of, shown

    known = shown(session.environment, family, number)
    if session.json:
        print_json(known)
    else:
        print_work(family, known, fields_of(session.project.settings, family))
    return Exit.OK


def list_work(
    session: Session,
    family: Family,
    words: Sequence[str] | None,
    asked: Mapping[str, str | None],
    limit: int,
    *,
    due: str | None = None,
    overdue: bool = False,
) -> Exit:
    """Print those for whom every word and option holds, the most urgent first."""
    from cskh.cli._work_cards import LISTS, print_works
    from cskh.engine.words import assignments
    from cskh.engine.worklists import fields_of, listed, told

    options = (f"{name}={value}" for name, value in asked.items() if value is not None)
    said = assignments((*(words or ()), *options))
    dues = {*_due(due), *_due("overdue" if overdue else None)}
    condition = _condition(session, family, said, dues)
    works = listed(session.environment, family, condition)
    fields, name = fields_of(session.project.settings, family), LISTS[family]
    return print_list(
        session,
        name,
        lambda: {name: [told(family, work, fields, session.clock) for work in works]},
        lambda: print_works(family, works, session.clock, limit),
    )


def _condition(
    session: Session, family: Family, said: dict[str, str], dues: Collection[Due]
) -> Condition:
    from cskh.engine.work_filters import asked_for

    whom = said.pop("customer", None)
    pid = None if whom is None else _pid(session, session.customer(whom))
    return asked_for(family, said, session.project.settings, session.clock, customer=pid, dues=dues)


def _due(when: str | None) -> tuple[Due, ...]:
    if when is not None and when not in _DUE:
        message = _("{flag} can't be {value}.").format(flag="--due", value=when)
        raise UsageProblem(message, did_you_mean(when, _DUE))
    return tuple(known for known in _DUE if known == when)


def _assigner(session: Session, family: Family) -> WorkAssigner:
    from cskh.engine.work_words import WorkAssigner

    return WorkAssigner(session.project.settings, session.clock, family)


def _print_json(session: Session, family: Family, id_: int) -> None:
    from cskh.engine.worklists import shown

    print_json(shown(session.environment, family, id_))


def _pid(session: Session, customer: int) -> str:
    return str(session.environment.store.customers.read(customer, ["pid"]).values["pid"])
