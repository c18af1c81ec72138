"""Kill runs and deliveries at random moments, and count what that did to the messages.

`python -m tests.killing [KILLS] [SEED]` does it many times, tests/test_promises.py a few.
Real processes send through real sockets to a stand-in in this one.
"""

from __future__ import annotations

import itertools
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from cskh.edge.stand_in import Call, StandIn, answer
from tests.forks import SAID, forked
from tests.project import PASSCODE, Project, make_project

PARALLEL = 4
PEOPLE = 40
FIRST_DAY = date(2026, 12, 1)
FINISHED = ("accepted", "unknown")


@dataclass
class Account:
    """What came of the messages of many kills; `unknown` has a number for each kill."""

    kills: int = 0
    messages: int = 0
    doubled: int = 0
    lost: int = 0
    untold: int = 0
    unknown: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        per_kill = dict(sorted(Counter(self.unknown).items()))
        return (
            f"{self.kills} kills, {self.messages} messages: {self.lost} lost, "
            f"{self.doubled} doubled, {self.untold} sent but not told, "
            f"{sum(self.unknown)} unknown (in flight: kills {per_kill}, at most {PARALLEL})"
        )


# How many statements the commands have for PEOPLE, or a little less.
COMMANDS = {
    ("run", "daily"): 280,
    ("run", "due"): 280,
    ("run", "daily", "--no-deliver"): 110,
}
# What cron starts meanwhile: it waits, and goes on where the killed one has left off.
COMPANY = [("deliver",), ("run", "daily"), ("run", "due")]


class Victim:
    """One process of cskh, killed at one of its statements or when one of its calls is treated.

    Half of them have company that waits for them.
    """

    def __init__(self, project: Project, stand_in: StandIn, chance: random.Random) -> None:
        self._project, self._stand_in, self._chance = project, stand_in, chance
        self._words = chance.choice(list(COMMANDS))
        sends = "--no-deliver" not in self._words
        self._call = chance.randint(1, PEOPLE // 2) if sends and chance.random() < 0.7 else None
        self._is_taken = chance.random() < 0.5
        self._has_company = chance.random() < 0.5
        self._process: BaseProcess | None = None

    def meet(self, now: str) -> bool:
        """Start it, wait for its end, and say whether that was a violent one."""
        first = self._stand_in.calls
        self._stand_in.mood = lambda call: self._treat(call, self._stand_in.calls - first)
        statement = self._chance.randint(1, COMMANDS[self._words])
        at = 0 if self._call else statement
        with forked(self._project, *self._words, "--now", now, statement=at) as self._process:
            if self._has_company:
                finish(self._project, self._chance.choice(COMPANY), now)
            self._process.join(60)
            code = self._process.exitcode
        self._stand_in.mood = answer
        if code is None:
            raise AssertionError(f"{self._words} takes too long")
        return code == -signal.SIGKILL

    def _treat(self, call: Call, number: int) -> None:
        self._stand_in.closing.wait(self._chance.uniform(0, 0.004))
        if number != self._call:
            answer(call)
            return
        if self._is_taken:
            call.judge()
        if self._process is not None:
            self._process.kill()
        call.hang_up()


@contextmanager
def started(project: Project, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start Python in a project's folder."""
    with subprocess.Popen(
        [sys.executable, *argv],
        cwd=project.root,
        env=project.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def endpoint(folder: Path) -> Iterator[tuple[Project, StandIn]]:
    """Make a project in a folder, and a stand-in that takes the same text again and again."""
    ticks = itertools.count(step=61)
    project = make_project(folder)
    project.crowd(PEOPLE)
    with StandIn(passcode=PASSCODE, clock=lambda: next(ticks)) as stand_in:
        project.through(stand_in, keys=f", parallel: {PARALLEL}")
        yield project, stand_in


def kill_many(
    project: Project, stand_in: StandIn, kills: int, seed: int, say: Callable[[str], None]
) -> Account:
    """Send day after day, killed once or more each day, and return what came of it."""
    chance, account = random.Random(seed), Account()
    for day in itertools.count():
        now = f"{FIRST_DAY + timedelta(days=day)}T10:00"
        for _again in range(chance.randint(2, 5)):
            before = _uncertain(project)
            if account.kills < kills and Victim(project, stand_in, chance).meet(now):
                account.kills += 1
                account.unknown.append(_uncertain(project) - before)
        finish(project, ("run", "daily"), now)
        if account.kills >= kills:
            break
        if day % 20 == 19:
            say(f"day {day + 1}: {account}")
    _count(project, stand_in, account, (day + 1) * PEOPLE)
    return account


def finish(project: Project, words: tuple[str, ...], now: str) -> None:
    """Run a command to its end, which may be that some messages are unknown."""
    with forked(project, *words, "--now", now) as process:
        process.join(60)
        if process.exitcode not in (0, 3):
            raise AssertionError((project.root / SAID).read_text(encoding="utf-8"))


def _uncertain(project: Project) -> int:
    states = project.states()
    return states.get("sending", 0) + states.get("unknown", 0)


def _count(project: Project, stand_in: StandIn, account: Account, expected: int) -> None:
    states = dict(project.rows("SELECT id, state FROM outbox"))
    seen = Counter(int(sms.bid) for sms in stand_in.accepted)
    account.messages = len(states)
    account.doubled = sum(times > 1 for times in seen.values())
    unlisted = expected - len(states)
    unfinished = sum(state not in FINISHED for state in states.values())
    unseen = sum(state == "accepted" and not seen[id_] for id_, state in states.items())
    account.lost = unlisted + unfinished + unseen
    account.untold = sum(states[id_] not in FINISHED for id_ in seen)


def main(kills: int = 1000, seed: int = 1) -> int:
    """Print what many kills did; return 1 if a promise was broken."""
    with tempfile.TemporaryDirectory() as folder, endpoint(Path(folder)) as (project, stand_in):
        account = kill_many(project, stand_in, kills, seed, print)
    print(account)
    broken = account.doubled or account.lost or account.untold
    return 1 if broken or max(account.unknown) > PARALLEL else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
