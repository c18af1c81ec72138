"""The report on workflows: how often each ran, whom it matched, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cskh.language import _
from cskh.model.reasons import sentence
from cskh.model.report import Report, Table

_NUMBERS = ("runs", "matched", "acted", "failed", "messages", "price")


def workflows(rows: Sequence[Mapping[str, Any]]) -> Report:
    """Report on workflows; a row's `skipped` counts reasons."""
    totals: Counter[str] = Counter()
    for row in rows:
        totals.update({name: row[name] for name in _NUMBERS})
    titles = {
        "runs": _("Runs"),
        "matched": _("Matched"),
        "acted": _("Acted"),
        "failed": _("Failed"),
        "messages": _("Messages"),
        "price": _("Price"),
    }
    columns = ("workflow", *_NUMBERS, "skipped")
    return Report(
        title=_("Workflows"),
        totals=[(titles[name], totals[name]) for name in _NUMBERS],
        table=Table(
            columns=(_("Workflow"), *titles.values(), _("Skipped")),
            rows=[_line(row) for row in rows],
            whole=1,
        ),
        full=Table(columns=columns, rows=[_full(row) for row in rows]),
        data={"workflows": list(rows)},
    )


def _line(row: Mapping[str, Any]) -> Sequence[Any]:
    reasons = sorted(row["skipped"].items())
    skipped = ", ".join(f"{sentence(reason)} {n}" for reason, n in reasons)
    return (row["workflow"], *(row[name] for name in _NUMBERS), skipped)


def _full(row: Mapping[str, Any]) -> Sequence[Any]:
    skipped = ", ".join(f"{reason}: {n}" for reason, n in sorted(row["skipped"].items()))
    return (row["workflow"], *(row[name] for name in _NUMBERS), skipped)
