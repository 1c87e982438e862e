"""What the running session has brought until now."""

import polars as pl

from data.fixed import as_float, fixed
from features.expressions.goods import visited_goods
from features.group import feature_group


@feature_group(scope="query")
def value_so_far(prefixes: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """Money and pieces that are ordered, carted and seen so far, in sum, by line and at most.

    A line is an order of which something is left; a missing quantity is one piece. `spent` is what the orders bring,
    `carted` the price of what was carted, `waiting` of the distinct items in carts that are not ordered, `taken` of
    those with what is spent, `seen` of all events. `first_line` and `last_line` are the first and the last order's
    money, `line_slope` the log of their ratio, `pieces_sd` the spread of log pieces. Null where nothing was ordered.
    """
    goods = visited_goods(prefixes, items)
    is_order = (pl.col("type") == "orders") & (pl.col("quantity").fill_null(1.0) > 0)  # of which something is left
    price = pl.col("price").fill_null(0.0)
    pieces = pl.when(is_order).then(pl.col("quantity").fill_null(1.0))
    goods = goods.with_columns(pieces=pieces, line=pieces * price, paid=pl.when(is_order).then(price))
    line, log_pieces = pl.col("line").drop_nulls(), (pl.col("pieces") + 1).log()
    in_order = pl.col("line").sort_by("position").drop_nulls()
    sums = goods.group_by("query").agg(
        spent=as_float(fixed(pl.col("line")).sum()),
        carted=as_float(fixed(price.filter(pl.col("type") == "carts")).sum()),
        seen=as_float(fixed(price).sum()),
        lines=line.len(),
        max_line=line.max(),
        min_line=line.min(),
        median_line=line.median(),
        first_line=in_order.first(),
        last_line=in_order.last(),
        pieces=as_float(fixed(pl.col("pieces")).sum()),
        max_pieces=pl.col("pieces").max(),
        min_pieces=pl.col("pieces").min(),
        min_price=pl.col("paid").min(),
        max_price=pl.col("paid").max(),
        median_price=pl.col("paid").median(),
        log_sum=as_float(fixed(log_pieces).sum()),
        log_squares=as_float(fixed(log_pieces**2).sum()),
    )
    waiting = _waiting(goods, price)
    sums = sums.join(waiting, on="query", how="left", validate="1:1").with_columns(pl.col("waiting").fill_null(0.0))
    lines = pl.col("lines").replace(0, None)
    log_mean = pl.col("log_sum") / lines
    return sums.with_columns(
        taken=pl.col("spent") + pl.col("waiting"),
        log_spent=pl.col("spent").log1p(),
        spent_per_line=pl.col("spent") / lines,
        pieces_per_line=pl.col("pieces") / lines,
        log_pieces=log_mean,
        pieces_sd=(pl.col("log_squares") / lines - log_mean**2).clip(lower_bound=0).sqrt(),
        mean_price=pl.col("spent") / pl.col("pieces").replace(0.0, None),
        max_share=pl.col("max_line") / pl.col("spent").replace(0.0, None),
        line_slope=((pl.col("last_line") + 1) / (pl.col("first_line") + 1)).log(),
    ).drop("log_sum", "log_squares")


def _waiting(goods: pl.LazyFrame, price: pl.Expr) -> pl.LazyFrame:
    """The price of the distinct items that were put into carts and not ordered, a row a query that carted."""
    ordered = (pl.col("type") == "orders").any()
    carted = goods.filter(pl.col("type") != "clicks").group_by("query", "item").agg(price=price.max(), ordered=ordered)
    return carted.filter(~pl.col("ordered")).group_by("query").agg(waiting=as_float(fixed(pl.col("price")).sum()))
