"""What happens outside: the events that workflows answer, and what each one tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

EventName = Literal[
    "page_interaction",
    "message_replied",
    "order_status_changed",
    "stage_changed",
    "conversation_tagged",
    "call_missed",
]

_TELLS: Mapping[EventName, tuple[str, ...]] = {
    "page_interaction": ("page", "interaction", "text"),
    "message_replied": ("page", "text"),
    "order_status_changed": ("order_code", "status", "old_status", "amount"),
    "stage_changed": ("pipeline", "stage", "old_stage"),
    "conversation_tagged": ("page", "tag"),
    "call_missed": ("phone", "line"),
}

# Who spoke, as Facebook and Zalo call him: a message back goes there.
SPEAKER = ("psid", "zalo_id")
TELLS: Mapping[EventName, tuple[str, ...]] = {
    name: (*told, *SPEAKER) for name, told in _TELLS.items()
}
