"""The action `send_zns`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from cskh.actions._base import action
from cskh.actions._messages import Missing, SendAt, fields_named, send_time, words
from cskh.actions._saying import with_details
from cskh.actions.send_sms import SENDABLE
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Effect, Send, Skip
from cskh.model.folding import unaccent
from cskh.model.message import Channel, Purpose, segments
from cskh.model.shape import Names, Says, Template, Text
from cskh.model.writing import Writes


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsInstead:
    """The text message that goes instead."""

    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """What goes instead: to those whom Zalo can't reach, and where the data is too long for it."""

    sms: Annotated[SmsInstead, Says("A text message, without diacritics")]


@action("send_zns", channel=Channel.ZNS)
class SendZns:
    """Send a Zalo notification from an approved template to the customer's phone.

    ```yaml
    actions:
      - send_zns:
          template_id: "358203"
          data: {customer_name: "{{ customer.name }}"}
          fallback:
            sms: {content: "Cam on {{ customer.salutation }} {{ customer.name }} da mua hang."}
    ```
    """

    template_id: Annotated[Text, Says("The template's id at Zalo")]
    data: Annotated[
        Mapping[str, Annotated[Text, Template()]], Says("The values of the template's parameters")
    ] = field(default_factory=dict)
    send_at: Annotated[SendAt, Says("now, +2h, 09:00 (the next one), or a date and time")] = "now"
    fallback: Annotated[
        Fallback | None, Says("For those whom Zalo can't reach, or whose data is too long")
    ] = None

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return one notification, or the reason why there is none."""
        phone = customer.values["phone"]
        if not phone:
            yield _skip("no_phone")
        elif customer.values["phone_kind"] not in SENDABLE:
            yield _skip("not_a_mobile")
        else:
            yield self._message(phone, customer, context)

    def _message(self, phone: str, customer: Customer, context: Context) -> Effect | Skip:
        try:
            data = {name: words(text, customer, context) for name, text in self.data.items()}
            instead = self._instead(customer, context)
        except Missing as missing:
            return _skip(missing.reason)
        told = {name: " ".join(text.split()) for name, text in data.items()}
        if not all(told.values()) or (instead and not instead["content"]):
            return _skip("empty_text")
        if too_long := self._too_long(told, context):
            # Zalo would refuse it for sure, which is as good as not reaching the customer.
            return self._sms(phone, instead, context) if instead else _skip(too_long)
        account = context.account(Channel.ZNS, None)
        fallback = {"fallback": instead} if instead else {}
        return Send(
            channel=Channel.ZNS,
            recipient=phone,
            content=json.dumps(told, ensure_ascii=False),
            data={"template_id": self.template_id, "template_data": told, **fallback},
            provider=account.id if account else None,
            when=self.send_at,
            send_at=send_time(self.send_at, context.clock),
            price=account.price if account else 0,
        )

    def _sms(self, phone: str, instead: Mapping[str, Any], context: Context) -> Send:
        """Return the text message that goes at once in the notification's place."""
        send_at = send_time(self.send_at, context.clock)
        return Send(
            channel=Channel.SMS, recipient=phone, when=self.send_at, send_at=send_at, **instead
        )

    def _too_long(self, told: Mapping[str, str], context: Context) -> str | None:
        """Return which parameter is longer than the template takes, as a reason."""
        account = context.account(Channel.ZNS, None)
        known = getattr(account.settings, "templates", {}) if account else {}
        longest = known.get(self.template_id, {})
        over = (name for name, text in told.items() if len(text) > longest.get(name, len(text)))
        name = next(over, None)
        return None if name is None else f"text_too_long {name}"

    def _instead(self, customer: Customer, context: Context) -> dict[str, Any] | None:
        """Return the text message that goes if this one can't; raises Missing."""
        if self.fallback is None:
            return None
        content = unaccent(words(self._text(context), customer, context).strip())
        account, parts = context.account(Channel.SMS, None), segments(content)
        return {
            "provider": account.id if account else None,
            "content": content,
            "parts": parts,
            "price": parts * (account.price if account else 0),
        }

    def _text(self, context: Context) -> str:
        if self.fallback is None:
            return ""
        sms = self.fallback.sms
        return sms.content or context.templates[sms.template or ""].content

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whom to send it to, and the fields that the texts name."""
        texts = (*self.data.values(), self._text(context))
        named = frozenset[str]().union(*(fields_named(text, context) for text in texts))
        return named | {"phone", "phone_kind"}

    def writes(self) -> Writes:
        """Return nothing: a message changes no field."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        if self.fallback is None:
            return with_details(_("send a Zalo notification"), self.send_at)
        return with_details(_("send a Zalo notification, else an SMS"), self.send_at)


def _skip(reason: str) -> Skip:
    return Skip(reason=reason, channel=Channel.ZNS, purpose=Purpose.CARE)
