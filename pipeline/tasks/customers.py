"""From a log's tables to rows (customer, origin): what was ordered, what was known at an origin, what came after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.customer_schema import Ordered, Returned
from data.durations import in_words
from data.errors import AisleError
from data.keys import key_hash, mix
from data.schema import Refunds
from data.tables import items_before, read_whole, scan, shard_file, write
from features.group import FeatureGroup
from features.join import describe_queries
from pipeline.store.task import Artifact
from pipeline.tasks.history import ROWS
from pipeline.tasks.log_refunds import FILE
from value.lifetime.customers import KNOWN, TARGET
from value.lifetime.levels import Levels, levels_at
from value.lifetime.naive import naive_answers
from value.lifetime.origins import Asked
from value.lifetime.population import bought_before, customer_queries
from value.lifetime.purchases import LINE, Money, ordered_lines, purchases_of, returned_lines
from value.lifetime.targets import Bringing

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


@dataclass(frozen=True)
class CustomersAt:
    """rows.parquet: every customer at an origin, with all that was known then.

    Columns: customer (the shop's own key as text), user, origin, `<group>__<feature>` f32, and naive answers as
    `known__<horizon>__<name>` f64; sorted by user.

    Parameters
    ----------
    log, ordered, closed
        The log's tables, ORDERED and RETURNED, CLOSED.
    past
        The rows of groups that read nothing of a question, by group.
    origin
        The moment.
    within
        Customers have bought in this window before it; null: ever.
    groups
        What describes them.
    horizons, of
        In days, and the money that counts: of naive answers.
    """

    log: Artifact
    ordered: Artifact
    closed: Artifact
    past: Mapping[str, Artifact]
    origin: datetime
    within: timedelta | None
    groups: tuple[FeatureGroup, ...]
    horizons: tuple[int, ...]
    of: Money

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it.

        Raises
        ------
        AisleError
            If nobody had bought.
        """
        tables = {name: scan(table.path / ROWS) for name, table in self.past.items()} | self._tables()
        keys = scan(self.log.path / "keys" / "user.parquet").select(user="code", customer=pl.col("key").cast(pl.String))
        described = describe_queries(tables["queries"], tables, self.groups)
        rows = (
            tables["queries"]
            .join(keys, on="user", how="left", validate="1:1", maintain_order="left")
            .join(described, on="query", how="left", validate="1:1", maintain_order="left")
            .select("customer", "user", pl.col("start_ts").alias("origin"), pl.col(r"^.*__.*$"))
            .collect()
        )
        purchases = tables["purchases"].collect()
        answers = naive_answers(purchases, rows["user"], self.origin, self.horizons, self.of)
        told = {f"{KNOWN}{days}__{name}": values for days, some in answers.items() for name, values in some.items()}
        return {"rows": write(rows.with_columns(**told), into / ROWS)}

    def _tables(self) -> dict[str, pl.LazyFrame]:
        """What groups may read, nothing of it from the origin on."""
        before = pl.col("ts") < self.origin
        ordered = scan(self.ordered.path / ORDERED).filter(before).collect()
        returned = scan(self.ordered.path / RETURNED).filter(before).collect()
        purchases = purchases_of(ordered.lazy(), returned.lazy()).collect()
        closed = scan(self.closed.path / "closed").filter(before, pl.col("user").is_not_null()).collect()
        users = bought_before(ordered, self.origin, self.within)
        if users.is_empty():
            raise AisleError(_nobody(self.origin, self.within))
        return {
            "queries": customer_queries(users, self.origin, closed).lazy(),
            "ordered": ordered.lazy(),
            "returned": returned.lazy(),
            "purchases": purchases.lazy(),
            "closed": closed.lazy(),
            "items": items_before(self.log.path, self.origin),
        }


def _nobody(origin: datetime, within: timedelta | None) -> str:
    window = "" if within is None else f" in the {in_words(within)}"
    mend = "name a later origin, or widen `ltv.origins.within`."
    return f"no customer has bought{window} before {origin:%Y-%m-%d %H:%M} UTC; {mend}"


@dataclass(frozen=True)
class CustomerRows:
    """rows.parquet: the customers of a scored origin, and those of the origins that teach it, the latest first.

    Columns: those of `CustomersAt`; `scored`; by horizon `target__<horizon>` f64, what it brought, null where that is
    not known - to a teaching row at the scored origin, to a scored one at the log's end -, `level__<horizon>` and
    `taught_level__<horizon>` (see `value.lifetime.customers`).

    Parameters
    ----------
    asked
        The scored origin, and those that teach.
    at
        `CustomersAt` of them, the scored one first.
    ordered
        ORDERED and RETURNED.
    horizons, of
        In days, and the money that counts.
    end
        The log's.
    season
        Whether levels tell of the season; else they are 1.
    most
        Teaching rows at most, drawn by a hash of the customer's key and the origin.
    """

    asked: Asked
    at: tuple[Artifact, ...]
    ordered: Artifact
    horizons: tuple[int, ...]
    of: Money
    end: datetime
    season: bool
    most: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        ordered, returned = (read_whole(self.ordered.path / name) for name in (ORDERED, RETURNED))
        bringing = Bringing(ordered, returned, self.horizons, self.of)
        levels = Levels(ordered, returned, self.asked, self.horizons, self.of) if self.season else None
        tables = []
        for made, origin in zip(self.at, (self.asked.at, *self.asked.teaching), strict=True):
            rows, scored = read_whole(made.path / ROWS), origin == self.asked.at
            brought = bringing(rows["user"].to_numpy(), origin, self.end if scored else self.asked.at)
            targets = {f"{TARGET}{name}": pl.Series(values).fill_nan(None) for name, values in brought.items()}
            given = {name: pl.lit(level) for name, level in levels_at(levels, origin, self.horizons).items()}
            tables.append(rows.with_columns(**targets, **given, scored=pl.lit(scored)))
        taught = drawn(pl.concat(tables[1:]), self.most) if tables[1:] else tables[0].clear()
        counts = {"scored": tables[0].height, "teaching": taught.height, "origins": len(tables) - 1}
        write(pl.concat([tables[0], taught]), into / ROWS)
        return counts


def drawn(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """Rows (customer, origin) at most, by a hash that neither their order nor a growing log changes."""
    if rows.height <= most:
        return rows
    moment = rows["origin"].dt.epoch("ms").cast(pl.UInt64)
    places = rows.with_columns(place=pl.select(mix(key_hash(rows["customer"]) ^ moment)).to_series())
    kept = places.with_row_index("row").sort("place", "row").head(most).sort("row")
    return kept.drop("row", "place")


def read_purchases(ordered: Artifact, until: datetime) -> pl.DataFrame:
    """PURCHASES as of a moment, of all customers."""
    before = pl.col("ts") < until
    ordered_, returned = (scan(ordered.path / name).filter(before) for name in (ORDERED, RETURNED))
    return purchases_of(ordered_, returned).collect()
