"""Converting a lead by hand: what the action does, done to one customer at once."""

from __future__ import annotations

from cskh.actions.convert_lead import ConvertLead
from cskh.engine.customers import Changes, stamp
from cskh.engine.environment import Environment
from cskh.errors import Refused
from cskh.language import _
from cskh.model.effects import Change
from cskh.store.values import Edit


def convert(environment: Environment, id_: int, *, account: bool) -> Changes:
    """Make a lead a contact, with its company's account if asked; raises Refused if it is none."""
    action, customers = ConvertLead(create_account=account), environment.store.customers
    with environment.store.writing():
        lead = customers.read(id_, sorted({"pid", *action.reads(environment.context)}))
        (what,) = action.effects(lead, environment.context)
        if not isinstance(what, Change):
            message = _("{pid} is no lead: there is nothing to convert.")
            raise Refused(message.format(pid=lead.values["pid"]))
        customers.change([Edit(id_, what.fields)], stamp(environment))
    if "account" not in what.fields:
        return what.fields
    return {**what.fields, "account": (None, customers.read(id_, ["account"]).values["account"])}
