"""What every command does whose changes fire workflows: remember, change, fire, deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from cskh.cli._console import say, shown
from cskh.cli._session import Session
from cskh.errors import Busy, CskhError, Exit
from cskh.language import _

if TYPE_CHECKING:
    from cskh.engine.delivered import Delivered
    from cskh.engine.environment import Environment
    from cskh.engine.planning import Plan, Watch
    from cskh.engine.running import Walked
    from cskh.engine.telling import Effects
    from cskh.store.campaigning import Submitted

T = TypeVar("T")

NoRun = Annotated[
    bool, typer.Option("--no-run", help=_("Fire no workflow now: the next run events does"))
]
NoDeliver = Annotated[
    bool, typer.Option("--no-deliver", help=_("Leave the messages in the outbox"))
]


class Attempts:
    """Commits plans; a bug in one workflow keeps the others from nothing.

    What they do is kept for those who print it as JSON.
    """

    def __init__(self, session: Session, accepted: Iterable[str] = ()) -> None:
        self.walked: list[Walked] = []
        self.bugs: list[Exception] = []
        self.is_waiting = False  # a campaign whose time has come does
        self._session = session
        self._accepted = tuple(accepted)
        self._kept: list[Effects] = []

    def __call__(self, plan: Plan) -> None:
        """Commit one plan, unless somebody else has answered its events meanwhile."""
        from cskh.engine.running import commit

        self._attempt(lambda watch: commit(self._environment, plan, watch, self._accepted))

    def begin(self, submitted: Submitted) -> None:
        """Let one campaign begin, unless somebody else was faster or it waits for something."""
        from cskh.engine.campaigning import begin

        self._attempt(lambda watch: begin(self._environment, submitted, watch))

    @property
    def _environment(self) -> Environment:
        return self._session.environment

    def _attempt(self, attempt: Callable[[Watch], Walked | None]) -> None:
        from cskh.engine.campaigning import Waiting
        from cskh.engine.running import Overtaken, nobody
        from cskh.engine.telling import Effects

        kept = Effects(self._session.clock, self._environment.fields)
        try:
            walked = attempt(kept if self._session.json else nobody)
        except Overtaken:
            return
        except Waiting as waiting:
            self.is_waiting = True
            say(shown(str(waiting)), "yellow")
            return
        except (CskhError, OSError):
            raise
        except Exception as bug:
            self.bugs.append(bug)
            return
        if walked is not None:
            self.walked.append(walked)
            self._kept.append(kept)

    def told(self) -> list[dict[str, Any]]:
        """Return the plans as JSON has them."""
        from cskh.engine.telling import told

        return [told(*each) for each in zip(self.walked, self._kept, strict=True)]


@dataclass(frozen=True)
class Fired:
    """The workflows that answered a change, and what became of the messages."""

    attempts: Attempts
    delivered: Delivered

    @property
    def exit(self) -> Exit:
        """Return the exit code: refused, partial or done.

        What was refused before and still waits is no matter of this change.
        """
        if any(each.refused and each.is_news for each in self.attempts.walked):
            return Exit.REFUSED
        is_partial = self.delivered.is_partial or self.attempts.is_waiting
        return Exit.PARTIAL if is_partial else Exit.OK

    def told(self) -> dict[str, Any]:
        """Return what happened as JSON has it."""
        from cskh.engine.telling import told_delivery

        return {"plans": self.attempts.told(), "delivery": told_delivery(self.delivered)}

    def show(self) -> None:
        """Print on stdout what the workflows did, if anything."""
        from cskh.cli._plans import print_delivery, print_plan

        for each in self.attempts.walked:
            if not each.refused or each.is_news:
                print_plan(each)
        if any(self.delivered.counts.values()):
            print_delivery(self.delivered)


def change_and_fire(
    session: Session,
    change: Callable[[Environment], T],
    *,
    no_run: bool = False,
    no_deliver: bool = False,
) -> tuple[T, Fired]:
    """Make a change, let workflows answer it at once, and send what they say.

    A workflow that nobody has run yet hears the change too: it is remembered before.
    """
    from cskh.engine.firing import fire
    from cskh.engine.running import remember

    remember(session.environment)
    changed = change(session.environment)
    attempts = Attempts(session)
    if not no_run:
        fire(session.environment, attempts)
    fired = Fired(attempts, _delivered(session, attempts, no_deliver=no_deliver))
    if attempts.bugs:
        raise attempts.bugs[0]
    _tell(fired)
    return changed, fired


def _delivered(session: Session, attempts: Attempts, *, no_deliver: bool) -> Delivered:
    """Send what was said, but through the providers that another run has at work already."""
    from cskh.engine.delivered import Delivered
    from cskh.engine.delivering import undelivered

    if not any(each.tally.messages and not each.refused for each in attempts.walked):
        return Delivered()
    if no_deliver:
        return undelivered(session.environment)
    with ExitStack() as held:
        try:
            held.enter_context(session.alone(0))
        except Busy:
            say(_("Another run is at work: what goes the same way waits for it."), "dim")
        return session.deliver()


def _tell(fired: Fired) -> None:
    from cskh.cli._plans import tell_troubles

    for each in fired.attempts.walked:
        if each.refused:
            names = {"workflow": each.plan.workflow.id, "digest": each.digest}
            text = _("{workflow} is refused; let it pass: cskh run events --accept {digest}")
            say(text.format(**names), "red")
    tell_troubles(fired.delivered)
