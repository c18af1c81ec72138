"""cskh demo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cskh.cli._console import out, say
from cskh.cli._session import Session
from cskh.errors import Exit
from cskh.language import _, ngettext, spoken

FORMATS = ("table",)
READS = True
_NOW = "2026-12-01T10:00"
_STEPS: tuple[tuple[str, ...], ...] = (
    ("lint",),
    ("import", "customers", "khach-hang.xlsx", "--yes"),
    ("dry-run", "chuc-mung-sinh-nhat", "lost-sau-15-ngay"),
    ("run", "daily"),
    ("run", "daily"),
    ("report", "messages"),
    ("report", "workflows"),
)


def command(session: Session) -> Exit:
    """Show the whole story on sample data, in a temporary folder, sending to this machine only.

    Example: cskh demo

    Exit status: 0 · 70 something that should work does not.
    """
    from cskh.edge.showing import sample

    with sample() as (project, gateway):
        for step in _STEPS:
            _show(step, project)
        got = len(gateway.accepted)
        phones_and_texts = {(message.phone, message.text) for message in gateway.accepted}
    text = ngettext("The SMS gateway got {n} message.", "The SMS gateway got {n} messages.", got)
    say(text.format(n=got), "bold")
    if got != len(phones_and_texts) or not got:
        raise AssertionError("a message was sent twice, or none at all")
    say(_("Begin your own: cskh init my-shop"), "dim")
    return Exit.OK


def _show(step: Sequence[str], project: Path) -> None:
    from cskh.cli import main

    out().print(f"[bold green]$[/] [bold]cskh {' '.join(step)}[/]")
    words = [str(project.parent / "customers" / word) if _is_file(word) else word for word in step]
    code = main([*words, "--project", str(project), "--now", _NOW, "--lang", spoken()])
    if code not in (Exit.OK, Exit.PARTIAL):
        raise AssertionError(f"{step[0]} ended with {code}")
    out().print()


def _is_file(word: str) -> bool:
    return word.endswith(".xlsx")
