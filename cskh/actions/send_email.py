"""The action `send_email`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from cskh.actions._advertising import email_html, email_subject, email_words
from cskh.actions._base import action
from cskh.actions._messages import (
    Missing,
    SendAt,
    To,
    fields_named,
    html_fields_named,
    html_words,
    send_time,
    staff_meant,
    who_is_in_charge,
    words,
)
from cskh.actions._saying import addressed, with_details
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Effect, Send, Skip
from cskh.model.folding import fold
from cskh.model.markup import plain_text
from cskh.model.message import Channel, Purpose
from cskh.model.settings import MessageTemplate, Staff
from cskh.model.shape import Names, Pattern, Says, Template, Text
from cskh.model.writing import Writes

Address = Annotated[
    str, Pattern(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+", "ke-toan@example.com")
]


@action("send_email", one_of=("content", "template"), channel=Channel.EMAIL, unless="html")
class SendEmail:
    """Send an email to the customer or to staff.

    ```yaml
    actions:
      - send_email:
          subject: "Cảm ơn {{ customer.salutation }} {{ customer.name }}"
          content: |
            Kính gửi {{ customer.salutation }} {{ customer.name }},
            Cảm ơn anh chị đã mua hàng.
    ```
    """

    to: Annotated[To, Says("Who gets it")] = "customer"
    cc: Annotated[tuple[Address, ...], Says("Addresses that get a copy")] = ()
    bcc: Annotated[tuple[Address, ...], Says("Addresses that get a copy unseen")] = ()
    from_: Annotated[str | None, Names("providers"), Says("Not the active provider")] = None
    subject: Annotated[Text | None, Template(), Says("Not the template's subject")] = None
    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None
    html: Annotated[
        Text | None, Template(is_html=True), Says("The text as HTML; content is made from it")
    ] = None
    attachments: Annotated[tuple[Text, ...], Says("Files of the project")] = ()
    send_at: Annotated[SendAt, Says("now, +2h, 09:00 (the next one), or a date and time")] = "now"
    purpose: Annotated[Purpose, Says("Advertising has the stricter law")] = Purpose.CARE

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return one email, one for each staff member, or the reason why there is none."""
        if self.to == "customer":
            yield self._message(customer.values["email"], customer, context, None)
            return
        people: dict[str, Staff] = {}
        for person in staff_meant(self.to, customer, context):
            people.setdefault(fold(person.email or person.id), person)
        if not people:
            yield self._skip("nobody", None)
        for person in people.values():
            yield self._message(person.email, customer, context, person)

    def _message(
        self, address: str | None, customer: Customer, context: Context, staff: Staff | None
    ) -> Effect | Skip:
        if not address:
            return self._skip("no_email", staff)
        try:
            subject, content, html = self._written(customer, context, staff)
        except Missing as missing:
            return self._skip(missing.reason, staff)
        if not subject or not content:
            return self._skip("empty_text" if subject else "empty_subject", staff)
        account = context.account(Channel.EMAIL, self.from_)
        return Send(
            channel=Channel.EMAIL,
            recipient=address,
            subject=subject,
            content=content,
            data=self._data(html),
            provider=account.id if account else None,
            purpose=self.purpose,
            when=self.send_at,
            send_at=send_time(self.send_at, context.clock),
            to_staff=staff.id if staff else None,
            price=account.price if account else 0,
        )

    def _written(
        self, customer: Customer, context: Context, staff: Staff | None
    ) -> tuple[str, str, str | None]:
        """Return the subject, the text and the HTML for somebody; raises Missing."""
        subject, content, markup = self._texts(context)
        html = html_words(markup, customer, context, staff) if markup else None
        text = words(content, customer, context, staff) if content else plain_text(html or "")
        # A subject is one line: what stands in a customer's name adds no header.
        line = " ".join(words(subject, customer, context, staff).split())
        if staff is not None:
            return line, text.strip(), html
        purpose, policy = self.purpose, context.settings.policy
        return (
            email_subject(line, purpose, policy),
            email_words(text.strip(), purpose, policy),
            email_html(html, purpose, policy) if html else None,
        )

    def _texts(self, context: Context) -> tuple[str, str | None, str | None]:
        """Return subject, content and HTML as they are written here or in the template."""
        used: MessageTemplate | None = context.templates[self.template] if self.template else None
        return (
            self.subject or (used.subject if used else None) or "",
            self.content or (used.content if used else None),
            self.html or (used.html if used else None),
        )

    def _data(self, html: str | None) -> dict[str, Any]:
        lists = {"cc": self.cc, "bcc": self.bcc, "attachments": self.attachments}
        said: dict[str, Any] = {name: list(each) for name, each in lists.items() if each}
        return said | {"html": html} if html else said

    def _skip(self, reason: str, staff: Staff | None) -> Skip:
        to_staff = staff.id if staff else None
        return Skip(reason=reason, channel=Channel.EMAIL, purpose=self.purpose, to_staff=to_staff)

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whom to send it to, and the fields that the texts name."""
        subject, content, html = self._texts(context)
        named = fields_named(subject, context) | fields_named(content or "", context)
        named |= html_fields_named(html or "", context)
        if self.to == "customer":
            return named | {"email"}
        return named | who_is_in_charge(context) if self.to == "assignee" else named

    def writes(self) -> Writes:
        """Return nothing: a message changes no field."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        what = {
            "customer": _("send an email"),
            "assignee": _("send an email to the assignee"),
            "staff": _("send an email to {name}"),
            "group": _("send an email to the group {name}"),
        }
        return with_details(addressed(what, self.to), self.send_at, self.purpose)
