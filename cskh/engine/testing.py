"""Testing: a workflow's own tests are run as production runs, on a store made for each of them."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from cskh.edge.files import read_file
from cskh.edge.scratch import scratch_folder
from cskh.engine.environment import Environment
from cskh.engine.expecting import Done, compare
from cskh.engine.faulting import fault
from cskh.engine.firing import fire
from cskh.engine.giving import change, give, happen
from cskh.engine.planning import Plan
from cskh.engine.project import Project
from cskh.engine.running import commit, due_plans, remember, shown_plans
from cskh.engine.valuing import Unfit
from cskh.language import _
from cskh.model.cases import Case, Happens
from cskh.model.clock import YEARS, Clock, Span, shift
from cskh.model.effects import Step
from cskh.model.fields import CUSTOMER_KINDS, customer_fields
from cskh.model.settings import Guard, Settings
from cskh.model.workflow import SCHEDULED, Moment, Workflow
from cskh.rules.moments import Slot, slot_of
from cskh.spec.checks.cases import LONGEST
from cskh.spec.reading import LARGEST, read
from cskh.store.base import Store
from cskh.store.sqlite.trying import blank_store, trial_store

Advance = Callable[[int], None]
# The slot before is looked at, and the one after.
_YEARS = YEARS[1:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came of one test; `why` says how it failed, and `line` where it stands then.

    `file` is relative to the project.
    """

    workflow: str
    name: str
    file: str
    line: int | None = None
    why: str | None = None

    @property
    def passed(self) -> bool:
        """Say whether just what was expected was done."""
        return self.why is None


@dataclass(slots=True)
class Trial:
    """One test while it runs: the world as it is by now, and all that the workflow has done."""

    environment: Environment
    workflow: Workflow
    done: list[Done] = field(default_factory=list)
    ran: int = 0

    def watch(self, plan: Plan, steps: Sequence[Step]) -> None:
        """Keep what a plan does."""
        self.done += [
            Done(step, outcome, plan.workflow.actions[outcome.index], plan.context.clock)
            for step in steps
            for outcome in step.outcomes
        ]

    def commit(self, plan: Plan) -> None:
        """Do what a plan does, and keep it."""
        self.ran += 1
        commit(self.environment, plan, self.watch)

    def move(self, moment: dt.datetime) -> None:
        """Set the clock; raises Unfit for a time that the program doesn't work with."""
        _check(moment)
        clock = Clock.at(moment, self.environment.clock.zone)
        self.environment = replace(self.environment, clock=clock, time=lambda: clock)


def _check(moment: dt.datetime) -> None:
    if moment.year not in _YEARS:
        raise Unfit(_("The time goes beyond the calendar."))


def run_tests(
    project: Project, workflows: Iterable[Workflow], clock: Clock, advance: Advance
) -> list[Judgement]:
    """Run the tests of workflows, enabled or not; a test without a time of its own has the clock's.

    `advance` is told of each test.
    """
    fields = customer_fields(project.settings)
    tested = []
    with scratch_folder() as folder:
        path = folder / "cskh.db"
        blank = blank_store(path, fields)
        for workflow in workflows:
            alone = _alone(project, workflow)
            for index, case in enumerate(workflow.tests):
                with trial_store(path, blank, fields) as store:
                    why = _try(_trial(alone, workflow, store, clock), case)
                tested.append(_tested(project, workflow, index, why))
                advance(1)
    return tested


def _alone(project: Project, workflow: Workflow) -> Project:
    """Return the project with nothing but one workflow, which no guard stops."""
    # Nothing is delivered, and a test has no hundred customers to be a percentage of.
    policy = replace(project.settings.policy, guard=Guard(max_recipients=sys.maxsize))
    settings: Settings = replace(project.settings, policy=policy)
    return replace(
        project, settings=settings, workflows={workflow.id: replace(workflow, enabled=True)}
    )


