"""Twenty workflows planned over a million customers, against their statements written by hand.

The hand-written side renders the same texts; the planning side runs in a process of its own, whose
memory is measured.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, PROVINCES, SETTINGS, filled
from benchmarks._measuring import Result, seconds
from benchmarks.plan import TEXT, UNGUARDED
from cskh.actions.send_sms import SendSms
from cskh.engine.environment import Environment
from cskh.engine.project import Project
from cskh.engine.running import nobody, shown_plans, walk
from cskh.model.conditions import AllOf, AnyOf, Condition, Test
from cskh.model.folding import unaccent
from cskh.model.message import segments
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.rules.operators import OPERATORS
from cskh.spec.templates import compiled
from cskh.store.sqlite import SqliteStore

COUNT = 1_000_000
ROUNDS = 3
MEGABYTES = 200


def _test(field: str, operator: str, raw: object) -> Test:
    return Test(field, operator, OPERATORS[operator].parse(FIELDS[field].kind, raw))


def _conditions(province: str) -> tuple[Condition, ...]:
    """Return four rules about a province."""
    here = _test("province", "is", province)
    return (
        AllOf((here, _test("birthday", "anniversary", "in 3 days"), _test("age", "gte", 20))),
        AllOf((here, _test("last_contacted_at", "older_than", "350 days"),
               _test("status", "in", ["Quan tâm", "Mới"]))),
        AllOf((here, _test("tags", "has_all", ["VIP", "Khách sỉ"]),
               _test("revenue", "gt", 8_000_000))),
        AllOf((here, _test("order_count", "gte", 15),
               AnyOf((_test("hang_the", "is", "Vàng"), _test("source", "is", "Website"))),
               _test("name", "contains", "hằng"), _test("gender", "is", "female"))),
    )  # fmt: skip


BY_HAND = (
    "c.birthday_md = '12-04' AND length(c.birthday) = 10 AND (2026 - substr(c.birthday, 1, 4)"
    " - (c.birthday_md > '12-01')) >= 20",
    "c.last_contacted_at < '2025-12-16T17:00:00Z' AND c.status_key IN ('quan tâm', 'mới')",
    "c.revenue > 8000000"
    " AND EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id AND t.key = 'vip')"
    " AND EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id AND t.key = 'khách sỉ')",
    "c.order_count >= 15 AND c.gender = 'female' AND instr(c.name_key, 'hằng') > 0"
    " AND (c.source_key = 'website' OR c.fields_key ->> '$.hang_the' = 'vàng')",
)


def _workflows() -> list[Workflow]:
    rules = [condition for province in PROVINCES for condition in _conditions(province)]
    return [
        Workflow(
            id=f"w{number}",
            name="twenty",
            object="customer",
            trigger=Trigger(moment=Moment.DAILY, at="10:00", conditions=condition),
            actions=(SendSms(content=TEXT),),
        )
        for number, condition in enumerate(rules)
    ]


def _environment(store: SqliteStore, root: Path) -> Environment:
    settings = replace(SETTINGS, policy=UNGUARDED)
    project = Project(root=root, settings=settings, templates={}, workflows={}, words=None)
    return Environment(project, store, CLOCK, lambda: CLOCK, FIELDS)


def _planned(store: SqliteStore, root: Path) -> int:
    environment = _environment(store, root)
    plans = shown_plans(environment, _workflows())
    return sum(walk(environment, plan, nobody).tally.messages for plan in plans)


def _by_hand(store: SqliteStore) -> int:
    """Run the twenty statements and render their texts."""
    template, found = compiled(TEXT), 0
    for province in PROVINCES:
        for where in BY_HAND:
            sql = (
                "SELECT c.id, c.pid, c.name, c.gender, c.phone FROM customers c WHERE"
                f" c.province_key = '{province.casefold()}' AND {where} AND NOT EXISTS (SELECT 1"
                " FROM executions x WHERE x.workflow = 'w' AND x.object_id = c.id AND"
                " x.occasion = 'o') ORDER BY c.id"
            )
            for _id, _pid, name, gender, _phone in store._read.conn.execute(sql):
                who = {"male": "anh", "female": "chị"}.get(gender, "anh/chị")
                values = {"customer.salutation": who}
                values["customer.given_name"] = name.rsplit(" ", 1)[-1]
                segments(unaccent(template.render(values)))
                found += 1
    return found


def _child(path: Path) -> None:
    """Plan, and print seconds, messages and the process's largest size in MB."""
    store = SqliteStore(path, FIELDS, "benchmark:0:0")
    counts: list[int] = []
    took = min(
        seconds(lambda: counts.append(_planned(store, path.parent))) for _round in range(ROUNDS)
    )
    store.close()
    print(took, counts[0], _largest())


def _largest() -> float:
    """Return this program's largest size in MB; what its parent had doesn't count."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure() -> Iterator[Result]:
    """Yield the ratio to the hand-written statements with rendering, and the memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "twenty.db"
        store = filled(path, COUNT)
        asked = [sys.executable, "-m", "benchmarks.twenty", str(path)]
        told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
        took, messages, size = float(told[0]), int(told[1]), float(told[2])
        counts: list[int] = []
        hand = min(seconds(lambda: counts.append(_by_hand(store))) for _round in range(ROUNDS))
        store.close()
    if counts[0] != messages:
        raise AssertionError(f"{messages} messages planned, {counts[0]} by hand")
    detail = f"{took:.1f} s and {hand:.1f} s by hand, {messages:,} messages"
    yield Result("twenty", took / hand, 1.3, "× twenty hand-written statements", detail)
    yield Result("twenty's memory", size, MEGABYTES, "MB", f"{COUNT:,} customers")


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
