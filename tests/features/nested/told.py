"""What one group tells of one column, as plain lists."""

import polars as pl
import pyarrow as pa

from features.nested.plain import plain_rows
from features.nested.source import Source

MOMENT = "2025-10-01-15-00"


def told(group, values, kind, own=None, moments=None, **source):
    """(features by name, values set aside by reason); `own` is the rows' own key, by flat column."""
    raw = (values if isinstance(values, pl.Series) else pl.Series(values)).alias("x").to_frame()
    raw = raw.with_columns(pl.Series("datetime", moments or [MOMENT] * raw.height, dtype=pl.String))
    raw = raw.with_columns(pl.Series(name, keys) for name, keys in (own or {}).items())
    read = Source("x", kind, own=tuple(own or {}), **source)
    plain = plain_rows(raw, [read], "datetime")
    features = plain.frame.select(**group(read))
    return {name.removeprefix("x__"): features[name].to_list() for name in features.columns}, dict(
        plain.odd.get("x", {})
    )


def maps_of(*rows, value=pl.Float64):
    """A column of maps as parquet has them, from dictionaries or lists of pairs; null for None."""
    listed = [None if row is None else list(row.items() if isinstance(row, dict) else row) for row in rows]
    kind = pl.Series([], dtype=value).to_arrow().type
    return pl.Series(pl.from_arrow(pa.array(listed, type=pa.map_(pa.string(), kind))))
