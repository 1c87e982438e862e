"""What RecTools is given, as frames of pandas: sessions as its users, where they are cut to learn from, what they saw.

Imported by the interpreter of that peer's own environment, so nothing of Aisle is.
"""

import numpy as np
import pandas as pd

STRENGTH = {"clicks": 1, "carts": 2, "orders": 3}
WEEK = pd.Timedelta("7D")


def as_interactions(events: pd.DataFrame, prefixes: pd.DataFrame) -> pd.DataFrame:
    """EVENTS and test prefixes under each other, a row an event; a query is the user `asked(events)` + query.

    Parameters
    ----------
    events, prefixes
        session (or query), item, ts (UTC), type.

    Returns
    -------
    pd.DataFrame
        user_id, item_id, datetime (no zone, as RecTools wants it), weight (1), strength (1 click, 2 cart, 3 order).
    """
    asking = prefixes.assign(session=prefixes["query"].astype("int64") + asked(events))
    rows = pd.concat([frame[["session", "item", "ts", "type"]] for frame in (events, asking)], ignore_index=True)
    return pd.DataFrame(
        {
            "user_id": rows["session"].astype("int64"),
            "item_id": rows["item"].astype("int64"),
            "datetime": rows["ts"].dt.tz_localize(None).astype("datetime64[ns]"),
            "weight": np.float32(1),
            "strength": rows["type"].astype(str).map(STRENGTH).astype("int8"),
        }
    )


def asked(events: pd.DataFrame) -> int:
    """The user that query 0 is: the first number behind all sessions."""
    return int(events["session"].max()) + 1


def shown_and_hidden(rows: pd.DataFrame, last: pd.Timedelta, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut every session that begins in the last days at a random event, as test sessions are.

    Parameters
    ----------
    rows
        user_id, item_id, datetime; rows of one moment in the order in which they came.
    last
        How long before the last event's day ends the window begins.
    seed
        Of the cuts.

    Returns
    -------
    tuple of np.ndarray
        Row numbers, ascending: all that was before the window and what the cut sessions show, at least one event each;
        what they hide, an item once a session. Sessions that run into the window are trimmed at its begin, and those of
        one event within it hide nothing.
    """
    begin = (rows["datetime"].max() + pd.Timedelta(1, "ns")).ceil("D") - last
    ordered = rows.sort_values(["user_id", "datetime"], kind="stable")
    users = ordered.groupby("user_id", sort=False)
    place, length = users.cumcount().to_numpy(), users["item_id"].transform("size").to_numpy()
    drawn = np.random.default_rng(seed).random(len(ordered))[np.arange(len(ordered)) - place]
    visible = 1 + np.floor(drawn * np.maximum(length - 1, 1)).astype(int)
    young = (users["datetime"].transform("min") >= begin).to_numpy()
    shown = np.where(young, place < visible, (ordered["datetime"] < begin).to_numpy())
    hidden = ordered[young & ~shown].reset_index(names="row").drop_duplicates(["user_id", "item_id"])["row"]
    return np.sort(ordered.index.to_numpy()[shown]), np.sort(hidden.to_numpy())


def seen(rows: pd.DataFrame) -> pd.DataFrame:
    """What a session did with an item: user_id, item_id, times, strongest, events_since and hours_since the last."""
    ordered = rows.sort_values(["user_id", "datetime"], kind="stable")
    users = ordered.groupby("user_id", sort=False)
    until = users["datetime"].transform("max") - ordered["datetime"]
    told = ordered[["user_id", "item_id", "strength"]].assign(
        events_since=users.cumcount(ascending=False), hours_since=until.dt.total_seconds() / 3600
    )
    return told.groupby(["user_id", "item_id"], as_index=False, sort=False).agg(
        times=("strength", "size"),
        strongest=("strength", "max"),
        events_since=("events_since", "min"),
        hours_since=("hours_since", "min"),
    )


def liked(rows: pd.DataFrame) -> pd.DataFrame:
    """What all did with an item: item_id, events of it, those of the last week, the share that is more than a click."""
    recent = rows["datetime"] >= rows["datetime"].max() - WEEK
    told = rows[["item_id"]].assign(recent=recent, bought=rows["strength"] > 1)
    return told.groupby("item_id", as_index=False).agg(
        item_events=("recent", "size"), item_recent=("recent", "sum"), item_bought=("bought", "mean")
    )


def told_of(rows: pd.DataFrame) -> pd.DataFrame:
    """How much of a session is visible: user_id, events, items."""
    users = rows.groupby("user_id", as_index=False)
    return users.agg(session_events=("item_id", "size"), session_items=("item_id", "nunique"))
