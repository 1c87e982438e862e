import numpy as np
import pytest

from value.money.anchored import FORMS, Anchored
from value.money.trees import Trees

SMALL = {"rounds": 25, "learning_rate": 0.2, "leaves": 8, "min_rows": 10, "feature_share": 1.0, "threads": 1}
DICE = np.random.default_rng(5)
NOW = np.exp(DICE.normal(3, 1, 500))
KIND = DICE.integers(0, 2, 500)
FINAL = NOW * (1 + KIND)
X = np.column_stack([NOW, KIND]).astype(np.float32)


def test_a_constant_multiple_is_found_exactly():
    """Every session ends at three times what it held: all ratios are 3, which any trees say."""
    for form in ("ratio", "log_ratio"):
        made = Anchored(form, Trees(**SMALL)).fit(X, 3 * NOW)
        some = made.least_ < NOW
        assert some.sum() > 490
        assert made.predict(X)[some] == pytest.approx(3 * NOW[some], rel=1e-4), form


@pytest.mark.parametrize("form", FORMS)
def test_each_form_learns_the_multiple(form):
    said = Anchored(form, Trees(loss="l2", **SMALL)).fit(X, FINAL).predict(X)
    assert np.corrcoef(said, FINAL)[0, 1] > 0.95
    assert said.sum() == pytest.approx(FINAL.sum(), rel=0.1)
    assert (said >= 0).all()


@pytest.mark.parametrize(
    ("form", "loss"),
    [
        ("ratio", "l2"),
        ("ratio", "tweedie"),
        ("ratio", "gamma"),
        ("log_ratio", "l2"),
        ("log_ratio", "l1"),
        ("remaining", "tweedie"),
    ],
)
def test_money_in_another_unit_scales_every_prediction(form, loss):
    plain = Anchored(form, Trees(loss=loss, **SMALL)).fit(X, FINAL)
    unit = np.array([256.0, 1.0], np.float32)
    scaled = Anchored(form, Trees(loss=loss, **SMALL)).fit(X * unit, FINAL * 256)
    assert scaled.predict(X * unit) == pytest.approx(256 * plain.predict(X), rel=1e-6)


def test_tweedie_on_the_ratio_is_tweedie_with_an_offset():
    """One leaf a tree has a closed form: exp(offset) x sum(y s^(1-p)) / sum(s^(2-p)) for deviance's minimum."""
    stump = Trees(
        loss="tweedie",
        power=1.4,
        rounds=400,
        learning_rate=0.3,
        leaves=2,
        min_rows=500,
        l2=0.0,
        row_share=1.0,
        threads=1,
    )
    found = Anchored("ratio", stump).fit(X, FINAL).predict(X)
    factor = (FINAL * NOW ** (1 - 1.4)).sum() / (NOW ** (2 - 1.4)).sum()
    assert found == pytest.approx(NOW * factor, rel=1e-3)


def test_a_session_with_nothing_in_it_stands_on_the_least_seen():
    model = Anchored("ratio", Trees(**SMALL)).fit(X, FINAL)
    empty = model.predict(np.array([[0.0, 1.0], [np.nan, 1.0]], np.float32))
    assert (empty > 0).all()
    assert (empty < np.quantile(FINAL, 0.2)).all()


def test_a_log_ratio_says_its_logarithm_too():
    outputs = Anchored("log_ratio", Trees(**SMALL)).fit(X, FINAL * np.exp(DICE.normal(0, 1, 500))).outputs(X)
    assert (outputs["mean"] / outputs["log"]).std() == pytest.approx(0, abs=1e-6)
    assert (outputs["mean"] > outputs["log"]).all()  # exp is convex


def test_what_cannot_anchor_is_refused():
    with pytest.raises(ValueError, match="`form` must be one of"):
        Anchored("share").fit(X, FINAL)
    with pytest.raises(ValueError, match="no row with a value so far above 0"):
        Anchored().fit(X * 0, FINAL)
