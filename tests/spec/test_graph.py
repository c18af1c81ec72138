"""Workflows beside each other: which circles and fights are told, and which are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cskh.engine.project import registries
from cskh.errors import Problem
from cskh.model.writing import TagsWritten
from cskh.spec.graph import together
from cskh.spec.reading import read
from cskh.spec.understanding import Documents, understand

SETTINGS = """\
version: 1
statuses: [Mới, Quan tâm, Khách hàng, Lost]
staff: [{id: lan, name: Lan, role: owner, phone: "0900000101"},
        {id: minh, name: Minh, role: agent, phone: "0900000102"}]
fields:
  hang_the: {type: choice, choices: [Bạc, Vàng]}
  diem: {type: number}
  ngay_cap: {type: date}
  duyet: {type: boolean}
pages: [{id: "1", name: Một}, {id: "2", name: Hai}]
providers: {thu: {type: sandbox, file: sent.jsonl}}
active: {sms: thu}
"""
DAILY = '{moment: daily, at: "10:00"'


def updated(*conditions: str) -> str:
    return f"trigger: {{moment: updated, conditions: [{', '.join(conditions)}]}}"


def daily(*conditions: str) -> str:
    return f"trigger: {DAILY}, conditions: [{', '.join(conditions)}]}}"


def sets(what: str, *lines: str, object_: str = "customer") -> str:
    """Return a workflow that updates what is said, with these lines beside."""
    return "\n".join(("name: X", f"object: {object_}", *lines, f"actions: [update: {{{what}}}]"))


def problems(workflows: Mapping[str, str]) -> tuple[Problem, ...]:
    documents = Documents(
        settings=read(SETTINGS, "cskh.yaml"),
        workflows=[read(text, f"{id_}.yaml") for id_, text in workflows.items()],
    )
    return understand(documents, registries(), {}).problems


def told(*texts: str) -> dict[str, list[str]]:
    """Return which files have which codes; the files are a, b, c …"""
    found: dict[str, list[str]] = {}
    for problem in problems(dict(zip("abcdef", texts, strict=False))):
        found.setdefault(problem.file[0], []).append(problem.code)
    return found


CIRCLE = {"a": ["CK311"], "b": ["CK311"]}
FIGHT = {"a": ["CK312"], "b": ["CK312"]}


@pytest.mark.parametrize(
    "one, other",
    [
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Khách hàng")),
            sets("status: Khách hàng", updated("hang_the: Vàng")),
            id="each writes what the other's trigger asks for",
        ),
        pytest.param(
            sets("status: Lost", updated("tags: {has: Hỏng}")),
            sets("add_tags: [Hỏng]", updated("status: {changed_to: Lost}")),
            id="tags and changes",
        ),
        pytest.param(
            sets("note: {append: x}", updated("source: Web")),
            sets("source: Web", "trigger: {moment: created_or_updated}"),
            id="no conditions, and a text that nobody knows",
        ),
        pytest.param(
            sets("status: Lost", updated("hang_the: Vàng"), object_="lead"),
            sets("fields: {hang_the: Vàng}", updated("status: Lost")),
            id="kinds that overlap",
        ),
        pytest.param(
            sets("status: Lost", updated("hang_the: Vàng")),
            sets(
                "fields: {hang_the: Vàng}",
                "trigger: {moment: updated, conditions: {any: [{status: Mới}, {status: Lost}]}}",
            ),
            id="through one branch of several",
        ),
        pytest.param(
            sets("fields: {ngay_cap: 2026-12-24}", updated("diem: {gt: 5}")),
            sets("fields: {diem: 9}", updated("ngay_cap: {after: 2026-12-01}")),
            id="days and numbers",
        ),
        pytest.param(
            sets("status: Lost", updated("pinned: true")),
            sets("pinned: true", updated("status: {in: [lost]}")),
            id="yes or no",
        ),
    ],
)
def test_workflows_that_set_each_other_off_are_told_in_both(one: str, other: str) -> None:
    assert told(one, other) == CIRCLE


@pytest.mark.parametrize(
    "one, other",
    [
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Khách hàng")),
            sets("status: Lost", updated("hang_the: Vàng")),
            id="the value doesn't fit",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", "filter: [{status: Khách hàng}]", updated("email: x")),
            sets("status: Khách hàng", updated("hang_the: Vàng")),
            id="the filter fires nothing",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Khách hàng")),
            sets("status: Khách hàng", daily("hang_the: Vàng")),
            id="a schedule is not fired by changes",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Khách hàng")),
            sets("status: Khách hàng", updated("hang_the: Vàng"), "enabled: false"),
            id="one is off",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Khách hàng"), object_="lead"),
            sets("status: Khách hàng", updated("hang_the: Vàng"), object_="account"),
            id="other kinds of customers",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Lost"), "filter: [{province: Huế}]"),
            sets("status: Lost", updated("hang_the: Vàng"), "filter: [{province: Hà Nội}]"),
            id="other customers",
        ),
        pytest.param(
            sets("add_tags: [B]", updated("tags: {changed_to: A}")),
            sets("add_tags: [D]", updated("tags: {changed_to: C}")),
            id="other tags are added than are waited for",
        ),
        pytest.param(
            sets("fields: {diem: 3}", updated("ngay_cap: {before: 2026-12-01}")),
            sets("fields: {ngay_cap: 2026-12-24}", updated("diem: {lt: 5}")),
            id="a day that doesn't fit",
        ),
        pytest.param(
            sets("fields: {hang_the: null}", updated("status: Lost")),
            sets("status: Lost", updated("hang_the: {empty: false}")),
            id="a field that is cleared",
        ),
        pytest.param(
            sets("fields: {hang_the: Vàng}", updated("status: Lost", "email: {changed: true}")),
            sets("status: Lost", updated("hang_the: Vàng")),
            id="something else must change too",
        ),
    ],
)
def test_what_only_looks_like_a_circle_is_none(one: str, other: str) -> None:
    assert told(one, other) == {}


def test_a_circle_of_three_is_said_from_where_each_one_stands() -> None:
    texts = {
        "a": sets("status: Lost", updated("source: Web")),
        "b": sets("industry: Y", updated("status: Lost")),
        "c": sets("source: Web", updated("industry: Y")),
        "outside": sets("fields: {diem: 1}", updated("industry: Y")),
    }
    found = {each.file: each for each in problems(texts)}
    assert found.keys() == {"a.yaml", "b.yaml", "c.yaml"}
    assert "a → b → c → a" in found["a.yaml"].message
    assert "c → a → b → c" in found["c.yaml"].message
    assert {each.severity for each in found.values()} == {"warning"}
    one = found["b.yaml"]
    assert (one.line, one.path) == (4, "actions[0].update") and one.hint


SELF = [
    (sets("status: Lost", updated("status: {is_not: Khách hàng}")), True),
    (sets("status: Lost", updated("status: {is_not: lost}")), False),
    (sets("status: Lost", updated("status: {changed_from: Lost}")), False),
    (sets("add_tags: [VIP]", updated("tags: {has: VIP}")), True),
    (sets("add_tags: [Đã chúc]", updated("tags: {has: VIP}")), False),
    (sets("note: {replace: x}", updated("note: {empty: false}")), True),
    (sets("fields: {ngay_cap: 2026-12-24}", updated("age: {gt: 5}")), False),
    (sets("status: Lost", "trigger: {moment: created}"), False),
]


@pytest.mark.parametrize("text, is_one", SELF)
def test_a_workflow_may_set_itself_off(text: str, is_one: bool) -> None:
    assert told(text) == ({"a": ["CK311"]} if is_one else {})


FIGHTS = [
    pytest.param(
        sets("status: Lost", daily("status: Quan tâm", "email: {empty: true}")),
        sets("status: Khách hàng", daily("status: Quan tâm", "revenue: {gt: 0}")),
        id="both start from the same status",
    ),
    pytest.param(
        sets("assignee: lan", "trigger: {moment: created}"),
        sets("assignee: minh", "trigger: {moment: created}", "filter: [{phone: x}]"),
        id="a new customer is given to two people",
    ),
    pytest.param(
        sets("status: Lost", daily("status: Quan tâm")),
        sets("status: Quan tâm", daily("status: Lost")),
        id="each starts from what the other writes",
    ),
    pytest.param(
        sets("add_tags: [VIP]", daily("revenue: {gt: 100}")),
        sets("remove_tags: [vip]", daily("order_count: {lt: 9}")),
        id="a tag is added and removed",
    ),
    pytest.param(
        sets("add_tags: [VIP]", daily("tags: {has_none: [VIP]}")),
        sets("remove_tags: [VIP]", daily("tags: {has: VIP}")),
        id="a tag goes up and down",
    ),
    pytest.param(
        sets("pinned: true", daily("tags: {has: VIP}")),
        sets("pinned: false", daily("order_count: 0")),
        id="yes and no",
    ),
    pytest.param(
        sets("fields: {diem: 5}", daily("tags: {has: VIP}")),
        sets("fields: {diem: null}", daily("order_count: 0")),
        id="a value and none",
    ),
    pytest.param(
        sets("assignee: lan", daily("tags: {has: VIP}")),
        sets("assignee: minh", updated("province: {changed_to: Huế}")),
        id="each evening undoes what an update did",
    ),
    pytest.param(
        sets(
            "status: Lost",
            'trigger: {moment: event, event: page_interaction, pages: ["1"]}',
        ),
        sets("status: Mới", "trigger: {moment: event, event: page_interaction}"),
        id="both answer the same event",
    ),
    pytest.param(
        sets("status: Lost", daily("revenue: {gte: 5}")),
        sets("status: Mới", daily("revenue: {lte: 5}")),
        id="bounds that touch",
    ),
]


@pytest.mark.parametrize("one, other", FIGHTS)
def test_workflows_that_fight_are_told_in_both(one: str, other: str) -> None:
    assert told(one, other) == FIGHT


def test_to_and_fro_on_each_change_is_a_circle_and_a_fight() -> None:
    one = sets("status: Lost", updated("status: Mới"))
    assert told(one, sets("status: Mới", updated("status: Lost"))) == {
        "a": ["CK311", "CK312"],
        "b": ["CK311", "CK312"],
    }


PEACE = [
    pytest.param(
        sets("status: Quan tâm", daily("status: Mới")),
        sets("status: Mới", daily("status: Quan tâm"), "repeat: once"),
        id="one does it once",
    ),
    pytest.param(
        sets("status: Lost", daily("status: Mới")),
        sets("status: Quan tâm", updated("email: {empty: false}"), "filter: [{status: Mới}]"),
        id="who comes first has moved the customer on",
    ),
    pytest.param(
        sets("status: Quan tâm", daily("status: Mới", "order_count: 0")),
        sets("status: Lost", daily("status: {in: [Mới, Quan tâm]}", "email: {empty: true}")),
        id="a ladder whose next step also starts below",
    ),
    pytest.param(
        sets("status: Quan tâm", daily("status: Mới")),
        sets("status: Lost", daily("status: Quan tâm", "last_contacted_at: {older_than: 15 days}")),
        id="a ladder",
    ),
    pytest.param(
        sets("status: Lost", daily("status: Mới", "last_contacted_at: {older_than: 15 days}")),
        sets("status: Mới", daily("status: Lost", "last_contacted_at: {within_last: 3 days}")),
        id="there and back on other occasions",
    ),
    pytest.param(
        sets("add_tags: [VIP]", daily("revenue: {gt: 100}", "tags: {has_none: [VIP]}")),
        sets("remove_tags: [VIP]", daily("revenue: {lte: 100}", "tags: {has: VIP}")),
        id="a tag by amount",
    ),
    pytest.param(
        sets("source: Web", daily("email: {empty: true}")),
        sets("source: WEB", daily("email: {empty: true}")),
        id="the same value",
    ),
    pytest.param(
        sets("status: Lost", daily(), object_="lead"),
        sets("status: Mới", daily(), object_="contact"),
        id="other kinds",
    ),
    pytest.param(
        sets("status: Lost", daily(), object_="lead"),
        sets("status: Mới", daily("kind: contact")),
        id="other kinds by a condition",
    ),
    pytest.param(
        sets("status: Lost", daily("type: business")),
        sets("status: Mới", daily("type: individual"), "enabled: true"),
        id="other customers",
    ),
    pytest.param(
        sets("status: Lost", daily("type: business")),
        sets("status: Mới", daily("type: business"), "enabled: false"),
        id="one is off",
    ),
    pytest.param(
        sets("note: {append: a}", daily()), sets("note: {replace: b}", daily()), id="notes"
    ),
    pytest.param(
        sets("status: Mới", "trigger: {moment: created}"),
        sets("status: Lost", daily("status: Mới", "last_contacted_at: {older_than: 15 days}")),
        id="what is given at birth goes on",
    ),
    pytest.param(
        sets("status: Khách hàng", "trigger: {moment: event, event: order_status_changed}"),
        sets("status: Lost", daily("status: Quan tâm", "last_order_at: {older_than: 15 days}")),
        id="an event, and a step of a ladder",
    ),
    pytest.param(
        sets("status: Mới", "trigger: {moment: event, event: page_interaction}"),
        sets("status: Lost", "trigger: {moment: event, event: call_missed}"),
        id="other events",
    ),
    pytest.param(
        sets("status: Mới", 'trigger: {moment: event, event: page_interaction, pages: ["1"]}'),
        sets("status: Lost", 'trigger: {moment: event, event: page_interaction, pages: ["2"]}'),
        id="other pages",
    ),
    pytest.param(
        sets("status: Khách hàng", updated("order_count: {gt: 0}")),
        sets("status: Quan tâm", updated("email: {empty: false}")),
        id="changes of other fields",
    ),
    pytest.param(
        sets("status: Lost", daily("tags: {has: A}")),
        sets("status: Mới", daily("tags: {has_none: [a]}")),
        id="with a tag and without",
    ),
    pytest.param(
        sets("status: Lost", daily("created_at: {older_than: 2 months}")),
        sets("status: Mới", daily("created_at: {within_last: 4 weeks}")),
        id="old and new ones",
    ),
]


@pytest.mark.parametrize("one, other", PEACE)
def test_what_only_looks_like_a_fight_is_none(one: str, other: str) -> None:
    assert told(one, other) == {}


@pytest.mark.parametrize("object_", ["task", "ticket", "opportunity"])
def test_an_update_of_work_is_none_of_its_customer(object_: str) -> None:
    one = updated("customer.status: Lost", "created_at: {within_last: 3 days}")
    assert "CK213" in told(sets("status: Mới", one, object_=object_))["a"]
    both = updated("customer.status: Lost", "status: open")
    assert "CK213" not in told(sets("status: Mới", both, object_=object_)).get("a", [])
    change = updated("customer.status: {changed: true}", "status: open")
    assert "CK207" in told(sets("status: Mới", change, object_=object_))["a"]


@pytest.mark.usefixtures("english")
def test_a_fight_names_all_the_others_in_one_warning_a_field() -> None:
    texts = {
        "a": sets("status: Lost, add_tags: [VIP]", daily("email: x")),
        "b": sets("status: Mới, remove_tags: [vip]", daily("email: x")),
        "c": sets("status: Quan tâm", daily("email: x")),
    }
    said = [each.message for each in problems(texts) if each.file == "a.yaml"]
    assert said == [
        "“status” becomes “Lost” here and “Mới” in b, “Quan tâm” in c, "
        "possibly for the same customers.",
        "The tag “VIP” is added here and removed in b, possibly for the same customers.",
    ]


def test_a_workflow_with_an_error_is_no_part_of_the_graph() -> None:
    one = sets("status: Lost", daily("email: x"))
    wrong = sets("status: Mới", daily("email: x", "nothing: 1"))
    assert told(one, wrong) == {"b": ["CK201"]}


def test_actions_in_a_row_write_what_the_last_one_says() -> None:
    first: dict[str, Any] = {"status": "Mới", "tags": TagsWritten(("A", "B"), ("C",))}
    then: dict[str, Any] = {"status": "Lost", "tags": TagsWritten(("c",), ("a",))}
    written, steps = together([(("actions", 0), first), (("actions", 1), then)])
    assert written == {"status": "Lost", "tags": TagsWritten(("B", "c"), ("a",))}
    assert steps == {"status": ("actions", 1), "tags": ("actions", 1)}
