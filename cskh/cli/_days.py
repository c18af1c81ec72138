"""How the plans of many days look: one line an occasion, and what they add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rich.text import Text

from cskh.cli._console import out, print_table, say, shown
from cskh.engine.running import Walked
from cskh.language import _

Row = tuple[str, str, int, int, int, int]


def columns() -> tuple[str, ...]:
    """Return what the columns of the days are called."""
    return _("Day"), _("Workflow"), _("Customers"), _("Messages"), _("Parts"), _("Price")


def rows_of(walked: Sequence[Walked]) -> list[Row]:
    """Return the occasions on which there was somebody, and what those not refused add up to."""
    rows = [_row(each) for each in walked if each.tally.matched]
    done = [each.tally for each in walked if not each.refused]
    total = (
        _("total"),
        "",
        sum(tally.matched for tally in done),
        sum(tally.messages for tally in done),
        sum(tally.parts for tally in done),
        sum(tally.price for tally in done),
    )
    return [*rows, total] if rows else []


def _row(walked: Walked) -> Row:
    tally, id_ = walked.tally, walked.plan.workflow.id
    name = f"{id_} ({_('refused')})" if walked.refused else id_
    return day_of(walked), name, tally.matched, tally.messages, tally.parts, tally.price


def day_of(walked: Walked) -> str:
    """Return the day of an occasion as people here write it."""
    day: dt.datetime = walked.plan.query.clock.now
    return f"{day:%d/%m/%Y}"


def print_days(walked: Sequence[Walked]) -> None:
    """Print what would be done day after day; days without anybody are left out."""
    rows = rows_of(walked)
    if not rows:
        say(_("Nobody would get anything on these days."), "dim")
        return
    print_table(columns(), rows, limit=len(rows))
    for each in walked:
        if each.refused:
            place = f"{day_of(each)} {shown(each.plan.workflow.id)} "
            text = Text.assemble(place, (_("refused"), "bold red"), f": {each.refused}")
            out().print(text, soft_wrap=True)
