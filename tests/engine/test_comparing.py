from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cskh.engine.comparing import Compared, compare
from cskh.engine.environment import Environment
from cskh.engine.project import Project as Rules
from cskh.engine.project import load, load_from
from cskh.engine.scratch import reading
from cskh.spec.understanding import has_errors
from tests.project import MORNING, Project, make_project, person
from tests.sample import at, stamp


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with four customers, of whom the even ones are Mới and the others Lost."""
    project = make_project(tmp_path_factory.mktemp("crowd"))
    project.add(*(person(n, status="Lost" if n % 2 else "Mới") for n in range(1, 5)))
    return project


@pytest.fixture(autouse=True)
def in_english(english: None) -> None:
    """Every test here speaks English."""


def rules(project: Project, **files: str) -> Rules:
    """Return the project as it would be with other files beside its settings."""
    contents = {f"{name}.yaml".replace("__", "/"): text for name, text in files.items()}
    written = {"cskh.yaml": (project.root / "cskh.yaml").read_text(), **contents}
    encoded = {name: text.encode() for name, text in written.items()}
    made = load_from(project.root, encoded, project.environ)
    assert not has_errors(made.problems)
    return made


def workflow(
    content: str = "Hello {{ customer.name }}", filter_: str = "[]", more: str = ""
) -> str:
    return (
        "name: Hello\nobject: customer\nrepeat: always\n"
        'trigger: {moment: daily, at: "10:00"}\n'
        f"filter: {filter_}\nactions: [{{send_sms: {{{content_of(content)}}}}}]\n{more}"
    )


def content_of(content: str) -> str:
    return content if content.startswith("template:") else f'content: "{content}"'


@contextmanager
def sides(project: Project, *both: Rules) -> Iterator[Sequence[Environment]]:
    with reading(both, at(MORNING), project.root / "cskh.db") as opened:
        yield opened


def compared(
    project: Project, before: Rules, after: Rules, ids: list[str] | None = None
) -> list[Compared]:
    with sides(project, before, after) as (one, other):
        return compare(one, other, ids, None, lambda _n: None)


def test_who_enters_who_leaves_and_for_whom_the_text_changes(crowd: Project) -> None:
    before = rules(crowd, hello=workflow(filter_="[pid: {in: [KH0001, KH0002, KH0003]}]"))
    after = rules(crowd, hello=workflow("Hi!", "[pid: {in: [KH0002, KH0003, KH0004]}]"))
    (found,) = compared(crowd, before, after)
    assert (found.enters, found.leaves) == (["KH0004"], ["KH0001"])
    assert (found.changed, found.unchanged) == (["KH0002", "KH0003"], 0)
    first, _second = found.changes
    assert (first.customer, first.index, first.action) == ("KH0002", 0, "send_sms")
    assert first.before is not None and first.after is not None
    assert (first.before["content"], first.after["content"]) == ("Hello An 2", "Hi!")


@pytest.mark.parametrize(
    "more",
    [
        "# a comment\n",
        "description: For everybody\n",
        'tests: [{name: x, now: "2026-12-01T10:00", given: [], expect: []}]\n',
    ],
)
def test_what_is_only_for_people_is_no_difference(crowd: Project, more: str) -> None:
    before = rules(crowd, hello=workflow())
    other = workflow(more=more).replace("name: Hello", "name: Good morning")
    after = rules(crowd, more__hello=other)
    assert compared(crowd, before, after) == []


def test_a_rule_that_differs_is_listed_although_nothing_comes_of_it(crowd: Project) -> None:
    before, after = (
        rules(crowd, hello=workflow(filter_=f"[status: {{in: [{names}]}}]"))
        for names in ("Mới, Lost", "Lost, Mới")
    )
    (found,) = compared(crowd, before, after)
    assert not found.is_other
    assert found.unchanged == 4


def test_a_workflow_reaches_nobody_where_it_is_disabled_or_not_there(crowd: Project) -> None:
    on, off = rules(crowd, hello=workflow()), rules(crowd, hello=workflow(more="enabled: false\n"))
    without = rules(crowd, other=workflow(more="enabled: false\n"))
    for side in (off, without):
        (found,) = compared(crowd, side, on)
        assert (found.workflow, len(found.enters), found.before) == ("hello", 4, None)
        (found,) = compared(crowd, on, side)
        assert (found.workflow, len(found.leaves), found.after) == ("hello", 4, None)
    assert compared(crowd, off, without) == []


def test_a_named_workflow_is_compared_although_it_is_disabled(crowd: Project) -> None:
    before = rules(crowd, hello=workflow(more="enabled: false\n"), other=workflow())
    after = rules(crowd, hello=workflow("Hi!"), other=workflow("Hi!"))
    (found,) = compared(crowd, before, after, ["hello"])
    assert (found.workflow, len(found.changed)) == ("hello", 4)


def test_a_template_makes_those_workflows_differ_that_use_it(crowd: Project) -> None:
    texts = {"hello": workflow("template: greeting"), "other": workflow()}
    before, after = (
        rules(crowd, **texts, templates__greeting=f"name: x\nchannel: sms\ncontent: {text}\n")
        for text in ("Hello", "Hi")
    )
    (found,) = compared(crowd, before, after)
    assert (found.workflow, len(found.changed)) == ("hello", 4)


def test_settings_make_those_workflows_differ_of_which_something_else_comes(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path)
    project.workflow("closing", repeat="once", actions="[{update: {status: Lost}}]")
    project.crowd(4)
    before = load(project.root, project.environ)
    project.settle(providers="{thu: {type: sandbox, file: sent.jsonl, price: 200}}")
    (found,) = compared(project, before, load(project.root, project.environ))
    assert (found.workflow, len(found.changed)) == ("hello", 4)
    assert found.before is not None and found.after is not None
    assert (found.before.tally.price, found.after.tally.price) == (400, 800)


def test_each_side_knows_its_own_custom_fields(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.settle(fields="{hang_the: {type: choice, choices: [Bạc, Vàng]}}")
    project.add(person(1, hang_the="Vàng"), person(2, hang_the="Bạc"))
    project.workflow("hello", filter="[{hang_the: Vàng}]")
    before = load(project.root, project.environ)
    project.settle(fields="{so_con: {type: number}}")
    project.workflow("hello", filter="[{so_con: {empty: true}}]")
    (found,) = compared(project, before, load(project.root, project.environ))
    assert (found.enters, found.leaves, found.unchanged) == (["KH0002"], [], 1)


def test_of_many_who_change_only_as_many_are_kept_as_somebody_wants(crowd: Project) -> None:
    before, after = rules(crowd, hello=workflow()), rules(crowd, hello=workflow("Hi!"))
    with sides(crowd, before, after) as (one, other):
        (found,) = compare(one, other, None, 2, lambda _n: None)
    assert len(found.changed) == 4
    assert [each.customer for each in found.changes] == ["KH0001", "KH0002"]


def test_each_ticket_of_a_customer_is_compared(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.crowd(2)
    with project.opened() as environment:
        own = {"title": "x", "status": "open", "priority": "high"}
        tickets = [{**own, "customer_id": id_} for id_ in (1, 1, 2)]
        tickets[1]["priority"] = "low"
        environment.store.records.create("ticket", tickets, stamp())
    both = [
        rules(project, hello=workflow(filter_=f"[{condition}]").replace("customer", "ticket", 1))
        for condition in ("priority: high", "title: x")
    ]
    (found,) = compared(project, *both)
    assert (found.enters, found.leaves, found.unchanged) == (["KH0001"], [], 2)


RULES = st.builds(
    lambda text, numbers: workflow(text, f"[pid: {{in: [KH9999{numbers}]}}]"),
    st.sampled_from(["Hello {{ customer.name }}", "Hi!", "Hello"]),
    st.sets(st.integers(1, 4)).map(lambda some: "".join(f", KH000{n}" for n in sorted(some))),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=RULES, other=RULES)
def test_the_other_way_round_those_leave_who_entered(crowd: Project, one: str, other: str) -> None:
    before, after = rules(crowd, hello=one), rules(crowd, hello=other)
    assert compared(crowd, before, before) == []
    there, back = compared(crowd, before, after), compared(crowd, after, before)
    assert [(each.enters, each.leaves, each.changed, each.unchanged) for each in there] == [
        (each.leaves, each.enters, each.changed, each.unchanged) for each in back
    ]
