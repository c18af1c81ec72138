"""How workflows look: as a table, as sentences, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cskh.cli._console import out, print_table, say, shown
from cskh.language import _, ngettext

if TYPE_CHECKING:
    from cskh.engine.authoring import Entry
    from cskh.engine.project import Project
    from cskh.model.clock import Span
    from cskh.model.workflow import Workflow
    from cskh.rules.saying import Saying


def row(found: Entry) -> dict[str, Any]:
    """Return a workflow as `list` tells it in JSON."""
    return {
        "id": found.id,
        "name": found.name,
        "group": found.group,
        "object": found.object,
        "moment": found.moment,
        "at": found.at,
        "enabled": found.enabled,
        "file": found.file,
        "actions": list(found.actions),
    }


def told(found: Entry, project: Project) -> dict[str, Any]:
    """Return what `show` would; of a workflow with errors only what `list` would."""
    if found.workflow is None:
        return row(found)
    return _whole(found, found.workflow, _said(found.workflow, project))


def _whole(found: Entry, workflow: Workflow, said: Saying) -> dict[str, Any]:
    return {
        **row(found),
        "description": workflow.description,
        "repeat": _written(workflow.repeat, "after"),
        "catch_up": _written(workflow.catch_up),
        "filter": said.filter,
        "trigger": said.trigger,
        "conditions": said.conditions,
        "sentences": [line.text for line in said.lines],
        "tests": len(workflow.tests),
    }


def _written(value: Span | str | None, key: str | None = None) -> Any:
    """Return a length of time or a word as YAML has it."""
    if value is None or isinstance(value, str):
        return value
    return {key: str(value)} if key else str(value)


def _said(workflow: Workflow, project: Project) -> Saying:
    from cskh.model.catalogues import catalogue, event_fields, family_of
    from cskh.rules.saying import saying

    fields = {
        **catalogue(project.settings, family_of(workflow.object)),
        **event_fields(workflow.trigger.event),
    }
    return saying(workflow, fields, project.settings, project.templates)


def print_entries(found: list[Entry], project: Project, limit: int) -> None:
    """Print workflows as a table, and how many have errors."""
    from cskh.rules.saying_when import moment_words

    labels = project.settings.workflow_groups
    if not found:
        say(_("There are no workflows yet: cskh workflow new ID"))
        return
    rows = [
        (
            each.id,
            each.name,
            labels.get(each.group or "", each.group),
            moment_words(each.moment, each.at),
            _state(each),
        )
        for each in found
    ]
    columns = [_("Id"), _("Name"), _("Group"), _("When"), _("On")]
    # People copy the id.
    print_table(columns, rows, limit, whole=1)
    if n := sum(bool(each.errors) for each in found):
        said = ngettext("{n} workflow has errors: {lint}", "{n} workflows have errors: {lint}", n)
        say(said.format(n=n, lint="cskh lint"), "red")


def grouped(project: Project, found: Sequence[Entry]) -> list[Entry]:
    """Sort workflows by group, as cskh.yaml lists them; those without one come last."""
    places = {id_: place for place, id_ in enumerate(project.settings.workflow_groups)}

    def place(each: Entry) -> tuple[bool, int, str, str]:
        group = each.group or ""
        return not group, places.get(group, len(places)), group, each.id

    return sorted(found, key=place)


def _state(found: Entry) -> str:
    if found.errors:
        return _("errors")
    return _("yes") if found.enabled else _("no")


def print_one(found: Entry, workflow: Workflow, project: Project) -> None:
    """Print what a workflow does, in sentences."""
    from rich.text import Text

    console = out()
    head = Text.assemble((found.id, "bold"), f" · {shown(workflow.name)}")
    console.print(head, soft_wrap=True)
    if workflow.description:
        _print_within(1, workflow.description, "dim")
    console.print()
    for depth, text in _said(workflow, project).lines:
        _print_within(1 + depth, text, "" if depth else "bold")
    console.print()
    console.print(Text(f"  {_about(found, workflow, project)}", style="dim"), soft_wrap=True)


def _print_within(depth: int, text: str, style: str = "") -> None:
    """Print a text that stays to the right of its indentation, however long it is."""
    from rich.padding import Padding
    from rich.text import Text

    out().print(Padding(Text(shown(text), style=style), (0, 0, 0, 2 * depth), expand=False))


def _about(found: Entry, workflow: Workflow, project: Project) -> str:
    """Return what isn't about the rule itself: file, group, tests, whether it is enabled."""
    n = len(workflow.tests)
    labels = project.settings.workflow_groups
    parts = [
        _("enabled") if found.enabled else _("disabled"),
        found.file,
        labels.get(found.group or "", found.group),
        ngettext("{n} test", "{n} tests", n).format(n=n) if n else _("no tests"),
    ]
    return " · ".join(part for part in parts if part)
