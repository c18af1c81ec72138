"""What work is made of: how much it presses, and whom a call list is for."""

from __future__ import annotations

from typing import Literal

Priority = Literal["low", "normal", "high", "urgent"]
Audience = Literal["lead", "customer", "any"]


def is_called(audience: Audience, kind: str) -> bool:
    """Say whether a call list is for leads, for contacts and accounts, or for anybody."""
    return audience == "any" or (audience == "lead") == (kind == "lead")
