"""What typer has to say about a command line, in the words and the language of everything else."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from cskh.errors import UsageProblem, did_you_mean
from cskh.language import N_, _

# Titles that typer looks up by gettext itself, in the catalogue that `speak` points it to.
TITLES = (N_("Options"), N_("Arguments"), N_("Commands"), N_("[required]"), N_("[default: {}]"))
# What stands in its usage lines, where it looks nothing up.
PIECES = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
# What typer tells in words only.
_NO_COMMAND = re.compile(r"No such command '(.*?)'\.")
_TOO_MUCH = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)
_CHOICES = re.compile(r" is not one of (.*)\.$")


class _Spoken:
    """A help page that has no word in another language."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        words = " ".join(map(_, self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, words, prefix=_("Usage: "))

    def get_help_option(self: Any, ctx: Any) -> Any:
        """Return --help."""
        option: Any = TyperCommand.get_help_option(self, ctx)
        option.help = _("Show this message and exit.")
        return option


class Command(_Spoken, TyperCommand):
    """A command as typer makes it, but for the words of its help."""


class Group(_Spoken, TyperGroup):
    """A group of commands as typer makes it, but for the words of its help."""


def shows_help(error: TyperException) -> bool:
    """Say whether a command without its words has been answered with its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def problem(error: TyperException) -> UsageProblem:
    """Return a usage error of typer's as one of ours."""
    said = str(getattr(error, "message", error))
    if (option := getattr(error, "option_name", None)) is not None:
        return _of_option(option, said, getattr(error, "possibilities", None))
    if (parameter := getattr(error, "param", None)) is not None:
        return _of_value(_named(parameter), said, error)
    if found := _NO_COMMAND.match(said):
        known = getattr(getattr(error, "cmd", None), "commands", {})
        return unknown_command(found[1], known)
    if found := _TOO_MUCH.fullmatch(said):
        return UsageProblem(_("Too many words: {words}.").format(words=found[1]), _see())
    return UsageProblem(said, _see())


def unknown_command(name: str, known: Collection[str]) -> UsageProblem:
    """Return that there is no such command, with the nearest one there is."""
    message = _("There is no command {name}.").format(name=name)
    return UsageProblem(message, did_you_mean(name, known))


def _of_option(name: str, said: str, near: Collection[str] | None) -> UsageProblem:
    if "requires" in said:
        return UsageProblem(_("{name} needs a value.").format(name=name), _see())
    if "does not take" in said:
        return UsageProblem(_("{name} takes no value.").format(name=name), _see())
    message = _("There is no option {name}.").format(name=name)
    return UsageProblem(message, did_you_mean(name, near) if near else _see())


def _of_value(name: str, said: str, error: TyperException) -> UsageProblem:
    if hasattr(error, "param_type"):
        return UsageProblem(_("{name} is missing.").format(name=name), _see())
    # The value itself is only in what made typer give up.
    reasons: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not reasons:
        return UsageProblem(_("{name}: {problem}").format(name=name, problem=said), _see())
    value = reasons[0]["input"]
    choices = _CHOICES.search(said)
    hint = did_you_mean(str(value), re.findall(r"'([^']+)'", choices[1])) if choices else _see()
    return UsageProblem(_("{name} can't be {value}.").format(name=name, value=value), hint)


def _named(parameter: Any) -> str:
    name = "/".join(parameter.opts)
    return name if name.startswith("-") else name.upper()


def _see() -> str:
    return _("See: cskh --help")
