"""Whom a dry-run would reach, and whether that are more people than somebody allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from cskh.cli._console import say, shown
from cskh.errors import Exit
from cskh.language import _, ngettext
from cskh.model.effects import Send, Skip, Step
from cskh.model.message import Channel

if TYPE_CHECKING:
    from cskh.engine.planning import Plan, Watch
    from cskh.model.settings import Settings

_FIRST = 10


class Affected:
    """Watches plans: who is sent something or changed, and who comes first in each workflow."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._people: set[int] = set()
        self._first: dict[str, list[str]] = {}

    @property
    def first(self) -> Mapping[str, Sequence[str]]:
        """Return the codes of the first customers of each workflow."""
        return self._first

    def __call__(self, plan: Plan, steps: Sequence[Step]) -> None:
        """Note a batch of a plan's steps."""
        first = self._first.setdefault(plan.workflow.id, [])
        first += [step.pid for step in steps[: _FIRST - len(first)]]
        # A million numbers are worth holding only where somebody asks.
        if self._most is not None:
            self._people.update(step.customer for step in steps if _reaches(step))

    def exit(self) -> Exit:
        """Return how the command ends."""
        return exit_of(len(self._people), self._most)


class Routes:
    """Watches plans: through which providers their messages would go."""

    def __init__(self) -> None:
        self._routes: set[tuple[Channel, str | None]] = set()

    def __call__(self, _plan: Plan, steps: Sequence[Step]) -> None:
        """Note a batch of a plan's steps."""
        for step in steps:
            for outcome in step.outcomes:
                if isinstance(send := outcome.what, Send):
                    self._routes.add((send.channel, send.provider))
                    if instead := send.data.get("fallback"):
                        self._routes.add((Channel.SMS, instead["provider"]))

    def tell(self, settings: Settings) -> None:
        """Say which messages would wait, as no provider could send them."""
        from cskh.engine.routing import hindrance

        for channel, provider in sorted(self._routes, key=str):
            if found := hindrance(settings, {}, channel, provider):
                account = settings.account(channel, provider)
                why = f"{account.id}: {found.why}" if account else found.why
                say(_("Messages would wait: {why}").format(why=why), "red")


def _reaches(step: Step) -> bool:
    """Say whether a customer is sent something or changed; what staff gets is not for him."""
    effects = [each.what for each in step.outcomes if not isinstance(each.what, Skip)]
    return any(not isinstance(what, Send) or what.to_staff is None for what in effects)


def exit_of(affected: int, most: int | None) -> Exit:
    """Say how many people are affected if somebody asked, and return how the command ends."""
    if most is None:
        return Exit.OK
    text = ngettext("{n} person is affected", "{n} people are affected", affected)
    said = text.format(n=shown(affected))
    if affected <= most:
        say(f"{said} (--fail-over {shown(most)})", "dim")
        return Exit.OK
    text = _("{people}: more than --fail-over {most} allows.")
    say(text.format(people=said, most=shown(most)), "red")
    return Exit.FOUND


def both(one: Watch, other: Watch) -> Watch:
    """Let two watch the same plans."""

    def watch(plan: Plan, steps: Sequence[Step]) -> None:
        one(plan, steps)
        other(plan, steps)

    return watch


def counting(advance: Callable[[int], None]) -> Watch:
    """Return a watch that moves a progress bar."""
    return lambda _plan, steps: advance(len(steps))
