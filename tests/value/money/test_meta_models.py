import numpy as np
import pytest

from value.money.meta_models import METAS, MeanOfMembers, NonNegative, meta

DICE = np.random.default_rng(3)
MEMBERS = np.exp(DICE.normal(3, 1, (400, 3)))


def test_a_mean_worked_by_hand():
    made = MeanOfMembers().fit([[1.0, 3.0]], [9.0])
    assert made.predict([[1.0, 3.0], [0.0, 5.0]]).tolist() == [2.0, 2.5]


def test_weights_that_made_the_truth_are_found():
    for even in (True, False):
        found = NonNegative(even=even).fit(MEMBERS, MEMBERS @ [0.7, 0.0, 0.3]).coef_
        assert found == pytest.approx([0.7, 0, 0.3], abs=1e-6)


def test_no_weight_is_negative_and_small_ones_are_left_out():
    found = NonNegative().fit(MEMBERS, MEMBERS @ [1.0, -0.2, 0.01]).coef_
    assert (found >= 0).all()
    assert found[2] == 0


def test_one_giant_does_not_choose_the_weights():
    truth = MEMBERS[:, 0].copy()
    members = MEMBERS.copy()
    members[0] = [1_000, 9_000, 1_000]
    truth[0] = 9_000
    careful, even = (NonNegative(even=even).fit(members, truth).coef_ for even in (False, True))
    assert careful[0] > even[0]


@pytest.mark.parametrize("name", METAS)
def test_every_meta_model_learns(name):
    truth = MEMBERS.mean(axis=1)
    said = meta(name, threads=1).fit(MEMBERS, truth).predict(MEMBERS)
    assert np.corrcoef(said, truth)[0, 1] > 0.7


def test_an_unknown_one_is_refused():
    with pytest.raises(ValueError, match="`meta` must be one of mean, nnls, ridge, trees, got 'lasso'"):
        meta("lasso")


def test_only_the_largest_weights_are_kept():
    found = NonNegative(most=2).fit(MEMBERS, MEMBERS @ [0.6, 0.1, 0.3]).coef_
    assert found[1] == 0
    assert found[0] > found[2] > 0
