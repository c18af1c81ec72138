"""What explain says of a customer is what a run's SQL selects, on random rules and customers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cskh.engine.environment import Environment
from cskh.engine.explaining import explain
from cskh.engine.project import Project
from cskh.model.conditions import AllOf
from cskh.model.workflow import Moment, Trigger, Workflow
from cskh.spec.vocabulary import vocabulary
from cskh.store.sqlite import SqliteStore, open_store
from tests.contracts.test_operators import World, empty, fill, select, worlds
from tests.sample import FIELDS, SETTINGS


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explain") / "cskh.db"


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[SqliteStore]:
    with open_store(path, FIELDS, "here:1:1") as store:
        yield store


def environment(store: SqliteStore, world: World, root: Path) -> Environment:
    words = vocabulary(SETTINGS, {})
    project = Project(root=root, settings=SETTINGS, templates={}, workflows={}, words=words)
    return Environment(project, store, world.clock, lambda: world.clock, FIELDS)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data(), name=st.sampled_from(sorted(FIELDS)))
def test_explain_matches_whom_the_sql_selects(
    opened: SqliteStore, path: Path, data: st.DataObject, name: str
) -> None:
    world = data.draw(worlds(name))
    bare = sqlite3.connect(path)
    empty(bare)
    bare.close()
    fill(opened, world.customers)
    here = environment(opened, world, path.parent)
    everybody = select(opened, AllOf(), world.clock)
    for condition in world.conditions:
        # At the moment itself a slot is judged as it is now.
        trigger = Trigger(moment=Moment.CREATED, conditions=condition)
        rule = Workflow(id="w", name="w", object="customer", trigger=trigger, actions=())
        matched = {id_ for id_ in everybody if explain(here, rule, id_).matches}
        assert matched == select(opened, condition, world.clock).keys(), condition
