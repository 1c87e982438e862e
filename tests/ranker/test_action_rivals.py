import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from ranker.action_rivals import draw_rows, fit_rivals, probabilities


def made(seed=1, queries=80, candidates=20):
    """One hit in twenty rows, shown by `signal`; `holes` is missing in half of the rows, `empty` in all."""
    dice = np.random.default_rng(seed)
    rows = queries * candidates
    hit = dice.random(rows) < 0.05
    return pl.DataFrame(
        {
            "query": np.repeat(np.arange(queries), candidates).astype(np.uint32),
            "item": np.tile(np.arange(candidates), queries).astype(np.uint32),
            "signal": hit + dice.normal(0, 0.4, rows),
            "holes": pl.Series(np.where(dice.random(rows) < 0.5, np.nan, dice.random(rows))).fill_nan(None),
            "empty": pl.Series([None] * rows, dtype=pl.Float32),
            "clicks": hit.astype(np.uint8),
        }
    )


NAMES = ["signal", "holes", "empty"]
HOW = {"trees": 10, "threads": 1}


def test_drawn_rows_weigh_as_much_as_all():
    rows = made()
    drawn = draw_rows(rows, "clicks", 400)
    ones = drawn.filter(pl.col("clicks") == 1)
    assert drawn.height == 400
    assert ones.height == rows["clicks"].sum()
    assert ones["weight"].unique().to_list() == [1.0]
    assert drawn["weight"].sum() == pytest.approx(rows.height)
    assert draw_rows(rows, "clicks", 10**6)["weight"].unique().to_list() == [1.0]


def test_the_order_of_rows_does_not_matter():
    rows = made()
    assert draw_rows(rows, "clicks", 400).equals(
        draw_rows(rows.sample(fraction=1, shuffle=True, seed=3), "clicks", 400)
    )


def test_both_learn_and_promise_what_comes_true():
    rows, others = made(), made(2)
    models = fit_rivals(rows, NAMES, "clicks", most=600, **HOW)
    assert set(models) == {"logistic_regression", "random_forest"}
    for model in models.values():
        p = probabilities(model, others, NAMES)
        assert roc_auc_score(others["clicks"], p) > 0.85
        assert p.mean() == pytest.approx(0.05, abs=0.02)  # though every seventh row that was learnt from is a hit


def test_the_same_twice():
    rows = made()
    one, other = (fit_rivals(rows, NAMES, "clicks", most=600, **HOW) for _ in range(2))
    for name, model in one.items():
        assert (probabilities(model, rows, NAMES) == probabilities(other[name], rows, NAMES)).all()


def test_one_class_alone_teaches_nothing():
    assert fit_rivals(made().with_columns(clicks=pl.lit(0)), NAMES, "clicks", most=600, **HOW) == {}
    assert fit_rivals(made().clear(), NAMES, "clicks", most=600, **HOW) == {}
