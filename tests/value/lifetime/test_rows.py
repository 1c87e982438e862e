import numpy as np
import polars as pl
import pytest

from value.lifetime.rows import LifetimeRows, horizon_days, horizon_name

NAN = float("nan")


def rows(**changes):
    given = {
        "features": pl.DataFrame({"a": pl.Series([1, 2, 3], dtype=pl.Float32)}),
        "targets": {"d7": np.array([0.0, 2.0, NAN]), "d14": np.array([0.0, 3.0, NAN])},
        "group": np.array([1, 1, 2]),
        "time": np.array([10, 20, 30]),
        "told": {"d7": {"btyd": np.array([0.1, 0.2, 0.3])}},
        "level": {"d7": np.array([1.0, 1.1, 1.2])},
    }
    return LifetimeRows(**(given | changes))


def test_rows_of_a_mask_keep_all_columns():
    some = rows().take(np.array([False, True, True]))
    assert some.height == 2
    assert some.horizons == ("d7", "d14")
    assert some.matured("d14").tolist() == [True, False]
    assert some.told["d7"]["btyd"].tolist() == [0.2, 0.3]
    assert some.level["d7"].tolist() == [1.1, 1.2]


def test_a_horizon_may_be_known_where_the_next_is_not():
    assert rows(targets={"d7": np.array([1.0, 2.0, 3.0]), "d14": np.array([NAN, 2.0, NAN])}).matured("d14").sum() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"targets": {}}, "at least one horizon"),
        ({"group": np.array([1])}, "`group` must have the features' 3 rows, got 1"),
        ({"told": {"d7": {"btyd": np.array([1.0])}}}, r"`told\['d7'\]\['btyd'\]`"),
        ({"targets": {"d7": np.array([0.0, -1.0, NAN])}}, "finite and 0 or more, got -1"),
        ({"targets": {"d7": np.array([0.0, 4.0, 0.0]), "d14": np.array([0.0, 3.0, 0.0])}}, "got 3 after 4"),
        (
            {"targets": {"d1": np.array([4.0, 0, 0]), "d7": np.array([NAN, 0, 0]), "d14": np.array([3.0, 0, 0])}},
            "got 3 after 4",
        ),
    ],
)
def test_rows_that_contradict_themselves_are_refused(changes, told):
    with pytest.raises(ValueError, match=told):
        rows(**changes)


def test_a_horizon_is_named_by_its_days():
    assert horizon_name(28) == "d28"
    assert horizon_days("d28") == 28
