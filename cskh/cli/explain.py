"""cskh explain."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cskh.cli._console import day_and_time, out, print_json, shown
from cskh.cli._session import Session
from cskh.errors import Exit, NotFound
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.explaining import Explained
    from cskh.model.workflow import Workflow

READS = True


def command(
    session: Session,
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help=_("The workflow's id"))],
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("By code or phone"))],
) -> Exit:
    """Say why a workflow does or does not act on a customer.

    First every condition with the customer's value, then everything else that may stop it, then
    what would have to hold. A task, ticket or opportunity is named by its number.

    Example: cskh explain sinh-nhat KH0001 --now 2026-12-01T08:00

    Exit status: 0 it acts · 1 it doesn't, or there is no such customer · 2 there is no such
    workflow.
    """
    from cskh.engine.explaining import explain

    (rule,) = session.workflows([workflow])
    explained = explain(session.environment, rule, *_subject(session, rule, customer))
    if session.json:
        print_json(_told(explained))
    else:
        _print(explained)
    return Exit.OK if explained.acts else Exit.FOUND


def _subject(session: Session, rule: Workflow, named: str) -> tuple[int, int | None]:
    """Return the customer's number and, in a workflow about tasks and the like, the task's.

    That is named by its own number, or by the customer if he has just one.
    """
    from cskh.engine.worklists import noun
    from cskh.model.catalogues import family_of

    family = family_of(rule.object)
    if family == "customer":
        return session.customer(named), None
    records = session.environment.store.records
    if named.isdecimal() and (found := records.read(family, int(named), (), {})):
        return found.id, int(named)
    if named.isdecimal() and not named.startswith("0"):  # as a phone would
        message = _("There is no {what} {id}.").format(what=noun(family), id=named)
        raise NotFound(message, _("See all of them: cskh {family} list.").format(family=family))
    customer = session.customer(named)
    numbers = records.of(customer, family)
    if len(numbers) != 1:
        listed = ", ".join(map(str, numbers)) or _("none")
        message = _("{customer} has these of the kind {object}: {numbers}.")
        text = message.format(customer=named, object=family, numbers=listed)
        raise NotFound(text, _("Name one by its number."))
    return customer, numbers[0]


def _told(explained: Explained) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "workflow": explained.workflow,
        "customer": explained.customer,
        "matches": explained.matches,
        "conditions": [asdict(judged) for judged in explained.conditions],
        "gates": [asdict(gate) for gate in explained.gates],
        "needs": list(explained.needs),
    }


def _print(explained: Explained) -> None:
    from rich.text import Text

    console = out()
    acts, acts_not = _("{workflow} acts on {customer}"), _("{workflow} does not act on {customer}")
    head = acts if explained.acts else acts_not
    names = {"workflow": explained.workflow, "customer": explained.customer}
    console.print(Text(head.format(**names), style="bold"))
    for judged in explained.conditions:
        text = (
            _("{condition}: it is {value}")
            if judged.actual not in (None, ())
            else _("{condition}: it is not set")
        )
        _line(judged.holds, text.format(condition=judged.text, value=_read(judged.actual)))
    for gate in explained.gates:
        about = ", ".join(filter(None, (gate.of, gate.to_staff)))
        name = f"{gate.gate} ({about})" if about else gate.gate
        _line(gate.passes, f"{name}: {gate.why}")
    if explained.needs:
        console.print(_("What would have to hold:"))
        for need in explained.needs:
            console.print(Text(f"  – {need}"), soft_wrap=True)


def _read(actual: Any) -> str:
    if isinstance(actual, str) and len(actual) > len("2026-12-31T10:00"):
        with suppress(ValueError):
            return day_and_time(dt.datetime.fromisoformat(actual))
    return shown(actual)


def _line(good: bool, text: str) -> None:
    from rich.text import Text

    mark = ("✓ ", "green") if good else ("✗ ", "bold red")
    out().print(Text.assemble("  ", mark, text), soft_wrap=True)
