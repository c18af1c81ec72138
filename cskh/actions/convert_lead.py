"""The action `convert_lead`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from cskh.actions._base import action
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.converting import COMPANY_ACCOUNT, Company
from cskh.model.effects import Change, Effect, Skip
from cskh.model.shape import Says
from cskh.model.writing import ANYTHING, Writes


@action("convert_lead")
class ConvertLead:
    """Make a lead a contact; the code stays, and so does all that belonged to the lead.

    ```yaml
    actions:
      - convert_lead: {create_account: true}
    ```
    """

    create_account: Annotated[
        bool, Says("Also link the company's account, which is made if there is none")
    ] = False

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the change, or that there is no lead to convert."""
        if customer.values["kind"] != "lead":
            yield Skip(reason="not_a_lead")
            return
        changed: dict[str, tuple[Any, Any]] = {"kind": ("lead", "contact")}
        if account := self._account(customer):
            changed["account"] = (None, account)
        yield Change(fields=changed)

    def _account(self, customer: Customer) -> str | None:
        """Return the account to be linked: one that is there by its code, else the company."""
        if not self.create_account or customer.values["account"] is not None:
            return None
        company = customer.values["company"]
        return customer.values[COMPANY_ACCOUNT] or (Company(company) if company else None)

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells a lead, and whose account is wanted."""
        whose = {"account", "company", COMPANY_ACCOUNT} if self.create_account else set()
        return frozenset({"kind", *whose})

    def writes(self) -> Writes:
        """Return that the lead is a contact; which account it gets is its own."""
        known: dict[str, Any] = {"kind": "contact"}
        return known | {"account": ANYTHING} if self.create_account else known

    def says(self) -> str:
        """Return the action as a sentence."""
        if self.create_account:
            return _("convert the lead into a contact of its company's account")
        return _("convert the lead into a contact")
