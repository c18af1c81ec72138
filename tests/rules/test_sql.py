import re
from pathlib import Path

import pytest

from cskh.model.clock import Clock
from cskh.model.conditions import AllOf, AnyOf, Condition
from cskh.model.conditions import Test as Leaf
from cskh.model.fields import customer_fields
from cskh.model.settings import CustomField, Settings
from cskh.rules.query import Query
from cskh.rules.sql import Statement, condition_sql, statement
from cskh.store.sqlite import open_store
from cskh.store.sqlite.dialect import SqliteDialect
from tests.sample import FIELDS, lead, stamp

VIP = Leaf("tags", "has", "VIP")
GOLD = Leaf("hang_the", "is", "Vàng")
NEW = Leaf("status", "is", "Mới")


def compiled(condition: Condition, clock: Clock, **parts: object) -> Statement:
    asked: dict[str, object] = {
        "workflow": "w",
        "occasion": "daily:2026-12-01",
        "kinds": ("lead",),
        "condition": condition,
        "fields": ("pid",),
        "clock": clock,
    }
    return statement(Query(**{**asked, **parts}), FIELDS, SqliteDialect())


def test_a_query_is_one_statement_to_be_read(clock: Clock) -> None:
    made = compiled(AllOf((VIP, AnyOf((NEW, GOLD)))), clock, acted_since="")
    assert made.sql == (
        "-- w, daily:2026-12-01\n"
        "SELECT c.id,\n"
        "       NULL,\n"
        "       NULL,\n"
        "       NULL,\n"
        "       NULL,\n"
        "       c.pid\n"
        "FROM customers c\n"
        "WHERE c.kind IN (:p2)\n"
        "  AND ((c.status_key = :p3) OR ((c.fields_key ->> '$.\"hang_the\"') = :p4))\n"
        "  AND (EXISTS (SELECT 1 FROM tags t WHERE t.customer_id = c.id AND t.key IN (:p5)))\n"
        "  AND NOT EXISTS (SELECT 1 FROM executions x WHERE x.workflow = :p8"
        " AND x.object_id = c.id AND (x.occasion = :p7 OR x.at >= :p6))\n"
        "ORDER BY c.id"
    )
    assert made.parameters["p4"] == "vàng"
    assert made.parameters["p5"] == "vip"


def test_every_parameter_is_named_and_given(clock: Clock) -> None:
    made = compiled(AllOf((VIP, GOLD, Leaf("age", "gt", 18))), clock)
    named = set(re.findall(r":(\w+)", made.sql.partition("\n")[2]))
    assert named == made.parameters.keys()


@pytest.mark.parametrize(
    ("condition", "sql"),
    [
        (AllOf(), "TRUE"),
        (AnyOf(()), "FALSE"),
        (AllOf((AllOf(()), NEW)), "(c.status_key = :p0)"),
        (AnyOf((NEW, AnyOf((NEW, NEW)))), "((c.status_key = :p0) OR (c.status_key = :p1)"
                                          " OR (c.status_key = :p2))"),
    ],
)  # fmt: skip
def test_groups_without_need_are_not_written(condition: Condition, sql: str, clock: Clock) -> None:
    bound: list[object] = []

    def bind(value: object) -> str:
        bound.append(value)
        return f":p{len(bound) - 1}"

    assert condition_sql(condition, FIELDS, clock, SqliteDialect(), bind) == sql


def test_what_a_file_is_called_cant_end_the_comment(clock: Clock) -> None:
    first, second, *_rest = compiled(AllOf(), clock, workflow="a\nb; DROP").sql.splitlines()
    assert first == "-- a b; DROP, daily:2026-12-01"
    assert second.startswith("SELECT")


@pytest.mark.parametrize("name", ["it's", "group", "a b", "tiếng_việt", "x.y", "a:b", "[0]"])
def test_a_custom_field_may_be_called_anything(name: str, tmp_path: Path, clock: Clock) -> None:
    fields = customer_fields(Settings(version=1, fields={name: CustomField(type="text")}))
    query = Query(
        workflow="w",
        occasion="o",
        kinds=("lead",),
        condition=AllOf((Leaf(name, "is", "HUẾ"),)),
        fields=("pid", name),
        clock=clock,
    )
    with open_store(tmp_path / "cskh.db", fields, "here:1:1") as store:
        store.customers.create([lead("A", **{name: "Huế"}), lead("B")], stamp())
        made = statement(query, fields, store.dialect)
        found = list(store.customers.matching(made, query.fields))
    assert [dict(customer.values) for customer in found] == [{"pid": "A", name: "Huế"}]
