"""Running sums by key: what was known at each moment, for joins as of a session's start."""

from collections.abc import Mapping, Sequence

import polars as pl

PRIOR_RATE, PRIOR_VIEWS = 0.05, 20.0


def running_sums(rows: pl.LazyFrame, keys: Sequence[str], sums: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    """Sums of whole numbers up to each moment.

    Parameters
    ----------
    rows
        With `ts` and the keys.
    keys
        Whose sums; none for the whole shop's.
    sums
        Name -> an expression of whole numbers, a value a row: money and weights in fixed point, so that the result
        does not depend on the order of rows.

    Returns
    -------
    pl.LazyFrame
        keys, ts, `n` (rows so far) and the sums (i64), one row a (key, moment), sorted.
    """
    moments = (
        rows.group_by(*keys, "ts")
        .agg(n=pl.len().cast(pl.Int64), **{name: value.cast(pl.Int64).sum() for name, value in sums.items()})
        .sort(*keys, "ts")
    )
    totals = [pl.col(name).cum_sum() for name in ("n", *sums)]
    return moments.with_columns(total.over(*keys) if keys else total for total in totals)


def smoothed_rate(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """A rate that starts at 1 in 20 and moves with what was seen, so that rare keys stay near it."""
    return (part + PRIOR_RATE * PRIOR_VIEWS) / (whole + PRIOR_VIEWS)


def log_ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """log(above / below); null where one of them is not above 0."""
    return pl.when((above > 0) & (below > 0)).then((above / below).log())
