"""What a returning visitor's earlier sessions were worth."""

import polars as pl

from data.fixed import ONE, as_float, as_money, fixed, money
from features.expressions.running import smoothed_rate
from features.expressions.span import DAY_MS
from features.group import feature_group

RECENT = 5
HALF_LIFE_SESSIONS = 2.0


@feature_group(scope="user", as_of=True)
def user_worth(closed: pl.LazyFrame) -> pl.LazyFrame:
    """Sessions, purchases, views, carts, spend and session values of a user, as of each session's close.

    `mean_log` and `sd_log` are of log(1 + value); `recent_value` and `recent_events` are medians of the last 5
    sessions, `fading_log` weighs half as much every 2 sessions; `growth` is the mean log of the last 3 less that of
    all; `gap_days` the mean time between sessions. Rates are smoothed. Empty where the log names no users.
    """
    log_value = pl.col("value").log1p()
    rows = (
        closed.filter(pl.col("user").is_not_null())
        .sort("user", "ts", "session", "visit")
        .with_columns(log_value=log_value, log_fixed=fixed(log_value), square=fixed(log_value**2))
    )
    n = pl.int_range(1, pl.len() + 1).over("user")
    first_ts = pl.col("ts").first().over("user")
    spend = as_money(_total(money(pl.col("value"))))
    mean_log, mean_square = (as_float(_total(pl.col(c))) / n for c in ("log_fixed", "square"))
    events, views, carts, buys = (_total(pl.col(c).cast(pl.Int64)) for c in ("events", "clicks", "carts", "orders"))
    last_3 = pl.col("log_fixed").rolling_sum(3, min_samples=1).over("user") / ONE / pl.min_horizontal(n, pl.lit(3))
    span_days = (pl.col("ts") - first_ts).dt.total_milliseconds() / DAY_MS
    purchases = _total((pl.col("orders") > 0).cast(pl.Int64))
    return (
        rows.select(
            "user",
            "ts",
            sessions=n,
            purchases=purchases,
            purchase_share=purchases / n,
            views=views,
            carts=carts,
            buys=buys,
            spend=spend,
            mean_value=spend / n,
            mean_log=mean_log,
            sd_log=(mean_square - mean_log**2).clip(lower_bound=0).sqrt(),
            last_value=pl.col("value"),
            before_last=pl.col("value").shift(1).over("user"),
            max_value=pl.col("value").cum_max().over("user"),
            min_value=pl.col("value").cum_min().over("user"),
            recent_value=pl.col("value").rolling_median(RECENT, min_samples=1).over("user"),
            fading_log=pl.col("log_value").ewm_mean(half_life=HALF_LIFE_SESSIONS).over("user"),
            growth=last_3 - mean_log,
            mean_events=events / n,
            last_events=pl.col("events"),
            recent_events=pl.col("events").cast(pl.Float64).rolling_median(RECENT, min_samples=1).over("user"),
            max_events=pl.col("events").cum_max().over("user"),
            value_per_event=spend / events,
            pieces=as_money(_total(money(pl.col("pieces")))) / n,
            gap_days=span_days / (n - 1).replace(0, None),
            buy_to_view=smoothed_rate(buys, views),
            cart_to_view=smoothed_rate(carts, views),
        )
        .unique(["user", "ts"], keep="last", maintain_order=True)
        .sort("user", "ts")
    )


def _total(values: pl.Expr) -> pl.Expr:
    return values.cum_sum().over("user")
