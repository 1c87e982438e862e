"""Rows (customer, origin): what was known at an origin, and what came after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.durations import in_words
from data.errors import AisleError
from data.keys import key_hash, mix
from data.tables import items_before, read_whole, scan, write
from features.group import FeatureGroup
from features.join import describe_queries
from pipeline.store.task import Artifact
from pipeline.tasks.history import ROWS
from pipeline.tasks.ordered import ORDERED, RETURNED
from value.lifetime.levels import Levels, levels_at
from value.lifetime.naive import naive_answers
from value.lifetime.origins import Asked
from value.lifetime.pace import paced
from value.lifetime.population import bought_before, customer_queries
from value.lifetime.purchases import Money, purchases_of
from value.lifetime.table import KNOWN, TARGET
from value.lifetime.targets import Bringing, Floats


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
            "paced": paced(purchases, self.origin).lazy(),
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
    `taught_level__<horizon>` (see `value.lifetime.customers`). A horizon that no teaching origin has seen the end of is
    told by the day of what came until the scored one (see `Asked.stretched`).

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
            brought = self._brought(bringing, rows["user"], origin)
            targets = {f"{TARGET}{name}": pl.Series(values).fill_nan(None) for name, values in brought.items()}
            given = {name: pl.lit(level) for name, level in levels_at(levels, origin, self.horizons).items()}
            tables.append(rows.with_columns(**targets, **given, scored=pl.lit(scored)))
        taught = drawn(pl.concat(tables[1:]), self.most) if tables[1:] else tables[0].clear()
        counts = {"scored": tables[0].height, "teaching": taught.height, "origins": len(tables) - 1}
        write(pl.concat([tables[0], taught]), into / ROWS)
        return counts

    def _brought(self, bringing: Bringing, users: pl.Series, origin: datetime) -> dict[str, Floats]:
        if origin == self.asked.at:
            return bringing(users.to_numpy(), origin, self.end)
        stretched = [days for days in self.horizons if self.asked.stretched(origin, days)]
        return bringing(users.to_numpy(), origin, self.asked.at, stretched)


def drawn(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """Rows (customer, origin) at most, by a hash that neither their order nor a growing log changes."""
    if rows.height <= most:
        return rows
    moment = rows["origin"].dt.epoch("ms").cast(pl.UInt64)
    places = rows.with_columns(place=pl.select(mix(key_hash(rows["customer"]) ^ moment)).to_series())
    kept = places.with_row_index("row").sort("place", "row").head(most).sort("row")
    return kept.drop("row", "place")
