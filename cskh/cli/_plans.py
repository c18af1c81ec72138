"""How a plan looks on a terminal: what will happen, to how many, what is skipped, samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from cskh.cli._console import day_and_time, out, say, shown
from cskh.cli._messages import addressed, carried, waits
from cskh.cli._messages import parts as parts_of
from cskh.language import _, ngettext
from cskh.model.message import State
from cskh.model.reasons import sentence

if TYPE_CHECKING:
    from cskh.engine.delivered import Delivered
    from cskh.engine.planning import Plan, Tally
    from cskh.engine.running import Walked
    from cskh.model.acting import Context
    from cskh.model.effects import Send


def print_plan(walked: Walked) -> None:
    """Print one plan: its head, its actions, three messages as they would go, its totals."""
    console = out()
    _head(console, walked.plan, walked.digest)
    context = walked.plan.context
    _samples(console, walked.tally, context)
    _actions(console, walked.plan, walked.tally)
    _skips(console, walked.tally, names(context))
    if walked.refused:
        _refused(console, walked)
    console.print()


def print_tally(tally: Tally) -> None:
    """Print what a campaign comes to: messages, how many, what they cost, who gets none."""
    console = out()
    _samples(console, tally)
    if tally.messages:
        people = ngettext("{n} recipient", "{n} recipients", tally.people)
        words = (people.format(n=shown(tally.people)), *_cost(tally))
        console.print(Text("  " + " · ".join(words), style="bold"), soft_wrap=True)
    _skips(console, tally, {})


def names(context: Context) -> Mapping[str, str]:
    """Return what the staff are called, by id."""
    return {person.id: person.name for person in context.settings.staff}


def _cost(tally: Tally) -> tuple[str, str]:
    parts = ngettext("{n} part", "{n} parts", tally.parts).format(n=shown(tally.parts))
    return parts, f"{shown(tally.price)} đ"


def _samples(console: Console, tally: Tally, context: Context | None = None) -> None:
    for pid, send in tally.samples:
        _sample(console, pid, send, waits(send, context) if context else None)
    if more := tally.messages - len(tally.samples):
        text = ngettext("… and {n} more message", "… and {n} more messages", more)
        console.print(Text(f"  {text.format(n=shown(more))} (--format json)", style="dim"))


def _skips(console: Console, tally: Tally, names: Mapping[str, str]) -> None:
    for why, n in skipped(tally, names):
        console.print(Text.assemble("  ", _("skipped"), f" {shown(n)}: {why}"), soft_wrap=True)


def skipped(tally: Tally, names: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield why messages and actions are skipped, who of the staff it is about, and how many."""
    for reason, to_staff, n in tally.skips():
        whom = [shown(names.get(to_staff, to_staff))] if to_staff else []
        yield ": ".join((*whom, sentence(reason))), n


def _head(console: Console, plan: Plan, digest: str) -> None:
    head = Text.assemble((plan.campaign or plan.workflow.id, "bold"), f" · {plan.workflow.name}")
    console.print(head, soft_wrap=True)
    about = Text(f"  {plan.occasion} · {_('digest')} {digest}", style="dim")
    console.print(about, soft_wrap=True)


def _sample(console: Console, pid: str, send: Send, waiting: str | None) -> None:
    when = day_and_time(send.send_at) if send.send_at else None
    whom = f"{shown(pid)} → {addressed(send.channel, send.recipient, send.to_staff)}"
    about = filter(None, (whom, parts_of(send.channel, send.parts), when, waiting))
    console.print(Text(f"  {' · '.join(about)}", style="cyan"), soft_wrap=True)
    if send.subject:
        console.print(Text(f"    {shown(send.subject)}", style="bold"), soft_wrap=True)
    for text in (send.content, *carried(send.data)):
        said = shown(text).replace("\n", "\n    ")
        console.print(Text(f"    {said}"), soft_wrap=True)


def _actions(console: Console, plan: Plan, tally: Tally) -> None:
    people = ngettext("{n} customer", "{n} customers", tally.matched)
    words = [people.format(n=shown(tally.matched))]
    sentences: dict[str, dict[str, None]] = {}
    for action in plan.workflow.actions:
        sentences.setdefault(action.name, {})[action.says()] = None
    for name, n in sorted(tally.actions.items()):
        words.append(f"{' / '.join(sentences[name])}: {shown(n)}")
    if tally.messages:
        words.append(", ".join(_cost(tally)))
    console.print(Text("  " + " · ".join(words)), soft_wrap=True)


def _refused(console: Console, walked: Walked) -> None:
    refused = Text.assemble("  ", (_("refused"), "bold red"), f": {walked.refused}")
    console.print(refused, soft_wrap=True)
    hint = _("Exactly this plan passes with: --accept {digest}").format(digest=walked.digest)
    console.print(Text(f"  {hint}", style="dim"), soft_wrap=True)


def print_delivery(delivered: Delivered) -> None:
    """Print what became of the messages."""
    console = out()
    names = {
        State.ACCEPTED: _("accepted"),
        State.DELIVERED: _("delivered"),
        State.FAILED: _("failed"),
        State.UNKNOWN: _("unknown"),
        State.SKIPPED: _("skipped"),
        State.QUEUED: _("waiting"),
    }
    if not delivered.counts[State.DELIVERED]:  # only some providers ever say so
        del names[State.DELIVERED]
    counts = [f"{name} {shown(delivered.counts[state])}" for state, name in names.items()]
    console.print(Text.assemble((_("delivery"), "bold"), f" · {' · '.join(counts)}"))


def tell_troubles(delivered: Delivered) -> None:
    """Tell people which providers are down, whatever the output is."""
    for provider, why in sorted(delivered.stopped.items()):
        say(_("{provider} is stopped: {why}").format(provider=provider, why=why), "red")
    for provider, later in sorted(delivered.busy.items()):
        text = ngettext(
            "{n} message waits for {provider}: {why} A run from {time} on tries again.",
            "{n} messages wait for {provider}: {why} A run from {time} on tries again.",
            later.n,
        )
        time = day_and_time(later.due_at)
        say(text.format(n=shown(later.n), provider=provider, why=later.why, time=time), "yellow")
    for why in (*delivered.unprovided, *delivered.foreseen):
        say(_("Messages wait: {why}").format(why=why), "red")
    if delivered.counts[State.UNKNOWN]:
        text = _(
            "Unknown messages may have arrived: see cskh report messages --state unknown, and "
            "settle them with cskh outbox resolve."
        )
        say(text)
