"""The action `send_facebook`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from cskh.actions._base import action
from cskh.actions._messages import SendAt, fields_named
from cskh.actions._saying import with_details
from cskh.actions._talking import Answer, heard, page_of, said, skipped
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Effect, Skip
from cskh.model.message import Channel
from cskh.model.shape import Bare, Names, Says, Size, Template, Text
from cskh.model.writing import Writes

OfPages = Annotated[
    tuple[Annotated[str, Names("pages")], ...], Says("The pages that send; none means all")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What some pages say."""

    pages: OfPages = ()
    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None

    def text(self, context: Context) -> str:
        """Return the text as it is written here or in the template."""
        return self.content or context.templates[self.template or ""].content


@action("send_facebook", one_of=("content", "template"), channel=Channel.FACEBOOK)
class SendFacebook:
    """Answer the customer from the fanpage where it happened, if that is one of `pages`.

    A list of `{pages, content}` says something else on each page.

    ```yaml
    actions:
      - send_facebook: {content: "Dạ, em chào {{ customer.salutation }}, em gửi bảng giá ạ."}
    ```
    """

    pages: OfPages = ()
    content: Annotated[Text | None, Template(), Says("The text itself")] = None
    template: Annotated[str | None, Names("templates"), Says("A file in templates/")] = None
    send_at: Annotated[SendAt, Says("now, +2h, 09:00 (the next one), or a date and time")] = "now"
    each: Annotated[
        tuple[Entry, ...], Size(least=1), Bare(), Says("Texts of their own for some pages each")
    ] = ()

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return one message, or the reason why there is none; nothing from other pages.

        Where two entries have the page, the first one speaks.
        """
        page = page_of(customer, context)
        if page is None:
            yield skipped("no_conversation", Channel.FACEBOOK)
            return
        connected = page in (each.id for each in context.settings.pages)
        speaking = (entry for entry in self._entries() if not entry.pages or page in entry.pages)
        entry = next(speaking, None) if connected else None
        if entry is not None:
            answer = Answer(Channel.FACEBOOK, entry.text(context), self.send_at)
            yield said(answer, customer, context)

    def _entries(self) -> tuple[Entry, ...]:
        one = Entry(pages=self.pages, content=self.content, template=self.template)
        return self.each or (one,)

    def reads(self, context: Context) -> frozenset[str]:
        """Return what tells whom to send it to and where, and the fields that the texts name."""
        named = (fields_named(entry.text(context), context) for entry in self._entries())
        return frozenset[str]().union(*named) | heard(context)

    def writes(self) -> Writes:
        """Return nothing: a message changes no field."""
        return {}

    def says(self) -> str:
        """Return the action as a sentence."""
        return with_details(_("send a Facebook message"), self.send_at)
