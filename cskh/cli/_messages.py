"""How a message looks before it is sent: whom it is for, what it carries, what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cskh.cli._console import shown
from cskh.engine.planning import is_stand_in
from cskh.language import _, ngettext
from cskh.model.acting import Context
from cskh.model.effects import Send
from cskh.model.masking import masked
from cskh.model.message import Channel
from cskh.model.reasons import sentence
from cskh.policy.leaving import quiet_end

_LISTS = ("cc", "bcc", "attachments")


def addressed(channel: str, recipient: str, to_staff: str | None) -> str:
    """Say whom a message is for; of an event that hasn't happened nobody knows who wrote."""
    whom = _("whoever wrote") if is_stand_in(recipient) else masked(recipient)
    return " ".join(filter(None, (to_staff, channel, whom)))


def parts(channel: str, n: int) -> str | None:
    """Say how many parts a message is billed as, where it has parts at all."""
    if channel != Channel.SMS:
        return None
    return ngettext("{n} part", "{n} parts", n).format(n=shown(n))


def carried(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a message carries beside its text, by the keys of the action; HTML is left out."""
    yield from (f"{name}: {', '.join(data[name])}" for name in _LISTS if data.get(name))
    if template := data.get("template_id"):
        yield f"template_id: {template}"
    if instead := data.get("fallback"):
        billed = parts(Channel.SMS, instead["parts"])
        yield f"fallback: sms: {instead['content']} · {billed}, {shown(instead['price'])} đ"


def waits(send: Send, context: Context) -> str | None:
    """Say until when the quiet hours would keep a message back, or that it would be too late."""
    if send.to_staff is not None:
        return None
    clock = context.clock
    end = quiet_end(send.purpose, context.settings.policy, clock.by(send.send_at))
    if end is None:
        return None
    if send.leave_by is not None and send.leave_by < end:
        return sentence("out_of_window")
    time = f"{end:%H:%M}" if end.date() == clock.today else f"{end:%H:%M %d/%m/%Y}"
    return _("waits until {time} because of quiet hours").format(time=time)
