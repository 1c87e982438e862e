import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

from learning.boosting import Boosting
from ranker.action_scores import fold_of
from ranker.action_trees import cross_fitted_logits, grow, tree_logits
from tests.ranker.test_action_rivals import NAMES, made

HOW = Boosting(threads=1)
ROWS = made().with_columns(session=pl.col("query"))


def test_the_trees_promise_what_comes_true():
    others = made(2)
    logits = tree_logits(grow(ROWS, NAMES, "clicks", 800, HOW), others, NAMES, 1)
    assert roc_auc_score(others["clicks"], logits) > 0.85
    assert 0.02 < (1 / (1 + np.exp(-logits))).mean() < 0.09


def test_no_row_is_judged_by_trees_that_know_its_session():
    fold = ROWS.select(fold_of(pl.col("session"))).to_series().to_numpy()
    spoilt = ROWS.with_columns(clicks=pl.when(pl.Series(fold == 0)).then(1 - pl.col("clicks")).otherwise("clicks"))
    one, other = (
        cross_fitted_logits(rows.cast({"clicks": pl.UInt8}), NAMES, "clicks", 10**6, HOW) for rows in (ROWS, spoilt)
    )
    assert (one[fold == 0] == other[fold == 0]).all()
    assert (one[fold != 0] != other[fold != 0]).any()


def test_nothing_to_learn_from():
    silent = ROWS.with_columns(clicks=pl.lit(0, pl.UInt8))
    assert grow(silent, NAMES, "clicks", 800, HOW) is None
    assert np.isnan(cross_fitted_logits(silent, NAMES, "clicks", 800, HOW)).all()
    assert len(tree_logits(grow(ROWS, NAMES, "clicks", 800, HOW), ROWS.clear(), NAMES, 1)) == 0
