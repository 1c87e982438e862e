"""What sessions of the whole shop were worth lately, on such weekdays, and a year ago."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.expressions.running import is_closing, log_ratio, running_sums
from features.group import feature_group

WINDOWS = (7, 30, 90)
YEAR = 364  # whole weeks, so that weekdays meet
AROUND = 14
NEAR_YEAR, BEFORE_YEAR = (YEAR - AROUND, YEAR + AROUND), (YEAR, YEAR + WINDOWS[-1])
SPANS = (*(("", 0, days) for days in WINDOWS), ("", *NEAR_YEAR), ("", *BEFORE_YEAR), ("weekday", 0, WINDOWS[-1]))
"""By which column, from how many days before the query's start back to how many."""
SUMS = {"value": money(pl.col("value")), "log_value": fixed(pl.col("value").log1p())}


@feature_group(scope="query")
def shop_season(queries: pl.LazyFrame, closed: pl.LazyFrame) -> pl.LazyFrame:
    """Sessions a day and mean values in the last 7, 30 and 90 days, on this weekday, and around this day a year ago.

    `log_N` is the mean log(1 + value) of the sessions that closed in the last N days, `mean_N` the mean value,
    `a_day_N` their number a day; `weekday_lift` the mean log of the last 90 days' same weekday less that of all of
    them; `year_ago_lift` the log of the mean value of the four weeks around this day a year ago, over that of the 90
    days before it, and `year_ago_rush` the same of sessions a day. Null where the log does not reach back so far.
    """
    closed, amended = _apart(closed)
    totals = running_sums(closed, [], SUMS)
    by_weekday = running_sums(closed.with_columns(weekday=pl.col("ts").dt.weekday()), ["weekday"], SUMS)
    asked = queries.select("query", "start_ts", weekday=pl.col("start_ts").dt.weekday())
    first = closed.select(first=pl.col("ts").min())
    for days in (0, *WINDOWS, YEAR - AROUND, YEAR + AROUND, YEAR, YEAR + WINDOWS[-1]):
        asked = _up_to(asked, totals, days, "")
    for days in (0, WINDOWS[-1]):
        asked = _up_to(asked, by_weekday, days, "weekday")
    asked = asked.join(first, how="cross").with_columns(
        (pl.col(f"{total}__{by}{near}") - pl.col(f"{total}__{by}{far}")).alias(_between(total, by, near, far))
        for total in ("n", *SUMS)
        for by, near, far in SPANS
    )
    if amended is not None:
        asked = _amend(asked, amended)
    recent = {k: v for days in WINDOWS for k, v in _window(0, days).items()}
    usual = _log_mean("", 0, WINDOWS[-1])
    around, before = NEAR_YEAR, BEFORE_YEAR
    reached = _reaches(before[1])
    return asked.select(
        "query",
        **recent,
        weekday_lift=_log_mean("weekday", 0, WINDOWS[-1]) - usual,
        year_ago_lift=pl.when(reached).then(log_ratio(_mean(*around), _mean(*before))),
        year_ago_rush=pl.when(reached).then(log_ratio(_a_day(*around), _a_day(*before))),
    )


def _apart(closed: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame | None]:
    """The visits as they closed, and what was said of them later; null where the log has no refunds."""
    if "sign" not in closed.collect_schema():
        return closed, None
    return closed.filter(is_closing()).drop("sign", "close_ts"), closed.filter(~is_closing())


def _amend(asked: pl.LazyFrame, amended: pl.LazyFrame) -> pl.LazyFrame:
    """The queries with the sums of each span less what had gone back of its visits by then.

    That counts from when it is known and the visit is within the span, until the visit leaves it.
    """
    for by, near, far in SPANS:
        close = pl.col("close_ts")
        begin = pl.max_horizontal("ts", close + pl.duration(days=near))
        news = amended.with_columns(begin=begin, end=close + pl.duration(days=far), weekday=close.dt.weekday())
        news = news.filter(pl.col("begin") < pl.col("end"))
        turns = pl.concat([news.with_columns(ts="begin"), news.with_columns(ts="end", sign=-pl.col("sign"))])
        late = running_sums(turns, [by] if by else [], SUMS).drop("since")
        asked = _up_to(asked, late, 0, by, told="late").with_columns(
            pl.col(_between(total, by, near, far)) + pl.col(f"{total}__late") for total in SUMS
        )
        asked = asked.drop(f"{total}__late" for total in ("n", *SUMS))
    return asked


def _up_to(asked: pl.LazyFrame, totals: pl.LazyFrame, days: int, by: str, told: str | None = None) -> pl.LazyFrame:
    """The queries with the totals strictly before their start less some days, as `<total>__<by><days>`, or `told`."""
    told = f"{by}{days}" if told is None else told
    named = totals.rename({name: f"{name}__{told}" for name in ("n", *SUMS)})
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
    return joined.drop("__at", "ts").with_columns(pl.col(rf"^.*__{told}$").fill_null(0))


def _window(near: int, far: int) -> dict[str, pl.Expr]:
    kept = pl.when(_reaches(far))
    return {
        f"log_{far}": kept.then(_log_mean("", near, far)),
        f"mean_{far}": kept.then(_mean(near, far)),
        f"a_day_{far}": kept.then(_a_day(near, far)),
    }


def _between(total: str, by: str, near: int, far: int) -> str:
    """The column of a total's sum over a span."""
    return f"{total}__{by}_from_{near}_to_{far}"


def _sum(total: str, by: str, near: int, far: int) -> pl.Expr:
    return pl.col(_between(total, by, near, far))


def _log_mean(by: str, near: int, far: int) -> pl.Expr:
    return as_float(_sum("log_value", by, near, far)) / _sum("n", by, near, far).replace(0, None)


def _mean(near: int, far: int) -> pl.Expr:
    return as_money(_sum("value", "", near, far)) / _sum("n", "", near, far).replace(0, None)


def _a_day(near: int, far: int) -> pl.Expr:
    return _sum("n", "", near, far) / (far - near)


def _reaches(days: int) -> pl.Expr:
    """Whether the log had begun so many days before the query's start."""
    return pl.col("first") <= pl.col("start_ts") - pl.duration(days=days)
