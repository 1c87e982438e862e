"""Some rows of one hour, as one Arrow table in the layout of the log's files."""

from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.synthetic.inapp.config import random_stream
from data.synthetic.inapp.flat import flat_columns, row_ids
from data.synthetic.inapp.habits import habit_columns
from data.synthetic.inapp.labels import LABELS, label_columns
from data.synthetic.inapp.market import Market
from data.synthetic.inapp.spending import spending_columns
from data.synthetic.inapp.truth import draw_outcomes
from data.synthetic.inapp.users import draw_users

KEY = "row_id"


class Block(NamedTuple):
    """Rows and what becomes of them, row for row.

    Attributes
    ----------
    rows
        The key and the 65 columns that are known at the impression (the 84th is the folder's hour).
    labels
        The 17 columns of `LABELS`.
    truth
        `chance_d7`, `mean_d7` (see `data.synthetic.inapp.truth.Outcomes`), which no log has.
    """

    rows: pa.Table
    labels: pa.Table
    truth: pa.Table


def draw_block(market: Market, seed: int, place: tuple[int, ...], hour: datetime, first: int, n: int) -> Block:
    """Draw `n` rows.

    Parameters
    ----------
    market, seed
        The log's.
    place
        Which stream of random numbers the rows come from.
    hour
        When they happen.
    first
        The number of their first row in its split.
    """
    rng = random_stream(seed, *place)
    users = draw_users(market, hour, n, rng)
    outcomes = draw_outcomes(market, users, hour, rng)
    split = place[0]
    key = {KEY: row_ids(first, n, salt=2 * (2 * seed + split))}
    seen = flat_columns(market, users, hour, rng) | spending_columns(market, users, hour, rng)
    seen |= habit_columns(market, users, hour, rng)
    labels = label_columns(users, outcomes, rng)
    truth = {"chance_d7": pa.array(outcomes.chance), "mean_d7": pa.array(outcomes.mean)}
    return Block(pa.table(key | seen), pa.table({name: labels[name] for name in LABELS}), pa.table(truth))


def hour_sizes(rows: int, hours: list[datetime], parts: int) -> list[int]:
    """How many rows each hour has: most in the evening, `parts` at least.

    Parameters
    ----------
    rows
        In all; `parts` an hour at least.
    hours
        The hours.
    parts
        Files an hour: none is empty.
    """
    busy = np.array([1.0 + 0.5 * np.cos(2 * np.pi * (hour.hour - 20) / 24) for hour in hours])
    ends = np.floor(np.cumsum(busy) / busy.sum() * (rows - parts * len(hours)) + 1e-6).astype(np.int64)
    ends[-1] = rows - parts * len(hours)
    return [int(size) + parts for size in np.diff(ends, prepend=0)]
