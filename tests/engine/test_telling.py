from __future__ import annotations

from cskh.engine.delivered import Delivered
from cskh.engine.running import commit, due_plans
from cskh.engine.telling import Effects, told, told_delivery
from cskh.model.message import State
from cskh.model.workflow import SCHEDULED
from tests.project import Project, person


def test_changed_instants_are_told_in_the_projects_zone(project: Project) -> None:
    project.settle(fields="{hen: {type: datetime}, so: {type: number}, ky: {type: date}}")
    fields = '{hen: "2026-12-24T09:00", so: 7, ky: "2026-12-24"}'
    project.workflow("hello", actions=f"[{{update: {{fields: {fields}}}}}]")
    project.add(person(1, hen="2026-12-01T03:00:00Z"))
    with project.opened() as environment:
        kept = Effects(environment.clock, environment.fields)
        (plan,) = due_plans(environment, SCHEDULED)
        (effect,) = told(commit(environment, plan, kept), kept)["effects"]
    assert effect["change"] == {
        "hen": ["2026-12-01T10:00:00+07:00", "2026-12-24T09:00:00+07:00"],
        "so": [None, 7],
        "ky": [None, "2026-12-24"],
    }


def test_what_became_of_messages_has_a_number_for_each_state_and_no_others() -> None:
    delivered = Delivered()
    delivered.counts.update({State.ACCEPTED: 2, "retried": 1, "deferred": 3, State.QUEUED: 4})
    assert told_delivery(delivered) == {
        "accepted": 2,
        "delivered": 0,
        "failed": 0,
        "unknown": 0,
        "skipped": 0,
        "queued": 4,
    }
