"""What the sessions that touched an item were worth."""

import polars as pl

from data.fixed import as_float, as_money, fixed, money
from features.expressions.running import SINCE, running_sums, smoothed_rate
from features.group import feature_group


@feature_group(scope="item", as_of=True)
def item_worth(touched: pl.LazyFrame) -> pl.LazyFrame:
    """Counts of an item, and the values and sizes of the sessions that touched it, up to each session's end.

    Counts are logs. `mean_value`, `mean_log` and `mean_events` are of those sessions; `mean_multiple` the mean log of
    session value over the item's own line; `pieces`, `log_pieces`, `sd_pieces` and `price` are of its orders;
    `large_share` is the share of its sessions that were worth more than the usual one before them (wholesale),
    `known_share` of those whose user is known. Rates are smoothed.
    """
    ordered = pl.col("orders") > 0
    log_value, log_pieces = pl.col("value").log1p(), pl.col("pieces").log1p()
    multiple = pl.when(ordered).then(log_value - pl.col("spend").log1p()).otherwise(0.0)
    sums = {
        "views": pl.col("clicks"),
        "carts": pl.col("carts"),
        "buys": pl.col("orders"),
        "buyers": ordered,
        "known": pl.col("user").is_not_null(),
        "large": pl.col("large"),
        "events": pl.col("events"),
        "value": money(pl.col("value")),
        "log_value": fixed(log_value),
        "multiple": fixed(multiple),
        "pieces": money(pl.col("pieces")),
        "log_pieces": fixed(log_pieces),
        "squares": fixed(log_pieces**2),
        "spend": money(pl.col("spend")),
    }
    n, buyers = pl.col("n"), pl.col("buyers").replace(0, None)
    mean_pieces = as_float(pl.col("log_pieces")) / buyers
    return running_sums(_with_large(touched), ["item"], sums).select(
        "item",
        "ts",
        SINCE,
        sessions=n.log1p(),
        views=pl.col("views").log1p(),
        carts=pl.col("carts").log1p(),
        buys=pl.col("buys").log1p(),
        buy_to_view=smoothed_rate(pl.col("buys"), pl.col("views")),
        cart_to_view=smoothed_rate(pl.col("carts"), pl.col("views")),
        known_share=pl.col("known") / n,
        large_share=pl.col("large") / n,
        mean_events=pl.col("events") / n,
        mean_value=as_money(pl.col("value")) / n,
        mean_log=as_float(pl.col("log_value")) / n,
        mean_multiple=as_float(pl.col("multiple")) / buyers,
        pieces=as_money(pl.col("pieces")) / buyers,
        log_pieces=mean_pieces,
        sd_pieces=(as_float(pl.col("squares")) / buyers - mean_pieces**2).clip(lower_bound=0).sqrt(),
        price=as_money(pl.col("spend")) / as_money(pl.col("pieces").replace(0, None)),
    )


def _with_large(touched: pl.LazyFrame) -> pl.LazyFrame:
    """TOUCHED with `large`: whether the session is worth more than the mean log of those that closed before it.

    Also what is left of it later is held against those.
    """
    told = ["ts", "sign", "close_ts"] if "sign" in touched.collect_schema() else ["ts"]
    known = ["sign", "ts"] if "sign" in told else []
    sessions = touched.select("session", "visit", *told, "value").unique(["session", "visit", *known])
    before = running_sums(sessions, [], {"log_value": fixed(pl.col("value").log1p())}).select(
        "ts", usual=(as_float(pl.col("log_value")) / pl.col("n")).shift(1)
    )
    judged = touched.join(before, left_on=told[-1], right_on="ts", how="left", validate="m:1")
    return judged.with_columns(large=(pl.col("value").log1p() > pl.col("usual")).fill_null(False))
