"""What holds for every provider, and the conversations in fixtures/wire."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.model.message import Channel, Message, Outcome, Purpose, Receipt
from cskh.model.secret import Secret
from cskh.model.shape import Says
from cskh.providers import Failure, Response, Step, converse, discover

WIRE = Path(__file__).parents[2] / "fixtures" / "wire"
KEYS_OF_ALL = {"type", "rate", "parallel", "timeout", "price"}
MOST_STEPS = 10
PROVIDERS = discover()
FIXTURES: Mapping[str, Any] = {
    type_: yaml.safe_load((WIRE / f"{type_}.yaml").read_text("utf-8")) for type_ in PROVIDERS
}
BY_HTTP = {
    type_
    for type_, fixture in FIXTURES.items()
    for case in fixture["cases"]
    if any("url" in turn["request"] for turn in case["exchange"])
}

pytestmark = pytest.mark.usefixtures("english")
every_provider = pytest.mark.parametrize("type_", sorted(PROVIDERS))
every_case = pytest.mark.parametrize(
    ("type_", "case"),
    [
        pytest.param(type_, case, id=f"{type_}: {case['name']}")
        for type_, fixture in FIXTURES.items()
        for case in fixture["cases"]
    ],
)


def build(type_: str) -> Any:
    hints = get_type_hints(PROVIDERS[type_])
    keys = {field_of(type_, key): each for key, each in FIXTURES[type_]["provider"].items()}
    secret = (Secret, Secret | None)
    return PROVIDERS[type_](
        **{key: Secret(each) if hints[key] in secret else each for key, each in keys.items()}
    )


def field_of(type_: str, key: str) -> str:
    """Return the field that holds a key: one that is a word of Python's has a _ behind it."""
    return next(part.name for part in fields(PROVIDERS[type_]) if key_of(part.name) == key)


def key_of(field: str) -> str:
    return field.removesuffix("_")


def message_of(case: Mapping[str, Any]) -> Message:
    said = case["message"]
    kinds = {"channel": Channel(said["channel"]), "purpose": Purpose(said.get("purpose", "care"))}
    return Message(**{**said, **kinds})


def answers_of(case: Mapping[str, Any]) -> list[Response]:
    given_ = [turn["response"] for turn in case["exchange"]]
    return [Response(**{**answer, "body": answer.get("body", "").encode()}) for answer in given_]


def play(
    type_: str, case: Mapping[str, Any], turns: Iterable[Response | Failure]
) -> tuple[Receipt, list[Step]]:
    """Converse about a case's message; return the receipt and every step that was asked for."""
    steps: list[Step] = []
    left = iter(turns)

    def perform(step: Step) -> Response | Failure:
        steps.append(step)
        return next(left)

    return converse(build(type_).flow(message_of(case)), perform), steps


def cut_short(type_: str) -> Iterator[tuple[Mapping[str, Any], list[Response]]]:
    """Return each case with the answers before each of its steps, for another to come there."""
    for case in FIXTURES[type_]["cases"]:
        answers = answers_of(case)
        for count in range(len(answers)):
            yield case, answers[:count]


def secrets_of(type_: str) -> list[str]:
    provider = build(type_)
    values = [getattr(provider, part.name) for part in fields(provider)]
    return [value.reveal() for value in values if isinstance(value, Secret)]


