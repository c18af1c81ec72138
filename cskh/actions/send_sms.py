"""The action `send_sms`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._advertising import sms_words
from cskh.actions._base import action
from cskh.actions._messages import (
    Missing,
    SendAt,
    To,
    fields_named,
    send_time,
    staff_meant,
    who_is_in_charge,
    words,
)
from cskh.actions._saying import addressed, with_details
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Effect, Send, Skip
from cskh.model.folding import unaccent
from cskh.model.message import Channel, Purpose, segments
from cskh.model.settings import Staff
from cskh.model.shape import Names, Says, Template, Text
from cskh.model.writing import Writes

SENDABLE = ("mobile", "suspect")


@action("send_sms", one_of=("content", "template"), channel=Channel.SMS)
class SendSms:
    """Send a text message to the customer or to staff.

    ```yaml
    actions:
      - send_sms:
          content: "Chuc mung sinh nhat {{ customer.salutation }} {{ customer.given_name }}!"
          send_at: "09:00"
    ```
    """

    to: Annotated[To, Says("Who gets it")] = "customer"
    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None
    send_at: Annotated[SendAt, Says("now, +2h, 09:00 (the next one), or a date and time")] = "now"
    provider: Annotated[str | None, Names("providers"), Says("Not the active one")] = None
    purpose: Annotated[Purpose, Says("Advertising has the stricter law")] = Purpose.CARE
    unaccent: Annotated[bool, Says("Take the diacritics off: 160 letters a part, not 70")] = True

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return one message, one for each staff member, or the reason why there is none."""
        if self.to == "customer":
            yield self._to_customer(customer, context)
            return
        people: dict[str, Staff] = {}
        for person in staff_meant(self.to, customer, context):
            # Two colleagues may share a phone: it rings once.
            people.setdefault(person.phone or person.id, person)
        if not people:
            yield self._skip("nobody", None)
        for person in people.values():
            yield self._message(person.phone, customer, context, person)

    def _to_customer(self, customer: Customer, context: Context) -> Effect | Skip:
        phone = customer.values["phone"]
        if phone and customer.values["phone_kind"] not in SENDABLE:
            return self._skip("not_a_mobile", None)
        return self._message(phone, customer, context, None)

    def _message(
        self, phone: str | None, customer: Customer, context: Context, staff: Staff | None
    ) -> Effect | Skip:
        if not phone:
            return self._skip("no_phone", staff)
        try:
            text = words(self._text(context), customer, context, staff).strip()
        except Missing as missing:
            return self._skip(missing.reason, staff)
        content = self._plain(text)
        if not content:
            return self._skip("empty_text", staff)
        if staff is None:
            content = self._plain(sms_words(content, self.purpose, context.settings.policy))
        account = context.account(Channel.SMS, self.provider)
        parts = segments(content)
        return Send(
            channel=Channel.SMS,
            recipient=phone,
            content=content,
            provider=account.id if account else None,
            purpose=self.purpose,
            when=self.send_at,
            send_at=send_time(self.send_at, context.clock),
            to_staff=staff.id if staff else None,
            parts=parts,
            price=parts * (account.price if account else 0),
        )

    def _plain(self, text: str) -> str:
        return unaccent(text) if self.unaccent else text

    def _text(self, context: Context) -> str:
        return self.content or context.templates[self.template or ""].content

    def _skip(self, reason: str, staff: Staff | None) -> Skip:
        to_staff = staff.id if staff else None
        return Skip(reason=reason, channel=Channel.SMS, purpose=self.purpose, to_staff=to_staff)

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whom to send it to, and the fields that the text names."""
        named = fields_named(self._text(context), context)
        if self.to == "customer":
            return named | {"phone", "phone_kind"}
        return named | who_is_in_charge(context) if self.to == "assignee" else named

    def writes(self) -> Writes:
        """Return nothing: a message changes no field."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        what = {
            "customer": _("send an SMS"),
            "assignee": _("send an SMS to the assignee"),
            "staff": _("send an SMS to {name}"),
            "group": _("send an SMS to the group {name}"),
        }
        return with_details(addressed(what, self.to), self.send_at, self.purpose)
