"""Running sums by key: what was known at each moment, for joins as of a session's start.

Rows of visits have a `sign` where the log has refunds (see `data.schema.Reclosed`): sums are then by it, and `since`
tells when the last of the visits closed, which news of money that went back is not.
"""

from collections.abc import Mapping, Sequence

import polars as pl

PRIOR_RATE, PRIOR_VIEWS = 0.05, 20.0
SINCE = pl.col("^since$")
"""That column where there is one."""


def running_sums(rows: pl.LazyFrame, keys: Sequence[str], sums: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    """Sums of whole numbers up to each moment.

    Parameters
    ----------
    rows
        With `ts` and the keys; and `sign` and `close_ts` where some take back others.
    keys
        Whose sums; none for the whole shop's.
    sums
        Name -> an expression of whole numbers, a value a row: money and weights in fixed point, so that the result
        does not depend on the order of rows.

    Returns
    -------
    pl.LazyFrame
        keys, ts, `n` (rows so far) and the sums (i64), one row a (key, moment), sorted; and `since` if there are signs.
    """
    whole = {name: value.cast(pl.Int64) for name, value in sums.items()}
    if "sign" in rows.collect_schema():
        sign = pl.col("sign").cast(pl.Int64)
        counted = {"n": sign.sum(), **{name: (value * sign).sum() for name, value in whole.items()}}
        last = {"since": pl.col("ts").filter(is_closing()).max()}
    else:
        counted = {"n": pl.len().cast(pl.Int64), **{name: value.sum() for name, value in whole.items()}}
        last = {}
    moments = rows.group_by(*keys, "ts").agg(**counted, **last).sort(*keys, "ts")
    totals = [pl.col(name).cum_sum() for name in counted] + [pl.col(name).forward_fill() for name in last]
    return moments.with_columns(total.over(*keys) if keys else total for total in totals)


def is_closing() -> pl.Expr:
    """Which rows of visits are those of their closing, where some come later."""
    return pl.col("ts") == pl.col("close_ts")


def smoothed_rate(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """A rate that starts at 1 in 20 and moves with what was seen, so that rare keys stay near it."""
    return (part + PRIOR_RATE * PRIOR_VIEWS) / (whole + PRIOR_VIEWS)


def log_ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """log(above / below); null where one of them is not above 0."""
    return pl.when((above > 0) & (below > 0)).then((above / below).log())
