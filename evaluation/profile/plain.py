"""Frames as json holds them."""

from typing import Any

import polars as pl
import polars.selectors as cs

MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows: moments as ISO texts in UTC, types as texts, null for what is no number."""
    return frame.with_columns(
        cs.datetime().dt.strftime(MOMENT),
        (cs.enum() | cs.categorical()).cast(pl.String),
        cs.float().fill_nan(None),
    ).to_dicts()
