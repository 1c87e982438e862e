"""How popular items are in the history, in bands, and how popular a list's items are."""

import polars as pl

BANDS = ("top 20 %", "20 to 50 %", "50 to 80 %", "tail", "new")
"""By the share of the history's events that more popular items hold. The tail are the items beyond 80 % of them, the
long tail of Abdollahpouri, Burke, Mobasher 2019 ("Managing popularity bias in recommender systems with personalized
re-ranking"); what is new has no event."""

EDGES = (0.2, 0.5, 0.8)
TAIL = "tail"


def item_popularity(history: pl.LazyFrame) -> pl.LazyFrame:
    """The history's items: item, events, visitors (users, and sessions without one), band; sorted by item."""
    user, session = pl.col("user").cast(pl.Int64), pl.col("session").cast(pl.Int64)
    visitor = pl.coalesce(user, -1 - session)
    counts = history.group_by("item").agg(events=pl.len().cast(pl.Int64), visitors=visitor.n_unique().cast(pl.Int64))
    before = pl.col("events").cum_sum() - pl.col("events")
    placed = counts.sort("events", "item", descending=[True, False]).with_columns(share=before / pl.col("events").sum())
    return placed.with_columns(band=_band(pl.col("share"))).select("item", "events", "visitors", "band").sort("item")


def visitors_of(history: pl.LazyFrame) -> int:
    """How many visitors the history has: users, and sessions without one."""
    visitor = pl.coalesce(pl.col("user").cast(pl.Int64), -1 - pl.col("session").cast(pl.Int64))
    return int(history.select(visitor.n_unique()).collect().item())


def band_of(items: pl.LazyFrame, popular: pl.LazyFrame) -> pl.LazyFrame:
    """frame(item) with the items' events and bands; what the history lacks has no event and is `new`."""
    known = popular.select("item", "events", "visitors", "band")
    return items.join(known, on="item", how="left", validate="m:1").with_columns(
        pl.col("events").fill_null(0), pl.col("visitors").fill_null(0), pl.col("band").fill_null("new")
    )


def mean_popularity(shown: pl.DataFrame) -> float | None:
    """ARP, average recommendation popularity: the mean events of a place's item in the history.

    Yin, Cui, Li, Yao, Chen 2012, "Challenging the long tail recommendation"; there a mean over lists of their means,
    which is the same for lists of one length.

    Parameters
    ----------
    shown
        frame(places, events): how often each item is shown, and its events.
    """
    places = int(shown["places"].sum())
    return int((shown["places"] * shown["events"]).sum()) / places if places else None


def band_shares(shown: pl.DataFrame) -> dict[str, float | None]:
    """Each band's share of places: what a list shows of the head and of the tail.

    The tail's is APLT, the average share of long-tail items in a list (Abdollahpouri, Burke, Mobasher 2019), for lists
    of one length.

    Parameters
    ----------
    shown
        frame(places, band).
    """
    places = int(shown["places"].sum())
    of_band = dict(shown.group_by("band").agg(pl.col("places").sum()).rows())
    return {band: int(of_band.get(band, 0)) / places if places else None for band in BANDS}


def _band(share: pl.Expr) -> pl.Expr:
    choice = pl.lit(TAIL)
    for edge, name in reversed(list(zip(EDGES, BANDS, strict=False))):
        choice = pl.when(share < edge).then(pl.lit(name)).otherwise(choice)
    return choice.cast(pl.Enum(BANDS))
