"""A table that grows on disk."""

import polars as pl
import pyarrow.parquet as pq
import pytest

from data.growing import growing


def test_pieces_make_one_table_of_small_groups(tmp_path):
    file = tmp_path / "deep" / "table.parquet"
    pieces = [
        pl.DataFrame({"query": [n] * n, "x": [0.5] * n}, schema={"query": pl.UInt32, "x": pl.Float32}) for n in (3, 1)
    ]
    with growing(file, rows_at_once=2) as table:
        for piece in pieces:
            table.write(piece)
    assert table.rows == 4
    found = pl.read_parquet(file)
    assert found.equals(pl.concat(pieces))
    assert found.schema == pieces[0].schema

    assert [pq.ParquetFile(file).metadata.row_group(n).num_rows for n in range(3)] == [2, 1, 1]


def test_without_a_piece_there_is_no_file(tmp_path):
    with growing(tmp_path / "table.parquet") as table:
        pass
    assert not table.path.exists()


def test_a_file_is_closed_where_something_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), growing(tmp_path / "table.parquet") as table:  # noqa: PT012
        table.write(pl.DataFrame({"x": [1]}))
        raise ZeroDivisionError
    assert pl.read_parquet(table.path)["x"].to_list() == [1]
