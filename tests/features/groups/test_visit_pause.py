import polars as pl
import pytest

from features.groups.visit_pause import visit_pause
from tests.features.reading import read
from tests.oracle.frames import at, prefixes, queries

DAY = 24 * 60


def test_by_hand():
    """Asked on day 40: one customer came on days 0, 10 (twice) and 30, another once on day 39."""
    visits = prefixes(
        (0, 1, 0, "clicks"),
        (0, 2, 10 * DAY, "clicks"),
        (0, 2, 10 * DAY + 60, "orders"),
        (0, 3, 30 * DAY, "clicks"),
        (1, 1, 39 * DAY, "clicks"),
    )
    asked = queries((0, 0, 0, None), (1, 1, 0, None)).with_columns(
        cut_ts=pl.lit(at(40 * DAY)).cast(pl.Datetime("ms", "UTC"))
    )
    often, once = read(visit_pause, prefixes=visits, queries=asked)
    assert often == pytest.approx(
        {
            "query": 0,
            "days_away": 10,
            "days_known": 40,
            "events_7d": 0,
            "events_30d": 2,  # the first visit of day 10 is 30 days ago, and no longer within
            "days_active": 3,
            "mean_pause": 15,
            "due": 10 / 15,
        },
        rel=1e-5,
    )
    assert (once["days_away"], once["events_7d"], once["days_active"]) == (1, 1, 1)
    assert once["mean_pause"] is None
    assert once["due"] is None
