"""What every provider is made of: steps, answers, flows, and the registry.

A flow is a generator that does no I/O: it yields steps, is sent responses, and returns a receipt.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, TypeVar, dataclass_transform

from cskh.model.discovery import import_all
from cskh.model.message import Channel, Message, Outcome, Receipt
from cskh.model.secret import Secret

Words = Mapping[str, str | Secret]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; `form` is urlencoded, `json` wins over it, and any value may be a Secret.

    A `text` is sent as it is and wins over both; its type stands in the headers. `login` is sent
    as HTTP Digest or Basic, whichever the server asks for. One that doesn't `deliver` (for a
    token, a status) leaves no message uncertain if it is lost.
    """

    method: str
    url: str
    headers: Words = field(default_factory=dict)
    params: Words = field(default_factory=dict)
    form: Words = field(default_factory=dict)
    json: Any = None
    text: str | Secret | None = None
    login: tuple[str, Secret] | None = None
    delivers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """One JSON line for a file, for providers that only write down what they would send.

    The wire puts the time in front, as `at`; a relative `file` is in the project's folder. One that
    doesn't `deliver` only opens the file for writing.
    """

    file: str
    record: Mapping[str, Any]
    delivers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One email to hand to a server; the first of the recipients is the one it is for.

    Headers are plain text, as people read them; the edge adds the date and reads the attachments,
    files of the project. What comes back is the server's last reply: its code as the status (0 if
    there was none to read), what it said as the body, and in the headers `at`, how far it came:
    file, connect, tls, auth, mail, rcpt, data, or end, the reply that the message is judged by.
    `refused` is what it said about copies that it didn't take. One that doesn't `deliver` only
    logs in and out.
    """

    host: str
    port: int
    security: str
    username: str | None = None
    password: Secret | None = None
    sender: str
    recipients: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    html: str | None = None
    attachments: tuple[str, ...] = ()
    delivers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Ask what is kept of an app's tokens, as long as the settings begin with the same `seed`.

    The answer is JSON: `refresh_token`, `access_token`, the `seconds` for which that still works,
    how often the refresh token was `spent` and nothing came of it, and the `age` in seconds of what
    is kept; empty if nothing is.
    """

    app: str
    seed: str
    delivers: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember:
    """Keep an app's tokens; once it is answered they survive a power cut."""

    app: str
    seed: str
    refresh_token: Secret
    access_token: Secret | None = None
    seconds: int = 0
    spent: int = 0
    delivers: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """Do an errand while nobody else does one of this name, in any process; answered by its end.

    With `patience` (seconds) who still has to wait then is answered with the status HELD, and
    nothing of the errand was done. One that `delivers` hands the message over.
    """

    name: str
    errand: Callable[[], Errand] = field(compare=False, repr=False)
    patience: float | None = None
    delivers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let some seconds pass; it fails if the conversation has then lasted for its time."""

    seconds: float
    delivers: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Ask for the connected pages: the answer is JSON, their tokens by id, null for one without."""

    delivers: ClassVar[bool] = False


Step = Request | Append | Mail | Recall | Remember | Alone | Wait | Pages
HELD = 0  # the status with which who waits for somebody else's errand is answered


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Say that what was handed over was certainly refused: it may be handed over once more.

    Without it whatever fails after a step that delivers leaves the message unknown.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back: the HTTP status, the body up to the wire's limit, lower-case headers."""

    status: int
    body: bytes = field(default=b"", repr=False)  # tokens come in it
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the body as text, without a byte order mark; what isn't UTF-8 is replaced."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """Return the body as JSON; raises ValueError if it isn't, however deep it nests."""
        try:
            return json.loads(self.text)
        except RecursionError as nested:
            raise ValueError("nested too deep") from nested


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why no response came; `refused` says that not one byte of the request has left.

    One `of_account` meets every message: the settings are at fault.
    """

    refused: bool
    error: str
    of_account: bool = False


Flow = Generator[Step | NotTaken, Response, Receipt]
# Steps that are told also what failed; its end answers the step it is done for.
Errand = Generator[Step, "Response | Failure", "Response | Failure"]
Perform = Callable[[Step], Response | Failure]


def converse(flow: Flow, perform: Perform) -> Receipt:
    """Drive a flow to its receipt; a message whose answer is lost is unknown.

    So is one that was handed over, whatever fails afterwards, unless the flow says NotTaken.
    A slip in a provider's code is raised: whoever asked holds a message that may have left, to be
    settled as unknown, and the log gets the traceback.
    """
    turn, handed_over = _advance(flow, None), False
    while not isinstance(turn, Receipt):
        if isinstance(turn, NotTaken):
            handed_over = False
            turn = _advance(flow, Response(status=HELD))
            continue
        answer = perform(turn)
        if isinstance(answer, Failure):
            flow.close()
            unclear = handed_over or (turn.delivers and not answer.refused)
            sure = Outcome.STOPPED if answer.of_account else Outcome.RETRY
            return Receipt(outcome=Outcome.UNKNOWN if unclear else sure, error=answer.error)
        handed_over = handed_over or turn.delivers
        turn = _advance(flow, answer)
    return turn


def do(errand: Errand, perform: Perform) -> Response | Failure:
    """Do an errand to its end and return what that is."""
    answer: Response | Failure | None = None
    while True:
        try:
            step = next(errand) if answer is None else errand.send(answer)
        except StopIteration as end:
            ended: Response | Failure = end.value
            return ended
        answer = perform(step)


def _advance(flow: Flow, answer: Response | None) -> Step | NotTaken | Receipt:
    try:
        return next(flow) if answer is None else flow.send(answer)
    except StopIteration as end:
        receipt: Receipt = end.value
        return receipt


class Checks(Protocol):
    """A provider whose account can be tried without sending anything."""

    def check(self) -> Flow:
        """Converse about the account; the receipt is accepted if it works."""
        ...


class Narrow(Protocol):
    """A provider that can take but so many messages at once, whatever `parallel` says."""

    @property
    def at_once(self) -> int:
        """Return how many."""
        ...


class Answers(Protocol):
    """A provider that can be asked what became of a message, by our number or by its own."""

    def ask(self, message: Message) -> Flow:
        """Converse about a message that was sent before, or may have been.

        The receipt is accepted if it is on its way, delivered, failed, or unknown if the provider
        can't tell; retry if the provider is certain that it never got it, or if it remembers it
        for so long (`knows_for`) that another try can do no harm.
        """
        ...


class Provider(Protocol):
    """An account with somebody who delivers: its fields are its keys in cskh.yaml."""

    type: ClassVar[str]
    channels: ClassVar[frozenset[Channel]]

    def flow(self, message: Message) -> Flow:
        """Converse about one message: yield steps, be sent responses, return the receipt."""
        ...


_registry: dict[str, type[Provider]] = {}
REGISTRY: Mapping[str, type[Provider]] = MappingProxyType(_registry)
T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def provider(type_: str, *channels: Channel) -> Callable[[type[T]], type[T]]:
    """Register a class as the provider `type: type_`, and make it a frozen dataclass."""

    def register(cls: type[T]) -> type[T]:
        if type_ in _registry:
            raise ValueError(f"two providers are called {type_}: rename one of the files")
        made: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.type, made.channels = type_, frozenset(channels)
        _registry[type_] = made
        registered: type[T] = made
        return registered

    return register


def discover() -> Mapping[str, type[Provider]]:
    """Import every provider beside this file and return the registry."""
    import_all(__package__)
    return REGISTRY
