import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.local.deviations import deviations
from features.local.settings import Beside, Local
from tests.features.local.rows_of import rows_of

LOCAL = Local(beside=Beside(by=("land",), of=("x",), fewest=3))


def test_the_distance_to_the_groups_median():
    rows = rows_of({"land": [*"aaabbb"]}, {"x": [1, 2, 9, 10, 20, 30]})
    asked = rows_of({"land": [*"abz"]}, {"x": [5, 5, 5]}, levels=rows.levels)
    learnt = deviations.learn(rows, LOCAL)
    assert learnt.describe(asked)["x__from_land"].tolist() == [3.0, -15.0, -4.0]  # of all the lower median is 9
    again = deviations.read(learnt.table, rows.levels, LOCAL).describe(asked)["x__from_land"]
    assert again.tolist() == [3.0, -15.0, -4.0]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-5, 5)), min_size=1, max_size=30))
def test_medians_are_those_of_sorting(pairs):
    rows = rows_of({"land": [land for land, _ in pairs]}, {"x": [x for _, x in pairs]})
    told = deviations.learn(rows, LOCAL).describe(rows)["x__from_land"]
    for (land, x), distance in zip(pairs, told, strict=True):
        own = sorted(other for name, other in pairs if name == land)
        own = own if len(own) >= 3 else sorted(other for _, other in pairs)
        assert distance == x - own[(len(own) - 1) // 2]


def test_what_is_unknown_has_no_distance():
    rows = rows_of({"land": ["a", "a"]}, {"x": [1.0, None]})
    assert np.isnan(deviations.learn(rows, LOCAL).describe(rows)["x__from_land"][1])
