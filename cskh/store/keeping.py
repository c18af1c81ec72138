"""What the engine asks of a store about tokens: the only secrets that it keeps."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Held(NamedTuple):
    """The tokens of an app; `expires_at` is a stored instant.

    `seed` tells which refresh token of the settings they came from; one that was `spent` was used
    so many times, and the next one never came. `at` is when they were kept.
    """

    seed: str
    refresh_token: str
    access_token: str | None
    expires_at: str | None
    spent: int
    at: str


class Tokens(Protocol):
    """The newest tokens of each app. Any thread may ask, while another one writes the store."""

    def held(self, app: str) -> Held | None:
        """Return what is kept of an app."""
        ...

    def keep(self, app: str, held: Held) -> None:
        """Keep this instead; it survives a power cut once this returns."""
        ...