def _trial(project: Project, workflow: Workflow, store: Store, clock: Clock) -> Trial:
    its = Clock.at(clock.now, ZoneInfo(project.settings.timezone))
    fields = customer_fields(project.settings)
    return Trial(
        Environment(project, store, its, lambda: its, fields), project.workflows[workflow.id]
    )


def _tested(project: Project, workflow: Workflow, index: int, why: str | None) -> Judgement:
    name, line = workflow.tests[index].name, None
    if why is not None:
        document = read(read_file(project.root / workflow.file, LARGEST), workflow.file)
        line = document.place(("tests", index))[0]
    return Judgement(workflow=workflow.id, name=name, file=workflow.file, line=line, why=why)


def _try(trial: Trial, case: Case) -> str | None:
    """Run one test, and return why it fails, None if it doesn't."""
    try:
        _play(trial, case)
    except Unfit as unfit:
        return str(unfit)
    compared = compare(case.expect, trial.done)
    if compared.is_right:
        return None
    return fault(trial.environment, trial.workflow, compared, trial.ran)


def _play(trial: Trial, case: Case) -> None:
    if case.now is not None:
        trial.move(dt.datetime.fromisoformat(case.now))
    if case.when:
        _play_steps(trial, case)
    elif trial.workflow.trigger.moment is Moment.CREATED:
        remember(trial.environment)
        _give(trial, case.given, fires=True)
        fire(trial.environment, trial.commit)
    else:
        _give(trial, case.given)
        for plan in shown_plans(trial.environment, [trial.workflow]):
            trial.commit(plan)


def _give(trial: Trial, things: Iterable[Mapping[str, Any]], *, fires: bool = False) -> None:
    kind = trial.workflow.object
    give(trial.environment, things, kind if kind in CUSTOMER_KINDS else "contact", fires=fires)


def _play_steps(trial: Trial, case: Case) -> None:
    """Let things happen in order; events are answered at once, slots when their time comes."""
    _give(trial, case.given)
    remember(trial.environment)
    start = trial.environment.clock.now
    _run_until(trial, start - dt.timedelta(seconds=1), start)
    for step in case.when:
        _happen(trial, step, start)
        fire(trial.environment, trial.commit)


def _happen(trial: Trial, step: Happens, start: dt.datetime) -> None:
    if step.add is not None:
        _give(trial, [step.add], fires=True)
    elif step.set is not None:
        change(trial.environment, step.set)
    elif step.event is not None:
        happen(trial.environment, step.event)
    elif step.advance is not None:
        _advance(trial, step.advance, start)


def _advance(trial: Trial, span: Span, start: dt.datetime) -> None:
    now = trial.environment.clock.now
    try:
        until = shift(now, span)
    except (ValueError, OverflowError):
        until = dt.datetime.max.replace(tzinfo=dt.UTC)
    if until - start > LONGEST:
        raise Unfit(_("A test may let ten years go by, not more."))
    _check(until)
    _run_until(trial, now, until)
    trial.move(until)


def _run_until(trial: Trial, after: dt.datetime, until: dt.datetime) -> None:
    """Run what comes due after one time and up to another, each slot at its time."""
    for slot in _slots(trial, after, until):
        trial.move(slot.at)
        plans = due_plans(trial.environment, SCHEDULED)
        remember(trial.environment)
        for plan in plans:
            trial.commit(plan)


def _slots(trial: Trial, after: dt.datetime, until: dt.datetime) -> Iterator[Slot]:
    trigger, clock = trial.workflow.trigger, trial.environment.clock
    if trigger.moment not in SCHEDULED:
        return
    for n in range((until.date() - after.date()).days + 1):
        day = after.date() + dt.timedelta(days=n)
        slot = slot_of(trigger, Clock.at(clock.start_of(day), clock.zone))
        if slot.at.date() == day and after.timestamp() < slot.at.timestamp() <= until.timestamp():
            yield slot
