"""A workflow's own tests are run as production runs: planned, committed, by a moving clock."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cskh.engine.project import open_project
from cskh.engine.testing import Judgement, run_tests
from cskh.model.cases import Case, Expected, Happens
from cskh.model.events import EventName
from tests.project import Project
from tests.sample import at

NOW = "2026-12-01T10:00"
_DAILY = {
    "object": "lead",
    "filter": "[{status: Quan tâm}]",
    "trigger": '{moment: daily, at: "10:00", conditions: '
    "[{last_contacted_at: {older_than: 15 days}}]}",
    "actions": "[{update: {status: Lost}}]",
}
_ON_CHANGE = {
    "trigger": "{moment: updated, conditions: [{status: {changed_to: Quan tâm}}]}",
    "actions": '[{send_sms: {to: {staff: lan}, content: "Goi {{ customer.name }}"}}]',
}
_QUIET = "{pid: A1, name: An, kind: lead, status: Quan tâm, last_contacted_at: 2026-11-15}"
_LOST = "{customer: A1, update: {status: Lost}}"
_CALL = '{customer: A1, send_sms: {content: "Goi An"}}'


@pytest.fixture
def shop(project: Project) -> Project:
    project.settle(
        statuses="[Mới, Quan tâm, Lost]",
        pipelines="{ban: {name: Bán, stages: [Gặp, Chốt]}}",
        fields="{hen: {type: datetime}, hang: {type: choice, choices: [Bạc, Vàng]}, "
        "diem: {type: number}}",
        pages='[{id: "1", name: Hà Nội, token: "${PASSCODE}"}]',
    )
    (project.root / "hello.yaml").unlink()
    return project


def tried(shop: Project, case: str, now: str = NOW, **workflow: str) -> Judgement:
    """Run one test of a workflow that is made of some lines."""
    shop.workflow("it", tests=f"[{{name: it, {case}}}]", **workflow)
    project = open_project(shop.root, {**os.environ, **shop.environ})
    (tested,) = run_tests(project, project.workflows.values(), at(now), lambda _n: None)
    return tested


def passes(shop: Project, case: str, **workflow: str) -> None:
    assert tried(shop, case, **workflow).why is None


def fails(shop: Project, case: str, why: str, **workflow: str) -> None:
    told = tried(shop, case, **workflow).why
    assert told is not None and why in told, told


def test_a_scheduled_workflow_is_run_as_if_it_were_due(shop: Project) -> None:
    passes(shop, f'now: "{NOW}", given: [{_QUIET}], expect: [{_LOST}]', **_DAILY)
    passes(shop, f'now: "2026-11-20", given: [{_QUIET}], expect: []', **_DAILY)


def test_a_disabled_workflow_is_tested_too(shop: Project) -> None:
    case = f'now: "{NOW}", given: [{_QUIET}], expect: [{_LOST}]'
    passes(shop, case, **_DAILY, enabled="false")
    case = case.replace("expect:", "when: [{advance: 1 hour}], expect:")
    passes(shop, case, **_DAILY, enabled="false")


def test_an_account_is_a_business_and_the_others_are_people_unless_said(shop: Project) -> None:
    business = {"filter": "[{type: business}]", "actions": "[{update: {status: Lost}}]"}
    given = "given: [{pid: A1, kind: account}, {pid: A2}, {pid: A3, type: business}]"
    other = _LOST.replace("A1", "A3")
    passes(shop, f"{given}, expect: [{_LOST}, {other}]", **business)
    only_accounts = {**business, "object": "account"}
    passes(shop, f"given: [{{pid: A1}}], expect: [{_LOST}]", **only_accounts)


def test_without_a_time_of_its_own_a_test_has_the_commands(shop: Project) -> None:
    case = f"given: [{_QUIET}], expect: [{_LOST}]"
    assert tried(shop, case, NOW, **_DAILY).passed
    assert not tried(shop, case, "2026-11-20T10:00", **_DAILY).passed


def test_anything_done_and_not_expected_fails(shop: Project) -> None:
    case = f'now: "{NOW}", given: [{_QUIET}], expect: []'
    fails(shop, case, "A1: update {status: Lost} was done and not expected.", **_DAILY)


def test_what_is_not_done_is_told_with_the_conditions_that_do_not_hold(shop: Project) -> None:
    young = _QUIET.replace("11-15", "11-30")
    case = f'now: "{NOW}", given: [{young}], expect: [{_LOST}]'
    why = (
        "A1: update {status: Lost} was expected and not done.\n"
        "  ✗ Last contact is 15 days ago or longer: it is 2026-11-30 00:00"
    )
    fails(shop, case, why, **_DAILY)


def test_another_kind_of_customer_is_told(shop: Project) -> None:
    contact = _QUIET.replace("lead", "contact")
    case = f'now: "{NOW}", given: [{contact}], expect: [{_LOST}]'
    fails(shop, case, "✗ object: the customer is a contact", **_DAILY)


def test_a_failure_says_where_the_test_stands(shop: Project) -> None:
    tested = tried(shop, f'now: "{NOW}", given: [{_QUIET}], expect: []', **_DAILY)
    lines = (shop.root / "it.yaml").read_text(encoding="utf-8").splitlines()
    assert tested.file == "it.yaml" and tested.line is not None
    assert lines[tested.line - 1].startswith("tests:")


def test_a_near_miss_is_shown_like_a_diff(shop: Project) -> None:
    case = f'now: "{NOW}", given: [{_QUIET}], expect: [{{customer: A1, update: {{status: Mới}}}}]'
    fails(shop, case, "(- expected, + done):\n  status\n    - Mới\n    + Lost", **_DAILY)


def test_a_skipped_message_is_no_effect_and_its_reason_is_told(shop: Project) -> None:
    plain = {"object": "customer", "trigger": '{moment: daily, at: "10:00"}'}
    passes(shop, "given: [{pid: A1, name: An}], expect: []", **plain)
    case = "given: [{pid: A1, name: An}], expect: [{customer: A1, send_sms: {}}]"
    fails(shop, case, "It was skipped: no phone.", **plain)


def test_a_landline_gets_no_message(shop: Project) -> None:
    given = 'given: [{pid: A1, name: An, phone: "024 3825 3536"}]'
    case = f"{given}, expect: [{{customer: A1, send_sms: {{}}}}]"
    fails(shop, case, "It was skipped: the phone is a landline or a hotline.")


def test_days_pass_and_each_slot_is_run_at_its_time(shop: Project) -> None:
    fresh = _QUIET.replace("2026-11-15", "2026-12-01")
    given = f'now: "{NOW}", given: [{fresh}], when: '
    passes(shop, f"{given}[{{advance: 14 days}}], expect: []", **_DAILY)
    passes(shop, f"{given}[{{advance: 15 days}}], expect: [{_LOST}]", **_DAILY)
    passes(shop, f"{given}[{{advance: 40 days}}], expect: [{_LOST}]", **_DAILY)


def test_the_slot_at_now_is_run_before_anything_happens(shop: Project) -> None:
    called = "{set: {customer: A1, last_contacted_at: 2026-12-01}}"
    given = f"given: [{_QUIET}], when: [{called}, {{advance: 1 day}}]"
    passes(shop, f'now: "{NOW}", {given}, expect: [{_LOST}]', **_DAILY)
    passes(shop, f'now: "2026-12-01T10:01", {given}, expect: []', **_DAILY)


def test_a_test_in_which_the_time_never_comes_says_so(shop: Project) -> None:
    given = f'now: "2026-12-01T10:01", given: [{_QUIET}]'
    case = f"{given}, when: [{{advance: 1 hour}}], expect: [{_LOST}]"
    fails(shop, case, "The workflow's time did not come", **_DAILY)


@pytest.mark.parametrize(("repeat", "times"), [("always", 4), ("once", 1), ("{after: 2 days}", 2)])
def test_repeat_counts_as_in_a_run(shop: Project, repeat: str, times: int) -> None:
    expected = ", ".join(["{customer: A1, send_sms: {}}"] * times)
    given = 'given: [{pid: A1, name: An, phone: "0900000111"}], when: [{advance: 3 days}]'
    passes(shop, f'now: "{NOW}", {given}, expect: [{expected}]', repeat=repeat)


def test_a_weekly_and_a_monthly_workflow_come_round_as_often_as_they_should(shop: Project) -> None:
    given = 'given: [{pid: A1, name: An, phone: "0900000111"}], when: [{advance: 2 months}]'
    once = "{customer: A1, send_sms: {}}"
    monthly = '{moment: monthly, day: last, at: "08:00"}'
    passes(shop, f'now: "{NOW}", {given}, expect: [{once}, {once}]', trigger=monthly)
    weekly = '{moment: weekly, weekday: sun, at: "08:00"}'
    case = f'now: "{NOW}", {given}, expect: [{", ".join([once] * 9)}]'
    passes(shop, case, trigger=weekly)


def test_a_change_sets_off_a_workflow_at_once_and_an_unrelated_one_does_not(shop: Project) -> None:
    given = "given: [{pid: A1, name: An, status: Mới}], when: "
    passes(
        shop,
        f"{given}[{{set: {{customer: a1, status: quan tâm}}}}], expect: [{_CALL}]",
        **_ON_CHANGE,
    )
    passes(shop, f"{given}[{{set: {{customer: A1, note: alô}}}}], expect: []", **_ON_CHANGE)
    case = f"{given}[{{set: {{customer: A1, note: alô}}}}], expect: [{_CALL}]"
    fails(shop, case, "nothing happened that the workflow waits for", **_ON_CHANGE)


def test_without_steps_a_change_has_just_happened_to_everybody_given(shop: Project) -> None:
    passes(shop, f"given: [{{pid: A1, name: An}}], expect: [{_CALL}]", **_ON_CHANGE)


def test_who_is_given_is_new_for_a_workflow_about_new_ones(shop: Project) -> None:
    new = {
        "trigger": "{moment: created, conditions: [{status: Mới}]}",
        "actions": _ON_CHANGE["actions"],
    }
    passes(shop, f"given: [{{pid: A1, name: An, status: Mới}}], expect: [{_CALL}]", **new)
    passes(shop, "given: [{pid: A1, name: An, status: Lost}], expect: []", **new)


def test_with_steps_only_who_is_added_is_new(shop: Project) -> None:
    new = {"trigger": "{moment: created}", "actions": _ON_CHANGE["actions"]}
    added = "when: [{add: {pid: A1, name: An}}]"
    passes(shop, f"given: [{{pid: A2, name: B}}], {added}, expect: [{_CALL}]", **new)


def test_tags_that_are_set_replace_those_there_were(shop: Project) -> None:
    tagged = {
        "trigger": "{moment: updated, "
        "conditions: [{tags: {has_all: [B]}}, {tags: {has_none: [A]}}]}",
        "actions": "[{update: {status: Lost}}]",
    }
    step = "when: [{set: {customer: A1, tags: [B]}}]"
    case = f"given: [{{pid: A1, tags: [A]}}], {step}, expect: [{_LOST}]"
    passes(shop, case, **tagged)


def test_an_event_from_outside_is_answered_with_what_it_tells(shop: Project) -> None:
    event = {
        "trigger": "{moment: event, event: page_interaction, "
        "conditions: [{event.text: {contains: giá}}]}",
        "actions": '[{send_sms: {to: {staff: lan}, content: "{{ event.text }} {{ event.page }}"}}]',
    }
    said = 'event: {kind: page_interaction, customer: A1, page: "1", text: "Giá?"}'
    answer = '{customer: A1, send_sms: {content: "Gia? 1"}}'
    given = "given: [{pid: A1, name: An}], when: "
    passes(shop, f"{given}[{{{said}}}, {{{said}}}], expect: [{answer}, {answer}]", **event)
    passes(shop, f"{given}[{{{said.replace('Giá', 'alô')}}}], expect: []", **event)
    case = f"{given}[{{{said.replace('text', 'txt')}}}], expect: []"
    fails(shop, case, "There is no field txt. Did you mean text?", **event)


_TASKS = {
    "object": "task",
    "trigger": "{moment: updated, conditions: [{status: {changed_to: done}}]}",
    "actions": '[{send_sms: {to: {staff: lan}, content: "{{ task.content }}"}}]',
}
_TWO = (
    "given: [{object: task, customer: A1, content: Goi}, {pid: A1, name: An}, "
    "{object: task, customer: A1, content: Gap}]"
)


def test_a_task_is_named_by_its_number_in_the_order_of_appearance(shop: Project) -> None:
    step = "when: [{set: {task: 2, status: done}}]"
    passes(shop, f"{_TWO}, {step}, expect: [{{task: 2, send_sms: {{content: Gap}}}}]", **_TASKS)
    passes(shop, f"{_TWO}, {step}, expect: [{{customer: A1, task: 2, send_sms: }}]", **_TASKS)
    passes(shop, f"{_TWO}, {step}, expect: [{{customer: A1, send_sms: {{}}}}]", **_TASKS)
    case = f"{_TWO}, {step}, expect: [{{customer: A1, task: 1, send_sms: {{}}}}]"
    fails(shop, case, "A1 task 1: send_sms was expected and not done.", **_TASKS)


def test_a_task_that_is_not_there_fails_the_test(shop: Project) -> None:
    for number in ("3", "0", "99999999999999999999", "true", '"1"'):
        case = f"{_TWO}, when: [{{set: {{task: {number}, status: done}}}}], expect: []"
        told = tried(shop, case, **_TASKS).why or ""
        assert told.startswith("There is no task"), told


def test_a_customer_s_stage_is_a_field_that_can_be_given_and_changed(shop: Project) -> None:
    staged = {
        "trigger": "{moment: updated, conditions: [{pipeline.ban: {changed_to: Chốt}}]}",
        "actions": "[{update: {status: Lost}}]",
    }
    given = "given: [{pid: A1, pipeline.ban: Gặp}], when: "
    passes(
        shop, f"{given}[{{set: {{customer: A1, pipeline.ban: Chốt}}}}], expect: [{_LOST}]", **staged
    )
    passes(shop, f"{given}[{{set: {{opportunity: 1, stage: Chốt}}}}], expect: [{_LOST}]", **staged)


def test_an_account_is_named_by_its_code(shop: Project) -> None:
    owned = {"filter": "[{account: CTY}]", "actions": "[{update: {status: Lost}}]"}
    given = "given: [{pid: A1, account: cty}, {pid: CTY, kind: account}]"
    passes(shop, f"{given}, expect: [{_LOST}]", **owned)


def test_a_birthday_by_the_moon_can_be_given(shop: Project) -> None:
    moon = {
        "filter": "[{birthday: {lunar_anniversary: today}}]",
        "actions": "[{update: {status: Lost}}]",
    }
    given = 'given: [{pid: A1, lunar_birthday: "--01-01"}]'
    passes(shop, f'now: "2027-02-06T10:00", {given}, expect: [{_LOST}]', **moon)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("{pid: A1, status: Mơi}", "status can't be Mơi. Did you mean Mới?"),
        ("{pid: A1, birthday: 30/2/1990}", "birthday can't be 30/2/1990."),
        ("{pid: A1, created_at: hôm qua}", "created_at can't be hôm qua. It takes a date like"),
        ('{pid: A1, phone: "12"}', "phone can't be 12."),
        ("{pid: A1, revenue: 1.5}", "revenue can't be 1.5. It takes a whole number."),
        ("{pid: A1, revenue: 9007199254740993}", "It is too large."),
        ("{pid: A1, revenue: ba triệu}", "It takes a number, without quotes."),
        ("{pid: A1, pinned: 1}", "pinned can't be 1. It takes true or false."),
        ("{pid: A1, tags: [[VIP]]}", "It takes a text."),
        ("{pid: A1, name: [An]}", "It takes a text."),
        ("{pid: A1, age: 30}", "say birthday instead"),
        ("{pid: A1, staus: Mới}", "There is no field staus. Did you mean status?"),
        ("{pid: A1, assignee: nam}", "assignee can't be nam."),
        ("{pid: A1}, {pid: a1}", "There are two customers a1 in this test."),
        ("{pid: A1, account: A9}", "There is no customer A9 in this test."),
        ("{object: task}", "It doesn't say whose it is"),
        ("{object: ticket, customer: A9}", "There is no customer A9 in this test."),
        ("{pid: A1}, {object: task, customer: A1, status: xong}", "status can't be xong."),
        ("{pid: A1}, {object: opportunity, customer: A1, stage: B}", "stage can't be B."),
        ("{pid: A1, pipeline.ban: Gặp}, {object: opportunity, customer: A1}", "one card in a"),
        ("{pid: A1, phone_kind: fax}", "phone_kind can't be fax."),
        ("{pid: A1, hang: Đồng}", "hang can't be Đồng."),
        ("{pid: A1, diem: .inf}", "diem can't be .inf."),
    ],
)  # fmt: skip
def test_what_cannot_be_given_fails_with_its_reason(shop: Project, given: str, why: str) -> None:
    fails(shop, f"given: [{given}], expect: []", why)


def test_a_message_is_expected_by_any_part_of_what_it_does(shop: Project) -> None:
    send = {
        "actions": "[{send_sms: {to: assignee, content: Goi, send_at: +2h}}, "
        "{send_sms: {to: {group: g}, content: Gap}}]"
    }
    shop.settle(statuses="[Mới]", groups="{g: {name: G, members: [lan]}}")
    given = f'now: "{NOW}", given: [{{pid: A1, assignee: lan}}]'
    for one, two in (
        ("to: assignee", "to: {group: g}"),
        ("to: {staff: lan}, content: Goi", "to: {staff: lan}, content: Gap"),
        ('send_at: "+2h"', "send_at: now"),
        ('send_at: "2026-12-01T12:00"', 'recipient: "0900009001"'),
        ('send_at: "12:00"', "parts: 1, price: 100"),
        ("purpose: care, provider: thu", "channel: sms"),
        ("subject: null", 'page: ""'),
    ):
        both = ", ".join(f"{{customer: A1, send_sms: {{{part}}}}}" for part in (one, two))
        case = f"{given}, expect: [{both}]"
        passes(shop, case, **send)
    for wrong in (
        "to: customer",
        'send_at: "12:01"',
        "parts: 2",
        "purpose: advertising",
        "nonsense: 1",
        "nonsense: null",
        'nonsense: ""',
        "content: null",
    ):
        both = f"{{customer: A1, send_sms: {{{wrong}}}}}, {{customer: A1, send_sms: {{}}}}"
        case = f"{given}, expect: [{both}]"
        assert not tried(shop, case, **send).passed, wrong


def test_a_change_is_expected_by_any_part_of_what_it_does(shop: Project) -> None:
    change = {
        "actions": "[{update: {status: Lost, add_tags: [X, Y], remove_tags: [Z], "
        "note: {append: alo}, pinned: true, "
        'fields: {hen: "2026-12-02T09:00", hang: Vàng, diem: 3}}}]'
    }
    given = "given: [{pid: A1, tags: [Z], note: cũ}]"
    for part in (
        "",
        "status: Lost",
        "add_tags: [y]",
        "add_tags: [X, Y], remove_tags: [z]",
        "tags: [Y, X]",
        "note: {append: alo}",
        'note: "cũ\\nalo"',
        "pinned: true",
        'fields: {hen: "2026-12-02T09:00", diem: 3}',
        "hang: Vàng",
    ):
        passes(shop, f"{given}, expect: [{{customer: A1, update: {{{part}}}}}]", **change)
    for part in (
        "status: lost",
        "add_tags: [Z]",
        "remove_tags: [X]",
        "tags: [X]",
        "note: {append: al}",
        "note: {replace: alo}",
        "pinned: false",
        "fields: {diem: 4}",
        "fields: {so: 4}",
        "source: Web",
        "source: null",
        "add_tags: null",
    ):
        case = f"{given}, expect: [{{customer: A1, update: {{{part}}}}}]"
        assert not tried(shop, case, **change).passed, part


def test_an_entry_that_says_little_takes_nothing_from_one_that_says_more(shop: Project) -> None:
    twice = {
        "actions": "[{send_sms: {to: {staff: lan}, content: Mot}}, "
        "{send_sms: {to: {staff: lan}, content: Hai}}]"
    }
    expected = "[{customer: A1, send_sms: {}}, {customer: A1, send_sms: {content: Mot}}]"
    passes(shop, f"given: [{{pid: A1}}], expect: {expected}", **twice)


def test_a_workflow_does_not_answer_what_it_did_itself(shop: Project) -> None:
    loop = {
        "trigger": "{moment: updated, conditions: [{status: {changed: true}}]}",
        "actions": "[{update: {status: Lost}}]",
    }
    step = "when: [{set: {customer: A1, status: Quan tâm}}]"
    case = f"given: [{{pid: A1, status: Mới}}], {step}, expect: [{_LOST}]"
    passes(shop, case, **loop)


def test_the_guard_and_the_quiet_hours_of_the_project_stop_no_test(shop: Project) -> None:
    shop.settle(statuses="[Mới]", policy="{guard: {max_recipients: 0, max_percent: 1}}")
    given = 'given: [{pid: A1, name: An, phone: "0900000111"}]'
    passes(shop, f'now: "2026-12-01T02:00", {given}, expect: [{{customer: A1, send_sms: {{}}}}]')


def test_time_beyond_the_calendar_fails_the_test(shop: Project) -> None:
    for case in (
        'now: "2198-06-01", when: [{advance: 1 year}], expect: []',
        'now: "1900-01-01", when: [{advance: 1 day}], expect: []',
    ):
        fails(shop, case, "The time goes beyond the calendar.")
    passes(shop, 'now: "2198-12-30", when: [{advance: 1 day}], expect: []')
    passes(shop, 'now: "1901-01-01", when: [{advance: 1 day}], expect: []')
    steps = ", ".join(["{advance: 6 years}"] * 2)
    fails(
        shop, f'now: "{NOW}", when: [{steps}], expect: []', "ten years", trigger="{moment: created}"
    )


def test_one_test_leaves_nothing_to_the_next(shop: Project) -> None:
    case = f'{{name: it, now: "{NOW}", given: [{_QUIET}], expect: [{_LOST}]}}'
    shop.workflow("it", tests=f"[{case}, {case}]", **_DAILY)
    project = open_project(shop.root, {**os.environ, **shop.environ})
    seen: list[int] = []
    tested = run_tests(project, project.workflows.values(), at(NOW), seen.append)
    assert [each.passed for each in tested] == [True, True] and seen == [1, 1]
    assert not (shop.root / "cskh.db").exists()


_NAMES = ["pid", "kind", "type", "name", "phone", "phone_2", "birthday", "lunar_birthday", "gender",
          "status", "assignee", "tags", "account", "note", "revenue", "order_count", "created_at",
          "pinned", "pipeline.ban", "hen", "hang", "diem", "email", "phone_kind"]  # fmt: skip
_OWN = ["content", "status", "due_at", "title", "on_time", "pipeline", "stage", "amount", "group"]
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(
        ["A1", "Mới", "lan", "2026-12-01", "--02-30", "0900000111", "ban", "Gặp", "Bạc"]
    ),
    st.lists(st.one_of(st.text(max_size=3), st.integers()), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
_SOMEBODY = st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=4)
_SOMETHING = st.fixed_dictionaries(
    {"object": st.sampled_from(["task", "ticket", "opportunity"]), "customer": st.just("A1")},
    optional=dict.fromkeys(_OWN, _VALUES),
)
_WHOM = st.one_of(
    st.fixed_dictionaries({"customer": st.one_of(st.just("A1"), _VALUES)}),
    st.fixed_dictionaries({"task": _VALUES}),
    st.fixed_dictionaries({"opportunity": st.integers(0, 2)}),
)
_STEPS = st.one_of(
    st.builds(Happens, add=st.one_of(_SOMEBODY, _SOMETHING)),
    st.builds(lambda whom, what: Happens(set=what | whom), _WHOM, _SOMEBODY),
    st.builds(
        lambda whom, kind, text: Happens(event={"kind": kind, "text": text, **whom}),
        _WHOM,
        st.sampled_from(get_args(EventName)),
        _VALUES,
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    given=st.lists(st.one_of(_SOMEBODY, _SOMETHING), max_size=3),
    when=st.lists(_STEPS, max_size=3),
    moment=st.sampled_from(["created", "updated", "created_or_updated"]),
)
def test_whatever_a_test_says_it_passes_or_says_why_not(
    shop: Project, given: list[dict[str, Any]], when: list[Happens], moment: str
) -> None:
    shop.workflow("it", trigger=f"{{moment: {moment}}}", tests="[{name: it, expect: []}]")
    project = open_project(shop.root, {**os.environ, **shop.environ})
    expected = Expected(customer="A1", action="send_sms", what={"content": "Hello An"})
    case = Case(name="it", given=({"pid": "A1"}, *given), when=tuple(when), expect=(expected,))
    workflow = replace(project.workflows["it"], tests=(case,))
    (tested,) = run_tests(project, [workflow], at(NOW), lambda _n: None)
    assert tested.why is None or tested.why.strip()


_WORK = {
    "object": "lead",
    "actions": "[{create_task: {content: 'Goi {{ customer.name }}', group: g, due: 2 days}}, "
    "{add_to_telesales: {campaign: t}}, {add_to_pipeline: {pipeline: ban}}, "
    "{convert_lead: {create_account: false}}, {pin: {}}]",
}


def _work(part: str) -> str:
    first, *rest = (
        "create_task: {}",
        "add_to_telesales: {campaign: t}",
        "add_to_pipeline: {pipeline: ban, stage: Gặp}",
        "convert_lead: ",
        "pin: {pinned: true}",
    )
    expected = ", ".join(f"{{customer: A1, {each}}}" for each in (part or first, *rest))
    return f'now: "{NOW}", given: [{{pid: A1, name: An}}], expect: [{expected}]'


@pytest.fixture
def office(shop: Project) -> Project:
    shop.settle(
        groups="{g: {name: G, members: [lan]}}",
        pipelines="{ban: {name: Bán, stages: [Gặp, Chốt]}}",
        telesales="{t: {name: T, audience: lead}}",
    )
    return shop


@pytest.mark.parametrize(
    "part",
    [
        "",
        "create_task: {content: Goi An, group: g, assignee: lan, priority: normal}",
        'create_task: {due: 2 days, due_at: "2026-12-03T10:00", status: open}',
    ],
)
def test_work_is_expected_by_what_it_is_or_by_what_the_action_says(
    office: Project, part: str
) -> None:
    passes(office, _work(part), **_WORK)


@pytest.mark.parametrize("part", ["content: Goi", "due: 3 days", "assignee: minh", "title: Goi An"])
def test_work_of_another_kind_is_told(office: Project, part: str) -> None:
    name, _colon, wanted = part.partition(": ")
    why = (
        f"create_task is otherwise than expected (- expected, + done):\n  {name}\n    - {wanted}\n"
    )
    fails(office, _work(f"create_task: {{{part}}}"), why, **_WORK)


def test_an_account_that_is_set_is_a_change_of_the_field(shop: Project) -> None:
    linked = {
        "trigger": "{moment: updated, conditions: [{account: {changed: true}}]}",
        "actions": "[{update: {status: Lost}}]",
    }
    given = "given: [{pid: A1}, {pid: CTY, kind: account}]"
    step = "when: [{set: {customer: A1, account: CTY}}]"
    passes(shop, f"{given}, {step}, expect: [{_LOST}]", **linked)


def advertised(shop: Project, given: str, expect: str) -> Judgement:
    shop.settle(policy="{opt_out_text: {sms: TC}}")
    actions = "[{send_sms: {content: Sale, purpose: advertising}}]"
    entry = f"{{pid: A1, name: An, kind: lead, phone: 0900000001{given}}}"
    return tried(shop, f"given: [{entry}], expect: [{expect}]", actions=actions)


def test_who_agreed_gets_advertising_in_a_test_too(shop: Project) -> None:
    agreed = ", consents: [{channel: sms, purpose: advertising}]"
    sent = '{customer: A1, send_sms: {content: "[QC] Sale. TC"}}'
    assert advertised(shop, agreed, sent).passed
    assert advertised(shop, "", "").passed
    for refused in ("[{}]", "[{channel: sms}]", "[{purpose: advertising}]"):
        assert advertised(shop, f"{agreed}, opt_outs: {refused}", "").passed
    assert advertised(shop, f"{agreed}, opt_outs: [{{channel: email}}]", sent).passed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("consents: [{channel: sms}]", "A consent names a channel and a purpose."),
        ("consents: [{channel: fax, purpose: care}]", "channel can't be fax."),
        ("opt_outs: sms", "It is a list, like [{channel: sms}]."),
        ("opt_outs: [sms]", "It is a list, like [{channel: sms}]."),
        ("opt_outs: [{chanel: sms}]", "There is no field chanel."),
    ],
)
def test_what_is_no_consent_fails_its_test_with_the_reason(
    shop: Project, given: str, why: str
) -> None:
    assert why in (advertised(shop, f", {given}", "").why or "")
