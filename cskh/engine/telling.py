"""Plans and deliveries as the JSON that others rely on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cskh.engine.delivered import Delivered
from cskh.engine.planning import Plan
from cskh.engine.running import Walked
from cskh.model.clock import Clock, from_text, is_stored
from cskh.model.effects import Add, Change, Effect, Outcome, Skip, Step
from cskh.model.fields import Catalogue, Kind
from cskh.model.message import State

DELIVERY = (
    State.ACCEPTED,
    State.DELIVERED,
    State.FAILED,
    State.UNKNOWN,
    State.SKIPPED,
    State.QUEUED,
)


Key = tuple[str, str]


def _key(plan: Plan) -> Key:
    """Return what tells plans of one command apart: a workflow may have several occasions."""
    return plan.workflow.id, plan.occasion


class Effects:
    """Keeps what plans do while they are walked, for those who want all of it."""

    def __init__(self, clock: Clock, fields: Catalogue) -> None:
        self._clock = clock
        self._fields = fields
        self.effects: dict[Key, list[dict[str, Any]]] = {}
        self.skipped: dict[Key, list[dict[str, Any]]] = {}

    def __call__(self, plan: Plan, steps: Sequence[Step]) -> None:
        """Remember a batch of a plan's steps."""
        effects = self.effects.setdefault(_key(plan), [])
        skipped = self.skipped.setdefault(_key(plan), [])
        for step in steps:
            for outcome in step.outcomes:
                what = outcome.what
                if isinstance(what, Skip):
                    why = {"reason": what.reason, "to_staff": what.to_staff}
                    skipped.append(_placed(step, outcome) | why)
                else:
                    effects.append(_placed(step, outcome) | self._told(what))

    def _told(self, what: Effect) -> dict[str, Any]:
        if isinstance(what, Change):
            changed = self._changed(what)
            return {"kind": "change", **_NO_MESSAGE, "change": changed, "add": None}
        if isinstance(what, Add):
            return {"kind": "add", **_NO_MESSAGE, "change": None, "add": self._added(what)}
        return {
            "kind": "send",
            "channel": what.channel,
            "provider": what.provider,
            "purpose": what.purpose,
            "page": what.page,
            "recipient": what.recipient,
            "subject": what.subject,
            "content": what.content,
            "data": dict(what.data),
            "parts": what.parts,
            "price": what.price,
            "send_at": what.send_at.isoformat() if what.send_at else None,
            "to_staff": what.to_staff,
            "change": None,
            "add": None,
        }

    def _added(self, add: Add) -> dict[str, Any]:
        return {
            name: instant(value, self._clock) if is_stored(value) else value
            for name, value in add.values.items()
        }

    def _changed(self, change: Change) -> dict[str, list[Any]]:
        return {
            name: [self._shown(name, value) for value in pair]
            for name, pair in change.fields.items()
        }

    def _shown(self, name: str, value: Any) -> Any:
        field = self._fields.get(name)
        return shown_value(value, field.kind, self._clock) if field else value


_NO_MESSAGE: Mapping[str, Any] = dict.fromkeys(
    (
        "channel",
        "provider",
        "purpose",
        "page",
        "recipient",
        "subject",
        "content",
        "data",
        "parts",
        "price",
        "send_at",
        "to_staff",
    )
)


def _placed(step: Step, outcome: Outcome) -> dict[str, Any]:
    return {
        "customer": step.pid,
        "object": step.object_id,
        "action": outcome.action,
        "index": outcome.index,
    }


def instant(stored: str | None, clock: Clock) -> str | None:
    """Return a stored instant as JSON has it: ISO 8601 with the project's offset."""
    return from_text(stored, clock.zone).isoformat() if stored else None


def shown_value(stored: Any, kind: Kind, clock: Clock) -> Any:
    """Return a stored value as JSON has it."""
    return instant(stored, clock) if kind is Kind.DATETIME else stored


def told(walked: Walked, kept: Effects) -> dict[str, Any]:
    """Return a plan as dry-run and run print it."""
    tally, campaign = walked.tally, walked.plan.campaign
    return {
        "workflow": None if campaign else walked.plan.workflow.id,
        "campaign": campaign,
        "occasion": walked.plan.occasion,
        "digest": walked.digest,
        "matched": tally.matched,
        "effects": kept.effects.get(_key(walked.plan), []),
        "skipped": kept.skipped.get(_key(walked.plan), []),
        "totals": {"messages": tally.messages, "parts": tally.parts, "price": tally.price},
        "refused": walked.refused,
    }


def told_delivery(delivered: Delivered) -> dict[str, int]:
    """Return a delivery's counts as run and deliver print them."""
    return {state.value: delivered.counts[state] for state in DELIVERY}


def told_now(clock: Clock) -> str:
    """Return now as JSON has it."""
    return clock.now.isoformat()
