"""The blast guard: how many people one plan may reach without somebody's accepting it."""

from __future__ import annotations

from cskh.language import _
from cskh.model.settings import Guard

# A percentage of a handful of customers says nothing.
SMALLEST_BASE = 100


def refusal(people: int, base: int, guard: Guard) -> str | None:
    """Return why a plan that sends to `people` of `base` customers is refused, None if it isn't."""
    if people > guard.max_recipients:
        message = _("It would reach {people} people; policy.guard.max_recipients is {most}.")
        return message.format(people=people, most=guard.max_recipients)
    percent = guard.max_percent
    if percent is not None and base >= SMALLEST_BASE and people * 100 > percent * base:
        message = _("It would reach {people} of {base} people; policy.guard.max_percent is {most}.")
        return message.format(people=people, base=base, most=percent)
    return None
