"""Workflows beside each other: circles, fights, and those that no moment reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cskh.language import _
from cskh.model.fields import CUSTOMER_KINDS, Family
from cskh.model.workflow import Moment, Workflow
from cskh.spec.checks.draft import Draft
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.checks.impossible import (
    beforehand,
    conjunctions,
    is_fixed,
    is_on_pages,
    kinds_of,
    of_leaf,
)
from cskh.spec.document import Document
from cskh.spec.fights import Aim, Fights, fights
from cskh.spec.graph import ON_CHANGE, Graph, Node, Way, together
from cskh.spec.paths import quoted
from cskh.spec.room import Room

CHECKS: Checks = []
TOGETHER: Checks = []

_MOST_NAMED = 4
_MADE_FROM = {"age": "birthday"}
# What actions make new, and workflows may wait for.
_MADE = {"create_task": "task", "create_ticket": "ticket", "add_to_pipeline": "opportunity"}
_CUSTOMERS = "customer."


def _happens_to(family: Family, event: Any) -> bool:
    """Say whether an event is about an object: a stage is the opportunity's and its customer's."""
    return family == "customer" or (family == "opportunity" and event == "stage_changed")


@check("CK213", CHECKS)
def out_of_reach(draft: Draft) -> Iterator[Finding]:
    """No moment can reach a workflow: it would never act.

    It waits for an update, and its trigger's conditions name only fields that no update changes:
    `created_at`, or fields of the customer in a workflow about tasks, tickets or opportunities.
    Or it waits on `pages` for an event that happens on none, such as a missed call, or for an
    event in a workflow about tasks or tickets, which events are not about.
    """
    names = {leaf.name for leaf in draft.conditions}
    if draft.moment == Moment.UPDATED and names and all(is_fixed(draft, name) for name in names):
        message = _("This workflow never acts: no update of its object changes {fields}.")
        fields = ", ".join(map(quoted, sorted(names)))
        hint = _("Conditions that only sort out belong into filter:.")
        yield Finding(("trigger", "conditions"), message.format(fields=fields), hint)
    event = draft.trigger.get("event")
    if draft.moment == Moment.EVENT and not _happens_to(draft.family, event):
        message = _("This workflow never acts: {event} is about a customer, not about a {object}.")
        text = message.format(event=quoted(str(event)), object=draft.family)
        yield Finding(("object",), text)
    if draft.moment == Moment.EVENT and draft.trigger.get("pages") and not is_on_pages(event):
        message = _("This workflow never acts: {event} happens on no page.")
        hint = _("Leave pages: out here; which page writes is said in the action.")
        where = draft.document.place(("trigger", "pages"), key=True)
        yield Finding(("trigger", "pages"), message.format(event=quoted(event)), hint, where)


@dataclass(frozen=True)
class Whole:
    """All enabled workflows of a project that have no error."""

    graph: Graph

    @cached_property
    def fights(self) -> Fights:
        """Return who fights with whom, and over what."""
        return fights(self.graph)


@dataclass(frozen=True)
class Member:
    """One workflow among all the others."""

    document: Document
    node: Node
    whole: Whole

    def finding(self, field: str, message: str, hint: str) -> Finding:
        """Return a finding at the action that writes a field."""
        path = self.node.steps.get(field, ("actions",))
        return Finding(path, message, hint, self.document.place(path, key=True))


def members(drafts: Mapping[str, Draft], workflows: Mapping[str, Workflow]) -> list[Member]:
    """Return the workflows that run, each with all the others in view."""
    nodes = {id_: _node(drafts[id_], each) for id_, each in workflows.items() if each.enabled}
    fields = next((draft.world.words.fields for draft in drafts.values()), {})
    whole = Whole(Graph(nodes, fields))
    return [Member(drafts[id_].document, node, whole) for id_, node in nodes.items()]


def _node(draft: Draft, workflow: Workflow) -> Node:
    trigger = workflow.trigger
    writes, steps = together(
        (("actions", index, action.name), action.writes())
        for index, action in enumerate(workflow.actions)
    )
    looked_at = frozenset(_field(draft, leaf.name) for leaf in draft.conditions)
    return Node(
        id=workflow.id,
        object=workflow.object,
        kinds=kinds_of(workflow.object) or frozenset(CUSTOMER_KINDS),
        moment=trigger.moment,
        event=trigger.event,
        pages=frozenset(trigger.pages),
        once=workflow.repeat == "once",
        looks_at=(looked_at or None) if trigger.moment in ON_CHANGE else None,
        ways=tuple(_ways(draft)),
        writes=writes,
        makes=frozenset(_MADE[each.name] for each in workflow.actions if each.name in _MADE),
        steps=steps,
    )


def _ways(draft: Draft) -> Iterator[Way]:
    for conditions in conjunctions(draft):
        way = {} if draft.data.get("object") == "customer" else beforehand(draft)
        for leaf in conditions:
            name = _own_name(draft, leaf.name)
            way[name] = way.get(name, Room()) & of_leaf(draft, leaf)
        yield way


def _own_name(draft: Draft, name: str) -> str:
    """Return what the customer's fields are called in all workflows, and no other field is."""
    if kinds_of(draft.data.get("object")) or name.startswith("event."):
        return name
    own = f"{draft.data.get('object')}.{name}"
    return name.removeprefix(_CUSTOMERS) if name.startswith(_CUSTOMERS) else own


