"""Comparing two sets of rules on the same customers: who enters, who leaves, what changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from cskh.engine.environment import Environment
from cskh.engine.planning import Plan, essence
from cskh.engine.running import Walked, shown_plans, walk
from cskh.engine.telling import Effects
from cskh.model.effects import Step
from cskh.model.workflow import Workflow

# A customer's code, and the number of the task, ticket or opportunity if it is about one.
Key = str | tuple[str, int]
Advance = Callable[[int], None]
_PLACE = ("customer", "object", "action", "index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one action does for somebody otherwise than before; None where it does nothing."""

    customer: str
    object: int | None
    index: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Compared:
    """One workflow under both sets of rules; a side that doesn't have it reaches nobody."""

    workflow: str
    name: str
    before: Walked | None = None
    after: Walked | None = None
    enters: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    changes: list[Difference] = field(default_factory=list)

    @property
    def is_other(self) -> bool:
        """Say whether anything comes out otherwise."""
        return bool(self.enters or self.leaves or self.changed)


class _Enough(Exception):
    """Ends a walk of which the rest is not needed."""


def compare(
    before: Environment,
    after: Environment,
    ids: Collection[str] | None,
    keep: int | None,
    advance: Advance,
) -> list[Compared]:
    """Return the workflows that differ, of those named, else of those enabled on either side.

    Of `keep` changed customers each (None: of all) it is kept what changes.
    """
    names = before.project.workflows.keys() | after.project.workflows.keys()
    found = []
    for id_ in ids if ids is not None else sorted(names):
        old, new = (_asked(each, id_, named=ids is not None) for each in (before, after))
        if (old or new) is None or _same(before, after, old, new):
            continue
        compared = _Comparing(before, after, keep, advance).of(old, new)
        if compared.is_other or _ruled(before, old) != _ruled(after, new):
            found.append(compared)
    return found


def _asked(environment: Environment, id_: str, *, named: bool) -> Workflow | None:
    workflow = environment.project.workflows.get(id_)
    return workflow if workflow and (named or workflow.enabled) else None


def _same(
    before: Environment, after: Environment, old: Workflow | None, new: Workflow | None
) -> bool:
    """Say whether nothing can come out otherwise, so that it needn't be planned."""
    same_settings = before.project.settings == after.project.settings
    return same_settings and _ruled(before, old) == _ruled(after, new)


def _ruled(environment: Environment, workflow: Workflow | None) -> Any:
    """Return what a workflow does: its rule and the templates it uses, but for names."""
    if workflow is None:
        return None
    templates = environment.project.templates
    used = sorted(set(_templates(workflow.actions)))
    texts = [replace(templates[name], name="") if name in templates else None for name in used]
    rule = replace(workflow, name="", description=None, group=None, enabled=True, tests=(), file="")
    return rule, used, texts


def _templates(value: Any) -> Iterator[str]:
    """Yield the names of the templates that an action uses, however deep inside."""
    if is_dataclass(value) and not isinstance(value, type):
        yield from _templates({each.name: getattr(value, each.name) for each in fields(value)})
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "template" and isinstance(inner, str):
                yield inner
            else:
                yield from _templates(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _templates(inner)


class _Comparing:
    """The comparison of one workflow: the one side is remembered, the other one held against it."""

    def __init__(
        self, before: Environment, after: Environment, keep: int | None, advance: Advance
    ) -> None:
        self._before = before
        self._after = after
        self._keep = keep
        self._advance = advance
        # Of a million customers only a few bytes each are held.
        self._seen: dict[Key, int] = {}
        self._kept: dict[Key, list[dict[str, Any]]] = {}

    def of(self, old: Workflow | None, new: Workflow | None) -> Compared:
        """Return how the two differ."""
        said = new or old
        assert said is not None
        compared = Compared(workflow=said.id, name=said.name)
        compared.before = self._walk(self._before, old, self._remember)
        compared.after = self._walk(self._after, new, self._holding(compared))
        compared.leaves = list(dict.fromkeys(map(_pid, self._seen)))
        for name in ("enters", "changed"):
            setattr(compared, name, list(dict.fromkeys(getattr(compared, name))))
        if self._kept and old is not None:
            self._tell(old, compared)
        return compared

    def _walk(
        self,
        environment: Environment,
        workflow: Workflow | None,
        take: Callable[[Environment, Plan, Step], None],
    ) -> Walked | None:
        if workflow is None:
            return None

        def watch(plan: Plan, steps: Sequence[Step]) -> None:
            for step in steps:
                take(environment, plan, step)
            self._advance(len(steps))

        (plan,) = shown_plans(environment, [workflow])
        return walk(environment, plan, watch)

    def _remember(self, _environment: Environment, _plan: Plan, step: Step) -> None:
        self._seen[_key(step)] = _short(step)

    def _holding(self, compared: Compared) -> Callable[[Environment, Plan, Step], None]:
        def hold(environment: Environment, plan: Plan, step: Step) -> None:
            key = _key(step)
            old = self._seen.pop(key, None)
            if old is None:
                compared.enters.append(step.pid)
            elif old == _short(step):
                compared.unchanged += 1
            else:
                compared.changed.append(step.pid)
                if self._keep is None or len(self._kept) < self._keep:
                    self._kept[key] = _told(environment, plan, step)

        return hold

    def _tell(self, old: Workflow, compared: Compared) -> None:
        """Walk the old side once more, for what it does for those whose new side was kept."""

        def take(environment: Environment, plan: Plan, step: Step) -> None:
            if (after := self._kept.pop(_key(step), None)) is None:
                return
            before = _told(environment, plan, step)
            compared.changes += _differences(step, before, after)
            if not self._kept:
                raise _Enough

        try:
            self._walk(self._before, old, take)
        except _Enough:
            return


def _key(step: Step) -> Key:
    return step.pid if step.object_id is None else (step.pid, step.object_id)


def _pid(key: Key) -> str:
    return key if isinstance(key, str) else key[0]


def _short(step: Step) -> int:
    said = repr(essence(step)).encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=7).digest())


def _told(environment: Environment, plan: Plan, step: Step) -> list[dict[str, Any]]:
    """Return what is done for somebody as JSON has it, skips among the effects."""
    kept = Effects(environment.clock, environment.fields)
    kept(plan, [step])
    skips = [{**each, "kind": "skip"} for told in kept.skipped.values() for each in told]
    effects = [each for told in kept.effects.values() for each in told]
    return [*effects, *skips]


def _differences(
    step: Step, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Yield the actions that do something else, in their order."""
    old, new = _placed(before), _placed(after)
    for place in sorted(old.keys() | new.keys()):
        was, is_ = old.get(place), new.get(place)
        if was == is_:
            continue
        action = str((is_ or was or {})["action"])
        yield Difference(
            customer=step.pid,
            object=step.object_id,
            index=place[0],
            action=action,
            before=_bare(was),
            after=_bare(is_),
        )


def _placed(
    told: Sequence[Mapping[str, Any]],
) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    """Return what is told by its action's place, and by which of that action's effects it is."""
    seen: Counter[int] = Counter()
    placed = {}
    for each in told:
        index = each["index"]
        placed[index, seen[index]] = each
        seen[index] += 1
    return placed


def _bare(told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if told is None:
        return None
    return {name: value for name, value in told.items() if name not in _PLACE}
