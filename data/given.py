"""A table that a program gives: of Polars or of pandas, taken as a frame of Polars."""

from typing import TypeAlias

import pandas as pd
import polars as pl

from data.errors import AisleError

Table: TypeAlias = pl.DataFrame | pl.LazyFrame | pd.DataFrame


def as_frame(given: object, name: str) -> pl.DataFrame:
    """A table as a frame of Polars.

    Parameters
    ----------
    given
        The table (`Table`).
    name
        What messages call it.

    Raises
    ------
    AisleError
        If it is something else, or of pandas with a column that has no type.
    """
    if isinstance(given, pl.DataFrame):  # at once: this stands in the way of every session's answer
        return given
    if isinstance(given, pl.LazyFrame):
        try:
            return given.collect()
        except pl.exceptions.PolarsError as error:
            raise AisleError(f"`{name}`: {' '.join(str(error).split())}") from None
    if not isinstance(given, pd.DataFrame):
        raise AisleError(f"`{name}` is a {type(given).__name__}; give a frame of Polars or pandas.")
    try:
        return pl.DataFrame(pl.from_pandas(given))
    except Exception as error:  # pyarrow, pandas and Polars each have their own
        raise AisleError(f"`{name}`: {' '.join(str(error).split())}") from None
