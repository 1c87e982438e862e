import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import AisleError
from tabular.files import read_table
from tests.data.arrow_columns import ODD, ROWS


def written(tmp_path, **columns):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"target": pa.array([1.5] * ROWS)} | columns), path)
    return str(path)


def is_clean(message, path):
    assert message.startswith(path)
    assert message.isprintable()
    assert len(message) <= 400 + len(path)


@pytest.mark.parametrize("odd", ODD)
def test_a_column_of_any_type_is_read_or_told(odd, tmp_path):
    path = written(tmp_path, odd=ODD[odd])
    try:
        assert read_table(path, ",").shape == (ROWS, 2)
    except AisleError as error:
        is_clean(str(error), path)


@pytest.mark.parametrize("odd", ODD)
def test_a_column_that_is_left_out_stops_nothing(odd, tmp_path):
    assert read_table(written(tmp_path, odd=ODD[odd]), ",", "odd").shape == (ROWS, 2)


def test_bytes_that_are_no_text_name_the_column(tmp_path):
    with pytest.raises(AisleError, match="odd is not UTF-8, and 1 more such rows; mend them, or leave them out"):
        read_table(written(tmp_path, odd=pa.array([b"\xff", b"a", None, b"\xfe"])), ",")


def test_bytes_decimals_and_dictionaries_become_plain(tmp_path):
    path = written(tmp_path, a=pa.array([b"x"] * ROWS), b=pa.array(["y"] * ROWS).dictionary_encode())
    assert read_table(path, ",").schema == {"target": pl.Float64, "a": pl.String, "b": pl.String}
