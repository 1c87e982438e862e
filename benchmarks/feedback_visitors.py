"""How visitors of the generated shop answer lists: a few of the shown items that suit them are clicked.

The position-based model (Craswell and others 2008): a place is looked at with a chance that falls with its rank, here
1 / rank (as Joachims, Swaminathan and Schnabel 2017 simulate it), and what is looked at is clicked with a chance that
is the visitor's own. That chance is `WILLING` times the share of the visitor's visits that are about the item's
cluster, which the generator knows (`data.synthetic.shop_tastes`): what is outside of a visitor's tastes is not clicked.
"""

from datetime import timedelta

import numpy as np
import polars as pl

WILLING = 0.5
"""How likely a visitor clicks what is looked at, if all visits are about its cluster."""
LOOKS_FOR = timedelta(seconds=5)
"""How long after a list is shown its click comes, or half the time to the visitor's own next event, if that is less."""


def clicked(served: pl.DataFrame, clusters: pl.DataFrame, tastes: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The first item of each list that is looked at and clicked.

    Parameters
    ----------
    served
        session, shown, rank, item.
    clusters
        item, cluster.
    tastes
        session, cluster, share.
    seed
        Of the draws, one a place.

    Returns
    -------
    pl.DataFrame
        session, shown, item; a list once or not at all, sorted by (session, shown).
    """
    rows = (
        served.select("session", "shown", "rank", "item")
        .join(clusters, on="item", how="left", validate="m:1")
        .join(tastes, on=["session", "cluster"], how="left", validate="m:1")
        .sort("session", "shown", "rank")
    )
    chance = WILLING * pl.col("share").fill_null(0.0) / pl.col("rank")
    drawn = pl.Series("drawn", np.random.default_rng(seed).random(rows.height))
    taken = rows.with_columns(drawn).filter(pl.col("drawn") < chance)
    return taken.unique(["session", "shown"], keep="first", maintain_order=True).select("session", "shown", "item")


def answered(log: pl.DataFrame, clicks: pl.DataFrame, goods: pl.DataFrame) -> pl.DataFrame:
    """The log with the clicks on shown items among the shop's own events.

    Parameters
    ----------
    log
        The shop's own events.
    clicks
        session, shown, item.
    goods
        item, price, category, brand, text.

    Returns
    -------
    pl.DataFrame
        The log's columns, by session and time; what a visitor does of his own accord stays as it is.
    """
    own = log.select("session", "user", next="ts").sort("next")
    moments = clicks.sort("shown").join_asof(
        own,
        left_on="shown",
        right_on="next",
        by="session",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    gap = (pl.col("next") - pl.col("shown")) / 2
    users = log.select("session", "user").unique()
    new = (
        moments.with_columns(ts=pl.col("shown") + pl.min_horizontal(gap, pl.lit(LOOKS_FOR)).cast(pl.Duration("ms")))
        .drop("user", "next")
        .filter(pl.col("ts") > pl.col("shown"))
        .join(users, on="session", validate="m:1")
        .join(goods, on="item", validate="m:1")
        .with_columns(type=pl.lit("clicks"), quantity=pl.lit(1.0))
    )
    return pl.concat([log, new.select(log.columns)]).sort("session", "ts", maintain_order=True)
