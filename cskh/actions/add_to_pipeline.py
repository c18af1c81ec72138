"""The action `add_to_pipeline`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cskh.actions._base import action
from cskh.language import _
from cskh.model.acting import Context, Customer
from cskh.model.effects import Add, Effect, Skip
from cskh.model.fields import PIPELINE
from cskh.model.shape import Names, Says, Text
from cskh.model.writing import ANYTHING, Writes


@action("add_to_pipeline")
class AddToPipeline:
    """Put the customer into a pipeline, at its first stage unless another is named.

    ```yaml
    actions:
      - add_to_pipeline: {pipeline: ban-moi}
    ```
    """

    pipeline: Annotated[str, Names("pipelines"), Says("A pipeline of cskh.yaml")]
    stage: Annotated[Text | None, Says("One of its stages, the first unless said")] = None

    def effects(self, customer: Customer, context: Context) -> Iterator[Effect | Skip]:
        """Return the card, or that there is one."""
        if customer.values[f"{PIPELINE}{self.pipeline}"] is not None:
            yield Skip(reason="in_pipeline")
            return
        stage = self.stage or context.settings.pipelines[self.pipeline].stages[0]
        values = {"pipeline": self.pipeline, "stage": stage, "status": "open"}
        yield Add(family="opportunity", values=values)

    def reads(self, context: Context) -> frozenset[str]:
        """Return whether there is a card."""
        return frozenset({f"{PIPELINE}{self.pipeline}"})

    def writes(self) -> Writes:
        """Return the stage that the card begins at."""
        return {f"{PIPELINE}{self.pipeline}": self.stage or ANYTHING}

    def says(self) -> str:
        """Return the action as a sentence."""
        return _("put into the pipeline {pipeline}").format(pipeline=self.pipeline)
