"""cskh order: orders by hand, the figures they keep, and the workflows that answer them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import Cli, Project

NOW = ("--now", "2026-12-01T10:00")
JSON = (*NOW, "--format", "json")
THANKS = (
    "[{send_sms: {content: \"{{ event.order_code }} {{ event.old_status | default('-') }}"
    ' {{ event.status }} {{ event.amount }} {{ customer.revenue }}"}}]'
)
LAST = "2026-11-20T08:30:00+07:00"


@pytest.fixture(autouse=True)
def settled(project: Project, cli: Cli) -> None:
    (project.root / "hello.yaml").unlink()
    words = ("pid=A1", "name=An", "phone=0900000001")
    opening = ("revenue=1000000", "order_count=2", "last_order_at=2026-11-20 08:30")
    assert cli("customer", "add", *words, *opening, *NOW).exit == 0
    assert cli("customer", "add", "pid=A2", "phone=0900000002", *NOW).exit == 0


def on_order(project: Project, **parts: str) -> None:
    trigger = "{moment: event, event: order_status_changed}"
    project.workflow("answer", trigger=trigger, actions=THANKS, **parts)


def sent(project: Project) -> list[str]:
    return [message["content"] for message in project.sent]


def figures(cli: Cli, pid: str = "A1") -> tuple[Any, ...]:
    told = cli("customer", "show", pid, *JSON).json
    return told["revenue"], told["order_count"], told["last_order_at"]


def order(cli: Cli, *words: str) -> dict[str, Any]:
    said = cli("order", *words, *JSON)
    assert said.exit == 0, said.err
    told: dict[str, Any] = said.json
    return told


def test_an_order_is_added_and_told(cli: Cli) -> None:
    words = ("code=DH1", "customer=0900 000 001", "amount=500k", "status=new")
    told = order(cli, "add", *words, "ordered_at=30/11/2026 09:00")
    assert told == {
        **{"code": "DH1", "customer": "A1", "status": "new", "amount": 500_000},
        "ordered_at": "2026-11-30T09:00:00+07:00",
    }
    assert order(cli, "show", "dh1") == told
    assert order(cli, "list") == {"orders": [told]}
    assert order(cli, "list", "customer=A2") == {"orders": []}
    assert order(cli, "list", "status=NEW") == {"orders": [told]}


def test_what_is_not_said_is_new_of_nothing_and_now(cli: Cli) -> None:
    assert order(cli, "add", "code=DH1", "customer=A1") == {
        **{"code": "DH1", "customer": "A1", "status": "new", "amount": 0},
        "ordered_at": "2026-12-01T10:00:00+07:00",
    }


def test_orders_count_on_top_of_the_opening_values(cli: Cli) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000")
    assert figures(cli) == (1_500_000, 3, "2026-12-01T10:00:00+07:00")
    order(cli, "set", "DH1", "amount=700000")
    assert figures(cli) == (1_700_000, 3, "2026-12-01T10:00:00+07:00")
    order(cli, "add", "code=DH2", "customer=A1", "amount=1000", "ordered_at=2026-11-01")
    assert figures(cli) == (1_701_000, 4, "2026-12-01T10:00:00+07:00")


@pytest.mark.parametrize("word", ["cancelled", "Returned", "CANCELLED"])
def test_what_came_to_nothing_does_not_count_and_may_count_again(cli: Cli, word: str) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000")
    order(cli, "set", "DH1", f"status={word}")
    assert figures(cli) == (1_000_000, 2, LAST)
    order(cli, "set", "DH1", "status=delivered")
    assert figures(cli) == (1_500_000, 3, "2026-12-01T10:00:00+07:00")
    order(cli, "add", "code=DH2", "customer=A1", "amount=9", f"status={word}")
    assert figures(cli) == (1_500_000, 3, "2026-12-01T10:00:00+07:00")


def test_the_last_order_falls_back_to_the_one_before(cli: Cli) -> None:
    order(cli, "add", "code=DH1", "customer=A2", "ordered_at=2026-11-01")
    order(cli, "add", "code=DH2", "customer=A2", "ordered_at=2026-11-15")
    order(cli, "set", "DH2", "status=returned")
    assert figures(cli, "A2") == (0, 1, "2026-11-01T00:00:00+07:00")
    order(cli, "set", "DH1", "status=returned")
    assert figures(cli, "A2") == (0, 0, None)


def test_an_order_of_the_same_instant_as_the_opening_one_takes_nothing_from_it(cli: Cli) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "ordered_at=2026-11-20 08:30")
    order(cli, "set", "DH1", "status=cancelled")
    assert figures(cli) == (1_000_000, 2, LAST)


def test_an_order_of_somebody_else_counts_for_him(cli: Cli) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000")
    order(cli, "set", "DH1", "customer=A2")
    assert figures(cli) == (1_000_000, 2, LAST)
    assert figures(cli, "A2") == (500_000, 1, "2026-12-01T10:00:00+07:00")


def test_what_an_order_changes_is_one_change_that_names_it(cli: Cli, project: Project) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000", "--as", "lan")
    rows = cli("customer", "show", "A1", *JSON).json["history"][1:]
    assert [row["field"] for row in rows] == ["revenue", "order_count", "last_order_at"]
    assert {(row["cause"], row["actor"]) for row in rows} == {("order:DH1", "lan")}
    events = project.rows("SELECT kind FROM events WHERE object_id = 1 ORDER BY id")
    assert events == [("created",), ("updated",), ("order_status_changed",)]


def test_writing_what_is_there_already_writes_nothing(cli: Cli, project: Project) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000", "status=Giao")
    counted = "SELECT (SELECT count(*) FROM changes), (SELECT count(*) FROM events)"
    before = project.rows(counted)
    said = cli("order", "set", "dh1", "status=GIAO", "amount=500.000", "customer=A1", *NOW)
    assert (said.exit, said.out) == (0, "")
    assert "Nothing changes" in said.err
    assert project.rows(counted) == before
    assert order(cli, "show", "DH1")["status"] == "Giao"


def test_workflows_answer_a_new_order_and_each_new_status_at_once(
    cli: Cli, project: Project
) -> None:
    on_order(project)
    order(cli, "add", "code=DH1", "customer=A1", "amount=500000")
    order(cli, "set", "DH1", "amount=600000")
    order(cli, "set", "DH1", "status=delivered")
    order(cli, "set", "DH1", "status=Delivered")
    assert sent(project) == ["DH1 - new 500000 1500000", "DH1 new delivered 600000 1600000"]


def test_a_change_of_revenue_is_an_update(cli: Cli, project: Project) -> None:
    project.workflow(
        "vip",
        trigger="{moment: updated, conditions: [{revenue: {gte: 2000000}}]}",
        actions="[{update: {add_tags: [VIP]}}]",
    )
    order(cli, "add", "code=DH1", "customer=A1", "amount=900000")
    assert cli("customer", "show", "A1", *JSON).json["tags"] == []
    order(cli, "set", "DH1", "amount=1000000")
    assert cli("customer", "show", "A1", *JSON).json["tags"] == ["VIP"]


def test_without_a_run_the_next_one_answers(cli: Cli, project: Project) -> None:
    on_order(project)
    order(cli, "add", "code=DH1", "customer=A1", "--no-run")
    assert sent(project) == []
    assert cli("run", "events", *NOW).exit == 0
    assert sent(project) == ["DH1 - new 0 1000000"]
    order(cli, "set", "DH1", "status=giao", "--no-deliver")
    assert len(sent(project)) == 1
    assert project.states() == {"accepted": 1, "queued": 1}


def test_a_taken_code_is_refused_in_whatever_letters(cli: Cli, project: Project) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=5")
    said = cli("order", "add", "code=dh1", "customer=A2", "amount=7", *JSON)
    assert said.exit == 1
    assert "cskh order set dh1" in said.json["error"]["hint"]
    assert project.rows("SELECT count(*), sum(amount) FROM orders") == [(1, 5)]
    assert figures(cli, "A2") == (0, 0, None)


@pytest.mark.parametrize(
    ("words", "exit_"),
    [
        (("add", "code=DH9"), 2),
        (("add", "customer=A1"), 2),
        (("add", "code=DH9", "customer=A9"), 1),
        (("add", "code=DH9", "customer=A1", "amount=x"), 2),
        (("add", "code=DH9", "customer=A1", "amount=-5"), 2),
        (("add", "code=DH9", "customer=A1", "ordered_at=hôm nào"), 2),
        (("add", "code=DH9", "customer=A1", "amout=5"), 2),
        (("set", "DH9", "status=x"), 1),
        (("set", "DH1", "status="), 2),
        (("set", "DH1", "code=DH2"), 2),
        (("set", "DH1", "customer=A9"), 1),
        (("show", "DH9"), 1),
        (("list", "foo=1"), 2),
        (("list", "customer=A9"), 1),
    ],
)
def test_what_cannot_be_is_said_and_writes_nothing(
    cli: Cli, project: Project, words: tuple[str, ...], exit_: int
) -> None:
    order(cli, "add", "code=DH1", "customer=A1", "amount=5")
    before = project.rows("SELECT code, status, amount, customer_id FROM orders")
    said = cli("order", *words)
    assert said.exit == exit_
    assert "Traceback" not in said.err
    assert project.rows("SELECT code, status, amount, customer_id FROM orders") == before


def test_a_table_is_read_by_people(cli: Cli) -> None:
    said = cli("order", "add", "code=DH1", "customer=A1", "amount=1234567", *NOW)
    assert said.out == "The order DH1 is added.\n"
    assert cli("order", "set", "DH1", "status=giao", "amount=1", *NOW).out.splitlines() == [
        "DH1 status: new → giao",
        "DH1 amount: 1.234.567 → 1",
    ]
    table = cli("order", "list", *NOW).out
    assert "01/12/2026 10:00" in table
    assert "1 order" in table