def bare(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return {key: bare(inner) for key, inner in value.items()}
    return [bare(inner) for inner in value] if isinstance(value, list | tuple) else value


def as_written(step: Step, like: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step as fixtures write it: the same keys, and whatever else isn't empty."""
    values = {part.name: bare(getattr(step, part.name)) for part in fields(step) if part.compare}
    named = {name for name, value in values.items() if value not in ({}, None, True)}
    return {name: values[name] for name in named | like.keys()}


@every_case
def test_a_conversation_goes_as_it_is_written_down(type_: str, case: Mapping[str, Any]) -> None:
    receipt, steps = play(type_, case, answers_of(case))

    requests = [turn["request"] for turn in case["exchange"]]
    written = [as_written(step, like) for step, like in zip(steps, requests, strict=True)]
    assert written == requests
    wanted = case["receipt"]
    assert receipt == Receipt(**{**wanted, "outcome": Outcome(wanted["outcome"])})


@every_provider
def test_the_fixtures_have_a_message_that_is_taken(type_: str) -> None:
    outcomes = {case["receipt"]["outcome"] for case in FIXTURES[type_]["cases"]}
    assert "accepted" in outcomes


@every_provider
def test_an_answer_that_is_lost_leaves_the_message_unknown(type_: str) -> None:
    lost = Failure(refused=False, error="no answer")
    for case, answers in cut_short(type_):
        receipt, steps = play(type_, case, [*answers, lost])
        wanted = Outcome.UNKNOWN if steps[-1].delivers else Outcome.RETRY
        assert receipt == Receipt(outcome=wanted, error="no answer")


@every_provider
def test_a_request_that_never_left_is_tried_again(type_: str) -> None:
    refused = Failure(refused=True, error="no such host")
    for case, answers in cut_short(type_):
        receipt, _steps = play(type_, case, [*answers, refused])
        assert receipt == Receipt(outcome=Outcome.RETRY, error="no such host")


@every_provider
def test_no_step_shows_a_secret(type_: str) -> None:
    for case in FIXTURES[type_]["cases"]:
        _receipt, steps = play(type_, case, answers_of(case))
        seen = repr(steps) + repr(build(type_))
        assert [secret for secret in secrets_of(type_) if secret in seen] == []


KEYS = st.sampled_from(["error", "error_code", "msgid", "log", "message", "data", "result"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
BODIES = st.one_of(
    st.binary(max_size=60),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(KEYS, VALUES).map(lambda value: json.dumps(value).encode()),
    st.integers(-40, 40).map(lambda code: str(code).encode()),
    st.sampled_from([b"[" * 60_000, b"9" * 60_000, b'{"error":1,"log":"\\ud800\\u001b[31m"}']),
)
RESPONSES = st.builds(
    Response,
    status=st.just(200) | st.integers(100, 599),
    body=BODIES,
    headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(), max_size=2),
)


@every_provider
@settings(max_examples=200, deadline=None)
@given(response=RESPONSES)
def test_no_answer_is_too_strange_for_a_receipt(type_: str, response: Response) -> None:
    receipt, _steps = play(type_, FIXTURES[type_]["cases"][0], [response] * MOST_STEPS)

    assert receipt.retry_after is None or 1 <= receipt.retry_after <= 6 * 3600
    for text in (receipt.error or "", receipt.provider_id or ""):
        assert text.isprintable()
        assert len(text) < 400


@every_provider
def test_what_a_provider_says_is_told_without_secrets_and_whole_phones(type_: str) -> None:
    case = FIXTURES[type_]["cases"][0]
    said = " ".join([*secrets_of(type_), case["message"]["recipient"], "84 900 000 101"])
    for body in (json.dumps({"error": 1, "error_code": -99, "log": said, "message": said}), said):
        answer = Response(status=200, body=body.encode())
        receipt, _steps = play(type_, case, [answer] * MOST_STEPS)
        told = (receipt.error or "").replace(" ", "")
        assert [secret for secret in secrets_of(type_) if secret in told] == []
        assert not re.search(r"\d{8}", told)


@pytest.mark.parametrize("type_", sorted(BY_HTTP))
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (429, Outcome.RETRY),
        (503, Outcome.RETRY),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (504, Outcome.UNKNOWN),
        (302, Outcome.UNKNOWN),
        (401, Outcome.STOPPED),
        (404, Outcome.STOPPED),
        (400, Outcome.FAILED),
    ],
)
def test_an_http_status_means_the_same_for_all(type_: str, status: int, outcome: Outcome) -> None:
    for case, answers in cut_short(type_):
        refusals = [Response(status=status)] * MOST_STEPS
        receipt, steps = play(type_, case, [*answers, *refusals])
        assert not steps[-1].delivers or receipt.outcome is outcome


@every_provider
def test_the_manual_in_the_docstring_is_a_setting_that_works(type_: str) -> None:
    cls: Any = PROVIDERS[type_]
    manual = re.search(r"```yaml\n(.*?)```", cls.__doc__, re.DOTALL)
    assert manual, f"{type_} shows no yaml"
    entries = yaml.safe_load(manual[1])["providers"].values()
    needed = {key_of(part.name) for part in fields(cls) if part.default is MISSING}
    known = {key_of(part.name) for part in fields(cls)} | KEYS_OF_ALL
    assert [entry["type"] for entry in entries] == [type_] * len(entries)
    assert all(needed <= entry.keys() <= known for entry in entries)


@every_provider
def test_every_key_says_what_it_is(type_: str) -> None:
    cls: Any = PROVIDERS[type_]
    hints = get_type_hints(cls, include_extras=True)
    silent = [
        part.name
        for part in fields(cls)
        if not any(isinstance(mark, Says) for mark in get_args(hints[part.name]))
    ]
    assert silent == []


@every_provider
def test_a_provider_serves_a_channel(type_: str) -> None:
    assert frozenset() < PROVIDERS[type_].channels <= frozenset(Channel)
