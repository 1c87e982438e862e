import numpy as np
import polars as pl

from value.lifetime.rows import LifetimeRows
from value.lifetime.table import from_table, to_table

NAN = float("nan")


def rows():
    return LifetimeRows(
        pl.DataFrame({"recency__days": pl.Series([1, None], dtype=pl.Float32)}),
        {"d7": np.array([1.0, 0.0]), "d14": np.array([2.0, NAN])},
        np.array(["u", "v"], dtype=object),
        np.array([1_000, 2_000]),
        {"d7": {"btyd": np.array([0.5, 0.25])}},
        {"d14": {"past_average": np.array([3.0, 4.0])}},
        {"d7": np.array([1.0, 1.1])},
    )


def test_a_table_holds_all_of_rows(tmp_path):
    table = to_table(rows(), pl.Series(["a", "b"]))
    assert table.columns == [
        "key", "group", "moment", "recency__days", "target__d7", "target__d14", "told__d7__btyd",
        "known__d14__past_average", "level__d7",
    ]  # fmt: skip
    assert table["target__d14"].to_list() == [2.0, None]
    table.write_parquet(tmp_path / "rows.parquet")
    again = from_table(pl.read_parquet(tmp_path / "rows.parquet"))
    assert again.horizons == ("d7", "d14")
    assert again.features.equals(rows().features)
    assert again.group.tolist() == ["u", "v"]
    assert again.time.tolist() == [1_000, 2_000]
    assert again.told["d7"]["btyd"].tolist() == [0.5, 0.25]
    assert again.known["d14"]["past_average"].tolist() == [3, 4]
    assert again.level["d7"].tolist() == [1.0, 1.1]
    assert np.array_equal(again.targets["d14"], [2.0, NAN], equal_nan=True)


def test_rows_without_labels_have_not_matured():
    table = to_table(rows(), pl.Series(["a", "b"])).drop("target__d7", "target__d14")
    again = from_table(table, ["d7", "d14"])
    assert not again.matured("d7").any()
    assert again.told["d7"]["btyd"].tolist() == [0.5, 0.25]
