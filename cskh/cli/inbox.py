"""cskh inbox."""

from __future__ import annotations

from typing import Annotated

import typer

from cskh.cli._console import ROWS_SHOWN, day_and_time, out, print_json, say, shown
from cskh.cli._lists import Limit
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem
from cskh.language import _, ngettext
from cskh.model.clock import from_text

SETTLED = True


def command(
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[read [ID…]]", help=_("Note these as read: their numbers")),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Read all of them"))] = False,
    limit: Limit = ROWS_SHOWN,
) -> Exit:
    """Show what you are told about campaigns and providers, the newest first; note it as read.

    Example: cskh inbox · cskh inbox read --all

    Exit status: 0, also when there is nothing · 2 it can't be meant so · 4 nobody knows who you
    are, and you want to note something as read.
    """
    if not words:
        if all_:
            raise UsageProblem(_("--all goes with read: cskh inbox read --all"))
        return _show(session, limit)
    verb, *ids = words
    if verb != "read":
        raise UsageProblem(
            _("{word} is not known here.").format(word=verb), "cskh inbox read --all"
        )
    if bool(ids) == all_:
        raise UsageProblem(_("Say which: their numbers, or --all."), "cskh inbox read 3 4")
    return _read(session, None if all_ else [_number(id_) for id_ in ids])


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageProblem(_("{value} is not a number.").format(value=text))
    return int(text)


def _show(session: Session, limit: int) -> Exit:
    from cskh.engine.inbox import inbox

    told = inbox(session.environment)
    if session.json:
        print_json({"notifications": told})
        return Exit.OK
    if not told:
        say(_("There is nothing."), "dim")
    for each in told[:limit]:
        _print(each, session)
    if (more := len(told) - limit) > 0:
        text = ngettext("… and {n} more", "… and {n} more", more)
        say(text.format(n=more) + " (--limit)", "dim")
    return Exit.OK


def _print(each: dict[str, object], session: Session) -> None:
    from rich.text import Text

    mark, style = (" ", "dim") if each["read"] else ("●", "")
    at = day_and_time(from_text(str(each["created_at"]), session.clock.zone))
    first, *more = str(each["text"]).splitlines()
    out().print(Text(f"{mark} {each['id']} · {at} · {shown(first)}", style=style), soft_wrap=True)
    for line in more:
        out().print(Text(f"    {shown(line)}", style="dim"), soft_wrap=True)


def _read(session: Session, ids: list[int] | None) -> Exit:
    from cskh.engine.inbox import inbox, read

    count = read(session.environment, ids)
    if session.json:
        print_json({"notifications": inbox(session.environment)})
    else:
        text = ngettext("{n} is read now.", "{n} are read now.", count)
        print(text.format(n=shown(count)))
    return Exit.OK
