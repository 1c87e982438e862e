import polars as pl
from polars.testing import assert_frame_equal

from data.readers.otto_parquet import OTTO_PARQUET

PARQUET = pl.DataFrame(
    {
        "session": [0, 0, 1, 2],
        "aid": [1517085, 0, 424964, 7],
        "ts": [1659304800, 1659304904, 1659304800, 1659304801],
        "type": [0, 1, 2, 7],
    },
    schema={"session": pl.Int32, "aid": pl.Int32, "ts": pl.Int32, "type": pl.UInt8},
)
FILES = {"train.parquet": PARQUET}
LACKING = {"train.parquet": PARQUET.drop("aid")}


def test_numbers_become_names_and_unknown_ones_stay(write, read):
    expected = pl.DataFrame(
        {
            "session": [0, 0, 1, 2],
            "item": [1517085, 0, 424964, 7],
            "ts": [1659304800, 1659304904, 1659304800, 1659304801],
            "type": ["clicks", "carts", "orders", "7"],
        },
        schema={"session": pl.Int32, "item": pl.Int32, "ts": pl.Int32, "type": pl.String},
    )
    assert_frame_equal(read(OTTO_PARQUET, write("train.parquet", PARQUET)), expected)


def test_names_stay(write, read):
    named = PARQUET.with_columns(type=pl.Series(["clicks", "carts", "orders", None]))
    types = read(OTTO_PARQUET, write("train.parquet", named))["type"].to_list()
    assert types == ["clicks", "carts", "orders", None]


def test_seconds():
    assert OTTO_PARQUET.unit == "s"
