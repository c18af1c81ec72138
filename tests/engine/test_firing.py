"""Workflows answer what happened: once each, in sets, and never in circles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cskh.engine.environment import Environment
from cskh.engine.firing import fire, waiting_plans
from cskh.engine.planning import Plan
from cskh.engine.running import (
    Overtaken,
    Walked,
    commit,
    nobody,
    remember,
    shown_plans,
    walk,
)
from cskh.engine.telling import Effects
from cskh.store.values import Edit, Happening, Stamp
from tests.project import MORNING, Project, person, run
from tests.sample import stamp

SMS = '[{send_sms: {content: "%s {{ customer.name }}"}}]'
TO = "[{update: {status: %s}}]"


@pytest.fixture
def listening(project: Project) -> Project:
    """A project whose one workflow answers every new customer."""
    project.workflow("hello", trigger="{moment: created}")
    return project


def answer(environment: Environment, accepted: tuple[str, ...] = ()) -> list[Walked]:
    """Let workflows answer all that waits."""
    walked: list[Walked] = []
    fire(environment, lambda plan: walked.append(commit(environment, plan, nobody, accepted)))
    return walked


@pytest.fixture
def environment(listening: Project) -> Iterator[Environment]:
    with listening.opened() as opened:
        remember(opened)
        yield opened


def change(environment: Environment, id_: int, **fields: tuple[Any, Any]) -> None:
    environment.store.customers.change([Edit(id_, fields)], stamp())


def texts(project: Project) -> list[str]:
    return [text for (text,) in project.rows("SELECT content FROM outbox ORDER BY id")]


def statuses(project: Project) -> list[str | None]:
    return [status for (status,) in project.rows("SELECT status FROM customers ORDER BY id")]


def test_a_new_customer_is_answered_once(environment: Environment, listening: Project) -> None:
    environment.store.customers.create([person(1)], stamp())
    (walked,) = answer(environment)
    assert (walked.plan.occasion, walked.tally.matched) == ("event:1", 1)
    assert answer(environment) == []
    assert texts(listening) == ["Hello An 1"]
    assert listening.rows("SELECT occasion FROM executions") == [("event:1",)]


def test_many_are_answered_in_one_plan(environment: Environment, listening: Project) -> None:
    environment.store.customers.create(map(person, range(1, 301)), stamp())
    (walked,) = answer(environment)
    assert (walked.plan.occasion, walked.tally.matched) == ("event:1-300", 300)
    occasions = listening.rows("SELECT occasion FROM executions ORDER BY object_id")
    assert occasions == [(f"event:{n}",) for n in range(1, 301)]


def test_what_fires_nothing_is_logged_and_answered_by_nobody(
    environment: Environment, listening: Project
) -> None:
    environment.store.customers.create([person(1)], replace(stamp(), fires=False))
    assert answer(environment) == []
    assert listening.rows("SELECT count(*), max(event_id) FROM changes") == [(1, None)]


def test_what_happened_before_a_workflow_was_known_is_none_of_its_business(
    listening: Project,
) -> None:
    with listening.opened() as opened:
        opened.store.customers.create([person(1)], stamp())
        remember(opened)
        assert answer(opened) == []
        opened.store.customers.create([person(2)], stamp())
        answer(opened)
    assert texts(listening) == ["Hello An 2"]


def test_an_update_counts_if_it_changed_a_field_that_the_trigger_names(project: Project) -> None:
    trigger = "{moment: updated, conditions: [{status: Mới}]}"
    project.workflow("hello", trigger=trigger, filter="[{name: {starts_with: An}}]")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1, status="Mới"), person(2)], stamp())
        change(opened, 1, name=("An 1", "An Một"))
        assert answer(opened) == []
        change(opened, 2, status=(None, "Mới"), note=(None, "x"))
        change(opened, 1, status=("Mới", "Lost"))
        answer(opened)
    assert texts(project) == ["Hello An 2"]


def test_without_conditions_any_update_counts(project: Project) -> None:
    project.workflow("hello", trigger="{moment: updated}")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        change(opened, 1, note=(None, "x"))
        answer(opened)
    assert texts(project) == ["Hello An 1"]


def test_an_object_is_judged_as_it_stands_when_it_is_answered(project: Project) -> None:
    project.workflow("hello", trigger="{moment: created, conditions: [{status: Mới}]}")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1, status="Mới"), person(2)], stamp())
        change(opened, 1, status=("Mới", "Lost"))
        change(opened, 2, status=(None, "Mới"))
        answer(opened)
    assert texts(project) == ["Hello An 2"]


def test_two_updates_of_one_customer_are_answered_one_after_the_other(project: Project) -> None:
    trigger = "{moment: updated, conditions: [{status: {changed: true}}]}"
    note = '[{update: {note: {append: "{{ customer.status }}"}}}]'
    project.workflow("hello", trigger=trigger, actions=note)
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        change(opened, 1, status=(None, "Mới"))
        change(opened, 1, status=("Mới", "Lost"))
        assert [each.tally.matched for each in answer(opened)] == [1, 1]
    assert project.rows("SELECT note FROM customers") == [("Lost\nLost",)]


def test_once_means_once_however_many_events_wait(project: Project) -> None:
    project.workflow("hello", trigger="{moment: updated}", repeat="once")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        change(opened, 1, status=(None, "Mới"))
        change(opened, 1, status=("Mới", "Lost"))
        answer(opened)
    assert texts(project) == ["Hello An 1"]


def test_what_a_workflow_changes_fires_the_next_one(project: Project) -> None:
    to_lost = "{moment: updated, conditions: [{status: {changed_to: Lost}}]}"
    project.workflow("hello", trigger="{moment: created}", actions=TO % "Lost")
    project.workflow("then", trigger=to_lost, actions=SMS % "Bye")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        answer(opened)
    assert texts(project) == ["Bye An 1"]
    chains = [json.loads(chain) for (chain,) in project.rows("SELECT chain FROM events")]
    assert chains == [[], ["hello@customer:1"]]


def test_a_scheduled_workflow_fires_others_too(project: Project) -> None:
    to_lost = "{moment: updated, conditions: [{status: {changed_to: Lost}}]}"
    project.workflow("hello", actions=TO % "Lost")
    project.workflow("then", trigger=to_lost, actions=SMS % "Bye")
    project.crowd(2)
    with project.opened() as opened:
        run(opened)
        answer(opened)
    assert texts(project) == ["Bye An 1", "Bye An 2"]


def test_a_workflow_never_answers_what_it_changed_itself(project: Project) -> None:
    note = '[{update: {note: {append: "+"}}}]'
    project.workflow("hello", trigger="{moment: created_or_updated}", actions=note)
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        assert len(answer(opened)) == 1
        change(opened, 1, status=(None, "Mới"))
        assert len(answer(opened)) == 1
    assert project.rows("SELECT note FROM customers") == [("+\n+",)]


def test_two_workflows_that_set_each_other_off_come_to_an_end(project: Project) -> None:
    for here, there in (("Mới", "Lost"), ("Lost", "Mới")):
        trigger = f"{{moment: updated, conditions: [{{status: {here}}}]}}"
        project.workflow(f"to-{len(there)}", trigger=trigger, actions=TO % there)
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        change(opened, 1, status=(None, "Mới"))
        assert len(answer(opened)) == 2
    assert statuses(project) == ["Mới"]


def test_a_chain_ends_after_five_firings(project: Project) -> None:
    for n in range(1, 8):
        trigger = f'{{moment: updated, conditions: [{{note: "{n}"}}]}}'
        note = f'[{{update: {{note: {{replace: "{n + 1}"}}}}}}]'
        project.workflow(f"w{n}", trigger=trigger, actions=note)
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        change(opened, 1, note=(None, "1"))
        walked = answer(opened)
    assert [each.plan.workflow.id for each in walked] == ["w1", "w2", "w3", "w4", "w5", "w6"]
    assert project.rows("SELECT note FROM customers") == [("6",)]
    assert project.rows("SELECT reason FROM skips") == [("too_deep",)]


def test_a_refused_plan_keeps_its_events_until_it_is_accepted(project: Project) -> None:
    project.settle(policy="{guard: {max_recipients: 2}}")
    project.workflow("hello", trigger="{moment: created}")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create(map(person, (1, 2, 3)), stamp())
        (refused,) = answer(opened)
        assert refused.refused and texts(project) == []
        (again,) = answer(opened, (refused.digest,))
        assert (again.digest, again.refused) == (refused.digest, None)
        assert answer(opened) == []
    assert len(texts(project)) == 3


def test_a_refusal_keeps_no_other_workflow_from_answering(project: Project) -> None:
    project.settle(policy="{guard: {max_recipients: 2}}")
    project.workflow("hello", trigger="{moment: created}")
    project.workflow("then", trigger="{moment: created}", actions=TO % "Mới")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create(map(person, (1, 2, 3)), stamp())
        answer(opened)
    assert statuses(project) == ["Mới"] * 3 and texts(project) == []


def test_what_somebody_else_has_answered_meanwhile_is_left_alone(
    environment: Environment, listening: Project
) -> None:
    environment.store.customers.create([person(1)], stamp())
    (mine,) = waiting_plans(environment)
    (theirs,) = waiting_plans(environment)
    commit(environment, theirs, nobody)
    with pytest.raises(Overtaken):
        commit(environment, mine, nobody)
    assert texts(listening) == ["Hello An 1"]


def test_a_plan_that_fails_is_left_for_another_time(
    environment: Environment, listening: Project
) -> None:
    environment.store.customers.create([person(1)], stamp())
    tried: list[Plan] = []
    fire(environment, tried.append)
    assert len(tried) == 1
    answer(environment)
    assert texts(listening) == ["Hello An 1"]


def test_a_workflow_that_was_off_hears_nothing_of_it_afterwards(listening: Project) -> None:
    with listening.opened() as opened:
        remember(opened)
    listening.workflow("hello", trigger="{moment: created}", enabled="false")
    with listening.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        answer(opened)
    listening.workflow("hello", trigger="{moment: created}")
    with listening.opened() as opened:
        remember(opened)
        assert answer(opened) == []


def happen(environment: Environment, kind: str, **data: Any) -> None:
    environment.store.events.add([Happening("customer", 1, kind, data)], stamp())


def test_an_event_is_answered_on_its_pages_with_what_it_tells(project: Project) -> None:
    project.settle(pages='[{id: "1", name: Một}, {id: "2", name: Hai}]')
    trigger = (
        '{moment: event, event: page_interaction, pages: ["1"],'
        ' conditions: [{event.text: {contains: "giá"}}]}'
    )
    project.workflow("hello", trigger=trigger, actions=SMS % "{{ event.text }}")
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        happen(opened, "page_interaction", page="1", text="GIÁ bao nhiêu")
        happen(opened, "page_interaction", page="2", text="giá")
        happen(opened, "page_interaction", page="1", text="chào")
        happen(opened, "message_replied", page="1", text="giá")
        answer(opened)
    assert texts(project) == ["GIA bao nhieu An 1"]


TASK = {"customer_id": 1, "content": "Gọi lại", "assignee": "lan"}


def test_tasks_are_answered_about_their_customer(project: Project) -> None:
    project.workflow(
        "hello",
        object="task",
        trigger="{moment: created, conditions: [{content: {contains: gọi}}]}",
        filter="[{customer.status: Mới}]",
        actions='[{send_sms: {to: assignee, content: "{{ task.content }}: {{ customer.name }}"}}]',
    )
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1, status="Mới")], stamp())
        opened.store.records.create("task", [TASK, TASK | {"content": "Viết"}], stamp())
        (walked,) = answer(opened)
    assert walked.tally.matched == 1
    assert texts(project) == ["Goi lai: An 1"]


def test_each_of_a_customers_tasks_sees_what_the_one_before_it_did(project: Project) -> None:
    note = '[{update: {note: {append: "{{ task.content }}"}}}]'
    project.workflow("hello", object="task", actions=note)
    with project.opened() as opened:
        opened.store.customers.create([person(1)], stamp())
        opened.store.records.create("task", [TASK, TASK | {"content": "Viết"}], stamp())
        run(opened)
    assert project.rows("SELECT note FROM customers") == [("Gọi lại\nViết",)]
    objects = project.rows("SELECT object_id FROM executions ORDER BY object_id")
    assert objects == [(1,), (2,)]


def test_a_stage_is_a_field_of_the_customer_and_an_event(project: Project) -> None:
    project.settle(pipelines="{ban: {name: Bán, stages: [Mở, Chốt]}}")
    chot = "{moment: updated, conditions: [{pipeline.ban: {changed_to: Chốt}}]}"
    project.workflow("hello", trigger=chot)
    event = "{moment: event, event: stage_changed, conditions: [{event.old_stage: Mở}]}"
    project.workflow("card", object="opportunity", trigger=event, actions=SMS % "Card")
    card = {"customer_id": 1, "pipeline": "ban", "stage": "Mở"}
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        opened.store.records.create("opportunity", [card], stamp())
        assert answer(opened) == []
        edit = Edit(1, {"stage": ("Mở", "Chốt")})
        opened.store.records.change("opportunity", [edit], stamp())
        answer(opened)
    assert sorted(texts(project)) == ["Card An 1", "Hello An 1"]
    logged = "SELECT old, new FROM changes WHERE field = 'pipeline.ban' ORDER BY id"
    assert project.rows(logged) == [(None, '"Mở"'), ('"Mở"', '"Chốt"')]


def test_a_change_says_who_and_what_made_it(environment: Environment, listening: Project) -> None:
    listening.workflow("hello", trigger="{moment: created}", actions=TO % "Mới")
    with listening.opened(MORNING) as opened:
        by_lan = Stamp(cause="cli", actor="lan", at="2026-12-01T03:00:00Z")
        opened.store.customers.create([person(1)], by_lan)
        answer(opened)
    asked = "SELECT field, old, new, cause, actor FROM changes ORDER BY id"
    assert listening.rows(asked) == [
        (None, None, None, "cli", "lan"),
        ("status", None, '"Mới"', "workflow:hello", None),
    ]


def test_cards_that_two_workflows_move_to_and_fro_come_to_rest(project: Project) -> None:
    project.settle(pipelines="{ban: {name: Bán, stages: [Mở, Giá, Chốt]}}")
    for here, there in (("Chốt", "Giá"), ("Giá", "Chốt")):
        trigger = f"{{moment: event, event: stage_changed, conditions: [{{event.stage: {here}}}]}}"
        move = f"[{{move_stage: {{pipeline: ban, stage: {there}}}}}]"
        project.workflow(f"to-{len(there)}", trigger=trigger, actions=move)
    card = {"customer_id": 1, "pipeline": "ban", "stage": "Mở"}
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create([person(1)], stamp())
        opened.store.records.create("opportunity", [card], stamp())
        opened.store.records.change("opportunity", [Edit(1, {"stage": ("Mở", "Chốt")})], stamp())
        assert len(answer(opened)) == 2


def test_a_refusal_is_news_once_and_keeps_its_name_while_others_change(project: Project) -> None:
    project.settle(policy="{guard: {max_recipients: 2}}")
    trigger = "{moment: updated, conditions: [{status: {changed_to: Mới}}]}"
    project.workflow("hello", trigger=trigger)
    with project.opened() as opened:
        remember(opened)
        opened.store.customers.create(map(person, (1, 2, 3, 4)), stamp())
        for number in (1, 2, 3):
            change(opened, number, status=(None, "Mới"))
        (first,) = answer(opened)
        change(opened, 4, note=(None, "x"))
        (again,) = answer(opened)
    assert first.refused and again.refused
    assert (first.is_news, again.is_news) == (True, False)
    assert first.digest == again.digest


def test_an_effect_says_which_task_it_is_about(project: Project) -> None:
    project.workflow("hello", object="task")
    with project.opened() as opened:
        opened.store.customers.create([person(1)], stamp())
        opened.store.records.create("task", [TASK, TASK], stamp())
        kept = Effects(opened.clock, opened.fields)
        (plan,) = shown_plans(opened, opened.project.workflows.values())
        walk(opened, plan, kept)
    (effects,) = kept.effects.values()
    assert [each["object"] for each in effects] == [1, 2]
