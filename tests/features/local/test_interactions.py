import numpy as np
import pytest

from features.local.interactions import interactions
from features.local.settings import Local
from tests.features.local.rows_of import rows_of


def test_by_hand():
    local = Local(interactions={"both": "a * b", "each": "a / b", "rest": "a - b", "none": "a * z"})
    rows = rows_of(features={"a": [6.0, 1.0, None], "b": [3.0, 0.0, 1.0]})
    told = interactions.learn(rows, local).describe(rows)
    assert list(told) == ["both", "each", "rest"]
    assert np.array_equal(told["both"], [18, 0, np.nan], equal_nan=True)
    assert np.array_equal(told["each"], [2, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(told["rest"], [3, 1, np.nan], equal_nan=True)


@pytest.mark.parametrize("text", ["a", "a*b", "a + b", "a * b * c", ""])
def test_what_is_no_interaction_is_refused(text):
    with pytest.raises(ValueError, match=r"`interactions.x` must be two features"):
        Local(interactions={"x": text})
