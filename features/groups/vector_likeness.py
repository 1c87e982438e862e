"""How near a candidate lies to the session in the space of item vectors."""

import numpy as np
import numpy.typing as npt
import polars as pl

from features.group import feature_group
from features.kernels.vector import COLUMNS, compare, vector_likeness_rows
from features.kernels.visited import rows_of, visited_items
from features.opened.vectors import unit_rows


@feature_group(scope="pair", aligned=True, kernel=vector_likeness_rows)
def vector_likeness(candidates: pl.LazyFrame, prefixes: pl.LazyFrame, vectors: pl.LazyFrame) -> pl.LazyFrame:
    """Cosine of the candidate's vector to the last item's, to the session's weighted mean, and to the nearest.

    Over the distinct items of the session's last 10 events, with weights that decay by the event. Null where a side
    has no vector: everywhere, if no source has learnt any.
    """
    visited = visited_items(prefixes).collect()
    rows = rows_of(candidates, visited)
    table = _table(vectors, rows.keys, visited)
    if table.is_empty():
        return rows.keys.lazy().with_columns(pl.lit(None, pl.Float32).alias(name) for name in COLUMNS)
    cosines = np.empty((len(COLUMNS), len(rows.item)), dtype=np.float32)
    places = _places(table, visited["item"].to_numpy().astype(np.int64)), visited["weight"].to_numpy()
    compare(unit_rows(table["vector"]), *places, _places(table, rows.item), rows.first, rows.end, cosines)
    columns = [pl.Series(name, values) for name, values in zip(COLUMNS, cosines, strict=True)]
    return rows.keys.with_columns(columns).lazy().with_columns(pl.col(COLUMNS).fill_nan(None))


def _table(vectors: pl.LazyFrame, candidates: pl.DataFrame, visited: pl.DataFrame) -> pl.DataFrame:
    """The vectors of items that are asked for, sorted: a catalogue's would fill the memory."""
    asked = pl.concat([candidates["item"], visited["item"]]).unique().to_frame().lazy()
    return vectors.join(asked, on="item", how="semi").sort("item").collect()


def _places(table: pl.DataFrame, items: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The items' rows in the table, -1 for those that it lacks."""
    known = table["item"].to_numpy().astype(np.int64)
    place = np.minimum(np.searchsorted(known, items), len(known) - 1)
    return np.where(known[place] == items, place, -1)
