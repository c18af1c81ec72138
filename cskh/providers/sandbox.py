"""The provider `sandbox`: writes down what it would send, on any channel."""

from __future__ import annotations

from typing import Annotated

from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.shape import Says, Text
from cskh.providers._base import Append, Flow, provider


@provider("sandbox", *Channel)
class Sandbox:
    """A file of JSON lines instead of a provider, to try a project out.

    ```yaml
    providers:
      thu: {type: sandbox, file: sent.jsonl}
    active: {sms: thu}
    ```
    """

    file: Annotated[Text, Says("Where the JSON lines go, relative to the project")]

    def flow(self, message: Message) -> Flow:
        """Write one message down."""
        record = {
            "message": message.id,
            "channel": message.channel.value,
            "recipient": message.recipient,
            "subject": message.subject,
            "content": message.content,
            "data": dict(message.data),
        }
        yield Append(file=self.file, record=record)
        return Receipt(outcome=Outcome.ACCEPTED)

    def check(self) -> Flow:
        """See whether the file can be written, and write nothing."""
        yield Append(file=self.file, record={}, delivers=False)
        return Receipt(outcome=Outcome.ACCEPTED)
