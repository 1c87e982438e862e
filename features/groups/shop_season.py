"""What sessions of the whole shop were worth lately, on such weekdays, and a year ago."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.expressions.running import log_ratio, running_sums
from features.group import feature_group

WINDOWS = (7, 30, 90)
YEAR = 364  # whole weeks, so that weekdays meet
AROUND = 14


@feature_group(scope="query")
def shop_season(queries: pl.LazyFrame, closed: pl.LazyFrame) -> pl.LazyFrame:
    """Sessions a day and mean values in the last 7, 30 and 90 days, on this weekday, and around this day a year ago.

    `log_N` is the mean log(1 + value) of the sessions that closed in the last N days, `mean_N` the mean value,
    `a_day_N` their number a day; `weekday_lift` the mean log of the last 90 days' same weekday less that of all of
    them; `year_ago_lift` the log of the mean value of the four weeks around this day a year ago, over that of the 90
    days before it, and `year_ago_rush` the same of sessions a day. Null where the log does not reach back so far.
    """
    sums = {"value": money(pl.col("value")), "log_value": fixed(pl.col("value").log1p())}
    totals = running_sums(closed, [], sums)
    by_weekday = running_sums(closed.with_columns(weekday=pl.col("ts").dt.weekday()), ["weekday"], sums)
    asked = queries.select("query", "start_ts", weekday=pl.col("start_ts").dt.weekday())
    first = closed.select(first=pl.col("ts").min())
    for days in (0, *WINDOWS, YEAR - AROUND, YEAR + AROUND, YEAR, YEAR + WINDOWS[-1]):
        asked = _up_to(asked, totals, days, "")
    for days in (0, WINDOWS[-1]):
        asked = _up_to(asked, by_weekday, days, "weekday")
    asked = asked.join(first, how="cross")
    recent = {k: v for days in WINDOWS for k, v in _window(0, days).items()}
    usual = _log_mean("", 0, WINDOWS[-1])
    around, before = (YEAR - AROUND, YEAR + AROUND), (YEAR, YEAR + WINDOWS[-1])
    reached = _reaches(before[1])
    return asked.select(
        "query",
        **recent,
        weekday_lift=_log_mean("weekday", 0, WINDOWS[-1]) - usual,
        year_ago_lift=pl.when(reached).then(log_ratio(_mean(*around), _mean(*before))),
        year_ago_rush=pl.when(reached).then(log_ratio(_a_day(*around), _a_day(*before))),
    )


def _up_to(asked: pl.LazyFrame, totals: pl.LazyFrame, days: int, by: str) -> pl.LazyFrame:
    """The queries with the totals strictly before their start less some days, as `<total>__<by><days>`."""
    named = totals.rename({name: f"{name}__{by}{days}" for name in ("n", "value", "log_value")})
    joined = (
        asked.with_columns(__at=pl.col("start_ts") - pl.duration(days=days))
        .sort("__at", "query")
        .join_asof(
            named.sort("ts"),
            left_on="__at",
            right_on="ts",
            by=by or None,
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
    )
    return joined.drop("__at", "ts").with_columns(pl.col(rf"^.*__{by}{days}$").fill_null(0))


def _window(near: int, far: int) -> dict[str, pl.Expr]:
    kept = pl.when(_reaches(far))
    return {
        f"log_{far}": kept.then(_log_mean("", near, far)),
        f"mean_{far}": kept.then(_mean(near, far)),
        f"a_day_{far}": kept.then(_a_day(near, far)),
    }


def _between(total: str, by: str, near: int, far: int) -> pl.Expr:
    return pl.col(f"{total}__{by}{near}") - pl.col(f"{total}__{by}{far}")


def _log_mean(by: str, near: int, far: int) -> pl.Expr:
    return as_float(_between("log_value", by, near, far)) / _between("n", by, near, far).replace(0, None)


def _mean(near: int, far: int) -> pl.Expr:
    return as_money(_between("value", "", near, far)) / _between("n", "", near, far).replace(0, None)


def _a_day(near: int, far: int) -> pl.Expr:
    return _between("n", "", near, far) / (far - near)


def _reaches(days: int) -> pl.Expr:
    """Whether the log had begun so many days before the query's start."""
    return pl.col("first") <= pl.col("start_ts") - pl.duration(days=days)
