"""The shop's own keys, as a raw batch has them, into whole numbers or texts."""

from pathlib import Path

import polars as pl

from data.errors import AisleError


def parse_keys(raw: pl.Series, integer: bool, path: Path, rows: pl.Series) -> pl.Series:
    """A key column as Int64 or String; blank texts are null.

    Parameters
    ----------
    raw
        The column.
    integer
        Whether its keys are whole numbers though texts.
    path, rows
        The file and its rows' numbers, for messages.

    Raises
    ------
    AisleError
        If a whole number is beyond 64 bits.
    """
    if raw.dtype.is_float():
        whole = raw.is_finite() & (raw == raw.floor())
        raw = raw.set(~whole, None)
    elif raw.dtype.is_integer():
        whole = raw.is_not_null()
    else:
        text = raw.cast(pl.String).str.strip_chars()
        raw = text.set(text == "", None)
        if not integer:
            return raw
        whole = raw.str.contains(r"^[+-]?[0-9]+$")
    number = raw.cast(pl.Int64, strict=False)
    if (beyond := (number.is_null() & whole).fill_null(False)).any():
        where = int(beyond.arg_true()[0])
        raise AisleError(
            f"{path}: row {rows[where]}: `{raw.name}` {raw[where]} is beyond its range (64-bit integers); "
            "use text keys."
        )
    return number
