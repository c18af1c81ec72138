"""Messages on Zalo and Facebook: texts within actions, template data, pages that clash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cskh.errors import did_you_mean
from cskh.language import _
from cskh.model.message import Channel, Purpose
from cskh.spec.checks.actions import exactly_one
from cskh.spec.checks.draft import Draft, Step
from cskh.spec.checks.finding import Checks, Finding, check
from cskh.spec.paths import Path, quoted

CHECKS: Checks = []

_TEXTS = ("content", "template")
# What a list of send_facebook is called in its action.
_ENTRIES = "each"
_ESMS = "esms"


@check("CK237", CHECKS)
def text_within(draft: Draft) -> Iterator[Finding]:
    """The SMS of a `fallback`, or what some pages say, isn't exactly one text of its channel.

    It has either a `content` or a `template`, and a template is for that channel.
    """
    for step in draft.steps:
        for path, data, channel in _within(step):
            yield from exactly_one(data, _TEXTS, path)
            name = data.get("template")
            template = draft.world.templates.get(name) if isinstance(name, str) else None
            if template and template.channel != channel:
                message = _("{name} is for {channels}, this action sends {channel}.").format(
                    name=quoted(str(name)), channels=template.channel, channel=channel
                )
                yield Finding((*path, "template"), message)


def _within(step: Step) -> Iterator[tuple[Path, Mapping[str, Any], Channel]]:
    """Yield the texts that an action has within, and what they are sent on."""
    fallback = step.data.get("fallback")
    if isinstance(fallback, dict) and isinstance(sms := fallback.get("sms"), dict):
        yield (*step.path, "fallback", "sms"), sms, Channel.SMS
    for path, entry in _entries(step):
        yield path, entry, Channel.FACEBOOK


def _entries(step: Step) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    entries = step.data.get(_ENTRIES)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            yield (*step.path, index), entry


@check("CK238", CHECKS)
def template_data(draft: Draft) -> Iterator[Finding]:
    """The `data` of a Zalo notification doesn't fit what `templates:` of its provider says.

    A parameter is missing or unknown, or a text without variables is too long for it.
    """
    known = _known_templates(draft)
    for step in draft.steps:
        longest = known.get(str(step.data.get("template_id")))
        data = step.data.get("data") or {}
        if step.channel is not Channel.ZNS or longest is None or not isinstance(data, dict):
            continue
        for name in sorted(longest.keys() - data.keys()):
            message = _("The template's parameter {name} is missing.").format(name=quoted(name))
            yield Finding((*step.path, "data"), message)
        for name, text in data.items():
            yield from _misfit(name, text, longest, (*step.path, "data", name))


@check("CK317", CHECKS)
def unknown_template(draft: Draft) -> Iterator[Finding]:
    """The `template_id` isn't among the `templates:` of the Zalo provider in cskh.yaml.

    If it is right, list it there with its parameters: then lint checks what is sent with it.
    """
    known = _known_templates(draft)
    for step in draft.steps:
        name = step.data.get("template_id")
        if step.channel is Channel.ZNS and known and isinstance(name, str) and name not in known:
            message = _("The template {name} isn't listed in templates: of the provider.")
            path = (*step.path, "template_id")
            yield Finding(path, message.format(name=quoted(name)), did_you_mean(name, known))


def _known_templates(draft: Draft) -> Mapping[str, Mapping[str, int]]:
    account = draft.world.settings.account(Channel.ZNS, None)
    known: Mapping[str, Mapping[str, int]] = getattr(account and account.settings, "templates", {})
    return known


def _misfit(name: str, text: Any, longest: Mapping[str, int], path: Path) -> Iterator[Finding]:
    if name not in longest:
        message = _("The template has no parameter {name}.").format(name=quoted(name))
        yield Finding(path, message, did_you_mean(name, longest))
    elif isinstance(text, str) and "{" not in text and len(text) > longest[name]:
        message = _("At most {most} characters fit here.").format(most=longest[name])
        yield Finding(path, message)


@check("CK314", CHECKS)
def same_page_twice(draft: Draft) -> Iterator[Finding]:
    """Two texts of an action are for the same page: only the first one is sent there."""
    for step in draft.steps:
        taken: set[str] = set()
        for path, entry in _entries(step):
            pages = _pages(entry, draft)
            if twice := sorted(pages & taken):
                message = _("An earlier text is for the page {name} already.")
                yield Finding(path, message.format(name=quoted(twice[0])))
            taken |= pages


@check("CK315", CHECKS)
def advertising_by_esms(draft: Draft) -> Iterator[Finding]:
    """Advertising goes through eSMS, which takes it for 30 numbers and more at once only (107).

    Here each message is a call of its own: such messages fail.
    """
    settings = draft.world.settings
    for step in draft.steps:
        if step.channel is not Channel.SMS or step.data.get("purpose") != Purpose.ADVERTISING:
            continue
        account = settings.account(Channel.SMS, step.provider[1] if step.provider else None)
        if account is not None and account.type == _ESMS:
            message = _("eSMS takes no advertising for one number at a time (107).")
            hint = _("Send it through another provider.")
            yield Finding((*step.path, "purpose"), message, hint)


def _pages(entry: Mapping[str, Any], draft: Draft) -> set[str]:
    """Return the pages that may say something; without any it is all of them."""
    listed = entry.get("pages")
    named = {page for page in listed if isinstance(page, str)} if isinstance(listed, list) else ()
    return set(named) or {page.id for page in draft.world.settings.pages}