def _field(draft: Draft, name: str) -> str:
    """Return the field whose changes are those of a condition's field."""
    own = _own_name(draft, name)
    return _MADE_FROM.get(own, own)


@check("CK311", TOGETHER)
def circle(member: Member) -> Iterator[Finding]:
    """Workflows set each other off in a circle, or one sets itself off.

    Each writes a field that the next one's trigger looks at. A run stops there: no workflow acts
    on a change that it caused itself, directly or through others, and a chain has five links at
    most. A condition that no longer holds after the change opens the circle.
    """
    way = member.whole.graph.circles.get(member.node.id)
    if way is None:
        return
    field = _between(member.node, member.whole.graph.nodes[way[1]])
    if len(way) > 2:
        message = _("Workflows set each other off in a circle: {way}.")
    elif field in member.node.writes:
        message = _("The workflow sets itself off: it changes {field}, which its trigger looks at.")
    else:
        message = _("The workflow sets itself off: it makes what it waits for.")
    text = message.format(way=" → ".join(way), field=quoted(field))
    hint = _(
        "A run stops it, since no workflow acts on a change that it caused itself; better add a "
        "condition that no longer holds afterwards."
    )
    yield member.finding(field, text, hint)


def _between(node: Node, then: Node) -> str:
    """Return a field that one workflow writes and the other's trigger looks at; else nothing."""
    looked_at = (name for name in node.writes if then.looks_at is None or name in then.looks_at)
    return next(looked_at, "")


@check("CK312", TOGETHER)
def fight(member: Member) -> Iterator[Finding]:
    """Two workflows fight over a field: they give the same customer different values.

    Or one adds a tag that the other removes. Either each undoes what the other did, again and
    again; or nothing but the order says who wins, since nothing in their conditions excludes that
    both hold.
    """
    for aim, others in member.whole.fights.get(member.node.id, {}).items():
        hint = _("Give them conditions that exclude each other, or disable one of them.")
        yield member.finding(aim.field, _said(aim, others), hint)


def _said(aim: Aim, others: list[tuple[str, Any]]) -> str:
    if aim.tag is None:
        message = _("{field} becomes {value} here and {others}, possibly for the same customers.")
        field, value = quoted(aim.field), _shown(aim.value)
        return message.format(field=field, value=value, others=_listed(others, _with_value))
    if aim.value:
        message = _(
            "The tag {tag} is added here and removed in {others}, possibly for the same customers."
        )
    else:
        message = _(
            "The tag {tag} is removed here and added in {others}, possibly for the same customers."
        )
    return message.format(tag=quoted(aim.tag), others=_listed(others, lambda id_, _value: id_))


def _shown(value: Any) -> str:
    if value is None:
        return _("empty")
    return quoted(str(value).lower() if isinstance(value, bool) else value)


def _with_value(id_: str, value: Any) -> str:
    return _("{value} in {workflow}").format(value=_shown(value), workflow=id_)


def _listed(others: list[tuple[str, Any]], say: Callable[[str, Any], str]) -> str:
    more = ["…"] if len(others) > _MOST_NAMED else []
    return ", ".join([*(say(*each) for each in others[:_MOST_NAMED]), *more])
