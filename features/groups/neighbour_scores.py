"""How close a candidate stands to what the session has touched, by every neighbour table."""

import numpy as np
import polars as pl

from features.group import feature_group
from features.kernels.neighbour import (
    COLUMNS,
    DEPTH,
    SUMMARIES,
    Table,
    Visited,
    neighbour_scores_rows,
    score_pairs,
)
from features.kernels.visited import rows_of, visited_items


@feature_group(scope="pair", aligned=True, kernel=neighbour_scores_rows)
def neighbour_scores(candidates: pl.LazyFrame, prefixes: pl.LazyFrame, neighbours: pl.LazyFrame) -> pl.LazyFrame:
    """The candidate's score as a neighbour of the session's latest items, for every neighbour table.

    `<member>_1`, `_2`: of the last distinct item, of the one before. Over the items of the last 10 events: `_sum`
    with weights that decay by the event, `_typed` the same by the events' types too, `_mean` and `_max` without.
    0 where the table lacks the pair, null where the session has no such item.
    """
    visited = visited_items(prefixes).collect()
    pairs = _pairs_of(neighbours, visited)
    members = [n.removesuffix("__score") for n in pairs.columns if n.endswith("__score")]
    rows = rows_of(candidates, visited)
    scores = np.empty((len(members) * COLUMNS, len(rows.item)), dtype=np.float32)
    score_pairs(_table(pairs, members), _places(pairs, visited), rows.item, rows.first, rows.end, scores)
    names = [f"{m}_{kind}" for m in members for kind in (*range(1, DEPTH + 1), *SUMMARIES)]
    columns = [pl.Series(name, values) for name, values in zip(names, scores, strict=True)]
    return rows.keys.with_columns(columns).lazy().with_columns(pl.col(names).fill_nan(None))


def _pairs_of(neighbours: pl.LazyFrame, visited: pl.DataFrame) -> pl.DataFrame:
    """The visited items' rows, sorted by (item, neighbour), as the stored table is."""
    asked = visited.lazy().select("item").unique()
    pairs = neighbours.join(asked, on="item", how="semi", maintain_order="left").collect()
    key = pairs.select(pl.col("item").cast(pl.UInt64) * 2**32 + pl.col("neighbour")).to_series()
    return pairs if key.is_sorted() else pairs.sort("item", "neighbour")


def _table(pairs: pl.DataFrame, members: list[str]) -> Table:
    scores = pairs.select(pl.col(f"{m}__score").fill_null(0.0) for m in members).to_numpy(order="c")
    return Table(pairs["neighbour"].to_numpy().astype(np.int64), scores.reshape(pairs.height, len(members)))


def _places(pairs: pl.DataFrame, visited: pl.DataFrame) -> Visited:
    items, asked = pairs["item"].to_numpy(), visited["item"].to_numpy()
    low, high = (np.searchsorted(items, asked, side) for side in ("left", "right"))
    return Visited(low, high, visited["weight"].to_numpy(), visited["typed"].to_numpy())
