"""The action `pin`."""

from __future__ import annotations

from collections.abc import Iterator

from cskh.actions._base import action
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Change, Effect, Skip
from cskh.model.writing import Writes


@action("pin")
class Pin:
    """Pin the customer to the top of every list.

    ```yaml
    actions:
      - pin
    ```
    """

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the change, nothing if the customer is pinned."""
        if not customer.values["pinned"]:
            yield Change(fields={"pinned": (customer.values["pinned"], True)})

    def reads(self, context: Context) -> frozenset[str]:
        """Return whether the customer is pinned."""
        return frozenset({"pinned"})

    def writes(self) -> Writes:
        """Return that the customer is pinned."""
        return {"pinned": True}

    def says(self) -> str:
        """Return the action as a sentence."""
        return _("pin to the top")
