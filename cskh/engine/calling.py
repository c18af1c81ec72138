"""Telesales: who is put on a call list, who calls whom, and what the calls came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cskh.engine.customers import stamp
from cskh.engine.environment import Environment
from cskh.errors import NotFound, Refused, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.settings import Telesales
from cskh.model.work import is_called
from cskh.policy.assignment import Turns
from cskh.store.selling import Called
from cskh.store.values import Edit

# What a call may come to; in all but one of them somebody was reached.
RESULTS = ("answered", "no_answer", "callback", "refused", "bought")
_NOT_REACHED = "no_answer"
_MEMBER = ("customer", "agent", "status", "result", "note")
_MOST_NAMED = 5


class Added(NamedTuple):
    """Who of some customers is new on a call list, and who was on it, by code."""

    new: Sequence[str]
    known: Sequence[str]


def listed(environment: Environment) -> list[dict[str, Any]]:
    """Return the call lists of the project, and how far each has come."""
    counts = environment.store.calls.counts()
    return [
        {**_head(id_, campaign), **_counted(row for row in counts if row["campaign"] == id_)}
        for id_, campaign in environment.project.settings.telesales.items()
    ]


def shown(environment: Environment, id_: str) -> dict[str, Any]:
    """Return a call list and who is on it."""
    rows = environment.store.calls.members(id_)
    members = [{name: row[name] for name in _MEMBER} for row in rows]
    return {**_head(id_, campaign_of(environment, id_)), "members": members}


def _head(id_: str, campaign: Telesales) -> dict[str, Any]:
    return {
        "id": id_,
        "name": campaign.name,
        "audience": campaign.audience,
        "group": campaign.group,
    }


def _counted(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found = list(rows)
    return {
        "members": sum(row["members"] for row in found),
        "distributed": sum(row["distributed"] for row in found),
        "results": {row["result"]: row["members"] for row in found if row["result"]},
    }


def campaign_of(environment: Environment, id_: str) -> Telesales:
    """Return a call list's settings; raises UsageProblem if cskh.yaml has none of this name."""
    known = environment.project.settings.telesales
    if id_ not in known:
        message = _("There is no call list {id}.").format(id=id_)
        hint = did_you_mean(id_, known) or _("cskh.yaml lists none under telesales.")
        raise UsageProblem(message, hint)
    return known[id_]


def add(environment: Environment, id_: str, customers: Iterable[int]) -> Added:
    """Put customers on a call list, all or none; each gets an agent at once if the list says so.

    Raises Refused if one of them doesn't belong there, or if nobody is there to call.
    """
    campaign, store = campaign_of(environment, id_), environment.store
    with store.writing():
        read = (store.customers.read(each, ["pid", "kind"]) for each in dict.fromkeys(customers))
        people = {each.id: each.values for each in read}
        _check_audience(campaign, people.values())
        there = {row["id"] for row in store.calls.members(id_)}
        new: dict[int, str | None] = dict.fromkeys(each for each in people if each not in there)
        if campaign.distribute == "auto" and campaign.group:
            new.update(_handed_out(environment, id_, campaign.group, tuple(new)))
        store.calls.add(id_, new, environment.clock.stamp)
    known = [values["pid"] for each, values in people.items() if each in there]
    return Added([people[each]["pid"] for each in new], known)


def _check_audience(campaign: Telesales, people: Iterable[Mapping[str, Any]]) -> None:
    wrong = [each["pid"] for each in people if not is_called(campaign.audience, each["kind"])]
    if not wrong:
        return
    named = ", ".join(wrong[:_MOST_NAMED]) + (" …" if len(wrong) > _MOST_NAMED else "")
    if campaign.audience == "lead":
        message = _("The call list is for leads, and these are none: {pids}.")
    else:
        message = _("The call list is for contacts and accounts, and these are leads: {pids}.")
    raise Refused(message.format(pids=named), _("Nobody was put on it: leave them out."))


def distribute(environment: Environment, id_: str) -> Counter[str]:
    """Give agents to all on a call list who have none, and count how many each agent got."""
    campaign, store = campaign_of(environment, id_), environment.store
    with store.writing():
        waiting = [row["id"] for row in store.calls.members(id_) if row["agent"] is None]
        if waiting and campaign.group is None:
            message = _("The call list {id} has no group whose members could call.").format(id=id_)
            raise Refused(message, _("Say who calls: group: under telesales in cskh.yaml."))
        agents = _handed_out(environment, id_, campaign.group or "", waiting)
        store.calls.distribute(id_, agents, environment.clock.stamp)
    return Counter(agents.values())


def _handed_out(
    environment: Environment, id_: str, group: str, customers: Iterable[int]
) -> dict[int, str]:
    """Return who calls each customer, by the group's rule, and remember whose turn it was."""
    turns = Turns(environment.project.settings, environment.store.turns.last())
    agents: dict[int, str] = {}
    for customer in customers:
        who = turns.assign(group, f"telesales:{id_}:{customer}")
        if who is None:
            message = _("Nobody of the group {group} is there to call.").format(group=group)
            raise Refused(message, _("Add members to it in cskh.yaml, or take away: true."))
        agents[customer] = who
    environment.store.turns.take(turns.taken)
    return agents


def record(
    environment: Environment, id_: str, customer: int, result: str, note: str | None
) -> None:
    """Note what a call came to; whoever was reached has been contacted.

    Raises UsageProblem at an unknown result, NotFound if the customer isn't on the list.
    """
    campaign_of(environment, id_)
    if result not in RESULTS:
        message = _("{field} can't be {value}.").format(field="result", value=result)
        raise UsageProblem(message, did_you_mean(result, RESULTS))
    store, at = environment.store, environment.clock.stamp
    with store.writing():
        _check_member(environment, id_, customer)
        store.calls.record(Called(id_, customer, result, note, at))
        have = store.customers.read(customer, ["last_contacted_at"]).values["last_contacted_at"]
        if result != _NOT_REACHED and (have is None or have < at):
            changed = {"last_contacted_at": (have, at)}
            store.customers.change([Edit(customer, changed)], stamp(environment))


def _check_member(environment: Environment, id_: str, customer: int) -> None:
    if any(row["campaign"] == id_ for row in environment.store.calls.of(customer)):
        return
    pid = environment.store.customers.read(customer, ["pid"]).values["pid"]
    message = _("{pid} is not on the call list {id}.").format(pid=pid, id=id_)
    raise NotFound(
        message, _("Put the customer on it: cskh telesales add {id} {pid}").format(id=id_, pid=pid)
    )
