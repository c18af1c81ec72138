"""The settings of a project, cskh.yaml as values. Every part but `version` may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from cskh.model.message import Channel
from cskh.model.secret import Secret
from cskh.model.shape import Names, Pattern, Says, Seconds, Size, SpanText, Template, Text

Role = Literal["owner", "admin", "agent"]
FieldType = Literal["text", "number", "money", "date", "datetime", "boolean", "choice"]
Rate = Annotated[str, Pattern(r"[1-9]\d*/(s|m|h|d)", "20/s")]
Cap = Annotated[str, Pattern(r"\d+/\d*(m|h|d)", "3/24h")]
# The type and the key of a public key; options may stand before them, a comment behind.
PUBLIC_KEY = r"(?:ssh|ecdsa|sk)-[A-Za-z0-9.@-]+\s+AAAA[A-Za-z0-9+/]+=*"
SshKey = Annotated[
    str,
    Pattern(rf"(.*\s)?{PUBLIC_KEY}(\s.*)?", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5… lan@may-cua-lan"),
]
TimeRange = Annotated[
    str, Pattern(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", "22:00-07:00")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Somebody who works here."""

    id: Annotated[Text, Says("What rules and commands call this person")]
    name: Annotated[Text, Says("The name that people read")]
    role: Annotated[Role, Says("Owners approve, admins write campaigns, agents do the work")]
    email: str | None = None
    phone: str | None = None
    login: Annotated[str | None, Says("The name on the operating system")] = None
    ssh_key: Annotated[SshKey | None, Says("The public key of signed approvals")] = None
    away: Annotated[bool, Says("Gets no new work")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who share work by a rule."""

    name: Text
    assign: Literal["sequential", "random"] = "sequential"
    members: tuple[Annotated[str, Names("staff")], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A field of customers that this project adds to the built-in ones."""

    type: FieldType
    label: str | None = None
    choices: Annotated[tuple[Text, ...], Says("The values a choice may have")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A sales process and its steps, in order."""

    name: Text
    stages: Annotated[tuple[Text, ...], Size(least=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telesales:
    """A call list that is handed out to agents."""

    name: Text
    audience: Literal["lead", "customer", "any"] = "any"
    group: Annotated[str | None, Names("groups")] = None
    distribute: Literal["auto", "manual"] = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How fast a ticket must be answered and resolved, in working time."""

    name: Text
    respond: SpanText
    resolve: SpanText
    remind_before: SpanText | None = None
    hours: Annotated[str, Says("Working hours, as 08:00-12:00,13:00-17:30")] = "00:00-24:00"
    days: Annotated[str, Says("Working days, as mon-sat or mon,wed")] = "mon-sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A connected Facebook page."""

    id: Text
    name: Text
    token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with a provider; `settings` is the provider's own value.

    It is None when a secret is not set (`lacking` names them): such a provider can't send.
    """

    id: str
    type: str
    settings: Any
    rate: Annotated[Rate | None, Says("The most messages that leave in a time")] = None
    parallel: Annotated[int, Size(least=1, most=100), Says("Messages on the way at once")] = 8
    timeout: Annotated[int, Size(least=1, most=600), Seconds(), Says("For one message")] = 30
    price: Annotated[int, Size(least=0), Says("VND a part")] = 0
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When no message leaves, a purpose each; the start is quiet, the end is not."""

    care: TimeRange = "22:00-06:00"
    advertising: TimeRange = "22:00-07:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The most people that one plan may reach without somebody's accepting it."""

    max_recipients: Annotated[int, Size(least=0)] = 20_000
    max_percent: Annotated[int | None, Size(least=1, most=100)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What an advertising message says first; in an email the subject does."""

    sms: Text = "[QC]"
    email: Text = "[QC]"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutText:
    """What an advertising message says last."""

    sms: str | None = None
    email: str | None = None


CapPurpose = Literal["care", "advertising"]


def _caps() -> Mapping[CapPurpose, Mapping[Channel, Cap]]:
    return {"advertising": {Channel.SMS: "3/24h", Channel.EMAIL: "3/24h"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is checked when a message is about to leave."""

    quiet_hours: QuietHours = QuietHours()
    caps: Mapping[CapPurpose, Mapping[Channel, Cap]] = field(default_factory=_caps)
    guard: Guard = Guard()
    label: Label = Label()
    opt_out_text: OptOutText = OptOutText()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Where people are told beside `cskh inbox`."""

    email: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """Days added to and taken from the public holidays, as 2026-12-31."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """How the outside reaches `cskh serve`."""

    public_url: str | None = None
    secret: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A project's cskh.yaml."""

    version: Literal[1]
    language: Annotated[Literal["vi", "en"], Says("The language of everything people read")] = "vi"
    timezone: str = "Asia/Ho_Chi_Minh"
    store: Annotated[Text, Says("The SQLite file, relative to this one")] = "cskh.db"
    catch_up: Annotated[SpanText | Literal["skip"], Says("How late a slot may still run")] = "24h"
    approvals: Literal["plain", "signed"] = "plain"
    staff: tuple[Staff, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    workflow_groups: Mapping[str, Text] = field(default_factory=dict)
    statuses: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    industries: tuple[Text, ...] = ()
    channels: tuple[Text, ...] = ()
    fields: Mapping[str, CustomField] = field(default_factory=dict)
    pipelines: Mapping[str, Pipeline] = field(default_factory=dict)
    telesales: Mapping[str, Telesales] = field(default_factory=dict)
    sla: Mapping[str, Sla] = field(default_factory=dict)
    providers: Mapping[str, Account] = field(default_factory=dict)
    active: Mapping[Channel, Annotated[str, Names("providers")]] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    policy: Policy = Policy()
    notify: Notify = Notify()
    holidays: Holidays = Holidays()
    serve: Serve = Serve()

    def account(self, channel: Channel, named: str | None) -> Account | None:
        """Return the provider that was named, else the channel's active one."""
        return self.providers.get(named or self.active.get(channel, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A file in templates/: a text that several workflows use."""

    name: Text
    channel: Channel
    content: Annotated[Text, Template(), Says("The text; an email's is made from html")] = ""
    subject: Annotated[str | None, Template()] = None
    html: Annotated[str | None, Template(is_html=True)] = None
