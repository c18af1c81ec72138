"""What typer has to say about a command line, in the words and the language of everything else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
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


# What stands around an argument in usage lines: braces, and dots for several.
_BRACED = re.compile(r"\{(.*)\}(?:\.\.\.)?|\[(\[.*\])\](?:\.\.\.)?")


class _Spoken:
    """A help page that has no word in another language, and none that only programmers read."""

    def __init__(self: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for parameter in self.params:
            _name_plainly(parameter)

    def collect_usage_pieces(self: Any, ctx: Any) -> list[str]:
        """Return what stands behind the command's name."""
        pieces: list[str] = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        found = ((piece, _BRACED.fullmatch(piece)) for piece in pieces)
        return [(match[1] or match[2]) if match else piece for piece, match in found]

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        words = " ".join(map(_, self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, words, prefix=_("Usage: "))

    def get_help_option(self: Any, ctx: Any) -> Any:
        """Return --help."""
        option: Any = TyperCommand.get_help_option(self, ctx)
        option.help = _("Show this message and exit.")
        _name_plainly(option)
        return option


class Command(_Spoken, TyperCommand):
    """A command as typer makes it, but for the words of its help."""


class Group(_Spoken, TyperGroup):
    """A group of commands as typer makes it, but for the words of its help."""


def _name_plainly(parameter: Any) -> None:
    """Name a parameter's value by a word; its choices stand in the help, where lines may break."""
    is_option = parameter.param_type_name == "option"
    if parameter.metavar is None:
        many = "…" if parameter.nargs != 1 else ""
        parameter.metavar = parameter.name.strip("_").replace("_", "-").upper() + many
        if choices := _choices(parameter):
            parameter.help = ": ".join(filter(None, (parameter.help, ", ".join(choices))))
    is_shown = is_option and not getattr(parameter, "is_flag", False)
    parameter.display_type_rich = lambda ctx: parameter.metavar if is_shown else None
    parameter._get_number_range_help_str = lambda: None


def _choices(parameter: Any) -> list[str]:
    kind = parameter.type_descriptor
    return [str(choice) for choice in kind.choices or ()] if kind.is_choice else []


def shows_help(error: TyperException) -> bool:
    """Say whether a command without its words has been answered with its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def problem(error: TyperException, path: str) -> UsageProblem:
    """Return a usage error of typer's as one of ours; `path` is the command that is meant."""
    said, see = str(getattr(error, "message", error)), _see(error, path)
    if (option := getattr(error, "option_name", None)) is not None:
        return _of_option(option, said, getattr(error, "possibilities", None), see)
    if (parameter := getattr(error, "param", None)) is not None:
        return _of_value(_named(parameter), said, error, see)
    if found := _NO_COMMAND.match(said):
        known = getattr(getattr(error, "cmd", None), "commands", {})
        return unknown_command(found[1], known)
    if found := _TOO_MUCH.fullmatch(said):
        return UsageProblem(_("Too many words: {words}.").format(words=found[1]), see)
    return UsageProblem(said, see)


def unknown_command(name: str, known: Collection[str]) -> UsageProblem:
    """Return that there is no such command, with the nearest one there is."""
    message = _("There is no command {name}.").format(name=name)
    return UsageProblem(message, did_you_mean(name, known))


def _of_option(name: str, said: str, near: Collection[str] | None, see: str) -> UsageProblem:
    if "requires" in said:
        return UsageProblem(_("{name} needs a value.").format(name=name), see)
    if "does not take" in said:
        return UsageProblem(_("{name} takes no value.").format(name=name), see)
    message = _("There is no option {name}.").format(name=name)
    return UsageProblem(message, did_you_mean(name, near) if near else see)


def _of_value(name: str, said: str, error: TyperException, see: str) -> UsageProblem:
    if hasattr(error, "param_type"):
        return UsageProblem(_("{name} is missing.").format(name=name), see)
    # The value itself is only in what made typer give up.
    reasons: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    if not reasons:
        return UsageProblem(_("{name}: {problem}").format(name=name, problem=said), see)
    value = reasons[0]["input"]
    choices = _CHOICES.search(said)
    known = re.findall(r"'([^']+)'", choices[1]) if choices else []
    hint = did_you_mean(str(value), known) if known else _allowed(error, reasons[0]) or see
    return UsageProblem(_("{name} can't be {value}.").format(name=name, value=value), hint)


def _allowed(error: TyperException, reason: Mapping[str, Any]) -> str | None:
    """Return which numbers an option takes, None if it takes something else."""
    if not reason["type"].startswith(("int_", "greater_than", "less_than")):
        return None
    parameter: Any = getattr(error, "param", None)
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None and most is not None:
        return _("Allowed: whole numbers from {least} to {most}.").format(least=least, most=most)
    if least is not None:
        return _("Allowed: whole numbers from {least} on.").format(least=least)
    return _("Allowed: whole numbers.")


def _named(parameter: Any) -> str:
    is_option = parameter.param_type_name == "option"
    return "/".join(parameter.opts) if is_option else str(parameter.metavar)


def _see(error: TyperException, path: str) -> str:
    """Return where to read on: the help of the command itself."""
    known = getattr(getattr(error, "ctx", None), "command_path", None) or path
    return _("See: {command}").format(command=f"{known} --help")
