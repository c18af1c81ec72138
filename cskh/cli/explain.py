"""cskh explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import out, print_json, shown
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.explaining import Explained


def command(
    session: Session,
    workflow: Annotated[str, typer.Argument(metavar="WORKFLOW", help=_("The workflow's id"))],
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("By code or phone"))],
) -> Exit:
    """Say why a workflow does or does not act on a customer.

    First every condition with the customer's value, then everything else that may stop it.

    Example: cskh explain sinh-nhat KH0001 --now 2026-12-01T08:00

    Exit status: 0 it acts · 1 it doesn't, or there is no such customer · 2 there is no such
    workflow.
    """
    from cskh.engine.explaining import explain

    (rule,) = session.workflows([workflow])
    explained = explain(session.environment, rule, session.customer(customer))
    if session.json:
        print_json(_told(explained))
    else:
        _print(explained)
    return Exit.OK if explained.acts else Exit.FOUND


def _told(explained: Explained) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "workflow": explained.workflow,
        "customer": explained.customer,
        "matches": explained.matches,
        "conditions": [asdict(judged) for judged in explained.conditions],
        "gates": [asdict(gate) for gate in explained.gates],
    }


def _print(explained: Explained) -> None:
    from rich.text import Text

    console = out()
    verdict = _("acts on") if explained.acts else _("does not act on")
    head = f"{explained.workflow} {verdict} {explained.customer}"
    console.print(Text(head, style="bold"))
    for judged in explained.conditions:
        value = shown(judged.actual) or _("not set")
        _line(judged.holds, f"{judged.text} ({_('has')}: {value})")
    for gate in explained.gates:
        _line(gate.passes, f"{gate.gate}: {gate.why}")


def _line(good: bool, text: str) -> None:
    from rich.text import Text

    mark = ("✓ ", "green") if good else ("✗ ", "bold red")
    out().print(Text.assemble("  ", mark, text), soft_wrap=True)
