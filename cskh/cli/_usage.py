"""What typer has to say about a command line, in the words and the language of everything else."""

from __future__ import annotations

from collections.abc import Collection

from typer.exceptions import TyperException

from cskh.errors import UsageProblem, did_you_mean
from cskh.language import N_, _

# Titles that typer looks up by gettext itself, in the catalogue that `speak` points it to.
TITLES = (N_("Options"), N_("Arguments"), N_("Commands"), N_("required"), N_("default: {default}"))


def problem(error: TyperException) -> UsageProblem:
    """Return a usage error of typer's as one of ours."""
    see = _("See: cskh --help")
    if (option := getattr(error, "option_name", None)) is not None:
        known: Collection[str] = getattr(error, "possibilities", None) or ()
        message = _("There is no option {name}.").format(name=option)
        return UsageProblem(message, did_you_mean(option, known) if known else see)
    parameter = getattr(error, "param", None)
    name = "/".join(parameter.opts) if parameter is not None else None
    if name is not None and hasattr(error, "param_type"):
        return UsageProblem(_("{name} is missing.").format(name=name), see)
    said = str(getattr(error, "message", error)).removeprefix("Value error, ")
    if name is not None:
        return UsageProblem(_("{name}: {problem}").format(name=name, problem=said), see)
    return UsageProblem(said, see)


def unknown_command(name: str, known: Collection[str]) -> UsageProblem:
    """Return that there is no such command, with the nearest one there is."""
    message = _("There is no command {name}.").format(name=name)
    return UsageProblem(message, did_you_mean(name, known))
