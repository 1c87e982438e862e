import polars as pl
import pytest

from data.synthetic import SyntheticShop, shop_events

SMALL = {
    "rankers.size.min_positive_queries": 40,
    "rankers.model.boosting": {"rounds": 12, "threads": 1},
    "rankers.model.min_stop_queries": 10,
    "rankers.model.cv_rounds": 4,
    "rankers.model.cv_folds": 2,
    "candidates.first_stage.model": {"cv_rounds": 4, "cv_folds": 2, "boosting": {"rounds": 8, "threads": 1}},
}
"""Settings of small models."""


@pytest.fixture(scope="session")
def log():
    """A tiny shop's raw log under names of its own."""
    events = pl.concat(shop_events(SyntheticShop(sessions=400, items=100)))
    names = {"session": "visit", "item": "product", "ts": "time", "type": "event"}
    return events.select("user", "price", **{theirs: pl.col(ours) for ours, theirs in names.items()})


COLUMNS = {"session": "visit", "user": "user", "item": "product", "ts": "time", "type": "event", "price": "price"}
