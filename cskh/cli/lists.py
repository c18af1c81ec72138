"""cskh lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cskh.cli._console import ROWS_SHOWN, print_table, say
from cskh.cli._lists import Limit, print_list
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _
from cskh.model.masking import masked

FORMATS = ("table", "json", "csv")
READS = True
SETTLED = True


def command(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=_("Whose members; else all lists"))
    ] = None,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """Show the lists of customers that campaigns may name, or who is on one.

    Lists come in with cskh import pids and cskh import phones.

    Example: cskh lists · cskh lists vip-thang-12

    Exit status: 0, also when there are none · 1 there is no such list.
    """
    from cskh.engine.listing import told_list, told_lists

    if name is None:
        told = told_lists(session.environment)
        return print_list(session, "lists", lambda: told, lambda: _lists(told["lists"], limit))
    one = told_list(session.environment, name)
    return print_list(session, "members", lambda: one, lambda: _members(one["members"], limit))


def _lists(found: Sequence[Mapping[str, Any]], limit: int) -> None:
    from cskh.cli._cards import when

    if not found:
        say(_("There are no lists. Import one: cskh import pids FILE --list NAME"), "dim")
        return
    rows = [(each["list"], each["members"], when(each["created_at"])) for each in found]
    print_table((_("List"), _("Members"), _("Since")), rows, limit)


def _members(found: Sequence[Mapping[str, Any]], limit: int) -> None:
    if not found:
        say(_("Nobody is on the list."), "dim")
        return
    rows = [(each["pid"], each["name"], masked(each["phone"])) for each in found]
    print_table((_("Code"), _("Name"), _("Phone")), rows, limit, whole=1)
