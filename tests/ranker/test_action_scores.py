import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting
from ranker.action_scores import FOLDS, cross_fitted_scores, fold_of
from ranker.lambdarank import LambdaRank, train
from tests.ranker.test_lambdarank import made

SMALL = Boosting(rounds=8, patience=5, min_rows=10, leaves=4, threads=1)
HOW = LambdaRank(min_stop_queries=1_000, cv_rounds=6, cv_folds=2, boosting=SMALL)
ROWS = made(queries=60)
SESSIONS = ROWS.with_columns(session=pl.col("query") // 2)


@pytest.fixture(scope="module")
def about():
    trained = train(ROWS.lazy(), "clicks", HOW)
    return trained.about | {"features": trained.features, "rounds": 5}


def test_no_row_is_scored_by_what_has_learnt_from_its_session(about):
    """Other labels in a fold change the scores of the other folds, and none of its own."""
    fold = SESSIONS.select(fold_of(pl.col("session"))).to_series().to_numpy()
    spoilt = SESSIONS.with_columns(clicks=pl.when(pl.Series(fold == 0)).then(1 - pl.col("clicks")).otherwise("clicks"))
    one, other = (cross_fitted_scores(rows.lazy(), SESSIONS, about, HOW) for rows in (SESSIONS, spoilt))
    assert (one[fold == 0] == other[fold == 0]).all()
    assert (one[fold != 0] != other[fold != 0]).any()
    assert set(fold) == set(range(FOLDS))


def test_the_scores_are_good_ones(about):
    scores = cross_fitted_scores(SESSIONS.lazy(), SESSIONS, about, HOW)
    hits = SESSIONS["clicks"].to_numpy() == 1
    assert np.isfinite(scores).all()
    assert scores[hits].mean() > scores[~hits].mean() + 0.5


def test_nothing_outside_a_fold_gives_no_score(about):
    lonely = SESSIONS.with_columns(session=pl.lit(1, pl.UInt32))
    assert np.isnan(cross_fitted_scores(lonely.lazy(), lonely, about, HOW)).all()
