import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from learning.columns import Columns
from value.money.anchored import Anchored
from value.money.frame import SO_FAR, Encoded, Frame
from value.money.trees import Trees

TABLE = pl.DataFrame(
    {
        "pages": [1, 2, 3, 4],
        "device": ["phone", "desk", "phone", None],
        "price": [1.5, None, 2.5, 3.5],
        "same": ["x", "x", "x", "x"],
        "asked": ["2025-01-01 10:00:00", "2025-01-02 11:00:00", "2025-01-03 12:00:00", "2025-01-04 13:00:00"],
    }
)


def test_floats_are_taken_as_they_are():
    floats = pl.DataFrame({"a": [1.0, None], "b": [3.0, 4.0]}).cast(pl.Float32)
    made = Frame.of(floats, anchored=True)(floats.select("b", "a"), np.array([7.0, 8.0]))
    assert made.dtype == np.float32
    assert made[:, [0, 2]].tolist() == [[7, 3], [8, 4]]
    assert made[0, 1] == 1
    assert np.isnan(made[1, 1])


def test_mixed_columns_are_told_apart():
    frame = Frame.of(TABLE, anchored=False)
    assert frame.columns.kinds == {
        "pages": "number",
        "device": "few",
        "price": "number",
        "same": "constant",
        "asked": "time",
    }
    made = frame(TABLE, None)
    assert list(made.columns) == ["pages", "device", "price", "asked", "asked hour", "asked weekday"]
    assert made["asked hour"].tolist() == [10, 11, 12, 13]
    assert made["device"].tolist() == ["phone", "desk", "phone", "(missing)"]


def test_another_table_is_read_in_the_first_ones_types():
    frame = Frame.of(TABLE, anchored=False)
    other = TABLE.with_columns(pages=pl.Series(["7", "many", "9", "1"]), price=pl.lit("?"))
    made = frame(other, None)
    assert made["pages"].tolist()[0] == 7
    assert np.isnan(made["pages"].tolist()[1])
    assert made["price"].isna().all()


def test_numbers_that_are_names():
    table = pl.DataFrame({"region": [1.0, 2.0, 1.0, 3.0], "x": [0.1, 0.2, 0.3, 0.4]})
    assert Frame.of(table, anchored=False, categories=("region",)).columns == Columns({"region": "few", "x": "number"})


def test_the_value_so_far_goes_past_the_encoder():
    rows = pl.DataFrame({"pages": range(100), "kind": ["a", "b"] * 50})
    now = np.linspace(1, 50, 100)
    frame = Frame.of(rows, anchored=True)
    made = frame(rows, now)
    assert made.columns[0] == SO_FAR
    trees = Trees(rounds=5, min_rows=5, threads=1)
    method = Encoded(_Numbers(), Anchored("ratio", trees)).fit(made, 3 * now)
    assert method.predict(made) == pytest.approx(3 * now, rel=1e-3)


class _Numbers(StandardScaler):
    """Encodes the number alone."""

    def fit_transform(self, X, y=None):
        return super().fit_transform(X[["pages"]])

    def transform(self, X):
        return super().transform(X[["pages"]])


def test_a_method_with_one_answer_says_its_mean():
    made = Frame.of(TABLE, anchored=False)(TABLE, None)
    found = Encoded(_Numbers(), LinearRegression()).fit(made, [1.0, 2, 3, 4]).outputs(made)
    assert list(found) == ["mean"]
    assert found["mean"] == pytest.approx([1, 2, 3, 4])


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ValueError, match="no column can be learnt from"):
        Frame.of(TABLE.select("same"), anchored=False)
