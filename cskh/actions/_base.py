"""The registry of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, dataclass_transform

from cskh.model.acting import Context, Customer
from cskh.model.discovery import import_all
from cskh.model.effects import Effect, Skip
from cskh.model.message import Channel
from cskh.model.writing import Writes


class ActionClass(Protocol):
    """A registered action: its dataclass fields are its parameters."""

    name: ClassVar[str]
    one_of: ClassVar[tuple[str, ...]]
    unless: ClassVar[str | None]
    channel: ClassVar[Channel | None]

    def effects(self, customer: Customer, context: Context) -> Iterable[Effect | Skip]:
        """Return what the action causes for one customer."""
        ...

    def reads(self, context: Context) -> frozenset[str]:
        """Return the names of the fields that `effects` looks at."""
        ...

    def writes(self) -> Writes:
        """Return the customer's fields that `effects` may change, and the values they get."""
        ...

    def says(self) -> str:
        """Return the action as a sentence people read."""
        ...


_registry: dict[str, type[Any]] = {}
REGISTRY: Mapping[str, type[Any]] = MappingProxyType(_registry)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def action(
    name: str,
    one_of: tuple[str, ...] = (),
    channel: Channel | None = None,
    unless: str | None = None,
) -> Callable[[type[Any]], type[Any]]:
    """Register a class as the action `name`; exactly one of the parameters `one_of` is given.

    None of them need be if the parameter `unless` is. One that sends messages says on which
    `channel`.
    """

    def register(cls: type[Any]) -> type[Any]:
        if name in _registry:
            raise ValueError(f"two actions are called {name}: rename one of the files")
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.name, made.one_of, made.unless, made.channel = name, one_of, unless, channel
        _registry[name] = made
        return made

    return register


def discover() -> Mapping[str, type[Any]]:
    """Import every action beside this file and return the registry."""
    import_all(__package__)
    return REGISTRY
