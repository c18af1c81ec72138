"""What people decide about messages, by number or by what they have in common: of `cskh outbox`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from cskh.cli._console import out, print_json, say, shown
from cskh.cli._filters import (
    From,
    InState,
    OfCampaign,
    OfChannel,
    OfCustomer,
    OfProvider,
    OfWorkflow,
    Period,
    To,
    between,
    messages_of,
)
from cskh.cli._session import Session
from cskh.errors import Exit, UsageProblem, did_you_mean
from cskh.language import _, ngettext
from cskh.model.message import State


class How(StrEnum):
    """What became of a message that nobody was sure about."""

    SENT = "sent"
    FAILED = "failed"
    RETRY = "retry"


_HOWS = "|".join(How)


def resolve(
    session: Session,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar=f"[ID…] {_HOWS}", help=_("The messages' numbers, and what became of them")
        ),
    ],
    channel: OfChannel = None,
    provider: OfProvider = None,
    workflow: OfWorkflow = None,
    campaign: OfCampaign = None,
    customer: OfCustomer = None,
    from_: From = None,
    to: To = None,
    period: Period = None,
) -> Exit:
    """Say what became of unknown messages, after asking the provider or the customer.

    sent counts them as accepted, failed as failed; retry sends them again with the
    next run or deliver. If one did arrive after all, a retry is a second message:
    you are asked first. By number it is all of them, or none if one is not
    unknown; with options instead of numbers, all unknown ones that these find.

    Example: cskh outbox resolve 17 18 sent · cskh outbox resolve retry
    --provider vietguys-chinh

    Exit status: 0 · 1 there is no such message · 4 it is not unknown, it is of
    somebody else's campaign or of one whose file has changed, or you said no.
    """
    from cskh.engine.outbox import check_unknown, facts, resolve_found
    from cskh.engine.outbox import resolve as settle

    ids, how = _numbers(words[:-1]), _how(words[-1])
    asked: dict[str, Any] = {
        "channel": channel,
        "provider": provider,
        "workflow": workflow,
        "campaign": campaign,
        "customer": customer,
    }
    span = between(session, from_, to, period)
    environment = session.environment
    if _named(ids, (*asked.values(), *span)):
        check_unknown(environment, ids)
        if how is How.RETRY:
            session.confirm(_maybe_twice(len(ids)))
        settle(environment, ids, how.value)
        if session.json and len(ids) == 1:
            print_json(facts(environment, ids[0]))
            return Exit.OK
        done = len(ids)
    else:
        report = messages_of(session, span, state=State.UNKNOWN, **asked)
        ids = [each["id"] for each in report.data["messages"]]
        if ids:
            session.confirm(_question(how, len(ids)))
        done = resolve_found(environment, ids, how.value)
    _tell(session, ids, _said(how, done))
    if how is How.RETRY and done and not session.json:
        say(_("Next: {commands}").format(commands="cskh deliver"))
    return Exit.OK


def cancel(
    session: Session,
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID…]", help=_("The messages' numbers"))
    ] = None,
    channel: OfChannel = None,
    provider: OfProvider = None,
    workflow: OfWorkflow = None,
    campaign: OfCampaign = None,
    state: InState = None,
    customer: OfCustomer = None,
    from_: From = None,
    to: To = None,
    period: Period = None,
) -> Exit:
    """Cancel messages that wait: they will never be sent.

    By number it is all of them, or none if one of them has left or is about to.
    With options instead of numbers it is all that wait and that these find; you
    are asked first.

    Example: cskh outbox cancel 17 18 · cskh outbox cancel --provider vietguys-chinh

    Exit status: 0 · 1 there is no such message · 4 one of them doesn't wait any
    more, or you said no.
    """
    from cskh.engine.outbox import cancel as keep_back
    from cskh.engine.outbox import cancel_found

    asked: dict[str, Any] = {
        "channel": channel,
        "provider": provider,
        "workflow": workflow,
        "campaign": campaign,
        "customer": customer,
    }
    span = between(session, from_, to, period)
    chosen = list(dict.fromkeys(ids or ()))
    if _named(chosen, (*asked.values(), state, *span)):
        keep_back(session.environment, chosen)
        done = len(chosen)
    else:
        report = messages_of(session, span, state=state or State.QUEUED, **asked)
        chosen = [each["id"] for each in report.data["messages"]]
        if n := len(chosen):
            text = ngettext(
                "Cancel {n} message? It will never be sent.",
                "Cancel {n} messages? They will never be sent.",
                n,
            )
            session.confirm(text.format(n=shown(n)))
        done = cancel_found(session.environment, chosen)
    text = ngettext("{n} message is cancelled.", "{n} messages are cancelled.", done)
    _tell(session, chosen, text.format(n=shown(done)))
    return Exit.OK


COMMANDS = {"resolve": resolve, "cancel": cancel}


def _numbers(words: Sequence[str]) -> list[int]:
    for word in words:
        if not word.isdecimal():
            raise UsageProblem(_("{value} is not a number.").format(value=word))
    return list(dict.fromkeys(map(int, words)))


def _how(word: str) -> How:
    if word not in list(How):
        message = _("What became of them can't be {value}.").format(value=word)
        raise UsageProblem(message, did_you_mean(word, list(How)))
    return How(word)


def _named(ids: Collection[int], filters: Collection[object]) -> bool:
    """Say whether messages were named by number and not by what they have in common."""
    if bool(ids) == any(each is not None for each in filters):
        message = _("Name the messages by number, or by options such as --provider.")
        raise UsageProblem(message, _("See them all: {command}").format(command="cskh outbox list"))
    return bool(ids)


def _maybe_twice(n: int) -> str:
    text = ngettext(
        "{n} message may have arrived: send it all the same, maybe a second time?",
        "{n} messages may have arrived: send them all the same, maybe a second time?",
        n,
    )
    return text.format(n=shown(n))


def _question(how: How, n: int) -> str:
    if how is How.RETRY:
        return _maybe_twice(n)
    text = {
        How.SENT: ngettext("Count {n} message as sent?", "Count {n} messages as sent?", n),
        How.FAILED: ngettext("Count {n} message as failed?", "Count {n} messages as failed?", n),
    }[how]
    return text.format(n=shown(n))


def _said(how: How, n: int) -> str:
    text = {
        How.SENT: ngettext("{n} message counts as accepted.", "{n} messages count as accepted.", n),
        How.FAILED: ngettext("{n} message has failed.", "{n} messages have failed.", n),
        How.RETRY: ngettext(
            "{n} message will be sent again.", "{n} messages will be sent again.", n
        ),
    }[how]
    return text.format(n=shown(n))


def _tell(session: Session, ids: Collection[int], text: str) -> None:
    from cskh.engine.outbox import facts

    if session.json:
        print_json({"messages": [facts(session.environment, id_) for id_ in ids]})
    else:
        out().print(text, markup=False)
