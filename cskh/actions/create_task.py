"""The action `create_task`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

from cskh.actions._base import action
from cskh.actions._messages import Missing, fields_named, words
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.clock import Clock, parse_span, shift
from cskh.model.effects import Add, Effect, Skip
from cskh.model.shape import Names, Says, SpanText, Template, Text
from cskh.model.wording import span_words
from cskh.model.work import Priority
from cskh.model.writing import Writes


@lru_cache(maxsize=8)  # the same for everybody of a plan
def _due_at(due: str, clock: Clock) -> str:
    return clock.stored(shift(clock.now, parse_span(due)))


@action("create_task", one_of=("group", "assignee"))
class CreateTask:
    """Give somebody a task about the customer; of a group whoever's turn it is gets it.

    ```yaml
    actions:
      - create_task:
          content: "Gọi {{ customer.name }} hỏi thăm đơn hàng"
          group: telesales-hn
          priority: high
          due: 2 days
    ```
    """

    content: Annotated[Text, Template(), Says("What is to be done")]
    group: Annotated[str | None, Names("groups"), Says("Whose members take turns")] = None
    assignee: Annotated[str | None, Names("staff"), Says("Who gets it")] = None
    priority: Annotated[Priority, Says("How much it presses")] = "normal"
    due: Annotated[SpanText, Says("How long from now it may take")] = "3 days"
    category: Annotated[Text | None, Says("What kind of task it is")] = None

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the task, or the reason why there is none."""
        try:
            content = words(self.content, customer, context)
        except Missing as missing:
            yield Skip(reason=missing.reason)
            return
        values = {
            "content": content,
            "status": "open",
            "priority": self.priority,
            "category": self.category,
            "group": self.group,
            "assignee": self.assignee,
            "due_at": _due_at(self.due, context.clock),
        }
        yield Add(family="task", values=values, group=self.group, when=self.due)

    def reads(self, context: Context) -> frozenset[str]:
        """Return the fields that the task names."""
        return fields_named(self.content, context)

    def writes(self) -> Writes:
        """Return that no field of the customer is written."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        whom = self.group or self.assignee
        days = span_words(parse_span(self.due))
        return _("give {whom} a task, due in {time}").format(whom=whom, time=days)
