import polars as pl
import pytest

from features.groups.item_pause import item_pause
from tests.features.reading import read
from tests.oracle.frames import at, prefixes, queries

DAY = 24 * 60


def test_by_hand():
    """Asked on day 40: an item bought on days 0, 20 and 30, one clicked on day 30, one twice at one moment."""
    visits = prefixes(
        (0, 1, 0, "orders"),
        (0, 1, 20 * DAY, "orders"),
        (0, 1, 30 * DAY, "clicks"),
        (0, 2, 30 * DAY, "clicks"),
        (0, 3, 30 * DAY, "clicks"),
        (0, 3, 30 * DAY, "carts"),
    )
    asked = queries((0, 0, 0, None)).with_columns(cut_ts=pl.lit(at(40 * DAY)).cast(pl.Datetime("ms", "UTC")))
    bought, seen, twice = sorted(read(item_pause, prefixes=visits, queries=asked), key=lambda row: row["item"])
    assert bought == pytest.approx(
        {"query": 0, "item": 1, "days": 10, "order_days": 20, "mean_pause": 15, "due": 10 / 15}, rel=1e-5
    )
    assert seen == {"query": 0, "item": 2, "days": 10, "order_days": None, "mean_pause": None, "due": None}
    assert (twice["mean_pause"], twice["due"]) == (None, None)
