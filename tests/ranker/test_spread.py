"""Rankers that two worker processes learn together: as good as one machine's, with its number of trees."""

import numpy as np
import polars as pl
import pytest

from data.tables import read_json
from pipeline.store.dask_engine import DaskEngine
from pipeline.store.store import Store
from pipeline.tasks.spread import SpreadRanker
from ranker.lambdarank import gains_of, train, with_hits
from ranker.model_files import load_scorer
from ranker.recall_measure import recall_measure
from ranker.spread import sample_of, train_spread
from ranker.spread_fit import read_part
from ranker.spread_stop import best_round
from tests.ranker.test_lambdarank import FOLDING, ROWS, WATCHING, in_files, made

MANY = made(240, seed=3)


@pytest.fixture
def rows(tmp_path):
    return in_files(MANY, 4, tmp_path / "made")


def reached(score, seed=9):
    """recall@20 on queries that nobody has learnt from."""
    unseen = with_hits(made(200, seed).lazy(), "clicks").collect()
    return recall_measure(unseen.select("query", "fused__rank", "relevance"), gains_of("clicks"))(score(unseen, 1))


def test_a_sample_is_of_whole_queries():
    some = sample_of(MANY.lazy(), MANY.height // 3).collect()
    assert MANY.height / 6 < some.height < MANY.height / 2
    assert set(some.group_by("query").len()["len"]) == {40}
    assert sample_of(ROWS.lazy(), 10**9).collect().equals(ROWS)


def test_a_part_is_of_whole_queries_with_a_hit(tmp_path):
    ROWS.write_parquet(tmp_path / "a.parquet")
    features, relevance, lengths, starts = read_part(str(tmp_path / "a.parquet"), "clicks", WATCHING, ["fit"])
    fit = with_hits(ROWS.lazy().filter(pl.col("part") == "fit"), "clicks").collect()
    assert features.shape == (fit.height, 3)
    assert lengths.sum() == len(relevance) == fit.height
    assert relevance.sum() == fit["relevance"].sum()
    assert np.allclose(starts[:40], -np.log(np.arange(1, 41)))


def test_two_processes_learn_what_one_does(rows, tmp_path, capfd):
    with DaskEngine([].append, workers=2) as engine:
        store = Store(tmp_path / "work", [].append, engine=engine)
        model = store.make("models/clicks", SpreadRanker(rows, "clicks", WATCHING, MANY.height // 2))
    assert capfd.readouterr() == ("", "")
    scorer, alone = load_scorer(model.path), train(MANY.lazy(), "clicks", WATCHING)
    assert scorer.features == alone.features
    assert scorer.booster.num_trees() >= 1
    assert reached(scorer) > reached(alone.scorer) - 0.05
    about = read_json(model.path / "about.json")
    assert {name: about[name] for name in ("queries", "rows", "stopped_by")} == {
        name: alone.about[name] for name in ("queries", "rows", "stopped_by")
    }
    assert about["rounds"] == scorer.booster.num_trees()
    stop = with_hits(MANY.lazy().filter(pl.col("part") == "stop"), "clicks").collect().sort("query", "fused__rank")
    measure = recall_measure(stop.select("query", "fused__rank", "relevance"), gains_of("clicks"))
    assert about["stop_recall@20"] == pytest.approx(measure(scorer(stop, 1)))


def test_where_little_is_left_to_watch_a_sample_tells_the_number_of_trees(rows):
    files = sorted((rows.path / "rows").glob("*.parquet"))
    with DaskEngine([].append, workers=1) as engine, engine.client.as_current():
        trained = train_spread(files, "clicks", FOLDING, MANY.height // 2, engine.client)
    assert trained.about["stopped_by"] == "cross-validation"
    assert (
        trained.about["sampled_queries"]
        < trained.about["queries"]
        == with_hits(MANY.lazy(), "clicks").collect()["query"].n_unique()
    )
    assert trained.about["rounds"] == trained.booster.num_trees()


@pytest.mark.parametrize(("patience", "kept"), [(3, 2), (4, 6), (9, 6)])
def test_trees_are_cut_back_as_early_stopping_would(patience, kept):
    assert best_round(np.array([0.1, 0.4, 0.3, 0.4, 0.2, 0.5, 0.5]), patience) == kept
