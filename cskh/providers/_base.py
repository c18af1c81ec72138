"""What every provider is made of: requests, responses, flows, and the registry."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, dataclass_transform

from cskh.model.message import Channel, Message, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, to be performed by the wire; `form` is urlencoded, `json` wins over it."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    json: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """One line to be appended to a file, for providers that only write down what they would send."""

    file: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: an HTTP status and the body, cut at the wire's limit."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the body as text; what isn't UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON; raises ValueError if it isn't."""
        return json.loads(self.text)


Flow = Generator[Request | Append, Response, Receipt]


class Provider(Protocol):
    """An account with somebody who delivers: its fields are its keys in cskh.yaml."""

    type: ClassVar[str]
    channels: ClassVar[frozenset[Channel]]

    def flow(self, message: Message) -> Flow:
        """Converse about one message: yield requests, be sent responses, return the receipt."""
        ...


_registry: dict[str, type[Provider]] = {}
REGISTRY: Mapping[str, type[Provider]] = MappingProxyType(_registry)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def provider(type_: str, *channels: Channel) -> Callable[[type[Any]], type[Any]]:
    """Register a class as the provider `type: type_`, and make it a frozen dataclass."""

    def register(cls: type[Any]) -> type[Any]:
        if type_ in _registry:
            raise ValueError(f"two providers are called {type_}: rename one of the files")
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.type, made.channels = type_, frozenset(channels)
        _registry[type_] = made
        return made

    return register


def discover() -> Mapping[str, type[Provider]]:
    """Import every provider beside this file and return the registry."""
    package = importlib.import_module(__package__)
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__package__}.{module.name}")
    return REGISTRY
