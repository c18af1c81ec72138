"""Sweep: a full rule over a million customers against the best SQL we can write for it by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks._customers import CLOCK, FIELDS, filled
from benchmarks._measuring import Result, in_turns
from cskh.model.conditions import AllOf, AnyOf, Test
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.rules.operators import OPERATORS
from cskh.rules.query import query
from cskh.rules.sql import statement
from cskh.store.sqlite.dialect import SqliteDialect

COUNT = 1_000_000


def _test(field: str, operator: str, raw: object) -> Test:
    return Test(field, operator, OPERATORS[operator].parse(FIELDS[field].kind, raw))


# Six filters and ten conditions: an OR of ANDs with tags, a custom field and an anniversary.
RULE = Workflow(
    id="sweep",
    name="sweep",
    object="contact",
    filter=AllOf(
        (
            _test("type", "is", "individual"),
            _test("province", "in", ["Đà Nẵng", "Huế"]),
            _test("phone", "empty", False),
            _test("revenue", "gte", 1_000_000),
            _test("status", "not_in", ["Lost"]),
            _test("age", "between", [20, 70]),
        )
    ),
    trigger=Trigger(
        moment=Moment.DAILY,
        at="10:00",
        conditions=AnyOf(
            (
                AllOf(
                    (
                        _test("birthday", "anniversary", "this month"),
                        _test("tags", "has_none", ["Khách sỉ"]),
                        _test("order_count", "gt", 2),
                    )
                ),
                AllOf(
                    (
                        _test("last_contacted_at", "older_than", "90 days"),
                        _test("hang_the", "in", ["Vàng", "Kim cương"]),
                        _test("tags", "has", "VIP"),
                        _test("source", "is", "Facebook"),
                    )
                ),
                AllOf(
                    (
                        _test("revenue", "gt", 9_000_000),
                        _test("name", "contains", "đức"),
                        _test("gender", "is", "male"),
                    )
                ),
            )
        ),
    ),
    actions=(),
)

BY_HAND = """
SELECT c.id, c.pid FROM customers c
WHERE c.kind = 'contact' AND c.type = 'individual' AND c.province_key IN ('đà nẵng', 'huế')
  AND c.phone IS NOT NULL AND c.revenue >= 1000000
  AND (c.status_key IS NULL OR c.status_key <> 'lost')
  AND c.birthday > '1955' AND c.birthday < '2007' AND length(c.birthday) = 10
  AND (2026 - substr(c.birthday, 1, 4) - (c.birthday_md > '12-01')) BETWEEN 20 AND 70
  AND ((c.birthday_md >= '12-01' AND c.birthday_md <= '12-31' AND c.order_count > 2
        AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id AND t.key = 'khách sỉ'))
    OR (c.last_contacted_at < '2026-09-02T17:00:00Z' AND c.source_key = 'facebook'
        AND c.fields_key ->> '$.hang_the' IN ('vàng', 'kim cương')
        AND EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id AND t.key = 'vip'))
    OR (c.revenue > 9000000 AND c.gender = 'male' AND instr(c.name_key, 'đức') > 0))
  AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.workflow = 'sweep' AND e.customer_id = c.id
                  AND e.occasion = 'daily:2026-12-01')
ORDER BY c.id
"""


def measure() -> Iterator[Result]:
    """Yield the ratio of a compiled sweep to the hand-written one."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "sweep.db", COUNT)
        compiled = statement(query(RULE, "daily:2026-12-01", (), CLOCK), FIELDS, SqliteDialect())
        read = store._read.conn

        def ours() -> list[tuple[int, str]]:
            return read.execute(compiled.sql, compiled.parameters).fetchall()

        def by_hand() -> list[tuple[int, str]]:
            return read.execute(BY_HAND).fetchall()

        if ours() != by_hand():
            raise AssertionError("the two statements don't select the same customers")
        one, other, ratio = in_turns(ours, by_hand, 7)
        found = len(ours())
        store.close()
    detail = f"{one:.2f} s and {other:.2f} s by hand, {found:,} of {COUNT:,} match"
    yield Result("sweep", ratio, 1.2, "× hand-written SQL", detail)
