"""A gateway of one's own as its drivers see it: where it is, who we are there, whose turn it is."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cskh.language import _
from cskh.model.message import Message, Outcome, Receipt
from cskh.model.secret import Secret
from cskh.providers._answers import whole
from cskh.providers._base import Flow, Words
from cskh.providers._sms import fingerprint, national, unsure

Port = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A gateway: its address, an account on it, and what messages leave through."""

    host: str
    account: str
    password: Secret
    ports: tuple[Port, ...] = ()
    sender: str | None = None
    is_international: bool = False

    def url(self, path: str) -> str:
        """Return the address of a page on the gateway."""
        return self.host.rstrip("/") + path

    def phone(self, message: Message) -> str | None:
        """Return the number as the gateway dials it; None if it isn't a Vietnamese one."""
        digits = national(message.recipient)
        return None if digits is None else ("84" if self.is_international else "0") + digits

    def port(self, message: Message) -> Port:
        """Return the port whose turn it is."""
        return self.turns(message)[0]

    def turns(self, message: Message) -> tuple[Port, ...]:
        """Return the ports from the one whose turn it is: another one for the next message or try.

        It depends on nothing but the message, so it holds in all processes. Messages that come
        one after the other go round; those that come at a distance (an email between any two SMS)
        would hit the same ports again and again, therefore each round begins elsewhere, at steps
        of the golden ratio, which fit no distance.
        """
        count = len(self.ports)
        rounds, place = divmod(message.id - 1, count)
        shift = (rounds * 0x9E3779B1 % 2**32) * count >> 32
        first = (place + shift + message.attempts) % count
        return self.ports[first:] + self.ports[:first]

    @property
    def basic(self) -> Words:
        """Return the headers of HTTP Basic, for who asks for it without saying so."""
        pair = f"{self.account}:{self.password.reveal()}".encode()
        return {"Authorization": Secret("Basic " + base64.b64encode(pair).decode("ascii"))}


# What a vendor's module has. `Send` gets the number as the gateway dials it.
Send = Callable[[Box, Message, str], Flow]
Ask = Callable[[Box, Message], Flow]
Check = Callable[[Box], Flow]


class Ports(NamedTuple):
    """The ports that a vendor's gateways have; with `names` they may be called something else."""

    first: int
    last: int = 999
    names: bool = False

    def can_be(self, port: Port) -> bool:
        """Say whether there can be such a port."""
        number = whole(port)
        return self.names if number is None else self.first <= number <= self.last


def numbered(port: Port, first: int, last: int = 999) -> int | None:
    """Return a port as a number; None if a gateway that counts from `first` doesn't have it."""
    number = whole(port)
    return number if number is not None and first <= number <= last else None


def no_port(port: Port, first: int) -> Receipt:
    """Return the receipt when a port of the settings can't be one."""
    message = _("There is no port {port} on this gateway: it counts from {first} (ports:).")
    return Receipt(outcome=Outcome.STOPPED, error=message.format(port=port, first=first))


def our_number(message: Message) -> int:
    """Return our name for a message where it has to be a number of 31 bits."""
    return int(fingerprint(message)[:8], 16) & 0x7FFFFFFF


def unreadable() -> Receipt:
    """Return the receipt of a message whose answer says nothing."""
    return unsure(_("The gateway's answer can't be read."))
