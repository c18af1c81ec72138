"""Advice: what works, but probably not as it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cskh.language import _
from cskh.model.folding import unaccent
from cskh.model.message import Channel, is_gsm
from cskh.model.workflow import SCHEDULED
from cskh.spec.checks.draft import Draft, Step
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.checks.texts import texts
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SINGLE = re.compile(r"(?<!\{)\{\s*\w[\w .]{0,40}\}(?!\})")
_WITH_YEAR = ("within_next", "within_last")


@check("CK302", CHECKS)
def nobody_delivers(draft: Draft) -> Iterator[Finding]:
    """A message has no provider: `active:` in cskh.yaml names none for its channel.

    The messages wait until there is one.
    """
    active = draft.world.settings.active
    for step in draft.steps:
        for path, channel in _ways_out(step):
            if channel not in active:
                message = _("There is no active provider for {channel} in cskh.yaml.")
                where = draft.document.place(path, key=True)
                yield Finding(path, message.format(channel=channel), None, where)


def _ways_out(step: Step) -> Iterator[tuple[Path, Channel]]:
    """Yield the channels whose active provider an action needs, also to fall back to."""
    if step.channel and step.provider is None:
        yield step.path, step.channel
    fallback = step.data.get("fallback")
    if isinstance(fallback, dict) and isinstance(fallback.get("sms"), dict):
        yield (*step.path, "fallback", "sms"), Channel.SMS


@check("CK303", CHECKS)
def dear_letters(draft: Draft) -> Iterator[Finding]:
    """An SMS keeps its Vietnamese letters: it has 70 characters a part instead of 160."""
    for step in draft.steps:
        text = _own_text(step)
        if step.data.get("unaccent") is False and not is_gsm(text):
            message = _("With Vietnamese letters a part has 70 characters, without them 160.")
            yield Finding((*step.path, "unaccent"), message)


@check("CK304", CHECKS)
def letters_without_plain_form(draft: Draft) -> Iterator[Finding]:
    """An SMS has characters that no plain SMS can carry, such as 🎉: 70 instead of 160 a part."""
    for step in draft.steps:
        plain = unaccent(_own_text(step))
        if step.data.get("unaccent") is False or is_gsm(plain):
            continue
        odd = "".join(dict.fromkeys(char for char in plain if not is_gsm(char)))
        message = _("{odd} makes the SMS twice as dear: 70 characters a part, not 160.")
        yield Finding((*step.path, "content"), message.format(odd=quoted(odd)))


def _own_text(step: Step) -> str:
    """Return what an SMS says of itself, without its variables."""
    content = step.data.get("content")
    if step.channel is not Channel.SMS or not isinstance(content, str):
        return ""
    return _CODE.sub("", content)


@check("CK307", CHECKS)
def staff_out_of_reach(draft: Draft) -> Iterator[Finding]:
    """A message goes to a staff member of whom cskh.yaml has no phone number or email address."""
    needed = {Channel.SMS: "phone", Channel.EMAIL: "email"}
    people = {person.id: person for person in draft.world.settings.staff}
    for step in draft.steps:
        to, key = step.data.get("to"), needed.get(step.channel) if step.channel else None
        person = people.get(str(to.get("staff"))) if isinstance(to, dict) else None
        if person and key and not getattr(person, key):
            message = _("{name} has no {key} in cskh.yaml.").format(name=person.name, key=key)
            yield Finding((*step.path, "to", "staff"), message)


@check("CK308", CHECKS)
def single_braces(draft: Draft) -> Iterator[Finding]:
    """A text has a word in single braces, which is sent as it stands: variables have two."""
    for text in (text for text in texts(draft) if not text.is_html):
        for found in _SINGLE.findall(_CODE.sub("", text.text)):
            message = _("{text} is sent as it stands.").format(text=quoted(found))
            yield Finding(
                text.path, message, _("A variable is written {{{{ customer.name }}}}.").format()
            )


@check("CK309", CHECKS)
def everybody(draft: Draft) -> Iterator[Finding]:
    """A scheduled workflow sends to customers without any condition: everybody gets it."""
    sends = any(
        step.channel and step.data.get("to", "customer") == "customer" for step in draft.steps
    )
    if sends and draft.moment in SCHEDULED and not draft.leaves:
        message = _("There is no condition: everybody gets the message.")
        yield Finding(("trigger",), message)


@check("CK310", CHECKS)
def birthday_with_its_year(draft: Draft) -> Iterator[Finding]:
    """A birthday is compared with its year, which only finds people who are born now.

    For birthdays there is `anniversary: today`, `in 3 days`, `this week` or `this month`.
    """
    for leaf in draft.leaves:
        if leaf.name != "birthday":
            continue
        if leaf.operator in _WITH_YEAR or (leaf.operator == "on" and leaf.wanted == "today"):
            message = _("This compares the year too: it finds people who are born now.")
            yield Finding(
                leaf.value_path, message, _("For birthdays: {{anniversary: today}}").format()
            )
