"""The shop's own keys, as a raw batch has them, into whole numbers or texts."""

from pathlib import Path

import polars as pl

from data.errors import AisleError

MISSING = ["", "NaN"]  # how a CSV and a float column write that there is no key
EXACT_BITS = 24, 53
"""Of a float of 32 and of 64 bits: from 2 to this power on it no longer tells every whole number from the next."""


def parse_keys(raw: pl.Series, integer: bool, path: Path, rows: pl.Series) -> pl.Series:
    """A key column as Int64 or String; blank texts are null.

    Parameters
    ----------
    raw
        The column. Floats and decimals are whole numbers, as tools write them that know no whole number beside a null.
    integer
        Whether its keys are whole numbers though texts.
    path, rows
        The file and its rows' numbers, for messages.

    Raises
    ------
    AisleError
        If a whole number is beyond 64 bits, or a float so large that it may stand for several.
    """
    if raw.dtype.is_float() or raw.dtype.is_decimal():
        whole = raw.is_not_null() & (raw == raw.floor())
        if raw.dtype.is_float():
            whole &= raw.is_finite()
            bits = EXACT_BITS[raw.dtype == pl.Float64]
            why = f"is a float from 2^{bits} on, where several keys become one; write them as integers or texts."
            _refuse(whole & (raw.cast(pl.Float64).abs() >= 2**bits), raw, path, rows, why)
        raw = raw.set(~whole, None)
    elif raw.dtype.is_integer():
        whole = raw.is_not_null()
    else:
        text = raw.cast(pl.String).str.strip_chars()
        raw = text.set(text == "", None)
        if not integer:
            return raw
        raw = raw.str.replace(r"^([+-]?[0-9]+)\.0+$", "$1") if raw.str.ends_with(".0").any() else raw
        whole = raw.str.contains(r"^[+-]?[0-9]+$")
    number = raw.cast(pl.Int64, strict=False)
    _refuse(number.is_null() & whole, raw, path, rows, "is beyond its range (64-bit integers); use text keys.")
    return number


def no_whole_number(raw: pl.Series, keys: pl.Series) -> pl.Series:
    """Where something stands that is none, in a column of whole numbers."""
    if keys.dtype != pl.Int64 or not keys.null_count():
        return pl.Series("none", [False]).new_from_index(0, len(keys))
    text = raw.cast(pl.String).str.strip_chars()
    return keys.is_null() & text.is_not_null() & ~text.is_in(MISSING).fill_null(False)


def _refuse(wrong: pl.Series, raw: pl.Series, path: Path, rows: pl.Series, why: str) -> None:
    if (wrong := wrong.fill_null(False)).any():
        where = int(wrong.arg_true()[0])
        raise AisleError(f"{path}: row {rows[where]}: `{raw.name}` {raw[where]} {why}")
