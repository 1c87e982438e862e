"""A tiny log under names of its own, and the shop that is fitted from it."""

import logging
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

import aisle
from data.synthetic import SyntheticShop, shop_events

COLUMNS = {"session": "visit", "user": "user", "item": "product", "ts": "time", "type": "event", "price": "price"}
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


@dataclass(frozen=True)
class Fitted:
    """A fitted shop, and the lines of its fit."""

    shop: aisle.Shop
    recommender: aisle.Recommender
    workdir: Path
    lines: list[str]


@pytest.fixture(scope="session")
def fitted(log, tmp_path_factory):
    """A shop that was fitted from a frame."""
    workdir = tmp_path_factory.mktemp("fitted") / "work"
    shop = aisle.open(train=log, columns=COLUMNS, settings=SMALL, workdir=workdir)
    with Lines() as lines:
        recommender = shop.fit()
    return Fitted(shop, recommender, workdir, lines)


class Lines(logging.Handler):
    """Gathers the lines of the logger `aisle`."""

    def __enter__(self):
        self.lines, logger = [], logging.getLogger("aisle")
        self.before = logger.level
        logger.addHandler(self)
        logger.setLevel(logging.INFO)
        return self.lines

    def emit(self, record):
        self.lines.append(record.getMessage())

    def __exit__(self, *_):
        logger = logging.getLogger("aisle")
        logger.removeHandler(self)
        logger.setLevel(self.before)


def one_session(log):
    """The first events of a session."""
    return log.filter(pl.col("visit") == log["visit"][-1]).head(3)
