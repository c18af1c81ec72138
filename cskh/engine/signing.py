"""Signing: an owner's approval carries her signature; nobody approves with the store alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from cskh.edge.ssh import is_signed, sign_by_agent
from cskh.edge.ssh import sign as signature_of
from cskh.engine.environment import Environment
from cskh.engine.roles import somebody
from cskh.errors import Refused
from cskh.language import _
from cskh.model.campaign import APPROVALS, is_carried_out, signed_text
from cskh.store.campaigning import Moved, Submitted


def signer(key: Path) -> Callable[[str, str, str], str]:
    """Return what signs for a move of a campaign with a digest; that raises Refused."""

    def sign(name: str, campaign: str, digest: str) -> str:
        return signature_of(signed_text(name, campaign, digest), key)

    return sign


def agent(environment: Environment) -> Callable[[str, str, str], str]:
    """Return what signs for a move with the actor's key of cskh.yaml, which the agent has."""

    def sign(name: str, campaign: str, digest: str) -> str:
        key = _key_of(environment, somebody(environment).id)
        return sign_by_agent(signed_text(name, campaign, digest), key)

    return sign


def _key_of(environment: Environment, actor: str) -> str:
    """Return somebody's public key; raises Refused for who has none."""
    person = environment.context.staff(actor)
    if person is None or not person.ssh_key:
        message = _("{name} has no ssh_key in cskh.yaml.").format(name=actor)
        raise Refused(message, _("Put the public key under staff: as ssh_key."))
    return person.ssh_key


def check(
    environment: Environment, name: str, submitted: Submitted, actor: str, signature: str
) -> None:
    """Raise Refused unless an owner's key made the signature for this move."""
    text = signed_text(name, submitted.id, submitted.digest)
    if not is_signed(text, signature, _key_of(environment, actor)):
        message = _("The signature isn't that of the key that cskh.yaml has of {name}.")
        raise Refused(message.format(name=actor))


def is_approved(environment: Environment, submitted: Submitted) -> bool:
    """Say whether the approval that a campaign stands by is signed, where approvals have to be.

    Raises Refused without ssh-keygen, as nobody can say so then.
    """
    if environment.project.settings.approvals != "signed":
        return True
    last = _standing(environment.store.campaigns.history(submitted.id))
    if last is None or last.move not in APPROVALS:
        return False
    person = environment.context.staff(last.actor)
    if person is None or person.role != "owner" or not person.ssh_key or not last.signature:
        return False
    text = signed_text(last.move, submitted.id, submitted.digest)
    return is_signed(text, last.signature, person.ssh_key)


def _standing(history: Iterable[Moved]) -> Moved | None:
    """Return the move by which a campaign stands where it does, the tool's own aside."""
    return next((each for each in reversed(list(history)) if not is_carried_out(each.move)), None)
