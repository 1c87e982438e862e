import numpy as np
import polars as pl
import pytest

from value.money.rows import ValueRows


def rows(**changed):
    columns = {
        "features": pl.DataFrame({"a": [1.0, 2.0, 3.0]}),
        "target": np.array([1.0, 0.0, 5.0]),
        "group": np.array([1, 1, 2]),
        "so_far": np.array([0.0, 0.0, 2.0]),
        "known": {"all_zeros": np.zeros(3)},
    }
    return ValueRows(**(columns | changed))


@pytest.mark.parametrize("where", [np.array([2, 0]), np.array([True, False, True])])
def test_take(where):
    some = rows().take(where)
    order = where if where.dtype != bool else np.flatnonzero(where)
    assert some.features["a"].to_list() == [[1.0, 2.0, 3.0][i] for i in order]
    assert some.target.tolist() == [[1.0, 0.0, 5.0][i] for i in order]
    assert some.group.tolist() == [[1, 1, 2][i] for i in order]
    assert some.known["all_zeros"].tolist() == [0, 0]
    assert some.weight is None
    assert some.time is None


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"target": np.array([1.0, 2.0])}, "target"),
        ({"target": np.array([1.0, -2.0, 0.0])}, "target"),
        ({"so_far": np.array([1.0, np.nan, 0.0])}, "so_far"),
        ({"known": {"mine": np.zeros(2)}}, "known"),
        ({"time": np.zeros(1, np.int64)}, "time"),
    ],
)
def test_refused_columns_are_named(changed, named):
    with pytest.raises(ValueError, match=f"`{named}"):
        rows(**changed)
