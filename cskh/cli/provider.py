"""See the providers, choose the active ones, try whether their accounts work.

Example: cskh provider check
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cskh.cli._console import out, print_json, print_table, say, shown
from cskh.cli._lists import LISTED, print_list
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _, ngettext
from cskh.model.message import Channel

if TYPE_CHECKING:
    from cskh.engine.provisioning import Checked, Listed

FORMATS = LISTED
SETTLED = True
READS = {"list": True, "check": True}


def list_(session: Session) -> Exit:
    """List the providers: their channels, the active ones, and what keeps one from sending.

    Example: cskh provider list

    Exit status: 0, also when there are none.
    """
    from cskh.engine.provisioning import providers

    found = providers(session.environment)
    told = {"providers": [asdict(each) for each in found]}
    return print_list(session, "providers", lambda: told, lambda: _table(found))


def _table(found: Sequence[Listed]) -> None:
    if not found:
        say(_("There are no providers (providers: in cskh.yaml)."), "dim")
        return
    from cskh.cli._cards import when

    titles = (_("Provider"), _("Type"), _("Channel"), _("Active"), _("State"), _("Since"), _("By"))
    rows = [
        (
            each.id,
            each.type,
            each.channel,
            each.active,
            _state(each),
            when(each.since) if each.since else None,
            each.by,
        )
        for each in found
    ]
    print_table(titles, rows, limit=len(rows), whole=1)


def _state(listed: Listed) -> str:
    if listed.stopped:
        return _("stopped: {why}").format(why=listed.why)
    return _("stopped in part: {why}").format(why=listed.why) if listed.why else _("not stopped")


def use(
    session: Session,
    id_: Annotated[str, typer.Argument(metavar="ID", help=_("The provider's id in cskh.yaml"))],
    channel: Annotated[
        Channel | None, typer.Option(help=_("On which channel, if it has several"))
    ] = None,
    move_waiting: Annotated[
        bool,
        typer.Option(
            "--move-waiting", help=_("Also send through it what waits for the one before")
        ),
    ] = False,
) -> Exit:
    """Make a provider the active one of its channel; only an owner may.

    It changes active: in cskh.yaml, and nothing else there. New messages go
    through it; those that wait already stay with the one they were planned for,
    unless you say --move-waiting: then all that were never tried go through the
    new one, at its price.

    Example: cskh provider use vietguys-chinh --move-waiting --as lan

    Exit status: 0 done, also when it was so already · 2 there is no such
    provider, or it can't send there · 4 you are not an owner.
    """
    from cskh.engine.project import open_settled
    from cskh.engine.provisioning import account_of, providers, waiting_for
    from cskh.engine.provisioning import move_waiting as move
    from cskh.engine.provisioning import use as make_active
    from cskh.engine.routing import lacking

    environment = session.environment
    chosen, was = make_active(environment, id_, channel)
    if move_waiting:
        moved = move(environment, id_, chosen, was)
        _tell_moved(moved, id_)
    if was == id_:
        say(_("Nothing changes: it is so already."), "dim")
    elif was and (n := waiting_for(environment, was)):
        text = ngettext(
            "{n} message waits for {provider} and still goes through it (--move-waiting).",
            "{n} messages wait for {provider} and still go through it (--move-waiting).",
            n,
        )
        say(text.format(n=shown(n), provider=was), "yellow")
    if (why := lacking(account_of(environment, id_))) is not None:
        say(_("{provider} is stopped: {why}").format(provider=id_, why=why), "red")
    if session.json:
        again = replace(environment, project=open_settled(session.start, os.environ))
        print_json({"providers": [asdict(each) for each in providers(again)]})
    elif was != id_:
        text = _("{provider} is now the active provider of {channel}.")
        out().print(text.format(provider=id_, channel=chosen), markup=False)
    return Exit.OK


def _tell_moved(n: int, provider: str) -> None:
    text = ngettext(
        "{n} message that waited now goes through {provider}.",
        "{n} messages that waited now go through {provider}.",
        n,
    )
    say(text.format(n=shown(n), provider=provider))


def check(
    session: Session,
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help=_("Only this one (default: all)"))
    ] = None,
) -> Exit:
    """Try whether the providers' accounts work, without sending anything to anybody.

    One that was stopped stays so, also if it works again: the next run tries it
    with one message.

    Example: cskh provider check vietguys-chinh

    Exit status: 0 all that can be tried work · 1 one of them doesn't · 2 there
    is no such provider.
    """
    from cskh.engine.provisioning import account_of
    from cskh.engine.provisioning import check as tried

    environment = session.environment
    known = environment.project.settings.providers
    accounts = list(known.values()) if id_ is None else [account_of(environment, id_)]
    checked = []
    for account in accounts:
        checked.append(tried(environment, account))
        if not session.json:
            _print(checked[-1])
    if session.json:
        print_json({"providers": [asdict(each) for each in checked]})
    _tell_stopped(session, checked)
    return Exit.FOUND if any(each.works is False for each in checked) else Exit.OK


COMMANDS = {"list": list_, "use": use, "check": check}


def _print(checked: Checked) -> None:
    from rich.text import Text

    word, style = {
        True: (_("works"), "green"),
        False: (_("does not work"), "red"),
        None: (_("not tried"), "dim"),
    }[checked.works]
    why = f": {shown(checked.why)}" if checked.why else ""
    line = Text.assemble((checked.id, "bold"), f" ({checked.type}) · ", (word, style), why)
    out().print(line, soft_wrap=True)


def _tell_stopped(session: Session, checked: list[Checked]) -> None:
    """Say what becomes of a provider that was stopped and works again."""
    stops = session.environment.store.outbox.stops()
    for each in checked:
        if each.works and each.id in stops:
            text = _("{provider} is still stopped: the next run tries it with one message.")
            say(text.format(provider=each.id), "yellow")
