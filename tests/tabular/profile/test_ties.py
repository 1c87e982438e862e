import numpy as np
import polars as pl
import pytest

from learning.columns import columns_of
from tabular.profile.target import target_of
from tabular.profile.ties import correlation, ties_between, ties_to_target

N = 400
DICE = np.random.default_rng(0)
X = DICE.normal(size=N)
TABLE = pl.DataFrame(
    {
        "line": X * 2 + 1,
        "bowl": np.abs(X),
        "noise": DICE.normal(size=N),
        "sign": np.where(X > 0, "up", "down"),
        "gone": pl.Series([None] * (N - 5) + [1.0, 2, 3, 4, 5]),
    }
)
NUMBER = target_of(pl.Series("y", X), "t.csv")


def test_correlation_by_hand():
    assert correlation(np.array([1.0, 2, 3]), np.array([2.0, 4, 6])) == pytest.approx(1)
    assert correlation(np.array([1.0, 2, 3]), np.array([1.0, 2, 1])) == 0
    assert correlation(np.array([1.0, 1]), np.array([1.0, 2])) is None


def test_a_line_correlates_and_a_bowl_informs():
    found = {one["column"]: one for one in ties_to_target(TABLE, columns_of(TABLE, TABLE.columns), NUMBER)}
    assert next(iter(found)) == "line"
    assert (found["line"]["pearson"], found["line"]["spearman"]) == pytest.approx((1, 1))
    assert abs(found["bowl"]["spearman"]) < 0.15
    assert found["bowl"]["information"] > 1
    assert found["noise"]["information"] < 0.15
    assert found["sign"]["pearson"] is None
    assert found["sign"]["information"] == pytest.approx(np.log(2), abs=0.1)  # half the rows: one bit
    assert (found["gone"]["rows"], found["gone"]["information"]) == (5, None)


def test_classes_are_informed_of():
    target = target_of(pl.Series("y", np.where(X > 0, "up", "down")), "t.csv")
    found = {one["column"]: one for one in ties_to_target(TABLE, columns_of(TABLE, TABLE.columns), target)}
    assert found["sign"]["information"] == pytest.approx(np.log(2), abs=0.01)
    assert found["line"]["pearson"] > 0.7


def test_columns_against_each_other():
    found = {(one["one"], one["other"]): one for one in ties_between(TABLE, ["line", "bowl", "gone"])}
    assert set(found) == {("line", "bowl"), ("line", "gone"), ("bowl", "gone")}
    assert found["line", "gone"]["rows"] == 5
    assert abs(found["line", "bowl"]["spearman"]) < 0.15
