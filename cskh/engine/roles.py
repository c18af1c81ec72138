"""Roles: who is acting, and who may do what only some may do."""

from __future__ import annotations

from cskh.engine.environment import Environment
from cskh.errors import Refused
from cskh.language import _
from cskh.model.settings import Staff


def person(environment: Environment) -> Staff | None:
    """Return the member of staff who is acting, None if it is nobody known."""
    return environment.context.staff(environment.actor)


def somebody(environment: Environment) -> Staff:
    """Return the member of staff who is acting; raises Refused if it is nobody known."""
    found = person(environment)
    if found is None and not environment.project.settings.staff:
        message = _("Only somebody in staff may do this, and cskh.yaml has no staff.")
        example = "staff: [{id: lan, name: Lan, role: owner}]"
        raise Refused(message, _("Add an owner: {example}").format(example=example))
    if found is None:
        message = _("Nobody knows who you are: {actor} is not in staff.")
        hint = _("Say who you are: --as ID.")
        raise Refused(message.format(actor=environment.actor or "–"), hint)
    return found


def check_owner(environment: Environment) -> None:
    """Raise Refused for anybody but an owner."""
    actor = somebody(environment)
    if actor.role != "owner":
        raise Refused(takes_an_owner(actor), owners_named(environment))


def takes_an_owner(actor: Staff) -> str:
    """Return the sentence that refuses somebody who is no owner."""
    return _("{name} may not do this: it takes an owner.").format(name=actor.id)


def owners(environment: Environment) -> list[Staff]:
    """Return the owners."""
    return [each for each in environment.project.settings.staff if each.role == "owner"]


def owners_named(environment: Environment) -> str | None:
    """Return who could do it, None if there is nobody."""
    names = ", ".join(each.id for each in owners(environment))
    return _("Owners: {names}.").format(names=names) if names else None
