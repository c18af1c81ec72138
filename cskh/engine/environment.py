"""The composition root: one project with its real store, wire and clock in one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cskh.edge.log import logging_to
from cskh.edge.processes import holder
from cskh.engine.project import Project
from cskh.model.acting import Context
from cskh.model.clock import Clock
from cskh.model.fields import Catalogue, customer_fields
from cskh.model.message import Message, Receipt
from cskh.model.settings import Account
from cskh.providers import converse
from cskh.store.base import Store


@dataclass(frozen=True, slots=True)
class Environment:
    """What the use cases work with; tests build the same value around a temporary folder.

    `clock` stands at the time the command is about, `time` goes on while it works.
    """

    project: Project
    store: Store
    clock: Clock
    time: Callable[[], Clock]
    fields: Catalogue
    actor: str | None = None

    @property
    def context(self) -> Context:
        """Return what actions see of the world."""
        return Context(
            settings=self.project.settings, clock=self.clock, templates=self.project.templates
        )

    def converse(self, account: Account, message: Message) -> Receipt:
        """Send one message through a provider's account and return what came of it."""
        from cskh.engine.performing import performer

        perform = performer(account, self.time().now, self.project, self.store)
        return converse(account.settings.flow(message), perform)


def store_path(project: Project) -> Path:
    """Return the file of a project's store."""
    return project.root / project.settings.store


@contextmanager
def open_environment(
    project: Project,
    clock: Clock,
    actor: str | None = None,
    time: Callable[[], Clock] | None = None,
) -> Iterator[Environment]:
    """Open a project's store and its log, and close them at the end.

    Without `time` the clock stands still.
    """
    from cskh.store.sqlite import open_store

    fields = customer_fields(project.settings)
    path = store_path(project)
    log = path.with_name("cskh.log")
    with logging_to(log), open_store(path, fields, holder()) as store:
        yield Environment(project, store, clock, time or (lambda: clock), fields, actor)
