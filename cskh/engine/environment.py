"""The composition root: one project with its real store, wire and clock in one value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

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
    """What the use cases work with; tests build the same value around a temporary folder."""

    project: Project
    store: Store
    clock: Clock
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
        from cskh.edge.wire import perform

        step = partial(
            perform, timeout=account.timeout, now=self.clock.now, folder=self.project.root
        )
        return converse(account.settings.flow(message), step)

    @property
    def store_path(self) -> Path:
        """Return the store's file."""
        return self.project.root / self.project.settings.store


@contextmanager
def open_environment(
    project: Project, clock: Clock, actor: str | None = None
) -> Iterator[Environment]:
    """Open a project's store, and close it at the end."""
    from cskh.store.sqlite import open_store

    fields = customer_fields(project.settings)
    path = project.root / project.settings.store
    with open_store(path, fields, holder()) as store:
        yield Environment(project, store, clock, fields, actor)
