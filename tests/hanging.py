"""Stop runs in the middle, let others take over, and wake them: who got what, and how often.

`python -m tests.hanging [ROUNDS] [SEED]`. The two minutes after which others take over are skipped
by making the claims old; what is stopped inside a transaction keeps the store, and is woken.
"""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from cskh.edge.stand_in import Call, StandIn, answer
from tests.killing import FINISHED, FIRST_DAY, PEOPLE, endpoint, finish, started
from tests.project import Project

OLD = "UPDATE outbox SET claimed_until = '2026-01-01T00:00:00Z' WHERE claimed_by IS NOT NULL"


def hang(project: Project, stand_in: StandIn, chance: random.Random, now: str) -> bool:
    """Stop a run at a random call, let another one work, wake it; say whether that was possible."""
    reached = stand_in.calls + chance.randint(1, PEOPLE)

    def stop(call: Call) -> None:
        stand_in.closing.wait(chance.uniform(0, 0.05))
        if stand_in.calls == reached:
            run.send_signal(signal.SIGSTOP)
        answer(call)

    stand_in.mood = stop
    words = chance.choice([("run", "daily"), ("run", "due")])
    with started(project, "-m", "cskh", *words, "--now", now) as run:
        while run.poll() is None and not _is_stopped(run):
            stand_in.closing.wait(0.01)
        stand_in.mood = answer
        has_hung = run.poll() is None and _age(project)
        if has_hung:
            other = chance.choice([("deliver",), ("run", "due")])
            finish(project, other, now)
        run.send_signal(signal.SIGCONT)
        run.communicate(timeout=90)
    finish(project, ("run", "daily"), now)
    return has_hung


def _is_stopped(process: subprocess.Popen[bytes]) -> bool:
    stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii", errors="replace")
    return stat.rpartition(")")[2].split()[0] == "T"


def _age(project: Project) -> bool:
    with closing(sqlite3.connect(project.root / "cskh.db", timeout=0.2)) as db, db:
        try:
            db.execute(OLD)
        except sqlite3.OperationalError:
            return False
    return True


def main(rounds: int = 100, seed: int = 1) -> int:
    """Print what became of the messages; return 1 if a promise was broken."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, endpoint(Path(folder)) as (project, stand_in):
        hung = sum(
            hang(project, stand_in, chance, f"{FIRST_DAY + timedelta(days=day)}T10:00")
            for day in range(rounds)
        )
        states = Counter(state for (state,) in project.rows("SELECT state FROM outbox"))
        times = Counter(sms.bid for sms in stand_in.accepted)
    doubled = sum(n > 1 for n in times.values())
    lost = rounds * PEOPLE - sum(states[name] for name in FINISHED)
    print(f"{hung} of {rounds} runs hung: {dict(states)}, {lost} lost, {doubled} doubled")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
