"""How tasks, tickets and cards look on a terminal: lists, one with its history, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from cskh.cli._cards import CARD_WIDTH, change_line, print_lines, print_section, when
from cskh.cli._console import day_and_time, out, print_table, say, shown
from cskh.engine.worklists import Work, deadline, is_overdue, noun
from cskh.language import N_, _, ngettext
from cskh.model.clock import Clock, Span, from_text, is_stored
from cskh.model.fields import Catalogue, Family, Kind
from cskh.model.masking import masked_within
from cskh.model.wording import span_words, word

if TYPE_CHECKING:
    from cskh.engine.customers import Changes

LISTS: Mapping[Family, str] = {
    "task": "tasks",
    "ticket": "tickets",
    "opportunity": "opportunities",
}
_ADDED: Mapping[Family, str] = {
    "task": N_("Task {id} is added."),
    "ticket": N_("Ticket {id} is added."),
    "opportunity": N_("Opportunity {id} is added."),
}
# What a line of a list has after the number, the deadline and the customer.
_COLUMNS: Mapping[Family, Mapping[str, str]] = {
    "task": {
        "content": N_("Content"),
        "priority": N_("Priority"),
        "assignee": N_("Assignee"),
        "status": N_("Status"),
    },
    "ticket": {
        "title": N_("Title"),
        "priority": N_("Priority"),
        "assignee": N_("Assignee"),
        "status": N_("Status"),
    },
    "opportunity": {
        "pipeline": N_("Pipeline"),
        "stage": N_("Stage"),
        "amount": N_("Amount"),
        "status": N_("Status"),
    },
}
# What a card is called by.
_TITLES: Mapping[Family, str] = {"task": "content", "ticket": "title", "opportunity": "pipeline"}


def print_works(family: Family, works: Sequence[Work], clock: Clock, limit: int) -> None:
    """Print the first of a list as a table, and how many there are and are late."""
    columns, now = _COLUMNS[family], clock.stamp
    time = _("In this stage since") if family == "opportunity" else _("Due")
    if first := works[:limit]:
        titles = ("N", time, _("Customer"), *map(_, columns.values()))
        rows = [(str(work.id), *_row(family, work, clock, now)) for work in first]
        print_table(titles, rows, limit, whole=2)
    if more := len(works) - len(first):
        text = ngettext("… and {n} more row", "… and {n} more rows", more)
        say(text.format(n=shown(more)) + " (--limit)", "dim")
    late = sum(is_overdue(family, work.values, now) for work in works)
    text = _counted(family, len(works)).format(n=shown(len(works)))
    if late:
        text += ", " + ngettext("{n} overdue", "{n} overdue", late).format(n=shown(late))
    out().print(text, markup=False)


def _row(family: Family, work: Work, clock: Clock, now: str) -> Iterator[Any]:
    yield _time(family, work, clock, now)
    yield " · ".join(filter(None, (work.pid, work.name)))
    for name in _COLUMNS[family]:
        value = work.values[name]
        yield masked_within(_worded(name, value)) if isinstance(value, str) else value


def _worded(name: str, value: Any) -> str:
    known = isinstance(value, str) and name in ("status", "priority")
    return word("work" if name == "status" else name, value) if known else shown(value)


def _time(family: Family, work: Work, clock: Clock, now: str) -> str:
    if family == "opportunity":
        return _local(work.values["stage_since"], clock)
    by = deadline(family, work.values)
    if by is None:
        return ""
    late = f" ({_('overdue')})" if is_overdue(family, work.values, now) else ""
    return _local(by, clock) + late


def _local(stored: str, clock: Clock) -> str:
    return day_and_time(from_text(stored, clock.zone))


def _counted(family: Family, count: int) -> str:
    match family:
        case "task":
            return ngettext("{n} task", "{n} tasks", count)
        case "ticket":
            return ngettext("{n} ticket", "{n} tickets", count)
    return ngettext("{n} opportunity", "{n} opportunities", count)


def print_work(family: Family, known: Mapping[str, Any], fields: Catalogue) -> None:
    """Print one of them: its fields, a card's stages, and every change."""
    title = masked_within(shown(known[_TITLES[family]]))
    head = Text.assemble((f"{noun(family)} {known['id']}", "bold"), f" · {known['customer']}")
    out().print(head.append(f" · {title}"), width=CARD_WIDTH)
    print_lines(_facts(known, fields, _TITLES[family]))
    if family == "ticket":
        print_lines(_margins(known))
    if family == "opportunity":
        print_section(_("Stages"), list(_stages(known)))
    print_section(_("History"), list(map(change_line, known["history"])))


def _facts(known: Mapping[str, Any], fields: Catalogue, title: str) -> Iterator[tuple[str, str]]:
    for name, field in fields.items():
        if name != title and known.get(name) is not None:
            value = known[name]
            told = (
                when(value) if field.kind is Kind.DATETIME else masked_within(_worded(name, value))
            )
            yield field.title, f"{told} đ" if field.kind is Kind.MONEY else told


def _margins(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield by how much working time each deadline of a ticket was kept or missed."""
    for name, title in (("respond_margin", _("Responded")), ("resolve_margin", _("Resolved"))):
        if (minutes := known[name]) is not None:
            time = span_words(Span(abs(minutes), "minutes"))
            said = _("{time} to spare") if minutes >= 0 else _("{time} late")
            yield title, said.format(time=time)


def _stages(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield when a card came to each of its stages, the first one when it was made."""
    moves = [each for each in known["history"] if each["field"] == "stage"]
    first = moves[0]["old"] if moves else known["stage"]
    begun = known["history"][0]["at"] if known["history"] else known["stage_since"]
    yield when(begun), shown(first)
    for each in moves:
        yield when(each["at"]), shown(each["new"])


def print_added(family: Family, work: Work) -> None:
    """Print that something is added, and who got it."""
    _print_line(_(_ADDED[family]).format(id=work.id))
    if work.values.get("assignee"):
        _print_line(f"{_('Assignee')}: {work.values['assignee']}")


def print_changes(family: Family, work: Work, changed: Changes, clock: Clock) -> None:
    """Print what changed, a line each."""
    for name, (old, new) in changed.items():
        line = f"{noun(family)} {work.id} {name}: {_side(old, clock)} → {_side(new, clock)}"
        _print_line(line)


def _side(value: Any, clock: Clock) -> str:
    if value is None:
        return "–"
    return _local(value, clock) if is_stored(value) else masked_within(shown(value))


def _print_line(text: str) -> None:
    out().print(text, markup=False, soft_wrap=True)
