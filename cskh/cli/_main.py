"""The entry point: language, discovery of commands, and the one error boundary."""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import typer
from typer.exceptions import Abort, TyperException

from cskh import __version__, cli
from cskh.cli._options import (
    WITH_A_VALUE,
    command_of,
    said_before,
    said_between,
    stub_of,
    value_in,
)
from cskh.cli._usage import Command, Group, problem, shows_help, unknown_command
from cskh.errors import Bug, CskhError, Exit, Interrupted, Invalid
from cskh.language import DEFAULT, LANGUAGES, _, speak

_PROBLEMS_SHOWN = 20


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but the code leaves this function."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name that the terminal's encoding lacks is better shown oddly than not at all.
            stream.reconfigure(errors="backslashreplace")
    if list(argv) == ["--version"]:  # what people type first
        argv = ["version"]
    try:
        code = _guarded(argv)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # the one is what typer and rich make of the other
        # The reader has enough (| head): the rest of the output has nowhere to go.
        _give_up_output()
        return Exit.OK
    except OSError as error:
        _give_up_output()
        return _say(argv, _told(error))
    return code


def _guarded(argv: Sequence[str]) -> int:
    """Run one command, and tell people what went wrong instead of raising it."""
    try:
        speak(_language(argv))
        return int(_app(argv)(args=list(argv), prog_name="cskh", standalone_mode=False) or 0)
    except CskhError as error:
        return _say(argv, error)
    except TyperException as error:
        return Exit.USAGE if shows_help(error) else _say(argv, problem(error, _path(argv)))
    except (KeyboardInterrupt, Abort):
        return _say(argv, Interrupted(_("Interrupted.")))
    except OSError:
        raise
    except Exception as bug:
        return _say(argv, _recorded(bug, argv))


def _give_up_output() -> None:
    """Let what can't be written not be tried again when the process ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: OSError) -> CskhError:
    """Return what the system refuses, where no code knew better: no rights, no room, no file."""
    place = f"{error.filename}: " if error.filename else ""
    return CskhError(f"{place}{error.strerror or type(error).__name__}")


def _recorded(bug: Exception, argv: Sequence[str]) -> CskhError:
    from cskh.edge.crashes import record

    message = _("This is a bug in cskh {version}.").format(version=__version__)
    try:
        path = record(bug, argv)
    except OSError:  # no room for a file is no reason to call the bug something else
        return Bug(message)
    return Bug(message, _("Please report it with the file {path}.").format(path=path))


def _language(argv: Sequence[str]) -> str:
    from cskh.edge.peek import peek_language

    project = value_in(argv, "--project") or os.environ.get("CSKH_PROJECT")
    wanted = (value_in(argv, "--lang"), os.environ.get("CSKH_LANG"), peek_language(project))
    return next((language for language in wanted if language in LANGUAGES), DEFAULT)


@cache
def _modules() -> Mapping[str, str]:
    found = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return {name.strip("_").replace("_", "-"): name for name in found if name[0] != "_"}


def _app(argv: Sequence[str]) -> typer.Typer:
    """Put the commands together; the one that is asked for is all there is, unless others show."""
    words = _words(argv)[:2]
    asked = words[0] if words else ""
    app = typer.Typer(
        cls=Group,
        add_completion=False,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        rich_markup_mode="rich",
        help=_("Customer care automation as code."),
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(said_before)
    modules = _modules()
    if asked and asked not in modules:
        raise unknown_command(asked, modules)
    alone = bool(asked) and not _shows_others(argv)
    for name in [asked] if alone else sorted(modules):
        module = import_module(f"cskh.cli.{modules[name]}")
        if name == asked:
            _add(app, name, module, words[1:] if alone else ())
        else:
            owner = module if hasattr(module, "COMMANDS") else module.command
            app.command(name, cls=Command, help=_help(owner))(stub_of(owner))
    return app


def _add(app: typer.Typer, name: str, module: Any, verbs: Sequence[str]) -> None:
    """Add a command; if it is a group, with only these of its verbs, unless it lacks them."""
    if (group := getattr(module, "COMMANDS", None)) is None:
        made = command_of(module.command, module)
        app.command(name, cls=Command, help=_help(module.command))(made)
        return
    inner = typer.Typer(
        cls=Group, help=_help(module), no_args_is_help=True, rich_markup_mode="rich"
    )
    inner.callback()(said_between)
    for verb in [verb for verb in verbs if verb in group] or group:
        function = group[verb]
        inner.command(verb, cls=Command, help=_help(function))(command_of(function, module))
    app.add_typer(inner, name=name)


def _shows_others(argv: Sequence[str]) -> bool:
    """Say whether help is asked for, or the dashes may make the command another word than ours."""
    return any(each in ("-", "--", "--help") or each.startswith("-h") for each in argv)


def _help(owner: Any) -> str:
    """Return a docstring in the language in use; docstrings of commands are messages."""
    import inspect

    return _(inspect.cleandoc(owner.__doc__ or ""))


def _words(argv: Sequence[str]) -> list[str]:
    """Return the arguments that are neither global options nor their values."""
    words, skip = [], False
    for argument in argv:
        if skip:
            skip = False
        elif argument.startswith("-"):
            skip = argument in WITH_A_VALUE
        else:
            words.append(argument)
    return words


def _path(argv: Sequence[str]) -> str:
    """Return which command is meant, as far as it is one, for errors that don't say it."""
    named, modules = _words(argv)[:2], _modules()
    if not named or named[0] not in modules:
        return "cskh"
    verbs = getattr(import_module(f"cskh.cli.{modules[named[0]]}"), "COMMANDS", {})
    return " ".join(("cskh", named[0], *(verb for verb in named[1:] if verb in verbs)))


def _more(error: CskhError) -> list[str]:
    problems = error.problems[1:_PROBLEMS_SHOWN] if isinstance(error, Invalid) else ()
    return [f"{problem.place} {problem.code} {problem.message}" for problem in problems]


def _say(argv: Sequence[str], error: CskhError) -> int:
    """Tell people on stderr what went wrong, and scripts that asked for JSON on stdout."""
    if value_in(argv, "--format") == "json":
        said = error.told()
        try:
            print(json.dumps({"error": said}, ensure_ascii=False), flush=True)
        except OSError:  # which may be what is to be told
            _give_up_output()
    from cskh.cli._console import err

    console = err()
    console.print(f"[bold red]{_('error:')}[/] ", end="")
    lines = (error.message, *_more(error))
    console.print(*lines, sep="\n", markup=False, highlight=False, soft_wrap=True)
    if error.hint:
        console.print(error.hint, style="dim", markup=False, highlight=False, soft_wrap=True)
    return error.exit
