"""What lifetime value builds of a log's customers: rows at origins, a model an origin, what it says."""

from collections.abc import Mapping
from functools import cached_property

from pipeline.plans.customers import Customers
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.settings.config import Config, files_in
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.customer_lifetimes import BtydAt, CustomerTable
from pipeline.tasks.lifetime import LearntLifetimes, ScoredLifetimes
from value.lifetime.gate_files import GATES
from value.lifetime.origins import Asked


class AskedCustomers:
    """Builds models of a log's customers and what they say, each artifact once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    place
        Where artifacts lie.
    prepared
        The log's tables.
    customers
        Its customers at origins; null for those of the configuration.
    """

    def __init__(self, config: Config, place: Place, prepared: Preparation, customers: Customers | None = None) -> None:
        self.config = config
        self.settings = config.ltv
        self.place = place
        self.customers = customers or Customers(config, place, prepared)

    @cached_property
    def btyd(self) -> Mapping[str, Artifact]:
        """What is expected at every origin."""
        settings, ordered = self.settings, self.customers.ordered
        origins = sorted(self.customers.at)
        tasks = {
            f"ltv/btyd/{origin:%Y%m%dT%H%M%S}": BtydAt(ordered, origin, settings.horizons, settings.btyd)
            for origin in origins
        }
        made = self.place.make_all(tasks)
        return {origin.isoformat(): artifact for origin, artifact in zip(origins, made, strict=True)}

    @cached_property
    def models(self) -> Mapping[str, Artifact]:
        """A model a scored origin, by its name."""
        return {asked.name: self._model(asked) for asked in self.customers.asked}

    @cached_property
    def scored(self) -> Mapping[str, tuple[Artifact, ...]]:
        """What it says of the origin's customers."""
        return {asked.name: (self._scored(asked),) for asked in self.customers.asked}

    @property
    def gates(self) -> tuple[RawFile, ...]:
        """Edited gates' files."""
        return files_in(self.settings.gates, GATES, "ltv.gates")

    def _model(self, asked: Asked) -> Artifact:
        rows = self.table(asked, scored=False)
        name = f"ltv {asked.name}"
        task = LearntLifetimes((rows,), self.settings.names, self.settings.learning, name)
        return self.place.make(f"ltv/{asked.name}/model", task)

    def _scored(self, asked: Asked) -> Artifact:
        rows = self.table(asked, scored=True)
        task = ScoredLifetimes(rows, self.models[asked.name], self.settings.names, self.gates)
        return self.place.make(f"ltv/{asked.name}/scored", task)

    def table(self, asked: Asked, *, scored: bool) -> Artifact:
        """The rows of an origin's customers, or of those that teach it, as models see them."""
        origins = (asked.at,) if scored else asked.teaching
        expected = {origin.isoformat(): self.btyd[origin.isoformat()] for origin in origins}
        task = CustomerTable(self.customers.rows[asked.name], expected, self.settings.horizons, scored)
        return self.place.make(f"ltv/{asked.name}/{'asked' if scored else 'taught'}", task)
