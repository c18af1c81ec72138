"""Reads ahead: what comes next is made by another thread while the last one is dealt with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterable[_Item]) -> Iterator[_Item]:
    """Yield items, making the next one meanwhile; raises what making them raises."""
    coming, context = iter(items), copy_context()  # the language, for one, is the asker's

    def following() -> list[_Item]:
        return list(islice(coming, 1))

    with ThreadPoolExecutor(max_workers=1) as beside:
        made = beside.submit(context.run, following)
        while one := made.result():
            made = beside.submit(context.run, following)
            yield from one
