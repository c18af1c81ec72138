"""The action `create_ticket`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._base import action
from cskh.actions._messages import Missing, fields_named, words
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Add, Effect, Skip
from cskh.model.shape import Names, Says, Template, Text
from cskh.model.work import Priority
from cskh.model.writing import Writes


@action("create_ticket")
class CreateTicket:
    """Open a ticket for the customer, with the deadlines of its SLA in working hours.

    ```yaml
    actions:
      - create_ticket:
          title: "{{ customer.name }} chưa hài lòng"
          group: telesales-hn
          priority: urgent
          sla: gap
    ```
    """

    title: Annotated[Text, Template(), Says("What it is about")]
    brief: Annotated[Text | None, Template(), Says("What happened, in a few lines")] = None
    group: Annotated[str, Names("groups"), Says("Whose members take turns")]
    priority: Annotated[Priority, Says("How much it presses")] = "normal"
    sla: Annotated[str | None, Names("sla"), Says("By when it is answered and resolved")] = None

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the ticket, or the reason why there is none."""
        try:
            title = words(self.title, customer, context)
            brief = words(self.brief, customer, context) if self.brief else None
        except Missing as missing:
            yield Skip(reason=missing.reason)
            return
        values = {
            "title": title,
            "brief": brief,
            "status": "open",
            "priority": self.priority,
            "group": self.group,
            "sla": self.sla,
        }
        yield Add(family="ticket", values=values, group=self.group)

    def reads(self, context: Context) -> frozenset[str]:
        """Return the fields that the ticket names."""
        return fields_named(f"{self.title} {self.brief or ''}", context)

    def writes(self) -> Writes:
        """Return that no field of the customer is written."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        if self.sla is None:
            return _("open a ticket for {group}").format(group=self.group)
        return _("open a ticket for {group}, SLA {sla}").format(group=self.group, sla=self.sla)
