import statistics

import polars as pl
import pytest

from features.groups.within_query import within_query


def described(**columns):
    rows = pl.LazyFrame({"query": [0, 0, 0, 1, 1], "item": [1, 2, 3, 1, 2], **columns})
    return within_query({"described": rows}).collect()


def column(rows, name):
    return rows[f"within_query__{name}"].to_list()


def test_by_hand():
    rows = described(fused__score=[-1.0, 1.0, 6.0, 5.0, 5.0], item_trend__recent_1=[0.0, 4.0, 4.0, None, 2.0])
    deviation = statistics.pstdev([-1, 1, 6])
    assert column(rows, "fused_score_z") == pytest.approx(
        [-3 / deviation, -1 / deviation, 4 / deviation, 0, 0], abs=1e-5
    )
    assert column(rows, "item_trend_recent_1_z") == pytest.approx([-(2**0.5), 0.5**0.5, 0.5**0.5, None, 0], abs=1e-5)
    assert column(rows, "item_trend_recent_1_place") == [1, pytest.approx(2 / 3), pytest.approx(2 / 3), None, 1]
    assert rows.width == 2 + 3


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_any_scale_gives_the_same(scale):
    values = [1.0, 2.0, 4.0, 8.0, 3.0]
    rows = described(a__score=[value * scale for value in values])
    assert column(rows, "a_score_z") == pytest.approx(column(described(a__score=values), "a_score_z"), abs=1e-5)


def test_small_differences_of_large_values_count():
    rows = described(a__score=[1e4, 1e4 + 1, 1e4 + 2, 0, 0])
    assert column(rows, "a_score_z")[:3] == pytest.approx([-(1.5**0.5), 0, 1.5**0.5], abs=1e-2)


def test_unknown_in_all_rows_stays_unknown():
    rows = described(a__score=[None, None, None, 1.0, 2.0])
    assert column(rows, "a_score_z") == [None, None, None, pytest.approx(-1), pytest.approx(1)]


def test_other_columns_are_let_alone():
    assert described(a__rank=[1, 2, 3, 1, 2], a__share=[0.1, 0.2, 0.3, 0.4, 0.5]).width == 2


def test_sums_do_not_depend_on_the_order():
    values = pl.DataFrame({"query": 0, "item": range(50), "a__score": [1 / (3 + i) for i in range(50)]})
    one = within_query({"described": values.lazy()}).collect()
    two = within_query({"described": values.sample(fraction=1, shuffle=True, seed=1).lazy()}).collect()
    assert one.equals(two.sort("item"))
