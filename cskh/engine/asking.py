"""Asking: providers say what became of messages that they took, or may have taken.

Nothing but answers changes a message, each at most once; a lost question is simply asked again.
All providers are asked at the same time, and only so long that a run of every minute can send.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass, field, replace

from cskh.edge.clock import monotonic
from cskh.engine.day_lists import list_due, read_lists
from cskh.engine.environment import Environment
from cskh.engine.lanes import receipt_of
from cskh.model.clock import Clock, from_text
from cskh.model.message import Message, Outcome, Receipt, State
from cskh.model.settings import Account
from cskh.policy.asking import next_ask, resend_until, sent_by
from cskh.policy.retries import wait_before
from cskh.providers import Answers, Failure, Perform, Response, Step, converse
from cskh.store.sending import Question
from cskh.store.values import Settlement

log = logging.getLogger("cskh")

# A run of every minute must not be kept from sending by asking about yesterday's campaign: so many
# questions for each provider, and so many seconds for all of them. The next run asks the others.
MOST_QUESTIONS = 500
MOST_SECONDS = 20
_LEAST_SECONDS = 2  # of a question that is asked at the last moment
# A provider that loses so many questions in a row is asked no more in this run.
_LOST_IN_A_ROW = 3
_NEVER = frozenset({Outcome.FAILED, Outcome.UNREACHABLE, Outcome.DECLINED})
# "Never got it" is believed of an answer only: HTTP 404 is one, a busy server's 503 is none.
_ANSWERS = frozenset({*range(200, 300), 404})


@dataclass(slots=True)
class _Talk:
    """The questions for one provider; one that is down is asked no more."""

    account: Account
    pool: ThreadPoolExecutor
    waiting: deque[Question]
    on_the_way: dict[Future[Receipt], Question] = field(default_factory=dict)
    lost: int = 0  # in a row

    def go_on(self, environment: Environment, left: float) -> None:
        """Ask what there is room for, in a run that has so many seconds left."""
        if left <= 0 or self.lost >= _LOST_IN_A_ROW:
            return
        patience = min(self.account.timeout, max(_LEAST_SECONDS, int(left)))
        account = replace(self.account, timeout=patience)
        while self.waiting and len(self.on_the_way) < self.account.parallel:
            question = self.waiting.popleft()
            run = copy_context().run
            asked = self.pool.submit(run, _asked, environment, account, question.message)
            self.on_the_way[asked] = question

    def heard(self) -> Iterator[tuple[Question, Receipt]]:
        """Yield what was answered meanwhile."""
        for each in [each for each in self.on_the_way if each.done()]:
            question = self.on_the_way.pop(each)
            receipt = receipt_of(each, question.message)
            self.lost = self.lost + 1 if receipt.outcome is Outcome.STOPPED else 0
            yield question, receipt


def ask(
    environment: Environment,
    states: Collection[State],
    seconds: float = MOST_SECONDS,
    time: Callable[[], float] = monotonic,
) -> Counter[str]:
    """Ask providers about messages in some states whose time has come to be asked about.

    When the `seconds` are over, nothing more is asked; `time` counts them. Returns how many are now
    accepted, delivered, failed, or `retried` as they never arrived.
    """
    told: Counter[str] = Counter()
    until = time() + seconds
    with ExitStack() as pools:
        talks = list(_talks(environment, states, pools))
        while True:
            for talk in talks:
                talk.go_on(environment, until - time())
            on_the_way = [each for talk in talks for each in talk.on_the_way]
            if not on_the_way:
                break
            wait(on_the_way, return_when=FIRST_COMPLETED)
            told.update(_record(environment, [each for talk in talks for each in talk.heard()]))
    if State.ACCEPTED in states:
        told.update(read_lists(environment))
    if told:
        log.info("asked", extra={"counts": dict(told)})
    return told


def _talks(
    environment: Environment, states: Collection[State], pools: ExitStack
) -> Iterator[_Talk]:
    for account in environment.project.settings.providers.values():
        if _answering(account) is None:
            continue
        if questions := deque(_questions(environment, account, states)):
            pool = pools.enter_context(ThreadPoolExecutor(account.parallel))
            yield _Talk(account, pool, questions)


def ask_at(account: Account, state: State, clock: Clock) -> str | None:
    """Return when an account is to be asked about a message that has come to a state just now."""
    if _answering(account) is None:
        return list_due(account, state, clock)
    if state is State.UNKNOWN:
        return clock.stamp
    first = next_ask(clock.now, clock.now) if state is State.ACCEPTED else None
    return clock.stored(first) if first else None


def _answering(account: Account) -> Answers | None:
    """Return who answers questions of an account, None if nobody does."""
    provider: Answers | None = account.settings
    return provider if hasattr(provider, "ask") else None


def _questions(
    environment: Environment, account: Account, states: Collection[State]
) -> Iterator[Question]:
    clock, left = environment.time(), MOST_QUESTIONS
    for state in sorted(states, reverse=True):  # the unknown ones first: people worry about them
        by = sent_by(clock.now, account.timeout) if state is State.UNKNOWN else clock.now
        now = clock.stamp
        found = environment.store.outbox.to_ask(account.id, state, now, clock.stored(by), left)
        left -= len(found)
        yield from (_aged(each, clock) for each in found)


def _aged(question: Question, clock: Clock) -> Question:
    """Say how old a message is: providers forget what they were given."""
    age = clock.now - from_text(question.sent_at)
    return question._replace(message=replace(question.message, age=int(age.total_seconds())))


def _asked(environment: Environment, account: Account, message: Message) -> Receipt:
    """Ask one question; a provider that gives no answer is stopped, and says nothing."""
    from cskh.engine.performing import performer

    provider = _answering(account)
    if provider is None:
        return Receipt(outcome=Outcome.UNKNOWN)
    perform = performer(account, environment.time().now, environment.project, environment.store)
    answers: list[Response | Failure] = []
    receipt = converse(provider.ask(message), _listening(perform, answers))
    if any(isinstance(each, Failure) or each.status not in _ANSWERS for each in answers[-1:]):
        return replace(receipt, outcome=Outcome.STOPPED)
    return receipt


def _listening(perform: Perform, answers: list[Response | Failure]) -> Perform:
    def listen(step: Step) -> Response | Failure:
        answers.append(perform(step))
        return answers[-1]

    return listen


def _record(environment: Environment, answers: Iterable[tuple[Question, Receipt]]) -> Iterator[str]:
    """Write down what was said; yield what each message has become that stood elsewhere."""
    clock = environment.time()
    settled = [(question, answer(question, receipt, clock)) for question, receipt in answers]
    stood = {question.message.id: question.state for question, _settled in settled}
    for each in environment.store.outbox.answered(settled, clock.stamp):
        if each.state is not stood[each.id]:
            yield "retried" if each.state is State.QUEUED else each.state


def answer(question: Question, receipt: Receipt, clock: Clock) -> Settlement:
    """Return what an answer makes of a message; its tries were counted when they were made."""
    sent_at = from_text(question.sent_at, clock.zone)
    until = resend_until(sent_at, receipt.knows_for) if receipt.knows_for else None
    if until is not None and clock.has_come(until):
        receipt = replace(receipt, outcome=Outcome.UNKNOWN)
    state, wait_for = _became(question, receipt)
    again = next_ask(sent_at, clock.now)
    is_open = state in (State.UNKNOWN, State.ACCEPTED)
    return Settlement(
        id=question.message.id,
        state=state,
        attempts=question.message.attempts,
        due_at=clock.stored(clock.now + dt.timedelta(seconds=wait_for)),
        provider_id=receipt.provider_id,
        error=receipt.error if state in (State.FAILED, State.QUEUED) else None,
        ask_at=clock.stored(again) if is_open and again else None,
        resend_until=clock.stored(until) if until and state is State.QUEUED else None,
        falls_back=receipt.outcome is Outcome.UNREACHABLE,
        declined=receipt.outcome is Outcome.DECLINED,
    )


def _became(question: Question, receipt: Receipt) -> tuple[State, int]:
    """Return the state that an answer puts a message in, and the seconds until another try."""
    outcome, stood = receipt.outcome, question.state
    if outcome is Outcome.DELIVERED:
        return State.DELIVERED, 0
    if outcome is Outcome.ACCEPTED:
        return State.ACCEPTED, 0
    if outcome in _NEVER:
        return State.FAILED, 0
    if outcome is Outcome.RETRY and stood is State.UNKNOWN:
        if wait_before(question.message.attempts, None, question.message.id) is None:
            return (State.UNKNOWN if receipt.knows_for else State.FAILED), 0
        # Not later than need be: who would tell us that he has it already forgets it one day.
        return State.QUEUED, receipt.retry_after or 0
    return stood, 0
