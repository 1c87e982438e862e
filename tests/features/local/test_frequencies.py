import numpy as np

from features.local.frequencies import frequencies, level_codes
from features.local.settings import Local
from tests.features.local.rows_of import rows_of

TAUGHT = rows_of({"land": ["b", "b", "a", None]})
ASKED = rows_of({"land": ["a", "b", None, "z"]}, levels=TAUGHT.levels)


def test_the_share_of_taught_rows():
    learnt = frequencies.learn(TAUGHT, Local())
    assert learnt.describe(ASKED)["land__frequency"].tolist() == [0.25, 0.5, 0.25, 0.0]
    again = frequencies.read(learnt.table, TAUGHT.levels, Local())
    assert again.describe(ASKED)["land__frequency"].tolist() == [0.25, 0.5, 0.25, 0.0]


def test_places_by_frequency():
    learnt = level_codes.learn(TAUGHT, Local())
    assert np.array_equal(learnt.describe(ASKED)["land__code"], [1, 0, np.nan, np.nan], equal_nan=True)
