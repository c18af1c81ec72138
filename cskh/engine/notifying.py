"""Notifying: people on the staff are told what happened to campaigns, and that a provider stopped.

On the screen, and by email where cskh.yaml says so; everybody once about each thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.roles import owners
from cskh.language import N_, _
from cskh.model.message import Channel
from cskh.model.settings import Staff
from cskh.store.campaigning import Notice, Submitted

# Who moves campaigns when nobody does.
TOOL = "cskh"
# By kind: what is told, and whether the campaign's maker and the owners are.
_TOLD: Mapping[str, tuple[str, bool, bool]] = {
    "submitted": (N_("{actor} submitted the campaign “{name}” for approval."), False, True),
    "approved": (N_("{actor} approved the campaign “{name}”."), True, False),
    "rejected": (N_("{actor} rejected the campaign “{name}”."), True, False),
    "paused": (N_("{actor} paused the campaign “{name}”."), True, False),
    "resumed": (N_("{actor} let the campaign “{name}” go on."), True, False),
    "started": (N_("The campaign “{name}” is being sent."), True, True),
    "finished": (N_("The campaign “{name}” has been sent."), True, True),
    "no_provider": (
        N_("The campaign “{name}” waits: there is no active SMS provider (cskh provider use ID)."),
        True,
        True,
    ),
    "changed": (
        N_("The campaign “{name}” is not sent: it is not what was approved any more."),
        True,
        True,
    ),
    "too_late": (
        N_("The campaign “{name}” is not sent: its time has passed. Give it a new one."),
        True,
        True,
    ),
}
_OF_MOVES = {
    "submit": "submitted",
    "approve": "approved",
    "reject": "rejected",
    "pause": "paused",
    "resume": "resumed",
    "start": "started",
    "finish": "finished",
    "return": "changed",
}


def notify_of_move(
    environment: Environment, move: str, number: int, campaign: Submitted, note: str | None
) -> None:
    """Tell of a move with its number, in the transaction that makes it."""
    if (kind := _OF_MOVES.get(move)) is not None:
        notify(environment, kind, f"move:{number}", campaign, note)


def notify(
    environment: Environment,
    kind: str,
    about: str,
    campaign: Submitted,
    note: str | None = None,
) -> int:
    """Tell everybody whom it concerns, once about each thing; return how many are told news."""
    text, to_maker, to_owners = _TOLD[kind]
    actor = environment.context.staff(environment.actor)
    told = _(text).format(actor=actor.name if actor else TOOL, name=campaign.name)
    see = _("See: cskh campaign show {id}").format(id=campaign.id)
    lines = [told, *([note] if note else []), see]
    people = [environment.context.staff(campaign.created_by)] if to_maker else []
    people += owners(environment) if to_owners else []
    notice = Notice(kind, about, campaign.id, "", "\n".join(lines))
    return _tell(environment, notice, people)


def notify_stop(
    environment: Environment, provider: str, why: str, since: str, page: str | None = None
) -> None:
    """Tell the owners that a provider has stopped, or one of its pages; why names the page."""
    told = _("The provider {name} is stopped: {why}").format(name=provider, why=why)
    if page is not None:
        told = _("A page of {name} is stopped: {why}").format(name=provider, why=why)
    lines = [told, _("See: cskh provider check {id}").format(id=provider)]
    about = f"stop:{provider}{f'/{page}' if page else ''}@{since}"
    notice = Notice("provider_stopped", about, None, "", "\n".join(lines))
    _tell(environment, notice, owners(environment))


def _tell(environment: Environment, notice: Notice, people: Iterable[Staff | None]) -> int:
    subject = notice.text.partition("\n")[0]
    notices = [
        notice._replace(to=each.id, mail=_mail(environment, each, subject))
        for each in {each.id: each for each in people if each}.values()
    ]
    return environment.store.notifications.tell(notices, environment.clock.stamp)


def _mail(environment: Environment, person: Staff, subject: str) -> Mapping[str, Any] | None:
    """Return the email that says the same, None if there is no way to send it."""
    account = environment.context.account(Channel.EMAIL, None)
    if not environment.project.settings.notify.email or not person.email or account is None:
        return None
    return {
        "recipient": person.email,
        "subject": subject,
        "provider": account.id,
        "price": account.price,
    }
