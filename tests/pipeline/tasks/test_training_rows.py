from dataclasses import replace

import polars as pl
import pytest

from data.schema import TYPES
from data.tables import scan
from pipeline.store.task import Artifact
from pipeline.tasks import training_rows as module
from pipeline.tasks.training_rows import TrainingRows
from ranker.training_rows import TrainingSize
from tests.oracle.frames import ITEMS, labels, prefixes, queries
from tests.pipeline.tasks.ranking_world import MEMBERS, candidates, description


def rows_of(made):
    return scan(made.path / "rows").select("query", "item", "session", "part", *TYPES, MEMBERS).collect().rows()


def test_queries_with_a_hit_are_learnt_from_whole(build, tmp_path):
    """3's label is nobody's candidate; 2's order and click are."""
    made = build("training", TrainingRows(description(tmp_path), TrainingSize()))
    assert pl.read_parquet(made.path / "hits.parquet").rows() == [
        (2, "clicks", 6, "fit"),
        (2, "orders", 5, "fit"),
        (7, "orders", 2, "fit"),
    ]
    assert rows_of(made) == [
        (2, 4, 102, "fit", 0, 0, 0, 1),
        (2, 5, 102, "fit", 0, 0, 1, 1),
        (2, 6, 102, "fit", 1, 0, 0, 2),
        (7, 2, 107, "fit", 0, 0, 1, 2),
    ]
    assert build.about["training"] == {"queries": 2, "rows": 4}


def test_a_label_below_the_cut_is_no_hit(build, tmp_path):
    made = build("training", TrainingRows(description(tmp_path, total=2), TrainingSize()))
    assert pl.read_parquet(made.path / "hits.parquet")["item"].to_list() == [5, 2]
    assert [row[1] for row in rows_of(made)] == [4, 5, 2]


def test_too_many_queries_are_left_out_whole(build, tmp_path):
    made = build("training", TrainingRows(description(tmp_path), TrainingSize(train_queries=1)))
    queries = [row[0] for row in rows_of(made)]
    assert queries[:3] == [2, 2, 2]  # the only one with a click; of the two with an order one is drawn by hash
    assert len(queries) in (3, 4)
    assert build.about["training"]["queries"] == len(set(queries))


@pytest.mark.parametrize("at_once", [1, 2_000])
def test_queries_in_portions_are_the_same_rows(build, tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(module, "QUERIES_AT_ONCE", at_once)
    made = build("training", TrainingRows(description(tmp_path), TrainingSize()))
    assert [row[:2] for row in rows_of(made)] == [(2, 4), (2, 5), (2, 6), (7, 2)]


def served_of(folder):
    """A list of query 2's moment, which keeps its number, and one of query 9's, another moment of the same session."""
    asked = queries((2, 0, 0, "fit"), (9, 0, 0, "fit")).with_columns(session=pl.lit(102, pl.UInt32))
    tables = {
        "queries": asked,
        "prefixes": prefixes((2, 4, 0, "clicks"), (2, 5, 1, "carts"), (9, 4, 0, "clicks")),
        "labels": labels((2, "clicks", 6), (2, "orders", 5), (9, "carts", 5), (9, "orders", 7)),
    }
    for name, rows in tables.items():
        (folder / name).mkdir(parents=True)
        rows.write_parquet(folder / name / "000.parquet")
    ITEMS.write_parquet(folder / "items.parquet")
    proposed = candidates((2, 6, 1, 1, None), (2, 8, 4, 3, 3), (9, 5, 1, 1, 1), (9, 7, 9, None, None))
    (folder / "shown").mkdir()
    proposed.write_parquet(folder / "shown" / "000.parquet")
    return Artifact(folder, "served"), (Artifact(folder / "shown", "shown"),)


def test_served_lists_stand_beside_the_folds_own_questions(build, tmp_path):
    """2 is asked once, with what was shown; 9 is a question more; what nobody proposed (7) has no member."""
    own = description(tmp_path)
    fold, shown = served_of(tmp_path / "served")
    served = replace(own, fold=fold, candidates=shown, total=65_535)
    made = build("training", TrainingRows(own, TrainingSize(), served))
    assert sorted(rows_of(made)) == [
        (2, 6, 102, "fit", 1, 0, 0, 1),
        (2, 8, 102, "fit", 0, 0, 0, 2),
        (7, 2, 107, "fit", 0, 0, 1, 2),
        (9, 5, 102, "fit", 0, 1, 0, 2),
        (9, 7, 102, "fit", 0, 0, 1, 0),
    ]
    hits = pl.read_parquet(made.path / "hits.parquet").sort("query", "type").rows()
    assert hits == [(2, "clicks", 6, "fit"), (7, "orders", 2, "fit"), (9, "carts", 5, "fit"), (9, "orders", 7, "fit")]
    assert build.about["training"] == {"queries": 3, "rows": 5, "served_queries": 2}
