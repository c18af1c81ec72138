"""The options that every command takes, and how a function becomes a command.

A command is a function whose first parameter is the Session and which returns an Exit. What
it takes beside that are its own arguments and options; the common ones are added here, once.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from cskh.cli._session import Session
from cskh.errors import Exit, Interrupted, UsageProblem, did_you_mean
from cskh.language import LANGUAGES, N_, _

_COMMON = (
    (
        "project",
        "--project",
        "DIR",
        N_("The project's folder (else CSKH_PROJECT, else from here upwards)"),
    ),
    ("now", "--now", "TIME", N_("Act as if it were this time, as 2026-12-01T10:00")),
    ("actor", "--as", "ID", N_("Who you are (else CSKH_ACTOR, else by your login)")),
    ("lang", "--lang", "LANG", N_("vi or en")),
    ("format_", "--format", "FORMAT", N_("How to print")),
)
# The verbs that change nothing; other commands that change nothing say READS.
_LOOKS = frozenset({"list", "show"})
WITH_A_VALUE = frozenset(flag for _name, flag, _value, _says in _COMMON)


def value_in(argv: Sequence[str], option: str) -> str | None:
    """Return an option's last value before anything is parsed, as the error boundary needs it."""
    found = None
    for place, argument in enumerate(argv):
        if argument == "--":
            break
        if argument == option and place + 1 < len(argv):
            found = argv[place + 1]
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found


def said_before(  # the options that may also stand before the command
    context: typer.Context,
    project: str | None = typer.Option(None, "--project", hidden=True),
    now: str | None = typer.Option(None, "--now", hidden=True),
    actor: str | None = typer.Option(None, "--as", hidden=True),
    _lang: str | None = typer.Option(None, "--lang", hidden=True),  # heard already, by main
) -> None:
    """Remember what was said before the command's name."""
    context.obj = {"project": project, "now": now, "actor": actor}


def said_between(  # the options that may also stand between a group and its verb
    context: typer.Context,
    project: str | None = typer.Option(None, "--project", hidden=True),
    now: str | None = typer.Option(None, "--now", hidden=True),
    actor: str | None = typer.Option(None, "--as", hidden=True),
    lang: str | None = typer.Option(None, "--lang", hidden=True),
    format_: str | None = typer.Option(None, "--format", hidden=True),
) -> None:
    """Remember what was said before a verb's name, beside what was said before the command's."""
    said = {"project": project, "now": now, "actor": actor, "lang": lang, "format_": format_}
    given = {name: value for name, value in said.items() if value is not None}
    context.obj = {**context.obj, **given}


def _common(formats: Sequence[str]) -> list[inspect.Parameter]:
    panel = _("Everywhere")
    made = []
    for name, flag, value, says in _COMMON:
        text = _(says) + (f": {', '.join(formats)}" if name == "format_" else "")
        option = typer.Option(
            flag, metavar=value, help=text, rich_help_panel=panel, show_default=False
        )
        made.append(_parameter(name, Annotated[str | None, option], None))
    yes = typer.Option("--yes", "-y", help=_("Answer yes to what is asked"), rich_help_panel=panel)
    return [*made, _parameter("yes", Annotated[bool, yes], False)]


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def command_of(function: Callable[..., Exit], module: Any) -> Callable[..., int]:
    """Give a command's function the common options and the session."""
    formats: tuple[str, ...] = _said(module, "FORMATS", function, ("table", "json"))
    reads: bool = _said(module, "READS", function, _verb(function) in _LOOKS)
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

    def run(**given: Any) -> int:
        common = dict(given.pop("context").obj)
        after = {name: given.pop(name) for name, *_rest in _COMMON}
        common |= {name: value for name, value in after.items() if value is not None}
        session = Session(
            folder=common.get("project"),
            at=common.get("now"),
            as_=common.get("actor"),
            format=_one_of("--format", common.get("format_", formats[0]), formats),
            yes=given.pop("yes"),
            settled=_said(module, "SETTLED", function, False),
        )
        _one_of("--lang", common.get("lang", LANGUAGES[0]), LANGUAGES)
        if session.at is not None:
            from cskh.edge.clock import read_instant

            read_instant(session.at)
        try:
            with session:
                if not reads:
                    session.check_actor()
                code = int(function(session, **given))
                session.mention_unread()
                return code
        except KeyboardInterrupt:  # which typer would keep to itself
            raise Interrupted(_("Interrupted.")) from None

    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    return _signed(run, function, [context, *own, *_common(formats)])


def _said(module: Any, name: str, function: Callable[..., Exit], otherwise: Any) -> Any:
    """Return what a module says of all its commands, or in a mapping of some of them by verb."""
    said = getattr(module, name, otherwise)
    return said.get(_verb(function), otherwise) if isinstance(said, dict) else said


def _verb(function: Callable[..., Exit]) -> str:
    return function.__name__.strip("_")


def stub_of(owner: Any) -> Callable[..., int]:
    """Stand in for a command that is only listed."""

    def listed() -> int:
        return Exit.OK

    return _signed(listed, owner, [])


def _signed(
    run: Callable[..., int], owner: Any, parameters: list[inspect.Parameter]
) -> Callable[..., int]:
    ordered = sorted(parameters, key=lambda parameter: parameter.kind)
    run.__dict__["__signature__"] = inspect.Signature(ordered)
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in ordered}
    run.__doc__ = owner.__doc__
    return run


def _one_of(flag: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        message = _("{flag} can't be {value}.").format(flag=flag, value=value)
        raise UsageProblem(message, did_you_mean(value, known))
    return value
