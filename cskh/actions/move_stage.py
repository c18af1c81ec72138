"""The action `move_stage`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._base import action
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Change, Effect, Skip
from cskh.model.fields import CARD, PIPELINE
from cskh.model.shape import Names, Says, Text
from cskh.model.writing import Writes


@action("move_stage")
class MoveStage:
    """Move the customer's card to a stage of its pipeline.

    ```yaml
    actions:
      - move_stage: {pipeline: ban-moi, stage: Chốt}
    ```
    """

    pipeline: Annotated[str, Names("pipelines"), Says("A pipeline of cskh.yaml")]
    stage: Annotated[Text, Says("One of its stages")]

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the move, nothing if the card is there, or why it can't be moved."""
        name = f"{PIPELINE}{self.pipeline}"
        stage = customer.values[name]
        if stage is None:
            yield Skip(reason="not_in_pipeline")
        elif customer.values[f"{CARD}{self.pipeline}"] != "open":
            yield Skip(reason="card_is_closed")
        elif stage != self.stage:
            yield Change(fields={name: (stage, self.stage)})

    def reads(self, context: Context) -> frozenset[str]:
        """Return the stage that the card is at, and whether it is open."""
        return frozenset({f"{PIPELINE}{self.pipeline}", f"{CARD}{self.pipeline}"})

    def writes(self) -> Writes:
        """Return the stage that the card comes to."""
        return {f"{PIPELINE}{self.pipeline}": self.stage}

    def says(self) -> str:
        """Return the action as a sentence."""
        text = _("move to {stage} in {pipeline}")
        return text.format(stage=self.stage, pipeline=self.pipeline)
