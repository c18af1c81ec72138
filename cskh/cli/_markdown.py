"""Plans and comparisons as a comment on a pull request can hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cskh.cli._console import day_and_time, shown
from cskh.cli._days import columns, rows_of
from cskh.cli._differences import (
    CODES_SHOWN,
    Sample,
    count_names,
    samples,
    side_note,
    totals,
)
from cskh.cli._messages import addressed, carried, waits
from cskh.cli._plans import names, skipped
from cskh.engine.comparing import Compared
from cskh.engine.running import Walked
from cskh.language import _, ngettext
from cskh.model.clock import Clock
from cskh.model.effects import Send
from cskh.renderers.markdown import block, code, difference, joined, table


def compared_text(found: Sequence[Compared], revision: str, clock: Clock) -> str:
    """Return a comparison: a table of the workflows, then who and what in each."""
    head = _("Compared with {revision}").format(revision=code(revision))
    parts = [f"### {head} · {day_and_time(clock.now)}"]
    if not found:
        parts.append(_("No workflow differs."))
    else:
        names = (*count_names(), _("messages"), _("parts"), _("price"))
        parts.append(table((_("Workflow"), *names), [_compared_row(each) for each in found], _more))
    return joined([*parts, *map(_compared_section, found)], _more)


def plans_text(walked: Sequence[Walked], codes: Mapping[str, Sequence[str]], clock: Clock) -> str:
    """Return plans: a table of the workflows, then the first people and texts of each."""
    parts = [f"### {_('Dry run')} · {day_and_time(clock.now)}"]
    if not walked:
        parts.append(_("No workflow is enabled."))
    else:
        names = (_("customers"), _("messages"), _("parts"), _("price"), _("skipped"))
        parts.append(table((_("Workflow"), *names), [_plan_row(each) for each in walked], _more))
    reaching = [each for each in walked if each.tally.matched]
    sections = (_plan_section(each, codes.get(each.plan.workflow.id, ())) for each in reaching)
    return joined([*parts, *sections], _more)


def days_text(walked: Sequence[Walked], first: str, last: str) -> str:
    """Return the plans of many days: one line an occasion, and what they add up to."""
    parts = [f"### {_('Dry run')} · {first} – {last}"]
    rows = rows_of(walked)
    if not rows:
        parts.append(_("Nobody would get anything on these days."))
    else:
        *days, total = [(day, code(id_), *map(shown, counts)) for day, id_, *counts in rows]
        parts.append(table(columns(), days, _more))
        sums = zip(columns()[2:], total[2:], strict=True)
        parts.append(" · ".join((f"**{total[0]}**", *(f"{name} {n}" for name, n in sums))))
    return joined(parts, _more)


def _more(n: int) -> str:
    return ngettext(
        "… and {n} more, which has no room here.", "… and {n} more, which have no room here.", n
    ).format(n=shown(n))


def _compared_row(compared: Compared) -> list[str]:
    people = map(len, (compared.enters, compared.leaves, compared.changed))
    sides = zip(totals(compared.before), totals(compared.after), strict=True)
    return [
        code(compared.workflow),
        *map(shown, people),
        shown(compared.unchanged),
        *(shown(new) if old == new else f"{shown(old)} → {shown(new)}" for old, new in sides),
    ]


def _compared_section(compared: Compared) -> str:
    note = side_note(compared)
    lines = [
        f"#### {code(compared.workflow)}",
        code(compared.name) + (f" · {note}" if note else ""),
    ]
    if compared.after and compared.after.refused:
        lines.append(f"**{_('refused')}**: {compared.after.refused}")
    people = (compared.enters, compared.leaves, compared.changed)
    listed = zip(count_names(), people, strict=False)
    lines += [f"- {name} {shown(len(codes))}: {_codes(codes)}" for name, codes in listed if codes]
    return "\n\n".join((_tight(lines), *map(_sample, samples(compared))))


def _sample(sample: Sample) -> str:
    head = f"{code(sample.customer)} · {code(sample.action)}"
    return f"{head}\n\n{difference(sample.before, sample.after)}"


def _plan_row(walked: Walked) -> list[str]:
    tally = walked.tally
    counts = (tally.matched, tally.messages, tally.parts, tally.price, tally.skipped.total())
    return [code(walked.plan.workflow.id), *map(shown, counts)]


def _plan_section(walked: Walked, codes: Sequence[str]) -> str:
    plan, tally = walked.plan, walked.tally
    about = f"{code(plan.workflow.name)} · {code(plan.occasion)} · {_('digest')} {walked.digest}"
    lines = [f"#### {code(plan.workflow.id)}", about]
    if walked.refused:
        lines.append(f"**{_('refused')}**: {walked.refused}")
    if codes:
        lines.append(f"- {_('customers')} {shown(tally.matched)}: {_codes(codes, tally.matched)}")
    for why, n in skipped(tally, names(plan.context)):
        lines.append(f"- {_('skipped')} {shown(n)}: {code(why)}")
    texts = [_message(pid, send, waits(send, plan.context)) for pid, send in tally.samples]
    return "\n\n".join((_tight(lines), *(block(text.split("\n")) for text in texts)))


def _message(pid: str, send: Send, waiting: str | None) -> str:
    whom = f"{pid} → {addressed(send.channel, send.recipient, send.to_staff)}"
    head = " · ".join(filter(None, (whom, waiting)))
    lines = [head, send.subject, send.content, *carried(send.data)]
    return "\n".join(line for line in lines if line)


def _codes(codes: Sequence[str], of: int | None = None) -> str:
    text = ", ".join(map(code, codes[:CODES_SHOWN]))
    more = (len(codes) if of is None else of) - CODES_SHOWN
    return f"{text} … +{shown(more)}" if more > 0 else text


def _tight(lines: Sequence[str]) -> str:
    """Put paragraphs apart, and the points of a list below each other."""
    text = lines[0]
    for before, line in zip(lines, lines[1:], strict=False):
        together = before.startswith("- ") and line.startswith("- ")
        text += f"\n{line}" if together else f"\n\n{line}"
    return text
