"""A rule in words, built from YAML as a project has it."""

from __future__ import annotations

from typing import Any

import pytest

from cskh.engine.project import registries
from cskh.model.message import Channel
from cskh.model.settings import MessageTemplate, Page, Settings
from cskh.model.workflow import Workflow
from cskh.rules.saying import Saying, saying, texts
from cskh.spec import build
from tests.sample import FIELDS

pytestmark = pytest.mark.usefixtures("english")

SETTINGS = Settings(version=1, pages=(Page(id="1", name="Hà Nội"), Page(id="2", name="Huế")))
TEMPLATES = {"chao": MessageTemplate(name="Chào", channel=Channel.SMS, content="Chào\nbạn ")}
DAILY = {"moment": "daily", "at": "10:00"}
PLAIN: dict[str, Any] = {
    "name": "Rule",
    "object": "lead",
    "trigger": DAILY,
    "actions": [{"update": {"status": "Lost"}}],
}


def workflow(**parts: Any) -> Workflow:
    return build.workflow("rule", "rule.yaml", PLAIN | parts, FIELDS, registries())


def said(**parts: Any) -> Saying:
    return saying(workflow(**parts), FIELDS, SETTINGS, TEMPLATES)


def lines(**parts: Any) -> list[str]:
    return ["  " * depth + text for depth, text in said(**parts).lines]


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (DAILY, "Every day at 10:00"),
        ({"moment": "weekly", "weekday": "tue", "at": "09:30"}, "Every Tuesday at 09:30"),
        ({"moment": "monthly", "day": 5, "at": "08:00"}, "On day 5 of every month at 08:00"),
        (
            {"moment": "monthly", "day": 31, "at": "08:00"},
            "On day 31 of every month (the last one if it is shorter) at 08:00",
        ),
        (
            {"moment": "monthly", "day": "last", "at": "08:00"},
            "On the last day of every month at 08:00",
        ),
        ({"moment": "created"}, "When a lead is created"),
        ({"moment": "updated"}, "When a lead is updated"),
        ({"moment": "created_or_updated"}, "When a lead is created or updated"),
        ({"moment": "event", "event": "call_missed"}, "When a call of a lead is missed"),
        (
            {"moment": "event", "event": "page_interaction"},
            "When a lead writes or comments on any page",
        ),
        (
            {"moment": "event", "event": "message_replied", "pages": ["1"]},
            "When a lead replies to our message on the page Hà Nội",
        ),
        (
            {"moment": "event", "event": "conversation_tagged", "pages": ["1", "2"]},
            "When the conversation with a lead on one of the pages Hà Nội, Huế is tagged",
        ),
    ],
)
def test_every_moment_has_its_words(trigger: dict[str, Any], words: str) -> None:
    assert said(trigger=trigger).trigger == words


def test_a_whole_rule_reads_from_top_to_bottom() -> None:
    groups = {
        "any": [
            {"last_contacted_at": {"older_than": "15 days"}},
            {"all": [{"tags": {"has": "VIP"}}, {"phone": {"empty": False}}]},
        ]
    }
    assert lines(
        filter=[{"status": {"in": ["Mới", "Quan tâm"]}}],
        trigger=DAILY | {"conditions": groups},
        repeat={"after": "30 days"},
        catch_up="12h",
        actions=[{"update": {"status": "Lost"}}, {"send_sms": {"template": "chao"}}],
    ) == [
        "It works on leads for which this is true:",
        "  - Status is one of Mới, Quan tâm",
        "Every day at 10:00, if at least one of these is true:",
        "  - Last contact is 15 days ago or longer",
        "  - all of this:",
        "    - Tags include VIP",
        "    - Phone is not empty",
        "Then, at most once in 30 days for each of them, it does this:",
        "  1. set the status to Lost",
        "  2. send an SMS",
        "    “Chào",
        "    bạn”",
        "A run that was missed is made up within 12 hours.",
    ]


def test_a_rule_without_conditions_is_short() -> None:
    assert lines(object="customer", repeat="once", catch_up="skip") == [
        "It works on all customers.",
        "Every day at 10:00.",
        "Then, only once for each of them, it does this:",
        "  1. set the status to Lost",
        "A run that was missed is not made up.",
    ]


@pytest.mark.parametrize(
    ("conditions", "head"),
    [
        ([{"status": "Mới"}], "Every day at 10:00, if this is true:"),
        ({"any": [{"status": "Mới"}]}, "Every day at 10:00, if this is true:"),
        ([{"status": "Mới"}, {"name": "An"}], "Every day at 10:00, if all of this is true:"),
    ],
)
def test_one_condition_is_not_all_of_them(conditions: Any, head: str) -> None:
    assert head in lines(trigger=DAILY | {"conditions": conditions})


def test_conditions_keep_their_groups_as_values() -> None:
    told = said(
        filter=[{"name": "An"}],
        trigger=DAILY | {"conditions": {"all": [{"any": [{"status": "Mới"}]}]}},
    )
    assert told.filter == ["Name is An"]
    assert told.conditions == {"all": [{"any": ["Status is Mới"]}]}


def test_a_field_that_the_catalogue_lacks_goes_by_its_name() -> None:
    rule = workflow(filter=[{"status": "Mới"}])
    assert saying(rule, {}, SETTINGS, {}).filter == ["status is Mới"]
    related = {"customer.status": FIELDS["status"]}
    rule = build.workflow(
        "rule", "rule.yaml", PLAIN | {"filter": [{"customer.status": "Mới"}]}, related, registries()
    )
    assert saying(rule, related, SETTINGS, {}).filter == ["Status of the customer is Mới"]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ({"send_sms": {"content": "Chào {{ customer.name }}"}}, ["Chào {{ customer.name }}"]),
        ({"send_sms": {"template": "chao"}}, ["Chào\nbạn "]),
        ({"send_sms": {"template": "gone"}}, []),
        ({"update": {"note": {"append": "gọi lại"}, "status": "Lost"}}, ["gọi lại"]),
        ({"update": {"status": "Lost"}}, []),
    ],
)
def test_texts_are_found_wherever_an_action_has_them(
    action: dict[str, Any], words: list[str]
) -> None:
    (made,) = workflow(actions=[action]).actions
    assert list(texts(made, TEMPLATES)) == words
