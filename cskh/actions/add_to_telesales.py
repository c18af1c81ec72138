"""The action `add_to_telesales`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._base import action
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Add, Effect, Skip
from cskh.model.fields import TELESALES
from cskh.model.shape import Names, Says
from cskh.model.work import is_called
from cskh.model.writing import Writes


@action("add_to_telesales")
class AddToTelesales:
    """Put the customer on a call list; it is distributed at once if the list says so.

    ```yaml
    actions:
      - add_to_telesales: {campaign: tri-an}
    ```
    """

    campaign: Annotated[str, Names("telesales"), Says("A list of cskh.yaml's telesales")]

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the place on the list, or the reason why there is none."""
        rule = context.settings.telesales[self.campaign]
        if not is_called(rule.audience, customer.values["kind"]):
            yield Skip(reason="wrong_audience")
            return
        if customer.values[f"{TELESALES}{self.campaign}"] is not None:
            yield Skip(reason="on_the_list")
            return
        group = rule.group if rule.distribute == "auto" else None
        status = "distributed" if group else "waiting"
        at = context.clock.stamp if group else None
        values = {"campaign": self.campaign, "status": status, "distributed_at": at}
        yield Add(family="telesales", values=values, group=group)

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whether the customer belongs there, and is there."""
        return frozenset({"kind", f"{TELESALES}{self.campaign}"})

    def writes(self) -> Writes:
        """Return that no field of the customer is written."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        return _("put on the call list {campaign}").format(campaign=self.campaign)
