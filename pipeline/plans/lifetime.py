"""What lifetime value publishes: values, a submission, gates, the columns of a table, and all measures."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from data.listed import listed
from data.tables import read_json
from data.warned import read_warnings
from pipeline.plans.asked_customers import AskedCustomers
from pipeline.plans.labelled import LabelledLifetimes
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.plans.stored_customers import stored_customers
from pipeline.saying import say_warnings
from pipeline.settings.config import Config
from pipeline.settings.labelled_table import LabelledTable
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import MODEL
from pipeline.tasks.lifetime_results import LifetimeResults
from pipeline.tasks.lifetime_values import CUSTOMER
from pipeline.tasks.moments import is_drawn
from pipeline.tasks.stored_lifetimes import STORED, StoredLifetimes
from value.lifetime.gate_files import GATES

VALUES, SUBMISSION, METRICS = "values.parquet", "submission.csv", "ltv_metrics.json"


class Lifetimes:
    """Builds and publishes what lifetime models say.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepare
        Gives the log's tables, which a table of rows does without.
    """

    def __init__(self, config: Config, place: Place, prepare: Callable[[], Preparation]) -> None:
        self.config = config
        self.place = place
        self.prepare = prepare

    @cached_property
    def results(self) -> Mapping[str, Any]:
        """The measures, as in ltv_metrics.json; the other products stand beside it."""
        table = self.config.ltv.table
        return self._of_customers() if table is None else self._of_table(table)

    def _of_customers(self) -> Mapping[str, Any]:
        prepared = self.prepare()
        plan = AskedCustomers(self.config, self.place, prepared)
        task = LifetimeResults(
            scored=plan.scored,
            models=plan.models,
            horizons=self.config.ltv.names,
            key=CUSTOMER,
            submitted=self.config.ltv.submits,
            dated=True,
            warnings=tuple(prepared.log_warnings),
        )
        last = list(plan.models.values())[-1]
        self.place.publish(last, "columns.csv")
        stored = stored_customers(plan, self.config, is_drawn(prepared.log.path), self.place.output)
        self.place.publish(self.place.make("ltv/stored", stored), STORED)
        return self._published(self.place.make("ltv/results", task), last)

    def _of_table(self, table: LabelledTable) -> Mapping[str, Any]:
        plan = LabelledLifetimes(self.config, table, self.place)
        scored = plan.scored
        task = LifetimeResults(
            scored=scored,
            models=dict.fromkeys(scored, plan.model),
            horizons=plan.table.horizons,
            key=plan.table.layout.key,
            submitted=self.config.ltv.submits,
            truth=plan.truth,
            named=plan.named,
            warnings=plan.warnings,
        )
        made = self.place.make("ltv/results", task)
        self.place.publish(plan.described, "columns.csv")
        self._store(plan)
        return self._published(made, plan.model)

    def _store(self, plan: LabelledLifetimes) -> None:
        """Publish what `pipeline.ltv_predict` opens."""
        table = plan.table
        told = table.layout.layout, table.declared, tuple(listed(table.segments)), self.config.ltv.submits
        task = StoredLifetimes(plan.described, plan.model, plan.train_index.made, *told, self.place.output)
        self.place.publish(self.place.make("ltv/stored", task), STORED)

    def _published(self, made: Artifact, model: Artifact) -> Mapping[str, Any]:
        say_warnings(read_warnings(made.path), ())
        for name in (VALUES, SUBMISSION, METRICS):
            self.place.publish(made, name)
        for name in GATES:
            self.place.store.publish(model.path / MODEL / name, self.place.named(name))
        found: Mapping[str, Any] = read_json(made.path / METRICS)
        return found
