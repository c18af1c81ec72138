"""Campaigns: what goes for the messages and conditions of workflows, and what is their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from cskh.language import _
from cskh.model.campaign import Campaign
from cskh.spec.checks import actions, advice, channels, conditions, impossible, names, texts
from cskh.spec.checks.draft import Draft, Leaf, Step, leaves
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.checks.impossible import CHANGES
from cskh.spec.walking import Part, walk

# Codes whose checks look at nothing but messages, names and conditions.
_SHARED = frozenset(
    {
        *("CK201", "CK202", "CK203", "CK204", "CK205", "CK210", "CK211", "CK212"),
        *("CK220", "CK221", "CK222", "CK230", "CK232", "CK233", "CK234", "CK235", "CK240"),
        *("CK302", "CK304", "CK308", "CK310", "CK315"),
    }
)
_ALL = (conditions, impossible, names, texts, actions, advice, channels)
CHECKS: Checks = [each for module in _ALL for each in module.CHECKS if each[0] in _SHARED]
_MESSAGE = ("content", "template", "purpose", "send_at")


class CampaignDraft(Draft):
    """One campaign on its way to a value: a workflow about customers that sends one SMS."""

    @cached_property
    def audience(self) -> Mapping[str, Any]:
        """Return the audience as written."""
        audience = self.data.get("audience")
        return audience if isinstance(audience, dict) else {}

    @cached_property
    def filter(self) -> tuple[Leaf, ...]:
        """Return the conditions of the audience."""
        return tuple(leaves(self.audience.get("filter"), ("audience", "filter")))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Return the SMS as the action that it is; its parameters stand at the top."""
        data = {key: self.data[key] for key in _MESSAGE if self.data.get(key) is not None}
        return (Step((), self.world.registries.actions["send_sms"], data),)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Return every annotated value."""
        return tuple(walk(Campaign, self.data))


@check("CK260", CHECKS)
def for_nobody(draft: CampaignDraft) -> Iterator[Finding]:
    """A campaign is for nobody: its audience has neither a filter nor a list."""
    if not draft.audience.get("filter") and not draft.audience.get("lists"):
        message = _("The audience has neither a filter nor a list.")
        hint = _("For everybody: filter: [{{phone: {{empty: false}}}}]").format()
        yield Finding(("audience",), message, hint)


@check("CK261", CHECKS)
def changes_of_nothing(draft: CampaignDraft) -> Iterator[Finding]:
    """An audience is asked about a change: a campaign looks at customers as they stand.

    `changed`, `changed_to` and `changed_from` are for workflows.
    """
    for leaf in draft.filter:
        if leaf.operator in CHANGES:
            where = draft.document.place(leaf.value_path, key=True)
            message = _("A campaign looks at customers as they stand: there is no change.")
            yield Finding(leaf.value_path, message, None, where)


@check("CK262", CHECKS)
def made_by_an_agent(draft: CampaignDraft) -> Iterator[Finding]:
    """A campaign is made by an agent: it takes an admin or an owner."""
    person = next(
        (each for each in draft.world.settings.staff if each.id == draft.data.get("created_by")),
        None,
    )
    if person is not None and person.role == "agent":
        message = _("{name} is an agent: it takes an admin or an owner.")
        yield Finding(("created_by",), message.format(name=person.id))
