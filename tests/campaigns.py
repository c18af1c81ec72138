"""A project with staff and campaigns, for the tests of everything that happens to them."""

from __future__ import annotations

from typing import Any

from cskh.model.campaign import CampaignState
from tests.project import Cli, Project, Result, person

STAFF = (
    "[{id: lan, name: Lan, role: owner, email: lan@example.com},"
    " {id: minh, name: Minh, role: admin, email: minh@example.com},"
    " {id: hoa, name: Hoa, role: admin}, {id: an, name: An, role: agent}]"
)
CAMPAIGN = """\
name: Tri ân
created_by: minh
content: "Cam on {{ customer.name }}"
send_at: "2026-12-24 09:00"
audience:
  filter: [{tags: {has: VIP}}]
"""
BEFORE = "2026-12-20T10:00"
TIME = "2026-12-24T09:00"
JSON = ("--format", "json")


def settle(project: Project, **replaced: str) -> None:
    """Write cskh.yaml with four people in staff, and whatever else is said."""
    project.settle(**({"staff": STAFF} | replaced))


def write(project: Project, text: str = CAMPAIGN, id_: str = "tri-an") -> None:
    project.write(f"campaigns/{id_}.yaml", text)


def guests(project: Project, size: int = 3, **values: Any) -> None:
    """Add customers with the tag VIP, from KH0001 on."""
    project.add(*(person(n, tags=("VIP",), **values) for n in range(1, size + 1)))


def move(cli: Cli, verb: str, actor: str = "lan", *more: str, now: str = BEFORE) -> Result:
    """Make a move with the campaign."""
    return cli("campaign", verb, "tri-an", "--as", actor, "--now", now, "--yes", *more)


def run(cli: Cli, now: str = TIME, *more: str) -> Result:
    return cli("run", "campaigns", "--now", now, *more)


def state(project: Project, id_: str = "tri-an") -> str | None:
    rows = project.rows(f"SELECT state FROM campaigns WHERE id = '{id_}'")
    return rows[0][0] if rows else None


def bring(project: Project, cli: Cli, wanted: CampaignState | None) -> None:
    """Bring a campaign of Minh's, in a project with guests, where it is wanted."""
    settle(project)
    write(project)
    guests(project)
    ways: dict[CampaignState | None, tuple[str, ...]] = {
        None: (),
        CampaignState.PENDING: ("submit",),
        CampaignState.APPROVED: ("submit", "approve"),
        CampaignState.REJECTED: ("submit", "reject"),
        CampaignState.PAUSED: ("submit", "approve", "pause"),
        CampaignState.SENDING: ("submit", "approve"),
        CampaignState.SENT: ("submit", "approve"),
        CampaignState.DELETED: ("submit", "delete"),
    }
    for verb in ways[wanted]:
        done = move(cli, verb)
        assert done.exit == 0, done.err
    if wanted is CampaignState.SENDING:
        assert run(cli, TIME, "--no-deliver").exit == 0
    if wanted is CampaignState.SENT:
        assert run(cli).exit == 0
    if wanted is CampaignState.DELETED:
        write(project)
    assert state(project) == wanted


def told(cli: Cli, who: str) -> list[tuple[str, str | None]]:
    """Return what somebody was told, the oldest first: the kinds, and of which campaign."""
    found = cli("inbox", "--as", who, *JSON).json["notifications"]
    return [(each["kind"], each["campaign"]) for each in reversed(found)]
