import polars as pl
import pytest

from value.session.naive import Naive, learn_naive

TABLE = pl.DataFrame(
    {
        "target": [10.0, 0.0, 20.0],
        "so_far": [5.0, 0.0, 10.0],
        "taken_so_far": [8.0, 2.0, 10.0],
        "user_worth__mean_value": pl.Series([None, 7.0, 1.0], dtype=pl.Float32),
    }
)


def test_by_hand():
    naive = learn_naive(TABLE)
    assert naive == Naive(ratio=2.0, taken_ratio=1.5, usual=10.0)
    answers = naive(TABLE)
    assert list(answers) == ["all_zeros", "value_so_far", "taken_so_far", "user_mean"]
    assert {name: values.tolist() for name, values in answers.items()} == {
        "all_zeros": [0, 0, 0],
        "value_so_far": [10, 0, 20],
        "taken_so_far": [12, 3, 15],
        "user_mean": [10, 7, 1],
    }


def test_what_is_not_there_is_no_rival():
    same = learn_naive(TABLE.with_columns(taken_so_far="so_far"))
    assert same.taken_ratio is None
    nothing = learn_naive(TABLE.with_columns(so_far=pl.lit(None, pl.Float64), taken_so_far=pl.lit(None, pl.Float64)))
    assert list(nothing(TABLE)) == ["all_zeros", "user_mean"]


def test_reload():
    naive = learn_naive(TABLE)
    assert Naive(**naive.to_json()) == naive
    assert naive.ratio == pytest.approx(2)
