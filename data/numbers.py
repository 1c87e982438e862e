"""Prices, quantities and values as the shops write them."""

import polars as pl


def parse_numbers(raw: pl.Series) -> pl.Series:
    """Numbers as f64, null where there is none to read; a float column's NaN is how pandas writes a missing one."""
    if raw.dtype == pl.String:
        raw = raw.str.strip_chars()
    number = raw.cast(pl.Float64, strict=False)
    return number.fill_nan(None) if raw.dtype.is_float() else number
