import polars as pl

from tests.oracle.frames import at
from value.session.described import anchor, feature_names, owners, value_rows
from value.session.naive import Naive
from value.session.targets import Targets

TABLE = pl.DataFrame(
    {
        "session": pl.Series([4, 5, 5], dtype=pl.UInt32),
        "user": pl.Series([7, None, None], dtype=pl.UInt32),
        "start_ts": pl.Series([at(0), at(1), at(1)], dtype=pl.Datetime("ms", "UTC")),
        "so_far": [1.0, 2.0, None],
        "taken_so_far": [1.0, 2.0, 3.0],
        "target": [3.0, 4.0, 5.0],
        "user_worth__mean_value": pl.Series([1, None, None], dtype=pl.Float32),
        "item_worth__price_mean": pl.Series([1, 2, None], dtype=pl.Float32),
    }
)


def test_features_and_groups_left_out():
    assert feature_names(TABLE) == ["user_worth__mean_value", "item_worth__price_mean"]
    assert feature_names(TABLE, ["item_worth"]) == ["user_worth__mean_value"]


def test_a_row_belongs_to_its_user_else_to_its_session():
    own = owners(TABLE).tolist()
    assert own[0] == 7
    assert own[1] == own[2] == 5 + 2**32


def test_rows():
    rows = value_rows(TABLE, feature_names(TABLE), Targets(), Naive(2.0, None, 4.0))
    assert rows.target.tolist() == [3, 4, 5]
    assert rows.so_far.tolist() == [1, 2, 0]
    assert rows.time.tolist() == [int(t.timestamp() * 1000) for t in (at(0), at(1), at(1))]
    assert rows.known["value_so_far"].tolist() == [2, 4, 0]


def test_only_a_part_of_the_target_is_an_anchor():
    assert anchor(TABLE, Targets(kind="label")) is None
    assert anchor(TABLE, Targets(of="remaining")) is None
    assert anchor(TABLE, Targets(kind="weights")) is not None
