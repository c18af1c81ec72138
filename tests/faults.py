"""Let every provider's server misbehave in every way, and see where its messages end.

`python -m tests.faults` prints the table, tests/test_faults.py says what has to stand in it. A
message meets a fault at its first try; then the server is well, and cron asks and sends for a day.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cskh.engine.asking import ask
from cskh.language import speak
from cskh.model.message import State
from tests.peers import FAULTS, MORE, SECRETS, WIRES, Wire
from tests.project import Project, make_project, moved, send
from tests.sample import stamp
from tests.store.worlds import sms, step

LATER = [f"2026-12-01T{time}" for time in ("10:02", "10:10", "10:40", "12:00", "18:00")]


@dataclass(frozen=True)
class End:
    """What became of a message: its state after the fault and at last, and how often it left."""

    met: str
    at_last: str
    taken: int
    why: str
    slips: list[str]

    def __str__(self) -> str:
        path = self.met if self.met == self.at_last else f"{self.met} > {self.at_last}"
        return f"{path} ({self.taken})"


def faults_of(name: str) -> list[str]:
    """Return what a provider's server may suffer from."""
    return [*FAULTS, *([MORE[name]] if name in MORE else [])]


def suffer(folder: Path, name: str, fault: str) -> End:
    """Queue one message, let it meet a fault, and return what became of it within a day."""
    wire = WIRES[name]
    project = make_project(folder)
    project.environ.update(SECRETS)
    with wire.serve() as peer:
        if fault == "refused":
            _reach(project, wire, re.sub(r"\d+$", "9", peer.place()))
        else:
            peer.suffer(fault)
            _reach(project, wire, peer.place())
        _queue(project, wire)
        with project.opened() as environment:
            send(environment)
        met, why = _row(project)
        peer.suffer(None)
        _reach(project, wire, peer.place())
        with project.opened() as environment:
            for now in LATER:
                ask(moved(environment, now), (State.UNKNOWN, State.ACCEPTED))
                send(environment, now)
        at_last, _why = _row(project)
        return End(met, at_last, peer.taken(), why or "", peer.slips())


def _reach(project: Project, wire: Wire, place: str) -> None:
    keys = wire.keys.replace("{place}", place)
    project.settle(
        providers=f"{{chinh: {{{keys}, timeout: 1, parallel: 1}}}}",
        active=f"{{{wire.channel}: chinh}}",
        pages='[{id: "102938", name: Trang, token: "${PAGE}"}]',
    )


def _queue(project: Project, wire: Wire) -> None:
    project.crowd(1)
    with project.opened() as environment, environment.store.writing():
        clock = environment.clock.stamp
        run = environment.store.runs.start("hello", "daily:2026-12-01", clock, clock)
        message = sms(**{"channel": wire.channel, "provider": "chinh", **wire.message})
        environment.store.runs.add(run, [step(1, message)], stamp())


def _row(project: Project) -> tuple[str, str | None]:
    ((state, why),) = project.rows("SELECT state, error FROM outbox")
    return state, why


def broken(end: End) -> list[str]:
    """Return the promises that an end breaks."""
    promises = {
        "it left twice": end.taken <= 1,
        "it left, and is told as failed": not end.taken or end.at_last != "failed",
        "it never left, and is told as taken": end.taken or end.at_last != "accepted",
        "it is in nobody's hands": end.at_last not in ("claimed", "sending"),
        "nobody is told why": end.why or end.met == "accepted",
        "a request was wrong": not end.slips,
    }
    return [name for name, holds in promises.items() if not holds]


def main() -> int:
    """Print where every message ended, and return 1 if that breaks a promise."""
    speak("en")
    bad = count = 0
    for name in WIRES:
        for fault in faults_of(name):
            count += 1
            with tempfile.TemporaryDirectory() as folder:
                end = suffer(Path(folder), name, fault)
            bad += bool(broken(end))
            print(f"{name:10} {fault:13} {end!s:32} {end.why[:60]}", *broken(end), *end.slips)
    print(f"{count} faults, {bad} broken promises")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
