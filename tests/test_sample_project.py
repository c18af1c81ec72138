"""The sample project in workflows/: it lints clean, and its workflows do what their tests say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from cskh.engine.project import load
from cskh.engine.testing import Judgement, run_tests
from cskh.model.fields import ObjectName
from cskh.model.workflow import Moment
from tests.sample import at

ROOT = Path(__file__).parent.parent / "workflows"
PROJECT = load(ROOT, {})


def test_the_sample_project_has_no_problems() -> None:
    assert PROJECT.problems == ()


@pytest.mark.parametrize("kind", get_args(ObjectName))
def test_there_is_a_workflow_for_every_object(kind: str) -> None:
    assert any(workflow.object == kind for workflow in PROJECT.workflows.values())


@pytest.mark.parametrize("moment", Moment)
def test_there_is_a_workflow_for_every_moment(moment: Moment) -> None:
    assert any(workflow.trigger.moment is moment for workflow in PROJECT.workflows.values())


def test_the_sample_workflows_do_what_they_say() -> None:
    tested = run_tests(PROJECT, PROJECT.workflows.values(), at("2026-12-01T10:00"), lambda _n: None)
    assert [_told(each) for each in tested if not each.passed] == []


def test_every_sample_workflow_is_tested_for_what_it_does_and_for_its_silence() -> None:
    for workflow in PROJECT.workflows.values():
        kinds = Counter(bool(case.expect) for case in workflow.tests)
        assert kinds[True] and kinds[False], workflow.id


def test_the_names_of_tests_are_their_own() -> None:
    for workflow in PROJECT.workflows.values():
        names = [case.name for case in workflow.tests]
        assert len(names) == len(set(names)), workflow.id


def _told(judgement: Judgement) -> str:
    return f"{judgement.file}:{judgement.line} {judgement.name}\n{judgement.why}"
