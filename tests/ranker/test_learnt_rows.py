from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting, boost
from ranker import learnt_rows as module
from ranker.lambdarank import features_of, parameters_of, train, with_hits
from ranker.learnt_rows import HeldRows, ScannedRows, fits, learnt_rows
from tests.ranker.test_lambdarank import FOLDING, ROWS, WATCHING

NAMES = features_of(ROWS.lazy())
LEARNT = with_hits(ROWS.lazy(), "clicks")
ODD = pl.col("query") % 2 == 1


def trees_of(trained):
    """The model's text, without the parameters that tell of threads."""
    return trained.booster.model_to_string().split("parameters:")[0]


def test_rows_that_fit_are_held():
    rows, values = pl.LazyFrame({"a": [1.0] * 5, "b": [2.0] * 5}), 5 * 2 * 4
    assert fits(rows, ["a", "b"], values)
    assert not fits(rows, ["a", "b"], values - 1)
    assert learnt_rows(LEARNT, NAMES).held
    assert not learnt_rows(LEARNT, NAMES, most=100).held


@pytest.mark.parametrize("rows_at_once", [100, 10_000])
def test_held_rows_are_sorted_and_some_of_them_keep_their_features(rows_at_once):
    mixed = LEARNT.collect().sample(fraction=1.0, shuffle=True, seed=3)
    every = learnt_rows(mixed.lazy(), NAMES, rows_at_once=rows_at_once)
    assert isinstance(every, HeldRows)
    some = every.filter(ODD).filter(pl.col("part") == "fit")
    expected = LEARNT.filter(ODD, pl.col("part") == "fit").collect().sort("query", "fused__rank")
    assert some.keys.equals(expected.select("query", "fused__rank", "relevance"))
    np.testing.assert_array_equal(some.table[some.places], expected.select(NAMES).cast(pl.Float32).to_numpy())
    assert some.table is every.table


def test_scanned_rows_have_the_same_keys():
    held, scanned = learnt_rows(LEARNT, NAMES), ScannedRows(LEARNT, NAMES)
    assert held.keys.equals(scanned.keys)
    assert held.filter(ODD).keys.equals(scanned.filter(ODD).keys)


@pytest.mark.parametrize("threads", [1, 2])
def test_more_rows_than_lightgbm_looks_at_are_binned_alike(threads):
    """LightGBM finds its bins in 200,000 rows; a feature that splits off 21 to 49 rows is one by its defaults."""
    dice, queries, most = np.random.default_rng(5), 2_100, 100
    rows = queries * most
    seldom = np.zeros(rows, np.float32)
    seldom[dice.choice(rows, 35, replace=False)] = 1.0
    frame = pl.DataFrame(
        {
            "query": np.repeat(np.arange(queries, dtype=np.uint32), most),
            "fused__rank": np.tile(np.arange(1, most + 1, dtype=np.uint16), queries),
            "many": dice.normal(size=rows).astype(np.float32),
            "seldom": seldom,
            "missing": pl.Series(dice.random(rows, np.float32)).set(pl.Series(dice.random(rows) < 0.3), None),
            "relevance": (dice.random(rows) < 0.02).astype(np.int32),
        }
    )
    names = ["fused__rank", "many", "seldom", "missing"]
    how = Boosting(leaves=7, feature_share=0.5, threads=threads)
    ways = (learnt_rows(frame.lazy(), names), ScannedRows(frame.lazy(), names))
    one, two = (
        boost(way.dataset(1.0, how), parameters_of("clicks", WATCHING), how, 4).model_to_string() for way in ways
    )
    assert one == two


@pytest.mark.parametrize("how", [WATCHING, FOLDING], ids=["watching", "folding"])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_rows_that_do_not_fit_give_the_same_model(how, share, monkeypatch):
    how = replace(how, negative_share=share)
    held = train(ROWS.lazy(), "shared", how)
    monkeypatch.setattr(module, "HELD_BYTES", 0)
    scanned = train(ROWS.lazy(), "shared", how)
    assert held.booster.model_to_string() == scanned.booster.model_to_string()
    assert held.about == scanned.about


@pytest.mark.parametrize("how", [WATCHING, FOLDING], ids=["watching", "folding"])
def test_the_trees_do_not_depend_on_threads(how):
    one, two = (
        train(ROWS.lazy(), "carts", replace(how, boosting=replace(how.boosting, threads=threads))) for threads in (1, 2)
    )
    assert trees_of(one) == trees_of(two)
    assert one.about == two.about


def test_the_models_do_not_depend_on_what_is_trained_beside():
    asked = [("clicks", WATCHING), ("carts", FOLDING), ("shared", WATCHING), ("orders", FOLDING)]
    alone = [train(ROWS.lazy(), objective, how).booster.model_to_string() for objective, how in asked]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda one: train(ROWS.lazy(), *one).booster.model_to_string(), asked))
    assert beside == alone
