"""Tables of files."""

import polars as pl

from data.tables import scan, shard_file


def test_a_thousand_shards_stand_in_their_order(tmp_path):
    for number in (1000, 100, 999):
        pl.DataFrame({"n": [number]}).write_parquet(shard_file(tmp_path, number))
    assert scan(tmp_path).collect()["n"].to_list() == [100, 999, 1000]
