"""How customers look on a terminal: a card that fits 80 columns, and a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rich.table import Table
from rich.text import Text

from cskh.cli._console import day_and_time, out, print_table, say, shown
from cskh.language import N_, _, ngettext
from cskh.model.fields import Catalogue, Kind
from cskh.model.masking import masked, masked_within
from cskh.model.message import State
from cskh.model.wording import scope_words, word
from cskh.reports.messages import STATES, brief, why

CARD_WIDTH = 80
_PHONES = frozenset({"phone", "phone_2"})
_LATEST = 10
_SECTIONS = {
    "tasks": (N_("Tasks"), ("content", "assignee", "due_at", "status")),
    "tickets": (N_("Tickets"), ("title", "assignee", "resolve_by", "status")),
    "opportunities": (N_("Opportunities"), ("pipeline", "stage", "amount", "status")),
}
# What stands in the history beside the fields: what a customer refused and no longer does.
_LIFTED = {"opt_out": N_("refused"), "do_not_contact": N_("on the do-not-call list")}


def print_card(known: Mapping[str, Any], fields: Catalogue) -> None:
    """Print what is known of one customer; phones are masked."""
    head = Text.assemble((shown(known["pid"]), "bold"), f" · {shown(known['name'] or '–')}")
    out().print(head, width=CARD_WIDTH)
    print_lines(_facts(known, fields))
    for key, (title, names) in _SECTIONS.items():
        print_section(_(title), [_work(each, names) for each in known[key]])
    print_section(_("Call lists"), list(map(_called, known["telesales"])))
    print_section(_("Refused"), list(map(_permission, known["opt_outs"])))
    print_section(_("Agreed to"), list(map(_permission, known["consents"])))
    print_section(_("Messages"), list(map(_message, sorted(known["messages"], key=_time_of))))
    print_section(_("History"), list(map(change_line, known["history"])))


def print_customers(customers: Iterable[Mapping[str, Any]], total: int, limit: int) -> None:
    """Print the first customers as a table, and how many there are."""
    rows = [_row(values) for values in islice(customers, limit)]
    if rows:
        titles = (_("Customer"), _("Name"), _("Phone"), _("Status"), _("Assignee"), _("Tags"))
        print_table(titles, rows, limit, whole=1)
    if more := total - len(rows):
        text = ngettext("… and {n} more row", "… and {n} more rows", more)
        say(text.format(n=shown(more)) + " (--limit)", "dim")
    text = ngettext("{n} customer", "{n} customers", total)
    out().print(text.format(n=shown(total)), markup=False)


def _row(values: Mapping[str, Any]) -> Sequence[Any]:
    pid = f"★ {values['pid']}" if values["pinned"] else values["pid"]
    plain = (values[name] for name in ("status", "assignee", "tags"))
    return (pid, values["name"], masked(values["phone"]), *plain)


def _facts(known: Mapping[str, Any], fields: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield label and text of each field that is set."""
    for name, value in known.items():
        if name in fields and name not in ("pid", "name") and value not in (None, [], ()):
            yield fields[name].title, _text(name, value, fields)
    if known["lunar_birthday"]:
        yield _("Birthday by the moon"), shown(known["lunar_birthday"])
    if known["do_not_contact"]:
        yield _("Do-not-call list"), _("the phone is on it: no SMS, no ZNS")
    for id_, stage in known["pipeline"].items():
        yield fields[f"pipeline.{id_}"].title, shown(stage)


def _text(name: str, value: Any, fields: Catalogue) -> str:
    if name in _PHONES:
        return masked(value)
    if fields[name].kind is Kind.DATETIME:
        return when(value)
    if not fields[name].custom and isinstance(value, str):
        return shown(word(name, value))
    return f"{shown(value)} đ" if fields[name].kind is Kind.MONEY else shown(value)


def when(iso: str) -> str:
    """Return an instant of the JSON as people here write it."""
    return day_and_time(dt.datetime.fromisoformat(iso))


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Print pairs of a label and a text below each other."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", max_width=26)
    table.add_column(overflow="fold")
    for first, second in lines:
        table.add_row(Text(first), Text(second))
    out().print(table, width=CARD_WIDTH)


def print_section(title: str, lines: Sequence[tuple[str, str]]) -> None:
    """Print the latest lines of a part under its title, nothing if there are none."""
    if not lines:
        return
    text = _("the latest {n} of {total}") if len(lines) > _LATEST else "{total}"
    count = text.format(n=_LATEST, total=shown(len(lines)))
    out().print(Text(f"{title} ({count})", style="bold"))
    print_lines(lines[-_LATEST:])


def _work(each: Mapping[str, Any], names: Sequence[str]) -> tuple[str, str]:
    words = (_work_word(name, each[name]) for name in names if each[name] is not None)
    return str(each["id"]), " · ".join(words)


def _work_word(name: str, value: Any) -> str:
    if name.endswith(("_at", "_by")):
        return when(value)
    return word("work", value) if name == "status" else shown(value)


def _called(each: Mapping[str, Any]) -> tuple[str, str]:
    words = (word("call", each[name] or "") for name in ("agent", "status", "result"))
    return str(each["campaign"]), " · ".join(filter(None, words))


def _permission(each: Mapping[str, Any]) -> tuple[str, str]:
    """Return when somebody refused or agreed, to what, how that is known, and who recorded it."""
    which = scope_words(each["channel"], each["purpose"])
    actor = f"({each['actor']})" if each["actor"] else None
    known = " ".join(filter(None, (shown(each["source"]), actor)))
    return when(each["at"]), " · ".join(filter(None, (*which, known)))


def _message(each: Mapping[str, Any]) -> tuple[str, str]:
    state, reason = _(STATES[State(each["state"])]), shown(why(each))
    words = (
        each["channel"],
        masked(each["recipient"]),
        f"{state}: {reason}" if reason else state,
        each["workflow"] or each["campaign"],
        shown(brief(each["content"])),
    )
    return when(_time_of(each)), " · ".join(filter(None, words))


def _time_of(each: Mapping[str, Any]) -> str:
    return str(each["sent_at"] or each["created_at"])


def change_line(each: Mapping[str, Any]) -> tuple[str, str]:
    """Return when something changed, and what, by whom and why."""
    whom = f"({each['actor']}, {each['cause']})" if each["actor"] else f"({each['cause']})"
    if each["field"] is None:
        return when(each["at"]), f"{_('added')} {whom}"
    old, new = (_side(each[side]) for side in ("old", "new"))
    field = _(_LIFTED[each["field"]]) if each["field"] in _LIFTED else each["field"]
    return when(each["at"]), f"{field}: {old} → {new} {whom}"


def _side(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(scope_words(value["channel"], value["purpose"]))
    return "–" if value in (None, [], "") else masked_within(shown(value))
