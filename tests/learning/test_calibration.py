import json
import warnings

import numpy as np
import pytest
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from evaluation.classification import expected_calibration_error
from learning.calibration import (
    FLOOR,
    WITH_BETA,
    Beta,
    Isotonic,
    Sigmoid,
    Temperature,
    calibrate,
    from_json,
    logistic,
    to_json,
)

DICE = np.random.default_rng(3)
SCORES = DICE.normal(0, 2, 3_000)
GROUPS = np.repeat(np.arange(300), 10)


def drawn(p):
    return (np.random.default_rng(4).random(len(p)) < p).astype(float)


def test_an_isotonic_line_worked_by_hand():
    """Scores 1 2 3 4 with 0 1 0 1: the middle two are pooled to a half."""
    line = Isotonic.fit(np.array([1.0, 2, 3, 4]), np.array([0.0, 1, 0, 1]))
    assert line == Isotonic((1.0, 2.0, 3.0, 4.0), (0.0, 0.5, 0.5, 1.0))
    assert line(np.array([0.0, 1.5, 2.5, 3.5, 9.0])).tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=2 * FLOOR)


def test_temperature_and_sigmoid_worked_by_hand():
    assert Temperature(2.0)(np.array([0.0, 2 * np.log(3)])).tolist() == pytest.approx([0.5, 0.75])
    assert Sigmoid(0.5, np.log(3))(np.array([0.0])).tolist() == pytest.approx([0.75])


def test_each_finds_what_the_scores_were_made_with():
    hot, bent = drawn(expit(SCORES / 3)), drawn(expit(0.5 * SCORES - 2))
    assert Temperature.fit(SCORES, hot).temperature == pytest.approx(3, rel=0.2)
    found = Sigmoid.fit(SCORES, bent)
    assert (found.slope, found.intercept) == (pytest.approx(0.5, abs=0.1), pytest.approx(-2, abs=0.2))


def test_against_scikit_learn():
    truth = drawn(expit(SCORES - 1))
    asked = np.linspace(-8, 8, 50)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(SCORES, truth)
    assert Isotonic.fit(SCORES, truth)(asked) == pytest.approx(isotonic.predict(asked), abs=2 * FLOOR)
    platt = LogisticRegression(C=1e6).fit(SCORES[:, None], truth)
    assert Sigmoid.fit(SCORES, truth)(asked) == pytest.approx(platt.predict_proba(asked[:, None])[:, 1], abs=1e-3)


@pytest.mark.parametrize(
    ("p", "kinds"),
    [
        (expit(SCORES / 3), ("temperature", "sigmoid")),
        (expit(0.5 * SCORES - 2), ("sigmoid",)),
        (np.where(SCORES > 0, 0.6, 0.1), ("isotonic",)),
    ],
)
def test_the_right_one_is_chosen(p, kinds):
    assert calibrate(SCORES, drawn(p), GROUPS).about["method"] in kinds


def test_calibration_lowers_the_error_on_rows_of_its_own():
    truth = drawn(expit(0.5 * SCORES - 2))
    found = calibrate(SCORES[:1500], truth[:1500], GROUPS[:1500])
    raw, calibrated = expit(SCORES[1500:]), found.calibration(SCORES[1500:])
    assert expected_calibration_error(truth[1500:], calibrated) < 0.5 * expected_calibration_error(truth[1500:], raw)
    about = found.about
    assert about["ece"][about["method"]] < about["raw_ece"]


def test_out_of_fold_probabilities_have_not_seen_their_group():
    """In every group one score alone is right, so a line that has seen it would know."""
    truth = drawn(np.full(3_000, 0.3))
    found = calibrate(np.repeat(DICE.permutation(300), 10).astype(float), truth, GROUPS)
    assert np.corrcoef(found.out_of_fold, truth)[0, 1] < 0.1


def test_the_order_of_rows_does_not_matter():
    truth = drawn(expit(SCORES / 3))
    mixed = np.random.default_rng(5).permutation(len(SCORES))
    one, other = calibrate(SCORES, truth, GROUPS), calibrate(SCORES[mixed], truth[mixed], GROUPS[mixed])
    assert one.about["method"] == other.about["method"]
    assert other.out_of_fold == pytest.approx(one.out_of_fold[mixed], abs=1e-5)


@pytest.mark.parametrize("method", WITH_BETA)
def test_json_and_back(method):
    fitted = method.fit(SCORES, drawn(expit(SCORES)))
    again = from_json(json.loads(json.dumps(to_json(fitted))))
    assert again == fitted
    assert (again(SCORES) == fitted(SCORES)).all()
    assert 0 < fitted(np.array([-1e9]))[0] < fitted(np.array([1e9]))[0] < 1


def test_one_group_with_an_event_gives_a_sigmoid_unjudged():
    found = calibrate([0.0, 1.0, 2.0, 3.0], [0, 0, 0, 1], [1, 1, 2, 2])
    assert (found.about["method"], found.about["brier"]) == ("sigmoid", None)
    assert found.out_of_fold[3] > found.out_of_fold[0]


@pytest.mark.parametrize("truth", [[0, 0], [1, 1]])
def test_one_class_is_refused(truth):
    with pytest.raises(ValueError, match="must hold zeros and ones"):
        calibrate([0.1, 0.2], truth, [1, 2])


def test_isotonic_needs_a_hundred_ones():
    truth = (np.arange(3_000) % 31 == 0).astype(float)
    assert set(calibrate(SCORES, truth, GROUPS).about["brier"]) == {"temperature", "sigmoid"}
    truth[:50] = 1
    assert "isotonic" in calibrate(SCORES, truth, GROUPS).about["brier"]


def test_beta_finds_what_the_scores_were_made_with():
    p = expit(SCORES)
    truth = drawn(expit(2 * np.log(p) - 0.5 * np.log(1 - p) + 0.3))
    found = Beta.fit(SCORES, truth)
    assert (found.of_one, found.of_zero, found.intercept) == pytest.approx((2, 0.5, 0.3), abs=0.35)
    assert set(calibrate(SCORES, truth, GROUPS, WITH_BETA).about["brier"]) > {"beta", "sigmoid"}
    assert "beta" not in calibrate(SCORES, truth, GROUPS).about["brier"]


def test_beta_by_hand_and_never_falling():
    assert Beta(1.0, 1.0, 0.0)(np.array([0.0, 2.0])) == pytest.approx(expit([0.0, 2.0]))  # the sigmoid itself
    assert Beta(2.0, 0.0, 0.0)(np.array([0.0])) == pytest.approx([0.2])  # p^2 / (1 + p^2) at one half
    p = expit(SCORES)
    falling = Beta.fit(SCORES, drawn(expit(2 * np.log(p) + 0.9 * np.log(1 - p))))
    assert min(falling.of_one, falling.of_zero) >= 0


def test_a_slope_that_newton_cannot_climb_is_told_to_nobody(monkeypatch, recwarn):
    def fit(self, inputs, truth):
        warnings.warn("resorting to lbfgs", ConvergenceWarning, stacklevel=1)
        return self

    monkeypatch.setattr(LogisticRegression, "fit", fit)
    assert isinstance(logistic(np.zeros((4, 1)), np.array([0, 1, 0, 1])), LogisticRegression)
    assert not list(recwarn)
