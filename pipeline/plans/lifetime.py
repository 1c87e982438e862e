"""What lifetime value publishes: values, a submission, gates, the columns of a table, and all measures."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from data.errors import AisleError
from data.tables import read_json
from pipeline.plans.labelled import LabelledLifetimes
from pipeline.plans.place import Place
from pipeline.settings.config import Config
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import MODEL
from pipeline.tasks.lifetime_results import LifetimeResults
from value.lifetime.model import BUYER_GATE, WHALE_GATE

VALUES, SUBMISSION, METRICS = "values.parquet", "submission.csv", "ltv_metrics.json"


class Lifetimes:
    """Builds and publishes what lifetime models say.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    """

    def __init__(self, config: Config, place: Place) -> None:
        self.config = config
        self.place = place

    @cached_property
    def labelled(self) -> LabelledLifetimes:
        """Of a table of rows with labels.

        Raises
        ------
        AisleError
            If none is configured.
        """
        table = self.config.ltv.table
        if table is None:
            raise AisleError(
                "give a table of rows with labels by horizon: set `ltv.table`, as configs/inapp.yaml does."
            )
        return LabelledLifetimes(self.config, table, self.place)

    @cached_property
    def results(self) -> Mapping[str, Any]:
        """The measures, as in ltv_metrics.json; the other products stand beside it."""
        plan = self.labelled
        scored = plan.scored
        task = LifetimeResults(
            scored=scored,
            models=dict.fromkeys(scored, plan.model),
            horizons=plan.table.horizons,
            key=plan.table.layout.key,
            submitted=self.config.ltv.submits,
            truth=plan.truth,
            warnings=plan.warnings,
        )
        made = self.place.make("ltv/results", task)
        for name in (VALUES, SUBMISSION, METRICS):
            self.place.publish(made, name)
        self.place.publish(plan.described, "columns.csv")
        self._publish_gates(plan.model)
        return read_json(made.path / METRICS)

    def _publish_gates(self, model: Artifact) -> None:
        for name in (BUYER_GATE, WHALE_GATE):
            self.place.store.publish(model.path / MODEL / name, self.place.named(name))
