"""Campaigns as people see them: the file, what was submitted of it, and who may look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from cskh.engine.audience import frozen
from cskh.engine.environment import Environment
from cskh.engine.project import Project, is_campaign
from cskh.engine.roles import owners_named, person, somebody
from cskh.errors import Invalid, Refused, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.campaign import NOTICE, Campaign, CampaignState, may_see
from cskh.model.clock import Clock
from cskh.model.settings import Staff
from cskh.store.campaigning import Submitted


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One campaign: its file, None if there is none or it has errors, and what was submitted."""

    id: str
    file: str | None
    campaign: Campaign | None
    submitted: Submitted | None

    @property
    def state(self) -> CampaignState | None:
        """Return where it stands."""
        return self.submitted.state if self.submitted else None

    @property
    def kept(self) -> Submitted | None:
        """Return what was submitted, None if its id has a new file since it was deleted."""
        is_new = self.state is CampaignState.DELETED and self.file is not None
        return None if is_new else self.submitted

    @property
    def name(self) -> str:
        """Return what people call it."""
        named = self.kept or self.campaign
        return named.name if named else self.id

    @property
    def makers(self) -> frozenset[str]:
        """Return who made it: by what was submitted, and by what the file says now."""
        return frozenset(each.created_by for each in (self.kept, self.campaign) if each)

    @property
    def created_by(self) -> str | None:
        """Return who made it, by what was submitted if anything was."""
        made = self.kept or self.campaign
        return made.created_by if made else None


def files(project: Project) -> Mapping[str, str]:
    """Return the files of campaigns by their ids."""
    return {PurePosixPath(file).stem: file for file in project.files if is_campaign(file)}


def find(environment: Environment, id_: str) -> Entry:
    """Return a campaign; raises UsageProblem for an unknown id, with the nearest one to be seen."""
    project, submitted = environment.project, environment.store.campaigns.find(id_)
    if submitted is None and id_ not in files(project):
        near = did_you_mean(id_, [entry.id for entry in visible(environment)])
        raise UsageProblem(_("There is no campaign {id}.").format(id=id_), near)
    return _entry(project, id_, submitted)


def _entry(project: Project, id_: str, submitted: Submitted | None) -> Entry:
    file, campaign = files(project).get(id_), project.campaigns.get(id_)
    return Entry(id=id_, file=file, campaign=campaign, submitted=submitted)


def written(environment: Environment, entry: Entry) -> Campaign:
    """Return what a campaign's file says; raises Invalid if it has errors, Refused without one."""
    if entry.campaign is not None:
        return entry.campaign
    problems = environment.project.problems
    if wrong := [each for each in problems if each.file == entry.file and each.severity == "error"]:
        raise Invalid(wrong)
    raise Refused(_("The file of the campaign {id} is gone.").format(id=entry.id))


def differs(environment: Environment, entry: Entry) -> bool:
    """Say whether the file says something else than was submitted, comments and layout aside."""
    if entry.submitted is None or entry.campaign is None:
        return True
    return frozen(environment, entry.campaign) != entry.submitted.frozen


def shown(environment: Environment, id_: str) -> Entry:
    """Return a campaign to somebody who may look at it; raises Refused for anybody else."""
    entry = find(environment, id_)
    if not is_visible(environment, entry):
        somebody(environment)
        message = _("{id} is somebody else's campaign.").format(id=id_)
        raise Refused(message, owners_named(environment))
    return entry


def is_visible(environment: Environment, entry: Entry) -> bool:
    """Say whether whoever asks may look at a campaign."""
    return may_see(person(environment), entry.created_by or "")


def hidden(environment: Environment, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows of messages without the campaigns that whoever asks may not see.

    What staff is told of them by email is hidden, too, from all but those who are told.
    """
    looking = person(environment)
    seen = {
        each.id for each in environment.store.campaigns.all() if may_see(looking, each.created_by)
    }
    is_owner = looking is not None and looking.role == "owner"
    return [row if is_owner else _hidden(row, seen, looking) for row in rows]


def _hidden(
    row: Mapping[str, Any], seen: Container[str], looking: Staff | None
) -> Mapping[str, Any]:
    is_told = looking is not None and row["to_staff"] == looking.id
    if row["workflow"] == NOTICE and not is_told:
        return {**row, "subject": None, "content": "•••"}
    if row["campaign"] is None or row["campaign"] in seen:
        return row
    return {**row, "campaign": None, "occasion": None}


def visible(environment: Environment) -> list[Entry]:
    """Return the campaigns that whoever asks may see, those that are deleted left out."""
    project, all_ = environment.project, environment.store.campaigns.all()
    stored = {each.id: each for each in all_}
    ids = sorted(files(project).keys() | stored.keys())
    entries = [_entry(project, id_, stored.get(id_)) for id_ in ids]
    return [
        entry
        for entry in entries
        if is_visible(environment, entry)
        and (entry.state is not CampaignState.DELETED or entry.file)
    ]


def stored_time(campaign: Campaign, clock: Clock) -> str | None:
    """Return when a campaign says that it begins, as the store has it."""
    if campaign.send_at is None:
        return None
    return clock.stored(dt.datetime.fromisoformat(campaign.send_at).replace(tzinfo=clock.zone))
