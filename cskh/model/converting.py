"""A lead that becomes a contact, and the account of the company it belongs to."""

from __future__ import annotations

# The code of the account that a customer's company has already; read by actions only.
COMPANY_ACCOUNT = "company_account"


class Company(str):
    """The name of a company, where the code of its account will stand once that is made.

    It is a text, so that plans tell it as they tell a code.
    """

    __slots__ = ()
