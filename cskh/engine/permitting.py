"""Permitting: the messages of a plan, judged by what their customers refused and agreed to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cskh.engine.environment import Environment
from cskh.engine.lanes import judge
from cskh.engine.planning import batches
from cskh.model.clock import Clock
from cskh.model.effects import Outcome, Send, Skip, Step
from cskh.model.settings import Policy
from cskh.model.standing import NOTHING_KNOWN, Addressee, Sort, Standing
from cskh.policy.caps import most, windows
from cskh.policy.leaving import Drop, never
from cskh.store.values import Claimed, Settlement

Standings = Mapping[Addressee, Standing]


def permitted(environment: Environment, clock: Clock, steps: Iterable[Step]) -> Iterator[Step]:
    """Pass steps on; messages that policy would never let leave become skips, with the reason.

    They are judged as things stand now, those that went before counted against the caps, and again
    one by one when they leave.
    """
    out = Out(environment.project.settings.policy)
    for batch in batches(steps):
        yield from _permitted(environment, clock, batch, out)


def standings(
    environment: Environment, clock: Clock, asked: Collection[Addressee], sorts: Iterable[Sort]
) -> Standings:
    """Return what is known of those whom messages of some sorts are for."""
    if not asked:
        return {}
    policy = environment.project.settings.policy
    counted = list(windows(policy, sorts, clock))
    return environment.store.permissions.standings(asked, counted)


def standing_of(
    environment: Environment, clock: Clock, addressee: Addressee, sort: Sort
) -> Standing:
    """Return what is known of one whom a message is for."""
    return standings(environment, clock, [addressee], [sort]).get(addressee, NOTHING_KNOWN)


class Out:
    """Counts what was let out and isn't in the store yet, as far as a cap counts it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._counts: Counter[tuple[str, Sort]] = Counter()

    def after(self, standing: Standing, recipient: str, sort: Sort) -> Standing:
        """Return how somebody stands with what was let out counted."""
        return standing.after(sort, self._counts[recipient, sort])

    def count(self, recipient: str, sort: Sort) -> None:
        """Count one more."""
        if most(self._policy, sort) is not None:
            self._counts[recipient, sort] += 1


class Door:
    """Judges messages that are about to leave in one transaction: those let out count at once."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._out = Out(environment.project.settings.policy)

    def judged(self, batch: Sequence[Claimed]) -> Iterator[tuple[Claimed, Settlement | None]]:
        """Yield each message and how policy holds it back, None if it may leave."""
        clock, policy = self.environment.time(), self.environment.project.settings.policy
        asked = [each.addressee for each in batch if each.to_staff is None]
        known = standings(self.environment, clock, asked, {each.message.sort for each in batch})
        for claimed in batch:
            key = (claimed.message.recipient, claimed.message.sort)
            standing = self._out.after(known.get(claimed.addressee, NOTHING_KNOWN), *key)
            held = judge(claimed, standing, policy, clock)
            if held is None and claimed.to_staff is None:
                self._out.count(*key)
            yield claimed, held


def _permitted(
    environment: Environment, clock: Clock, batch: Sequence[Step], out: Out
) -> Iterable[Step]:
    policy = environment.project.settings.policy
    to_judge = [
        (step.customer, what)
        for step in batch
        for outcome in step.outcomes
        if isinstance(what := outcome.what, Send) and what.to_staff is None
    ]
    asked = [Addressee(customer, send.recipient) for customer, send in to_judge]
    sorts = {(send.channel, send.purpose) for _customer, send in to_judge}
    known = standings(environment, clock, asked, sorts)
    if not known and all(_is_free(sort, policy) for sort in sorts):
        return batch

    def judged(step: Step, outcome: Outcome) -> Outcome:
        send = outcome.what
        if not isinstance(send, Send) or send.to_staff is not None:
            return outcome
        key = (send.recipient, (send.channel, send.purpose))
        standing = known.get(Addressee(step.customer, send.recipient), NOTHING_KNOWN)
        dropped = never(key[1], out.after(standing, *key), policy)
        if dropped:
            return replace(outcome, what=_skip(send, dropped))
        out.count(*key)
        return outcome

    return (
        replace(step, outcomes=tuple(judged(step, outcome) for outcome in step.outcomes))
        for step in batch
    )


def _is_free(sort: Sort, policy: Policy) -> bool:
    """Say whether messages of a sort leave for everybody of whom nothing is known, however many."""
    return most(policy, sort) is None and never(sort, NOTHING_KNOWN, policy) is None


def _skip(send: Send, dropped: Drop) -> Skip:
    return Skip(reason=dropped.reason, channel=send.channel, purpose=send.purpose)
