"""The action `send_zalo`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._base import action
from cskh.actions._messages import SendAt, fields_named
from cskh.actions._saying import with_details
from cskh.actions._talking import Answer, heard, said
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Effect, Skip
from cskh.model.message import Channel
from cskh.model.shape import Names, Says, Template, Text
from cskh.model.writing import Writes


@action("send_zalo", one_of=("content", "template"), channel=Channel.ZALO)
class SendZalo:
    """Answer the customer from the Zalo official account that was written to.

    ```yaml
    actions:
      - send_zalo: {content: "Dạ, em chào {{ customer.salutation }}, em gửi thông tin ạ."}
    ```
    """

    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None
    send_at: Annotated[SendAt, Says("now, +2h, 09:00 (the next one), or a date and time")] = "now"

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return one message, or the reason why there is none."""
        yield said(Answer(Channel.ZALO, self._text(context), self.send_at), customer, context)

    def _text(self, context: Context) -> str:
        return self.content or context.templates[self.template or ""].content

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whom to send it to, and the fields that the text names."""
        return fields_named(self._text(context), context) | heard(context)

    def writes(self) -> Writes:
        """Return nothing: a message changes no field."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        return with_details(_("send a Zalo message"), self.send_at)
