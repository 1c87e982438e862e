"""What a returning visitor's earlier sessions were worth."""

import polars as pl

from data.fixed import ONE, as_float, as_money, fixed, money
from features.expressions.running import is_closing, smoothed_rate
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
    known = closed.filter(pl.col("user").is_not_null())
    if "sign" not in closed.collect_schema():
        return _worth(known)
    moment = pl.max_horizontal("ts", "from")  # what is left of visits is known from when the last of it went back
    rows = _worth(_as_known(known)).with_columns(since="ts", ts=moment).drop("from")
    return rows.unique(["user", "ts"], keep="last", maintain_order=True).sort("user", "ts")


def _as_known(closed: pl.LazyFrame) -> pl.LazyFrame:
    """CLOSED once more for each stretch of a user's time between news of money that went back.

    Each has the visits up to its end as they are known in it; `from` is when it begins, null for the first.
    """
    said = closed.filter(pl.col("sign") > 0)
    news = said.filter(~is_closing()).select("user", **{"from": "ts"}).unique()
    first = said.select("user", pl.lit(None, pl.Datetime("ms", "UTC")).alias("from")).unique()
    stretches = pl.concat([first, news]).sort("user", "from", nulls_last=False)
    ends = stretches.with_columns(until=pl.col("from").shift(-1).over("user"))
    within = (is_closing() | (pl.col("ts") <= pl.col("from"))) & (pl.col("close_ts") < pl.col("until")).fill_null(True)
    return (
        said.join(ends, on="user")
        .filter(within.fill_null(False))
        .sort("user", "from", "session", "visit", "ts", nulls_last=False)
        .unique(["user", "from", "session", "visit"], keep="last", maintain_order=True)
        .with_columns(ts="close_ts")
    )


def _worth(closed: pl.LazyFrame) -> pl.LazyFrame:
    """The features as of each visit's close, of visits of one user (and stretch `from`) each."""
    whose = ["user", "from"] if "from" in closed.collect_schema() else ["user"]
    log_value = pl.col("value").log1p()
    rows = closed.sort(*whose, "ts", "session", "visit", nulls_last=False).with_columns(
        log_value=log_value, log_fixed=fixed(log_value), square=fixed(log_value**2)
    )
    n = pl.int_range(1, pl.len() + 1).over(whose)

    def total(values: pl.Expr) -> pl.Expr:
        return values.cum_sum().over(whose)

    first_ts = pl.col("ts").first().over(whose)
    spend = as_money(total(money(pl.col("value"))))
    mean_log, mean_square = (as_float(total(pl.col(c))) / n for c in ("log_fixed", "square"))
    events, views, carts, buys = (total(pl.col(c).cast(pl.Int64)) for c in ("events", "clicks", "carts", "orders"))
    last_3 = pl.col("log_fixed").rolling_sum(3, min_samples=1).over(whose) / ONE / pl.min_horizontal(n, pl.lit(3))
    span_days = (pl.col("ts") - first_ts).dt.total_milliseconds() / DAY_MS
    purchases = total((pl.col("orders") > 0).cast(pl.Int64))
    return (
        rows.select(
            *whose,
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
            before_last=pl.col("value").shift(1).over(whose),
            max_value=pl.col("value").cum_max().over(whose),
            min_value=pl.col("value").cum_min().over(whose),
            recent_value=pl.col("value").rolling_median(RECENT, min_samples=1).over(whose),
            fading_log=pl.col("log_value").ewm_mean(half_life=HALF_LIFE_SESSIONS).over(whose),
            growth=last_3 - mean_log,
            mean_events=events / n,
            last_events=pl.col("events"),
            recent_events=pl.col("events").cast(pl.Float64).rolling_median(RECENT, min_samples=1).over(whose),
            max_events=pl.col("events").cum_max().over(whose),
            value_per_event=spend / events,
            pieces=as_money(total(money(pl.col("pieces")))) / n,
            gap_days=span_days / (n - 1).replace(0, None),
            buy_to_view=smoothed_rate(buys, views),
            cart_to_view=smoothed_rate(carts, views),
        )
        .unique([*whose, "ts"], keep="last", maintain_order=True)
        .sort(*whose, "ts", nulls_last=False)
    )
