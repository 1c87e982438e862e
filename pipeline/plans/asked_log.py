"""A log that a stored lifetime model is asked about: its customers as of one moment, and what came after it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import polars as pl

from data.tables import scan
from pipeline.plans.asked_customers import AskedCustomers
from pipeline.plans.customers_as_of import CustomersAsOf
from pipeline.plans.place import Place
from pipeline.plans.prepare import Preparation
from pipeline.plans.stored_customers import CustomerModel
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.customer_truth import TruthOfCustomers
from pipeline.tasks.lifetime import ScoredLifetimes


class AskedLog:
    """Builds what the model says of a log's customers, each artifact once and only when asked for.

    Parameters
    ----------
    model
        The stored model.
    place
        Where the log's artifacts lie: apart from those of the log that was learnt from.
    log
        Its files, as `--test` names them.
    at
        The moment; null for the default of `CustomersAsOf`.
    judged
        Whether what came afterwards is to be known.
    """

    def __init__(
        self, model: CustomerModel, place: Place, log: str, at: datetime | None = None, *, judged: bool = False
    ) -> None:
        self.model = model
        self.place = place
        self.config = model.reading(log, at)
        self.prepared = Preparation(self.config, place)
        self.customers = CustomersAsOf(self.config, place, self.prepared, model.groups, at, judged=judged)

    @property
    def name(self) -> str:
        """What the moment is called in measures."""
        return self.customers.asked[0].name

    @cached_property
    def rows(self) -> Artifact:
        """The customers, as the model sees them."""
        plan = AskedCustomers(self.config, self.place, self.prepared, self.customers)
        return plan.table(self.customers.asked[0], scored=True)

    def scored(self, size: int, gates: Sequence[RawFile] = ()) -> tuple[Artifact, ...]:
        """What the model says of them, an artifact a chunk; those that stand already are not made again."""
        rows, names = self.rows, self.config.ltv.names
        height = scan(rows.path / "rows.parquet").select(pl.len()).collect().item()
        chunks = range(-(-height // size))
        tasks = [ScoredLifetimes(rows, self.model.model, names, tuple(gates), size, number) for number in chunks]
        return self.place.make_shards(f"ltv/{self.name}/scored", tasks)

    @cached_property
    def truth(self) -> Artifact:
        """What came after the moment, and naive answers at it."""
        customers, settings = self.customers, self.config.ltv
        asked = customers.moment, customers.end, settings.horizons, settings.money
        task = TruthOfCustomers(self.prepared.log, customers.ordered, *asked)
        return self.place.make(f"ltv/{self.name}/truth", task)
