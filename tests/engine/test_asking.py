"""Providers that can be asked what became of a message are asked, and believed with care."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from cskh.edge.clock import monotonic
from cskh.engine.asking import answer, ask
from cskh.engine.environment import Environment
from cskh.model.message import Channel, Message, Outcome, Receipt, State
from cskh.providers import Flow, Request
from cskh.store.sending import Question
from tests.project import Project, moved, run, send
from tests.providers.fakes.vendor import Answer, Asked, HangUp, Reply, Vendor, silent
from tests.sample import at

TEN = "2026-12-01T10:00"
BOTH = (State.UNKNOWN, State.ACCEPTED)
GONE = "another-machine:1:1"


def receipts(*outcomes: Outcome) -> Iterator[Receipt]:
    """Yield receipts with these outcomes, the last one again and again."""
    every = itertools.chain(outcomes, itertools.repeat(outcomes[-1]))
    good = (Outcome.ACCEPTED, Outcome.DELIVERED)
    return (
        Receipt(outcome=outcome, error=None if outcome in good else f"it is {outcome}")
        for outcome in every
    )


@dataclass
class Talking:
    """A provider that gives the receipts it is told to, and remembers what it was asked."""

    sends: Iterator[Receipt] = field(default_factory=lambda: receipts(Outcome.ACCEPTED))
    says: Iterator[Receipt] = field(default_factory=lambda: receipts(Outcome.ACCEPTED))
    url: str | None = None
    sent: list[int] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)
    on_ask: Callable[[], object] = lambda: None

    def flow(self, message: Message) -> Flow:
        self.sent.append(message.id)
        return next(self.sends)
        yield

    def ask(self, message: Message) -> Flow:
        self.asked.append(message)
        self.on_ask()
        if self.url is not None:
            yield Request(method="GET", url=self.url, delivers=False)
        return next(self.says)


@contextmanager
def queued(project: Project, talking: object, size: int = 1) -> Iterator[Environment]:
    """Greet a crowd through a provider, up to the point where its messages have to leave."""
    project.crowd(size)
    with project.opened(TEN) as environment:
        run(environment)
        settings = environment.project.settings
        account = replace(settings.providers["thu"], settings=talking, parallel=1)
        changed = replace(settings, providers={"thu": account})
        yield replace(environment, project=replace(environment.project, settings=changed))


def minute(number: int) -> str:
    """Return a time so many minutes after ten."""
    return f"2026-12-{1 + (number + 600) // 1440:02}T{(number // 60 + 10) % 24:02}:{number % 60:02}"


def ask_later(
    environment: Environment, minutes: int, states: Iterable[State] = BOTH
) -> Counter[str]:
    return ask(moved(environment, minute(minutes)), list(states))


def state(project: Project) -> tuple[object, ...]:
    (row,) = project.rows("SELECT state, attempts, error, delivered_at, sent_at FROM outbox")
    return row


def test_an_accepted_message_is_asked_about_at_growing_intervals_for_three_days(
    project: Project,
) -> None:
    talking, times = Talking(), []
    with queued(project, talking) as environment:
        send(environment)
        for now in (0, 1, 2, 9, 10, 30, 60, 61, 359, 360, 1439, 1440, 4319, 4320, 4321, 9000):
            before = len(talking.asked)
            ask_later(environment, now)
            times += [now] * (len(talking.asked) - before)
    assert times == [1, 10, 60, 360, 1440, 4320]
    assert state(project) == ("accepted", 1, None, None, "2026-12-01T03:00:00Z")


def test_one_that_has_arrived_is_delivered_and_not_asked_about_again(project: Project) -> None:
    talking = Talking(says=receipts(Outcome.DELIVERED))
    with queued(project, talking) as environment:
        send(environment)
        assert ask_later(environment, 3) == {"delivered": 1}
        assert ask_later(environment, 3000) == {}
    assert len(talking.asked) == 1
    at_ten = "2026-12-01T03:00:00Z"
    assert state(project) == ("delivered", 1, None, "2026-12-01T03:03:00Z", at_ten)
    assert project.rows("SELECT asked_at, ask_at FROM outbox") == [("2026-12-01T03:03:00Z", None)]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.UNREACHABLE, Outcome.DECLINED])
def test_one_that_will_never_arrive_has_failed(project: Project, outcome: Outcome) -> None:
    with queued(project, Talking(says=receipts(outcome))) as environment:
        send(environment)
        assert ask_later(environment, 1) == {"failed": 1}
    assert state(project)[:3] == ("failed", 1, f"it is {outcome}")


@pytest.mark.parametrize(
    "outcome", [Outcome.UNKNOWN, Outcome.RETRY, Outcome.LATER, Outcome.STOPPED, Outcome.DUPLICATE]
)
def test_nothing_else_changes_a_message_that_was_accepted(
    project: Project, outcome: Outcome
) -> None:
    with queued(project, Talking(says=receipts(outcome))) as environment:
        send(environment)
        assert ask_later(environment, 1) == {}
    assert state(project)[:3] == ("accepted", 1, None)


@pytest.mark.parametrize(
    ("says", "becomes"),
    [
        (Outcome.ACCEPTED, "accepted"),
        (Outcome.DELIVERED, "delivered"),
        (Outcome.FAILED, "failed"),
        (Outcome.UNKNOWN, "unknown"),
        (Outcome.RETRY, "queued"),
    ],
)
def test_an_unknown_message_becomes_what_its_provider_says(
    project: Project, says: Outcome, becomes: str
) -> None:
    talking = Talking(receipts(Outcome.UNKNOWN), receipts(says))
    with queued(project, talking) as environment:
        send(environment)
        told = ask_later(environment, 2, [State.UNKNOWN])
    assert project.states() == {becomes: 1}
    assert told.total() == (becomes != "unknown")
    assert talking.asked[0].age == 120


def test_one_that_certainly_never_arrived_is_sent_again_by_the_next_delivery(
    project: Project,
) -> None:
    talking = Talking(receipts(Outcome.UNKNOWN, Outcome.ACCEPTED), receipts(Outcome.RETRY))
    with queued(project, talking) as environment:
        send(environment)
        assert ask_later(environment, 2) == {"retried": 1}
        assert state(project)[:2] == ("queued", 1)
        assert send(environment, minute(2)).counts[State.ACCEPTED] == 1
    assert talking.sent == [1, 1]
    assert state(project)[:3] == ("accepted", 2, None)


def test_a_message_is_sent_again_five_times_at_most(project: Project) -> None:
    talking = Talking(receipts(Outcome.UNKNOWN), receipts(Outcome.RETRY))
    with queued(project, talking) as environment:
        for now in range(0, 40, 2):
            send(environment, minute(now))
            ask_later(environment, now)
    assert len(talking.sent) == 5
    assert state(project)[:2] == ("failed", 5)


def test_a_provider_is_not_asked_about_what_it_may_not_have_booked_yet(project: Project) -> None:
    talking = Talking(receipts(Outcome.UNKNOWN), receipts(Outcome.RETRY))
    with queued(project, talking) as environment:
        send(environment)
        ask_later(environment, 1)  # its conversation may have lasted for half a minute
        assert talking.asked == []
        ask_later(environment, 2)
        assert len(talking.asked) == 1


def test_a_provider_that_cant_tell_is_asked_less_and_less_often(project: Project) -> None:
    talking = Talking(receipts(Outcome.UNKNOWN), receipts(Outcome.UNKNOWN))
    with queued(project, talking) as environment:
        send(environment)
        for now in (2, 3, 9, 10, 11, 59, 60):
            ask_later(environment, now, [State.UNKNOWN])
    assert len(talking.asked) == 3
    assert state(project)[:3] == ("unknown", 1, "it is unknown")


def test_what_a_dead_process_was_sending_is_asked_about(project: Project) -> None:
    talking = Talking(says=receipts(Outcome.ACCEPTED))
    with queued(project, talking, 2) as environment:
        project.execute(
            f"UPDATE outbox SET state = 'sending', claimed_by = '{GONE}', "
            "claimed_until = '2026-01-01T00:00:00Z', sent_at = '2026-12-01T03:00:00Z' WHERE id = 1"
        )
        assert send(environment, minute(5)).counts[State.UNKNOWN] == 1
        assert ask_later(environment, 5, [State.UNKNOWN]) == {"accepted": 1}
    assert [message.id for message in talking.asked] == [1]
    assert project.states() == {"accepted": 2}


def test_only_the_states_that_are_asked_for_are_asked_about(project: Project) -> None:
    talking = Talking()
    with queued(project, talking) as environment:
        send(environment)
        assert ask_later(environment, 30, [State.UNKNOWN]) == {}
    assert talking.asked == []


def _hang_up(_asked: Asked) -> Reply:
    raise HangUp


def _saying(status: int) -> Answer:
    return lambda _asked: Reply("{}", status)


@pytest.mark.parametrize(
    "answers", [_hang_up, _saying(503), _saying(500)], ids=["cut", "503", "500"]
)
def test_a_lost_question_is_no_word_that_a_message_never_arrived(
    project: Project, answers: Answer
) -> None:
    with Vendor(answers) as server:
        talking = Talking(receipts(Outcome.UNKNOWN), receipts(Outcome.RETRY), server.url)
        with queued(project, talking) as environment:
            send(environment)
            assert ask_later(environment, 2) == {}
    assert state(project)[0] == "unknown"


def test_an_answer_that_there_is_no_such_message_is_believed(project: Project) -> None:
    with Vendor(_saying(404)) as server:
        talking = Talking(receipts(Outcome.UNKNOWN), receipts(Outcome.RETRY), server.url)
        with queued(project, talking) as environment:
            send(environment)
            assert ask_later(environment, 2) == {"retried": 1}


def test_a_provider_that_is_down_is_asked_no_more_in_this_run(project: Project) -> None:
    with Vendor(_hang_up) as server:
        talking = Talking(says=receipts(Outcome.DELIVERED), url=server.url)
        with queued(project, talking, 20) as environment:
            send(environment)
            ask_later(environment, 1)
            assert len(talking.asked) == 3
            talking.url = None
            # The others are asked about next, then those whose questions were lost.
            assert ask_later(environment, 2) == {"delivered": 17}
            assert ask_later(environment, 10) == {"delivered": 3}


def test_no_provider_waits_until_another_has_been_asked(project: Project) -> None:
    both = threading.Barrier(2)

    def meet(_asked: Asked) -> Reply:
        both.wait(10)  # breaks, and the connection with it, if the other isn't asked meanwhile
        return Reply("{}")

    with Vendor(meet) as one, Vendor(meet) as other:
        talking = Talking(says=receipts(Outcome.DELIVERED), url=one.url)
        with queued(project, talking, 2) as environment:
            send(environment)
            project.execute("UPDATE outbox SET provider = 'hai' WHERE id = 2")
            settings = environment.project.settings
            second = replace(
                settings.providers["thu"],
                id="hai",
                settings=Talking(says=receipts(Outcome.DELIVERED), url=other.url),
            )
            changed = replace(settings, providers={**settings.providers, "hai": second})
            both_ways = replace(environment, project=replace(environment.project, settings=changed))
            assert ask_later(both_ways, 1) == {"delivered": 2}


def test_what_there_is_no_time_for_is_asked_about_by_the_next_run(project: Project) -> None:
    passed = [0.0]
    talking = Talking(says=receipts(Outcome.DELIVERED))

    def take_nine_seconds() -> None:
        passed[0] += 9

    talking.on_ask = take_nine_seconds
    with queued(project, talking, 5) as environment:
        send(environment)
        later = moved(environment, minute(1))
        assert ask(later, BOTH, 20, lambda: passed[0]) == {"delivered": 3}
        assert ask(later, BOTH, 20, lambda: passed[0]) == {"delivered": 2}
    assert sorted(message.id for message in talking.asked) == [1, 2, 3, 4, 5]


def test_a_question_at_the_last_moment_doesnt_wait_for_long(project: Project) -> None:
    with Vendor(lambda _asked: Reply("{}")) as server:
        server.mood = silent
        talking = Talking(says=receipts(Outcome.DELIVERED), url=server.url)
        with queued(project, talking) as environment:
            send(environment)
            began = monotonic()
            assert ask(moved(environment, minute(1)), BOTH, 0.5) == {}
            assert monotonic() - began < 8  # silent for ten seconds
    assert len(server.asked) == 1


def test_a_slip_in_a_providers_code_leaves_a_message_where_it_stands(project: Project) -> None:
    def slip() -> None:
        raise ZeroDivisionError

    with queued(project, Talking(on_ask=slip)) as environment:
        send(environment)
        assert ask_later(environment, 1) == {}
    assert project.states() == {"accepted": 1}
    assert '"event": "provider_bug"' in (project.root / "cskh.log").read_text()


def test_what_somebody_settled_meanwhile_is_left_as_it_is(project: Project) -> None:
    talking = Talking(says=receipts(Outcome.FAILED))
    talking.on_ask = lambda: project.execute("UPDATE outbox SET state = 'delivered'")
    with queued(project, talking) as environment:
        send(environment)
        assert ask_later(environment, 1) == {}
    assert project.states() == {"delivered": 1}


def test_those_who_cant_be_asked_are_not_asked(project: Project) -> None:
    project.crowd(2)
    with project.opened(TEN) as environment:
        run(environment)
        send(environment)
        assert ask_later(environment, 1) == {}
    assert project.rows("SELECT DISTINCT state, ask_at FROM outbox") == [("accepted", None)]


def test_a_provider_may_say_how_long_to_wait_before_a_message_is_sent_again() -> None:
    message = Message(id=1, channel=Channel.SMS, recipient="0900000101", content="Hi", attempts=1)
    question = Question(message, State.UNKNOWN, "2026-12-01T03:00:00Z", "2026-12-01T03:00:00Z")
    receipt = Receipt(outcome=Outcome.RETRY, retry_after=600)
    settled = answer(question, receipt, at("2026-12-01T10:05"))
    assert (settled.state, settled.attempts) == (State.QUEUED, 1)
    assert settled.due_at == "2026-12-01T03:15:00Z"
