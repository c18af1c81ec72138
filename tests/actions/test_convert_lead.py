"""convert_lead: who is converted, and whose account is linked."""

from __future__ import annotations

from typing import Any

from cskh.actions.convert_lead import ConvertLead
from cskh.model.converting import Company
from cskh.model.effects import Change, Skip
from tests.actions.worlds import context, customer

LEAD: dict[str, Any] = {
    "kind": "lead",
    "company": None,
    "account": None,
    "company_account": None,
}


def converted(create_account: bool = False, **values: Any) -> list[Any]:
    action = ConvertLead(create_account=create_account)
    return list(action.effects(customer(**(LEAD | values)), context()))


def test_a_lead_becomes_a_contact() -> None:
    assert converted(company="ACME") == [Change(fields={"kind": ("lead", "contact")})]


def test_whoever_is_no_lead_is_left_alone() -> None:
    for kind in ("contact", "account"):
        assert converted(kind=kind, create_account=True) == [Skip(reason="not_a_lead")]


def test_the_account_of_the_company_is_linked_by_its_code() -> None:
    (change,) = converted(True, company="acme", company_account="CTY1")
    assert change.fields == {"kind": ("lead", "contact"), "account": (None, "CTY1")}
    assert not isinstance(change.fields["account"][1], Company)


def test_a_company_without_an_account_stands_for_the_one_to_be_made() -> None:
    (change,) = converted(True, company="ACME")
    assert change.fields["account"] == (None, Company("ACME"))
    assert isinstance(change.fields["account"][1], Company)


def test_an_account_that_is_linked_stays_and_without_a_company_there_is_none() -> None:
    for values in ({"account": "CTY9", "company": "ACME"}, {"company": None}):
        (change,) = converted(True, **values)
        assert change.fields == {"kind": ("lead", "contact")}
