"""What a command is given: the project, the clock and the store, opened when first asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cskh.errors import Busy, NotFound, Refused, UsageProblem, did_you_mean
from cskh.language import _, ngettext
from cskh.model.masking import masked

if TYPE_CHECKING:
    from cskh.cells.phones import Phone
    from cskh.engine.delivered import Delivered
    from cskh.engine.environment import Environment
    from cskh.engine.project import Project
    from cskh.model.clock import Clock
    from cskh.model.workflow import Workflow

# Seconds between two looks whether the process that is waited for hangs.
_LOOK_EVERY = 5.0


@dataclass(kw_only=True)
class Session:
    """One run of a command, with the common options as they were given.

    A command that needs no workflows is `settled` with cskh.yaml alone.
    """

    folder: str | None
    at: str | None
    as_: str | None
    format: str
    yes: bool
    settled: bool = False
    _opened: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What is open may turn the error into one that people understand.
        self._opened.__exit__(kind, error, trace)

    @property
    def json(self) -> bool:
        """Say whether the answer is wanted as JSON."""
        return self.format == "json"

    @cached_property
    def actor(self) -> str | None:
        """Return who does this: --as, else CSKH_ACTOR, else whose login the system's user is."""
        return self._named or _by_login(self.project)

    @property
    def _named(self) -> str | None:
        return self.as_ or os.environ.get("CSKH_ACTOR")

    def check_actor(self) -> None:
        """Raise Refused for somebody named who is not in staff: such people may only look.

        Whose login matches nobody is nobody in particular, as cron is.
        """
        named = self._named
        if not named:
            return
        known = [person.id for person in self.project.settings.staff]
        if known and named not in known:
            message = _("{actor} is not in staff: those who aren't may only look.")
            raise Refused(message.format(actor=named), did_you_mean(named, known))

    @property
    def start(self) -> Path:
        """Return the folder where the search for the project begins."""
        return Path(self.folder or os.environ.get("CSKH_PROJECT") or ".")

    @cached_property
    def project(self) -> Project:
        """Return the project; raises NotAProject, or Invalid if its files have errors."""
        from cskh.engine.project import open_project, open_settled

        open_ = open_settled if self.settled else open_project
        return open_(self.start, os.environ)

    def time(self) -> Clock:
        """Return the time in the project's zone: what `--now` says, else the real one."""
        from cskh.edge.clock import read_clock

        return read_clock(self.project.settings.timezone, self.at)

    @cached_property
    def clock(self) -> Clock:
        """Return the time that the command is about."""
        return self.time()

    @cached_property
    def environment(self) -> Environment:
        """Return the project with its store, wire and clock; closed when the command ends."""
        from cskh.engine.environment import open_environment

        return self._opened.enter_context(
            open_environment(self.project, self.clock, self.actor, self.time)
        )

    def mention_unread(self) -> None:
        """Say in one line that there is something to read; a store is never made for it."""
        if n := self._unread():
            from cskh.cli._console import say

            text = ngettext("{n} unread notification: cskh inbox",
                            "{n} unread notifications: cskh inbox", n)  # fmt: skip
            say(text.format(n=n), "cyan")

    def _unread(self) -> int:
        if "environment" in self.__dict__:
            from cskh.engine.inbox import unread

            return unread(self.environment)
        from cskh.engine.glancing import settings_near, unread_of

        project = self.__dict__.get("project") or settings_near(self.start, os.environ)
        return unread_of(project, self._named or _by_login(project)) if project else 0

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        """Keep other runs and deliveries away; raises Busy if one is at work for so long.

        One that hangs keeps nobody away: others take over what it has in its hands.
        """
        from cskh.edge.clock import monotonic
        from cskh.edge.locks import exclusive
        from cskh.engine.environment import store_path

        path, deadline = store_path(self.project), monotonic() + seconds
        with ExitStack() as held:
            for patience in chain([0.0], repeat(_LOOK_EVERY)):
                left = max(0.0, deadline - monotonic())
                try:
                    held.enter_context(exclusive(path, min(left, patience)))
                    break
                except Busy:
                    if self._one_hangs():
                        break
                    if not left:
                        raise
            yield

    def _one_hangs(self) -> bool:
        """Say whether whoever is waited for, or has messages in hand, isn't heard of lately."""
        from cskh.edge.locks import is_silent
        from cskh.engine.delivering import is_any_hanging
        from cskh.engine.environment import store_path

        return is_silent(store_path(self.project)) or is_any_hanging(self.environment)

    def planning(self, seconds: float) -> AbstractContextManager[None]:
        """Keep others from planning; raises Busy if one does for so long."""
        from cskh.edge.locks import alone
        from cskh.engine.environment import store_path

        return alone(store_path(self.project), "planning", seconds)

    def workflows(self, ids: Sequence[str] | None) -> list[Workflow]:
        """Return the workflows that were named, else all that are enabled."""
        known = self.project.workflows
        for id_ in ids or ():
            if id_ not in known:
                message = _("There is no workflow {id}.").format(id=id_)
                raise UsageProblem(message, did_you_mean(id_, known))
        if ids:
            return [known[id_] for id_ in dict.fromkeys(ids)]
        return [workflow for workflow in known.values() if workflow.enabled]

    def customer(self, pid_or_phone: str) -> int:
        """Return a customer's number; raises NotFound for nobody, or for a phone two share."""
        find = self.environment.store.customers.find
        found = find(pid_or_phone) or find(_repaired(pid_or_phone))
        if len(found) == 1:
            return found[0][0]
        if not found:
            raise NotFound(_("There is no customer {id}.").format(id=pid_or_phone))
        pids = ", ".join(pid for _id, pid in found)
        raise NotFound(
            _("{phone} belongs to {pids}.").format(phone=masked(pid_or_phone), pids=pids)
        )

    def deliver(self) -> Delivered:
        """Send what is due, with a progress bar where somebody can see it."""
        from cskh.cli._progress import bar
        from cskh.engine.delivering import deliver

        with bar(_("sending")) as advance:
            return deliver(self.environment, advance)

    def confirm(self, question: str) -> None:
        """Ask before something that can't be undone; raises Refused for a no.

        Without a terminal the answer is no, unless --yes says it beforehand.
        """
        if self.yes:
            return
        # A daemon may start us without any standard input at all.
        if sys.stdin is None or not sys.stdin.isatty():
            message = _("Nobody can answer here, so nothing was done: {question}")
            hint = _("Say yes beforehand: --yes.")
            raise Refused(message.format(question=question), hint)
        import typer

        asked = f"{question} [{_('yes/No')}]"
        if not _is_yes(typer.prompt(asked, "", show_default=False, err=True)):
            raise Refused(_("Nothing was changed."))


def _by_login(project: Project) -> str | None:
    """Return the member of staff whose login the system's user is."""
    from cskh.edge.processes import login

    people, name = project.settings.staff, login()
    return next((person.id for person in people if name and person.login == name), None)


def _is_yes(answer: str) -> bool:
    """Say whether somebody agrees, in either language or by the offered word's first letter."""
    from cskh.cells.numbers import read_boolean

    return answer.strip().lower() == _("yes/No")[:1] or read_boolean(answer).value is True


def _repaired(phone: str) -> str:
    """Return a phone as the store has it, however it was typed; what is none stays as it is."""
    from cskh.cells.phones import read_phone

    try:
        found: Phone | None = read_phone(phone).value
    except ValueError:
        return phone
    return found.number if found else phone
