"""Refusing: what customers refuse and agree to, recorded with who says so and when.

It changes no customer's field, so no workflow answers it; messages in the outbox meet it when they
leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.telling import instant
from cskh.errors import NotFound
from cskh.language import _
from cskh.model.clock import Clock
from cskh.model.masking import masked
from cskh.model.message import Channel, Purpose
from cskh.model.standing import Scope
from cskh.policy.refusals import is_refused, remaining
from cskh.store.permitting import Consent, OptOut

# What did it, as the change log says it.
CAUSE = "cli"


def opt_out(environment: Environment, customer: int, scope: Scope, source: str | None) -> bool:
    """Record that a customer refuses messages; return whether that is new."""
    permissions, at = environment.store.permissions, environment.clock.stamp
    with environment.store.writing():
        if is_refused([each.scope for each in permissions.opt_outs(customer)], scope):
            return False
        permissions.refuse(customer, [OptOut(0, *scope, source, environment.actor, at)])
        permissions.decide(customer, "opt-out", scope, environment.actor, at)
    return True


def opt_in(environment: Environment, customer: int, scope: Scope) -> bool:
    """Lift refusals, or the parts of them that a scope is about; return whether there were any.

    It is no consent to advertising.
    """
    permissions = environment.store.permissions
    with environment.store.writing():
        left = {each: remaining(each.scope, scope) for each in permissions.opt_outs(customer)}
        lifted = [each for each, scopes in left.items() if scopes != (each.scope,)]
        if not lifted:
            return False
        kept = [
            each._replace(id=0, channel=channel, purpose=purpose)
            for each in lifted
            for channel, purpose in left[each]
        ]
        permissions.refuse(customer, kept, lifted)
        permissions.decide(customer, "opt-in", scope, environment.actor, environment.clock.stamp)
    return True


def agree(
    environment: Environment, customer: int, channel: Channel, purpose: Purpose, source: str
) -> bool:
    """Record a consent and how it is known; return whether the customer refuses it all the same."""
    permissions = environment.store.permissions
    with environment.store.writing():
        given = Consent(channel, purpose, source, environment.actor, environment.clock.stamp)
        permissions.agree(customer, given)
        scopes = [each.scope for each in permissions.opt_outs(customer)]
    return is_refused(scopes, (channel, purpose))


def told_opt_outs(environment: Environment, customer: int) -> list[Mapping[str, Any]]:
    """Return what a customer refuses as JSON has it; null stands for every channel or purpose."""
    clock = environment.clock
    return [
        {
            "channel": each.channel,
            "purpose": each.purpose,
            "source": each.source,
            "actor": each.actor,
            "at": instant(each.at, clock),
        }
        for each in environment.store.permissions.opt_outs(customer)
    ]


def told_lifted(
    environment: Environment, customer: int, phone: str | None
) -> list[Mapping[str, Any]]:
    """Return what a customer no longer refuses, as rows of the history."""
    clock = environment.clock
    return [
        {
            "at": instant(each["at"], clock),
            "actor": each["actor"],
            "cause": CAUSE,
            "field": "do_not_contact" if each["scope"] is None else "opt_out",
            "old": True if each["scope"] is None else _scope(*each["scope"]),
            "new": False if each["scope"] is None else None,
        }
        for each in environment.store.permissions.lifted(customer, phone)
    ]


def _scope(channel: str | None, purpose: str | None) -> Mapping[str, Any]:
    return {"channel": channel, "purpose": purpose}


def is_uncalled(environment: Environment, phone: str | None) -> bool:
    """Say whether a phone is on the do-not-call list."""
    return phone is not None and bool(environment.store.permissions.uncalled([phone]))


def never_call(environment: Environment, phones: Iterable[str], source: str | None) -> int:
    """Put phones on the do-not-call list by hand; return how many are new there."""
    actor, at = environment.actor, environment.clock.stamp
    put = environment.store.permissions.put_on_list
    with environment.store.writing():
        return sum(put(phone, source or CAUSE, actor, at) for phone in dict.fromkeys(phones))


def call_again(environment: Environment, phones: Iterable[str]) -> None:
    """Take phones off the do-not-call list: all, or none if one of them isn't there (NotFound)."""
    actor, at = environment.actor, environment.clock.stamp
    with environment.store.writing():
        for phone in dict.fromkeys(phones):
            if not environment.store.permissions.take_off_list(phone, actor, at):
                message = _("{phone} is not on the do-not-call list.")
                hint = _("See it: {command}").format(command="cskh do-not-call list")
                raise NotFound(message.format(phone=masked(phone)), hint)


def told_never_called(environment: Environment) -> list[Mapping[str, Any]]:
    """Return the do-not-call list as JSON has it, the oldest entry first."""
    clock = environment.clock
    return [
        each._asdict() | {"at": instant(each.at, clock)}
        for each in environment.store.permissions.never_called()
    ]


def told_consents(environment: Environment, customer: int) -> list[Mapping[str, Any]]:
    """Return what a customer agreed to as JSON has it."""
    return [
        _told(each, environment.clock) for each in environment.store.permissions.consents(customer)
    ]


def _told(consent: Consent, clock: Clock) -> Mapping[str, Any]:
    return consent._asdict() | {"at": instant(consent.at, clock)}
