"""Schemas from annotations: what they say, and that the quick yes and the slow no agree."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cskh.engine.project import registries
from cskh.model.clock import Span
from cskh.model.fields import Kind, customer_fields
from cskh.model.secret import Secret
from cskh.model.settings import CustomField, Group, Page, Settings, Staff
from cskh.model.shape import GoesWith, Keyed, Names, Pattern, Says, Seconds, Size, Template
from cskh.spec.accepting import accepts
from cskh.spec.annotations import shape_of
from cskh.spec.explaining import explain
from cskh.spec.fragments import SPANS, fragment, record
from cskh.spec.reading import read
from cskh.spec.schema import KINDS, schema
from cskh.spec.vocabulary import Vocabulary, anybodys, vocabulary
from tests.spec.lint_files import LINT

ANYBODY = anybodys()
SCHEMAS = {kind: schema(kind, registries(), ANYBODY) for kind in KINDS}


SPAN_OR_SKIP = {
    "type": "string",
    "pattern": f"^(?:skip|{SPANS['pattern'][1:-1]})$",
    "examples": ["skip", "15 days"],
}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(frozen=True, kw_only=True)
class One:
    """Somebody."""

    one: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Other:
    """Somebody else."""

    other: int = 0


@pytest.mark.parametrize(
    "hint, made",
    [
        (str, {"type": "string"}),
        (str | None, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (float, {"type": "number"}),
        (Any, {}),
        (Colour, {"enum": ["red", "blue"]}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (Mapping[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (
            Mapping[Literal["a"], int],
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "additionalProperties": False,
            },
        ),
        (Annotated[str, Size(least=1)], {"type": "string", "minLength": 1}),
        (Annotated[int, Size(most=9)], {"type": "integer", "maximum": 9}),
        (
            Annotated[tuple[str, ...], Size(least=1, most=5)],
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
        ),
        (
            Annotated[str, Pattern("a|b", "a")],
            {"type": "string", "pattern": "^(?:a|b)$", "examples": ["a"]},
        ),
        (Annotated[str, Template(), Says("A text")], {"description": "A text", "type": "string"}),
        (Span, SPANS),
        (Span | Literal["skip"], SPAN_OR_SKIP),
        (
            int | Literal["last"],
            {"type": ["integer", "string"], "if": {"type": "string"}, "then": {"enum": ["last"]}},
        ),
        (
            Literal["me"] | One | Other,
            {
                "type": ["object", "string"],
                "properties": {"one": {"type": "string"}, "other": {"type": "integer"}},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
                "if": {"type": "string"},
                "then": {"enum": ["me"]},
            },
        ),
    ],
)
@pytest.mark.usefixtures("english")
def test_annotations_become_fragments(hint: Any, made: dict[str, Any]) -> None:
    assert fragment(shape_of(hint), ANYBODY) == made


def test_a_secret_can_only_be_named() -> None:
    test = accepts(fragment(shape_of(Secret), ANYBODY))
    assert test("${NAME}") and not any(map(test, ("hunter2", "${}", "x${NAME}", "${NAME}\n", 5)))


def test_a_span_may_stand_behind_a_key_of_its_own() -> None:
    test = accepts(fragment(shape_of(Literal["once"] | Annotated[Span, Keyed("after")]), ANYBODY))
    assert test("once") and test({"after": "30 days"})
    assert not any(map(test, ("30 days", {}, {"after": "30"}, {"before": "30 days"})))


def test_seconds_may_be_written_as_a_length_of_time() -> None:
    hint = Annotated[int, Seconds(), Size(least=1)]
    test = accepts(fragment(shape_of(hint), ANYBODY))
    assert test(30) and test("30s") and not test(0) and not test("30")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Companions:
    """Keys that go with others."""

    moment: Colour
    at: Annotated[str | None, GoesWith("moment", ("red",))] = None
    note: Annotated[str | None, GoesWith("moment", ("red",), needed=False)] = None


@pytest.mark.parametrize(
    "data, fits",
    [
        ({"moment": "red", "at": "x"}, True),
        ({"moment": "red", "at": "x", "note": "y"}, True),
        ({"moment": "red"}, False),
        ({"moment": "red", "at": None}, False),
        ({"moment": "blue"}, True),
        ({"moment": "blue", "at": None}, True),
        ({"moment": "blue", "at": "x"}, False),
        ({"moment": "blue", "note": "x"}, False),
        ({"at": "x"}, False),
    ],
)
def test_a_key_goes_with_some_values_of_another_key(data: dict[str, Any], fits: bool) -> None:
    assert accepts(record(Companions, ANYBODY))(data) is fits


SETTINGS = Settings(
    version=1,
    staff=(Staff(id="lan", name="Lan", role="owner"),),
    groups={"hn": Group(name="Hà Nội", members=("lan",))},
    statuses=("Mới", "Lost"),
    fields={"hang": CustomField(type="choice", choices=("Bạc",)), "so": CustomField(type="number")},
    pages=(Page(id="1", name="Trang"),),
)
OURS = schema("workflow", registries(), vocabulary(SETTINGS, {}))


def workflow(**changed: Any) -> dict[str, Any]:
    data = {
        "name": "A",
        "object": "lead",
        "trigger": {"moment": "daily", "at": "10:00"},
        "actions": [{"update": {"status": "Lost"}}],
    }
    return data | changed


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"filter": [{"status": "Mới"}, {"hang": {"in": ["Bạc"]}}, {"so": {"gt": 3}}]},
        {"actions": [{"update": {"assignee": "lan", "fields": {"hang": "Bạc", "so": 4}}}]},
        {"actions": [{"send_sms": {"content": "a", "to": {"group": "hn"}}}]},
        {"trigger": {"moment": "event", "event": "call_missed", "pages": ["1"]}},
    ],
)
def test_a_projects_schema_takes_its_own_names(changed: dict[str, Any]) -> None:
    assert accepts(OURS)(workflow(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"filter": [{"status": "Moi"}]},
        {"filter": [{"hang": "Vàng"}]},
        {"filter": [{"so": {"contains": "3"}}]},
        {"filter": [{"khac": "x"}]},
        {"actions": [{"update": {"status": "Xong"}}]},
        {"actions": [{"update": {"assignee": "mai"}}]},
        {"actions": [{"update": {"fields": {"khac": 1}}}]},
        {"actions": [{"update": {"fields": {"so": "nhiều"}}}]},
        {"actions": [{"send_sms": {"content": "a", "to": {"group": "x"}}}]},
        {"actions": [{"send_sms": {"template": "khong-co"}}]},
        {"trigger": {"moment": "event", "event": "call_missed", "pages": ["2"]}},
    ],
)
def test_a_projects_schema_refuses_other_names(changed: dict[str, Any]) -> None:
    assert accepts(SCHEMAS["workflow"])(workflow(**changed)) or "so" in str(changed)
    assert not accepts(OURS)(workflow(**changed))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_field_takes_the_operators_of_its_kind_and_no_others(kind: Kind) -> None:
    field = next(each for each in customer_fields(SETTINGS).values() if each.kind is kind)
    fitting = SCHEMAS["workflow"]["$defs"][f"{kind}_field"]["then"]["properties"].keys() - {"marks"}
    rows = registries().operators.values()
    assert fitting == {row.name for row in rows if field.kind in row.kinds}


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_valid_and_say_of_which_version_they_are(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    assert SCHEMAS[kind]["$id"].startswith(f"urn:cskh:schema:{kind}:")


GOOD = [
    pytest.param(path, id=path.name)
    for path in sorted(LINT.glob("good/*.yaml"))
    if "kind:" not in path.read_text(encoding="utf-8").partition("\n")[0]
]


@pytest.mark.parametrize("path", GOOD)
def test_good_workflows_fit_the_published_schema(path: Path) -> None:
    document = read(path.read_bytes(), path.name)
    assert accepts(SCHEMAS["workflow"])(document.data)


def test_examples_of_actions_and_providers_come_from_their_docstrings() -> None:
    actions = SCHEMAS["workflow"]["$defs"]["action"]["else"]["properties"]
    assert all(each["examples"] for each in actions.values())
    providers = [each for name, each in SCHEMAS["project"]["$defs"].items() if name != "provider"]
    assert all(each["examples"] for each in providers)


SHAPE = schema("workflow", registries(), Vocabulary(fields={}, closed=False))
WORDS = """name object filter trigger actions repeat moment at weekday day conditions all any
status is in marks send_sms update content to staff after tests given expect customer when nope"""
KEYS = st.sampled_from(WORDS.split())
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 40)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(
        ["", "a", "daily", "weekly", "10:00", "mon", "last", "lead", "15 days", "always"]
    )
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
PARTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("filter", "trigger", "repeat", "actions", "tests", "name"), DATA),
)


@settings(max_examples=300, deadline=None)
@given(DATA | PARTS.map(lambda parts: workflow(**parts)))
def test_the_quick_yes_and_the_slow_no_agree(data: Any) -> None:
    document = dataclasses.replace(read("", "a.yaml"), data=data)
    assert accepts(SHAPE)(data) is (explain(document, SHAPE) == ())


def test_a_keyword_that_the_quick_yes_does_not_know_is_an_error_not_a_yes() -> None:
    with pytest.raises(KeyError):
        accepts({"type": "string", "maxLength": 3})


@pytest.mark.parametrize("names", [Names("staff"), Names("groups"), Names("pages")])
def test_a_list_of_nobody_takes_no_name(names: Names) -> None:
    nobody = vocabulary(Settings(version=1), {})
    assert fragment(shape_of(Annotated[str, names]), nobody) == {"enum": []}


@pytest.mark.parametrize("names", [Names("statuses"), Names("sources"), Names("workflow_groups")])
def test_a_list_that_is_not_kept_takes_any_name(names: Names) -> None:
    nobody = vocabulary(Settings(version=1), {})
    assert fragment(shape_of(Annotated[str, names]), nobody) == {"type": "string"}
