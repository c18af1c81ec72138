"""How it looks what a change of the rules does: who enters, who leaves, for whom what changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.text import Text

from cskh.cli._console import day_and_time, out, say, shown
from cskh.cli._messages import addressed, carried, parts
from cskh.engine.comparing import Compared, Difference
from cskh.engine.running import Walked
from cskh.language import _, ngettext
from cskh.model.masking import masked_within
from cskh.model.reasons import sentence
from cskh.model.wording import word

CODES_SHOWN = 10
SAMPLES = 3


class Sample(NamedTuple):
    """What somebody no longer gets, and what he gets from now on, line by line."""

    customer: str
    action: str
    before: Sequence[str]
    after: Sequence[str]


def told_compared(compared: Compared) -> dict[str, Any]:
    """Return a workflow that differs as JSON has it."""
    return {
        "workflow": compared.workflow,
        "enters": compared.enters,
        "leaves": compared.leaves,
        "changed": compared.changed,
        "unchanged": compared.unchanged,
        "before": _told_totals(compared.before),
        "after": _told_totals(compared.after),
        "refused": compared.after.refused if compared.after else None,
        "changes": [_told_difference(each) for each in compared.changes],
    }


def _told_totals(walked: Walked | None) -> dict[str, int]:
    return dict(zip(("messages", "parts", "price"), totals(walked), strict=True))


def _told_difference(difference: Difference) -> dict[str, Any]:
    names = ("customer", "object", "index", "action", "before", "after")
    return {name: getattr(difference, name) for name in names}


def totals(walked: Walked | None) -> tuple[int, int, int]:
    """Return the messages, parts and price of a side; of one that isn't there, nothing."""
    if walked is None:
        return 0, 0, 0
    return walked.tally.messages, walked.tally.parts, walked.tally.price


def print_compared(found: Sequence[Compared], revision: str) -> None:
    """Print the workflows that differ, and what all of it comes to."""
    console = out()
    for compared in found:
        _print_one(compared)
    if not found:
        say(_("No workflow differs from {revision}.").format(revision=revision), "dim")
        return
    text = ngettext(
        "{n} workflow differs from {revision}", "{n} workflows differ from {revision}", len(found)
    )
    head = text.format(n=shown(len(found)), revision=shown(revision))
    sums = [sum(counts) for counts in zip(*map(_counts, found), strict=True)]
    counted = zip(count_names(), sums, strict=True)
    words = [head, *(f"{name} {shown(n)}" for name, n in counted)]
    console.print(Text(" · ".join(words), style="bold"), soft_wrap=True)


def count_names() -> tuple[str, str, str, str]:
    """Return what the counts of a comparison are called."""
    return _("enter"), _("leave"), _("change"), _("unchanged")


def _counts(compared: Compared) -> tuple[int, int, int, int]:
    people = (compared.enters, compared.leaves, compared.changed)
    enters, leaves, changed = map(len, people)
    return enters, leaves, changed, compared.unchanged


def _print_one(compared: Compared) -> None:
    console = out()
    head = Text.assemble((compared.workflow, "bold"), f" · {shown(compared.name)}")
    if note := side_note(compared):
        head.append(f" · {note}", style="yellow")
    console.print(head, soft_wrap=True)
    people = (compared.enters, compared.leaves, compared.changed)
    for name, codes, style in zip(count_names(), people, ("green", "red", "cyan"), strict=False):
        if codes:
            line = f"  {name} {shown(len(codes))}: {listed(codes)}"
            console.print(Text(line, style=style), soft_wrap=True)
    console.print(Text(f"  {count_names()[3]} {shown(compared.unchanged)}"), soft_wrap=True)
    console.print(Text(f"  {' · '.join(_moves(compared))}"), soft_wrap=True)
    if compared.after and compared.after.refused:
        refused = Text.assemble("  ", (_("refused"), "bold red"), f": {compared.after.refused}")
        console.print(refused, soft_wrap=True)
    for sample in samples(compared):
        _print_sample(sample)
    console.print()


def side_note(compared: Compared) -> str:
    """Say whether a workflow is on one side only."""
    if compared.before is None:
        return _("not there or disabled before")
    return _("not there or disabled now") if compared.after is None else ""


def listed(codes: Sequence[str]) -> str:
    """Return the first codes, and how many there are beside them."""
    text = ", ".join(shown(masked_within(code)) for code in codes[:CODES_SHOWN])
    more = len(codes) - CODES_SHOWN
    return f"{text} … +{shown(more)}" if more > 0 else text


def _moves(compared: Compared) -> Iterator[str]:
    names = (_("messages"), _("parts"), _("price"))
    sides = zip(names, totals(compared.before), totals(compared.after), strict=True)
    for name, old, new in sides:
        yield f"{name} {shown(old)} → {shown(new)}" if old != new else f"{name} {shown(new)}"


def _print_sample(sample: Sample) -> None:
    console = out()
    head = f"  {shown(masked_within(sample.customer))} · {sample.action}"
    console.print(Text(head, style="cyan"), soft_wrap=True)
    for sign, lines, style in (("-", sample.before, "red"), ("+", sample.after, "green")):
        for line in lines:
            said = shown(line).replace("\n", "\n      ")
            console.print(Text(f"    {sign} {said}", style=style), soft_wrap=True)


def samples(compared: Compared) -> Iterator[Sample]:
    """Yield the first differences as a person reads them, without what both sides say.

    Of a workflow that is new they are the first messages.
    """
    for each in compared.changes[:SAMPLES]:
        before, after = list(_lines(each.before)), list(_lines(each.after))
        old = [line for line in before if line not in after]
        new = [line for line in after if line not in before]
        if old or new:
            yield Sample(each.customer, each.action, old, new)
    if compared.before is None and compared.after:
        for pid, send in compared.after.tally.samples:
            yield Sample(pid, send.channel, [], [send.content])


def _lines(told: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield what is done for somebody, as a person reads it."""
    if told is None:
        yield _("nothing")
    elif told["kind"] == "skip":
        whom = f"{told['to_staff']}: " if told["to_staff"] else ""
        yield f"{_('skipped')}: {whom}{sentence(told['reason'])}"
    elif told["kind"] == "send":
        yield from filter(None, (told["subject"], told["content"]))
        yield from carried(told["data"])
        if html := told["data"].get("html"):
            yield f"html: {html}"
        yield " · ".join(filter(None, _about(told)))
    else:
        made = told.get("change") or told.get("add") or {}
        yield from (f"{name}: {_value(value)}" for name, value in made.items())


def _about(told: Mapping[str, Any]) -> Iterator[str | None]:
    yield addressed(told["channel"], told["recipient"], told["to_staff"])
    yield parts(told["channel"], told["parts"])
    yield f"{shown(told['price'])} đ"
    yield told["provider"]
    yield word("purpose", told["purpose"])
    if told["send_at"]:
        yield day_and_time(dt.datetime.fromisoformat(told["send_at"]))


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return " → ".join(shown(each) or _("nothing") for each in value)
    return shown(value)
