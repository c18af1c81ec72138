"""A project as a whole: values from documents, what a broken part leaves, and cross-file checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.engine.project import registries
from cskh.errors import Problem
from cskh.model.clock import Span
from cskh.model.conditions import AllOf, AnyOf
from cskh.model.message import Channel
from cskh.model.secret import Secret
from cskh.model.workflow import Moment
from cskh.rules.values import RelativeDay, Window
from cskh.spec.reading import read
from cskh.spec.understanding import Documents, Understood, understand
from tests.spec.test_schema import DATA, KEYS

SETTINGS = """\
version: 1
statuses: [Mới, Lost]
providers:
  sms: {type: vietguys, account: "${ACCOUNT}", service_id: SHOP, passcode: "${PASS}", timeout: 45s}
  thu: {type: sandbox, file: sent.jsonl, rate: 5/s}
active: {sms: sms}
pages: [{id: "1", name: Trang, token: "${TOKEN}"}]
"""
SECRETS = {"ACCOUNT": "shop", "PASS": "hunter2", "TOKEN": "EAAB"}
WORKFLOW = """\
name: Một
object: lead
trigger: {moment: daily, at: "10:00"}
actions: [{update: {status: Lost}}]
"""


def made(
    settings_text: str = SETTINGS,
    workflows: Mapping[str, str] | None = None,
    templates: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] = SECRETS,
) -> Understood:
    documents = Documents(
        settings=read(settings_text, "cskh.yaml"),
        templates=[read(text, file) for file, text in (templates or {}).items()],
        workflows=[read(text, file) for file, text in (workflows or {}).items()],
    )
    return understand(documents, registries(), secrets)


def codes(understood: Understood) -> list[tuple[str, str]]:
    return [(problem.file, problem.code) for problem in understood.problems]


def test_settings_become_values_with_secrets_that_are_not_shown() -> None:
    settings = made().settings
    account = settings.providers["sms"]
    assert (account.id, account.type, account.timeout, account.lacking) == (
        "sms",
        "vietguys",
        45,
        (),
    )
    assert account.settings.account == "shop" and account.settings.passcode == Secret("hunter2")
    assert settings.pages[0].token == Secret("EAAB")
    assert settings.active == {Channel.SMS: "sms"}
    assert settings.providers["thu"].rate == "5/s"
    assert "hunter2" not in repr(settings) and "EAAB" not in repr(settings)


def test_without_a_secret_a_provider_has_no_settings_and_says_which_is_lacking() -> None:
    understood = made(secrets={"ACCOUNT": "shop", "PASS": ""})
    account = understood.settings.providers["sms"]
    assert account.settings is None and account.lacking == ("PASS",)
    assert understood.settings.pages[0].token is None
    assert codes(understood) == [("cskh.yaml", "CK301")] * 2


def test_a_workflow_becomes_a_value() -> None:
    text = """\
name: Một
object: customer
filter: [{status: Mới}, {birthday: {anniversary: in 3 days}}]
trigger:
  moment: monthly
  at: "08:00"
  day: last
  conditions:
    any:
      - revenue: {gte: 5}
      - all: [{created_at: {on: yesterday}}, {name: {contains: an, marks: ignore}}]
repeat: {after: 2 weeks}
catch_up: skip
actions:
  - send_sms: {content: "Chào {{ customer.name }}", to: {staff: lan}}
