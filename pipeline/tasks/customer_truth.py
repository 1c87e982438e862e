"""What a log tells of predictions that were made of its customers at a moment: what came, and naive answers."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import read_whole, scan, write
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import NAIVE
from pipeline.tasks.ordered import ORDERED, RETURNED, read_purchases
from value.lifetime.naive import naive_answers
from value.lifetime.purchases import Money
from value.lifetime.table import KEY, TARGET
from value.lifetime.targets import Bringing
from value.money.out_of_fold import PART


@dataclass(frozen=True)
class TruthOfCustomers:
    """truth.parquet: `key` (text), `target__<horizon>` and `<horizon>__naive__<name>` of all who ever order.

    Parameters
    ----------
    log, ordered
        The log's tables, ORDERED and RETURNED.
    at
        The moment that predictions were made at.
    end
        The log's: a horizon that is not over by then has no target.
    horizons, of
        In days, and the money that counts.
    """

    log: Artifact
    ordered: Artifact
    at: datetime
    end: datetime
    horizons: tuple[int, ...]
    of: Money

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        ordered, returned = (read_whole(self.ordered.path / name) for name in (ORDERED, RETURNED))
        users = ordered["user"].unique().sort()
        brought = Bringing(ordered, returned, self.horizons, self.of)(users.to_numpy(), self.at, self.end)
        naive = naive_answers(read_purchases(self.ordered, self.at), users, self.at, self.horizons, self.of)
        targets = {f"{TARGET}{name}": pl.Series(values).fill_nan(None) for name, values in brought.items()}
        answers = {f"{h}{PART}{NAIVE}{name}": pl.Series(v) for h, some in naive.items() for name, v in some.items()}
        keys = scan(self.log.path / "keys" / "user.parquet").select(user="code", key=pl.col("key").cast(pl.String))
        rows = pl.DataFrame({"user": users}).lazy().join(keys, on="user", how="left", maintain_order="left")
        return {
            "rows": write(
                rows.select(pl.col("key").alias(KEY)).collect().with_columns(**targets, **answers),
                into / "truth.parquet",
            )
        }
