"""How the running session's lines compare with what is usual for their items."""

import polars as pl

from features.expressions.running import log_ratio
from features.group import feature_group


@feature_group(scope="row")
def line_worth(described: pl.LazyFrame) -> pl.LazyFrame:
    """Logs of a line's price and pieces against the item's own, and the session value that its money hints at.

    Reads the rows' `line__price` and `line__pieces` and the group `item_worth`. `outlook` is log(1 + line) plus the
    item's usual log of session value over line. Null where nothing of the item was ordered.
    """
    price, pieces = pl.col("line__price").cast(pl.Float64), pl.col("line__pieces").cast(pl.Float64)
    ordered = pieces > 0
    return described.with_columns(
        price_lift=log_ratio(price, pl.col("item_worth__price")),
        pieces_lift=log_ratio(pieces, pl.col("item_worth__pieces")),
        pieces_score=pl.when(ordered).then(
            (pieces.log1p() - pl.col("item_worth__log_pieces")) / (pl.col("item_worth__sd_pieces") + 0.3)
        ),
        outlook=pl.when(ordered).then((price * pieces).log1p() + pl.col("item_worth__mean_multiple")),
    )