"""
    settings_text = SETTINGS + "staff: [{id: lan, name: Lan, role: owner, phone: '0900000101'}]"
    workflow = made(settings_text, {"nhom/mot.yaml": text}).workflows["mot"]
    assert (workflow.id, workflow.file, workflow.enabled) == ("mot", "nhom/mot.yaml", True)
    assert (workflow.trigger.moment, workflow.trigger.day) == (Moment.MONTHLY, "last")
    assert (workflow.repeat, workflow.catch_up) == (Span(2, "weeks"), "skip")
    status, birthday = workflow.filter.members
    assert (status.field, status.operator, status.value) == ("status", "is", "Mới")
    assert birthday.value == Window("day", 3) and birthday.path == "filter[1].birthday"
    either = workflow.trigger.conditions
    assert isinstance(either, AnyOf) and isinstance(either.members[1], AllOf)
    day, name = either.members[1].members
    assert day.value == RelativeDay(-1) and name.marks is False
    assert name.path == "trigger.conditions.any[1].all[1].name"
    action = workflow.actions[0]
    assert action.name == "send_sms" and action.to.staff == "lan" and action.unaccent is True


def test_a_template_becomes_a_value_by_its_files_stem() -> None:
    templates = made(templates={"templates/a.yaml": "name: A\nchannel: sms\ncontent: x"}).templates
    assert templates["a"].channel is Channel.SMS and templates["a"].subject is None


def test_a_key_with_nothing_behind_it_is_left_out() -> None:
    understood = made(
        "version: 1\nstaff:\nproviders:\npolicy:\n", {"a.yaml": WORKFLOW + "group:\n"}
    )
    assert understood.problems == () and understood.settings.staff == ()
    assert understood.workflows["a"].group is None


def test_a_workflow_with_errors_is_no_value_and_one_with_advice_is() -> None:
    everybody = WORKFLOW.replace("update: {status: Lost}", "send_sms: {content: x}")
    files = {"a.yaml": WORKFLOW.replace("Lost", "Xong"), "b.yaml": everybody + "repeat: once"}
    understood = made(workflows=files)
    assert codes(understood) == [("a.yaml", "CK210"), ("b.yaml", "CK309")]
    assert understood.workflows.keys() == {"b"}


def test_two_files_of_the_same_name_are_one_too_many() -> None:
    understood = made(workflows={"a/x.yaml": WORKFLOW, "b/x.yml": WORKFLOW})
    assert codes(understood) == [("b/x.yml", "CK241")]
    assert "a/x.yaml" in understood.problems[0].message


def test_a_template_may_have_the_name_of_a_workflow() -> None:
    template = {"templates/x.yaml": "name: A\nchannel: sms\ncontent: x"}
    assert made(workflows={"x.yaml": WORKFLOW}, templates=template).problems == ()


def test_a_message_without_a_provider_is_advice() -> None:
    text = WORKFLOW.replace("update: {status: Lost}", "send_sms: {content: x}") + "repeat: once\n"
    text += "filter: [{status: Mới}]"
    assert codes(made("version: 1", {"a.yaml": text})) == [("a.yaml", "CK302")]


def test_an_sms_to_fall_back_to_needs_a_provider_too() -> None:
    send = 'send_zns: {template_id: "1", fallback: {sms: {content: x}}}'
    text = WORKFLOW.replace("update: {status: Lost}", send) + "repeat: once\n"
    text += "filter: [{status: Mới}]"
    settings = "version: 1\nproviders: {z: {type: sandbox, file: a}}\nactive: {zns: z}"
    (found,) = made(settings, {"a.yaml": text}).problems
    assert (found.code, found.path) == ("CK302", "actions[0].send_zns.fallback.sms")


@pytest.mark.usefixtures("english")
def test_a_recipient_by_name_is_told_how_staff_and_groups_are_written() -> None:
    text = WORKFLOW.replace("update: {status: Lost}", "send_sms: {to: minh, content: x}")

    def hint(text: str) -> str | None:
        problems = made("version: 1", {"a.yaml": text}).problems
        (found,) = (each for each in problems if each.path == "actions[0].send_sms.to")
        assert found.code == "CK123"
        return found.hint

    assert hint(text) == "It is customer, assignee, {staff: id} or {group: id}."
    assert hint(text.replace("minh", "asignee")) == "Did you mean assignee?"


MORE = WORKFLOW + "filter: [{status: Mới}, {hang_the: Bạc}]\n"
BROKEN = [
    pytest.param("version: 1\nstatuses: Lost\n", WORKFLOW, "CK122", id="the part asked for"),
    pytest.param("version: 1\nfields: []\n", MORE, "CK122", id="the custom fields"),
    pytest.param("version: [\n", MORE, "CK104", id="all of it"),
    pytest.param("", MORE, "CK122", id="there is nothing"),
    pytest.param("version: 3\n", WORKFLOW, "CK123", id="the version"),
]


@pytest.mark.parametrize("project, workflow, code", BROKEN)
def test_what_is_broken_in_the_settings_is_told_once(
    project: str, workflow: str, code: str
) -> None:
    assert codes(made(project, {"a.yaml": workflow})) == [("cskh.yaml", code)]


def test_a_broken_template_is_still_a_name() -> None:
    text = WORKFLOW.replace("update: {status: Lost}", "send_sms: {template: t}") + "repeat: once\n"
    files = {"a.yaml": text + "filter: [{status: Mới}]"}
    understood = made(workflows=files, templates={"templates/t.yaml": "name: T"})
    assert {file for file, _code in codes(understood)} == {"templates/t.yaml"}


def test_problems_are_in_the_order_of_files_and_lines() -> None:
    bad = "nme: x\nobjct: y\n"
    understood = made("version: 2", {"b.yaml": bad, "a.yaml": bad})
    order = [(each.file, each.line, each.column) for each in understood.problems]
    assert order == sorted(order) and len({file for file, _l, _c in order}) == 3


SETTING_KEYS = KEYS | st.sampled_from(
    ["version", "staff", "groups", "fields", "providers", "active", "sla", "holidays", "pages"]
    + [
        "policy",
        "timezone",
        "type",
        "id",
        "members",
        "choices",
        "hours",
        "days",
        "add",
        "x",
        "name",
    ]
)
SETTING_DATA = st.recursive(
    DATA, lambda inner: st.dictionaries(SETTING_KEYS, inner, max_size=4), max_leaves=8
)


@settings(max_examples=200, deadline=None)
@given(SETTING_DATA, DATA, st.dictionaries(KEYS, DATA, max_size=8), DATA)
def test_no_data_raises(project: Any, first: Any, second: Any, template: Any) -> None:
    documents = Documents(
        settings=replace(read("", "cskh.yaml"), data=project),
        templates=[replace(read("", "templates/t.yaml"), data=template)],
        workflows=[
            replace(read("", "a.yaml"), data=first),
            replace(read("", "b.yaml"), data=second),
        ],
    )
    assert all(
        isinstance(each, Problem) for each in understand(documents, registries(), {}).problems
    )
