"""What customers have ordered and sent back, from a log's tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.customer_schema import Ordered, Returned
from data.errors import AisleError
from data.schema import Refunds
from data.tables import scan, shard_file, write
from pipeline.store.task import Artifact
from pipeline.tasks.log_refunds import FILE
from value.lifetime.purchases import LINE, ordered_lines, purchases_of, returned_lines

ORDERED, RETURNED = "ordered.parquet", "returned.parquet"
MOST = 5e13
"""What all order lines may come to: above it sums of money would leave their room."""


@dataclass(frozen=True)
class OrderedLog:
    """ordered.parquet and returned.parquet: ORDERED and RETURNED of a whole log.

    Parameters
    ----------
    log
        The log's tables.
    closes_after
        What ends a visit, and with it a purchase.
    shards
        The log's shards.
    """

    log: Artifact
    closes_after: timedelta
    shards: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them; what the manifest says counts the order lines that have no customer.

        Raises
        ------
        AisleError
            If no customer has ordered, orders are worth nothing, or a line costs more than any does.
        """
        log = self.log.path
        items, late = scan(log / "items.parquet"), scan(log / "late_names.parquet")
        events = [scan(shard_file(log / "events", number)) for number in range(self.shards)]
        lines = [ordered_lines(rows, items, late, self.closes_after).collect() for rows in events]
        ordered = pl.concat(lines).sort(*LINE, "pieces", "spend")
        orders = pl.concat(events).filter(pl.col("type") == "orders").select(n=pl.len()).collect().item()
        _check(ordered, orders)
        refunds = scan(log / FILE) if (log / FILE).exists() else pl.LazyFrame(Refunds.create_empty())
        returned = returned_lines(refunds, ordered.lazy()).collect()
        write(Ordered.validate(ordered, cast=True), into / ORDERED)
        write(Returned.validate(returned, cast=True), into / RETURNED)
        return {
            "lines": ordered.height,
            "without customer": orders - ordered.height,
            "customers": ordered["user"].n_unique(),
            "returned": returned.height,
        }


def _check(ordered: pl.DataFrame, orders: int) -> None:
    if not orders:
        raise AisleError(
            "nobody buys: the log has no order, and what customers bring is theirs; map the shop's name of an order to "
            "`orders` in `input.format.events`, or set `input.format.every_row: orders`."
        )
    if ordered.is_empty():
        raise AisleError(
            f"none of {orders:,} order lines has a customer; name the column of their keys under "
            "`input.format.columns.user`."
        )
    total = float(ordered["spend"].to_numpy().sum())
    if total > MOST:
        raise AisleError(
            f"{ordered.height:,} order lines come to {total:g} in all, and {MOST:g} is the most; set aside what is no "
            "price by `input.quality.max_price`."
        )
    if not total:
        raise AisleError(
            f"{ordered.height:,} order lines come to 0 in all: name the log's column of prices under "
            "`input.format.columns.price`."
        )


def read_purchases(ordered: Artifact, until: datetime) -> pl.DataFrame:
    """PURCHASES as of a moment, of all customers."""
    before = pl.col("ts") < until
    ordered_, returned = (scan(ordered.path / name).filter(before) for name in (ORDERED, RETURNED))
    return purchases_of(ordered_, returned).collect()
