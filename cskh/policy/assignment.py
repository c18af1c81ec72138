"""Who gets work: by turns or by chance among the members of a group who are not away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cskh.model.settings import Group, Settings


class Turns:
    """Whose turn it is in each group: the one after whoever was given work last.

    Somebody who left the group since counts no more; it begins anew then.
    """

    def __init__(self, settings: Settings, last: Mapping[str, str]) -> None:
        # Whoever stands in a group twice has one turn in it.
        self._groups = {
            id_: replace(group, members=tuple(dict.fromkeys(group.members)))
            for id_, group in settings.groups.items()
        }
        self._away = {person.id for person in settings.staff if person.away}
        self._before = dict(last)
        self._last = dict(last)

    @property
    def taken(self) -> Mapping[str, str]:
        """Return who was given work last, of the groups where that changed."""
        before = self._before
        return {id_: who for id_, who in self._last.items() if before.get(id_) != who}

    def assign(self, group: str, seed: str) -> str | None:
        """Return who of a group gets the next piece of work; None if nobody is there.

        By chance means by the seed: the same one always comes to the same person.
        """
        rule = self._groups[group]
        if not (present := [id_ for id_ in rule.members if id_ not in self._away]):
            return None
        if rule.assign == "random":
            return present[_number(f"{group}|{seed}") % len(present)]
        chosen = _after(rule, present, self._last.get(group))
        self._last[group] = chosen
        return chosen


def _after(rule: Group, present: Sequence[str], last: str | None) -> str:
    place = rule.members.index(last) + 1 if last in rule.members else 0
    in_order = (*rule.members[place:], *rule.members[:place])
    return next(id_ for id_ in in_order if id_ in present)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
