"""The entry point: language, discovery of commands, and the one error boundary."""

from __future__ import annotations

import json
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.exceptions import Abort, TyperException

from cskh import __version__, cli
from cskh.cli._options import command_of, said_before, stub_of, value_in
from cskh.cli._usage import problem, unknown_command
from cskh.errors import CskhError, Exit, Invalid
from cskh.language import DEFAULT, LANGUAGES, _, speak


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing but the code leaves this function."""
    speak(_language(argv))
    try:
        code = _app(argv)(args=list(argv), prog_name="cskh", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except CskhError as error:
        return _say(argv, error.exit, error.code, error.message, error.hint, _problems(error))
    except TyperException as error:
        usage = problem(error)
        return _say(argv, usage.exit, usage.code, usage.message, usage.hint)
    except (KeyboardInterrupt, Abort):
        return _say(argv, Exit.INTERRUPTED, "interrupted", _("Interrupted."), None)
    except BrokenPipeError:
        # The reader has enough (| head): the rest of the output has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as bug:
        from cskh.edge.crashes import record

        path = record(bug, argv)
        message = _("This is a bug in cskh {version}.").format(version=__version__)
        hint = _("Please report it with the file {path}.").format(path=path)
        return _say(argv, Exit.BUG, "bug", message, hint)


def _language(argv: Sequence[str]) -> str:
    from cskh.edge.peek import peek_language

    project = value_in(argv, "--project") or os.environ.get("CSKH_PROJECT")
    asked = value_in(argv, "--lang") or os.environ.get("CSKH_LANG") or peek_language(project)
    return asked if asked in LANGUAGES else DEFAULT


def _modules() -> dict[str, str]:
    found = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return {name.strip("_").replace("_", "-"): name for name in found if name[0] != "_"}


def _app(argv: Sequence[str]) -> typer.Typer:
    """Put the commands together; only the one that is asked for gets its options read."""
    words = _words(argv)
    asked = words[0] if words else ""
    app = typer.Typer(
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
    for name, module in sorted(modules.items()):
        _add(app, name, import_module(f"cskh.cli.{module}"), wanted=name == asked)
    return app


def _add(app: typer.Typer, name: str, module: Any, *, wanted: bool) -> None:
    make = command_of if wanted else stub_of
    if (group := getattr(module, "COMMANDS", None)) is None:
        app.command(name, help=_help(module.command))(make(module.command, module))
        return
    if not wanted:
        app.command(name, help=_help(module))(make(module, module))
        return
    inner = typer.Typer(help=_help(module), no_args_is_help=True, rich_markup_mode="rich")
    for verb, function in group.items():
        inner.command(verb, help=_help(function))(make(function, module))
    app.add_typer(inner, name=name)


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
            skip = argument in ("--project", "--now", "--as")
        else:
            words.append(argument)
    return words


def _problems(error: CskhError) -> list[str]:
    if not isinstance(error, Invalid):
        return []
    return [f"{problem.place} {problem.code} {problem.message}" for problem in error.problems[1:20]]


def _say(
    argv: Sequence[str],
    code: Exit,
    name: str,
    message: str,
    hint: str | None,
    more: Sequence[str] = (),
) -> int:
    """Tell people on stderr what went wrong, and scripts that asked for JSON on stdout."""
    if value_in(argv, "--format") == "json":
        error = {"code": name, "message": message, "hint": hint}
        print(json.dumps({"error": error}, ensure_ascii=False))
    from cskh.cli._console import err

    console = err()
    console.print(f"[bold red]{_('error:')}[/] ", end="")
    console.print(message, *more, sep="\n", markup=False, highlight=False, soft_wrap=True)
    if hint:
        console.print(hint, style="dim", markup=False, highlight=False, soft_wrap=True)
    return code
