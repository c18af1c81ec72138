"""The sweep's rule in three rule libraries of Python, against ours, over the same customers."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import rule_engine
from business_rules.engine import check_conditions_recursively
from business_rules.variables import (
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    string_rule_variable,
)
from json_logic import jsonLogic

from benchmarks._customers import CLOCK, FIELDS, filled
from benchmarks._measuring import Result, seconds
from benchmarks.sweep import RULE
from cskh.rules.query import query
from cskh.rules.sql import statement
from cskh.store.sqlite import SqliteStore
from cskh.store.sqlite.dialect import SqliteDialect

COUNT = 100_000
Person = dict[str, Any]

ENGINE = """
type == "individual" and (province == "Đà Nẵng" or province == "Huế") and has_phone
and revenue >= 1000000 and status != "Lost" and age >= 20 and age <= 70
and ((birth_month == 12 and not is_wholesale and order_count > 2)
  or (days_silent >= 90 and (card == "Vàng" or card == "Kim cương") and is_vip
      and source == "Facebook")
  or (revenue > 9000000 and is_duc and gender == "male"))
"""


def _var(name: str) -> dict[str, str]:
    return {"var": name}


LOGIC = {
    "and": [
        {"==": [_var("type"), "individual"]},
        {"in": [_var("province"), ["Đà Nẵng", "Huế"]]},
        _var("has_phone"),
        {">=": [_var("revenue"), 1_000_000]},
        {"!=": [_var("status"), "Lost"]},
        {"<=": [20, _var("age"), 70]},
        {
            "or": [
                {
                    "and": [
                        {"==": [_var("birth_month"), 12]},
                        {"!": [_var("is_wholesale")]},
                        {">": [_var("order_count"), 2]},
                    ]
                },
                {
                    "and": [
                        {">=": [_var("days_silent"), 90]},
                        {"in": [_var("card"), ["Vàng", "Kim cương"]]},
                        _var("is_vip"),
                        {"==": [_var("source"), "Facebook"]},
                    ]
                },
                {
                    "and": [
                        {">": [_var("revenue"), 9_000_000]},
                        _var("is_duc"),
                        {"==": [_var("gender"), "male"]},
                    ]
                },
            ]
        },
    ]
}


def _is(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"name": name, "operator": operator, "value": value}


BUSINESS = {
    "all": [
        _is("type", "equal_to", "individual"),
        {"any": [_is("province", "equal_to", each) for each in ("Đà Nẵng", "Huế")]},
        _is("has_phone", "is_true", None),
        _is("revenue", "greater_than_or_equal_to", 1_000_000),
        _is("is_lost", "is_false", None),
        _is("age", "greater_than_or_equal_to", 20),
        _is("age", "less_than_or_equal_to", 70),
        {
            "any": [
                {
                    "all": [
                        _is("birth_month", "equal_to", 12),
                        _is("is_wholesale", "is_false", None),
                        _is("order_count", "greater_than", 2),
                    ]
                },
                {
                    "all": [
                        _is("days_silent", "greater_than_or_equal_to", 90),
                        {"any": [_is("card", "equal_to", each) for each in ("Vàng", "Kim cương")]},
                        _is("is_vip", "is_true", None),
                        _is("source", "equal_to", "Facebook"),
                    ]
                },
                {
                    "all": [
                        _is("revenue", "greater_than", 9_000_000),
                        _is("is_duc", "is_true", None),
                        _is("gender", "equal_to", "male"),
                    ]
                },
            ]
        },
    ]
}
TEXTS = ("type", "province", "card", "source", "gender")
NUMBERS = ("revenue", "age", "birth_month", "order_count", "days_silent")
FLAGS = ("has_phone", "is_lost", "is_wholesale", "is_vip", "is_duc")


def _getter(name: str) -> Callable[[Any], Any]:
    def get(self: Any) -> Any:
        return self.person[name]

    get.__name__ = name
    return get


def _variables() -> type[BaseVariables]:
    made: dict[str, Any] = {name: string_rule_variable()(_getter(name)) for name in TEXTS}
    made |= {name: numeric_rule_variable()(_getter(name)) for name in NUMBERS}
    made |= {name: boolean_rule_variable()(_getter(name)) for name in FLAGS}
    return type("Variables", (BaseVariables,), made)


def _person(values: Any) -> Person:
    """Return what the libraries are given: their folding and their dates are done already."""
    tags, name = values["tags"], values["name"].casefold()
    silent = (CLOCK.now - CLOCK.now.fromisoformat(values["last_contacted_at"])).days
    return {
        **{key: values[key] or "" for key in ("type", "province", "source", "gender")},
        "card": values["hang_the"] or "",
        "status": values["status"] or "",
        "is_lost": values["status"] == "Lost",
        "has_phone": values["phone"] is not None,
        "is_vip": "VIP" in tags,
        "is_wholesale": "Khách sỉ" in tags,
        "is_duc": "đức" in name,
        "revenue": values["revenue"],
        "age": values["age"],
        "birth_month": int(values["birthday"][5:7]),
        "order_count": values["order_count"],
        "days_silent": silent,
    }


READ = ("age", "birthday", "gender", "hang_the", "last_contacted_at", "name", "order_count",
        "phone", "province", "revenue", "source", "status", "tags", "type")  # fmt: skip


def _people(store: SqliteStore) -> list[Person]:
    from dataclasses import replace

    from cskh.model.conditions import AllOf

    asked = replace(query(RULE, "o", READ, CLOCK), condition=AllOf())
    found = store.customers.matching(statement(asked, FIELDS, SqliteDialect()), asked.fields)
    return [_person(customer.values) for customer in found]


def _contestants(people: list[Person]) -> dict[str, Callable[[], int]]:
    rule, variables = rule_engine.Rule(" ".join(ENGINE.split())), _variables()

    def business() -> int:
        found = 0
        for person in people:
            world = variables()
            world.person = person
            found += check_conditions_recursively(BUSINESS, world)
        return found

    return {
        "rule-engine": lambda: sum(rule.matches(person) for person in people),
        "business-rules": business,
        "json-logic-qubit": lambda: sum(bool(jsonLogic(LOGIC, person)) for person in people),
    }


def measure() -> Iterator[Result]:
    """Yield how many times faster than the fastest library the compiled rule is."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "libraries.db", COUNT)
        made = statement(query(RULE, "daily:2026-12-01", (), CLOCK), FIELDS, SqliteDialect())
        people = _people(store)

        def ours() -> int:
            return len(store._read.conn.execute(made.sql, made.parameters).fetchall())

        found, took = ours(), min(seconds(ours) for _round in range(5))
        store.close()
    times = {}
    for name, run in _contestants(people).items():
        if run() != found:
            raise AssertionError(f"{name} doesn't find the {found} that we find")
        times[name] = seconds(run)
    fastest = min(times, key=lambda name: times[name])
    rates = ", ".join(f"{name} {len(people) / each:,.0f}/s" for name, each in times.items())
    detail = f"ours {len(people) / took:,.0f} customers/s; {rates}; {found} match"
    ratio = times[fastest] / took
    yield Result("rule", ratio, 10, f"× {fastest}", detail, more_is_better=True)
