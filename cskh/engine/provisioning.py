"""Provisioning: the providers there are, which one is active on a channel, and which ones work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cskh.edge.files import read_file, replace_file
from cskh.edge.locks import alone
from cskh.edge.peek import SETTINGS_FILE
from cskh.engine.environment import Environment, store_path
from cskh.engine.project import registries
from cskh.engine.roles import check_owner
from cskh.engine.routing import lacking
from cskh.engine.stopping import stopped_pages
from cskh.engine.telling import instant
from cskh.errors import CskhError, UsageProblem, did_you_mean
from cskh.language import _
from cskh.model.message import Channel, Outcome, Receipt
from cskh.model.settings import Account
from cskh.providers import Checks, converse
from cskh.spec.editing import encoded, with_entry
from cskh.spec.reading import LARGEST, read
from cskh.store.sending import Decision

# What an answer's sentence has of its status.
_STATUS = re.compile(r"HTTP \d{3}")
# How long somebody else may take to change a line of the settings.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One provider on one channel; `why` says what keeps it from sending, None if nothing does.

    One that isn't stopped may have pages that are.

    `since` and `by` say when it was made active, and by whom, if that was done with `use`.
    """

    id: str
    type: str
    channel: Channel | None
    active: bool
    stopped: bool
    why: str | None
    since: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a try of an account came to; `works` is None where it can't be tried."""

    id: str
    type: str
    works: bool | None
    why: str | None


def providers(environment: Environment) -> list[Listed]:
    """Return every provider of the settings; one that is active on several channels, on each."""
    return [
        listed
        for account in environment.project.settings.providers.values()
        for listed in _listed(environment, account)
    ]


def _listed(environment: Environment, account: Account) -> Iterator[Listed]:
    stops, active = environment.store.outbox.stops(), environment.project.settings.active
    whole = lacking(account) or stops.get(account.id)
    why = whole or " ".join(stopped_pages(account.id, stops).values()) or None
    on = [channel for channel, id_ in active.items() if id_ == account.id]
    able = channels(account)
    only = next(iter(able)) if len(able) == 1 else None
    places: Sequence[Channel | None] = on or [only]
    for channel in places:
        used = _used(environment, account.id, channel) if on and channel else None
        yield Listed(
            id=account.id,
            type=account.type,
            channel=channel,
            active=bool(on),
            stopped=whole is not None,
            why=why,
            since=instant(used.at, environment.clock) if used else None,
            by=used.actor if used else None,
        )


def channels(account: Account) -> frozenset[Channel]:
    """Return the channels that a provider can send on."""
    able: frozenset[Channel] = registries().providers[account.type].channels
    return able


def account_of(environment: Environment, id_: str) -> Account:
    """Return a provider's account; raises UsageProblem for an unknown one."""
    known = environment.project.settings.providers
    if id_ not in known:
        raise UsageProblem(_("There is no provider {id}.").format(id=id_), did_you_mean(id_, known))
    return known[id_]


def use(environment: Environment, id_: str, channel: Channel | None) -> tuple[Channel, str | None]:
    """Make a provider the active one of a channel; return the channel, and which one was before.

    Raises UsageProblem for a provider that isn't there or can't send there, Refused for anybody
    but an owner.
    """
    account = account_of(environment, id_)
    chosen = _chosen(account, channel)
    check_owner(environment)
    with alone(store_path(environment.project), "settings", _PATIENCE):
        was = _written(environment, account.id, chosen)
    return chosen, was


def _chosen(account: Account, channel: Channel | None) -> Channel:
    able = sorted(channels(account))
    if channel is None and len(able) > 1:
        message = _("{id} can send on several channels: say which.").format(id=account.id)
        raise UsageProblem(message, f"--channel {'|'.join(able)}")
    if channel is not None and channel not in able:
        message = _("{id} can't send on {channel}: it is of type {type}.")
        words = {"id": account.id, "channel": channel, "type": account.type}
        raise UsageProblem(
            message.format(**words), _("Known: {names}.").format(names=", ".join(able))
        )
    return channel or able[0]


