"""Adding and changing tasks, tickets and cards by hand: all through the store's one door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cskh.engine.assigning import changes
from cskh.engine.customers import Changes, stamp
from cskh.engine.environment import Environment
from cskh.engine.sla import ticket_deadlines
from cskh.engine.statuses import following, is_on_time
from cskh.engine.work_words import REQUIRED, stage_of
from cskh.engine.worklists import LIVE, Work, fields_of, find, noun
from cskh.errors import Refused, UsageProblem
from cskh.language import _
from cskh.model.clock import Clock, from_text
from cskh.model.fields import Family
from cskh.policy.assignment import Turns
from cskh.store.values import Edit

Values = Mapping[str, Any]


def add(environment: Environment, family: Family, customer: int, values: Values) -> int:
    """Add one task, ticket or card to a customer, and return its number.

    Of a group whoever's turn it is gets it, unless somebody is named.
    """
    check_required(family, values)
    store = environment.store
    with store.writing():
        row = {"customer_id": customer, **_begun(environment, family, customer, values)}
        if values.get("group") is not None and "assignee" not in values:
            seed = f"{family}:{store.records.next(family)}"
            row["assignee"] = _taking_turns(environment, values["group"], seed)
        elif family != "opportunity" and "assignee" not in values:
            row["assignee"] = _in_charge(environment, customer)
        (id_,) = store.records.create(family, [row], stamp(environment))
    return id_


def _in_charge(environment: Environment, customer: int) -> str | None:
    """Return who gets work that is given to nobody by name: whose customer it is, else who adds."""
    own: str | None = environment.store.customers.read(customer, ["assignee"]).values["assignee"]
    staff = {person.id for person in environment.project.settings.staff}
    return own or (environment.actor if environment.actor in staff else None)


def change(environment: Environment, family: Family, id_: int, wanted: Values) -> Changes:
    """Write what really changes of one of them, and return it: name -> old, new.

    Work that comes to another group is handed to whoever's turn it is there.
    """
    with environment.store.writing():
        work = find(environment, family, id_)
        fields = fields_of(environment.project.settings, family)
        changed = changes(
            work.values, _with_what_follows(environment, family, work, wanted), fields
        )
        group = changed.get("group", (None, None))[1]
        if group is not None and "assignee" not in wanted:
            who = _taking_turns(environment, group, f"{family}:{id_}")
            changed |= changes(work.values, {"assignee": who}, fields)
        if changed:
            environment.store.records.change(family, [Edit(id_, changed)], stamp(environment))
    return changed


def finish(environment: Environment, family: Family, id_: int, status: str) -> Changes:
    """End a task or a card; nothing changes if it has ended so, Refused if otherwise."""
    with environment.store.writing():
        have = find(environment, family, id_).values["status"]
        if have != status and have not in LIVE[family]:
            raise _ended(family, id_, have)
        return change(environment, family, id_, {"status": status})


def respond(environment: Environment, id_: int) -> Changes:
    """Note that a ticket is answered now; nothing changes if it was before."""
    with environment.store.writing():
        have = find(environment, "ticket", id_).values
        if have["status"] == "cancelled":
            raise _ended("ticket", id_, have["status"])
        if have["responded_at"] is not None and have["status"] != "open":
            return {}
        return change(environment, "ticket", id_, {"status": "responded"})


def resolve(environment: Environment, id_: int) -> Changes:
    """Note that a ticket is resolved now, and whether that was on time."""
    with environment.store.writing():
        have = find(environment, "ticket", id_).values["status"]
        if have not in LIVE["ticket"]:
            raise _ended("ticket", id_, have)
        return change(environment, "ticket", id_, {"status": "resolved"})


def check_required(family: Family, values: Values) -> None:
    """Raise UsageProblem if new work lacks what it can't be without."""
    if values.get(REQUIRED[family]) is None:
        raise UsageProblem(_("{name} is missing.").format(name=f"{REQUIRED[family]}="))


def _begun(
    environment: Environment, family: Family, customer: int, values: Values
) -> dict[str, Any]:
    """Return what new work is made of, without what isn't set."""
    given = {name: value for name, value in values.items() if value is not None}
    if family == "ticket":
        given |= _deadlines(environment, given.get("sla"), environment.clock)
    if family == "opportunity":
        given["stage"] = _first_stage(environment, customer, given)
    if "status" in given:
        given |= following(family, given, given["status"], environment.clock.stamp)
    return given


def _first_stage(environment: Environment, customer: int, given: Values) -> str:
    """Return the stage that a new card begins at; raises Refused if the customer has one."""
    pipeline, settings = given["pipeline"], environment.project.settings
    for number in environment.store.records.of(customer, "opportunity"):
        card = find(environment, "opportunity", number)
        if card.values["pipeline"] == pipeline:
            message = _("{pid} has the card {id} in {pipeline} already.")
            hint = _("Move it with: cskh opportunity move {id} STAGE.").format(id=number)
            raise Refused(message.format(pid=card.pid, id=number, pipeline=pipeline), hint)
    if "stage" in given:
        return stage_of(pipeline, given["stage"], settings)
    return settings.pipelines[pipeline].stages[0]


def _with_what_follows(
    environment: Environment, family: Family, work: Work, wanted: Values
) -> dict[str, Any]:
    """Return what is wanted and what it brings along."""
    have, settings, asked = work.values, environment.project.settings, dict(wanted)
    if asked.get("stage") is not None:
        asked["stage"] = stage_of(have["pipeline"], asked["stage"], settings)
        status = asked.get("status", have["status"])
        if not {have["status"], status} & {*LIVE[family]}:
            raise _ended(family, work.id, status)
    if "sla" in asked and asked["sla"] != have["sla"]:
        begun = from_text(have["created_at"], environment.clock.zone)
        asked |= _deadlines(environment, asked["sla"], Clock.at(begun, environment.clock.zone))
    status = asked.get("status", have["status"])
    if status != have["status"]:
        asked |= following(family, {**have, **asked}, status, environment.clock.stamp)
    elif "sla" in asked and status == "resolved":
        asked["on_time"] = is_on_time({**have, **asked})
    return asked


def _deadlines(environment: Environment, sla: str | None, clock: Clock) -> dict[str, Any]:
    return dict(ticket_deadlines(sla, environment.project.settings, clock))


def _taking_turns(environment: Environment, group: str, seed: str) -> str:
    """Return who of a group gets new work, and remember it; raises Refused for nobody."""
    turns = Turns(environment.project.settings, environment.store.turns.last())
    who = turns.assign(group, seed)
    if who is None:
        message = _("Nobody of the group {group} is there.").format(group=group)
        raise Refused(message, _("Name who gets it: assignee=ID."))
    environment.store.turns.take(turns.taken)
    return who


def _ended(family: Family, id_: int, status: str) -> Refused:
    message = _("The {what} {id} is {status}.")
    hint = _("Open it again with: cskh {family} set {id} status=open.")
    said = message.format(what=noun(family), id=id_, status=status)
    return Refused(said, hint.format(family=family, id=id_))
