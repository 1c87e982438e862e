import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting
from value.money.config import ValueConfig
from value.money.methods import Methods
from value.money.rows import ValueRows

FEW_TREES = Boosting(rounds=20, learning_rate=0.2, leaves=8, min_rows=10, threads=1)


def shop(rows, seed=7, buys=1.0, unit=1.0):
    """Sessions worth a multiple of what they hold, the multiple told by a feature; `buys` is the share above 0."""
    dice = np.random.default_rng(seed)
    so_far = np.exp(dice.normal(3, 1, rows)).round(2) * unit
    kind = dice.integers(0, 3, rows).astype(float)
    final = so_far * (1 + kind * np.exp(dice.normal(0, 0.3, rows)))
    calm = dice.normal(size=rows)
    if buys < 1:
        final = np.where(calm + dice.normal(size=rows) > np.quantile(calm, 1 - buys), final, 0.0)
    features = pl.DataFrame({"kind": kind, "calm": calm, "price": so_far / (1 + kind)}).cast(pl.Float32)
    return features, final, so_far


@pytest.fixture(scope="session")
def few_trees():
    return FEW_TREES


@pytest.fixture(scope="session")
def make_rows():
    def make(rows=600, *, buys=1.0, anchored=True, unit=1.0, seed=7, timed=False):
        features, final, so_far = shop(rows, seed, buys, unit)
        group = np.arange(rows) // 2
        time = np.arange(rows) * 1000 if timed else None
        known = {"value_so_far": so_far * 2}
        return ValueRows(features, final, group, so_far if anchored else None, time=time, known=known)

    return make


@pytest.fixture(scope="session")
def how():
    def make(names="", **more):
        return ValueConfig(methods=Methods(names=names, boosting=FEW_TREES, power=1.5), folds=3, **more)

    return make