def _written(environment: Environment, id_: str, channel: Channel) -> str | None:
    """Write into cskh.yaml which provider is active, and remember who did it."""
    path = environment.project.root / SETTINGS_FILE
    raw = read_file(path, LARGEST)
    document = read(raw, SETTINGS_FILE)
    was = _active(document.data, channel)
    if was == id_:
        return was
    edited = with_entry(document, "active", channel.value, id_)
    if edited is None:
        message = _("{file} is written in a way that can't be changed from here.")
        hint = _("Change it in an editor: active: {value}")
        value = f"{{{channel.value}: {id_}}}"
        raise CskhError(message.format(file=SETTINGS_FILE), hint.format(value=value))
    at = environment.clock.stamp
    with environment.store.writing():
        decision = Decision("use", was, id_, environment.actor, at)
        environment.store.outbox.note(f"channel:{channel}", decision)
        # Last, so that what can't be written is not remembered either.
        replace_file(path, encoded(edited, raw))
    return was


def _active(data: object, channel: Channel) -> str | None:
    """Return which provider the file says is active: it may have changed since it was read."""
    active = data.get("active") if isinstance(data, dict) else None
    return active.get(channel.value) if isinstance(active, dict) else None


def move_waiting(environment: Environment, id_: str, channel: Channel, was: str | None) -> int:
    """Let what waits for the provider before go through this one; return how many messages do.

    `was` is None or the same one if it was made active by an earlier command: that one is asked.
    What waits for a provider that is no longer in cskh.yaml goes along: nobody else will send it.
    """
    before = was if was != id_ else _before(environment, id_, channel)
    every = {before, *_gone(environment, channel)} - {None, id_}
    with environment.store.writing():
        return sum(_moved(environment, each, id_, channel) for each in sorted(filter(None, every)))


def _gone(environment: Environment, channel: Channel) -> Iterator[str]:
    """Yield the providers that messages of a channel wait for and that are no longer there."""
    known = environment.project.settings.providers
    for row in environment.store.outbox.waiting(environment.clock.stamp):
        if row["channel"] == channel and row["provider"] and row["provider"] not in known:
            yield row["provider"]


def _moved(environment: Environment, was: str, id_: str, channel: Channel) -> int:
    decision = Decision("move-waiting", was, id_, environment.actor, environment.clock.stamp)
    outbox, price = environment.store.outbox, account_of(environment, id_).price
    moved = outbox.move_waiting(channel, was, id_, price, decision)
    if moved:
        outbox.note(f"channel:{channel}", decision)
    return moved


def _before(environment: Environment, id_: str, channel: Channel) -> str | None:
    """Return which provider was active on a channel before this one."""
    used = _used(environment, id_, channel)
    return used.old if used else None


def _used(environment: Environment, id_: str, channel: Channel) -> Decision | None:
    """Return who made a provider the active one of a channel, if that was the last such change."""
    every = environment.store.outbox.decisions(f"channel:{channel}")
    last = [each for each in every if each.what == "use"][-1:]
    return last[0] if last and last[0].new == id_ else None


def waiting_for(environment: Environment, id_: str) -> int:
    """Count the messages that wait for a provider."""
    at = environment.clock.stamp
    rows = environment.store.outbox.waiting(at)
    return sum(row["n"] for row in rows if row["provider"] == id_)


def check(environment: Environment, account: Account) -> Checked:
    """Try an account without sending anything."""
    works, why = _tried(environment, account)
    return Checked(id=account.id, type=account.type, works=works, why=why)


def _tried(environment: Environment, account: Account) -> tuple[bool | None, str | None]:
    if (without := lacking(account)) is not None:
        return False, without
    if not hasattr(account.settings, "check"):
        return None, _("It can't be tried without sending a message.")
    receipt = _answer(environment, account, account.settings)
    if receipt.outcome is Outcome.ACCEPTED:
        return True, None
    if receipt.outcome is Outcome.UNKNOWN:
        why = _("It gave no answer that says whether the account works; nothing was sent.")
        return False, f"{why} ({code[0]})" if (code := _STATUS.search(receipt.error or "")) else why
    return False, receipt.error or _("It didn't say why.")


def _answer(environment: Environment, account: Account, provider: Checks) -> Receipt:
    from cskh.engine.performing import performer

    now = environment.time().now
    perform = performer(account, now, environment.project, environment.store)
    return converse(provider.check(), perform)
