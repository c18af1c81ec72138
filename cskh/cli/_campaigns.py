"""How campaigns look on a terminal: the list, one with its audience and history, what is asked."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.text import Text

from cskh.cli._cards import print_lines, print_section
from cskh.cli._console import day_and_time, out, print_json, print_table, say, shown
from cskh.cli._plans import print_tally
from cskh.cli._session import Session
from cskh.errors import Exit, NotFound
from cskh.language import N_, _, ngettext
from cskh.model.campaign import CampaignState
from cskh.model.clock import from_text

if TYPE_CHECKING:
    from cskh.engine.campaigns import Entry
    from cskh.engine.drafting import Draft
    from cskh.engine.environment import Environment
    from cskh.engine.submitting import Frozen
    from cskh.model.clock import Clock
    from cskh.store.campaigning import Moved

MOVES: Mapping[str, str] = {
    "submit": N_("submitted"),
    "edit": N_("edited"),
    "approve": N_("approved"),
    "reject": N_("approval refused"),
    "pause": N_("paused"),
    "resume": N_("let go on"),
    "delete": N_("deleted"),
    "start": N_("begun"),
    "return": N_("taken back: it is not what was approved"),
    "hold": N_("held: nobody here can verify its approval"),
    "reopen": N_("opened again"),
    "finish": N_("ended"),
}


def state_words(state: CampaignState | str | None) -> str:
    """Return where a campaign stands as people read it."""
    return _(CampaignState(state).label) if state else _("not submitted")


def print_rows(rows: Sequence[Mapping[str, Any]], limit: int) -> None:
    """Print campaigns as a table."""
    columns = (_("Campaign"), _("Name"), _("State"), _("Begins"), _("Recipients"), _("Made by"))
    table = [
        (
            row["id"],
            row["name"],
            state_words(row["state"]),
            _time(row["send_at"]),
            row["recipients"],
            row["created_by"],
        )
        for row in rows
    ]
    if table:
        print_table(columns, table, limit, whole=1)
    else:
        say(_("There are no campaigns."), "dim")


def _time(iso: str | None) -> str:
    return day_and_time(dt.datetime.fromisoformat(iso)) if iso else _("when approved")


def print_one(environment: Environment, entry: Entry) -> None:
    """Print one campaign: how it stands, its text, its audience, and its history."""
    from cskh.engine.campaign_facts import recipients_of, send_time
    from cskh.engine.campaigns import differs

    clock = environment.clock
    out().print(Text.assemble((shown(entry.name), "bold"), f" · {entry.id}"))
    print_lines(
        [
            (_("State"), state_words(entry.state)),
            (_("Begins"), _time(send_time(entry, clock))),
            (_("Made by"), entry.created_by or ""),
            (_("File"), entry.file or "–"),
            (_("Recipients"), shown(recipients_of(environment, entry))),
        ]
    )
    if entry.state not in (CampaignState.SENT, CampaignState.SENDING, CampaignState.DELETED):
        _preview(environment, entry)
    over = (None, CampaignState.SENT, CampaignState.DELETED)
    if entry.state not in over and differs(environment, entry):
        text = _("The file says something else than was submitted: cskh campaign edit {id}")
        say(text.format(id=entry.id), "red")
    history = environment.store.campaigns.history(entry.id)
    print_section(_("History"), [_moved(each, clock) for each in history])


def _preview(environment: Environment, entry: Entry) -> None:
    """Print what it comes to: texts, parts, price, who is left out; as frozen once it was."""
    from cskh.engine.campaign_facts import previewed, waiting
    from cskh.engine.campaigns import differs

    if entry.campaign is None:
        return
    is_frozen = entry.submitted is not None and not differs(environment, entry)
    try:
        print_tally((waiting if is_frozen else previewed)(environment, entry.campaign))
    except NotFound as missing:
        say(" ".join(filter(None, (missing.message, missing.hint))), "red")


def _moved(moved: Moved, clock: Clock) -> tuple[str, str]:
    note = f" · {shown(moved.note)}" if moved.note else ""
    at = day_and_time(from_text(moved.at, clock.zone))
    return at, f"{moved.actor} · {_(MOVES[moved.move])}{note}"


def print_frozen(session: Session, frozen: Frozen) -> Exit:
    """Print what was submitted, and what has to happen next."""
    from cskh.engine.campaign_facts import told
    from cskh.engine.campaigns import find

    submitted = frozen.submitted
    if frozen.late is not None:
        text = _("Its time has passed: approved by {time} it is sent at once, later not at all.")
        if frozen.late < session.clock.now:
            text = _("Its time has passed, and it is not sent: give it a new one (send_at).")
        say(text.format(time=day_and_time(frozen.late)), "yellow")
    if session.json:
        print_json(told(session.environment, find(session.environment, submitted.id)))
        return Exit.OK
    print_tally(frozen.tally)
    text = ngettext(
        "{id} waits for approval: {n} recipient.",
        "{id} waits for approval: {n} recipients.",
        submitted.recipients,
    )
    if submitted.state is CampaignState.PAUSED:
        text = ngettext(
            "{id} stays paused: {n} recipient.",
            "{id} stays paused: {n} recipients.",
            submitted.recipients,
        )
    out().print(Text(text.format(id=submitted.id, n=shown(submitted.recipients))))
    say(_("digest {digest}").format(digest=submitted.digest), "dim")
    return Exit.OK


def print_moved(session: Session, id_: str, text: str) -> Exit:
    """Print what a move has made of a campaign."""
    from cskh.engine.campaign_facts import told
    from cskh.engine.campaigns import find

    if session.json:
        print_json(told(session.environment, find(session.environment, id_)))
    else:
        print(shown(text))
    return Exit.OK


def asked(draft: Draft) -> Draft:
    """Ask on a terminal for what is still needed of a new campaign."""
    if sys.stdin is None or not sys.stdin.isatty():
        return draft
    name = draft.name or _answer(_("What do people call it?"))
    content = draft.content or (None if draft.template else _answer(_("What does it say?")))
    lists, filter_ = draft.lists, draft.filter
    if not lists and not filter_:
        lists = tuple(_answer(_("For which list? (Enter: none)")).split())
    if not lists and not filter_:
        filter_ = tuple(_answer(_("For whom? Such as tags=VIP")).split())
    send_at = draft.send_at or _answer(_("When? Such as 2026-12-24 09:00 (Enter: when approved)"))
    return replace(
        draft,
        name=name,
        content=content,
        lists=lists,
        filter=filter_,
        send_at=send_at or None,
    )


def _answer(question: str) -> str:
    import typer

    return str(typer.prompt(question, "", show_default=False, err=True)).strip()
